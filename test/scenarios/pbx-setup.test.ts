import { access, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCommand } from "../lab/command.ts";
import { GatewayBench } from "./bench.ts";

const main = resolve(import.meta.dirname, "../../src/main.ts");
const who = "os:root";

const bench = new GatewayBench({});
let folder: string;
let stopped = false;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "earshot-setup-"));
  await bench.start();
  const [people, phones] = [bench.gateway.people(), bench.gateway.phonesBook()];
  const wishes = [
    { extension: "2050", name: "Nora New", role: "agent" },
    { extension: "3050", name: "Otto Other", role: "team-manager" },
  ];
  for (const wish of wishes) expect(await people.add(who, wish)).toMatchObject({ ok: true });
  const wish = { mac: "805ec0aa5050", vendor: "yealink", model: "T46U", extension: "2050", lamp: "blf-three" };
  expect(await phones.add(who, wish)).toMatchObject({ ok: true });
});

afterAll(async () => {
  await bench.stop();
  await rm(folder, { recursive: true, force: true });
});

/** What a command says for a file with one person of its own, and the rest of that data folder. */
async function earshot(data: string, ...words: readonly string[]): ReturnType<typeof runCommand> {
  return earshotBy('{ embedded: { listen: "127.0.0.1:0" } }', data, ...words);
}

async function earshotBy(mqtt: string, data: string, ...words: readonly string[]): ReturnType<typeof runCommand> {
  const file = join(folder, "earshot.yaml");
  const config = `http: { listen: "127.0.0.1:0", publicUrl: "http://127.0.0.1:9" }
data: ${data}
pbx:
  kind: asterisk
  ari: { url: "http://127.0.0.1:9/ari", username: earshot, password: tulip }
  endpoint: "PJSIP/{extension}"
  supervisionEndpoint: "PJSIP/{extension}-sup"
policy: { hidden: allowed }
mqtt: ${mqtt}
people:
  - { extension: "2001", name: Ana Ruiz, role: agent, teams: [support] }
`;
  await writeFile(file, config, { mode: 0o600 });
  return runCommand(process.execPath, ["--import", "tsx", main, ...words, "--config", file]);
}

async function setup(data: string): Promise<{ code: number; said: string; files: Readonly<Record<string, string>> }> {
  const { code, stdout, stderr } = await earshot(data, "pbx", "setup", "--json", "--from", "127.0.0.1");
  if (code !== 0) return { code, said: stdout + stderr, files: {} };
  const { files } = JSON.parse(stdout) as { files: readonly { name: string; text: string }[] };
  return { code, said: stderr, files: Object.fromEntries(files.map(({ name, text }) => [name, text])) };
}

const hints = (text = ""): readonly string[] => [...text.matchAll(/^exten => (\S+),hint,/gm)].map(([, at = ""]) => at);
const everybody = ["lamp2001", "lamp2050-listen", "lamp2050-coach", "lamp2050-join", "lamp3050"];

/** From then on the data folder has no gateway. */
async function withoutGateway(): Promise<void> {
  if (!stopped) await bench.gateway.stop();
  stopped = true;
}

describe("earshot operate", () => {
  const outside = "{ url: mqtt://127.0.0.1:9, username: gateway, password: tulip }";

  it("writes an access file with the devices of the people of the database, while the gateway runs", async () => {
    const { stdout, stderr } = await earshotBy(outside, await bench.data, "operate", "mosquitto");
    expect(stderr).toBe("");
    expect(stdout.match(/^user .*$/gm)).toEqual(["user gateway", "user 2001", "user 2050", "user 3050"]);
  });

  it("writes the same for EMQX", async () => {
    const { stdout } = await earshotBy(outside, await bench.data, "operate", "emqx");
    expect(stdout).toMatch(/"2001"[\s\S]*"2050"[\s\S]*"3050"/);
  });
});

describe("earshot pbx setup", () => {
  it("writes the people and phones of the database of the gateway that runs", async () => {
    const { files } = await setup(await bench.data);
    expect(hints(files["extensions.conf"])).toEqual(everybody);
    expect(files["pjsip.conf"]).toMatch(/^\[3050-sup\]/m);
  });

  it("writes them as they are written down, where no gateway runs", async () => {
    const running = await setup(await bench.data);
    await withoutGateway();
    const { files } = await setup(await bench.data);
    expect(hints(files["extensions.conf"])).toEqual(everybody);
    expect(files).toEqual(running.files);
  });

  it("says in words that it cannot read them, and leaves nobody out in silence", async () => {
    await withoutGateway();
    await writeFile(join(await bench.data, "secret.key"), Buffer.alloc(32, 7), { mode: 0o600 });
    const { code, said } = await setup(await bench.data);
    expect(code).not.toBe(0);
    expect(said).toMatch(/earshot\.db .*another secret\.key/);
    expect((await earshot(await bench.data, "check")).stdout).toMatch(/^FAIL +database +\S*earshot\.db /m);
  });

  it("makes no database where there is none", async () => {
    const data = join(folder, "fresh");
    const { files } = await setup(data);
    expect(hints(files["extensions.conf"])).toEqual(["lamp2001"]);
    await expect(access(join(data, "earshot.db"))).rejects.toMatchObject({ code: "ENOENT" });
  });
});
