import { beforeEach, describe, expect, it } from "vitest";
import { ana, ben, channel, forgetTimes, SketchedCalls, trunk } from "./sketched-calls.ts";

const half = (id: string, name: string, more: object = {}) =>
  channel(id, `Local/${name}`, { linkedid: "1.1", ...more });
const mobile = (id: string, state = "Ringing") =>
  channel(id, "PJSIP/mobile", { state, number: "", app: "AppDial:(Outgoing Line)", linkedid: "1.1" });
const outgoing = { app: "AppDial:(Outgoing Line)", linkedid: "1.1" } as const;

beforeEach(forgetTimes);

describe("which channels belong together, by the lists alone", () => {
  it("a device rings for the one who dials it, although two conversations share a linkedid", () => {
    // Two that talked were sent apart, each to dial on its own: the linkedid stays the same for all four.
    const customer = trunk("1.1", { app: "Dial:PJSIP/2002,30", linkedid: "1.1" });
    const agent = ana("1.2", { app: "Dial:PJSIP/9123@mobile,30", linkedid: "1.1", exten: "9123" });
    const rung = ben("1.3", { state: "Ringing", ...outgoing });
    const far = mobile("1.4");
    const seen = new SketchedCalls();
    seen.create(customer, agent);
    seen.dial(customer, rung, "RINGING");
    seen.dial(agent, far, "RINGING");
    const ids = (calls: ReturnType<typeof SketchedCalls.fromLists>) =>
      calls.map(({ legs }) => legs.map(({ id }) => String(id))).sort();
    expect(ids([...seen.board.values()])).toEqual([
      ["1.1", "1.3"],
      ["1.2", "1.4"],
    ]);
    expect(ids(SketchedCalls.fromLists([customer, agent, rung, far]))).toEqual([
      ["1.1", "1.3"],
      ["1.2", "1.4"],
    ]);
    expect(ids(SketchedCalls.fromLists([agent, customer, far, rung]))).toEqual([
      ["1.1", "1.3"],
      ["1.2", "1.4"],
    ]);
  });

  it("a device that either of two may ring is shown with neither", () => {
    const one = trunk("1.1", { app: "Dial:PJSIP/2002,30", linkedid: "1.1" });
    const other = trunk("1.2", { app: "Dial:PJSIP/2002,30", linkedid: "1.1" });
    const rung = ben("1.3", { state: "Ringing", ...outgoing });
    expect(SketchedCalls.fromLists([one, other, rung])).toEqual([]);
    const told = ben("1.3", { state: "Ringing", connected: "+49302", ...outgoing });
    const second = trunk("1.2", { app: "Dial:PJSIP/2002,30", linkedid: "1.1", number: "+49302" });
    const [call] = SketchedCalls.fromLists([one, second, told]);
    expect(call?.legs.map(({ id }) => id)).toEqual(["1.2", "1.3"]);
  });

  it("a ring group of Local channels that rings is the same call as to one who saw it come", () => {
    const customer = trunk("1.1", { app: "Dial:Local/2001@from-internal/n&Local/2002@from-internal/n,30" });
    const [a1, a2] = [
      half("1.2", "2001@from-internal-00000001;1", outgoing),
      half("1.3", "2001@from-internal-00000001;2", { app: "Dial:PJSIP/2001,30", exten: "2001" }),
    ];
    const [b1, b2] = [
      half("1.4", "2002@from-internal-00000002;1", outgoing),
      half("1.5", "2002@from-internal-00000002;2", { app: "Dial:PJSIP/2002,30", exten: "2002" }),
    ];
    const [anas, bens] = [ana("1.6", { state: "Ringing", ...outgoing }), ben("1.7", { state: "Ringing", ...outgoing })];
    const seen = new SketchedCalls();
    seen.create(customer, a1, a2, b1, b2);
    for (const [caller, peer] of [
      [customer, a1],
      [customer, b1],
      [a2, anas],
      [b2, bens],
    ] as const) {
      seen.dial(caller, peer, "RINGING");
    }
    expect(seen.only().legs.map(({ id }) => id)).toEqual(["1.1", "1.6", "1.7"]);
    expect(SketchedCalls.fromLists([customer, a1, a2, b1, b2, anas, bens])).toEqual([seen.only()]);
  });
});

describe("a call for an agent that is taken at a device which is nobody's", () => {
  const customer = (more: object = {}) =>
    trunk("1.1", { app: "Dial:Local/0170@from-internal/n,30", exten: "2001", ...more });
  const near = () => half("1.2", "0170@from-internal-00000001;1", outgoing);
  const far = () => half("1.3", "0170@from-internal-00000001;2", { app: "Dial:PJSIP/0170@mobile,30", exten: "0170" });
  const uncertain = { party: { kind: "internal", person: "2001" }, certain: false };

  function followed(): SketchedCalls {
    const seen = new SketchedCalls();
    seen.create(customer(), near(), far());
    seen.dial(customer(), near(), "RINGING");
    seen.dial(far(), mobile("1.4"), "RINGING");
    return seen;
  }

  function answer(seen: SketchedCalls): void {
    seen.dial(far(), mobile("1.4", "Up"), "ANSWER");
    seen.enter("near", far(), mobile("1.4", "Up"));
    seen.dial(customer(), near(), "ANSWER");
    seen.enter("far", customer(), near());
  }

  it("is that agent's call, and it is not certain whose leg it is: from the ringing to the talk, and after a restart", () => {
    const seen = followed();
    expect(seen.only().legs).toMatchObject([
      { id: "1.1", party: { kind: "external" } },
      { id: "1.4", ...uncertain },
    ]);
    expect(seen.only().direction).toBe("inbound");
    answer(seen);
    expect(seen.only().legs).toMatchObject([
      { id: "1.1", party: { kind: "external" } },
      { id: "1.4", ...uncertain },
    ]);
    expect(seen.only().answeredAt).toBeTypeOf("number");
    const lists = [customer(), near(), far(), mobile("1.4", "Up")];
    const [again] = SketchedCalls.fromLists(lists, [
      ["near", "1.3", "1.4"],
      ["far", "1.1", "1.2"],
    ]);
    expect(again?.legs).toEqual(seen.only().legs);
  });

  it("stays that agent's when the Local channel goes after the answer", () => {
    const seen = followed();
    answer(seen);
    const before = seen.only();
    seen.enter("near", customer());
    seen.destroy(near());
    seen.destroy(far());
    expect(seen.only()).toEqual(before);
  });

  it("is known by the member where a queue rings it", () => {
    const waiting = trunk("1.1", { app: "Queue:support", exten: "600" });
    const member = half("1.2", "2001@from-queue-00000001;1", outgoing);
    const seen = new SketchedCalls();
    seen.create(waiting, member);
    const two = half("1.3", "2001@from-queue-00000001;2", { app: "Dial:PJSIP/0170@mobile,30", exten: "s" });
    seen.create(two);
    seen.dial(waiting, member, "RINGING");
    seen.dial(two, mobile("1.4"), "RINGING");
    expect(seen.only().legs[1]).toMatchObject({ id: "1.4", ...uncertain });
  });

  it("is one leg of theirs, never two: while the own device rings too, the other is somebody outside", () => {
    const seen = followed();
    const device = ana("1.5", { state: "Ringing", ...outgoing });
    seen.dial(customer(), device, "RINGING");
    const mine = () => seen.only().legs.filter(({ party }) => party.kind === "internal");
    expect(mine()).toMatchObject([{ id: "1.5", certain: true }]);
    seen.dial(customer(), device, "NOANSWER");
    seen.destroy(device);
    expect(mine()).toMatchObject([{ id: "1.4", certain: false }]);
  });

  it("a customer is never taken for an agent, however their call came", () => {
    const seen = followed();
    answer(seen);
    expect(seen.only().legs[0]).toMatchObject({ id: "1.1", party: { kind: "external", number: "+49301" } });
    const alone = new SketchedCalls();
    alone.create(trunk("2.1", { exten: "2001", app: "Playback:hello", linkedid: "2.1" }));
    expect(alone.board.size).toBe(0);
  });
});
