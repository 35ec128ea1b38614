import { beforeEach, describe, expect, it } from "vitest";
import { coalesceMs, FloorFeed } from "../../../src/http/desk/floor-feed.ts";
import type { Frame } from "../../../src/http/desk/stream.ts";
import type { Call, FloorCall, LegId, PersonId } from "../../../src/model/index.ts";
import { emptyState, Writer } from "../../../src/state/index.ts";
import { ana, asked, ben, customerCall, everybody, facts, internalCall, root } from "../core/world.ts";
import { VirtualClock } from "../virtual-clock.ts";

let clock: VirtualClock;
let writer: Writer;
let feed: FloorFeed;

beforeEach(() => {
  clock = new VirtualClock();
  writer = new Writer(emptyState(everybody, 0, 0), clock, (error) => {
    throw error;
  });
  feed = new FloorFeed(writer, clock);
  writer.take({ type: "pbx-snapshot", snapshot: { calls: [customerCall("c1", ana)], supervisions: [] } });
});

/** One who reads the floor as a browser does, and keeps it. */
class Reader {
  readonly floor = new Map<string, FloorCall>();
  frames = 0;
  readonly close: () => void;

  constructor(observer?: PersonId) {
    const { whole, close } = feed.open(observer, (frame) => this.#take(frame));
    this.close = close;
    this.#take(whole);
  }

  #take(frame: Frame): void {
    this.frames += 1;
    const news = JSON.parse(/^data: (.*)$/m.exec(frame)?.[1] ?? "");
    if (news.type === "floor") this.floor.clear();
    for (const call of news.calls ?? []) this.floor.set(call.id, call);
    if (news.type === "call") this.floor.set(news.call.id, news.call);
    if (news.type === "call-gone") this.floor.delete(news.call);
  }
}

const held = (call: Call, holding: boolean): Call => ({ ...call, legs: call.legs.map((leg) => ({ ...leg, holding })) });
const toggled = (times: number): void => {
  for (let time = 0; time < times; time += 1)
    writer.take({ type: "call", call: held(customerCall("c1", ana), time % 2 === 0) });
};

describe("the floor's news", () => {
  it("tells a call once in 50 ms, however often it changes, and its last state at the end", async () => {
    const reader = new Reader();
    toggled(201);
    await clock.advance(0);
    toggled(201);
    await clock.advance(coalesceMs - 1);
    expect(reader.frames).toBe(2);
    toggled(202);
    await clock.advance(1);
    expect(reader.frames).toBe(3);
    expect(reader.floor.get("c1")?.legs.map(({ holding }) => holding)).toEqual([false, false]);
  });

  it("tells nothing of what is as before", async () => {
    const reader = new Reader();
    toggled(1);
    writer.take({ type: "call", call: customerCall("c1", ana, {}) });
    await clock.advance(1_000);
    expect(reader.frames).toBe(1);
  });

  it("a reader who comes between a change and its telling takes it from nobody", async () => {
    const first = new Reader();
    toggled(1);
    const second = new Reader();
    await clock.advance(1_000);
    expect([...second.floor]).toEqual([...first.floor]);
    expect(first.floor.get("c1")?.legs[0]?.holding).toBe(true);
  });

  it("a supervision that moves to another call goes from the first", async () => {
    const reader = new Reader();
    writer.take(asked("hidden"));
    writer.take(facts());
    await clock.advance(1_000);
    expect(reader.floor.get("c1")?.supervisions).toHaveLength(1);
    const joined = customerCall("c2", ben);
    const legs = [...joined.legs, ...customerCall("c1", ana).legs.filter(({ id }) => id === "c1-agent")];
    writer.take({ type: "call", call: { ...joined, legs } });
    await clock.advance(1_000);
    expect([...reader.floor.values()].map(({ id, supervisions }) => [id, supervisions.length])).toEqual([
      ["c1", 0],
      ["c2", 1],
    ]);
  });

  it("what an ear has left does not go on hearing there", async () => {
    writer.take({ type: "call", call: customerCall("c2", ben) });
    const reader = new Reader();
    writer.take(asked("hidden"));
    writer.take(facts({ ear: "c2-agent" as LegId }));
    await clock.advance(1_000);
    expect(reader.floor.get("c2")?.heard).toHaveLength(4);
    writer.take(facts());
    await clock.advance(1_000);
    expect([reader.floor.get("c2")?.heard.length, reader.floor.get("c1")?.heard.length]).toEqual([2, 4]);
  });

  it("R12 a call goes from the floor of whoever becomes a party to it, and stays on others'", async () => {
    const [own, another] = [new Reader(root.id), new Reader()];
    const both = internalCall("c1", ana, root);
    writer.take({ type: "call", call: both });
    await clock.advance(1_000);
    expect([own.floor.size, another.floor.size]).toEqual([0, 1]);
  });

  it("many calls at once come as the whole floor", async () => {
    const reader = new Reader();
    const calls = Array.from({ length: 600 }, (_, index) => customerCall(`n${index}`, ana));
    writer.take({ type: "pbx-snapshot", snapshot: { calls, supervisions: [] } });
    await clock.advance(1_000);
    expect([reader.frames, reader.floor.size]).toEqual([2, 600]);
  });

  it("follows nothing and leaves no timer once nobody reads", async () => {
    const reader = new Reader();
    toggled(1);
    reader.close();
    toggled(3);
    expect(clock.waiting()).toBe(0);
    expect(reader.frames).toBe(1);
  });
});
