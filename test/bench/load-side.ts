import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { connectAsync } from "mqtt";
import { systemClock } from "../../src/clock/index.ts";
import { Gateway } from "../../src/gateway.ts";
import type { Call, CallId, PersonId } from "../../src/model/index.ts";
import { SimulatorPbx } from "../../src/pbx/simulator/index.ts";
import { PushPhone } from "../lab/phones/push-phone.ts";
import { YealinkPhone } from "../lab/phones/yealink.ts";
import { listen } from "../scenarios/bench.ts";
import { BareLed } from "./bare-led.ts";
import { agents, ana, kim, lampKey, people, phonesWith } from "./load-people.ts";
import { moment } from "./moment.ts";

/**
 * One side of the load: a simulated call centre in one process with what is measured, which is the gateway (`earshot`) or
 * the least that forwards (`floor`). Arguments: the side, the broker's URL, user name, password, the authority's
 * certificate. The light of a strict phone is in the same process for both.
 */
const [, , side = "", url = "", username = "", password = "", caFile = ""] = process.argv;
const RINGS_MS = 200;
const TALKS_MS = 1_500;
const TICK_MS = 20;
const CALLS_A_TICK = 4;
const ca = readFileSync(caFile, "utf8");

/** A state change that a call made, and when. */
export interface Cause {
  readonly agent: string;
  readonly state: string;
  readonly at: number;
}

const pbx = new SimulatorPbx({ people, seed: 1, clock: systemClock, script: "manual", pickUp: "simulated" });
const led = new PushPhone();
await led.start();
/** Has Ana's light on, as far as this side can. */
const lit = side === "earshot" ? await earshot() : await floor();

async function earshot(): Promise<() => Promise<void>> {
  const data = await mkdtemp(join(tmpdir(), "earshot-bench-"));
  process.once("exit", () => void rm(data, { recursive: true, force: true }));
  const log = { info: () => {}, warn: () => {}, error: (about: object, said: string) => console.error(said, about) };
  const gateway = new Gateway({
    ...{ pbx, log, clock: systemClock },
    config: {
      ...{ gateway: "main", data, people, phones: phonesWith(led.push) },
      http: { listen: { host: "127.0.0.1", port: 0 }, publicUrl: "http://127.0.0.1:0" },
      pbx: { kind: "simulator", seed: 1, speed: 1 },
      policy: { hidden: "allowed" },
      mqtt: { kind: "external", base: "earshot", url, username, password, ca },
    },
  });
  await gateway.start();
  const rows = await gateway.phones({ showUrls: true });
  const phone = new YealinkPhone();
  return async () => {
    await phone.open(rows.find(({ extension }) => extension === kim.extension)?.url ?? "");
    await listen(phone, "Visible");
    await led.until(() => [...led.lamps.values()].includes("on"), "the light", 20_000);
  };
}

async function floor(): Promise<() => Promise<void>> {
  const client = await connectAsync(url, { username, password, protocolVersion: 4, ca });
  const states = new Map<PersonId, string>();
  const on = new Map<CallId, readonly PersonId[]>();
  const bare = new BareLed(led.push);
  const publish = (person: PersonId, state: string): void => {
    if (states.get(person) === state) return;
    states.set(person, state);
    const payload = JSON.stringify({ state, since: Date.now(), extension: person });
    client.publish(`floor/agents/${person}/call`, payload, { qos: 1, retain: true });
  };
  const told = ({ id, legs }: Call): void => {
    const ours = legs.flatMap(({ party, state }) => (party.kind === "internal" ? [{ id: party.person, state }] : []));
    on.set(
      id,
      ours.map((one) => one.id),
    );
    for (const one of ours) publish(one.id, one.state === "up" ? "talking" : "ringing");
  };
  await pbx.start((event) => {
    if (event.type === "call") told(event.call);
    if (event.type !== "call-ended") return;
    for (const person of on.get(event.call) ?? []) {
      publish(person, "idle");
      if (person === ana.id) void bare.off(lampKey);
    }
    on.delete(event.call);
  });
  return async () => {
    await pause(300);
  };
}

function later(ms: number, run: () => void): void {
  setTimeout(run, ms);
}

async function load(ms: number): Promise<{ causes: Cause[]; lights: number[] }> {
  const causes: Cause[] = [];
  const lights: number[] = [];
  const caused = (agent: PersonId, state: string, act: () => void): void => {
    causes.push({ agent, state, at: moment() });
    act();
  };
  const begun = moment();
  let next = 0;
  const traffic = (async () => {
    for (let tick = 0; moment() < begun + ms; tick += 1) {
      for (let count = 0; count < CALLS_A_TICK; count += 1) {
        const agent = agents[next % agents.length];
        next += 1;
        if (!agent) continue;
        let call: ReturnType<typeof pbx.incoming> | undefined;
        caused(agent.id, "ringing", () => {
          call = pbx.incoming({ to: agent.id, number: `+4930${next}`, name: "Customer" });
        });
        later(RINGS_MS, () => caused(agent.id, "talking", () => call?.answer()));
        later(RINGS_MS + TALKS_MS, () => caused(agent.id, "idle", () => call?.hangUp()));
      }
      await pause(Math.max(0, begun + (tick + 1) * TICK_MS - moment()));
    }
    await pause(RINGS_MS + TALKS_MS + 100);
  })();
  for (let running = true; running; ) {
    const call = pbx.incoming({ to: ana.id, number: "+4930", name: "Jane Doe" });
    call.answer();
    await lit();
    const before = led.taken.length;
    const at = moment();
    call.hangUp();
    await led.until(() => led.taken.length > before && ![...led.lamps.values()].includes("on"), "darkness", 20_000);
    lights.push(moment() - at);
    await pause(50);
    running = moment() < begun + ms;
  }
  await traffic;
  return { causes, lights };
}

process.on("message", async (message: { readonly load?: number }) => {
  if (message.load !== undefined) process.send?.({ loaded: await load(message.load) });
});
process.channel?.ref();
console.log("ready");
