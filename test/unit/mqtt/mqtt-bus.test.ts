import { expect, onTestFinished, test } from "vitest";
import type { Lamp, Notice } from "../../../src/model/index.js";
import { EmbeddedBroker, MqttBus } from "../../../src/mqtt/index.js";
import { ana, ben, broker, bus, Device, keptLog, person, url, wire } from "./rig.js";

const agent = person("2001");
const state = "earshot/gateway/gw1/state";
const off: Lamp = { lamp: "off", mic: "muted", supervisors: [] };

function notice(id: string): Notice {
  return { id, text: "Kim Osei is listening", level: "info", at: 1000, expiresAt: 9000 };
}

/** Starts a bus and waits for its first connection; the function tells how many there were. */
async function started(made: ReturnType<typeof bus>, each: () => void = () => {}): Promise<() => number> {
  let count = 0;
  await new Promise<void>((resolve) => {
    void made.start(() => {
      count += 1;
      each();
      resolve();
    });
  });
  return () => count;
}

test("retained topics carry exactly the JSON they were given, at QoS 1", async () => {
  const made = await broker();
  const one = bus(made.link());
  await started(one);
  await one.retain(agent, "lamp", { ...off, gateway: "gw1", epoch: 3, seq: 7 });
  await one.retain(agent, "call", { state: "idle", text: "ö \u0000 <&>" });
  const device = await Device.signIn(url(made), ana);
  await device.subscribe("#");
  await device.saw(({ topic }) => topic === "earshot/agents/2001/call");
  const lamp = await device.saw(({ topic }) => topic === "earshot/agents/2001/lamp");
  expect(lamp).toMatchObject({ retain: true, qos: 1 });
  expect(device.said().sort()).toEqual([
    'earshot/agents/2001/call {"state":"idle","text":"ö \\u0000 <&>"}',
    'earshot/agents/2001/lamp {"lamp":"off","mic":"muted","supervisors":[],"gateway":"gw1","epoch":3,"seq":7}',
    `${state} online`,
  ]);
});

test("what is retained on connect is there before the gateway says that it is online", async () => {
  const made = await broker();
  const device = await Device.signIn(url(made), ana);
  await device.subscribe("#");
  const one = bus(made.link());
  await started(one, () => void one.retain(agent, "lamp", off));
  await device.saw(({ payload }) => payload.toString() === "online");
  expect(device.seen.map(({ topic }) => topic)).toEqual(["earshot/agents/2001/lamp", state]);
});

test("a gateway that vanishes is offline by its last will; one that stops says so itself, once", async () => {
  const made = await broker();
  const device = await Device.signIn(url(made), ana);
  await device.subscribe(state);
  const line = await wire(made.link());
  const one = bus(line.link);
  await started(one);
  await device.saw(({ payload }) => payload.toString() === "online");
  line.closed = true;
  line.cut();
  await device.saw(({ payload }) => payload.toString() === "offline");
  line.closed = false;
  await device.saw(() => device.seen.length === 3);
  await one.stop();
  await device.saw(() => device.seen.length === 4);
  const later = await Device.signIn(url(made), ana);
  await later.subscribe(state);
  expect(await later.saw(() => true)).toMatchObject({ retain: true, payload: Buffer.from("offline") });
  expect(device.said().map((said) => said.split(" ")[1])).toEqual(["online", "offline", "online", "offline"]);
});

test("after each connection the whole set is asked for; nothing from before comes again", async () => {
  const made = await broker();
  const device = await Device.signIn(url(made), ana);
  await device.subscribe("earshot/agents/2001/#");
  const line = await wire(made.link());
  const one = bus(line.link);
  let seq = 0;
  const count = await started(one, () => {
    seq += 1;
    void one.retain(agent, "lamp", { set: seq });
  });
  await device.saw(() => device.seen.length === 1);

  line.swallow = true;
  const inFlight = one.retain(agent, "lamp", { stale: "in flight" });
  const unheard = one.notice(agent, notice("stale"), 60);
  line.closed = true;
  line.cut();
  await inFlight;
  expect(await unheard).toBe(false);
  await one.retain(agent, "lamp", { stale: "while away" });
  expect(await one.notice(agent, notice("away"), 60_000), "no wait for a broker that is away").toBe(false);
  line.swallow = false;
  line.closed = false;
  await device.saw(() => device.seen.length === 2);
  await one.retain(agent, "call", { end: true });
  await device.saw(({ topic }) => topic === "earshot/agents/2001/call");
  expect(count()).toBe(2);
  expect(device.said()).toEqual([
    'earshot/agents/2001/lamp {"set":1}',
    'earshot/agents/2001/lamp {"set":2}',
    'earshot/agents/2001/call {"end":true}',
  ]);
});

test("a bus that starts before its broker finds it later, and its log says what was wrong once", async () => {
  const first = await broker();
  const { port } = first.address();
  await first.stop();
  const kept = keptLog();
  const one = bus({ url: `mqtt://127.0.0.1:${port}`, ...ana }, kept.log);
  const connected = started(one);
  for (; kept.lines.length === 0; ) await new Promise((resolve) => setImmediate(resolve));
  const made = new EmbeddedBroker(
    { listen: { host: "127.0.0.1", port }, accounts: [ana], base: "earshot" },
    keptLog().log,
  );
  await made.start();
  await connected;
  await one.stop();
  await made.stop();
  expect(kept.lines).toHaveLength(2);
  expect(kept.lines[0]).toContain("ECONNREFUSED");
  expect(kept.lines.join()).not.toContain(ana.password);
});

test("a notice is confirmed by a device of that agent which acknowledges it", async () => {
  const made = await broker();
  const device = await Device.signIn(url(made), ana);
  await device.subscribe("earshot/agents/2001/#");
  const one = bus(made.link());
  await started(one);
  expect(await one.notice(agent, notice("n1"), 10_000)).toBe(true);
  const got = await device.saw(({ topic }) => topic === "earshot/agents/2001/notice");
  expect(got).toMatchObject({ retain: false, qos: 1 });
  expect(got.payload.toString()).toBe(
    '{"id":"n1","text":"Kim Osei is listening","level":"info","at":1000,"expiresAt":9000}',
  );
});

test("one of several devices is enough, whatever else they acknowledge meanwhile", async () => {
  const made = await broker();
  const silent = await Device.signIn(url(made), ana);
  silent.client.handleMessage = () => {};
  await silent.subscribe("#");
  const one = bus(made.link());
  await started(one);
  expect(await one.notice(agent, notice("n1"), 100)).toBe(false);
  const device = await Device.signIn(url(made), ana);
  await device.subscribe("#");
  expect(await one.notice(agent, notice("n2"), 10_000)).toBe(true);
});

test("the acknowledgement of one notice does not confirm another", async () => {
  const made = await broker();
  const device = await Device.signIn(url(made), ana);
  const { handleMessage } = device.client;
  device.client.handleMessage = (packet, done) => {
    if (!packet.payload.toString().includes("deaf")) handleMessage.call(device.client, packet, done);
  };
  await device.subscribe("#");
  const one = bus(made.link());
  await started(one);
  const lamp = one.retain(agent, "lamp", off);
  const first = one.notice(agent, notice("heard"), 10_000);
  const second = one.notice(agent, notice("deaf"), 300);
  await lamp;
  expect(await Promise.all([first, second])).toEqual([true, false]);
});

const unconfirmed: readonly (readonly [string, (made: EmbeddedBroker) => Promise<unknown>])[] = [
  ["nobody is there", async () => {}],
  ["the device subscribed at QoS 0", async (made) => (await Device.signIn(url(made), ana)).subscribe("#", 0)],
  [
    "the device subscribed at QoS 0 to the very topic",
    async (made) => (await Device.signIn(url(made), ana)).subscribe("earshot/agents/2001/notice", 0),
  ],
  ["it is another agent's device", async (made) => (await Device.signIn(url(made), ben)).subscribe("#")],
  [
    "it is the gateway's own account",
    async (made) => {
      const { username = "", password = "" } = made.link();
      return (await Device.signIn(url(made), { username, password })).subscribe("#");
    },
  ],
];

test.each(unconfirmed)("a notice is not confirmed when %s", async (_why, prepare) => {
  const made = await broker();
  await prepare(made);
  const one = bus(made.link());
  await started(one);
  expect(await one.notice(agent, notice("n1"), 150)).toBe(false);
});

test("a broker elsewhere cannot tell: the notice is published, and unconfirmed at once", async () => {
  const made = await broker();
  const device = await Device.signIn(url(made), ana);
  await device.subscribe("#");
  const { confirmed: _, ...external } = made.link();
  const one = bus(external);
  await started(one);
  expect(await one.notice(agent, notice("n1"), 60_000)).toBe(false);
  await device.saw(({ topic }) => topic === "earshot/agents/2001/notice");
});

test("a lamp that was published before a notice arrives before it", async () => {
  const made = await broker();
  const device = await Device.signIn(url(made), ana);
  await device.subscribe("earshot/agents/2001/#");
  const one = bus(made.link());
  await started(one);
  const order: string[] = [];
  for (let n = 0; n < 50; n += 1) {
    const lamp = one.retain(agent, "lamp", { n });
    const told = one.notice(agent, notice(String(n)), 10_000);
    const next = one.retain(agent, "call", { n });
    order.push("lamp", "notice");
    await Promise.all([lamp, told, next]);
  }
  const kinds = device.seen.map(({ topic }) => topic.split("/").at(-1));
  expect(kinds.filter((kind) => kind !== "call")).toEqual(order);
});

test("nobody throws the gateway out by using its client id", async () => {
  const made = await broker();
  const one = bus(made.link());
  const count = await started(one);
  const device = await Device.signIn(url(made), { ...ana, clientId: "earshot-gw1" });
  await device.subscribe("#");
  expect(await one.notice(agent, notice("n1"), 10_000)).toBe(true);
  expect(count()).toBe(1);
});

test("a bus that never found its broker stops at once, and tries no more", async () => {
  const first = await broker();
  const { url: nowhere } = first.link();
  await first.stop();
  const kept = keptLog();
  const one = bus({ url: nowhere }, kept.log);
  let connected = 0;
  await one.start(() => {
    connected += 1;
  });
  await one.retain(agent, "lamp", off);
  await one.stop();
  const lines = kept.lines.length;
  const again = await broker();
  await Device.signIn(url(again), ana);
  expect([connected, kept.lines.length]).toEqual([0, lines]);
});

test("a tap is told what the broker has taken, what it has not, and how each push fared", async () => {
  const made = await broker();
  const line = await wire(made.link());
  const told: string[] = [];
  const one = new MqttBus({
    ...{ base: "earshot", gateway: "gw1", link: line.link, log: keptLog().log, retryMs: 10 },
    tap: {
      published: ({ topic, retained, accepted }) => told.push(`${topic} ${retained} ${accepted}`),
      pushed: ({ person: id, kind, result }) => told.push(`${id} ${kind} ${result}`),
      standing: () => told.push(one.connected ? "connected" : "away"),
    },
  });
  onTestFinished(() => one.stop());
  await one.retain(agent, "call", {});
  await started(one);
  await one.retain(agent, "lamp", off);
  expect(await one.notice(agent, notice("n1"), 50)).toBe(false);
  line.swallow = true;
  const lost = one.retain(agent, "call", {});
  line.cut();
  await lost;
  expect(told).toEqual([
    "connected",
    `${state} true true`,
    "earshot/agents/2001/lamp true true",
    "2001 lamp sent",
    "earshot/agents/2001/notice false true",
    "2001 notice unconfirmed",
    "away",
    "earshot/agents/2001/call true false",
    "2001 call failed",
  ]);
});

test("a wish for help is heard as it is said, from whoever says it for themselves; a kept one and nonsense are not", async () => {
  const made = await broker();
  const told: string[] = [];
  const one = bus(made.link());
  const { username = "", password = "" } = made.link();
  const other = await Device.signIn(url(made), { username, password });
  await other.publish("earshot/agents/2002/help/set", "ON", true);
  await new Promise<void>(
    (resolve) =>
      void one.start(resolve, (id, raised) => {
        told.push(`${id} ${raised}`);
      }),
  );
  const device = await Device.signIn(url(made), ana);
  await device.publish("earshot/agents/2001/help/set", "PLEASE");
  await device.publish("earshot/agents/2002/help/set", "ON");
  await expect
    .poll(async () => {
      await device.publish("earshot/agents/2001/help/set", "ON");
      return told.length;
    })
    .toBeGreaterThan(0);
  await device.publish("earshot/agents/2001/help/set", "OFF");
  await expect.poll(() => told).toContain("2001 false");
  expect(new Set(told)).toEqual(new Set(["2001 true", "2001 false"]));
});
