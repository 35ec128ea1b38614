import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { CallCentre, FORBIDDEN, VOICE } from "./call-centre.ts";
import { matrixOf } from "./matrix-run.ts";
import { asteriskPart } from "./parts.ts";
import { RawSupervision } from "./raw-supervision.ts";

const part = await asteriskPart();

describe(`the audio matrix on Asterisk ${part.ok ? part.version : `(${part.why})`}`, () => {
  const centre = new CallCentre();

  beforeAll(() => centre.start());
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

  it.each([
    ["Dial", "2001"],
    ["Queue", "600"],
  ])("R4 R8 R9 R10 every mode by %s is heard by those it promises and by nobody else", async (kind, target) => {
    const call = await centre.connect(target);
    const lines = await matrixOf(centre, call, { thorough: true });
    console.log([`by ${kind}: who hears whom, measured; 0 leaks`, ...lines].join("\n"));
    await call.customer.hangUp();
    await call.agent.ended();
  });
});
