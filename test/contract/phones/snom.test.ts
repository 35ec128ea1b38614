import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { tortureTexts } from "../../../src/http/torture.ts";
import { type Key, type Page, pressActs, type Row } from "../../../src/pages/index.ts";
import { vendorNamed } from "../../../src/phones/index.ts";
import { readDocument, type SnomDocument } from "../../lab/phones/snom-document.ts";
import { modelOf, models } from "../../lab/phones/snom-models.ts";
import { board, leg, session, sure, token } from "../../unit/http/fixture.ts";
import { hrefOf, modelsOf, profileOf, render } from "./rendering.ts";
import { sceneNames, sceneOf } from "./scenes.ts";
import { strictPhoneOf } from "./strict-phones.ts";

const vendor = "snom";
const screenOf = (model: string) => profileOf({ vendor, model }).screen;
/** The longest URL base that the launcher's limit allows. */
const longBase = `https://${"h".repeat(52)}`;
const longStep = 999_999_999_999_999;
/** Names as whoever knows these phones would have them: the phone would put its own in their place. */
const hostile: Readonly<Record<string, string>> = {
  ...tortureTexts,
  callbacks: "$(set:user_pass1) $[sel] $$((x)",
  "a callback hidden by what is left out": "$\u0000(set:user_pass1)\u200e$\u202e[sel]",
};

function shown(page: Page, model: string, base?: string, step?: number) {
  const complaints: string[] = [];
  const xml = render(page, { vendor, model }, token, base, step);
  const document = readDocument(xml, modelOf(model), (text) => complaints.push(text));
  return { document: sure(document), complaints };
}

const urls = ({ keys }: SnomDocument) =>
  Object.fromEntries(keys.map(({ name, target }) => [name, target.does === "fetch" ? target.url : target.does]));

describe("texts meant to break a page", () => {
  const cases = sceneNames.flatMap((scene) => Object.keys(hostile).map((text) => [scene, text] as const));
  test.each(cases)("%s with %s", (scene, text) => {
    const page = sceneOf(scene, hostile[text] ?? "", screenOf("D735"));
    expect(shown(page, "D735", longBase, longStep).complaints).toEqual([]);
  });
});

describe("golden documents", () => {
  const golden = modelsOf(vendor).flatMap((model) =>
    ["board", "session coach", "pin"].map((scene) => [model, scene] as const),
  );
  test.each(golden)("%s: %s", async (model, scene) => {
    const xml = render(sceneOf(scene, "Zoë & Söhne", screenOf(model)), { vendor, model }, token);
    expect(strictPhoneOf(vendor).read(xml, model).complaints).toEqual([]);
    await expect(xml).toMatchFileSnapshot(`golden/snom-${model}-${scene.replaceAll(" ", "-")}.xml`);
  });
});

describe("the sheet says of a model what the strict phone knows", () => {
  test.each(models)("$name", ({ name, labelColumns, titleColumns, textColumns, textLines, firstLamp, lineKeys }) => {
    const { screen, sizes, softkeys } = profileOf({ vendor, model: name });
    expect({ ...screen, ...sizes, softkeys }).toEqual({
      ...{ labelColumns, titleColumns, columns: textColumns, textLines, firstLamp, lineKeys },
      ...{ rows: 10, selection: false, softkeys: 4 },
    });
  });
});

describe("keys", () => {
  test("stand from the left, the check mark has what OK does, and the X the way back", () => {
    const { document } = shown(session, "D785");
    expect(urls(document)).toEqual({
      F1: hrefOf({ to: "press", act: "unmute" }, token),
      F2: hrefOf({ to: "press", act: "join" }, token),
      F3: hrefOf({ to: "press", act: "back" }, token),
      F4: hrefOf({ to: "press", act: "leave" }, token),
      ENTER: hrefOf({ to: "session" }, token),
      CANCEL: hrefOf({ to: "board", page: 1 }, token),
    });
  });

  test("Leave is at one place on page after page", () => {
    const { document } = shown(sceneOf("connecting", "Jane", screenOf("D785")), "D785");
    expect(document.keys.find(({ label }) => label === "Leave")?.name).toBe("F4");
  });

  test("no key of a list works on a row, as nothing tells for sure which one", () => {
    const page = sceneOf("board", "Jane", screenOf("D785"));
    expect(page.keys.map(({ link }) => link.to)).not.toContain("pick");
  });

  test("the X never asks for an old press", () => {
    expect(shown(session, "D785").document.tracked).toBe(false);
  });

  test("Exit closes the minibrowser", () => {
    expect(urls(shown(board, "D785").document)["F4"]).toBe("exit");
  });
});

describe("what comes by itself", () => {
  test("is asked for after as many seconds as the page says", () => {
    const { fetch } = shown(session, "D785").document;
    expect(fetch).toEqual({ afterMs: 2_000, target: { does: "fetch", url: hrefOf({ to: "session" }, token) } });
  });

  test("presses nothing", () => {
    const acting: Page = { ...session, refresh: { seconds: 5, link: { to: "press", act: "unmute" } } };
    expect(shown(acting, "D785").document.fetch?.target).toEqual({ does: "fetch", url: hrefOf({ to: "home" }, token) });
  });

  test("leaves what is half typed alone", () => {
    expect(shown(sceneOf("pin", "Jane", screenOf("D785")), "D785").document.fetch).toBeUndefined();
  });

  test("keeps the cursor on its row", () => {
    const rows = sure(board.rows.slice(0, 2));
    const { document } = shown({ ...board, rows, highlighted: sure(rows[1]) }, "D785");
    expect(document.selected).toBe(1);
  });
});

describe("a text", () => {
  const long: Page = { ...session, lines: [`A ${"very ".repeat(60)}long line.`], done: { to: "menu" } };

  test("that has no room on the screen is a list, whole, whose rows lead where the check mark would", () => {
    const { document, complaints } = shown(long, "D717");
    expect([document.kind, complaints]).toEqual(["menu", []]);
    expect(document.items.map(({ name }) => name).join(" ")).toContain("very very");
    const targets = new Set(document.items.map(({ target }) => JSON.stringify(target)));
    expect([...targets]).toEqual([JSON.stringify({ does: "fetch", url: hrefOf({ to: "menu" }, token) })]);
  });

  test("that has, is one", () => expect(shown(session, "D717").document.kind).toBe("text"));

  test("of nothing says so", () => expect(shown({ ...session, lines: [] }, "D735").document.lines).toEqual(["–"]));
});

describe("typing", () => {
  test.each([
    ["pin", "pn"],
    ["typing letters", "a"],
    ["typing digits", "n"],
  ])("%s is a field of its kind, and at most one of the phone's own keys is taken", (scene, flags) => {
    const { document } = shown(sceneOf(scene, "Jane", screenOf("D735")), "D735");
    expect(document.input?.flags).toBe(flags);
    expect(document.keys.filter(({ name }) => /^F[1-3]$/.test(name))).toEqual([]);
    expect(document.keys.some(({ name }) => name === "CANCEL")).toBe(true);
  });

  test("goes to a press that is signed and has its step", () => {
    const { document } = shown(sceneOf("pin", "Jane", screenOf("D785")), "D785");
    expect(document.input?.url).toMatch(/\/do\/listen-hidden\/c1-agent\/7\.[A-Za-z0-9_-]{16}\?typed=__TYPED__$/);
  });
});

describe("what is not known is proved by", () => {
  const { steps, itself } = sure(vendorNamed(vendor)?.prove);
  const cases = steps.flatMap(({ id, pages = {} }) =>
    Object.entries(pages).map(([word, made]) => [id, word, made] as const),
  );
  test.each(cases)("the page of %s %s, which each model takes", (_id, _word, made) => {
    const told = modelsOf(vendor).map((model) => shown(made.page(profileOf({ vendor, model })), model).complaints);
    expect(told.flat()).toEqual([]);
  });

  test("steps that are named once, and each stand in the sheet", () => {
    const ids = steps.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !/^[a-z-]{1,40}$/.test(id))).toEqual([]);
    const quirks = profileOf({ vendor, model: "D785" }).quirks.map(({ id }) => id);
    expect(steps.map(({ decides }) => decides.quirk).filter((quirk) => !quirks.includes(quirk))).toEqual([]);
  });

  test.each(strictPhoneOf(vendor).agents)("a phone that says %s names itself", (agent) => {
    expect(itself(agent)).toEqual({ model: "D785", firmware: "10.1.169.16" });
  });
});

describe("whatever a page says", () => {
  const anyText = fc.oneof(
    fc.constantFrom(...Object.values(hostile)),
    fc.string({ unit: "binary", maxLength: 60 }),
    fc.string({ unit: "grapheme", maxLength: 300 }),
    fc.stringMatching(/^[$()[\]a-z]{1,9}$/),
  );
  const anyLeg = fc.stringMatching(/^[A-Za-z0-9_.-]{1,80}$/).map(leg);
  const anyLink = fc.oneof(
    fc.constantFrom<Key["link"]>({ to: "home" }, { to: "session" }, { to: "exit" }, { to: "menu" }),
    anyLeg.map((id): Key["link"] => ({ to: "call", leg: id })),
    fc.tuple(fc.constantFrom(...pressActs), anyLeg).map(([act, id]): Key["link"] => ({ to: "press", act, leg: id })),
  );
  const keys = (most: number) => fc.array(fc.record<Key>({ label: anyText, link: anyLink }), { maxLength: most });
  const rows = fc.array(fc.record<Row>({ text: anyText, link: anyLink }), { maxLength: 60 });
  const anyPage: fc.Arbitrary<Page> = fc.oneof(
    fc.record({ kind: fc.constant("list" as const), title: anyText, keys: keys(4), rows }),
    fc.record({
      ...{ kind: fc.constant("text" as const), title: anyText, keys: keys(4), done: anyLink },
      lines: fc.array(anyText, { maxLength: 200 }),
    }),
    fc.record({
      ...{ kind: fc.constant("input" as const), title: anyText, keys: keys(2), back: anyLink, prompt: anyText },
      input: fc.constantFrom("digits" as const, "text" as const, "secret" as const),
      to: anyLeg.map((id) => ({ to: "press" as const, act: "listen-hidden" as const, leg: id })),
      typing: fc.record({ send: anyText, erase: anyText, mode: anyText }),
    }),
  );

  test("no phone complains, and no key is lost", () => {
    fc.assert(
      fc.property(anyPage, fc.constantFrom(...modelsOf(vendor)), fc.nat(999_999_999), (page, model, step) => {
        const xml = render(page, { vendor, model }, token, longBase, step);
        const { complaints, hrefs } = strictPhoneOf(vendor).read(xml, model);
        expect(complaints).toEqual([]);
        const links = page.keys.map(({ link }) => link).filter(({ to }) => to !== "exit");
        expect(links.filter((link) => !hrefs.has(hrefOf(link, token, longBase, step)))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
