import { expect, test } from "vitest";
import type { PersonId } from "../../src/model/index.js";
import type { CallChange } from "../../src/pbx/simulator/board-entry.js";
import type { CallPlan } from "../../src/pbx/simulator/call-handle.js";
import { LiveCalls } from "../../src/pbx/simulator/live-calls.js";
import { VirtualClock } from "./virtual-clock.ts";

const [ana, ben] = ["2001" as PersonId, "2002" as PersonId];
const fromMarta: CallPlan = {
  direction: "inbound",
  caller: { kind: "external", number: "+12025550143", name: "Marta Nowak" },
  queue: "support",
};
const anaToBen: CallPlan = {
  direction: "internal",
  caller: { kind: "internal", person: ana },
  callee: { kind: "internal", person: ben },
};

function empty(): { readonly calls: LiveCalls; readonly said: CallChange[] } {
  const said: CallChange[] = [];
  return { calls: new LiveCalls(new VirtualClock(), (change) => said.push(change), Boolean, Boolean), said };
}

test("who waits for an agent is no call; the call that rings in vain is over, and the next ring is the same call", () => {
  const { calls, said } = empty();
  const call = calls.place(fromMarta);
  expect([said, calls.list()]).toEqual([[], []]);
  call.ring(ana);
  const rung = call.agentLeg;
  call.park();
  expect(said.at(-1)).toMatchObject({ event: { type: "call-ended", call: call.callId }, people: [ana] });
  expect(said.at(-1)?.legsGone).toContain(rung);
  call.ring(ben);
  expect(said.at(-1)?.event).toMatchObject({ type: "call", call: { id: call.callId } });
  expect(call.agentLeg).not.toBe(rung);
});

test("who was talked to is still a call when the next agent does not answer: they wait, and are rung again", () => {
  const { calls, said } = empty();
  const call = calls.place(fromMarta);
  call.ring(ana);
  call.answer();
  call.ring(ben);
  call.park();
  const [waiting] = calls.list();
  expect(waiting).toMatchObject({ id: call.callId, waiting: true, legs: [{ party: fromMarta.caller }] });
  expect(said.filter(({ event }) => event.type === "call-ended")).toEqual([]);
  call.ring(ana);
  const [rung] = calls.list();
  expect(rung).toMatchObject({ id: call.callId, answeredAt: waiting?.answeredAt });
  expect(rung).not.toHaveProperty("waiting");
});

test("a second leg of one phone is said of both its legs, and no longer once either is gone", () => {
  const { calls, said } = empty();
  const call = calls.place(fromMarta);
  call.ring(ana);
  call.answer();
  const anas = call.agentLeg;
  const consultation = calls.place(anaToBen);
  expect(calls.find(anas)?.leg.second).toBe(true);
  expect(calls.find(consultation.agentLeg)?.leg.second).toBe(true);
  expect(calls.find(consultation.otherLeg)?.leg.second).toBeUndefined();
  expect(said.at(-1)?.event).toMatchObject({ type: "call", call: { id: call.callId } });
  consultation.hangUp();
  expect(calls.find(anas)?.leg.second).toBeUndefined();
  expect(said.at(-1)?.event).toMatchObject({ type: "call", call: { id: call.callId } });
  call.secondLeg(true);
  expect(calls.find(anas)?.leg.second).toBe(true);
});

test("a blind transfer takes the leg of who hands on, and no other", () => {
  const { calls, said } = empty();
  const call = calls.place(fromMarta);
  call.ring(ana);
  call.answer();
  const anas = call.agentLeg;
  call.ring(ben);
  expect(said.at(-1)).toMatchObject({ event: { type: "call" }, legsGone: [anas], people: [ana, ben] });
});

test("an attended transfer takes both legs of who hands on; the colleague's leg lives on in the customer's call", () => {
  const { calls, said } = empty();
  const call = calls.place(fromMarta);
  call.ring(ana);
  call.answer();
  call.hold();
  const consultation = calls.place(anaToBen);
  consultation.answer();
  const [anas, anasOther, bens] = [call.agentLeg, consultation.agentLeg, consultation.otherLeg];
  call.join(consultation);
  expect(said.slice(-2)).toMatchObject([
    { event: { type: "call", call: { id: call.callId } }, legsGone: [anas] },
    { event: { type: "call-ended", call: consultation.callId }, legsGone: [anasOther] },
  ]);
  expect(calls.find(bens)?.call.id).toBe(call.callId);
  expect(calls.list().flatMap(({ legs }) => legs.map(({ holding }) => holding))).toEqual([false, false]);
});

test("a transfer to a colleague who has not answered changes nothing", () => {
  const { calls, said } = empty();
  const call = calls.place(fromMarta);
  call.ring(ana);
  call.answer();
  const consultation = calls.place(anaToBen);
  const { length } = said;
  call.join(consultation);
  expect(said).toHaveLength(length);
  expect(calls.list()).toHaveLength(2);
});

test("nothing happens to a call that is over", () => {
  const { calls, said } = empty();
  const call = calls.place(fromMarta);
  call.ring(ana);
  call.answer();
  call.hangUp();
  const { length } = said;
  call.answer();
  call.hold();
  call.ring(ben);
  call.park();
  call.decline();
  call.transfer({ kind: "internal", person: ben });
  call.add({ kind: "internal", person: ben });
  call.leave();
  call.secondLeg(true);
  call.hangUp();
  expect(said).toHaveLength(length);
  expect(calls.list()).toEqual([]);
});
