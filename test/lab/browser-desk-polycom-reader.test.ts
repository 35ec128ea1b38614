import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { tortureTexts } from "../../src/http/torture.ts";
import type { PolycomDocument } from "../../src/web/phone/polycom/document.ts";
import { formOf } from "../contract/phones/polycom-reading.ts";
import { profileOf, render } from "../contract/phones/rendering.ts";
import { sceneNames, sceneOf, tortureNames } from "../contract/phones/scenes.ts";
import { token } from "../unit/http/fixture.ts";
import { drawnSeen, type Seen, strictly } from "../unit/web/polycom-seen.ts";
import { BrowserLab } from "./browser.ts";
import { DeskBench } from "./desk-bench.ts";
import { broken, dice } from "./desk-documents.ts";

const SEED = 20_261_126;
const browser = new BrowserLab();
const bench = new DeskBench({ script: "manual" });
const models = ["SPIP550", "VVX500"] as const;

/** A page as a phone with that browser gets it. */
interface Given {
  readonly form: "microbrowser" | "vvx";
  readonly xml: string;
}

const pages = models.flatMap((model) =>
  sceneNames.flatMap((scene) =>
    tortureNames.map((name): Given => {
      const page = sceneOf(scene, tortureTexts[name] ?? "", profileOf({ vendor: "polycom", model }).screen);
      return { form: formOf(model), xml: render(page, { vendor: "polycom", model }, token) };
    }),
  ),
);

beforeAll(async () => {
  await Promise.all([browser.start(), bench.start()]);
});
afterAll(async () => {
  // Chromium's own page about ill-formed XML has styles in it, which the page's policy forbids, and it says so.
  const faults = await browser.takeFaults();
  expect(faults.filter((fault) => !fault.startsWith("console: Applying inline style violates"))).toEqual([]);
  await browser.stop();
  await bench.stop();
});

/** What the drawn phone's reader makes of them, in the browser, as the page itself uses it. */
async function drawn(given: readonly Given[]): Promise<readonly Seen[]> {
  const page = await browser.page();
  await page.goto(`${bench.origin}/`);
  const read = await page.evaluate<
    readonly { document?: PolycomDocument; complaints: readonly string[] }[]
  >(`(async () => {
    const { readPage } = await import("/assets/phone-reader.js");
    return ${JSON.stringify(given)}.map(({ form, xml }) => readPage(xml, { form, asHtml: true }));
  })()`);
  await page.context().close();
  return read.map(({ document, complaints }) =>
    comparable({ page: document && drawnSeen(document), codes: complaints.map((text) => text.split(":", 1)[0] ?? "") }),
  );
}

/** What is complained about is shown as anybody likes; of what is not well-formed nothing is read, and by which word is the parser's. */
function comparable({ page, codes }: Seen): Seen {
  if (codes.some((code) => code === "not-well-formed" || code === "unknown-entity"))
    return { page: undefined, codes: ["not-well-formed"] };
  return { page: codes.length > 0 ? undefined : page, codes: [...new Set(codes)].sort() };
}

/** Every page on which the two do not agree, with what each says. */
function quarrels(given: readonly Given[], seen: readonly Seen[]): readonly object[] {
  return given.flatMap(({ form, xml }, at) => {
    const [one, other] = [comparable(strictly(xml, form, true)), seen[at]];
    return JSON.stringify(one) === JSON.stringify(other) ? [] : [{ form, xml, strict: one, drawn: other }];
  });
}

/** A DOCTYPE is the same on every page, and no phone says what it makes of a broken one. */
function brokenBehindDoctype(xml: string, roll: ReturnType<typeof dice>): string {
  const at = xml.indexOf("<html");
  return xml.slice(0, at) + broken(xml.slice(at), roll);
}

describe("the drawn Polycom and the strict one read alike", () => {
  it("every page of the house with every text that is meant to break one, without a complaint", async () => {
    const seen = await drawn(pages);
    expect(quarrels(pages, seen)).toEqual([]);
    expect(seen.flatMap(({ codes }) => codes)).toEqual([]);
    expect(seen.filter(({ page }) => page !== undefined).length).toBe(pages.length);
    expect(pages.length).toBeGreaterThan(500);
  });

  it("the same with one thing broken, to the same complaints", async () => {
    const roll = dice(SEED);
    const hurt = pages.map(({ form, xml }) => ({ form, xml: brokenBehindDoctype(xml, roll) }));
    const seen = await drawn(hurt);
    expect(quarrels(hurt, seen)).toEqual([]);
    expect(new Set(seen.flatMap(({ codes }) => codes)).size).toBeGreaterThan(15);
    expect(seen.filter(({ codes }) => codes[0] === "not-well-formed").length).toBeGreaterThan(100);
  });
});
