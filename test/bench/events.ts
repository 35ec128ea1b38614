import { mosquittoPart } from "../lab/parts.ts";
import { AriServer } from "./ari-server.ts";
import { Broker } from "./broker.ts";
import { Child } from "./child.ts";
import { ariPbx, Earshot, type EarshotConfig } from "./earshot.ts";
import { nameOf } from "./recording.ts";
import { type Course, Listener, tellings } from "./replay.ts";
import type { Subscription } from "./subscriber.ts";
import { compared, figure, notRun, type Row } from "./table.ts";

const AGENTS = Array.from({ length: 20 }, (_, index) => String(2_001 + index));
/** 240 calls of some 21 events each: a little more than 5,000. */
const TURNS = 4;
const CALLS_A_TURN = 3;

interface Side {
  readonly base: string;
  readonly listener: Listener;
  readonly course: Course;
  readonly latencies: number[];
}

/**
 * 3: from the moment an event leaves the PBX until a subscriber, over TCP in a process of its own, has the state change
 * that it caused. Floor and earshot publish to the same Mosquitto; a third row has earshot's embedded broker.
 */
export async function events(): Promise<Row[]> {
  const what = "PBX event to MQTT subscriber";
  const part = await mosquittoPart();
  if (!part.ok) return [notRun(what, part.why)];
  const broker = new Broker();
  const undo: (() => Promise<void>)[] = [() => broker.stop()];
  try {
    await broker.start();
    const subscriber = Child.script("subscriber.ts");
    undo.push(() => subscriber.stop());
    await subscriber.start();
    const subscribe = (subscription: Subscription) => subscriber.ask({ subscribe: subscription }, "subscribed");
    const topics = (base: string) => AGENTS.map((agent) => `${base}/agents/${agent}/call`);
    const ari = async (): Promise<{ server: AriServer; url: string }> => {
      const server = new AriServer();
      undo.push(() => server.stop());
      return { server, url: await server.start() };
    };
    const gateway = async (mqtt: object, base: string, more: Partial<EarshotConfig> = {}) => {
      const { server, url } = await ari();
      const people = AGENTS.map(
        (extension) => ({ extension, name: nameOf(extension), role: "agent", teams: [] }) as const,
      );
      const earshot = new Earshot({
        pbx: ariPbx(url),
        people,
        phones: [AGENTS[0] ?? ""],
        mqtt: { ...mqtt, base },
        ...more,
      });
      undo.push(() => earshot.remove());
      await earshot.start();
      await server.connected();
      return { server, earshot };
    };

    const bare = await ari();
    const account = broker.account("floor");
    const words = [bare.url, account.url, account.username, account.password, broker.caFile];
    const floorScript = Child.script("floor-events.ts", words);
    undo.push(() => floorScript.stop());
    await floorScript.start();
    const own = await gateway({ ...broker.account("earshot"), caFile: "ca.crt" }, "earshot", {
      files: { "ca.crt": broker.ca },
    });
    const lights = AGENTS.map((agent) => ({ username: `light${agent}`, password: "bench", agent }));
    const embedded = await gateway({ embedded: { listen: "127.0.0.1:0", accounts: lights } }, "embedded");
    await subscribe(broker.reader([...topics("floor"), ...topics("earshot")]));
    for (const { username, password, agent } of lights) {
      const url = `mqtt://${embedded.earshot.mqtt}`;
      await subscribe({ url, username, password, topics: [`embedded/agents/${agent}/call`] });
    }

    const side = async (server: AriServer, base: string): Promise<Side> => {
      const listener = new Listener(server, subscriber, base);
      return { base, listener, course: await listener.course(AGENTS[0] ?? "", 0), latencies: [] };
    };
    const floor = await side(bare.server, "floor");
    const mosquitto = await side(own.server, "earshot");
    const inside = await side(embedded.server, "embedded");
    const sides = [floor, mosquitto, inside];
    let first = 10;
    let count = 0;
    for (let turn = -1; turn < TURNS; turn += 1) {
      const told = tellings(AGENTS, CALLS_A_TURN, first);
      first += AGENTS.length * CALLS_A_TURN;
      for (const { base, listener, course, latencies } of turn % 2 === 0 ? sides : [...sides].reverse()) {
        const replayed = await listener.replay(told, course, true);
        if (turn < 0) continue;
        latencies.push(...replayed.latencies);
        if (base === "floor") count += replayed.events;
      }
    }
    return [
      compared(`${what} (${figure(count)} events)`, "ms", floor.latencies, mosquitto.latencies),
      compared("the same by the embedded broker, floor by Mosquitto", "ms", floor.latencies, inside.latencies),
    ];
  } finally {
    for (const each of undo.reverse()) await each();
  }
}
