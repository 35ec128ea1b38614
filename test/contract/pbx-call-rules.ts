import { expect, it } from "vitest";
import { customer, externalParties, type Story, talks } from "./pbx-story.ts";

/** What an adapter says of calls. */
export function callRules(story: Story): void {
  const { agentLeg, isOf, noCall, standingsSince, start, talking, theCall } = story;

  it("the first event after start is a full snapshot", async () => {
    await start();
    expect(story.recorder.events[0]).toEqual({ type: "pbx-snapshot", snapshot: { calls: [], supervisions: [] } });
  });

  it("the first snapshot holds the calls that were there before", async () => {
    await story.harness.incomingCall(customer);
    await story.phones.agent.answer();
    await start();
    const call = await theCall("the call of before", talks);
    expect(story.recorder.events[0]).toMatchObject({ type: "pbx-snapshot", snapshot: { calls: [{ id: call.id }] } });
    expect(agentLeg(call)).toMatchObject({ state: "up", certain: true });
  });

  it("a ringing call is reported with the agent's leg, customer number and name, and direction", async () => {
    await start();
    await story.harness.incomingCall(customer);
    const call = await theCall("a ringing call", (one) => one.legs.some(isOf("agent")));
    expect(call).toMatchObject({ direction: "inbound", startedAt: expect.any(Number) });
    expect(call.answeredAt).toBeUndefined();
    expect(call.queue).toBeUndefined();
    expect(agentLeg(call)).toMatchObject({ state: "ringing", holding: false, certain: true });
    expect(externalParties(call)).toEqual([{ kind: "external", ...customer }]);
  });

  it("an answered call is reported talking, with the time of the answer", async () => {
    await start();
    const { call } = await talking();
    expect(call.answeredAt).toBeGreaterThanOrEqual(call.startedAt);
    expect(call.legs.map((leg) => leg.state)).toEqual(["up", "up"]);
    expect(externalParties(call)).toEqual([{ kind: "external", ...customer }]);
  });

  it("a call keeps its id and its legs' ids from ringing to talking", async () => {
    await start();
    await story.harness.incomingCall(customer);
    const ringing = await theCall("a ringing call", (one) => one.legs.some(isOf("agent")));
    await story.phones.agent.answer();
    const answered = await theCall("an answered call", talks);
    expect(answered.id).toBe(ringing.id);
    expect(agentLeg(answered).id).toBe(agentLeg(ringing).id);
  });

  it("the agent's hold is reported on the agent's leg, and its end", async () => {
    await start();
    const { call } = await talking();
    await story.phones.agent.hold();
    const held = await theCall("the held call", (one) => agentLeg(one).holding);
    expect(held.answeredAt).toBe(call.answeredAt);
    await story.phones.agent.resume();
    await theCall("the resumed call", (one) => !agentLeg(one).holding);
  });

  it("the customer's hold is reported on the customer's leg", async () => {
    await start();
    await talking();
    await story.phones.customer.hold();
    const held = await theCall("the held call", (one) => one.legs.some((leg) => leg.holding));
    expect(agentLeg(held).holding).toBe(false);
  });

  it("a call that is hung up is reported ended, once", async () => {
    await start();
    const { call } = await talking();
    await story.phones.customer.hangUp();
    await noCall();
    expect(story.recorder.events.filter((event) => event.type === "call-ended")).toEqual([
      { type: "call-ended", call: call.id },
    ]);
  });

  it("a caller who gives up before the answer is reported ended", async () => {
    await start();
    await story.harness.incomingCall(customer);
    await theCall("a ringing call", (one) => one.legs.some(isOf("agent")));
    await story.phones.customer.hangUp();
    await noCall();
  });

  it("a call by a queue names the queue", async () => {
    await start();
    await story.harness.incomingCall({ ...customer, queue: story.harness.queue });
    await story.phones.agent.answer();
    const call = await theCall("the queue's call", talks);
    expect(call).toMatchObject({ queue: story.harness.queue, direction: "inbound" });
    expect(agentLeg(call)).toMatchObject({ state: "up", certain: true });
    expect(externalParties(call)).toEqual([{ kind: "external", ...customer }]);
  });

  it("R20 a call names the dialplan contexts that it is in, while it rings and while they talk", async () => {
    await start();
    await story.harness.incomingCall(customer);
    const ringing = await theCall("a ringing call", (one) => one.legs.some(isOf("agent")));
    expect(ringing.contexts).toContain(story.harness.context);
    await story.phones.agent.answer();
    const call = await theCall("an answered call", talks);
    expect(call.contexts).toContain(story.harness.context);
  });

  it("a call that the agent makes is outbound, with the customer's number", async () => {
    await start();
    await story.harness.outgoingCall({ number: customer.number });
    await story.phones.customer.answer();
    const call = await theCall("the outbound call", talks);
    expect(call.direction).toBe("outbound");
    expect(agentLeg(call)).toMatchObject({ state: "up", certain: true });
    expect(externalParties(call)).toMatchObject([{ kind: "external", number: customer.number }]);
  });

  it("a call between two agents is one call with two internal legs", async () => {
    await start();
    await story.harness.internalCall();
    await story.phones.colleague.answer();
    const call = await theCall("the internal call", talks);
    expect(story.recorder.picture().calls.size).toBe(1);
    expect(call.direction).toBe("internal");
    expect(call.legs).toHaveLength(2);
    expect(call.legs.filter(isOf("agent"))).toHaveLength(1);
    expect(call.legs.filter(isOf("colleague"))).toHaveLength(1);
  });

  it("a caller's name is reported as it was sent", async () => {
    const awkward = { number: "+12025550121", name: "<b>O'Neill & Söhne</b>" };
    await start();
    await story.harness.incomingCall(awkward);
    const call = await theCall("a ringing call", (one) => one.legs.some(isOf("agent")));
    expect(externalParties(call)).toEqual([{ kind: "external", ...awkward }]);
  });

  it("a PBX that restarts is away, and then sends a full snapshot", async () => {
    await start();
    await talking();
    const before = story.recorder.events.length;
    await story.harness.restartPbx();
    await story.recorder.until("the snapshot after the restart", ({ there, calls }) =>
      there && calls.size === 0 && standingsSince(before).length > 1 ? true : undefined,
    );
    expect(standingsSince(before).slice(0, 2)).toEqual(["pbx-away", "pbx-snapshot"]);
    await talking();
  });
}
