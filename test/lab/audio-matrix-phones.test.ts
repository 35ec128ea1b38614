import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CallCentre, type CallCentreOptions } from "./call-centre.ts";
import { matrixOf } from "./matrix-steps.ts";
import { counted } from "./meter.ts";
import { asteriskPart } from "./parts.ts";
import { PolycomPhone } from "./phones/polycom.ts";
import { YealinkPhone } from "./phones/yealink.ts";

type Screen = NonNullable<CallCentreOptions["screen"]>;

const part = await asteriskPart();
/** Both forms of Polycom, and the smallest and a large Yealink: each at the keys of one supervisor. */
const SCREENS: readonly (readonly [string, Screen])[] = [
  ["a SoundPoint IP 550", polycom("SPIP550", "SPIP_550")],
  ["a VVX 411", polycom("VVX411", "VVX_411")],
  ["a T30P", yealink("T30P")],
  ["a T54W", yealink("T54W")],
];

function polycom(model: string, name: "SPIP_550" | "VVX_411"): Screen {
  return { vendor: "polycom", model, phone: () => new PolycomPhone({ model: name }) };
}

function yealink(model: "T30P" | "T54W"): Screen {
  return { vendor: "yealink", model, phone: () => new YealinkPhone({ model }) };
}

describe.each(SCREENS)(
  `who hears whom, by the keys of %s, on Asterisk ${part.ok ? part.version : `(${part.why})`}`,
  (name, screen) => {
    const centre = new CallCentre({ screen });

    beforeAll(() => centre.start());
    afterAll(() => centre.stop());

    it("R4 R8 R9 R10 every mode by its presses: each cell as promised, and no leak", { timeout: 120_000 }, async () => {
      await counted(async () => {
        const call = await centre.connect("2001");
        try {
          const lines = await matrixOf(centre, call, { thorough: true });
          console.log([`by ${name}: who hears whom, measured; 0 leaks`, ...lines].join("\n"));
          expect(lines).not.toEqual([]);
        } finally {
          await centre.quiet();
        }
      });
    });
  },
);
