import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { person } from "../unit/core/world.ts";
import { CallCentre, FORBIDDEN, VOICE } from "./call-centre.ts";
import { colleagues, followMe, group, type KindPhones, outbound, type Placing, reaching } from "./kind-placing.ts";
import { KINDS_SITE } from "./kinds-of-call.ts";
import { matrixOf, type Promised } from "./matrix-run.ts";
import { asteriskPart } from "./parts.ts";
import { RawSupervision } from "./raw-supervision.ts";
import { TONES } from "./voices.ts";

const part = await asteriskPart();

const KINDS: readonly (readonly [string, Placing, Promised?])[] = [
  ["Dial", reaching("2001"), { thorough: true }],
  ["a queue with devices as members", reaching("600"), { thorough: true }],
  ["a queue with Local members that stay", reaching("610")],
  ["a queue with Local members that go after the answer", reaching("611")],
  ["a ring group of devices", group("620")],
  ["a ring group of Local channels", group("621")],
  ["a follow-me that rings the next after no answer", followMe],
  ["a call the agent makes by the trunk", outbound],
  ["a call from agent to agent", colleagues],
];

describe(`the audio matrix on Asterisk ${part.ok ? part.version : `(${part.why})`}`, () => {
  const dita = person("2003", "Dita Novak", "agent", "support");
  const centre = new CallCentre({ ...KINDS_SITE, people: [dita] });
  let phones: KindPhones;

  beforeAll(async () => {
    await centre.start();
    const { lab, phones: all } = centre;
    phones = {
      ben: await all.add({ account: lab.account("2002"), hz: TONES.customer }),
      dita: await all.add({ account: lab.account("2003"), hz: TONES.agent3 }),
    };
  });
  afterEach(() => centre.quiet());
  afterAll(() => centre.stop());

  it("the meter of this run reports a raw snoop that is opened to both sides for a moment", async () => {
    const { kim } = centre.at;
    const { agentEar, customerEar } = await centre.connect("2001");
    const raw = new RawSupervision(centre.lab);
    await Promise.all([kim.incoming(), raw.start("PJSIP/3001-sup", "2001")]);
    await raw.whisper("both");
    await Promise.all([agentEar.hears(VOICE.nobody), customerEar.hears(VOICE.nobody)]);
    await raw.stop();
    expect((await agentEar.leaks(FORBIDDEN.agent)).length).toBeGreaterThanOrEqual(10);
    expect((await customerEar.leaks(FORBIDDEN.customer)).length).toBeGreaterThanOrEqual(10);
  });

  it.each(KINDS)(
    "R4 R5 R8 R9 R10 every mode by %s is heard by those it promises and by nobody else",
    async (kind, place, promised = {}) => {
      const call = await place(centre, phones);
      const lines = await matrixOf(centre, call, promised);
      console.log([`by ${kind}: who hears whom, measured; 0 leaks`, ...lines].join("\n"));
      await call.customer.hangUp();
      await call.agent.ended();
    },
  );
});
