import { createHmac } from "node:crypto";
import Fastify from "fastify";
import { beforeEach, describe, expect, test } from "vitest";
import { loadSheets } from "../../../src/http/index.js";
import { withoutTokens } from "../../../src/http/redaction.js";
import { PhoneFileServer, Provisioner, readMakes, recipe } from "../../../src/provisioning/index.js";
import { accountsOf, config, person, phone } from "../../contract/provisioning/site.ts";
import { readYealink } from "../../contract/provisioning/strict-yealink.ts";

const known = (await loadSheets()).known();
const publicUrl = "https://calls.example.com";
const kims = "805ec0aabb01";
const anas = "805ec0aabb02";
const lees = "0004f2aabb03";
const people = [person("3001", "team-manager"), person("2001", "agent"), person("3002", "team-manager")];
const phones = [
  phone(kims, "yealink", "T46U", "3001", { lampKey: 3 }),
  phone(anas, "yealink", "T46U", "2001", { lampKey: 3 }),
  phone(lees, "polycom", "VVX411", "3002"),
];
const password = (account: string): string =>
  createHmac("sha256", "secret").update(account).digest("base64url").slice(0, 24);

/** The token of each phone's pages; another one once it is rotated. */
let tokens: Map<string, string>;
let logged: unknown[];
let waited: number[];

beforeEach(() => {
  tokens = new Map([kims, anas, lees].map((mac) => [mac, `${mac}AAAAAAAAAA`]));
  [logged, waited] = [[], []];
});

const launcher = (mac: string): string | undefined => {
  const token = tokens.get(mac);
  return token && `${publicUrl}/p/${token}/`;
};

type Way = "overlay" | "full" | "served by another";

function site(way: Way) {
  const of = config(people, phones, {
    mode: way === "full" ? "full" : "overlay",
    sip: { server: "pbx.example.com", port: 5060, transport: "udp" },
    ...(way !== "served by another" && { serve: true }),
  });
  return { ...of, http: { ...of.http, publicUrl } };
}

/** The address of a phone's file, as the command tells it; or why there is none. */
async function addressOf(mac: string, way: Way = "overlay", vendor?: string): Promise<string> {
  const launchers = new Map(
    phones.flatMap((one): [string, string][] => {
      const url = launcher(one.mac);
      return url === undefined ? [] : [[one.mac, url]];
    }),
  );
  const opened = await Provisioner.open({
    ...{ config: site(way), known, launchers, accounts: async () => accountsOf(people), password },
  });
  if (!opened.ok) throw new Error(opened.sentence);
  const found = opened.value.address(mac, vendor);
  return found.ok ? found.value : found.sentence;
}

async function server(way: Way = "overlay") {
  const read = await readMakes();
  const note = (about: object, sentence: string): void => void logged.push(about, sentence);
  const app = Fastify();
  const files = new PhoneFileServer({
    ...{ config: site(way), known, makes: read.ok ? read.makes : new Map(), clock: { now: () => 1 } },
    ...{ log: { info: note, warn: note, error: note }, key: Buffer.alloc(32, 7), password, seen: () => undefined },
    refusals: { tell: (sentence, address, about = {}) => note({ address, ...about }, sentence) },
    phones: { get: (mac) => phones.find((one) => one.mac === mac) },
    person: (id) => people.find((one) => one.id === id),
    launcher: async (mac) => launcher(mac),
    accounts: async () => accountsOf(people),
    publicUrl: () => publicUrl,
    wait: async (ms) => void waited.push(ms),
  });
  files.register(app);
  const get = async (url: string) => {
    const { statusCode, body, headers } = await app.inject({
      url: url.replace(publicUrl, ""),
      headers: { "x-forwarded-proto": "https" },
    });
    return { status: statusCode, body, challenge: String(headers["www-authenticate"] ?? "") };
  };
  return { files, get };
}

describe("the address of a phone's own file, for another provisioner to name", () => {
  test("gives that phone's overlay to whoever has it, and no word of the account that the other one has", async () => {
    const { get } = await server();
    const address = await addressOf(kims);
    expect(address).toMatch(new RegExp(`^${publicUrl}/c/[\\w-]{24}/earshot-${kims}\\.cfg$`));
    const { status, body } = await get(address);
    const read = readYealink(body);
    expect([status, read.ok && read.keys.get("linekey.3.value")]).toEqual([200, launcher(kims)]);
    expect(body).not.toContain("account.1.");
  });

  test.each([
    ["another phone's key", async () => (await addressOf(anas)).replaceAll(anas, kims)],
    ["a key that is none", async () => (await addressOf(kims)).replace(/\/c\/.*\//, `/c/${"x".repeat(24)}/`)],
    ["a part of its key", async () => (await addressOf(kims)).replace(/\/c\/(.{12}).*\//, "/c/$1/")],
    [
      "its password there",
      async () => (await addressOf(kims)).replace(/\/c\/.*\//, `/c/${password(`provisioning/${kims}`)}/`),
    ],
    ["a phone that there is not", async () => (await addressOf(kims)).replaceAll(kims, "805ec0ffffff")],
  ])("opens nothing by %s: refused as a wrong password is", async (_, made) => {
    const { get, files } = await server();
    files.enrol([kims], 30);
    const refused = await get(await made());
    expect(refused).toMatchObject({ status: 401, body: "" });
    expect(refused.challenge).toMatch(/^Digest /);
    expect(waited).toEqual([250]);
  });

  test("opens no other file", async () => {
    const { get } = await server();
    expect(await get((await addressOf(kims)).replace("earshot-", ""))).toMatchObject({ status: 404, body: "" });
    expect(await get((await addressOf(kims)).replaceAll(kims, anas))).toMatchObject({ status: 401 });
  });

  test("is dead once the token of its pages is another, or the phone has none", async () => {
    const { get } = await server();
    const address = await addressOf(kims);
    tokens.set(kims, "BBBBBBBBBBBBBBBBBBBBBB");
    expect((await get(address)).status).toBe(401);
    expect((await get(await addressOf(kims))).status).toBe(200);
    tokens.delete(kims);
    expect((await get(address)).status).toBe(401);
  });

  test("is none where earshot tells its phones everything, or serves no files", async () => {
    const address = await addressOf(kims);
    const { get } = await server("full");
    expect((await get(address)).status).toBe(401);
    expect(await addressOf(kims, "full")).toContain("tells its phones everything itself");
    expect(await addressOf(kims, "served by another")).toContain("serves no phone its files");
  });

  test("slows down whoever tries keys", async () => {
    const { get } = await server();
    const wrong = (await addressOf(kims)).replace(/\/c\/.*\//, `/c/${"x".repeat(24)}/`);
    await Promise.all(Array.from({ length: 31 }, () => get(wrong)));
    await get(wrong);
    expect(waited.at(-1)).toBe(2_000);
  });

  test("stands in no line of the log, right or wrong, and in none about an error", async () => {
    const { get } = await server();
    const address = await addressOf(kims);
    const key = /\/c\/([^/]*)/.exec(address)?.[1] ?? "";
    await get(address);
    await get(address.replaceAll(kims, anas));
    expect(logged.length).toBe(4);
    expect(JSON.stringify(logged)).not.toContain(key);
    expect(withoutTokens(`ECONNRESET at GET ${address}`)).toBe(
      `ECONNRESET at GET ${publicUrl}/c/[key]/earshot-${kims}.cfg`,
    );
  });

  test("stands in the recipe for that phone, and in no recipe for all", async () => {
    const address = await addressOf(lees);
    const made = await recipe("polycom", "address", { mac: lees, address });
    expect(made.ok && made.value).toContain(`CONFIG_FILES="${address}, <your own>.cfg"`);
    const all = await recipe("polycom", "address");
    expect(all.ok && all.value).toContain("earshot provision list --show-urls");
    expect(await addressOf(lees, "overlay", "yealink")).toBe(`${lees} is a phone of the make polycom, not of yealink.`);
  });
});
