import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { tortureTexts } from "../../../src/http/torture.ts";
import { type Key, type Page, pressActs, type Row } from "../../../src/pages/index.ts";
import { pairwise, type Switches } from "../../lab/phones/polycom-switches.ts";
import { board, leg, session, token } from "../../unit/http/fixture.ts";
import { formOf, type PolycomPage, readPage } from "./polycom-reading.ts";
import { hrefOf, modelsOf, profileOf, render } from "./rendering.ts";
import { sceneNames, sceneOf, tortureNames } from "./scenes.ts";

const vendor = "polycom";
const models = modelsOf(vendor);
const screenOf = (model: string) => profileOf({ vendor, model }).screen;
/** The longest URL base that the launcher's limit allows. */
const longBase = `https://${"h".repeat(52)}`;
const longStep = 999_999_999_999_999;

/** The narrowest model of each profile. */
const kinds = ["SPIP430", "SPIP320", "SSIP6000", "VVX301", "CCX600"];

function shown(page: Page, model: string, base?: string, step?: number, switches: Partial<Switches> = {}) {
  return readPage(render(page, { vendor, model }, token, base, step), model, switches);
}

/** Everything that can be asked for on this page, leaving aside, as addresses. */
function wanted(page: Page, base?: string, step?: number): string[] {
  const keys: readonly Key[] = [...page.keys, ...(page.kind === "text" ? (page.more ?? []) : [])];
  const rows = page.kind === "list" ? page.rows : [];
  const links = [...keys, ...rows].map(({ link }) => link).filter(({ to }) => to !== "exit");
  return [...new Set(links.map((link) => hrefOf(link, token, base, step)))].sort();
}

const reachable = ({ links }: PolycomPage): ReadonlySet<string> => new Set(links.map(({ href }) => href));

describe("every page of the house", () => {
  const cases = models.flatMap((model) => sceneNames.map((scene) => [model, scene] as const));
  test.each(cases)("%s: %s", (model, scene) => {
    const page = sceneOf(scene, "Zoë & Söhne", screenOf(model));
    const { page: read, complaints } = shown(page, model);
    expect(complaints).toEqual([]);
    const links = reachable(read);
    expect(wanted(page).filter((href) => !links.has(href))).toEqual([]);
  });
});

describe("texts meant to break a page", () => {
  const cases = kinds.flatMap((model) =>
    sceneNames.flatMap((scene) => tortureNames.map((name) => [model, scene, name] as const)),
  );
  test.each(cases)("%s: %s with %s", (model, scene, name) => {
    const page = sceneOf(scene, tortureTexts[name] ?? "", screenOf(model));
    const { page: read, complaints } = shown(page, model, longBase, longStep);
    expect(complaints).toEqual([]);
    const links = reachable(read);
    expect(wanted(page, longBase, longStep).filter((href) => !links.has(href))).toEqual([]);
  });
});

describe("whatever is not known of the phones", () => {
  const settings = (["SPIP550", "VVX411"] as const).flatMap((model) =>
    pairwise(formOf(model)).map((switches, at) => [model, at, switches] as const),
  );
  const cases = settings.flatMap(([model, at, switches]) =>
    sceneNames.map((scene) => [model, scene, at, switches] as const),
  );
  test.each(cases)("%s: %s, setting %i", (model, scene, _, switches) => {
    const page = sceneOf(scene, "Zoë & Söhne", screenOf(model));
    const { page: read, complaints } = shown(page, model, undefined, undefined, switches);
    expect(complaints).toEqual([]);
    const links = reachable(read);
    expect(wanted(page).filter((href) => !links.has(href))).toEqual([]);
  });
});

describe("golden documents", () => {
  const golden = ["SPIP550", "SPIP320", "SSIP6000", "VVX411", "CCX600"].flatMap((model) =>
    ["board", "session coach", "pin"].map((scene) => [model, scene] as const),
  );
  test.each(golden)("%s: %s", async (model, scene) => {
    const xml = render(sceneOf(scene, "Zoë & Söhne", screenOf(model)), { vendor, model }, token);
    expect(readPage(xml, model).complaints).toEqual([]);
    await expect(xml).toMatchFileSnapshot(`golden/polycom-${model}-${scene.replaceAll(" ", "-")}.xml`);
  });
});

describe("the two forms", () => {
  test("the microbrowser has softkeys beside its links, at their places", () => {
    const { page } = shown(sceneOf("session coach", "Jane", screenOf("SPIP550")), "SPIP550");
    expect(page.softkeys.map(({ index, label }) => `${index} ${label}`)).toEqual([
      "1 Unmute",
      "2 Join",
      "3 Listen",
      "4 Leave",
    ]);
  });

  test("Leave is at one place on page after page", () => {
    const { page } = shown(sceneOf("connecting", "Jane", screenOf("SPIP550")), "SPIP550");
    expect(page.softkeys.map(({ index, label }) => `${index} ${label}`)).toEqual(["4 Leave"]);
  });

  test("a VVX has none, and its keys before the text", () => {
    const { page } = shown(sceneOf("session coach", "Jane", screenOf("VVX411")), "VVX411");
    expect(page.softkeys).toEqual([]);
    expect(page.links.map(({ text }) => text)).toEqual([
      "Coaching Ana Ruiz",
      "Unmute",
      "Join",
      "Listen",
      "Leave",
      "Heads-up",
      "Take over",
      "Participants",
    ]);
  });

  test.each(["SPIP550", "VVX411"])("on a %s the first link of a page that refreshes acts not", (model) => {
    const { page } = shown(sceneOf("session coach", "Jane", screenOf(model)), model);
    expect(page.links[0]?.href).toMatch(/\/session$/);
  });

  test.each(["SPIP550", "VVX411"])("on a %s nothing is pressed by asking again", (model) => {
    const acting: Page = { ...session, refresh: { seconds: 5, link: { to: "press", act: "unmute" } } };
    expect(shown(acting, model).page.links[0]?.href).toBe(hrefOf({ to: "home" }, token));
  });

  test("no key of a list works on a row, as nothing tells which one", () => {
    const page = sceneOf("board", "Jane", screenOf("SPIP550"));
    expect(page.keys.map(({ link }) => link.to)).toEqual(["board", "find", "exit"]);
  });

  test("what OK says on a phone that has it is not said", () => {
    const { page } = shown(sceneOf("session listen", "Jane", screenOf("SPIP550")), "SPIP550");
    expect(page.lines.join("\n")).not.toContain("OK");
  });

  test.each(models)("%s has no word of leaving in its body", (model) =>
    expect(shown({ ...session, keys: [{ label: "Exit", link: { to: "exit" } }] }, model).page.links).toHaveLength(1),
  );
});

describe("typing", () => {
  test.each([
    ["SPIP550", "pin", "password"],
    ["VVX411", "pin", "password"],
    ["SPIP550", "typing letters", "text"],
    ["VVX411", "typing digits", "text"],
  ])("%s: %s is a field of its kind", (model, scene, type) => {
    const { page } = shown(sceneOf(scene, "Jane", screenOf(model)), model);
    expect(page.form?.fields).toEqual([{ kind: type, name: "typed", value: "" }]);
    expect(page.lines.join()).toContain("OK");
  });

  test("goes to a press that is signed and has its step", () => {
    const { page } = shown(sceneOf("pin", "Jane", screenOf("SPIP550")), "SPIP550");
    expect(page.form?.action).toMatch(/\/do\/listen-hidden\/c1-agent\/7\.[A-Za-z0-9_-]{16}$/);
  });

  test("the microbrowser's OK stands in the form, and the way back last", () => {
    const { page } = shown(sceneOf("typing digits", "Jane", screenOf("SPIP550")), "SPIP550");
    expect(page.softkeys.map(({ index, label }) => `${index} ${label}`)).toEqual(["1 OK", "2 Letters", "4 Back"]);
  });
});

describe("of what is too much", () => {
  test("lines go last, and are missed visibly", () => {
    const lines = Array.from({ length: 400 }, (_, n) => `line ${n}`);
    const { page, complaints } = shown({ ...session, lines }, "SPIP550");
    expect(complaints).toEqual([]);
    const said = page.lines.filter((line) => line.startsWith("line"));
    expect(said).toEqual(lines.slice(0, said.length));
    expect(said.length).toBeGreaterThan(150);
    expect(page.lines).toContain("…");
    expect(reachable(page)).toContain(hrefOf({ to: "press", act: "leave" }, token));
  });

  test("calls go before the way to the other pages", () => {
    const calls = Array.from({ length: 200 }, (_, n): Row => {
      const id = leg(`c${n}`);
      return { text: `call ${n}`, link: { to: "call", leg: id }, selection: id };
    });
    const rows: Row[] = [...calls, { text: "More …", link: { to: "board", page: 2 } }];
    const { page, complaints } = shown({ ...board, rows }, "SPIP550", longBase);
    expect(complaints).toEqual([]);
    expect(reachable(page)).toContain(hrefOf({ to: "board", page: 2 }, token, longBase));
    expect(page.links.map(({ text }) => text).filter((text) => text.startsWith("call")).length).toBe(11);
  });
});

describe("whatever a page says", () => {
  const anyText = fc.oneof(
    fc.constantFrom(...Object.values(tortureTexts)),
    fc.string({ unit: "binary", maxLength: 60 }),
    fc.string({ unit: "grapheme", maxLength: 300 }),
  );
  const anyLeg = fc.stringMatching(/^[A-Za-z0-9_.-]{1,80}$/).map(leg);
  const anyLink = fc.oneof(
    fc.constantFrom<Key["link"]>({ to: "home" }, { to: "session" }, { to: "exit" }, { to: "menu" }),
    fc.nat(9999).map((page): Key["link"] => ({ to: "board", page })),
    anyLeg.map((id): Key["link"] => ({ to: "call", leg: id })),
    fc.tuple(fc.constantFrom(...pressActs), anyLeg).map(([act, id]): Key["link"] => ({ to: "press", act, leg: id })),
  );
  const anyKeys = (most: number) => fc.array(fc.record<Key>({ label: anyText, link: anyLink }), { maxLength: most });
  const frame = { title: anyText, keys: anyKeys(4) };
  const row: fc.Arbitrary<Row> = fc.oneof(
    fc.record({ text: anyText, link: anyLink }),
    fc.record({ text: anyText, link: anyLink, selection: anyLeg }),
  );
  const anyPage: fc.Arbitrary<Page> = fc.oneof(
    fc.record({ kind: fc.constant("list" as const), ...frame, rows: fc.array(row, { maxLength: 60 }) }),
    fc.record({
      ...{ kind: fc.constant("text" as const), ...frame, more: anyKeys(6), done: anyLink },
      lines: fc.array(anyText, { maxLength: 200 }),
    }),
    fc.record({
      ...{ kind: fc.constant("input" as const), ...frame, keys: anyKeys(2), back: anyLink, prompt: anyText },
      input: fc.constantFrom("digits" as const, "text" as const, "secret" as const),
      to: anyLeg.map((id) => ({ to: "press" as const, act: "listen-hidden" as const, leg: id })),
      typing: fc.record({ send: anyText, erase: anyText, mode: anyText }),
    }),
  );

  test("no phone complains, and no command is lost", () => {
    fc.assert(
      fc.property(anyPage, fc.constantFrom(...kinds), fc.nat(999_999_999), (page, model, step) => {
        const { page: read, complaints } = shown(page, model, longBase, step);
        expect(complaints).toEqual([]);
        const commands = wanted({ ...page, ...(page.kind === "list" && { rows: [] }) } as Page, longBase, step);
        const links = reachable(read);
        expect(commands.filter((href) => !links.has(href))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

test("a call of 80 letters' address still fits on every row", () => {
  const rows = Array.from({ length: screenOf("VVX1500").rows }, (_, n): Row => {
    const id = leg(`${n}`.padStart(2, "0") + "L".repeat(78));
    return { text: "&".repeat(60), link: { to: "call", leg: id }, selection: id };
  });
  const { page } = shown({ ...board, rows }, "VVX1500", longBase);
  expect(page.links.filter(({ href }) => href.endsWith("L".repeat(78)))).toHaveLength(rows.length);
});
