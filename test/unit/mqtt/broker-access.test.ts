import { expect, test } from "vitest";
import type { EmbeddedBroker } from "../../../src/mqtt/index.js";
import { ana, ben, broker, Device, keptLog, url } from "./rig.js";

const end = "earshot/agents/2001/end";
const published = [
  "earshot/agents/2001/call",
  "earshot/agents/2001/lamp",
  "earshot/agents/2001/lamp/text",
  "earshot/agents/2001/notice",
  "earshot/agents/2001/help",
  "earshot/agents/2002/lamp",
  "earshot/agents/20011/lamp",
  "earshot/agents",
  "earshot/gateway/gw1/state",
  "earshot/gateway/gw1/other",
  "earshot/supervisors/3001/supervision",
  "earshot/supervisors/2001/supervision",
  "earshot/supervisors/2001/supervision/more",
  "earshot/phones/805ec0aabbcc/state",
] as const;
/** One person can be an agent and a supervisor. */
const supervision = "earshot/supervisors/2001/supervision";
const own = published.slice(0, 5);
const all = [...own, supervision, "earshot/gateway/gw1/state"];
const state = "earshot/gateway/gw1/state";

function gateway(of: EmbeddedBroker): Promise<Device> {
  const { username = "", password = "" } = of.link();
  return Device.signIn(url(of), { username, password });
}

const reading: readonly (readonly [filter: string, granted: 1 | 128, yields: readonly string[]])[] = [
  ["earshot/agents/2001/#", 1, own],
  ["earshot/agents/2001/+", 1, own.filter((topic) => !topic.endsWith("/text"))],
  ["earshot/agents/2001/lamp", 1, ["earshot/agents/2001/lamp"]],
  ["earshot/gateway/+/state", 1, [state]],
  ["earshot/gateway/gw1/state", 1, [state]],
  ["#", 1, all],
  ["+/#", 1, all],
  ["earshot/#", 1, all],
  ["+/+/+/+", 1, all.filter((topic) => !topic.endsWith("/text"))],
  ["earshot/agents/#", 1, own],
  ["earshot/agents/+/lamp", 1, ["earshot/agents/2001/lamp"]],
  ["earshot/gateway/#", 1, [state]],
  ["earshot/agents/2002/#", 128, []],
  ["earshot/agents/+/lamp/+", 1, ["earshot/agents/2001/lamp/text"]],
  ["earshot/agents/2002/lamp", 128, []],
  ["earshot/agents/2002/lamp/text", 128, []],
  ["earshot/agents/20011/lamp", 128, []],
  ["earshot/gateway/gw1/other", 128, []],
  ["earshot/supervisors/#", 1, [supervision]],
  ["earshot/supervisors/+/supervision", 1, [supervision]],
  [supervision, 1, [supervision]],
  ["earshot/supervisors/2001/supervision/more", 128, []],
  ["earshot/supervisors/3001/supervision", 128, []],
  ["earshot/phones/+/state", 128, []],
  ["earshot", 128, []],
  ["other/#", 128, []],
  ["$SYS/#", 128, []],
  ["$SYS/+/new/clients", 128, []],
  ["$dropped", 128, []],
];

test.each(reading)(
  "an agent that subscribes to %s is answered %i and reads its own alone",
  async (filter, granted, yields) => {
    const made = await broker();
    const from = await gateway(made);
    const live = await Device.signIn(url(made), ana);
    expect(await live.subscribe(filter)).toBe(granted);
    await live.subscribe(end);
    for (const topic of published) await from.publish(topic, "x", true);
    await from.publish(end, "end", true);
    await live.saw(({ topic }) => topic === end);
    const topics = (device: Device): string[] => device.seen.map(({ topic }) => topic).filter((topic) => topic !== end);
    expect(topics(live).sort()).toEqual([...yields].sort());

    const later = await Device.signIn(url(made), ana);
    await later.subscribe(filter);
    await later.subscribe(end);
    // What is retained is sent one by one, beside what is live: enough rounds for all of it.
    for (let round = 0; round < 2 * published.length; round += 1) {
      await from.publish(end, `round ${round}`);
      await later.saw(({ payload }) => payload.toString() === `round ${round}`);
    }
    expect(topics(later).sort(), "retained").toEqual([...yields].sort());
  },
);

const writing: readonly (readonly [topic: string, retain: boolean, arrives: boolean])[] = [
  ["earshot/agents/2001/help/set", false, true],
  ["earshot/agents/2001/help/set", true, false],
  ["earshot/agents/2001/help", false, false],
  ["earshot/agents/2001/help", true, false],
  ["earshot/agents/2001/help/set/more", false, false],
  ["earshot/agents/2001/lamp", true, false],
  ["earshot/agents/2001/lamp/text", true, false],
  ["earshot/agents/2001/call", true, false],
  ["earshot/agents/2001/notice", false, false],
  ["earshot/agents/2002/help/set", false, false],
  ["earshot/agents/2002/lamp", true, false],
  ["earshot/gateway/gw1/state", true, false],
  ["earshot/supervisors/3001/supervision", true, false],
  [supervision, true, false],
  [supervision, false, false],
  ["earshot/phones/805ec0aabbcc/state", true, false],
  ["other", false, false],
  ["$SYS/x", false, false],
  ["$dropped", false, false],
];

test.each(writing)("an agent that publishes %s (retained: %s) gets through: %s", async (topic, retain, arrives) => {
  const kept = keptLog();
  const made = await broker(kept.log);
  const reader = await gateway(made);
  const victim = await Device.signIn(url(made), ben);
  await reader.subscribe("#");
  await victim.subscribe("#");
  const device = await Device.signIn(url(made), ana);
  await device.publish(topic, "forged", retain);
  await device.publish(topic, "forged", retain);
  await device.publish("earshot/agents/2001/help/set", "END");
  await reader.saw(({ payload }) => payload.toString() === "END");
  const forged = reader.said().filter((said) => said.endsWith(" forged"));
  expect(forged).toEqual(arrives ? [`${topic} forged`, `${topic} forged`] : []);
  await reader.publish("earshot/agents/2002/lamp", "END");
  await victim.saw(({ payload }) => payload.toString() === "END");
  expect(victim.said()).toEqual(["earshot/agents/2002/lamp END"]);
  const later = await gateway(made);
  await later.subscribe("earshot/#");
  await later.publish("earshot/end", "END");
  await later.saw(({ payload }) => payload.toString() === "END");
  expect(later.said(), "nothing was retained").toEqual(["earshot/end END"]);
  expect(kept.lines.filter((line) => line.includes("published what it may not"))).toHaveLength(arrives ? 0 : 1);
});

test("a device's last will is held to the same rule", async () => {
  const made = await broker();
  const reader = await gateway(made);
  await reader.subscribe("#");
  const will = (topic: string, payload: string) => ({
    topic,
    payload: Buffer.from(payload),
    qos: 1 as const,
    retain: false,
  });
  const forger = await Device.signIn(url(made), { ...ana, will: will("earshot/agents/2002/help/set", "forged") });
  forger.client.stream.destroy();
  const asker = await Device.signIn(url(made), { ...ana, will: will("earshot/agents/2001/help/set", "OFF") });
  asker.client.stream.destroy();
  await reader.saw(({ payload }) => payload.toString() === "OFF");
  expect(reader.said()).toEqual(["earshot/agents/2001/help/set OFF"]);
});

test.each([
  ["earshot/agents/2001/lamp"],
  ["earshot/agents/2001/help"],
  ["earshot/agents/2001/help/set"],
  ["earshot/agents/2002/lamp"],
  ["earshot/gateway/gw1/state"],
])("a last will that would be retained on %s is dropped", async (topic) => {
  const made = await broker();
  const reader = await gateway(made);
  await reader.subscribe("#");
  const will = { topic, payload: Buffer.from("forged"), qos: 1 as const, retain: true };
  const forger = await Device.signIn(url(made), { ...ana, will });
  forger.client.stream.destroy();
  // A will is published when its connection is gone: the next one of the same account comes after it.
  const asker = await Device.signIn(url(made), {
    ...ana,
    will: { topic: "earshot/agents/2001/help/set", payload: Buffer.from("OFF"), qos: 1, retain: false },
  });
  asker.client.stream.destroy();
  await reader.saw(({ payload }) => payload.toString() === "OFF");
  const later = await gateway(made);
  await later.subscribe("#");
  await later.publish("earshot/end", "END");
  await later.saw(({ payload }) => payload.toString() === "END");
  expect([...reader.said(), ...later.said()].filter((said) => said.endsWith("forged"))).toEqual([]);
});

const strangers = [
  ["nobody", {}, 5],
  ["a name without a password", { username: "ana" }, 4],
  ["a wrong password", { username: "ana", password: "ben's password" }, 4],
  ["an unknown name", { username: "eve", password: "ana's password" }, 4],
  ["a name every object has", { username: "constructor", password: "x" }, 4],
] as const;

test.each(strangers)("%s is refused", async (_who, options, code) => {
  const kept = keptLog();
  const made = await broker(kept.log);
  await expect(Device.signIn(url(made), options)).rejects.toMatchObject({ code });
  expect(kept.lines).toEqual(['warn The broker refused a sign-in. {"remote":"127.0.0.1"}']);
});

test("a client id belongs to its account: another account with the same id throws nobody out", async () => {
  const made = await broker();
  const first = await Device.signIn(url(made), { ...ana, clientId: "same" });
  let lost = false;
  first.client.on("close", () => {
    lost = true;
  });
  await first.subscribe(end);
  await Device.signIn(url(made), { ...ben, clientId: "same" });
  await (await gateway(made)).publish(end, "still there");
  await first.saw(({ payload }) => payload.toString() === "still there");
  expect(lost).toBe(false);
  const closed = new Promise<void>((resolve) => first.client.once("close", () => resolve()));
  await Device.signIn(url(made), { ...ana, clientId: "same" });
  await closed;
});

test("nothing is kept for a device that asks for a lasting session", async () => {
  const made = await broker();
  const from = await gateway(made);
  const options = { ...ana, clientId: "lasting", clean: false };
  const first = await Device.signIn(url(made), options);
  await first.subscribe("#");
  await first.client.endAsync(true);
  await from.publish("earshot/agents/2001/notice", "stale");
  const again = await Device.signIn(url(made), options);
  await again.subscribe(end);
  await from.publish(end, "END");
  await again.saw(({ payload }) => payload.toString() === "END");
  expect(again.said()).toEqual([`${end} END`]);
});
