import { join } from "node:path";
import Database from "libsql";
import { request } from "undici";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { systemClock } from "../../src/clock/index.ts";
import type { Phone } from "../../src/model/index.ts";
import { SimulatorPbx } from "../../src/pbx/simulator/index.ts";
import { ana, kim } from "../unit/core/world.ts";
import { type Answered, askApi } from "./api-client.ts";
import { desksOfBench, GatewayBench, listen, people, phoneOf } from "./bench.ts";

const mac = { new: "805ec0aa5001" as Phone["mac"], other: "805ec0aa5002" as Phone["mac"] } as const;
const kims = { mac: mac.new, vendor: "yealink", model: "T46U", extension: kim.extension, answer: "auto" };
const pushed = { push: "http", pushAddress: "192.0.2.31", pushUsername: "earshot", pushPassword: "hush-hush" };

let pbx: SimulatorPbx;
let bench: GatewayBench;
let origin: string;
let token: string;

async function begin(): Promise<void> {
  pbx = new SimulatorPbx({ people, seed: 1, clock: systemClock, script: "manual" });
  bench = new GatewayBench({ pbx });
  await bench.start();
  origin = new URL(await bench.launcher(phoneOf.kim)).origin;
  const made = await bench.gateway.access().make("os:root", "provisioner", "phones");
  token = made.ok ? made.value.token : expect.fail(made.sentence);
}

const ask = (method: string, path: string, body?: unknown, bearer: string | undefined = token): Promise<Answered> =>
  askApi(origin, method, path, body, bearer);
const statusOf = async (url: string): Promise<number> => (await request(url)).statusCode;
const soon = <T>(look: () => T) => expect.poll(look, { timeout: 10_000 });
const rows = () => bench.gateway.audit({ supervisor: "api:provisioner" });

describe("the phones over HTTP", () => {
  beforeEach(begin);
  afterEach(() => bench.stop());

  it("are told, wherever they stand, with neither the key to their pages nor a password", async () => {
    const made = await ask("POST", "/phones", { ...kims, ...pushed });
    const { status, body } = await ask("GET", "/phones");
    expect(status).toBe(200);
    expect(body).toHaveLength(desksOfBench.length + 1);
    const file = { ...{ mac: phoneOf.ana, vendor: "yealink", model: "T46U", answer: "auto" }, entry: "file" };
    expect(body).toContainEqual({ ...file, extension: ana.extension });
    const one = await ask("GET", "/phones/80:5E:C0:AA:50:01");
    expect(one.body).toEqual(made.body);
    const keys = (await bench.gateway.phones({ showUrls: true })).map(({ url }) => new URL(url ?? "").pathname);
    const said = JSON.stringify([made, body, one, await bench.gateway.audit({}), bench.lines]);
    expect(
      [...keys.map((key) => key.split("/")[2] ?? "none"), "hush-hush"].filter((secret) => said.includes(secret)),
    ).toEqual([]);
  });

  it("open for no token that is for people, and people for none that is for phones: least right for each program", async () => {
    const made = await bench.gateway.access().make("os:root", "hr", "people");
    const hr = made.ok ? made.value.token : expect.fail(made.sentence);
    const redirected = await ask("PATCH", `/phones/${phoneOf.kim}`, { pushAddress: "192.0.2.66" }, hr);
    expect([redirected.status, redirected.body]).toEqual([
      403,
      { sentence: "This token is for people; `earshot phones token` makes one for phones." },
    ]);
    expect((await ask("GET", "/phones", undefined, hr)).status).toBe(403);
    expect((await ask("GET", "/people", undefined, hr)).status).toBe(200);
    expect((await ask("GET", "/people")).status).toBe(403);
    expect(await bench.gateway.audit({ supervisor: "api:hr" })).toEqual([]);
    expect(bench.lines.join("\n")).toContain("A token of the API was used for what it is not for");
  });

  it("have a token by a name that no other use has", async () => {
    expect(await bench.gateway.access().make("os:root", "provisioner", "people")).toEqual({
      ok: false,
      why: "not-right",
      sentence: "The token of provisioner is for phones; give the one for people another name.",
    });
  });

  it("are added, changed and retired, and what was done is so at once", async () => {
    const added = await ask("POST", "/phones", { ...kims, lampKey: 3 });
    expect([added.status, added.headers["location"]]).toEqual([201, `/api/v1/phones/${mac.new}`]);
    expect(added.body).toEqual({ ...kims, lampKey: 3, entry: "database" });
    pbx.incoming({ to: ana.id, number: "+44155501", name: "Jane Doe" }).answer();
    const page = await bench.phone(mac.new);
    await listen(page, "Hidden");
    const changed = await ask("PATCH", `/phones/${mac.new}`, { lampKey: 5, address: "192.0.2.7" });
    expect(changed).toMatchObject({ status: 200, body: { lampKey: 5, address: "192.0.2.7", model: "T46U" } });
    expect((await ask("PATCH", `/phones/${mac.new}`, { lampKey: "none" })).body).not.toHaveProperty("lampKey");
    const url = await bench.launcher(mac.new);
    expect((await ask("DELETE", `/phones/${mac.new}`)).status).toBe(204);
    expect([await statusOf(url), (await ask("GET", `/phones/${mac.new}`)).status]).toEqual([404, 404]);
    await soon(() => pbx.hearing()).toHaveLength(2);
  });

  it.each([
    ["of the database", mac.new],
    ["of the file", phoneOf.kim],
  ])("have another key, and the old one is dead at once: %s", async (_, which) => {
    await ask("POST", "/phones", kims);
    const old = await bench.launcher(which);
    const turned = await ask("POST", `/phones/${which}/rotate`);
    expect([turned.status, turned.body]).toEqual([204, undefined]);
    expect([await statusOf(old), await statusOf(await bench.launcher(which))]).toEqual([404, 200]);
  });

  it("are replaced: the same person and settings, and a key of its own", async () => {
    await ask("POST", "/phones", { ...kims, lampKey: 3 });
    const old = await bench.launcher(mac.new);
    const replaced = await ask("POST", `/phones/${mac.new}/replace`, { mac: mac.other, model: "T54W" });
    expect([replaced.status, replaced.headers["location"]]).toEqual([201, `/api/v1/phones/${mac.other}`]);
    expect(replaced.body).toEqual({ ...kims, mac: mac.other, model: "T54W", lampKey: 3, entry: "database" });
    expect([await statusOf(old), await statusOf(await bench.launcher(mac.other))]).toEqual([404, 200]);
  });

  it("every order is on record, by the name of the token", async () => {
    await ask("POST", "/phones", kims);
    await ask("PATCH", `/phones/${mac.new}`, { lampKey: 3 });
    await ask("POST", `/phones/${mac.new}/rotate`);
    await ask("POST", `/phones/${mac.new}/replace`, { mac: mac.other });
    await ask("DELETE", `/phones/${mac.other}`);
    expect((await rows()).map(({ act, outcome, phone }) => [act, outcome, phone])).toEqual([
      ["phone-added", "allowed", mac.new],
      ["phone-changed", "allowed", mac.new],
      ["phone-rotated", "done", mac.new],
      ["phone-replaced", "allowed", mac.other],
      ["phone-retired", "done", mac.other],
    ]);
  });

  it("R19 while the record is frozen none is added, and one is retired all the same", async () => {
    await ask("POST", "/phones", kims);
    const old = await bench.launcher(mac.new);
    const lock = new Database(join(await bench.data, "audit.db"), { timeout: 5_000 });
    lock.exec("BEGIN EXCLUSIVE");
    onTestFinished(() => void lock.close());
    const added = await ask("POST", "/phones", { ...kims, mac: mac.other });
    const retired = await ask("DELETE", `/phones/${mac.new}`);
    lock.exec("COMMIT");
    expect([added.status, retired.status, await statusOf(old)]).toEqual([503, 204, 404]);
    expect((await ask("GET", `/phones/${mac.other}`)).status).toBe(404);
  });
});

describe("who asks of phones", () => {
  beforeAll(begin);
  afterAll(() => bench.stop());

  const unchanged = async (): Promise<void> => {
    expect(bench.gateway.phonesBook().list({ passwords: false })).toHaveLength(desksOfBench.length);
    expect(await statusOf(await bench.launcher(phoneOf.kim))).toBe(200);
    expect(await rows()).toEqual([]);
  };

  it.each([
    ["GET", "/phones/805ec0aa9999", undefined, 404, /No phone here has that MAC address/],
    ["GET", "/phones/nobody", undefined, 404, /No phone here has that MAC address/],
    ["PATCH", `/phones/${phoneOf.kim}`, { lampKey: 3 }, 409, /stands in the configuration file/],
    ["DELETE", `/phones/${phoneOf.kim}`, undefined, 409, /stands in the configuration file/],
    ["POST", `/phones/${phoneOf.kim}/replace`, { mac: mac.new }, 409, /stands in the configuration file/],
    ["DELETE", "/phones/805ec0aa9999", undefined, 404, /No phone here has the MAC address/],
    ["POST", "/phones/805ec0aa9999/rotate", undefined, 404, /No phone here has the MAC address/],
    ["DELETE", "/phones/..%2Fpeople%2F2001", undefined, 422, /MAC address/],
    ["POST", "/phones", { ...kims, mac: phoneOf.kim }, 409, /stands in the configuration file already/],
    ["POST", "/phones", { ...kims, vendor: "acme" }, 422, /acme/],
    ["POST", "/phones", { ...kims, extension: "9999" }, 422, /nobody here has it/],
    ["POST", "/phones", { ...kims, branch: "north" }, 422, /branch/],
    ["POST", "/phones", { ...kims, url: "http://x" }, 422, /url/],
    ["POST", "/phones", { ...kims, lampKey: "3" }, 422, /lampKey/],
    ["POST", "/phones", { ...kims, lampKey: 1e9 }, 422, /lampKey/],
    ["POST", "/phones", { ...kims, lampKey: "none" }, 422, /lampKey/],
    ["POST", "/phones", { ...kims, answer: "always" }, 422, /answer/],
    ["POST", "/phones", { ...kims, ...pushed, push: "notify" }, 422, /push address belongs to `by: http`/],
    ["POST", "/phones", { vendor: "yealink" }, 422, /mac/],
    ["POST", "/phones", [kims], 422, /as it must be/],
    ["POST", "/phones", "null", 422, /as it must be/],
    ["POST", "/phones", `{"__proto__": {"mac": "${mac.new}"}}`, 400, /cannot be read/],
    ["POST", "/phones", "{", 400, /cannot be read/],
    ["POST", "/phones", `{"mac": "${"x".repeat(20_000)}"}`, 413, /cannot be read/],
    ["POST", `/phones/${phoneOf.kim}/replace`, {}, 422, /mac/],
  ])("and is refused is told so in words: %s %s %j", async (method, path, body, status, words) => {
    const answered = await ask(method, path, body);
    expect(answered).toMatchObject({ status, body: { sentence: expect.stringMatching(words) } });
    expect(JSON.stringify(answered.body)).not.toContain("hush-hush");
    await unchanged();
  });

  const everything = [
    ["GET", "/phones"],
    ["POST", "/phones"],
    ["GET", `/phones/${phoneOf.kim}`],
    ["PATCH", `/phones/${phoneOf.kim}`],
    ["DELETE", `/phones/${phoneOf.kim}`],
    ["POST", `/phones/${phoneOf.kim}/rotate`],
    ["POST", `/phones/${phoneOf.kim}/replace`],
  ] as const;

  it.each(everything)("and has no token is told nothing and changes nothing: %s %s", async (method, path) => {
    const tries = [await ask(method, path, {}, ""), await ask(method, path, {}, `earshot_${"A".repeat(43)}`)];
    expect(tries.map(({ status }) => status)).toEqual([401, 401]);
    expect(tries[0]?.headers["www-authenticate"]).toBe('Bearer realm="earshot"');
    expect(JSON.stringify(tries)).not.toContain("T46U");
    await unchanged();
  });
});

describe("what is written of a phone by a program with a grudge", () => {
  beforeAll(begin);
  afterAll(() => bench.stop());

  const fields = ["mac", "vendor", "model", "extension", "address", "pushAddress", "pushUsername", "pushPriority"];
  const texts = [
    ["a line end", "x\r\naccount.1.password = evil"],
    ["an end of text", "x\u0000"],
    ["a line separator", "x\u2028evil"],
    ["half a character", "x\ud83d"],
    ["markup", `"><evil/>`],
    ["a path", "../../etc/passwd"],
    ["what every object has", "constructor"],
    ["nothing but blanks", "   "],
  ] as const;
  const cells = fields.flatMap((field) => texts.map(([what, text]) => [what, field, text] as const));
  /** A host may be called so, and whoever signs in may be called as they like. */
  const harmless = (field: string, what: string): boolean =>
    (what === "what every object has" && ["address", "pushAddress"].includes(field)) ||
    (field === "pushUsername" && ["markup", "a path", "what every object has"].includes(what));

  it.each(cells.filter(([what, field]) => !harmless(field, what)))(
    "%s as %s is refused, and nothing is added",
    async (_, field, text) => {
      const { status, body } = await ask("POST", "/phones", { ...kims, ...pushed, [field]: text });
      expect(status).toBe(422);
      expect((body as { sentence: string }).sentence).toMatch(/^[^\p{Cc}\u2028\u2029]+$/u);
      expect(JSON.stringify(body)).not.toContain("hush-hush");
      expect(bench.gateway.phonesBook().list({ passwords: false })).toHaveLength(desksOfBench.length);
    },
  );
});
