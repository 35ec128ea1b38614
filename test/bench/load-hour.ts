import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { Gateway } from "../../src/gateway.ts";
import { SimulatorPbx } from "../../src/pbx/simulator/index.ts";
import { VirtualClock } from "../unit/virtual-clock.ts";
import { agents, people } from "./load-people.ts";

/**
 * An hour of virtual time: 500 agents, four calls a second (14,400 in all), a whole gateway with its embedded broker. Tells
 * the heap after garbage collection, every ten minutes of that hour.
 */
const CALLS_A_SECOND = 4;
const clock = new VirtualClock();
const pbx = new SimulatorPbx({ people, seed: 1, clock, script: "manual" });
const data = await mkdtemp(join(tmpdir(), "earshot-bench-"));
const quiet = { info: () => {}, warn: () => {}, error: (about: object, said: string) => console.error(said, about) };
const gateway = new Gateway({
  ...{ pbx, log: quiet, clock },
  config: {
    ...{ gateway: "main", data, people, phones: [] },
    http: { listen: { host: "127.0.0.1", port: 0 }, publicUrl: "http://127.0.0.1:0" },
    pbx: { kind: "simulator", seed: 1, speed: 1 },
    policy: { hidden: "allowed" },
    mqtt: { kind: "embedded", base: "earshot", listen: { host: "127.0.0.1", port: 0 }, accounts: [] },
  },
});
await gateway.start();

async function hour(): Promise<number[]> {
  const heaps: number[] = [];
  let next = 0;
  for (let second = 1; second <= 3_600; second += 1) {
    for (let count = 0; count < CALLS_A_SECOND; count += 1) {
      const agent = agents[next % agents.length];
      next += 1;
      if (!agent) continue;
      const call = pbx.incoming({ to: agent.id, number: `+4930${next}`, name: `Customer ${next}` });
      clock.after(3_000, () => call.answer());
      clock.after(20_000, () => call.hangUp());
    }
    await clock.advance(1_000);
    // What the broker has not yet taken would count as memory.
    for (let turn = 0; turn < 5; turn += 1) await setImmediate();
    if (second % 600 !== 0) continue;
    for (let turn = 0; turn < 4; turn += 1) globalThis.gc?.();
    heaps.push(process.memoryUsage().heapUsed);
  }
  return heaps;
}

process.on("message", async (message: { readonly hour?: true }) => {
  if (message.hour === undefined) return;
  const heaps = await hour();
  await gateway.stop();
  await rm(data, { recursive: true, force: true });
  process.send?.({ heaps });
});
process.channel?.ref();
console.log("ready");
