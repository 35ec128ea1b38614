import { expect, it } from "vitest";
import type { SupervisionFacts } from "../../src/model/index.js";
import { coaching, customer, joined, listening, onlyTheCall, type Story, talks } from "./pbx-story.ts";

/** Who hears whom in every mode. The adapter has been started. */
export function audioRules(story: Story): void {
  const {
    agentLeg,
    askToOpen,
    attach,
    closeMouth,
    factsOf,
    isOf,
    listen,
    noCall,
    open,
    talking,
    theCall,
    whoHearsWhom,
  } = story;

  it("R4 listen: the supervisor hears agent and customer, and neither hears the supervisor", async () => {
    const { leg } = await talking();
    const id = await listen(leg);
    expect(story.recorder.picture().facts.get(id)).toEqual({ id, leg: "up", ear: leg });
    expect(await whoHearsWhom()).toEqual(listening);
  });

  it("R4 listen to a queue's call sounds the same", async () => {
    const { leg } = await talking({ queue: story.harness.queue });
    await listen(leg);
    expect(await whoHearsWhom()).toEqual(listening);
  });

  it("R4 listen goes on through the agent's hold: the customer is heard, and hears no supervisor", async () => {
    const { leg } = await talking();
    await listen(leg);
    await story.phones.agent.hold();
    await theCall("the held call", (one) => agentLeg(one).holding);
    expect(await story.harness.hears("supervisor", "customer")).toBe(true);
    expect(await story.harness.hears("customer", "supervisor")).toBe(false);
    await story.phones.agent.resume();
    await theCall("the resumed call", (one) => !agentLeg(one).holding);
    expect(await whoHearsWhom()).toEqual(listening);
  });

  it("attach-ear asked twice is one ear", async () => {
    const { leg } = await talking();
    const id = await listen(leg);
    expect(await attach(id, leg)).toEqual({ ok: true });
    expect(await whoHearsWhom()).toEqual(listening);
  });

  it("detach-ear takes the supervisor's hearing and leaves the call", async () => {
    const { leg } = await talking();
    const id = await listen(leg);
    expect(await story.pbx.execute({ type: "detach-ear", supervision: id })).toEqual({ ok: true });
    expect(await factsOf(id, "without an ear", (facts) => facts.ear === undefined)).toEqual({ id, leg: "up" });
    expect(await whoHearsWhom()).toEqual({ ...onlyTheCall, supervisor: [] });
  });

  it("R8 coach reaches the agent alone", async () => {
    const { leg } = await talking();
    const id = await listen(leg);
    await open(id, leg, "agent");
    expect(await whoHearsWhom()).toEqual(coaching);
  });

  it("R8 coach reaches the agent alone in a queue's call", async () => {
    const { leg } = await talking({ queue: story.harness.queue });
    const id = await listen(leg);
    await open(id, leg, "agent");
    expect(await whoHearsWhom()).toEqual(coaching);
  });

  it("R8 coach reaches the agent alone in a call that the agent made", async () => {
    await story.harness.outgoingCall({ number: customer.number });
    await story.phones.customer.answer();
    const call = await theCall("the outbound call", talks);
    const leg = agentLeg(call).id;
    const id = await listen(leg);
    await open(id, leg, "agent");
    expect(await whoHearsWhom()).toEqual(coaching);
  });

  it("R8 join reaches all", async () => {
    const { leg } = await talking();
    const id = await listen(leg);
    await open(id, leg, "everyone");
    expect(await whoHearsWhom()).toEqual(joined);
  });

  it("R8 from coach to join one mouth replaces the other", async () => {
    const { leg } = await talking();
    const id = await listen(leg);
    await open(id, leg, "agent");
    await open(id, leg, "everyone");
    expect(await whoHearsWhom()).toEqual(joined);
  });

  it("R8 from join to coach the customer hears the supervisor no longer", async () => {
    const { leg } = await talking();
    const id = await listen(leg);
    await open(id, leg, "everyone");
    await open(id, leg, "agent");
    expect(await whoHearsWhom()).toEqual(coaching);
  });

  it("open-mouth asked twice is one mouth", async () => {
    const { leg } = await talking();
    const id = await listen(leg);
    await open(id, leg, "agent");
    await open(id, leg, "agent");
    expect(await whoHearsWhom()).toEqual(coaching);
  });

  it("muted means there is no mouth", async () => {
    const { leg } = await talking();
    const id = await listen(leg);
    await open(id, leg, "everyone");
    expect(await closeMouth(id)).toEqual({ ok: true });
    const facts = await factsOf(id, "without a mouth", ({ mouth }) => mouth === undefined);
    expect(facts).toEqual({ id, leg: "up", ear: leg });
    expect(await whoHearsWhom()).toEqual(listening);
  });

  it("close-mouth wins over an open-mouth under way", async () => {
    const { leg } = await talking();
    const id = await listen(leg);
    const opening = askToOpen(id, leg, "everyone");
    const closing = closeMouth(id);
    expect(await closing).toEqual({ ok: true });
    await opening;
    expect(await whoHearsWhom()).toEqual(listening);
    expect(story.recorder.picture().facts.get(id)?.mouth).toBeUndefined();
  });

  it("a mouth can be opened again after it was closed", async () => {
    const { leg } = await talking();
    const id = await listen(leg);
    await open(id, leg, "agent");
    await closeMouth(id);
    await open(id, leg, "agent");
    expect(await whoHearsWhom()).toEqual(coaching);
  });

  it("a mouth on a leg that is not the agent's is refused with leg-uncertain", async () => {
    const { call, leg } = await talking();
    const id = await listen(leg);
    const wrong = call.legs.find((one) => one.party.kind === "external");
    expect(wrong).toBeDefined();
    const result = await askToOpen(id, wrong?.id ?? leg, "agent");
    expect(result).toMatchObject({ ok: false, code: "leg-uncertain" });
    expect(await whoHearsWhom()).toEqual(listening);
  });

  it("a mouth on a colleague's leg, asked for as the agent's, is refused with leg-uncertain", async () => {
    await story.harness.internalCall();
    await story.phones.colleague.answer();
    const call = await theCall("the internal call", talks);
    const id = await listen(agentLeg(call).id);
    const wrong = call.legs.find(isOf("colleague"));
    const result = await askToOpen(id, wrong?.id ?? agentLeg(call).id, "agent");
    expect(result).toMatchObject({ ok: false, code: "leg-uncertain" });
    expect(await story.harness.hears("colleague", "supervisor")).toBe(false);
    expect(await story.harness.hears("agent", "supervisor")).toBe(false);
  });

  it("R21 hold cuts ear and mouth; resume does not bring the mouth back", async () => {
    const { leg } = await talking();
    const id = await listen(leg);
    await open(id, leg, "everyone");
    await story.phones.supervisor.hold();
    const isCut = (facts: SupervisionFacts) => facts.leg === "held" && !facts.ear && !facts.mouth;
    await factsOf(id, "held, without ear and mouth", isCut);
    expect(await whoHearsWhom()).toEqual({ ...onlyTheCall, supervisor: [] });
    await story.phones.supervisor.resume();
    await factsOf(id, "up again", (facts) => facts.leg === "up");
    // Whether the ear is back by itself is the adapter's affair; asked for, it must be there.
    expect(await attach(id, leg)).toEqual({ ok: true });
    const facts = await factsOf(id, "with an ear", ({ ear }) => ear === leg);
    expect(facts.mouth).toBeUndefined();
    expect(await whoHearsWhom()).toEqual(listening);
  });

  it("an ear on a call that is gone is refused with call-gone", async () => {
    const { leg } = await talking();
    const id = await listen(leg);
    await story.phones.customer.hangUp();
    await factsOf(id, "without an ear", ({ ear }) => ear === undefined);
    await noCall();
    expect(await attach(id, leg)).toMatchObject({ ok: false, code: "call-gone" });
  });

  it("R16 of two supervisors on one call each is heard as their own mouth says", async () => {
    const { leg } = await talking();
    const first = await listen(leg);
    const second = await listen(leg, "colleague");
    await open(first, leg, "agent");
    await open(second, leg, "everyone");
    await closeMouth(first);
    await factsOf(first, "without a mouth", ({ mouth }) => mouth === undefined);
    expect(story.recorder.picture().facts.get(second)?.mouth).toEqual({ leg, reach: "everyone" });
    expect(await story.harness.hears("agent", "supervisor")).toBe(false);
    expect(await story.harness.hears("agent", "colleague")).toBe(true);
    expect(await story.harness.hears("customer", "colleague")).toBe(true);
    expect(await story.harness.hears("supervisor", "agent")).toBe(true);
  });
}
