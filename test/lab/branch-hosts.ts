import { createInterface } from "node:readline";
import { setTimeout as rhythm } from "node:timers/promises";
import { connectAsync, type MqttClient } from "mqtt";
import { systemClock } from "../../src/clock/index.ts";
import { readConfig } from "../../src/config/index.ts";
import { Gateway } from "../../src/gateway.ts";
import { loadSheets } from "../../src/http/index.ts";
import { type CallHandle, SimulatorPbx } from "../../src/pbx/simulator/index.ts";
import { listen, until } from "../scenarios/bench.ts";
import { ana } from "../unit/core/world.ts";
import { PushPhone } from "./phones/push-phone.ts";
import { YealinkPhone } from "./phones/yealink.ts";
import { SkippingClock } from "./skipping-clock.ts";

/*
 * What runs on a host of its own, told line by line what to do: a gateway with its supervisor's desk phone, the phone of a
 * branch office, or somebody at the broker who may read and write everything. Each line is answered by one line.
 */

type Works = Readonly<Record<string, (given: string) => Promise<unknown>>>;

/** A gateway on the simulator, and Kim at her phone beside it. `given` of the process: the configuration. */
async function gateway(path: string): Promise<Works> {
  const result = readConfig(path, {}, (await loadSheets()).known());
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  const { config } = result;
  const clock = new SkippingClock();
  const pbx = new SimulatorPbx({ people: config.people, seed: 1, clock: systemClock, script: "manual" });
  const write = (about: object, sentence: string): void =>
    void process.stderr.write(`${sentence} ${JSON.stringify(about)}\n`);
  const running = new Gateway({ config, pbx, clock, log: { info: write, warn: write, error: write } });
  await running.start();
  const kim = new YealinkPhone();
  const board = async (): Promise<void> => {
    const rows = await running.phones({ showUrls: true });
    await kim.open(rows.find(({ extension }) => extension === "3001")?.url ?? "");
  };
  let call: CallHandle | undefined;
  return {
    call: async () => {
      call = pbx.incoming({ to: ana.id, number: "+44155501", name: "Jane Doe", queue: "support" });
      call.answer();
      await board();
    },
    listen: async (how) => {
      await board();
      await listen(kim, how === "Hidden" ? "Hidden" : "Visible");
    },
    press: async (key) => await kim.press(key),
    says: async (words) => {
      await until(kim, new RegExp(words), 30_000);
      return kim.text();
    },
    skip: async (ms) => clock.skip(Number(ms)),
    delivery: async () =>
      (await running.phones({ showUrls: false })).find(({ extension }) => extension === ana.id)?.lastPush,
  };
}

/** Ana's phone, and what is on it. `given`: its address, and the one that it takes pushes from. */
async function phone(given: string): Promise<Works> {
  const [address = "", server = ""] = given.split(" ");
  const anas = new PushPhone({ address, server, checksSender: "both" });
  await anas.start();
  const texts = (kind: "screen" | "label"): string[] =>
    anas.taken.flatMap(({ acts }) => acts.flatMap((act) => (act.act === kind ? [act.text] : [])));
  const shows = () => ({
    lamps: Object.fromEntries(anas.lamps),
    label: texts("label").at(-1),
    screens: texts("screen"),
    taken: anas.taken.length,
    complaints: anas.complaints,
  });
  return {
    push: async () => anas.push,
    shows: async () => shows(),
    /** A lamp such as `5 GREEN=on`. */
    lamp: async (wanted) => {
      const [key = "", state] = wanted.split("=");
      await anas.until(() => anas.lamps.get(key) === state, wanted, 60_000);
      return shows();
    },
    screens: async (count) => {
      await anas.until(() => texts("screen").length >= Number(count), `${count} notices`, 60_000);
      return shows();
    },
    label: async (words) => {
      await anas.until(() => texts("label").at(-1) === words, words, 60_000);
      return shows();
    },
  };
}

/** Somebody at the broker. `given`: where it is, and an account that may do everything. */
async function witness(given: string): Promise<Works> {
  const { url, ...account } = JSON.parse(given) as { readonly url: string; readonly ca: string };
  const client: MqttClient = await connectAsync(url, { ...account, protocolVersion: 4 });
  const heard: { readonly topic: string; readonly text: string }[] = [];
  client.on("message", (topic, payload) => void heard.push({ topic, text: payload.toString() }));
  await client.subscribeAsync("#", { qos: 1 });
  return {
    /** The messages heard on the topic that ends so, oldest first. */
    heard: async (ending) => heard.filter(({ topic }) => topic.endsWith(ending)).map(({ text }) => text),
    topics: async () => [...new Set(heard.map(({ topic }) => topic))],
    say: async (message) => {
      const { topic, text, retain } = JSON.parse(message) as { topic: string; text: string; retain: boolean };
      await client.publishAsync(topic, text, { qos: 1, retain });
    },
    /** The newest on that topic, once there is one. */
    waits: async (ending) => {
      while (!heard.some(({ topic }) => topic.endsWith(ending))) await rhythm(20);
      return heard.findLast(({ topic }) => topic.endsWith(ending))?.text;
    },
  };
}

const [role = "", given = ""] = process.argv.slice(2);
const roles: Readonly<Record<string, (given: string) => Promise<Works>>> = { gateway, phone, witness };
const answer = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
const works = await roles[role]?.(given);
answer({ done: "ready" });
for await (const line of createInterface({ input: process.stdin })) {
  const { work, on } = JSON.parse(line) as { readonly work: string; readonly on: string };
  try {
    answer({ done: (await works?.[work]?.(on)) ?? null });
  } catch (error) {
    answer({ failed: String(error) });
  }
}
process.exit(0);
