import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { until } from "../scenarios/bench.ts";
import { CallCentre, FORBIDDEN, type LabCall, VOICE } from "./call-centre.ts";
import { now } from "./clock.ts";
import { asteriskPart } from "./parts.ts";

const part = await asteriskPart();

/** A voice rides on what passes: the supervisor is told who passes nothing (R11). */
describe(`R11 who may not be heard, on Asterisk ${part.ok ? part.version : `(${part.why})`}`, () => {
  const centre = new CallCentre();

  beforeAll(() => centre.start());
  afterEach(async () => {
    const { ana, carla, kim } = centre.at;
    await Promise.all([ana.silent(false), carla.silent(false), kim.speak(VOICE.nobody)]);
    await centre.quiet();
  });
  afterAll(() => centre.stop());

  const nobodyWarns = /^(?![\s\S]*may not be heard)/;
  const named = (who: string) => new RegExp(`You may not be heard: ${who}'s phone sends no sound`);

  /** From the board to Coach or Join with an open mic. */
  async function speaking(mode: "Coach" | "Join", voice: number, call: LabCall): Promise<void> {
    const { page, kim } = centre.at;
    await until(page, /Ana Ruiz/);
    await page.press("Listen");
    await Promise.all([kim.incoming(), page.press("Visible")]);
    await until(page, /can see you/);
    await page.press(mode);
    await until(page, /Nobody hears you/);
    await kim.speak(mode === "Coach" ? VOICE.toAgent : VOICE.toAll);
    await page.press("Unmute");
    await until(page, mode === "Coach" ? /Ana Ruiz hears you/ : /Everybody on the call hears you/);
    await kim.speak(voice);
    await call.agentEar.hears(voice);
    expect(page.text()).not.toMatch(/may not be heard/);
  }

  it("coaching while the customer's phone sends nothing: the page says so until it sends again", async () => {
    const call = await centre.connect("2001");
    const { page, carla } = centre.at;
    await speaking("Coach", VOICE.agent, call);
    await carla.silent(true);
    await until(page, named("Carla Voss"));
    // Nothing has reached the agent since, her own call's audio among it.
    await call.agent.phone.settle();
    expect(call.agent.frames.filter(({ at }) => at > now() - 500)).toEqual([]);
    await carla.silent(false);
    await until(page, nobodyWarns);
    await call.agentEar.hears(VOICE.agent, now());
    expect(await call.customerEar.leaks(FORBIDDEN.customer)).toEqual([]);
    await page.press("Leave");
    await call.customer.hangUp();
  });

  it("joining while the agent's phone sends nothing: the customer does not hear, and the page names the agent", async () => {
    const call = await centre.connect("2001");
    const { page, ana } = centre.at;
    await speaking("Join", VOICE.all, call);
    await call.customerEar.hears(VOICE.all);
    await ana.silent(true);
    await until(page, named("Ana Ruiz"));
    await call.customer.phone.settle();
    expect(call.customer.frames.filter(({ at }) => at > now() - 500)).toEqual([]);
    await call.agentEar.hears(VOICE.all, now());
    await page.press("Mute");
    await until(page, /Nobody hears you/);
    expect(page.text()).not.toMatch(/may not be heard/);
    await page.press("Unmute");
    await until(page, named("Ana Ruiz"));
    await ana.silent(false);
    await until(page, nobodyWarns);
    await call.customerEar.hears(VOICE.all, now());
    await page.press("Leave");
    await call.customer.hangUp();
  });
});
