import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Form, pairwise, switchesAt, switchesOf, uncertainties } from "../../lab/phones/polycom-switches.ts";
import { PolycomBench, soundPoint, vvx } from "./polycom-corpus/bench.ts";
import { exampleA, exampleB } from "./polycom-corpus/document.ts";

const bench = new PolycomBench();
beforeAll(() => bench.start());
afterAll(() => bench.stop());

const everywhere: readonly (Form | "push")[] = ["microbrowser", "vvx", "push"];
const pairs = everywhere.flatMap((where) => {
  const names = switchesAt(where);
  return names.flatMap((one, n) => names.slice(n + 1).map((other) => [where, one, other] as const));
});

describe("what is not known of Polycom phones is tried both ways", () => {
  test.each(pairs)("%s: %s with %s in each of their four ways", (where, one, other) => {
    const ways = pairwise(where).map((row) => `${row[one]} ${row[other]}`);
    expect(new Set(ways)).toEqual(new Set(["true true", "true false", "false true", "false false"]));
  });

  test.each(everywhere)("%s: first as it usually is, and few settings in all", (where) => {
    const [usual] = pairwise(where);
    expect(switchesOf(usual)).toEqual(switchesOf());
    expect(pairwise(where).length).toBeLessThanOrEqual(12);
  });

  test.each(Object.entries(uncertainties))(
    "%s says what it does either way, and its source",
    (_name, { on, off, source }) => {
      expect(on).not.toBe(off);
      expect(source).toMatch(/^(\d+|issue)/);
    },
  );

  const settings = [
    ...pairwise("microbrowser").map((switches) => soundPoint(switches)),
    ...pairwise("vvx").map((switches) => vvx(switches)),
  ];
  const examples = settings.flatMap((options) => [exampleA, exampleB].map((example) => [options, example] as const));
  test.each(examples)("with %j the reference's own pages are shown", async (options, example) => {
    const phone = await bench.showing(example, options);
    expect(phone.rows().length).toBeGreaterThanOrEqual(3);
  });
});
