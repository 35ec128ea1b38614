import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BusyLight } from "../scenarios/bench.ts";
import { MosquittoLab } from "./mosquitto.ts";
import { mosquittoPart } from "./parts.ts";

const part = await mosquittoPart();
const main = resolve(import.meta.dirname, "../../src/main.ts");
const state = "earshot/gateway/main/state";
const WITHIN_MS = 60_000;

describe(`earshot as a process on Mosquitto ${part.ok ? part.version : `(${part.why})`}`, () => {
  let folder: string;
  let gateway: ChildProcess | undefined;
  const file = (): string => join(folder, "earshot.yaml");
  const words = (...args: string[]): string[] => ["--import", "tsx", main, ...args, "--config", file()];
  const lab = new MosquittoLab({
    accounts: { earshot: "word-of-earshot", "2001": "word-of-ana" },
    access: async (url, caFile) => {
      await writeFile(
        file(),
        `http: { listen: "127.0.0.1:0", publicUrl: "http://127.0.0.1:9" }
data: data
pbx: { kind: simulator }
policy: { hidden: allowed, pin: off }
mqtt: { url: "${url}", username: earshot, password: word-of-earshot, caFile: "${caFile}" }
people:
  - { extension: "3001", name: Kim Osei, role: team-manager, teams: [support] }
  - { extension: "2001", name: Ana Ruiz, role: agent, teams: [support] }
`,
        { mode: 0o600 },
      );
      // The very file an operator gets: this broker has no other.
      return (await promisify(execFile)(process.execPath, words("operate", "mosquitto"))).stdout;
    },
  });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "earshot-operate-"));
    await lab.start();
  });

  afterAll(async () => {
    await kill();
    await lab.stop();
    await rm(folder, { recursive: true, force: true });
  });

  function start(): void {
    gateway = spawn(process.execPath, words("start"), { stdio: "ignore" });
  }

  async function kill(): Promise<void> {
    if (gateway === undefined || gateway.exitCode !== null || gateway.signalCode !== null) return;
    const ended = once(gateway, "exit");
    gateway.kill("SIGKILL");
    await ended;
  }

  async function ana(): Promise<BusyLight> {
    const account = { username: "2001", password: "word-of-ana" };
    return await BusyLight.connect(lab.url, account, ["#"], { ca: lab.ca });
  }

  const told = (light: BusyLight): string | undefined => light.heard.findLast(({ topic }) => topic === state)?.payload;

  it("check: says that the broker lets earshot in", async () => {
    const { stdout } = await promisify(execFile)(process.execPath, words("check"));
    expect(stdout).toMatch(/ok\s+mqtt\s+The MQTT broker at \S+ lets earshot in\./);
  });

  it("killed, its readers are told that what is retained is unknown; started again, its epoch is higher", async () => {
    const light = await ana();
    start();
    await light.until(() => told(light) === "online", WITHIN_MS);
    const { epoch } = light.last("/lamp") as { epoch: number };
    await kill();
    await light.until(() => told(light) === "offline", WITHIN_MS);

    const newcomer = await ana();
    await newcomer.until(() => newcomer.heard.length >= 5, WITHIN_MS);
    expect(told(newcomer)).toBe("offline");
    expect(newcomer.last("/lamp")).toMatchObject({ epoch });
    expect(newcomer.heard.every(({ retain }) => retain)).toBe(true);

    start();
    await light.until(() => told(light) === "online", WITHIN_MS);
    expect(light.last("/lamp")).toMatchObject({ epoch: epoch + 1 });
    expect(light.last("/call")).toMatchObject({ epoch: epoch + 1 });
    await Promise.all([light.stop(), newcomer.stop()]);
  });
});
