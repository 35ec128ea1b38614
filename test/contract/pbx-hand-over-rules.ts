import { expect, it } from "vitest";
import type { ActionResult, Call, LegId, SupervisionId } from "../../src/model/index.js";
import { type Story, talks } from "./pbx-story.ts";

/** What an adapter does when a call becomes a supervisor's own (R13). The adapter has been started. */
export function handOverRules(story: Story): void {
  const { agentLeg, endingOf, isOf, listen, open, talking, theCall } = story;

  const supervisorsLeg = (call: Call) =>
    call.legs.find(({ party }) => party.kind === "internal" && party.person === story.harness.desks.supervisor.person);
  const isOfThree = (call: Call): boolean =>
    call.legs.length === 3 && call.legs.every(({ state }) => state === "up") && supervisorsLeg(call) !== undefined;
  const isSupervisors = (call: Call): boolean =>
    talks(call) && supervisorsLeg(call) !== undefined && !call.legs.some(isOf("agent"));

  function takeOver(supervision: SupervisionId, leg: LegId): Promise<ActionResult> {
    return story.pbx.execute({ type: "take-over", supervision, leg, agent: story.harness.desks.agent.person });
  }

  const allTalk = {
    agent: ["customer", "supervisor"],
    customer: ["agent", "supervisor"],
    supervisor: ["agent", "customer"],
  };

  it("R13 all three talk until the agent leaves; then the supervisor has the call, as a party of it", async () => {
    const { call, leg } = await talking();
    const id = await listen(leg);
    expect(await takeOver(id, leg)).toEqual({ ok: true });
    expect(await endingOf(id)).toBe("took-over");
    const ofThree = await theCall("a call of three", isOfThree);
    expect(ofThree).toMatchObject({ id: call.id, answeredAt: call.answeredAt });
    expect(await story.whoHearsWhom()).toEqual(allTalk);
    await story.phones.agent.hangUp();
    const now = await theCall("a call of the supervisor's", isSupervisors);
    expect(now.id).toBe(call.id);
    expect(await story.harness.hears("customer", "supervisor")).toBe(true);
    expect(await story.harness.hears("supervisor", "customer")).toBe(true);
    await story.phones.supervisor.hangUp();
    await story.noCall();
  });

  it("R13 taken over from an open join nobody hears the supervisor twice, and no supervision is left", async () => {
    const { leg } = await talking({ queue: story.harness.queue });
    const id = await listen(leg);
    await open(id, leg, "everyone");
    expect(await takeOver(id, leg)).toEqual({ ok: true });
    await theCall("a call of three", isOfThree);
    expect(await story.whoHearsWhom()).toEqual(allTalk);
    await story.freshSnapshot();
    expect(story.recorder.picture().facts.size).toBe(0);
    expect(await story.end(id)).toEqual({ ok: true });
    expect([...story.recorder.picture().calls.values()].some(isOfThree)).toBe(true);
    await story.phones.customer.hangUp();
    await story.phones.agent.hangUp();
  });

  it("R20 a private call is not taken over: the supervisor's leg stays where it is", async () => {
    const { call, leg } = await talking();
    const id = await listen(leg);
    expect(await story.pbx.execute({ type: "set-private", call: call.id, on: true })).toEqual({ ok: true });
    expect(await takeOver(id, leg)).toMatchObject({ ok: false, code: "call-private" });
    expect(story.recorder.picture().facts.get(id)).toMatchObject({ id, leg: "up" });
    expect([...story.recorder.picture().calls.values()].some(isOfThree)).toBe(false);
  });

  it("R13 a supervisor who hangs up before it leaves the customer with the agent", async () => {
    const { call, leg } = await talking();
    const id = await listen(leg);
    await story.phones.supervisor.hangUp();
    expect(await endingOf(id)).toBe("supervisor-hung-up");
    expect(await takeOver(id, leg)).toMatchObject({ ok: false, code: "not-supervising" });
    const now = await theCall("the call of two", talks);
    expect(now.id).toBe(call.id);
    expect(agentLeg(now).id).toBe(leg);
    expect(await story.harness.hears("customer", "agent")).toBe(true);
  });

  it("R13 a supervisor who hangs up afterwards leaves the customer with the agent", async () => {
    const { call, leg } = await talking();
    const id = await listen(leg);
    await takeOver(id, leg);
    await theCall("a call of three", isOfThree);
    await story.phones.supervisor.hangUp();
    const now = await theCall("the call of two", (one) => talks(one) && one.legs.some(isOf("agent")));
    expect(now.id).toBe(call.id);
    expect(await story.harness.hears("customer", "agent")).toBe(true);
    expect(await story.harness.hears("agent", "customer")).toBe(true);
    await story.phones.customer.hangUp();
    await story.noCall();
  });

  it("R13 somebody who is not on the call is rung, and the customer stays with the agent until they answer", async () => {
    const { call, leg } = await talking();
    const { agent, colleague } = story.harness.desks;
    const handedOver = story.pbx.handOver({ leg, agent: agent.person, to: colleague.extension });
    await story.harness.handedOver();
    expect(await story.harness.hears("customer", "agent")).toBe(true);
    await story.phones.colleague.answer();
    expect(await handedOver).toEqual({ ok: true });
    const isOfThese = (one: Call): boolean => one.legs.length === 3 && one.legs.some(isOf("colleague"));
    expect((await theCall("a call of three", isOfThese)).id).toBe(call.id);
    expect(await story.harness.hears("customer", "colleague")).toBe(true);
    await story.phones.agent.hangUp();
    const now = await theCall("the colleague's call", (one) => talks(one) && one.legs.some(isOf("colleague")));
    expect(now.id).toBe(call.id);
    expect(await story.harness.hears("customer", "colleague")).toBe(true);
  });

  it("R13 a call that nobody takes stays with the agent", async () => {
    const { leg } = await talking();
    const { agent, colleague } = story.harness.desks;
    const nobody = story.pbx.handOver({ leg, agent: agent.person, to: story.harness.unplugged.extension });
    expect(await nobody).toMatchObject({ ok: false, code: "phone-not-registered" });
    const declined = story.pbx.handOver({ leg, agent: agent.person, to: colleague.extension });
    await story.harness.handedOver();
    await story.phones.colleague.hangUp();
    expect(await declined).toMatchObject({ ok: false, code: "not-answered" });
    expect(await story.harness.hears("customer", "agent")).toBe(true);
    expect(await story.harness.hears("agent", "customer")).toBe(true);
  });

  const customersLeg = (call: Call): LegId => story.customerLeg(call).id;
  const told = () =>
    story.recorder.until("the transfer", () => {
      const { events } = story.recorder;
      return events.flatMap((one) => (one.type === "transferring" ? [one] : [])).at(-1);
    });
  const receive = (supervision: SupervisionId, leg: LegId) => story.pbx.execute({ type: "receive", supervision, leg });

  it("R13 what the agent's own phone transfers to a supervisor is told, and received on the leg that listens", async () => {
    const { call, leg } = await talking();
    const { agent, supervisor } = story.harness.desks;
    const id = await listen(leg);
    await open(id, leg, "agent");
    await story.harness.transfer("supervisor");
    expect(await told()).toEqual({
      ...{ type: "transferring", leg: customersLeg(call), by: agent.person, to: supervisor.person },
    });
    expect(await receive(id, customersLeg(call))).toEqual({ ok: true });
    expect(await endingOf(id)).toBe("took-over");
    const now = await theCall("a call of the supervisor's", isSupervisors);
    expect(now.id).toBe(call.id);
    expect(await story.harness.hears("customer", "supervisor")).toBe(true);
    expect(await story.harness.hears("supervisor", "customer")).toBe(true);
    await story.phones.supervisor.hangUp();
    await story.noCall();
  });

  it("R13 asked first by the agent's own phone they speak with the agent alone, and then with the customer", async () => {
    const { call, leg } = await talking();
    const { agent, supervisor } = story.harness.desks;
    const id = await listen(leg);
    await story.harness.consult("supervisor");
    const asked = await told();
    expect(asked).toMatchObject({ by: agent.person, to: supervisor.person });
    expect(asked.leg).not.toBe(leg);
    expect(asked.leg).not.toBe(customersLeg(call));
    expect(await receive(id, asked.leg)).toEqual({ ok: true });
    expect(await endingOf(id)).toBe("took-over");
    expect(await story.harness.hears("customer", "supervisor")).toBe(false);
    expect(await story.harness.hears("supervisor", "customer")).toBe(false);
    await story.harness.connect();
    const now = await theCall("a call of the supervisor's", isSupervisors);
    expect(now.id).toBe(call.id);
    expect(await story.harness.hears("customer", "supervisor")).toBe(true);
  });

  it("R20 a private call is not received on the leg that listened", async () => {
    const { call, leg } = await talking();
    const id = await listen(leg);
    expect(await story.pbx.execute({ type: "set-private", call: call.id, on: true })).toEqual({ ok: true });
    await story.harness.transfer("supervisor");
    expect(await receive(id, (await told()).leg)).toMatchObject({ ok: false, code: "call-private" });
    expect(story.recorder.picture().facts.get(id)).toMatchObject({ id, leg: "up" });
  });
}
