import { expect, onTestFinished, test } from "vitest";
import { EmbeddedBroker } from "../../../src/mqtt/index.js";
import { ana, ben, Device, keptLog, url } from "./rig.js";

const site = { prefix: "homeassistant", base: "earshot", gateway: "gw1" };
const home = { username: "home", password: "home's password" };
const device = "homeassistant/device/earshot_gw1/2001/config";
const status = "homeassistant/status";
const end = "earshot/gateway/gw1/state";
const shown = ["lamp/text", "notice", "call", "help"].flatMap((topic) =>
  ["2001", "2002"].map((id) => `earshot/agents/${id}/${topic}`),
);
const published = [
  ...[...shown, device, status, "earshot/agents/2001/lamp", "earshot/supervisors/3001/supervision"],
  ...["earshot/gateway/gw2/state", "earshot/phones/805ec0aabbcc/state", "earshot/agents/2001/help/set"],
];

async function broker(limits = {}): Promise<{ made: EmbeddedBroker; gateway: Device; lines: readonly string[] }> {
  const kept = keptLog();
  const listen = { host: "127.0.0.1", port: 0 };
  const config = { listen, accounts: [ana, ben], base: "earshot", homeAssistant: { ...home, site } };
  const made = new EmbeddedBroker(config, kept.log, limits);
  await made.start();
  onTestFinished(() => made.stop());
  const { username = "", password = "" } = made.link();
  return { made, lines: kept.lines, gateway: await Device.signIn(url(made), { username, password }) };
}

const topics = (of: Device): string[] => of.seen.map(({ topic }) => topic).filter((topic) => topic !== end);

test.each([
  ["#", [...shown, device]],
  ["homeassistant/+/+/+/config", [device]],
  ["earshot/agents/+/lamp/text", shown.filter((topic) => topic.endsWith("/text"))],
  ["earshot/agents/2001/#", shown.filter((topic) => topic.includes("/2001/"))],
  ["earshot/agents/+/lamp", []],
  ["earshot/supervisors/#", []],
])("Home Assistant that subscribes to %s reads what devices show, and never who supervises", async (filter, yields) => {
  const { made, gateway } = await broker();
  const reader = await Device.signIn(url(made), home);
  await reader.subscribe(filter);
  await reader.subscribe(end);
  for (const topic of published) await gateway.publish(topic, "x");
  await gateway.publish(end, "END");
  await reader.saw(({ payload }) => payload.toString() === "END");
  expect(topics(reader).sort()).toEqual([...yields].sort());
});

test.each([
  ["earshot/agents/2001/help/set", false, true],
  ["earshot/agents/2002/help/set", false, true],
  ["earshot/agents/2001/help/set", true, false],
  [status, false, true],
  [status, true, true],
  [device, true, false],
  ["homeassistant/device/earshot_gw1/9/config", true, false],
  ["earshot/agents/2001/lamp/text", true, false],
  ["earshot/agents/2001/notice", false, false],
  ["earshot/gateway/gw1/state", true, false],
])("Home Assistant that publishes %s (retained: %s) gets through: %s", async (topic, retain, arrives) => {
  const { made, gateway } = await broker();
  await gateway.subscribe("#");
  const writer = await Device.signIn(url(made), home);
  await writer.publish(topic, "x", retain);
  await gateway.publish("earshot/end", "END");
  await gateway.saw(({ payload }) => payload.toString() === "END");
  expect(gateway.said().filter((said) => said.endsWith(" x"))).toEqual(arrives ? [`${topic} x`] : []);
});

test("the gateway announces devices in its own place alone, and an agent's device reads none of it", async () => {
  const { made, gateway } = await broker();
  const [reader, light] = [await Device.signIn(url(made), home), await Device.signIn(url(made), ana)];
  await reader.subscribe("#");
  await light.subscribe("#");
  for (const topic of ["homeassistant/device/other/1/config", "homeassistant/sensor/x/config", status, device])
    await gateway.publish(topic, "x");
  await gateway.publish(end, "END");
  for (const one of [reader, light]) await one.saw(({ payload }) => payload.toString() === "END");
  expect(topics(reader)).toEqual([device]);
  expect(topics(light)).toEqual([]);
});

test("its acknowledgement of a notice is no word of the agent's", async () => {
  const { made, gateway } = await broker();
  const reader = await Device.signIn(url(made), home);
  await reader.subscribe("earshot/agents/+/notice");
  const confirmed = made.link().confirmed?.("2001", "earshot/agents/2001/notice", "n", 300);
  await gateway.publish("earshot/agents/2001/notice", "n");
  await reader.saw(({ topic }) => topic.endsWith("/notice"));
  expect(await confirmed).toBe(false);
});

test("it may subscribe to more topics than a device", async () => {
  const { made } = await broker({ filtersPerClient: 2, filtersOfHomeAssistant: 4 });
  const [reader, light] = [await Device.signIn(url(made), home), await Device.signIn(url(made), ana)];
  const granted: number[] = [];
  for (const id of ["1", "2", "3", "4", "5"]) granted.push(await reader.subscribe(`earshot/agents/${id}/call`));
  for (const topic of ["call", "lamp", "help"]) granted.push(await light.subscribe(`earshot/agents/2001/${topic}`));
  expect(granted).toEqual([1, 1, 1, 1, 128, 1, 1, 128]);
});

test("a wrong password of it is refused", async () => {
  const { made } = await broker();
  await expect(Device.signIn(url(made), { ...home, password: "x" })).rejects.toMatchObject({ code: 4 });
});
