import { beforeEach, describe, expect, it } from "vitest";
import { Dispatch } from "../../../src/dispatch/index.ts";
import type { AgentTopic, Bus, Call, LampText, Log, OwnEvent, PbxEvent, PersonId } from "../../../src/model/index.ts";
import { emptyState, Writer } from "../../../src/state/index.ts";
import { VirtualClock } from "../virtual-clock.ts";
import { ana, asked, ben, customerCall, everybody, facts, legId, mode, s1, told } from "./world.ts";

/** A bus that keeps what it is given. */
class KeepingBus implements Bus {
  readonly retained: { agent: PersonId; topic: AgentTopic; payload: Record<string, unknown> }[] = [];

  readonly forgotten: PersonId[] = [];
  /** The lamps in one word, in the order of publishing. */
  readonly words: string[] = [];

  async start(): Promise<void> {}

  async retain(agent: PersonId, topic: AgentTopic, payload: object): Promise<void> {
    this.retained.push({ agent, topic, payload: { ...payload } });
  }

  async lampText(agent: PersonId, text: LampText): Promise<void> {
    this.words.push(`${agent} ${text}`);
  }

  async help(): Promise<void> {}

  async phone(): Promise<void> {}
  async forgetPhone(): Promise<void> {}

  async withdraw(): Promise<void> {}

  async forget(agent: PersonId): Promise<void> {
    this.forgotten.push(agent);
  }

  async notice(): Promise<boolean> {
    return true;
  }

  async stop(): Promise<void> {}

  /** The seqs of one topic, in the order of publishing. */
  seqs(agent: PersonId, topic: AgentTopic): unknown[] {
    return this.retained
      .filter((one) => one.agent === agent && one.topic === topic)
      .map(({ payload }) => payload["seq"]);
  }
}

let bus: KeepingBus;
let dispatch: Dispatch;
let writer: Writer;

beforeEach(() => {
  const clock = new VirtualClock();
  const fail = (error: unknown): never => {
    throw error;
  };
  const log: Log = { info: () => {}, warn: fail, error: fail };
  bus = new KeepingBus();
  writer = new Writer(emptyState(everybody, 0, 0), clock, fail);
  dispatch = new Dispatch({
    ...{ writer, bus, clock, log, gateway: "gw1", epoch: 3 },
    policy: { hidden: "allowed" },
    newId: () => "id",
    sentence: (_agent, { name }) => name,
  });
  dispatch.start();
});

function take(...events: readonly (PbxEvent | OwnEvent)[]): void {
  for (const event of events) writer.take(event);
}

const snapshot = (...calls: readonly Call[]): PbxEvent => ({
  type: "pbx-snapshot",
  snapshot: { calls, supervisions: [] },
});

describe("what is retained for an agent", () => {
  it("seq counts the published changes of one topic", () => {
    take(snapshot(), { type: "call", call: customerCall("c1", ana) }, { type: "call", call: customerCall("c2", ben) });
    take(asked("visible"), facts(), told("sending"), told("waiting"), told("confirmed"), mode("coach", "muted"));
    expect(bus.seqs(ana.id, "lamp")).toEqual([1, 2, 3]);
    expect(bus.seqs(ana.id, "call")).toEqual([1, 2]);
    expect(bus.seqs(ben.id, "lamp")).toEqual([1]);
  });

  it("R5 a hidden supervision publishes nothing and leaves no gap in seq", () => {
    take(snapshot(customerCall("c1", ana)));
    const before = bus.retained.length;
    take(asked("hidden"), facts(), mode("listen", "muted"));
    take({ type: "facts-ended", supervision: s1, ending: "left" });
    expect(bus.retained.length).toBe(before);
    expect(bus.words).toHaveLength(everybody.length);
    take({ type: "call-ended", call: customerCall("c1", ana).id });
    expect(bus.seqs(ana.id, "call")).toEqual([1, 2]);
  });

  it("the lamp stands there in one word too, published when the word changes alone", () => {
    take(snapshot(customerCall("c1", ana)));
    expect([...bus.words].sort()).toEqual(everybody.map(({ id }) => `${id} off`).sort());
    bus.words.length = 0;
    take(asked("visible"), facts(), told("confirmed"), mode("coach", "muted"), mode("coach", "open"));
    take(facts({ mouth: { leg: legId("c1-agent"), reach: "agent" } }), mode("join", "open"), told("unconfirmed"));
    take(mode("listen", "muted"), facts(), { type: "facts-ended", supervision: s1, ending: "left" });
    const words = ["listen", "coach", "coach-open", "join-open", "listen", "off"];
    expect(bus.words).toEqual(words.map((word) => `${ana.id} ${word}`));
  });

  it("of somebody who was removed and is there again counts on: a reader drops what is lower", () => {
    take(snapshot(), { type: "call", call: customerCall("c1", ana) });
    take({ type: "call-ended", call: customerCall("c1", ana).id });
    take({ type: "person-gone", person: ana.id }, { type: "person-put", person: ana });
    expect(bus.forgotten).toEqual([ana.id]);
    expect(bus.seqs(ana.id, "call")).toEqual([1, 2, 3, 4]);
    expect(bus.seqs(ana.id, "lamp")).toEqual([1, 2]);
  });

  it("the whole set comes again after a reconnect, as it was", () => {
    take(snapshot(customerCall("c1", ana)), asked("visible"), facts(), told("confirmed"));
    const newest = new Map(bus.retained.map((one) => [`${one.agent} ${one.topic}`, one]));
    expect(newest.size).toBe(2 * everybody.length);
    bus.retained.length = 0;
    dispatch.publishAll();
    expect(new Map(bus.retained.map((one) => [`${one.agent} ${one.topic}`, one]))).toEqual(newest);
  });
});
