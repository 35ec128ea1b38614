import { mosquittoPart } from "../lab/parts.ts";
import { AriServer } from "./ari-server.ts";
import { Broker } from "./broker.ts";
import { Child } from "./child.ts";
import { freeAgents, MOST_CALLS } from "./crowd.ts";
import { Listener, tellings } from "./replay.ts";
import { median } from "./statistics.ts";
import { figure, notRun, type Row, ratio } from "./table.ts";

const ROUNDS = 9;
/** No more: Mosquitto drops what a subscriber has not acknowledged from the thousandth message on. */
const CALLS_EACH = 1;

/** The broker and the subscriber of the throughput rows; undefined where there is no Mosquitto. */
export class Throughput {
  readonly #broker = new Broker();
  readonly #subscriber = Child.script("subscriber.ts");
  readonly #ari = new AriServer();
  #floor: Child | undefined;

  /** @returns why it cannot be. */
  async start(): Promise<string | undefined> {
    const part = await mosquittoPart();
    if (!part.ok) return part.why;
    await this.#broker.start();
    return undefined;
  }

  /** How the gateway reaches the broker. */
  get mqtt(): { readonly mqtt: object; readonly files: Readonly<Record<string, string>> } {
    return { mqtt: { ...this.#broker.account("earshot"), caFile: "ca.crt" }, files: { "ca.crt": this.#broker.ca } };
  }

  /**
   * 5: recorded calls of agents who are free, sent as fast as they go to a gateway with 10,000 live calls, until the
   * subscriber has the last state change.
   */
  async measure(ari: AriServer): Promise<Row[]> {
    const account = this.#broker.account("floor");
    const url = await this.#ari.start();
    const words = [url, account.url, account.username, account.password, this.#broker.caFile];
    this.#floor = Child.script("floor-events.ts", words);
    await this.#floor.start();
    await this.#subscriber.start();
    const topics = freeAgents.flatMap((agent) => ["floor", "earshot"].map((base) => `${base}/agents/${agent}/call`));
    await this.#subscriber.ask({ subscribe: this.#broker.reader(topics) }, "subscribed");
    const floor = { listener: new Listener(this.#ari, this.#subscriber, "floor"), perSecond: [] as number[] };
    const earshot = { listener: new Listener(ari, this.#subscriber, "earshot"), perSecond: [] as number[] };
    let first = 2 * MOST_CALLS;
    const courses = new Map<Listener, Awaited<ReturnType<Listener["course"]>>>();
    for (const { listener } of [floor, earshot])
      courses.set(listener, await listener.course(freeAgents[0] ?? "", first));
    let events = 0;
    for (let round = -1; round < ROUNDS; round += 1) {
      first += 10_000;
      const told = tellings(freeAgents, CALLS_EACH, first);
      for (const { listener, perSecond } of round % 2 === 0 ? [floor, earshot] : [earshot, floor]) {
        const course = courses.get(listener);
        if (course === undefined) continue;
        const replayed = await listener.replay(told, course, false);
        events = replayed.events;
        if (round >= 0) perSecond.push((replayed.events * 1_000) / replayed.ms);
      }
    }
    const [bare, own] = [median(floor.perSecond), median(earshot.perSecond)];
    const what = `events a second at ${figure(MOST_CALLS)} live calls (${figure(events)} at once)`;
    return [{ what, floor: figure(bare), earshot: figure(own), ratio: ratio(own, bare), aim: "" }];
  }

  static notRun(why: string): Row {
    return notRun(`events a second at ${figure(MOST_CALLS)} live calls`, why);
  }

  async stop(): Promise<void> {
    await this.#floor?.stop();
    await this.#subscriber.stop();
    if (this.#floor !== undefined) await this.#ari.stop();
    await this.#broker.stop();
  }
}
