import { beforeEach, describe, expect, it } from "vitest";
import { ana, channel, forgetTimes, SketchedCalls, trunk } from "./sketched-calls.ts";

let sketched: SketchedCalls;

beforeEach(() => {
  forgetTimes();
  sketched = new SketchedCalls();
});

function talking(customer: object): void {
  sketched.dial(customer, ana("1.2", { linkedid: "1.1", context: "phones" }), "ANSWER");
  sketched.enter("b1", ana("1.2", { linkedid: "1.1", context: "phones" }), customer);
}

describe("R20 where the dialplan has a call", () => {
  it("the contexts of all its channels are told, each once", () => {
    talking(trunk("1.1", { context: "from-trunk" }));
    expect(sketched.only().contexts).toEqual(["from-trunk", "phones"]);
  });

  it("the halves of Local channels count: a queue of FreePBX reaches its agents there", () => {
    const customer = trunk("1.1", { context: "ext-queues", app: "Queue:support" });
    const one = channel("1.3", "Local/2001@from-queue-00000001;1", { linkedid: "1.1", context: "from-queue" });
    const two = channel("1.4", "Local/2001@from-queue-00000001;2", { linkedid: "1.1", context: "macro-dial-one" });
    sketched.dial(customer, one, "RINGING");
    sketched.dial(two, ana("1.2", { state: "Ringing", linkedid: "1.1", context: "phones" }), "RINGING");
    expect(sketched.only().contexts).toEqual(["ext-queues", "from-queue", "macro-dial-one", "phones"]);
  });

  it("a caller who is sent to another context is there at once, though nothing else happens to them", () => {
    talking(trunk("1.1", { context: "from-trunk" }));
    sketched.send("ChannelDestroyed", { channel: ana("1.2"), cause: 16 });
    expect(sketched.only().contexts).toEqual(["from-trunk"]);
    sketched.send("ChannelDialplan", { channel: trunk("1.1", { context: "ivr-pay", app: "Read" }) });
    expect(sketched.only().contexts).toEqual(["ivr-pay"]);
  });

  it("steps within a context say nothing", () => {
    talking(trunk("1.1", { context: "from-trunk" }));
    const before = sketched.said.length;
    sketched.send("ChannelDialplan", { channel: trunk("1.1", { context: "from-trunk", app: "Set", exten: "9" }) });
    expect(sketched.said.length).toBe(before);
  });

  it("a call that goes on to a second queue is that one's from its first ring, whatever the first has left behind", () => {
    talking(trunk("1.1", { app: "Queue:support", queue: "support" }));
    sketched.send("ChannelDestroyed", { channel: ana("1.2"), cause: 16 });
    const again = trunk("1.1", { app: "Queue:payments,t", queue: "support" });
    sketched.dial(again, ana("1.5", { state: "Ringing", linkedid: "1.1" }), "RINGING");
    expect(sketched.only().queue).toBe("payments");
  });
});
