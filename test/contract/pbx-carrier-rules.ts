import { expect, it } from "vitest";
import type { LegId, SupervisionId } from "../../src/model/index.js";
import { coaching, joined, listening, type Story } from "./pbx-story.ts";

/** A voice rides on what others send: who sends nothing is named while a mouth is open (R11). The adapter has been started. */
export function carrierRules(story: Story): void {
  const { closeMouth, customerLeg, factsOf, listen, open, talking, theCall } = story;

  async function named(id: SupervisionId, ...legs: LegId[]): Promise<void> {
    const same = (silent: readonly LegId[] = []) => JSON.stringify([...silent].sort()) === JSON.stringify(legs.sort());
    await factsOf(id, `with ${legs.join(" and ") || "nobody"} silent`, (facts) => same(facts.silent));
  }

  it("R11 everyone shall hear: the agent's phone that sends no sound is named until it sends again", async () => {
    const { leg } = await talking();
    const id = await listen(leg);
    await open(id, leg, "everyone");
    await story.harness.silence("agent", true);
    await named(id, leg);
    expect(await story.harness.hears("customer", "supervisor")).toBe(false);
    expect(await story.harness.hears("agent", "supervisor")).toBe(true);
    await story.harness.silence("agent", false);
    await named(id);
    expect(await story.harness.hears("customer", "supervisor")).toBe(true);
  });

  it("R11 the agent shall hear: the customer's phone that sends no sound is named until it sends again", async () => {
    const { call, leg } = await talking();
    const id = await listen(leg);
    await open(id, leg, "agent");
    await story.harness.silence("customer", true);
    await named(id, customerLeg(call).id);
    expect(await story.harness.hears("agent", "supervisor")).toBe(false);
    await story.harness.silence("customer", false);
    await named(id);
    expect(await story.harness.hears("agent", "supervisor")).toBe(true);
  });

  it("R11 coaching does not need the agent's own sound; joining names both who are silent", async () => {
    const { call, leg } = await talking();
    const id = await listen(leg);
    await story.harness.silence("agent", true);
    await story.harness.silence("customer", true);
    await open(id, leg, "agent");
    await named(id, customerLeg(call).id);
    await open(id, leg, "everyone");
    await named(id, leg, customerLeg(call).id);
  });

  it("R11 R18 a customer who holds is named; once they resume, agent and supervisor hear each other's sides again", async () => {
    const { call, leg } = await talking();
    const id = await listen(leg);
    await open(id, leg, "agent");
    const opened = story.recorder.events.length;
    await story.phones.customer.hold();
    await named(id, customerLeg(call).id);
    expect(await story.harness.hears("agent", "customer")).toBe(false);
    await story.phones.customer.resume();
    await named(id);
    expect(await story.whoHearsWhom()).toEqual(coaching);
    const facts = story.recorder.events.slice(opened).flatMap((event) => (event.type === "facts" ? [event.facts] : []));
    expect(facts.filter(({ ear, mouth }) => ear !== leg || mouth?.leg !== leg)).toEqual([]);
  });

  it("R11 a customer who holds already is named once the mouth is open", async () => {
    const { call, leg } = await talking();
    const id = await listen(leg);
    await story.phones.customer.hold();
    await theCall("a call on hold", ({ legs }) => legs.some(({ holding }) => holding));
    await open(id, leg, "everyone");
    await named(id, customerLeg(call).id);
    await story.phones.customer.resume();
    await named(id);
    expect(await story.whoHearsWhom()).toEqual(joined);
  });

  it("R19 what is closed while the customer holds stays closed when they resume", async () => {
    const { call, leg } = await talking();
    const id = await listen(leg);
    await open(id, leg, "everyone");
    await story.phones.customer.hold();
    await named(id, customerLeg(call).id);
    expect(await story.harness.hears("agent", "customer")).toBe(false);
    expect(await closeMouth(id)).toEqual({ ok: true });
    await story.phones.customer.resume();
    await theCall("a call that is resumed", ({ legs }) => legs.every(({ holding }) => !holding));
    expect(await story.whoHearsWhom()).toEqual(listening);
    expect(await factsOf(id, "without a mouth", ({ mouth }) => mouth === undefined)).toEqual({
      id,
      leg: "up",
      ear: leg,
    });
  });

  it.each(["agent", "everyone"] as const)("R11 an agent who holds is named, whoever shall hear: %s", async (reach) => {
    const { leg } = await talking();
    const id = await listen(leg);
    await open(id, leg, reach);
    await story.phones.agent.hold();
    await named(id, leg);
    await story.phones.agent.resume();
    await named(id);
    expect(await story.whoHearsWhom()).toEqual(reach === "agent" ? coaching : joined);
  });

  it("a mouth that is closed takes the names along", async () => {
    const { leg } = await talking();
    const id = await listen(leg);
    await story.harness.silence("agent", true);
    await open(id, leg, "everyone");
    await named(id, leg);
    expect(await closeMouth(id)).toEqual({ ok: true });
    expect(await factsOf(id, "without a mouth", ({ mouth }) => mouth === undefined)).toEqual({
      id,
      leg: "up",
      ear: leg,
    });
  });
}
