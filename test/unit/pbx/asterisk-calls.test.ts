import { beforeEach, describe, expect, it } from "vitest";
import type { Call, Person, PersonId } from "../../../src/model/index.js";
import { parseBridge, parseChannel } from "../../../src/pbx/asterisk/ari-messages.js";
import { Calls } from "../../../src/pbx/asterisk/calls.js";
import { ownersOf } from "../../../src/pbx/asterisk/endpoints.js";
import { ana, ben, channel, config, forgetTimes, people, SketchedCalls, stamp, trunk } from "./sketched-calls.ts";

describe("live calls from ARI events", () => {
  let sketched: SketchedCalls;
  let calls: Calls;
  let board: Map<string, Call>;
  let said: string[];

  beforeEach(() => {
    forgetTimes();
    sketched = new SketchedCalls();
    ({ calls, board, said } = sketched);
  });

  const send = (type: string, more: object) => sketched.send(type, more);
  const dial = (caller: object, peer: object, status: string) => sketched.dial(caller, peer, status);
  const enter = (id: string, ...members: readonly object[]) => sketched.enter(id, ...members);
  const only = () => sketched.only();

  function dialled(): void {
    send("ChannelCreated", { channel: trunk("1.1", { state: "Ring" }) });
    send("ChannelCreated", { channel: ana("1.2", { state: "Down", linkedid: "1.1" }) });
    dial(trunk("1.1", { state: "Ring" }), ana("1.2", { state: "Down", linkedid: "1.1" }), "");
    dial(trunk("1.1", { state: "Ring" }), ana("1.2", { state: "Ringing", linkedid: "1.1" }), "RINGING");
  }

  function talking(): void {
    dialled();
    dial(trunk("1.1", { state: "Ring" }), ana("1.2", { linkedid: "1.1" }), "ANSWER");
    enter("b1", ana("1.2", { linkedid: "1.1" }), trunk("1.1"));
  }

  it("a customer who rings an agent is one inbound call, named by its linkedid", () => {
    dialled();
    expect(only()).toMatchObject({ id: "1.1", direction: "inbound" });
    expect(only().legs).toEqual([
      {
        id: "1.1",
        party: { kind: "external", number: "+49301", name: "Carla" },
        state: "ringing",
        holding: false,
        certain: false,
      },
      { id: "1.2", party: { kind: "internal", person: "2001" }, state: "ringing", holding: false, certain: true },
    ]);
    expect(said.filter((line) => line.startsWith("call-ended"))).toEqual([]);
  });

  it("the answer gives its time once, and an event that changes nothing says nothing", () => {
    talking();
    const { answeredAt } = only();
    expect(answeredAt).toBeTypeOf("number");
    const before = said.length;
    send("ChannelConnectedLine", { channel: ana("1.2", { linkedid: "1.1" }) });
    send("ChannelStateChange", { channel: trunk("1.1") });
    expect(said.length).toBe(before);
    expect(only().answeredAt).toBe(answeredAt);
  });

  it("a customer who waits in a queue is no call; the queue is known while the agent rings", () => {
    const waiting = trunk("1.1", { app: "Queue:support,,,,120" });
    send("ChannelCreated", { channel: waiting });
    expect(board.size).toBe(0);
    dial(waiting, ana("1.2", { state: "Ringing", linkedid: "1.1" }), "RINGING");
    expect(only()).toMatchObject({ queue: "support", direction: "inbound" });
    expect(only().answeredAt).toBeUndefined();
    dial(waiting, ana("1.2", { state: "Ringing", linkedid: "1.1" }), "NOANSWER");
    send("ChannelDestroyed", { channel: ana("1.2"), cause: 19 });
    expect(board.size).toBe(0);
    dial(waiting, ben("1.3", { state: "Ringing", linkedid: "1.1" }), "RINGING");
    expect(only().id).toBe("1.1");
  });

  it("a ring-all queue is one call with every agent that rings, and one leg less for each that does not answer", () => {
    const waiting = trunk("1.1", { app: "Queue:support" });
    send("ChannelCreated", { channel: waiting });
    dial(waiting, ana("1.2", { state: "Ringing", linkedid: "1.1" }), "RINGING");
    dial(waiting, ben("1.3", { state: "Ringing", linkedid: "1.1" }), "RINGING");
    expect(only().legs).toHaveLength(3);
    dial(waiting, ana("1.2", { linkedid: "1.1" }), "ANSWER");
    send("ChannelDestroyed", { channel: ben("1.3"), cause: 26 });
    enter("b1", ana("1.2", { linkedid: "1.1" }), waiting);
    expect(only().legs.map(({ party }) => party.kind)).toEqual(["external", "internal"]);
  });

  it("a Local channel between queue and device is no leg: four channels, two bridges, one call of two legs", () => {
    const waiting = trunk("1.1", { app: "Queue:support" });
    const one = channel("1.2", "Local/2001@from-queue-00000001;1", { linkedid: "1.1" });
    const two = channel("1.3", "Local/2001@from-queue-00000001;2", { linkedid: "1.1" });
    send("ChannelCreated", { channel: waiting });
    send("ChannelCreated", { channel: one });
    send("ChannelCreated", { channel: two });
    dial(waiting, one, "RINGING");
    dial(two, ana("1.4", { state: "Ringing", linkedid: "1.1" }), "RINGING");
    expect(only().legs).toHaveLength(2);
    dial(two, ana("1.4", { linkedid: "1.1" }), "ANSWER");
    enter("near", two, ana("1.4", { linkedid: "1.1" }));
    enter("far", waiting, one);
    expect(only()).toMatchObject({ id: "1.1", queue: "support", direction: "inbound" });
    expect(only().legs.map(({ id }) => id)).toEqual(["1.1", "1.4"]);
  });

  it("a call that the agent makes is outbound, with the number that was dialled", () => {
    send("ChannelCreated", { channel: ana("1.1", { state: "Ring" }) });
    dial(ana("1.1", { state: "Ring" }), trunk("1.2", { state: "Down", number: "9123", name: "", linkedid: "1.1" }), "");
    expect(only()).toMatchObject({ id: "1.1", direction: "outbound" });
    expect(only().legs[1]?.party).toEqual({ kind: "external", number: "9123", name: "" });
  });

  it("a call between two agents is one internal call with two certain legs", () => {
    send("ChannelCreated", { channel: ana("1.1", { state: "Ring" }) });
    dial(ana("1.1", { state: "Ring" }), ben("1.2", { state: "Ringing", linkedid: "1.1" }), "RINGING");
    expect(only()).toMatchObject({ direction: "internal" });
    expect(only().legs.map(({ certain }) => certain)).toEqual([true, true]);
  });

  it("after an attended transfer the customer's call keeps its id, direction and time of answer", () => {
    talking();
    const { answeredAt } = only();
    send("ChannelCreated", { channel: ana("2.1", { state: "Ring" }) });
    dial(ana("2.1", { state: "Ring" }), ben("2.2", { linkedid: "2.1" }), "ANSWER");
    enter("b2", ana("2.1"), ben("2.2", { linkedid: "2.1" }));
    expect(board.size).toBe(2);
    enter("b2", trunk("1.1"));
    send("ChannelDestroyed", { channel: ana("2.1"), cause: 16 });
    send("ChannelDestroyed", { channel: ana("1.2"), cause: 16 });
    expect(only()).toMatchObject({ id: "1.1", direction: "inbound", answeredAt });
    expect(only().legs.map(({ id }) => id)).toEqual(["1.1", "2.2"]);
  });

  it("two conversations that were one have two ids", () => {
    talking();
    enter("b1", ben("1.3", { linkedid: "1.1" }), trunk("1.4", { linkedid: "1.1" }));
    expect(only().legs).toHaveLength(4);
    enter("b2", ben("1.3", { linkedid: "1.1" }), trunk("1.4", { linkedid: "1.1" }));
    expect(board.size).toBe(2);
    expect(new Set([...board.values()].flatMap(({ legs }) => legs.map(({ id }) => id))).size).toBe(4);
    expect(board.get("1.1")?.legs.map(({ id }) => id)).toEqual(["1.1", "1.2"]);
  });

  it("the same person twice in one conversation is not certain on either leg", () => {
    talking();
    enter("b1", ana("1.3", { linkedid: "1.1" }));
    expect(
      only()
        .legs.filter(({ party }) => party.kind === "internal")
        .map(({ certain }) => certain),
    ).toEqual([false, false]);
  });

  it("a leg on the account for supervision, or on one that two people share, is not certain", () => {
    send("ChannelCreated", { channel: channel("1.1", "PJSIP/3001-sup", { state: "Ring", number: "3001" }) });
    expect(only().legs[0]).toMatchObject({ party: { kind: "internal", person: "3001" }, certain: false });
    const twin = { ...people[0], id: "twin" as PersonId } as Person;
    const shared = ownersOf(config, [...people, twin]);
    expect(shared.endpoint("PJSIP/2001")?.certain).toBe(false);
    expect(shared.endpoint("PJSIP/2002")?.certain).toBe(true);
  });

  it("an endpoint that begins like a person's is somebody else", () => {
    const other = channel("1.2", "PJSIP/2001-home", { linkedid: "1.1" });
    send("ChannelCreated", { channel: trunk("1.1") });
    enter("b1", trunk("1.1"), other);
    expect(board.size).toBe(0);
  });

  it("channels in a holding bridge do not talk to each other", () => {
    const parked = { id: "lot", bridge_type: "holding", channels: [] };
    send("ChannelEnteredBridge", { channel: trunk("1.1"), bridge: parked });
    send("ChannelEnteredBridge", { channel: ana("2.1"), bridge: parked });
    expect([...board.values()].map(({ legs }) => legs.length)).toEqual([1]);
  });

  it("hold is told on the leg of the one who holds", () => {
    talking();
    send("ChannelHold", { channel: ana("1.2", { linkedid: "1.1" }) });
    expect(only().legs.map(({ holding }) => holding)).toEqual([false, true]);
    send("ChannelUnhold", { channel: ana("1.2", { linkedid: "1.1" }) });
    expect(only().legs.map(({ holding }) => holding)).toEqual([false, false]);
  });

  it("a hostile name is cut at 256 characters, never in the middle of a character, and otherwise kept", () => {
    const name = `<b>&"'\u0001${"x".repeat(248)}😀${"y".repeat(200)}`;
    send("ChannelCreated", { channel: trunk("1.1", { name, state: "Ring" }) });
    dial(trunk("1.1", { name, state: "Ring" }), ana("1.2", { state: "Ringing", linkedid: "1.1" }), "RINGING");
    const party = only().legs[0]?.party;
    expect(party?.kind === "external" && party.name).toBe(`<b>&"'\u0001${"x".repeat(248)}`);
  });

  it("a channel id that is no leg id is replaced by one that is, the same every time", () => {
    enter("b1", trunk("odd id/1"), ana("1.2", { linkedid: "odd id/1" }));
    const [first] = only().legs;
    expect(first?.id).toMatch(/^leg-[0-9a-f]{24}$/);
    expect(only().id).toMatch(/^call-[0-9a-f]{24}$/);
    expect(calls.channelOf(first?.id ?? ("" as never))).toBe("odd id/1");
  });

  it("the lists give the same calls as the events did, to one who saw them and to one who did not", () => {
    talking();
    send("ChannelHold", { channel: ana("1.2", { linkedid: "1.1" }) });
    send("ChannelCreated", { channel: trunk("2.1", { state: "Ring", app: "Dial" }) });
    const ringing = ben("2.2", { state: "Ringing", linkedid: "2.1", app: "AppDial" });
    dial(trunk("2.1", { state: "Ring", app: "Dial" }), ringing, "RINGING");
    const seen = [...board.values()];
    const channels = [trunk("1.1"), ana("1.2", { linkedid: "1.1" }), trunk("2.1", { state: "Ring", app: "Dial" })];
    const listed = [...channels, ringing].map(parseChannel).flatMap((one) => one ?? []);
    const creationtime = stamp();
    const bridges = [{ id: "b1", bridge_type: "mixing", channels: ["1.1", "1.2"], creationtime }];
    const theirs = bridges.map(parseBridge).flatMap((one) => one ?? []);
    calls.replace(listed, theirs, 0, new Map());
    expect(calls.all()).toEqual(seen);
    const stranger = new Calls(ownersOf(config, people));
    stranger.replace(listed, theirs, 0, new Map([["1.2", true]]));
    const without = (all: readonly Call[]) => all.map(({ answeredAt: _time, ...call }) => call);
    expect(without(stranger.all())).toEqual(without(seen));
  });

  it("what any earshot made is no call, whichever gateway's it is", () => {
    const made = channel("es-01234567-supervision0000000001-leg", "PJSIP/2001");
    calls.replace(
      [made].map(parseChannel).flatMap((one) => one ?? []),
      [],
      0,
      new Map(),
    );
    expect(calls.all()).toEqual([]);
  });

  it("an event costs what its own conversation has channels, however many calls there are", () => {
    const many = 3_000;
    for (let index = 0; index < many; index += 1) {
      const [one, two] = [trunk(`a${index}`), ana(`b${index}`, { linkedid: `a${index}` })];
      enter(`bridge${index}`, one, two);
    }
    const time = (rounds: number, run: () => void) => {
      const begun = performance.now();
      for (let round = 0; round < rounds; round += 1) run();
      return (performance.now() - begun) / rounds;
    };
    const hold = () => send("ChannelHold", { channel: ana("b7", { linkedid: "a7" }) });
    hold();
    // A pass over all calls would take milliseconds, in the best of ten too.
    expect(Math.min(...Array.from({ length: 10 }, () => time(50, hold)))).toBeLessThan(1);
  });
});
