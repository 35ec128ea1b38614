import { expect, test } from "vitest";
import { models } from "../../lab/phones/yealink-models.ts";
import { sheets } from "../../unit/http/words.ts";

const known = sheets.known()["yealink"]?.models ?? {};

test.each(models.map(({ name, lineKeys }) => [name, lineKeys] as const))(
  "the sheet lets a %s have no fewer line keys than the strict phone, which has %i",
  (name, lineKeys) => {
    expect(known[name]?.lineKeys).toBeGreaterThanOrEqual(lineKeys);
    expect(known[name]?.lineKeys).toBeLessThanOrEqual(lineKeys + 6);
  },
);

test("a make whose lamps come from the PBX has none to be held against", () => {
  expect(
    Object.values(sheets.known()["polycom"]?.models ?? {}).filter(({ lineKeys }) => lineKeys !== undefined),
  ).toEqual([]);
});
