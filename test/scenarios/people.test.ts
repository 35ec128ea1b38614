import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "libsql";
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { systemClock } from "../../src/clock/index.ts";
import { type Config, type Extension, type Person, type PersonId, Secret } from "../../src/model/index.ts";
import { SimulatorPbx } from "../../src/pbx/simulator/index.ts";
import type { YealinkPhone } from "../lab/phones/yealink.ts";
import { ana, kim } from "../unit/core/world.ts";
import { GatewayBench, people, phoneOf, until } from "./bench.ts";

const noras = { extension: "2050", name: "Nora New", role: "agent", teams: ["support"] };
const nora: Person = { ...noras, id: "2050" as PersonId, extension: "2050" as Extension, role: "agent" };
const who = "os:root";
const account = { username: "nora", password: "light-of-nora", agent: nora.id };

let data: string;
let pbx: SimulatorPbx;
let bench: GatewayBench | undefined;

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), "earshot-people-"));
  pbx = new SimulatorPbx({ people, seed: 1, clock: systemClock, script: "manual" });
});

afterEach(async () => {
  await bench?.stop();
  bench = undefined;
  await rm(data, { recursive: true, force: true });
});

/** A gateway on the same folder as the one before it, which is stopped. */
async function start(config: Partial<Config> = {}): Promise<{ bench: GatewayBench; phone: YealinkPhone }> {
  await bench?.gateway.stop();
  const mqtt = {
    kind: "embedded",
    base: "earshot",
    listen: { host: "127.0.0.1", port: 0 },
    accounts: [account],
  } as const;
  const made = new GatewayBench({ pbx, config: { data, mqtt, ...config } });
  bench = made;
  await made.start();
  return { bench: made, phone: await made.phone(phoneOf.kim) };
}

const heardByKim = () => pbx.hearing().filter(({ listener }) => !listener.startsWith("sim-"));

describe("somebody is added to the database", () => {
  it("and is there at once: their calls are on the board, and can be listened to", async () => {
    const at = await start();
    const added = await at.bench.gateway.people().add(who, noras);
    expect(added).toEqual({ ok: true, value: { ...nora, owner: "database", pin: "none" } });
    pbx.incoming({ to: nora.id, number: "+44155501", name: "Jane Doe" }).answer();
    await until(at.phone, /Nora New/);
    await at.phone.press("Listen");
    await at.phone.press("Hidden");
    await until(at.phone, /Nobody hears you/);
  });

  it("and after a restart too, with their light", async () => {
    await (await start()).bench.gateway.people().add(who, noras);
    const at = await start();
    expect(at.bench.gateway.people().find("2050")).toMatchObject({ name: "Nora New", owner: "database" });
    const light = await at.bench.busyLight(undefined, account);
    await light.until(() => (light.last("/call") as { state?: string } | undefined)?.state === "idle");
  });

  it("is on record: who, whom, and what they were made", async () => {
    const at = await start();
    await at.bench.gateway.people().add(who, noras);
    const [row] = await at.bench.gateway.audit({ act: "person-added" });
    expect(row).toMatchObject({ supervisor: who, agent: "2050", outcome: "allowed" });
    expect(JSON.parse(row?.detail ?? "")).toEqual(nora);
  });

  it.each([
    ["whose id is taken", { ...noras, id: kim.id }, "taken"],
    ["whose extension is taken", { ...noras, extension: kim.extension, id: "n" }, "taken"],
    ["without a name", { ...noras, name: " " }, "not-right"],
    ["with a role that there is not", { ...noras, role: "boss" }, "not-right"],
    ["with an extension that is none", { ...noras, extension: "20 50" }, "not-right"],
  ])("but nobody %s", async (_, wish, why) => {
    const at = await start();
    expect(await at.bench.gateway.people().add(who, wish)).toMatchObject({ ok: false, why });
    expect(at.bench.gateway.people().list()).toHaveLength(people.length);
  });

  it("nor of a team that the site does not have, where it lists its teams", async () => {
    const at = await start({ teams: [{ name: "support" }, { name: "sales" }] });
    const book = at.bench.gateway.people();
    expect(await book.add(who, { ...noras, teams: ["suport"] })).toMatchObject({ why: "not-right" });
    expect(await book.add(who, noras)).toMatchObject({ ok: true });
  });
});

describe("entries of earshot.yaml belong to the file", () => {
  it("they are not changed and not removed here, in words", async () => {
    const book = (await start()).bench.gateway.people();
    expect(await book.change(who, kim.extension, { name: "Kim" })).toMatchObject({
      why: "file-owned",
      sentence: "Kim Osei stands in the configuration file; change it there, then start again.",
    });
    expect(await book.remove(who, kim.id)).toMatchObject({ why: "file-owned" });
    expect(book.find(kim.id)).toMatchObject({ name: kim.name, owner: "file" });
  });

  it("and take the place of one of the database with the same extension", async () => {
    await (await start()).bench.gateway.people().add(who, noras);
    const files: Person = { ...nora, id: "nora" as PersonId, name: "Nora of the file" };
    const at = await start({ people: [...people, files] });
    const found = at.bench.gateway.people().list();
    expect(found.filter(({ extension }) => extension === "2050")).toMatchObject([{ id: "nora", owner: "file" }]);
    expect(at.bench.lines.join("\n")).toMatch(/gives way to one of the configuration file/);
  });
});

describe("R18 a change that takes rights away ends what lives, at once and in words", () => {
  it.each<readonly [string, (bench: GatewayBench) => Promise<unknown>, RegExp]>([
    [
      "Hidden is forbidden",
      ({ gateway }) => gateway.people().change(who, "2050", { hidden: "forbidden" }),
      /Your company does not allow this on the call of Nora New/,
    ],
    [
      "the agent goes to another team",
      ({ gateway }) => gateway.people().change(who, "2050", { teams: ["sales"] }),
      /Your company does not allow this on the call of Nora New/,
    ],
    ["the agent is removed", ({ gateway }) => gateway.people().remove(who, "2050"), /the call of Nora New/],
  ])("%s", async (_, change, says) => {
    const at = await start();
    await at.bench.gateway.people().add(who, noras);
    pbx.incoming({ to: nora.id, number: "+44155501", name: "Jane Doe" }).answer();
    await until(at.phone, /Nora New/);
    await at.phone.press("Listen");
    await at.phone.press("Hidden");
    await until(at.phone, /Nobody hears you/);
    await change(at.bench);
    await expect.poll(heardByKim).toEqual([]);
    await until(at.phone, says);
  });
});

describe("R19 a change while the record is frozen", () => {
  const lena = { extension: "3050", name: "Lena Lead", role: "team-manager", teams: ["support", "sales"] };
  const teams = [{ name: "support" }, { name: "sales", hidden: "forbidden" }, { name: "gold" }] as const;

  /** What became of it, and what they were a moment after it was asked. */
  async function changed(wish: object) {
    const book = (await start({ teams })).bench.gateway.people();
    await book.add(who, lena);
    const lock = new Database(join(data, "audit.db"), { timeout: 5_000 });
    lock.exec("BEGIN EXCLUSIVE");
    onTestFinished(() => void lock.close());
    const booked = await book.change(who, lena.extension, wish);
    lock.exec("COMMIT");
    return { booked, now: book.find(lena.extension) };
  }

  it.each([
    ["a narrower role", { role: "agent" }],
    ["fewer teams", { teams: ["sales"] }],
    ["both, with what is forbidden", { role: "agent-plus", teams: ["sales"], supervision: "forbidden" }],
  ])("is made at once where it only takes away: %s", async (_, wish) => {
    const { booked, now } = await changed(wish);
    expect([booked.ok, now]).toMatchObject([true, wish]);
  });

  it.each([
    ["a wider role", { role: "administrator" }],
    ["another team", { teams: ["support", "sales", "gold"] }],
    ["one team for another", { teams: ["gold"] }],
    ["leaving a team that forbids Hidden", { teams: ["support"] }],
    ["a narrower role, and another team", { role: "agent", teams: ["support", "sales", "gold"] }],
  ])("is not made where it gives anything: %s", async (_, wish) => {
    const { booked, now } = await changed(wish);
    expect([booked, now]).toMatchObject([{ why: "record-unavailable" }, lena]);
  });
});

describe("somebody is removed", () => {
  it("from the board, from the broker, and from the next start", async () => {
    const at = await start();
    await at.bench.gateway.people().add(who, noras);
    pbx.incoming({ to: nora.id, number: "+44155501", name: "Jane Doe" }).answer();
    await until(at.phone, /Nora New/);
    const light = await at.bench.busyLight(undefined, account);
    await light.until(() => light.last("/lamp") !== undefined);
    expect(await at.bench.gateway.people().remove(who, "2050")).toMatchObject({ ok: true });
    await until(at.phone, /No calls now/);
    await light.until(() => ["/call", "/lamp"].every((topic) => light.emptied(topic)));
    expect((await start()).bench.gateway.people().find("2050")).toBeUndefined();
  });

  it("R20 with their PIN and their shift: a new person of the same id has none", async () => {
    const book = (await start()).bench.gateway.people();
    await book.add(who, noras);
    await book.setPin(who, "2050", new Secret("271828"));
    expect(await book.remove(who, "2050")).toMatchObject({ ok: true });
    expect(await book.add(who, noras)).toMatchObject({ value: { pin: "none" } });
  });

  it("R20 from the file: their PIN is gone at the next start, and nobody else's", async () => {
    const { bench } = await start({ people: [...people, nora] });
    const pin = new Secret("271828");
    await bench.gateway.people().setPin(who, nora.id, pin);
    await bench.gateway.people().setPin(who, kim.id, pin);
    await start();
    const book = (await start({ people: [...people, nora] })).bench.gateway.people();
    expect([nora.id, kim.id].map((id) => book.find(id)?.pin)).toEqual(["none", "set"]);
  });

  it.each<readonly [string, (bench: GatewayBench) => Promise<unknown>]>([
    ["removed", ({ gateway }) => gateway.people().remove(who, "2050")],
    ["made an agent", ({ gateway }) => gateway.people().change(who, "2050", { role: "agent" })],
  ])("R16 what they supervised is not left at the broker: %s", async (_, change) => {
    const { bench } = await start();
    await bench.gateway.people().add(who, { ...noras, role: "agent-plus" });
    const light = await bench.busyLight(["earshot/supervisors/2050/supervision"], account);
    await light.until(() => light.last("/supervision") !== undefined);
    await change(bench);
    await light.until(() => light.emptied("/supervision"));
    await bench.gateway.people().change(who, "2050", { role: "agent-plus" });
    await bench.gateway.people().add(who, { ...noras, role: "agent-plus" });
    await light.until(() => !light.emptied("/supervision"));
    expect(light.last("/supervision")).toMatchObject({ supervisions: [], seq: 2 });
  });

  it("of whom there is nobody, in words", async () => {
    const book = (await start()).bench.gateway.people();
    expect(await book.remove(who, "9999")).toMatchObject({ why: "unknown-person" });
    expect(await book.change(who, ana.name, {})).toMatchObject({ why: "unknown-person" });
  });
});
