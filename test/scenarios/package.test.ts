import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { connectAsync } from "mqtt";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { YealinkPhone } from "../lab/phones/yealink.ts";

const run = promisify(execFile);
const root = resolve(import.meta.dirname, "../..");

let folder: string;
let program: string;
const started: ChildProcess[] = [];

/** What `npm pack` gives, unpacked elsewhere, beside the same libraries. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "earshot-package-"));
  await run("npm", ["pack", "--pack-destination", folder], { cwd: root });
  const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { version: string };
  await run("tar", ["xzf", `earshot-${version}.tgz`], { cwd: folder });
  await symlink(join(root, "node_modules"), join(folder, "node_modules"));
  program = join(folder, "package", "dist", "main.js");
}, 300_000);

afterAll(async () => {
  for (const child of started) child.kill("SIGKILL");
  await rm(folder, { recursive: true, force: true });
});

interface Running {
  readonly child: ChildProcess;
  readonly cwd: string;
  readonly said: string;
}

/** `earshot start` in a folder of its own, once it has said where it is. */
async function start(name: string, ...args: string[]): Promise<Running> {
  const cwd = join(folder, name);
  await mkdir(cwd, { recursive: true });
  const child = spawn(process.execPath, [program, "start", ...args], { cwd, stdio: ["ignore", "pipe", "pipe"] });
  started.push(child);
  let said = "";
  let failed = "";
  child.stderr?.on("data", (text: Buffer) => {
    failed += text.toString();
  });
  for await (const text of child.stdout ?? []) {
    said += String(text);
    if (said.includes("/p/") || said.includes("phones list")) return { child, cwd, said };
  }
  throw new Error(`it did not start: ${said}${failed}`);
}

async function earshot(cwd: string, ...args: string[]): Promise<string> {
  return (await run(process.execPath, [program, ...args], { cwd })).stdout;
}

async function refusal(cwd: string, ...args: string[]): Promise<{ code: unknown; stderr: string }> {
  return run(process.execPath, [program, ...args], { cwd }).then(
    () => ({ code: 0, stderr: "" }),
    (error: { code: unknown; stderr: string }) => error,
  );
}

describe("the package, installed elsewhere", () => {
  it("starts as a demo, shows a board on the printed address, and stops in good order", async () => {
    const { child, said, cwd } = await start("demo");
    expect(said.split("\n")[0]).toMatch(/^Open http:\/\/127\.0\.0\.1:\d+\/ in a browser$/);
    const phone = new YealinkPhone();
    await phone.open(/http:\S+\/p\/\S+/.exec(said)?.[0] ?? "");
    expect(phone.title()).toMatch(/Live calls/);
    await phone.stop();
    const phones = JSON.parse(await earshot(cwd, "phones", "list", "--json", "--show-urls")) as object[];
    expect(phones[0]).toEqual({
      mac: "805ec0aabb01",
      vendor: "yealink",
      model: "T46U",
      extension: "3001",
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/p\/[\w-]{22,26}\/$/),
      entry: "file",
      registration: expect.objectContaining({ registered: true }),
    });
    expect(await earshot(cwd, "phones", "list")).not.toContain("/p/");
    expect(await earshot(cwd, "provision", "render", "805ec0aabb01")).toMatch(
      /^==> earshot-805ec0aabb01\.cfg <==\n#!version:1\.0\.0\.1\n/,
    );
    expect(await earshot(cwd, "provision", "explain", "805ec0aabb01", "voice.vad")).toMatch(
      /from {2}base, firmware-config\/yealink\/base\.yaml:\d+/,
    );
    child.kill("SIGTERM");
    expect((await once(child, "exit"))[0]).toBe(0);
    expect(await refusal(cwd, "status")).toMatchObject({ code: 1, stderr: expect.stringMatching(/not running/) });
  });

  it("R19 reading, exporting and verifying the record by the command is on the record, with who did it", async () => {
    const { child, cwd } = await start("record");
    await earshot(cwd, "audit");
    await earshot(cwd, "audit", "--csv");
    expect(await earshot(cwd, "audit", "verify")).toMatch(/as (?:it was|they were) written/);
    const rows = JSON.parse(await earshot(cwd, "audit", "--json")) as { act: string; supervisor: string }[];
    const acts = rows.filter(({ act }) => act.startsWith("audit-")).map(({ act }) => act);
    expect(acts).toEqual(["audit-read", "audit-exported", "audit-verified", "audit-read"]);
    expect(rows.every(({ supervisor }) => supervisor.length > 0)).toBe(true);
    child.kill("SIGTERM");
    await once(child, "exit");
  });

  it("a taken port moves to the next free one, and it says so", async () => {
    const [one, other] = [await start("first"), await start("second")];
    const port = (said: string): string => /127\.0\.0\.1:(\d+)/.exec(said)?.[1] ?? "";
    expect(port(other.said)).not.toBe(port(one.said));
    expect(other.said).toMatch(/is taken/);
    for (const { child } of [one, other]) {
      child.kill("SIGTERM");
      await once(child, "exit");
    }
  });

  it("a second earshot on the same data is refused in words", async () => {
    const { child, cwd } = await start("twice");
    expect(await refusal(cwd, "start")).toMatchObject({ code: 1, stderr: expect.stringMatching(/already running/) });
    child.kill("SIGTERM");
    await once(child, "exit");
  });

  it("a wrong configuration names line, column, key and the nearest right one", async () => {
    const cwd = join(folder, "wrong");
    await mkdir(cwd);
    await writeFile(join(cwd, "earshot.yaml"), "policy: { hiden: allowed }\n");
    const { code, stderr } = await refusal(cwd, "start");
    expect(code).toBe(1);
    expect(stderr).toMatch(/earshot\.yaml:1:11: .*hiden.*did you mean.*hidden/);
    expect(stderr).not.toMatch(/at .*\.js/);
  });

  it("a taken port in a configuration names the key", async () => {
    const { child, said } = await start("holder");
    const listen = /127\.0\.0\.1:\d+/.exec(said)?.[0] ?? "";
    const cwd = join(folder, "taken");
    await mkdir(cwd);
    const config = `http: { listen: "${listen}", publicUrl: "http://${listen}" }
pbx: { kind: simulator }
policy: { hidden: forbidden }
mqtt: { embedded: { listen: "127.0.0.1:0" } }
`;
    await writeFile(join(cwd, "earshot.yaml"), config);
    expect(await refusal(cwd, "start")).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^http\.listen: .*taken/m),
    });
    child.kill("SIGTERM");
    await once(child, "exit");
  });

  it("no account gets in with a password that was not made for it", async () => {
    const { child, said } = await start("broker");
    const broker = /MQTT broker\s+(\S+)/.exec(said)?.[1] ?? "";
    await expect(
      connectAsync(`mqtt://${broker}`, { username: "2001", password: "2001", protocolVersion: 4 }, false),
    ).rejects.toThrow();
    child.kill("SIGTERM");
    await once(child, "exit");
  });
});
