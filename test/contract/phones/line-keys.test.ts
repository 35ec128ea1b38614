import { expect, test } from "vitest";
import { vendors } from "../../../src/phones/index.ts";
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

test("whoever lights line keys says how many each model has, so that no lamp is sent where none is", () => {
  const lighting = Object.keys(vendors).filter((vendor) => vendors[vendor]?.push?.lampKeys);
  const unsaid = lighting.flatMap((vendor) =>
    Object.entries(sheets.known()[vendor]?.models ?? {}).flatMap(([model, { lineKeys }]) =>
      lineKeys === undefined ? [`${vendor} ${model}`] : [],
    ),
  );
  expect(unsaid).toEqual([]);
  expect(lighting).toContain("snom");
});
