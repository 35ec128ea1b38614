import { beforeEach, describe, expect, it, test } from "vitest";
import type { OwnEvent, PersonId } from "../../../src/model/index.ts";
import { discoveredDevice, discoveryTopic, HomeAssistant } from "../../../src/mqtt/index.ts";
import { emptyState, Writer } from "../../../src/state/index.ts";
import { NotTaken, readDevice, stateOf } from "../../lab/home-assistant-reader.ts";
import { ana, ben, everybody, person } from "../core/world.ts";
import { VirtualClock } from "../virtual-clock.ts";

const site = { prefix: "homeassistant", base: "site/a", gateway: "gw-1" };
const topicOfAna = "homeassistant/device/site_a_gw-1/2001/config";
const state = "site/a/gateway/gw-1/state";
const whole = discoveredDevice(site, ana, "1.2");
const read = (payload: unknown, topic = topicOfAna) => readDevice("homeassistant", topic, JSON.stringify(payload));

describe("a device as Home Assistant is told of it", () => {
  it("is taken as its documentation has it, and has lamp, notice, call and help", () => {
    expect(discoveryTopic(site, ana.id)).toBe(topicOfAna);
    const { entities, ...device } = read(whole);
    expect(device).toEqual({ identifiers: ["site_a_gw-1_2001"], deviceName: "Ana Ruiz", availability: state });
    expect(entities.map(({ key, platform, stateTopic, enabled }) => [key, platform, stateTopic, enabled])).toEqual([
      ["lamp", "sensor", "site/a/agents/2001/lamp/text", true],
      ["notice", "event", "site/a/agents/2001/notice", true],
      ["call", "sensor", "site/a/agents/2001/call", false],
      ["help", "switch", "site/a/agents/2001/help", true],
    ]);
    expect(entities[3]?.command).toEqual({ topic: "site/a/agents/2001/help/set", on: "ON", off: "OFF" });
  });

  it("reads what earshot publishes on those topics", () => {
    const [lamp, notice, call, help] = read(whole).entities;
    if (!lamp || !notice || !call || !help) throw new Error("an entity is missing");
    expect(["off", "listen", "coach", "coach-open", "join", "join-open"].map((word) => stateOf(lamp, word))).toEqual(
      ["off", "listen", "coach", "coach-open", "join", "join-open"].map((word) => ({ state: word })),
    );
    const said = { id: "1", text: `Kim "listens" {{ 1 }}`, level: "info", at: 1, expiresAt: 2 };
    expect(stateOf(notice, JSON.stringify(said))).toEqual({ type: "info", text: said.text });
    expect(stateOf(call, '{"state":"held","since":1,"extension":"2001"}')).toEqual({ state: "held" });
    expect(stateOf(help, "ON")).toEqual({ state: "ON" });
  });

  it("no two have anything in common that must be their own", () => {
    const ids = everybody.flatMap((one) => {
      const device = read(discoveredDevice(site, one, "1"), discoveryTopic(site, one.id));
      return [...device.identifiers, ...device.entities.map(({ uniqueId }) => uniqueId)];
    });
    expect(new Set(ids).size).toBe(5 * everybody.length);
  });

  it.each([
    ["a name that is markup", 'Ana <b>"Ruiz" {{ states }} \\ \u2028'],
    ["a name of 200 signs", "ä".repeat(200)],
  ])("is whole with %s", (_what, name) => {
    expect(read(discoveredDevice(site, { ...ana, name }, "1")).deviceName).toBe(name);
  });

  it("an id of 64 signs is whole too", () => {
    const id = `${"A".repeat(62)}_-` as PersonId;
    expect(read(discoveredDevice(site, { ...ana, id }, "1"), discoveryTopic(site, id)).entities).toHaveLength(4);
  });
});

describe("the reader of these tests refuses", () => {
  type Change = (payload: Record<string, never>) => void;
  const broken: readonly (readonly [string, Change, RegExp])[] = [
    ["no device", (all) => void delete all["device"], /device: no map/],
    ["no identifier", (all) => void delete all["device"]?.["identifiers"], /without identifiers/],
    ["no origin", (all) => void delete all["origin"], /origin: no map/],
    ["an origin without name", (all) => void delete all["origin"]?.["name"], /origin.name/],
    ["no components", (all) => void Object.assign(all, { components: {} }), /without components/],
    ["no platform", (all) => void delete all["components"]?.["lamp"]?.["platform"], /platform undefined/],
    ["no unique id", (all) => void delete all["components"]?.["help"]?.["unique_id"], /unique_id/],
    ["no state topic", (all) => void delete all["components"]?.["lamp"]?.["state_topic"], /state_topic/],
    ["no command topic", (all) => void delete all["components"]?.["help"]?.["command_topic"], /command_topic/],
    ["no event types", (all) => void delete all["components"]?.["notice"]?.["event_types"], /event_types/],
    ["options of no enum", (all) => void delete all["components"]?.["lamp"]?.["device_class"], /enum/],
    ["a key nobody knows", (all) => void Object.assign(all, { colour: "red" }), /colour is not/],
    ["a wildcard", (all) => void Object.assign(all, { availability_topic: "a/b+/c" }), /availability_topic/],
  ];
  it.each(broken)("%s", (_what, change, why) => {
    const payload = JSON.parse(JSON.stringify(whole));
    change(payload);
    expect(() => read(payload)).toThrow(why);
  });

  it.each([
    ["another topic", "homeassistant/device/site/a/2001/config"],
    ["another prefix", "other/device/site_a_gw-1/2001/config"],
    ["a sign that no topic has", "homeassistant/device/site.a/2001/config"],
  ])("%s", (_what, topic) => {
    expect(() => read(whole, topic)).toThrow(NotTaken);
  });

  it("a state that is no option", () => {
    const [lamp] = read(whole).entities;
    expect(() => lamp && stateOf(lamp, "disco")).toThrow(/no option/);
  });
});

describe("whom Home Assistant is told of, and when", () => {
  let clock: VirtualClock;
  let writer: Writer;
  let guest: HomeAssistant;
  let sent: {
    readonly topic: string;
    readonly payload: string | undefined;
    readonly settle: (accepted: boolean) => void;
  }[];

  const publish = (topic: string, payload: string | undefined): Promise<boolean> =>
    new Promise((settle) => void sent.push({ topic, payload, settle }));
  /** Has the broker take everything, one after the other, until nothing comes any more. */
  async function takeAll(): Promise<string[]> {
    const taken: string[] = [];
    for (let next = sent.shift(); next; next = sent.shift()) {
      expect(sent, "one at a time").toEqual([]);
      taken.push(
        next.payload === undefined ? `${next.topic} gone` : read(JSON.parse(next.payload), next.topic).deviceName,
      );
      next.settle(true);
      await Promise.resolve();
      await Promise.resolve();
      await Promise.resolve();
    }
    return taken;
  }
  const names = everybody.map(({ name }) => name);
  const take = (event: OwnEvent): void => writer.take(event);
  const hear = (topic: string, payload: string, retained = false): void =>
    guest.heard(topic, Buffer.from(payload), retained);

  beforeEach(() => {
    clock = new VirtualClock();
    sent = [];
    writer = new Writer(emptyState(everybody, 0, 0), clock, (error) => {
      throw error;
    });
    guest = new HomeAssistant({ ...site, version: "1", writer, clock, random: () => 0.5 });
    guest.start();
  });

  it("everybody after a connect, one message after the other", async () => {
    guest.connected(publish);
    expect(sent).toHaveLength(1);
    expect(await takeAll()).toEqual(names);
  });

  it("everybody again once it has been started, a little later, and once for two births", async () => {
    guest.connected(publish);
    await takeAll();
    hear("homeassistant/status", "online");
    hear("homeassistant/status", "online");
    expect(sent).toEqual([]);
    await clock.advance(999);
    expect(sent).toEqual([]);
    await clock.advance(1);
    expect(await takeAll()).toEqual(names);
  });

  it.each([
    ["a birth that a broker has kept", "homeassistant/status", "online", true],
    ["its last will", "homeassistant/status", "offline", false],
    ["another topic", "homeassistant/status/more", "online", false],
    ["a device that is ours", topicOfAna, JSON.stringify(whole), true],
  ])("%s changes nothing", async (_what, topic, payload, retained) => {
    guest.connected(publish);
    await takeAll();
    hear(topic, payload, retained);
    await clock.advance(10_000);
    expect(sent).toEqual([]);
  });

  it("what earlier runs have left of those who are still here stays until it is said anew", () => {
    expect([...guest.topics()]).toEqual(everybody.map(({ id }) => discoveryTopic(site, id)));
    take({ type: "person-gone", person: ben.id });
    expect([...guest.topics()]).not.toContain(discoveryTopic(site, ben.id));
  });

  it("somebody new, somebody called otherwise, somebody gone; and nobody else", async () => {
    guest.connected(publish);
    await takeAll();
    const nora = person("2050", "Nora New", "agent", "support");
    take({ type: "person-put", person: nora });
    expect(await takeAll()).toEqual(["Nora New"]);
    take({ type: "person-put", person: { ...ana, name: "Ana Maria Ruiz" } });
    expect(await takeAll()).toEqual(["Ana Maria Ruiz"]);
    take({ type: "person-put", person: { ...ana, name: "Ana Maria Ruiz", teams: ["sales"] } });
    expect(await takeAll()).toEqual([]);
    take({ type: "person-gone", person: ben.id });
    expect(await takeAll()).toEqual(["homeassistant/device/site_a_gw-1/2002/config gone"]);
  });

  it("a lost connection ends an announcement, and the next has it whole", async () => {
    guest.connected(publish);
    sent.shift()?.settle(false);
    await clock.advance(0);
    expect(sent).toEqual([]);
    guest.connected(publish);
    expect(await takeAll()).toEqual(names);
  });

  it("stopped, it says nothing more", async () => {
    guest.connected(publish);
    await takeAll();
    hear("homeassistant/status", "online");
    guest.stop();
    await clock.advance(10_000);
    expect(sent).toEqual([]);
  });
});

test("what is published is the same every time", () => {
  expect(JSON.stringify(discoveredDevice(site, ana, "1.2"))).toBe(JSON.stringify(whole));
});
