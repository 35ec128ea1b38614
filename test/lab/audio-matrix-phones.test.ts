import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { strictPhoneOf } from "../contract/phones/strict-phones.ts";
import { CallCentre, type CallCentreOptions } from "./call-centre.ts";
import { matrixOf } from "./matrix-steps.ts";
import { counted } from "./meter.ts";
import { asteriskPart } from "./parts.ts";

type Screen = NonNullable<CallCentreOptions["screen"]>;

const part = await asteriskPart();
/** Both forms of Polycom, the smallest and a large Yealink, and a Snom: each at the keys of one supervisor. */
const SCREENS: readonly (readonly [string, Screen])[] = [
  ["a SoundPoint IP 550", screen("polycom", "SPIP550")],
  ["a VVX 411", screen("polycom", "VVX411")],
  ["a T30P", screen("yealink", "T30P")],
  ["a T54W", screen("yealink", "T54W")],
  ["a Snom D785", screen("snom", "D785")],
];

function screen(vendor: string, model: string): Screen {
  return { vendor, model, phone: () => strictPhoneOf(vendor).phone(model) };
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
