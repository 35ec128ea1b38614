import { expect, onTestFinished, test } from "vitest";
import type { RetainedTopics } from "../../../src/model/index.js";
import { type BusGuest, MqttBus } from "../../../src/mqtt/index.js";
import { broker, Device, keptLog, person, url, wire } from "./rig.js";

const agent = person("2001");
const gone = person("2009");

/** What earlier runs have left, in memory. */
class Left implements RetainedTopics {
  readonly #topics: Set<string>;

  constructor(...topics: readonly string[]) {
    this.#topics = new Set(topics);
  }

  all(): readonly string[] {
    return [...this.#topics].sort();
  }

  add(topic: string): void {
    this.#topics.add(topic);
  }

  remove(topic: string): void {
    this.#topics.delete(topic);
  }
}

async function reader(made: Awaited<ReturnType<typeof broker>>): Promise<Device> {
  const { username = "", password = "" } = made.link();
  const device = await Device.signIn(url(made), { username, password });
  await device.subscribe("#");
  return device;
}

test("at the next start, what is left of people and phones that are gone is taken away, and nothing else", async () => {
  const made = await broker();
  const device = await reader(made);
  const topics = [
    "agents/2009/lamp",
    "phones/805ec0aabbcc/delivery",
    "agents/2001/lamp",
    "supervisors/3001/supervision",
  ];
  for (const topic of topics) await device.publish(`earshot/${topic}`, "of an earlier run", true);
  const left = new Left(...topics.slice(0, 3).map((topic) => `earshot/${topic}`));
  const one = new MqttBus({ base: "earshot", gateway: "gw1", link: made.link(), log: keptLog().log, left });
  onTestFinished(() => one.stop());
  await one.start(() => void one.retain(agent, "lamp", { now: 1 }));
  await device.saw(({ payload }) => payload.toString() === "online");
  const later = await reader(made);
  await later.publish("earshot/end", "END");
  await later.saw(({ topic, retain }) => topic === "earshot/gateway/gw1/state" && retain === true);
  const retained = later.seen.filter(({ retain }) => retain).map(({ topic }) => topic);
  expect(retained.sort()).toEqual([
    "earshot/agents/2001/lamp",
    "earshot/gateway/gw1/state",
    "earshot/supervisors/3001/supervision",
  ]);
  expect(left.all()).toEqual(["earshot/agents/2001/lamp"]);
});

test("who is removed while the broker is away leaves nothing once it is back", async () => {
  const made = await broker();
  const device = await reader(made);
  const line = await wire(made.link());
  const left = new Left();
  const log = keptLog().log;
  const one = new MqttBus({ base: "earshot", gateway: "gw1", link: line.link, log, left, retryMs: 10 });
  onTestFinished(() => one.stop());
  let connects = 0;
  await one.start(() => {
    connects += 1;
    void one.retain(agent, "lamp", { connects });
    if (connects === 1) void one.retain(gone, "lamp", { there: true });
  });
  await device.saw(({ topic }) => topic === "earshot/agents/2009/lamp");
  line.closed = true;
  line.cut();
  await device.saw(({ payload }) => payload.toString() === "offline");
  await one.forget(gone);
  expect(left.all()).toContain("earshot/agents/2009/lamp");
  line.closed = false;
  await device.saw(({ topic, payload }) => topic === "earshot/agents/2009/lamp" && payload.length === 0);
  await expect.poll(() => left.all()).toEqual(["earshot/agents/2001/lamp"]);
});

test("what a guest on the connection keeps true is not taken away before it is said anew; what it keeps no more is", async () => {
  const made = await broker();
  const device = await reader(made);
  const [stays, goes] = ["earshot/guest/stays", "earshot/guest/goes"];
  for (const topic of [stays, goes]) await device.publish(topic, "of an earlier run", true);
  await device.saw(({ topic }) => topic === goes);
  const left = new Left(stays, goes);
  const guest: BusGuest = {
    filters: [],
    topics: () => [stays],
    connected: (publish) => void publish(stays, "now").then(() => publish("earshot/guest/new", "n")),
    heard: () => {},
  };
  const one = new MqttBus({ base: "earshot", gateway: "gw1", link: made.link(), log: keptLog().log, left, guest });
  onTestFinished(() => one.stop());
  await one.start(() => {});
  await device.saw(({ topic }) => topic === "earshot/guest/new");
  const said = device
    .said()
    .slice(2)
    .filter((line) => line.includes("/guest/"));
  expect(said).toEqual([`${goes} `, `${stays} now`, "earshot/guest/new n"]);
  await expect.poll(() => left.all()).toEqual(["earshot/guest/new", stays]);
});
