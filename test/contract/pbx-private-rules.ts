import { expect, it } from "vitest";
import type { Call, CallId, SupervisionFacts, SupervisionId } from "../../src/model/index.js";
import { coaching, externalParties, joined, listening, newId, onlyTheCall, type Story, talks } from "./pbx-story.ts";

/** What an adapter does about a private call (R20). The adapter has been started. */
export function privateRules(story: Story): void {
  const { attach, factsOf, isOf, listen, open, ring, talking, theCall, whoHearsWhom } = story;

  const set = (call: CallId, on: boolean) => story.pbx.execute({ type: "set-private", call, on });
  const isPrivate = () => theCall("a private call", (call) => call.private !== undefined);
  const isOpen = () => theCall("a call that is private no more", (call) => call.private === undefined);
  const isCut = (id: SupervisionId) =>
    factsOf(
      id,
      "without ear and mouth",
      ({ ear, mouth }: SupervisionFacts) => ear === undefined && mouth === undefined,
    );
  const alone = { ...onlyTheCall, supervisor: [] };

  it("R20 made private, ear and mouth are cut and the supervisor's leg stays", async () => {
    const { call, leg } = await talking();
    const id = await listen(leg);
    await open(id, leg, "everyone");
    expect(await whoHearsWhom()).toEqual(joined);
    expect(await set(call.id, true)).toEqual({ ok: true });
    await isPrivate();
    expect(await isCut(id)).toEqual({ id, leg: "up" });
    expect(await whoHearsWhom()).toEqual(alone);
  });

  it("R20 private by the site's own word, ear and mouth are cut", async () => {
    const { leg } = await talking();
    const id = await listen(leg);
    await open(id, leg, "agent");
    expect(await whoHearsWhom()).toEqual(coaching);
    await story.harness.sayPrivate(true);
    await isPrivate();
    await isCut(id);
    expect(await whoHearsWhom()).toEqual(alone);
  });

  it("R20 a private call refuses ear and mouth, and takes an ear again when that is over", async () => {
    const { call, leg } = await talking();
    await set(call.id, true);
    const id = newId();
    await ring(id);
    await story.phones.supervisor.answer();
    await factsOf(id, "up", (facts) => facts.leg === "up");
    expect(await attach(id, leg)).toMatchObject({ ok: false, code: "call-private" });
    expect(await story.askToOpen(id, leg, "agent")).toMatchObject({ ok: false, code: "call-private" });
    expect(await whoHearsWhom()).toEqual(alone);
    expect(await set(call.id, false)).toEqual({ ok: true });
    await isOpen();
    expect(await attach(id, leg)).toEqual({ ok: true });
    expect(await whoHearsWhom()).toEqual(listening);
  });

  it("R20 what one side has made private the other takes back", async () => {
    const { call, leg } = await talking();
    await set(call.id, true);
    await isPrivate();
    await story.harness.sayPrivate(false);
    await isOpen();
    await story.harness.sayPrivate(true);
    await isPrivate();
    expect(await set(call.id, false)).toEqual({ ok: true });
    const { id } = await isOpen();
    expect(id).toBe(call.id);
    await listen(leg);
  });

  it("R20 private before the answer is private after it", async () => {
    await story.harness.incomingCall({ number: "+12025550143", name: "Marta Nowak" });
    const { id } = await theCall("a ringing call", ({ answeredAt }) => answeredAt === undefined);
    expect(await set(id, true)).toEqual({ ok: true });
    await story.phones.agent.answer();
    const call = await theCall("a private call in talk", (one) => talks(one) && one.private !== undefined);
    expect(call.id).toBe(id);
  });

  it("R20 a private call stays so when it is transferred, and so does its beginning", async () => {
    const { call } = await talking();
    await set(call.id, true);
    const { private: before } = await isPrivate();
    await story.harness.transfer();
    await story.phones.colleague.answer();
    const after = await theCall("the call of the colleague", (one) => talks(one) && one.legs.some(isOf("colleague")));
    expect(after.private).toEqual(before);
    // Whoever was there when it became private is not needed for it to stay so.
    await story.freshSnapshot();
    expect((await isPrivate()).private).toEqual(before);
  });

  it("R20 a private call joined with another makes that private", async () => {
    const { call } = await talking();
    await set(call.id, true);
    await isPrivate();
    await story.harness.consult();
    await story.phones.colleague.answer();
    await story.harness.connect();
    const isJoined = (one: Call) => talks(one) && one.legs.some(isOf("colleague")) && externalParties(one).length === 1;
    expect((await theCall("the customer's call with the colleague", isJoined)).private).toBeDefined();
  });

  it("R20 the gateway that comes next finds it private, and cuts what it finds heard", async () => {
    const { call, leg } = await talking();
    const id = await listen(leg);
    await story.pbx.stop();
    await story.harness.sayPrivate(true);
    story.harness.succeed();
    await story.start();
    expect((await isPrivate()).id).toBe(call.id);
    await isCut(id);
    expect(await whoHearsWhom()).toEqual(alone);
  });

  it("R20 the gateway that comes next finds private what this one has made so", async () => {
    const { call } = await talking();
    await set(call.id, true);
    const { private: before } = await isPrivate();
    await story.pbx.stop();
    story.harness.succeed();
    await story.start();
    expect((await isPrivate()).private).toEqual(before);
  });

  it("R20 the next call of the same agent is not private", async () => {
    const { call } = await talking();
    await set(call.id, true);
    await story.phones.customer.hangUp();
    await story.noCall();
    await story.harness.incomingCall({ number: "+12025550144", name: "Paul Nowak" });
    await story.phones.agent.answer();
    expect((await theCall("the next call", talks)).private).toBeUndefined();
  });
}
