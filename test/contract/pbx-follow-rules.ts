import { expect, it } from "vitest";
import type { Call, LegId, SupervisionFacts, SupervisionId } from "../../src/model/index.js";
import { type Story, talks } from "./pbx-story.ts";

/** What an adapter says and does when a call goes from one agent to another (R18). The adapter has been started. */
export function followRules(story: Story): void {
  const { agentLeg, factsOf, isOf, listen, open, talking, theCall } = story;

  const isColleagues = (call: Call): boolean => talks(call) && call.legs.some(isOf("colleague"));
  const colleaguesLeg = (call: Call) => call.legs.find(isOf("colleague"));
  const withoutPaths = (facts: SupervisionFacts) => facts.ear === undefined && facts.mouth === undefined;

  /** As the core does it: the ear is asked for on the leg that has the call now. */
  async function attachTo(supervision: SupervisionId, leg: LegId): Promise<void> {
    const agent = story.harness.desks.colleague.person;
    const asked = await story.pbx.execute({ type: "attach-ear", supervision, leg, agent, unseen: false });
    expect(asked).toEqual({ ok: true });
    await factsOf(supervision, "with an ear at the colleague", (facts) => facts.ear === leg);
  }

  async function isHeardAlone(supervision: SupervisionId): Promise<void> {
    expect(await story.harness.hears("supervisor", "colleague")).toBe(true);
    expect(await story.harness.hears("supervisor", "customer")).toBe(true);
    expect(await story.harness.hears("colleague", "supervisor")).toBe(false);
    expect(await story.harness.hears("customer", "supervisor")).toBe(false);
    expect(story.recorder.picture().facts.get(supervision)?.mouth).toBeUndefined();
  }

  it("R18 a call that is transferred is the customer's: it keeps its id, rings at the colleague, and talks", async () => {
    const { call } = await talking();
    await story.harness.transfer();
    const ringing = await theCall("a call that rings at the colleague", (one) => one.legs.some(isOf("colleague")));
    expect(ringing.id).toBe(call.id);
    await theCall("without the agent", (one) => !one.legs.some(isOf("agent")));
    await story.phones.colleague.answer();
    const now = await theCall("with the colleague", isColleagues);
    expect(now).toMatchObject({ id: call.id, answeredAt: call.answeredAt });
    expect(colleaguesLeg(now)).toMatchObject({ state: "up", certain: true });
    expect(now.legs.some(isOf("agent"))).toBe(false);
  });

  it("R18 ear and mouth go with the agent's leg, and the ear can be attached to the next: no mouth is there", async () => {
    const { leg } = await talking();
    const id = await listen(leg);
    await open(id, leg, "everyone");
    await story.harness.transfer();
    expect(await factsOf(id, "without ear and mouth", withoutPaths)).toEqual({ id, leg: "up" });
    await story.phones.colleague.answer();
    const now = await theCall("with the colleague", isColleagues);
    await attachTo(id, colleaguesLeg(now)?.id as LegId);
    await isHeardAlone(id);
  });

  it("R18 a consultation is a call of its own and never heard; connected, it is the customer's call", async () => {
    const { call, leg } = await talking();
    const id = await listen(leg);
    await story.harness.consult();
    await story.phones.colleague.answer();
    await theCall("the consultation", (one) => one.id !== call.id && talks(one));
    await theCall("the held call", (one) => one.id === call.id && agentLeg(one).holding);
    expect(await story.harness.hears("supervisor", "customer")).toBe(true);
    expect(await story.harness.hears("supervisor", "colleague")).toBe(false);
    await story.harness.connect();
    const now = await theCall("the customer with the colleague", (one) => one.id === call.id && isColleagues(one));
    await factsOf(id, "without ear and mouth", withoutPaths);
    await story.recorder.until("one call alone", ({ calls }) => (calls.size === 1 ? true : undefined));
    await attachTo(id, colleaguesLeg(now)?.id as LegId);
    await isHeardAlone(id);
  });

  it("R18 a second leg of the agent's phone is said of the first, from its ringing to its end", async () => {
    const { call } = await talking();
    expect(agentLeg(call).second).toBeUndefined();
    await story.harness.consult();
    await theCall("a leg beside another", (one) => one.id === call.id && agentLeg(one).second === true);
    await story.phones.colleague.hangUp();
    const alone = await theCall("the leg alone", (one) => one.id === call.id && agentLeg(one).second === undefined);
    expect(alone.legs).toHaveLength(2);
  });
}
