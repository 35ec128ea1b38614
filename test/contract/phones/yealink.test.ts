import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { tortureTexts } from "../../../src/http/torture.ts";
import { boardOrders, parseSearchText } from "../../../src/model/index.ts";
import {
  type InputPage,
  inputPage,
  type Key,
  type Link,
  type Page,
  pressActs,
  type Row,
} from "../../../src/pages/index.ts";
import { length } from "../../lab/phones/yealink-document.ts";
import { board, leg, session, token } from "../../unit/http/fixture.ts";
import { say } from "../../unit/http/words.ts";
import { profileOf, read, render } from "./documents.ts";

/** The longest URL base that the launcher's limit allows. */
const longBase = `https://${"h".repeat(52)}`;
const longLeg = leg("L".repeat(80));

const typing = (input: InputPage["input"], text: string): InputPage =>
  inputPage(
    { say },
    {
      ...{ title: text, prompt: text, input, back: { to: "home" } },
      to: { to: "press", act: "coach-anyway", leg: longLeg },
      ...(input === "digits" && { key: { label: text, link: { to: "board", page: 0 } } }),
    },
  );

/** How many softkeys the phone itself has for typing. */
const ownKeys = { digits: 2, text: 3, secret: 2 } as const;

const pages: Readonly<Record<string, (text: string) => Page>> = {
  board: (text) => ({
    ...board,
    title: text,
    rows: Array.from({ length: 10 }, () => ({ text, link: { to: "call", leg: longLeg }, selection: longLeg })),
    keys: board.keys.map((key) => ({ ...key, label: text })),
    back: { to: "home" },
  }),
  "empty board": (text) => ({ ...board, title: text, rows: [] }),
  question: (text) => ({
    ...session,
    title: text,
    lines: [`${text} will see you. Go on?`],
    keys: [
      { label: text, link: { to: "press", act: "coach-anyway", leg: longLeg } },
      { label: text, link: { to: "exit" } },
    ],
  }),
  session: (text) => ({ ...session, title: `Coaching ${text}`, lines: [text, "", ...Array(100).fill(text)] }),
  "text without keys": (text) => ({ kind: "text", title: text, lines: [], keys: [], done: { to: "exit" } }),
  "typing digits": (text) => typing("digits", text),
  "typing text": (text) => typing("text", text),
  "typing in secret": (text) => typing("secret", text),
};

/** Of each width; T48U has no OK key. */
const models = ["T46U", "T42U", "T48U"] as const;
const cases = models.flatMap((model) =>
  Object.keys(pages).flatMap((page) => Object.keys(tortureTexts).map((name) => [model, page, name] as const)),
);

test.each(cases)("%s: %s with %s", (model, kind, name) => {
  const page = pages[kind]?.(tortureTexts[name] ?? "");
  if (!page) throw new Error(kind);
  const { document, complaints } = read(render(page, model, token, longBase, 999_999_999), model);
  expect(complaints).toEqual([]);
  expect(document?.keys.length).toBe(page.keys.length + (page.kind === "input" ? ownKeys[page.input] : 0));
  if (page.kind === "list") expect(document?.items.length).toBe(page.rows.length);
  expect(length(document?.title ?? "")).toBeLessThanOrEqual(profileOf(model).screen.titleColumns);
});

describe("golden documents", () => {
  test.each([
    ["board", "T46U", board],
    ["session", "T46U", session],
    ["session-touch", "T48U", { ...session, done: { to: "menu" } }],
    ["board-narrow", "T31P", board],
    ["session-t4x", "T42G", session],
    ["session-t5x", "T54S", session],
    ["typing", "T46U", typing("text", "Name or number")],
    ["secret", "T42U", { ...typing("secret", "Your PIN"), to: { to: "press", act: "listen-hidden", leg: leg("c81") } }],
  ] as const)("%s", async (name, model, page) => {
    const xml = render(page, model, token);
    expect(read(xml, model).complaints).toEqual([]);
    await expect(xml).toMatchFileSnapshot(`golden/yealink-${name}.xml`);
  });
});

describe("texts", () => {
  const shown = (text: string) => {
    const page: Page = { ...board, rows: [{ text, link: { to: "home" } }] };
    return read(render(page, "T46U", token), "T46U").document?.items[0]?.prompt;
  };

  test.each([
    ["as it is", `<b>&"'`, `<b>&"'`],
    ["control characters", "a\u0000b\u001bc\u0085d", "abc d"],
    ["line breaks", "a\r\n\tb", "a b"],
    ["lone surrogates", "a\ud800b\udc00c", "abc"],
    ["whole pairs", "a😀b", "a😀b"],
    ["reading direction", "\u202eevil\u202c", "evil"],
    ["empty", " ", "–"],
    ["40 characters fit", "x".repeat(40), "x".repeat(40)],
    ["41 do not", "x".repeat(41), `${"x".repeat(39)}…`],
    ["an escape is not cut", "&".repeat(48), `${"&".repeat(39)}…`],
    ["a family is one character", "👩‍👩‍👧‍👦".repeat(3), "👩‍👩‍👧‍👦".repeat(3)],
    ["an accent stays with its letter", "e\u0301".repeat(41), `${"e\u0301".repeat(39)}…`],
  ])("%s", (_what, text, expected) => expect(shown(text)).toBe(expected));

  test("lines that do not fit go last, and are missed visibly", () => {
    const lines = Array.from({ length: 400 }, (_, n) => `line ${n} ${"&".repeat(20)}`);
    const xml = render({ ...session, lines }, "T46U", token);
    const text = read(xml, "T46U").document?.text.split("\n") ?? [];
    expect(text[0]).toBe(lines[0]);
    expect(text.at(-1)).toBe("…");
    expect(text.slice(0, -1)).toEqual(lines.slice(0, text.length - 1));
    expect(Buffer.byteLength(xml)).toBeGreaterThan(9000);
  });

  test("of too many rows, calls go before the way to the other pages", () => {
    const calls = Array.from({ length: 60 }, (_, n): Row => {
      const id = leg(`c${n}`);
      return { text: `call ${n}`, link: { to: "call", leg: id }, selection: id };
    });
    const rows: Row[] = [...calls, { text: "More …", link: { to: "board", page: 2 } }];
    const items = read(render({ ...board, rows }, "T46U", token), "T46U").document?.items ?? [];
    expect(items.length).toBe(30);
    expect(items.at(-1)?.prompt).toBe("More …");
    expect(items[28]?.prompt).toBe("call 28");
  });

  test("and calls go while the document would be too large", () => {
    const call: Row = { text: "&".repeat(40), link: { to: "call", leg: longLeg }, selection: longLeg };
    const more: Row = { text: "More …", link: { to: "board", page: 2 } };
    const xml = render({ ...board, rows: [...Array<Row>(29).fill(call), more] }, "T46U", token, longBase);
    const { document, complaints } = read(xml, "T46U");
    expect(complaints).toEqual([]);
    expect(document?.items.at(-1)?.prompt).toBe("More …");
    expect(document?.keys.length).toBe(4);
    expect(Buffer.byteLength(xml)).toBeGreaterThan(8500);
  });

  test("exit is a softkey's word alone", () => {
    const page: Page = { ...session, done: { to: "exit" }, back: { to: "exit" } };
    const { document } = read(render(page, "T46U", token), "T46U");
    expect(document?.doneAction).toMatch(/^http.*\/$/);
    expect(document?.cancelAction).toBeUndefined();
  });
});

describe("typing", () => {
  const shown = (input: InputPage["input"], model = "T46U") => read(render(typing(input, "Find"), model, token), model);
  const keysOf = (input: InputPage["input"]) =>
    shown(input).document?.keys.map(({ index, label, uri }) => `${index} ${label} ${uri.replace(/.*\/p\/[^/]*/, "")}`);

  test("has the phone's own keys first and the way back last", () => {
    const own = ["1 OK SoftKey:Submit", "2 Delete SoftKey:BackSpace"];
    expect(keysOf("text")).toEqual([...own, "3 123/abc SoftKey:ChangeMode", "4 Back /"]);
    expect(keysOf("digits")).toEqual([...own, "3 Find /board/0", "4 Back /"]);
  });

  test.each([
    ["digits", { type: "number", password: false }],
    ["text", { type: "string", password: false }],
    ["secret", { type: "number", password: true }],
  ] as const)("%s is a field of its kind", (input, is) =>
    expect(shown(input).document?.fields).toEqual([
      { ...is, editable: true, prompt: "Find", parameter: "typed", value: "" },
    ]),
  );

  test("is sent to a press that is signed and has its step, and the Back key leads back", () => {
    const { document } = shown("secret");
    expect(document?.url).toMatch(/\/do\/coach-anyway\/L{80}\/7\.[A-Za-z0-9_-]{16}$/);
    expect(document?.cancelAction).toMatch(/\/p\/[^/]*\/$/);
  });
});

describe("whatever a page says", () => {
  const anyText = fc.oneof(
    fc.constantFrom(...Object.values(tortureTexts)),
    fc.string({ unit: "binary", maxLength: 60 }),
    fc.string({ unit: "grapheme", maxLength: 300 }),
    fc.uint16Array({ maxLength: 80 }).map((units) => String.fromCharCode(...units)),
  );
  const anyLeg = fc.stringMatching(/^[A-Za-z0-9_.-]{1,80}$/).map(leg);
  const anySearch = fc
    .oneof(fc.constant("名".repeat(32)), fc.string({ unit: "grapheme", minLength: 1, maxLength: 32 }))
    .map(parseSearchText)
    .filter((text) => text !== undefined);
  const anyLink: fc.Arbitrary<Link> = fc.oneof(
    fc.constantFrom<Link>({ to: "home" }, { to: "session" }, { to: "exit" }),
    fc.nat(9999).map((page): Link => ({ to: "board", page })),
    fc
      .tuple(fc.nat(9999), fc.constantFrom(...boardOrders))
      .map(([page, order]): Link => ({ to: "board", page, order })),
    fc.constantFrom<Link>({ to: "find" }, { to: "find", input: "digits" }, { to: "find", input: "text" }),
    fc.tuple(fc.nat(9999), anySearch).map(([page, text]): Link => ({ to: "found", text, page })),
    anyLeg.map((id): Link => ({ to: "call", leg: id })),
    anyLeg.map((id): Link => ({ to: "ask-listen", leg: id })),
    fc.tuple(fc.constantFrom(...pressActs), anyLeg).map(([act, id]): Link => ({ to: "press", act, leg: id })),
    fc.constantFrom(...pressActs).map((act): Link => ({ to: "press", act })),
    fc.constantFrom("listen" as const, "coach" as const, "join" as const).map((pick): Link => ({ to: "pick", pick })),
  );
  const anyKeys = fc.array(fc.record<Key>({ label: anyText, link: anyLink }), { maxLength: 4 });
  const anyRow: fc.Arbitrary<Row> = fc.oneof(
    fc.record({ text: anyText, link: anyLink }),
    fc.record({ text: anyText, link: anyLink, selection: anyLeg }),
  );
  const frame = { title: anyText, keys: anyKeys };
  const anyPage: fc.Arbitrary<Page> = fc.oneof(
    fc.record({ kind: fc.constant("list" as const), ...frame, rows: fc.array(anyRow, { maxLength: 60 }) }),
    fc.record({
      kind: fc.constant("list" as const),
      ...frame,
      back: anyLink,
      rows: fc.array(anyRow, { maxLength: 10 }),
    }),
    fc.record({ kind: fc.constant("text" as const), ...frame, done: anyLink, lines: fc.array(anyText) }),
    fc.record({
      kind: fc.constant("text" as const),
      ...frame,
      done: anyLink,
      back: anyLink,
      lines: fc.array(anyText, { minLength: 50, maxLength: 200 }),
    }),
    fc.record({
      ...{ kind: fc.constant("input" as const), ...frame, back: anyLink, prompt: anyText },
      input: fc.constantFrom("digits" as const, "text" as const, "secret" as const),
      to: fc.oneof(
        fc.tuple(fc.constantFrom(...pressActs), anyLeg).map(([act, id]) => ({ to: "press" as const, act, leg: id })),
        fc.constantFrom("digits" as const, "text" as const).map((input) => ({ to: "find" as const, input })),
      ),
      typing: fc.record({ send: anyText, erase: anyText, mode: anyText }),
    }),
  );

  test("a text of nothing that may be shown is no empty list on a touch screen", () => {
    const page: Page = {
      ...{ kind: "text", title: "", keys: [], lines: ["\ufffe\ufeff"] },
      done: { to: "pick", pick: "listen" },
    };
    expect(read(render(page, "T48U", token), "T48U").complaints).toEqual([]);
  });

  test("no phone complains, no softkey is lost, and ten rows always fit", () => {
    fc.assert(
      fc.property(anyPage, fc.constantFrom(...models), fc.nat(999_999_999), (page, model, step) => {
        const { document, complaints } = read(render(page, model, token, longBase, step), model);
        expect(complaints).toEqual([]);
        if (page.kind !== "input") expect(document?.keys.length).toBe(page.keys.length);
        if (page.kind === "list" && page.rows.length <= profileOf(model).screen.rows) {
          expect(document?.items.length).toBe(page.rows.length);
        }
      }),
      { numRuns: 300 },
    );
  });
});
