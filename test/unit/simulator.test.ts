import { describe, expect, it } from "vitest";
import type { PersonId, SupervisionId } from "../../src/model/index.js";
import { ring, simulated } from "./simulated.ts";

const supervision = "s0000000000000001" as SupervisionId;
const agent = "2001" as PersonId;
const customer = { to: agent, number: "+12025550143", name: "Marta Nowak" };

describe("a supervisor's phone at the simulator", () => {
  it("is picked up after a moment where nobody plays it", async () => {
    const { pbx, clock, recorder } = await simulated({ seed: 7 });
    await ring(pbx, supervision);
    expect(recorder.picture().facts.get(supervision)).toEqual({ id: supervision, leg: "ringing" });
    await clock.advance(4_000);
    expect(recorder.picture().facts.get(supervision)).toEqual({ id: supervision, leg: "up" });
  });

  it("that nobody takes stops ringing after 30 seconds", async () => {
    const { pbx, clock, recorder } = await simulated({ seed: 7, script: "manual" });
    await ring(pbx, supervision);
    await clock.advance(29_999);
    expect(recorder.picture().endings.get(supervision)).toBeUndefined();
    await clock.advance(1);
    expect(recorder.picture().endings.get(supervision)).toBe("not-answered");
  });

  it("gets an ear and no mouth on a leg that is not certain", async () => {
    const { pbx } = await simulated({ seed: 7, script: "manual" });
    const call = pbx.incoming({ ...customer, certain: false });
    call.answer();
    await ring(pbx, supervision);
    pbx.pickUp(supervision);
    const path = { supervision, leg: call.agentLeg, agent };
    expect(await pbx.execute({ type: "attach-ear", ...path, unseen: false })).toEqual({ ok: true });
    const mouth = await pbx.execute({ type: "open-mouth", ...path, reach: "agent" });
    expect(mouth).toMatchObject({ ok: false, code: "leg-uncertain" });
    expect(pbx.hearing().filter(({ speaker }) => speaker === supervision)).toEqual([]);
  });

  it("is silent as soon as its end is asked for: mouth, then ear, then the leg", async () => {
    const { pbx, clock, recorder } = await simulated({ seed: 7, script: "manual" });
    const call = pbx.incoming(customer);
    call.answer();
    await ring(pbx, supervision);
    pbx.pickUp(supervision);
    const path = { supervision, leg: call.agentLeg, agent };
    await pbx.execute({ type: "attach-ear", ...path, unseen: false });
    await pbx.execute({ type: "open-mouth", ...path, reach: "everyone" });
    const before = recorder.events.length;
    await pbx.execute({ type: "end", supervision, ending: "left" });
    expect(recorder.events.slice(before)).toEqual([
      { type: "facts", facts: { id: supervision, leg: "up", ear: call.agentLeg } },
      { type: "facts", facts: { id: supervision, leg: "up" } },
      { type: "facts-ended", supervision, ending: "left" },
    ]);
    expect(clock.waiting()).toBe(0);
  });
});

describe("a simulator that goes away", () => {
  it("refuses, says nothing, and comes back with what has become of the calls", async () => {
    const { pbx, recorder } = await simulated({ seed: 7, script: "manual" });
    const call = pbx.incoming(customer);
    pbx.goAway("pulled out");
    expect(await ring(pbx, supervision)).toMatchObject({ ok: false, code: "pbx-away" });
    call.answer();
    expect(recorder.events.at(-1)).toEqual({ type: "pbx-away", why: "pulled out" });
    pbx.comeBack();
    expect(recorder.events.at(-1)).toMatchObject({
      type: "pbx-snapshot",
      snapshot: { calls: [{ id: call.callId, answeredAt: expect.any(Number) }] },
    });
  });

  it("lets supervisions be heard on, until their lease is over", async () => {
    const { pbx, clock, recorder } = await simulated({ seed: 7, script: "manual" });
    const call = pbx.incoming(customer);
    call.answer();
    await ring(pbx, supervision);
    pbx.pickUp(supervision);
    await pbx.execute({ type: "attach-ear", supervision, leg: call.agentLeg, agent, unseen: false });
    const heard = () => pbx.hearing().filter(({ listener }) => listener === supervision).length;
    pbx.goAway("pulled out");
    await clock.advance(89_999);
    expect(heard()).toBe(2);
    await clock.advance(1);
    expect(heard()).toBe(0);
    pbx.comeBack();
    expect(recorder.picture().facts.size).toBe(0);
  });

  it("does not do what was under way when it went", async () => {
    const { pbx, clock } = await simulated({ seed: 7, script: "manual", latencyMs: 50 });
    const asked = ring(pbx, supervision);
    pbx.goAway("pulled out");
    await clock.advance(50);
    expect(await asked).toMatchObject({ ok: false, code: "pbx-away" });
  });
});

describe("the virtual clock", () => {
  it("runs timers in the order of their time, and what they start in its turn", async () => {
    const { clock } = await simulated({ seed: 1, script: "manual" });
    const order: string[] = [];
    clock.after(20, () => order.push("later"));
    clock.after(10, () => clock.after(5, () => order.push("between")));
    clock.after(10, () => order.push("sooner"));
    clock.after(15, () => order.push("forgotten"))();
    await clock.advance(20);
    expect(order).toEqual(["sooner", "between", "later"]);
  });
});
