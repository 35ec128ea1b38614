import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BrowserLab } from "./browser.ts";
import { DeskBench } from "./desk-bench.ts";
import { broken, dice, LIMITS, RandomStates } from "./desk-documents.ts";
import { readDocument, type YealinkDocument } from "./phones/yealink-document.ts";

interface Reading {
  readonly document: YealinkDocument | undefined;
  readonly complaints: readonly string[];
}

const SEED = 20_261_126;
const browser = new BrowserLab();
const bench = new DeskBench({ script: "manual" });
const states = new RandomStates(bench, SEED);
let page: Page;
let real: readonly string[];

beforeAll(async () => {
  await Promise.all([browser.start(), bench.start()]);
  page = await browser.page();
  await page.goto(`${bench.origin}/`);
  real = await states.documents(1_000);
});
afterAll(async () => {
  // Chromium's own page about ill-formed XML has styles in it, which the page's policy forbids, and it says so.
  const faults = await browser.takeFaults();
  expect(faults.filter((fault) => !fault.startsWith("console: Applying inline style violates"))).toEqual([]);
  await browser.stop();
  await states.stop();
  await bench.stop();
});

/** What the drawn phone's reader makes of them, in the browser, as the page itself uses it. */
async function drawn(documents: readonly string[]): Promise<readonly Reading[]> {
  const read = await page.evaluate<readonly Reading[]>(`(async () => {
    const { readDocument } = await import("/assets/phone-reader.js");
    return ${JSON.stringify(documents)}.map((xml) => readDocument(xml));
  })()`);
  return read.map(comparable);
}

function strict(xml: string): Reading {
  const complaints: string[] = [];
  const document = readDocument(xml, LIMITS, (text) => complaints.push(text));
  return comparable({ document, complaints });
}

/** Where XML is not well-formed, both say so, each in its parser's words, and what is left of it is nobody's. */
function comparable({ document, complaints }: Reading): Reading {
  if (complaints.some((text) => text.startsWith("not well-formed")))
    return { document: undefined, complaints: ["not well-formed"] };
  // A value that is not there is not sent by the browser.
  const known = document && (JSON.parse(JSON.stringify(document)) as YealinkDocument);
  return { document: known, complaints: [...complaints].sort() };
}

/** Every document on which the two do not agree, with what each says. */
function quarrels(documents: readonly string[], seen: readonly Reading[]): readonly object[] {
  return documents.flatMap((xml, at) => {
    const [one, other] = [strict(xml), seen[at]];
    return JSON.stringify(one) === JSON.stringify(other) ? [] : [{ xml, strict: one, drawn: other }];
  });
}

describe("the drawn phone and the strict stand-in read alike", () => {
  it("one thousand documents of a gateway in random states, without a complaint", async () => {
    const seen = await drawn(real);
    expect(quarrels(real, seen)).toEqual([]);
    expect(seen.flatMap(({ complaints }) => complaints)).toEqual([]);
  });

  it("and these were of every kind: lists, questions, sessions in each mode, refusals, the end, a PBX that is away", () => {
    const titles = real.map((xml) => strict(xml).document?.title ?? "");
    const kinds = [
      /^Live calls \(\d+\)$/,
      /^Listen to /,
      /^Listening to /,
      /^Coaching /,
      /^On the call of /,
      /^Not possible$/,
    ];
    const more = [/^Find a call$/, /^Found \(\d+\): /, /^Ended$/, /^Connecting$/, /^Who is with me$/, /^Live calls$/];
    expect([...kinds, ...more].filter((kind) => !titles.some((title) => kind.test(title)))).toEqual([]);
    expect(new Set(real).size).toBeGreaterThan(250);
  });

  it("one thousand of them with one thing broken, to the same complaints", async () => {
    const roll = dice(SEED);
    const hurt = real.map((xml) => broken(xml, roll));
    const seen = await drawn(hurt);
    expect(quarrels(hurt, seen)).toEqual([]);
    // Not all of it was ill-formed, and not all of it harmless.
    expect(new Set(seen.flatMap(({ complaints }) => complaints)).size).toBeGreaterThan(20);
    expect(seen.filter(({ complaints }) => complaints[0] === "not well-formed").length).toBeGreaterThan(100);
  });
});
