import { beforeEach, describe, expect, it } from "vitest";
import { ana, ben, channel, forgetTimes, SketchedCalls, trunk } from "./sketched-calls.ts";

let sketched: SketchedCalls;

beforeEach(() => {
  forgetTimes();
  sketched = new SketchedCalls();
});

const carla = (app = "") => trunk("1.1", { app });
const anas = (id = "1.2") => ana(id, { linkedid: "1.1" });
const left = (bridge: string, ...members: readonly object[]) => {
  for (const member of members) {
    sketched.send("ChannelLeftBridge", {
      channel: member,
      bridge: { id: bridge, bridge_type: "mixing", channels: [] },
    });
  }
};
const park = (member: object, how: "ChannelEnteredBridge" | "ChannelLeftBridge") =>
  sketched.send(how, { channel: member, bridge: { id: "lot", bridge_type: "holding", channels: [] } });

/** Carla talks to Ana in the bridge `b1`. */
function talking(): void {
  sketched.create(carla(), anas());
  sketched.dial(carla(), anas(), "ANSWER");
  sketched.enter("b1", carla(), anas());
}

describe("R18 a call on Asterisk that goes from one agent to another", () => {
  it("transferred: it keeps its id with the customer, alone, ringing and answered", () => {
    talking();
    const { id, answeredAt } = sketched.only();
    left("b1", carla(), anas());
    sketched.destroy(anas());
    expect(sketched.only()).toMatchObject({ id, answeredAt, legs: [{ id: "1.1" }] });
    const bens = ben("1.3", { state: "Ringing", linkedid: "1.1" });
    sketched.create(bens);
    sketched.dial(carla(), bens, "RINGING");
    expect(sketched.only()).toMatchObject({
      id,
      legs: [{ id: "1.1" }, { id: "1.3", state: "ringing", certain: true }],
    });
    sketched.dial(carla(), ben("1.3", { linkedid: "1.1" }), "ANSWER");
    sketched.enter("b2", carla(), ben("1.3", { linkedid: "1.1" }));
    expect(sketched.only()).toMatchObject({ id, answeredAt, legs: [{ id: "1.1" }, { id: "1.3", state: "up" }] });
  });

  it("a customer whom no agent has talked to is no call while alone", () => {
    sketched.create(carla("Queue:support"));
    expect(sketched.board.size).toBe(0);
  });

  it("a customer who is alone waits where they are in a queue or parked, and else nobody knows", () => {
    talking();
    left("b1", carla(), anas());
    sketched.destroy(anas());
    expect(sketched.only().waiting).toBeUndefined();
    park(carla(), "ChannelEnteredBridge");
    expect(sketched.only().waiting).toBe(true);
    park(carla(), "ChannelLeftBridge");
    expect(sketched.only().waiting).toBeUndefined();
    sketched.send("ChannelStateChange", { channel: carla("Queue:support") });
    expect(sketched.only().waiting).toBe(true);
    sketched.send("ChannelStateChange", { channel: carla("VoiceMail") });
    expect(sketched.only().waiting).toBeUndefined();
  });

  it("a call that the agent made stays outbound, also while the other side is alone", () => {
    sketched.create(ana("1.1"));
    const there = trunk("1.2", { linkedid: "1.1" });
    sketched.create(there);
    sketched.dial(ana("1.1"), there, "ANSWER");
    sketched.enter("b1", ana("1.1"), there);
    left("b1", ana("1.1"), there);
    sketched.destroy(ana("1.1"));
    sketched.send("ChannelStateChange", { channel: there });
    expect(sketched.only()).toMatchObject({ direction: "outbound", legs: [{ id: "1.2" }] });
    sketched.enter("b2", there, ben("1.3", { linkedid: "1.1" }));
    expect(sketched.only()).toMatchObject({ direction: "outbound", legs: [{ id: "1.2" }, { id: "1.3" }] });
  });

  it("the customer hangs up: the call is over", () => {
    talking();
    left("b1", carla(), anas());
    sketched.destroy(anas());
    sketched.destroy(carla());
    expect(sketched.board.size).toBe(0);
  });

  it("the agent leaves the customer for another bridge: the id stays with the customer", () => {
    talking();
    const { id } = sketched.only();
    sketched.create(ben("1.3", { linkedid: "1.1" }));
    left("b1", anas());
    sketched.enter("b2", anas(), ben("1.3", { linkedid: "1.1" }));
    expect(sketched.board.get(id)?.legs.map((leg) => leg.id)).toEqual(["1.1"]);
    const other = [...sketched.board.values()].find((call) => call.id !== id);
    expect(other?.legs.map((leg) => leg.id)).toEqual(["1.2", "1.3"]);
  });
});

describe("R18 a second leg of an agent's device on Asterisk", () => {
  const second = () => sketched.only().legs.map((leg) => leg.second === true);

  it("is said of the first as soon as there is any other channel of the endpoint, of whatever call", () => {
    talking();
    expect(second()).toEqual([false, false]);
    const other = ana("7.7", { state: "Ringing" });
    sketched.create(other);
    expect(sketched.only().legs).toMatchObject([{ id: "1.1" }, { id: "1.2", second: true }]);
    sketched.destroy(other);
    expect(second()).toEqual([false, false]);
  });

  it("is there for a gateway that starts in the middle of it", () => {
    const lists = SketchedCalls.fromLists([carla(), anas(), ana("7.7", { state: "Ring" })], [["b1", "1.1", "1.2"]]);
    expect(lists.find(({ legs }) => legs.length === 2)?.legs[1]).toMatchObject({ id: "1.2", second: true });
  });

  it("is no second leg where it is another person's, the trunk's, or the person's second account", () => {
    talking();
    sketched.create(ben("7.1"), trunk("7.2"), channel("7.3", "PJSIP/2001-sup"));
    expect([...sketched.board.values()].find(({ id }) => id === "1.1")?.legs.every((leg) => !leg.second)).toBe(true);
  });

  it("is said of both where a device changes hands by a masquerade", () => {
    talking();
    sketched.create(channel("7.7", "PJSIP/nobody"));
    sketched.send("ChannelCallerId", { channel: ana("7.7") });
    expect(sketched.board.get("1.1" as never)?.legs).toMatchObject([{}, { id: "1.2", second: true }]);
  });
});
