import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import specification from "@asyncapi/specs/schemas/3.0.0-without-$id.json" with { type: "json" };
import { Ajv, type ValidateFunction } from "ajv";
import formats from "ajv-formats";
import { beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../../src/clock/index.ts";
import { branchFileText } from "../../src/config/index.ts";
import { type Branch, type Config, type Phone, parseBranchId, parseMac } from "../../src/model/index.ts";
import { asyncApi, branchAccounts, EmbeddedBroker, topicNamed, topicSchemas } from "../../src/mqtt/index.ts";
import { SimulatorPbx } from "../../src/pbx/simulator/index.ts";
import { loadSecrets, publicKeyText } from "../../src/store/index.ts";
import { OfficeHere } from "../lab/branch-office.ts";
import { dataFolder } from "../lab/data-folder.ts";
import { PushPhone } from "../lab/phones/push-phone.ts";
import { ana, ben, kim } from "../unit/core/world.ts";
import { anaAccount, BusyLight, GatewayBench, type Heard, listen, people, phoneOf, until } from "./bench.ts";

const base = "site/earshot";
const schemas = topicSchemas(base);
const ajv = new Ajv({ strict: true, allErrors: true });
const byTopic = new Map(
  Object.entries(schemas).map(([name, { schema }]): [string, ValidateFunction] => [name, ajv.compile(schema)]),
);

const hamburg: Branch = { id: parseBranchId("hamburg") ?? fail("hamburg"), url: "mqtt://127.0.0.1" };
const bensMac = parseMac("805ec0aabb07") ?? fail("a MAC address");
function fail(what: string): never {
  throw new Error(what);
}

/** What an independent validator says of a message by the published schema of its topic. */
function complaints({ topic, payload }: Pick<Heard, "topic" | "payload">): readonly string[] {
  const name = topicNamed(base, topic)?.name;
  const validate = name && byTopic.get(name);
  if (!name || !validate) return [`${topic} is not in the contract`];
  const value: unknown = schemas[name].contentType === "text/plain" ? payload : JSON.parse(payload);
  return validate(value) ? [] : [`${topic} ${payload}: ${ajv.errorsText(validate.errors)}`];
}

/** All that a gateway publishes while Ana is called, supervised both ways, asked, and asks for help. */
async function everything(): Promise<readonly Heard[]> {
  const quiet = { info: () => {}, warn: () => {}, error: () => {} };
  const data = await dataFolder("contract");
  const secrets = await loadSecrets(data);
  const branches = branchAccounts([hamburg], secrets.branchPassword);
  const listens = { host: "127.0.0.1", port: 0 };
  const broker = new EmbeddedBroker({ listen: listens, accounts: [anaAccount], branches, base }, quiet);
  await broker.start();
  const { url, username = "", password = "" } = broker.link();
  const desk = new PushPhone();
  await desk.start();
  const common = { vendor: "yealink", model: "T46U", answer: "auto" } as const;
  const phones: Phone[] = [
    { ...common, mac: phoneOf.ana, owner: ana.id, lampKey: 5, push: desk.push },
    { ...common, mac: phoneOf.kim, owner: kim.id },
    {
      ...common,
      mac: phoneOf.max,
      owner: people[5]?.id ?? kim.id,
      push: { ...desk.push, origin: "http://127.0.0.1:9" },
    },
  ];
  const benIs = { ...common, mac: bensMac, owner: ben.id, lampKey: 5, push: desk.push, branch: hamburg.id };
  phones.push(benIs);
  const pbx = new SimulatorPbx({ people, seed: 1, clock: systemClock, script: "manual" });
  const bench = new GatewayBench({
    pbx,
    config: {
      data,
      phones,
      mqtt: { kind: "external", base, url, username, password },
      branches: [{ ...hamburg, url }],
    },
  });
  const reader = await BusyLight.connect(url, { username, password }, [`${base}/#`]);
  const light = await BusyLight.connect(url, anaAccount, [`${base}/agents/${ana.id}/#`]);
  const last = (ending: string) => reader.heard.findLast(({ topic }) => topic.endsWith(ending))?.payload ?? "";
  const file = join(data, "branch.yaml");
  const whole = { gateway: "main", mqtt: { base }, phones } as unknown as Config;
  const given = { password: secrets.branchPassword(hamburg.id), gateway: publicKeyText(secrets.branchKey) };
  await writeFile(file, branchFileText(whole, { ...hamburg, url }, given), { mode: 0o600 });
  const office = new OfficeHere(file);
  try {
    await bench.start();
    office.start();
    await reader.until(() => last(`/branches/hamburg/phones/${bensMac}/delivery`) !== "");
    const call = pbx.incoming({ to: ana.id, number: "+44155501", name: "Jane Doe", queue: "support" });
    call.answer();
    const [kims, maxs] = [await bench.phone(phoneOf.kim), await bench.phone(phoneOf.max)];
    await listen(maxs, "Hidden");
    await listen(kims, "Visible");
    await kims.press("Coach");
    await until(kims, /Coaching/);
    await kims.press("Unmute");
    await reader.until(() => last(`/agents/${ana.id}/lamp`).includes('"open"'));
    await light.say(`${base}/agents/${ana.id}/help/set`, "ON");
    await reader.until(() => last(`/agents/${ana.id}/help`) === "ON");
    await reader.until(() => last(`/phones/${phoneOf.ana}/delivery`) !== "");
    await reader.until(() => last(`/phones/${phoneOf.max}/state`) === "offline");
    call.hold();
    await kims.press("Leave");
    call.hangUp();
    await reader.until(() => last(`/agents/${ana.id}/call`).includes('"idle"'));
    await bench.gateway.stop();
    await reader.until(() => last("/gateway/main/state") === "offline");
    return [...reader.heard];
  } finally {
    await office.stop();
    await bench.stop();
    await Promise.all([reader.stop(), light.stop(), desk.stop()]);
    await broker.stop();
    await rm(data, { recursive: true, force: true });
  }
}

let heard: readonly Heard[];

beforeAll(async () => {
  heard = await everything();
}, 60_000);

describe("the published contract", () => {
  it("has every topic that a gateway really publishes, and there is none that it does not", () => {
    const seen = new Set(heard.map(({ topic }) => topicNamed(base, topic)?.name ?? topic));
    expect([...seen].sort()).toEqual(Object.keys(schemas).sort());
  });

  it("every message is as its topic's schema says, by a validator of its own", () =>
    expect(heard.flatMap(complaints)).toEqual([]));

  it("the schemas refuse a message with a field too many, too few, or of another kind", () => {
    const json = heard.filter(({ payload }) => payload.startsWith("{"));
    const changed = (change: (message: Record<string, unknown>) => void) =>
      json.map(({ topic, payload }) => {
        const message = JSON.parse(payload) as Record<string, unknown>;
        change(message);
        return { topic, payload: JSON.stringify(message) };
      });
    const first = (message: Record<string, unknown>): string => Object.keys(message)[0] ?? "";
    const wrong = [
      ...changed((message) => Object.assign(message, { customer: "Jane" })),
      ...changed((message) => delete message[first(message)]),
      ...changed((message) => Object.assign(message, { [first(message)]: null })),
      { topic: `${base}/gateway/main/state`, payload: "perhaps" },
    ];
    expect(wrong.filter((message) => complaints(message).length === 0)).toEqual([]);
  });

  it("nothing in it is about the customer", () => expect(JSON.stringify(heard)).not.toMatch(/Jane|155501/));
});

describe("the AsyncAPI document", () => {
  const check = formats.default(new Ajv({ strict: false, allErrors: true })).compile(specification);
  const embedded = { listen: { host: "127.0.0.1", port: 1883 }, accounts: [], base, kind: "embedded" } as const;
  const identity = { cert: "", key: "so-secret" };
  const external = { kind: "external", url: "mqtts://broker.example.com:8883", base, username: "u" } as const;

  it.each([
    ["the embedded broker", embedded],
    ["a broker of the site's own", { ...external, password: "so-secret" }],
    ["one with a client certificate", { ...external, identity }],
  ])("is valid by AsyncAPI's own schema, with %s, and holds no secret", (_what, mqtt) => {
    const document = asyncApi({ mqtt });
    expect(check(document) ? [] : check.errors).toEqual([]);
    expect(JSON.stringify(document)).not.toContain("so-secret");
  });

  it("is not valid when a channel has no address that a client could use", () => {
    const document = structuredClone(asyncApi({ mqtt: embedded })) as { channels: { lamp: { address: unknown } } };
    document.channels.lamp.address = 7;
    expect(check(document)).toBe(false);
  });

  it("leads from each operation to a channel, a message and a payload that are there", () => {
    const document: unknown = asyncApi({ mqtt: embedded });
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path = ""]) => path);
    const found = (path: string): unknown =>
      path.split("/").reduce<unknown>((at, key) => (Object(at) as Record<string, unknown>)[key], document);
    expect(references.length).toBeGreaterThan(3 * Object.keys(schemas).length);
    expect(references.filter((path) => found(path) === undefined)).toEqual([]);
  });
});
