import { afterAll, beforeAll, describe, it } from "vitest";
import { type Form, pairwise } from "../lab/phones/polycom-switches.ts";
import { microbrowser, PolycomWorld, vvx } from "./polycom-world.ts";

/** Every two uncertainties in each of their four ways, on one gateway: a phone leaves nothing behind but its Leave. */
describe.each([
  ["microbrowser" as Form, microbrowser],
  ["vvx" as Form, vvx],
])("whatever is not known of a phone with a %s", (form, model) => {
  const world = new PolycomWorld();
  beforeAll(() => world.start(model));
  afterAll(() => world.stop());

  it.each(pairwise(form).map((switches, at) => [at, switches] as const))(
    "R4 R8 R9 R10 setting %i: each mode is heard by whom it says, and left",
    async (_, switches) => {
      await world.another({ switches });
      await world.walk();
    },
  );
});
