import { mosquittoPart } from "../lab/parts.ts";
import { Broker } from "./broker.ts";
import { Child } from "./child.ts";
import { agents } from "./load-people.ts";
import type { Cause } from "./load-side.ts";
import type { Heard } from "./subscriber.ts";
import { compared, figure, notRun, type Row } from "./table.ts";

const WARM_UP_MS = 2_000;
const ROUND_MS = 6_000;
const ROUNDS = 2;
const sides = ["floor", "earshot"] as const;

/**
 * 8: with 500 agents and 200 calls a second in the simulator, from the moment a call changes until a subscriber in a
 * process of its own has it, and until the light of a strict phone is off; then the heap over an hour of virtual time.
 */
export async function load(): Promise<Row[]> {
  const what = "with 500 agents and 200 calls a second";
  const part = await mosquittoPart();
  if (!part.ok) return [notRun(what, part.why)];
  const broker = new Broker();
  const undo: (() => Promise<void>)[] = [() => broker.stop()];
  const latencies = { floor: [] as number[], earshot: [] as number[] };
  const lights = { floor: [] as number[], earshot: [] as number[] };
  try {
    await broker.start();
    const subscriber = Child.script("subscriber.ts");
    undo.push(() => subscriber.stop());
    await subscriber.start();
    const topics = sides.flatMap((side) => agents.map(({ id }) => `${side}/agents/${id}/call`));
    await subscriber.ask({ subscribe: broker.reader(topics) }, "subscribed");
    const children: Record<(typeof sides)[number], Child> = { floor: started("floor"), earshot: started("earshot") };
    function started(side: (typeof sides)[number]): Child {
      const { url, username, password } = broker.account(side);
      const child = Child.script("load-side.ts", [side, url, username, password, broker.caFile]);
      undo.push(() => child.stop());
      return child;
    }
    for (const side of sides) await children[side].start();
    for (let round = 0; round <= ROUNDS; round += 1) {
      for (const side of round % 2 === 0 ? sides : [...sides].reverse()) {
        await subscriber.ask({ take: true }, "heard");
        const ms = round === 0 ? WARM_UP_MS : ROUND_MS;
        const { causes, lights: dark } = await children[side].ask<{ causes: Cause[]; lights: number[] }>(
          { load: ms },
          "loaded",
        );
        const heard = await subscriber.ask<Heard[]>({ take: true }, "heard");
        const took = paired(side, causes, heard);
        if (round === 0) continue;
        latencies[side].push(...took);
        lights[side].push(...dark);
      }
    }
  } finally {
    for (const each of undo.reverse()) await each();
  }
  return [
    compared(
      `call change to MQTT subscriber ${what} (${figure(latencies.earshot.length)} changes)`,
      "ms",
      latencies.floor,
      latencies.earshot,
    ),
    compared(
      `call change to the LED of a strict phone ${what} (${lights.earshot.length} times)`,
      "ms",
      lights.floor,
      lights.earshot,
    ),
    await memory(),
  ];
}

/** Each change is heard once and in order, or the run is worth nothing. */
function paired(side: string, causes: readonly Cause[], heard: readonly Heard[]): number[] {
  const due = new Map<string, Cause[]>();
  for (const cause of causes) {
    const topic = `${side}/agents/${cause.agent}/call`;
    due.set(topic, [...(due.get(topic) ?? []), cause]);
  }
  const took: number[] = [];
  for (const { topic, state, at } of heard) {
    if (!topic.startsWith(`${side}/`)) continue;
    const cause = due.get(topic)?.shift();
    if (cause?.state !== state) throw new Error(`${topic} said ${state} where ${cause?.state ?? "nothing"} was due`);
    took.push(at - cause.at);
  }
  if (took.length !== causes.length) throw new Error(`${took.length} of ${causes.length} changes were heard (${side})`);
  return took;
}

async function memory(): Promise<Row> {
  const child = Child.script("load-hour.ts");
  await child.start();
  try {
    const heaps = await child.ask<number[]>({ hour: true }, "heaps");
    const [first = 0, last = 0] = [heaps[0], heaps.at(-1)];
    const mib = (bytes: number) => `${figure(bytes / 1_048_576)} MiB`;
    const more = (last / first - 1) * 100;
    return {
      what: "heap after 10 and 60 minutes of virtual time (500 agents, 14,400 calls)",
      floor: "",
      earshot: `${mib(first)}, ${mib(last)}`,
      ratio: "",
      aim: `flat: ${more < 0 ? "" : "+"}${more.toFixed(1)} %`,
    };
  } finally {
    await child.stop();
  }
}
