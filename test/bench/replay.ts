import { setTimeout as pause } from "node:timers/promises";
import type { AriServer } from "./ari-server.ts";
import type { Child } from "./child.ts";
import { moment } from "./moment.ts";
import { stories } from "./recording.ts";
import type { Heard } from "./subscriber.ts";

/** One call as it will be told: its agent, which story it is, its events. */
export interface Telling {
  readonly agent: string;
  readonly story: "dial" | "queue";
  readonly events: readonly string[];
}

/** What one of the measured systems publishes in the course of a story: at which event, and which state. */
export type Course = Readonly<Record<Telling["story"], readonly { readonly event: number; readonly state: string }[]>>;

const SETTLE_MS = 40;
const WITHIN_MS = 20_000;

/** So many calls of each agent, one after another, by Dial and by Queue in turn; `first` is the number of the first. */
export function tellings(agents: readonly string[], each: number, first: number): Telling[][] {
  const told = stories();
  return agents.map((agent, index) =>
    Array.from({ length: each }, (_, turn) => {
      const story = (index + turn) % 2 === 0 ? "dial" : "queue";
      return { agent, story, events: told[story].told(first + index * each + turn, agent) };
    }),
  );
}

/** A system that gets events and publishes, with the subscriber that hears it. */
export class Listener {
  readonly #ari: AriServer;
  readonly #subscriber: Child;
  readonly #base: string;

  constructor(ari: AriServer, subscriber: Child, base: string) {
    this.#ari = ari;
    this.#subscriber = subscriber;
    this.#base = base;
  }

  /** Tells each story once, an event at a time, to learn which events the system publishes something at. */
  async course(agent: string, first: number): Promise<Course> {
    const course: Record<Telling["story"], { event: number; state: string }[]> = { dial: [], queue: [] };
    await this.#take();
    for (const { story, events } of tellings([agent], 2, first).flat()) {
      for (const [event, text] of events.entries()) {
        this.#ari.send([text]);
        await pause(SETTLE_MS);
        course[story].push(...(await this.#take()).map(({ state }) => ({ event, state })));
      }
    }
    return course;
  }

  /**
   * Tells every agent's calls, all agents at once, an event each millisecond or as fast as they go. @returns when each
   * state change arrived, counted from when the event that changed it was sent, and how long all took.
   */
  async replay(all: readonly (readonly Telling[])[], course: Course, paced: boolean): Promise<Replayed> {
    const sent = new Map<string, { readonly at: number; readonly state: string }[]>();
    const start = moment();
    const lines = all.map((calls) => this.#line(calls, course, sent));
    let count = 0;
    for (let open = lines; open.length > 0; ) {
      const going: typeof lines = [];
      for (const line of open) {
        if (line.next().done) continue;
        going.push(line);
        count += 1;
        if (paced) while (moment() < start + count) await pause(1);
      }
      open = going;
    }
    const expected = [...sent.values()].reduce((sum, { length }) => sum + length, 0);
    const heard = await this.#hear(expected);
    const latencies: number[] = [];
    for (const { at, topic, state } of heard) {
      const cause = sent.get(topic)?.shift();
      if (cause?.state !== state) throw new Error(`${topic} said ${state} where ${cause?.state ?? "nothing"} was due`);
      latencies.push(at - cause.at);
    }
    const last = heard.reduce((latest, { at }) => Math.max(latest, at), start);
    return { latencies, events: count, ms: last - start };
  }

  *#line(
    calls: readonly Telling[],
    course: Course,
    sent: Map<string, { readonly at: number; readonly state: string }[]>,
  ): Generator<undefined> {
    for (const { agent, story, events } of calls) {
      const topic = `${this.#base}/agents/${agent}/call`;
      const due = sent.get(topic) ?? [];
      sent.set(topic, due);
      for (const [index, text] of events.entries()) {
        const at = moment();
        this.#ari.send([text]);
        for (const { event, state } of course[story]) if (event === index) due.push({ at, state });
        yield;
      }
    }
  }

  async #hear(count: number): Promise<Heard[]> {
    const heard: Heard[] = [];
    for (const end = moment() + WITHIN_MS; heard.length < count; await pause(50)) {
      heard.push(...(await this.#take()));
      if (moment() > end) throw new Error(`${heard.length} of ${count} state changes were published`);
    }
    return heard;
  }

  async #take(): Promise<Heard[]> {
    const heard = await this.#subscriber.ask<Heard[]>({ take: true }, "heard");
    return heard.filter(({ topic }) => topic.startsWith(`${this.#base}/`));
  }
}

export interface Replayed {
  readonly latencies: readonly number[];
  readonly events: number;
  readonly ms: number;
}
