import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { runCommand } from "./command.ts";
import { Hosted } from "./hosted.ts";
import { MosquittoLab } from "./mosquitto.ts";
import { Networks } from "./networks.ts";
import { mosquittoPart } from "./parts.ts";

const part = await mosquittoPart();
const main = resolve(import.meta.dirname, "../../src/main.ts");
const hosts = resolve(import.meta.dirname, "branch-hosts.ts");
const node = [process.execPath, "--import", "tsx"] as const;
const mac = "805ec0aa2001";
const show = `earshot/branches/hamburg/phones/${mac}/show`;

interface Shows {
  readonly lamps: Readonly<Record<string, string>>;
  readonly label?: string;
  readonly screens: readonly string[];
  readonly taken: number;
  readonly complaints: readonly string[];
}

describe(`a branch office and its gateway, which meet at Mosquitto ${part.ok ? part.version : `(${part.why})`} alone`, () => {
  const networks = new Networks();
  const running: Hosted[] = [];
  let folder: string;
  let lab: MosquittoLab;
  let gateway: Hosted;
  let branch: Hosted;
  let phone: Hosted;
  let witness: Hosted;
  const at = (name: string): string => join(folder, name);
  const hosted = async (host: string, role: string, given: string): Promise<Hosted> => {
    const one = new Hosted(networks.on(host), ...node, hosts, role, given);
    running.push(one);
    await one.answer();
    return one;
  };
  const startGateway = async (): Promise<void> => {
    gateway = await hosted("office", "gateway", at("earshot.yaml"));
  };
  /** The very program, without a single right that root has. */
  const startBranch = async (): Promise<void> => {
    const bare = ["setpriv", "--inh-caps=-all", "--bounding-set=-all", "--no-new-privs"];
    branch = new Hosted(networks.on("branch"), ...bare, ...node, main, "branch", "--config", at("out/branch.yaml"));
    running.push(branch);
    expect(await branch.line()).toMatch(/pushes to 1 phones? of the branch office hamburg/);
  };
  const shows = async (work: string, on = ""): Promise<Shows> => (await phone.ask(work, on)) as Shows;
  const earshot = async (...words: readonly string[]): Promise<string> => {
    const [file, ...rest] = [...node, main, ...words, "--config", at("earshot.yaml")];
    const { code, stdout, stderr } = await runCommand(file, rest, { timeoutMs: 60_000 });
    if (code !== 0) throw new Error(`earshot ${words.join(" ")}: ${stderr}`);
    return stdout;
  };
  const config = (url: string, branchUrl: string, caFile: string, push: object): object => ({
    http: { listen: "127.0.0.1:8080", publicUrl: "http://127.0.0.1:8080" },
    data: "data",
    pbx: { kind: "simulator" },
    policy: { hidden: "allowed", pin: "off" },
    mqtt: { url, username: "earshot", password: "word-of-earshot", caFile },
    people: [
      { extension: "3001", name: "Kim Osei", role: "team-manager", teams: ["support"] },
      { extension: "2001", name: "Ana Ruiz", role: "agent", teams: ["support"] },
    ],
    branches: [{ id: "hamburg", url: branchUrl }],
    phones: [
      { mac: "805ec0aa3001", vendor: "yealink", model: "T46U", extension: "3001", answer: "auto" },
      { mac, vendor: "yealink", model: "T46U", extension: "2001", lampKey: "5", branch: "hamburg", push },
    ],
  });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "earshot-branch-"));
    for (const host of ["office", "broker", "branch", "floor"]) await networks.host(host);
    await networks.cable(
      { host: "office", interface: "eth0", address: "10.62.1.1/24" },
      { host: "broker", interface: "office0", address: "10.62.1.2/24" },
    );
    await networks.cable(
      { host: "branch", interface: "eth0", address: "10.62.2.1/24" },
      { host: "broker", interface: "branch0", address: "10.62.2.2/24" },
    );
    await networks.cable(
      { host: "branch", interface: "floor0", address: "10.62.3.1/24" },
      { host: "floor", interface: "eth0", address: "10.62.3.31/24" },
    );
    phone = await hosted("floor", "phone", "10.62.3.31 10.62.3.1");
    const { origin, username, password } = (await phone.ask("push")) as Record<string, string>;
    const push = { by: "http", address: origin, username, password };
    const write = (value: object): Promise<void> =>
      writeFile(at("earshot.yaml"), JSON.stringify(value), { mode: 0o600 });
    // Accounts come before the broker, and its address comes with it.
    await write({ ...config("mqtt://10.62.1.2", "mqtt://10.62.2.2", "", push), mqtt: { url: "mqtt://10.62.1.2" } });
    const { broker } = parse(await earshot("operate", "branch", "hamburg")) as {
      readonly broker: { readonly username: string; readonly password: string };
    };
    lab = new MosquittoLab({
      accounts: {
        earshot: "word-of-earshot",
        [broker.username]: broker.password,
        witness: "word-of-witness",
      },
      host: { on: networks.on("broker"), addresses: ["10.62.1.2", "10.62.2.2"] },
      access: async (url, caFile) => {
        await write(config(url, url.replace("10.62.1.2", "10.62.2.2"), caFile, push));
        // The very file an operator gets, and one account more, for these tests alone.
        return `${await earshot("operate", "mosquitto")}\nuser witness\ntopic readwrite #\n`;
      },
    });
    await lab.start();
    await earshot("operate", "branch", "hamburg", "--out", at("out"));
    const account = { url: lab.url, ca: lab.ca, username: "witness", password: "word-of-witness" };
    witness = await hosted("broker", "witness", JSON.stringify(account));
    await startGateway();
    await startBranch();
  });
  afterAll(async () => {
    for (const one of running) await one.kill();
    await lab?.stop();
    await networks.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it("neither can reach the other, and the broker passes nothing on", async () => {
    const reach = async (from: string, to: string): Promise<string> => {
      const [file = "", ...words] = [...networks.on(from), "ip", "route", "get", to];
      const { stdout, stderr } = await runCommand(file, words);
      return stdout + stderr;
    };
    expect(await reach("office", "10.62.2.1")).toMatch(/unreachable/);
    expect(await reach("branch", "10.62.1.1")).toMatch(/unreachable/);
    const [file = "", ...words] = [...networks.on("broker"), "cat", "/proc/sys/net/ipv4/ip_forward"];
    expect((await runCommand(file, words)).stdout.trim()).toBe("0");
  });

  it("R5 a visible Listen lights the lamp and shows the notice, and the phone's own word comes back", async () => {
    await phone.ask("label", "Who is with me");
    await gateway.ask("call");
    await gateway.ask("listen", "Visible");
    const { screens } = await shows("screens", "1");
    expect(screens).toEqual(["Kim Osei listens to your call."]);
    expect((await shows("lamp", "5 GREEN=on")).label).toBe("Kim Osei");
    await gateway.ask("says", "Ana Ruiz can see you");
  });

  it("the branch listens nowhere, and has no right that its user has not", async () => {
    const [file = "", ...words] = [...networks.on("branch"), "ss", "-Hlntuw"];
    expect((await runCommand(file, words)).stdout).toBe("");
    const status = await readFile(`/proc/${branch.child.pid}/status`, "utf8");
    expect(status).toMatch(/^CapEff:\s+0+$/m);
  });

  it("while the line is cut the phone says that it is not known; after a minute it is right again, and nothing stale is shown", async () => {
    await networks.plug("broker", "branch0", "down");
    await phone.ask("lamp", "5 ORANGE=fastflash");
    expect((await phone.ask("label", "Not known")) as Shows).toMatchObject({
      screens: ["Kim Osei listens to your call."],
    });
    await gateway.ask("press", "Coach");
    await gateway.ask("says", "Coaching Ana");
    await gateway.ask("skip", "60000");
    await networks.plug("broker", "branch0", "up");
    await phone.ask("lamp", "5 ORANGE=on");
    const now = (await phone.ask("label", "Kim Osei")) as Shows;
    expect(now.screens).toEqual(["Kim Osei listens to your call."]);
    await gateway.ask("press", "Leave");
    await phone.ask("lamp", "5 ORANGE=off");
    await phone.ask("label", "Who is with me");
  });

  it("what is forged and what is sent again is dropped and counted, and the phone is told nothing of it", async () => {
    const before = await shows("shows");
    const said = (await witness.ask("heard", `${mac}/show`)) as string[];
    const lit = said.find((text) => text.includes("GREEN=on")) ?? "";
    const newest = JSON.parse(said.at(-1) ?? "{}") as { readonly payload: string; readonly seq: number };
    const say = (topic: string, text: string): Promise<unknown> =>
      witness.ask("say", JSON.stringify({ topic, text, retain: true }));
    await say(show, lit);
    await branch.says(/"stale":1.*older than what is known was dropped/);
    await say(show, JSON.stringify({ ...newest, seq: newest.seq + 1 }));
    await branch.says(/"unsigned":1.*has not signed was dropped/);
    await say(show.replace(mac, "805ec0aa2002"), said.at(-1) ?? "");
    await branch.says(/"foreign":1.*not for the phones of this branch was dropped/);
    await gateway.ask("listen", "Visible");
    // Lamp, label and notice of the new Listen, and nothing else.
    await shows("screens", "2");
    await phone.ask("lamp", "5 GREEN=on");
    const after = await shows("label", "Kim Osei");
    await gateway.ask("press", "Leave");
    expect(after.taken).toBe(before.taken + 3);
    await phone.ask("lamp", "5 GREEN=off");
  });

  it("R5 killed, the branch says nothing and a forged delivery is not believed; started again it shows what is true", async () => {
    await branch.kill();
    await gateway.ask("listen", "Visible");
    const newest = JSON.parse(((await witness.ask("heard", `${mac}/show`)) as string[]).at(-1) ?? "{}") as {
      payload: string;
    };
    const { notices } = JSON.parse(newest.payload) as { readonly notices: readonly { readonly id: string }[] };
    const forged = {
      id: notices[0]?.id,
      kind: "notice",
      result: { outcome: "confirmed" },
      at: Date.now(),
      seal: "c2VhbA",
    };
    const text = JSON.stringify(forged);
    await witness.ask("say", JSON.stringify({ topic: show.replace("show", "delivery"), text, retain: false }));
    await gateway.says(/has not sealed is not believed/);
    await gateway.ask("says", "None of Ana Ruiz's devices has confirmed");
    await startBranch();
    await phone.ask("lamp", "5 GREEN=on");
    expect((await shows("screens", "3")).screens.at(-1)).toBe("Kim Osei listens to your call.");
  });

  it("a gateway that is killed and started again is believed again, and what the old one said is not", async () => {
    await gateway.kill();
    await startGateway();
    // Nobody is with Ana in the world of the new one.
    await phone.ask("lamp", "5 GREEN=off");
    await phone.ask("label", "Who is with me");
    await gateway.ask("call");
    await gateway.ask("listen", "Visible");
    await phone.ask("lamp", "5 GREEN=on");
    await gateway.ask("says", "Ana Ruiz can see you");
    const { screens, complaints } = await shows("screens", "4");
    expect(screens).toHaveLength(4);
    expect(complaints).toEqual([]);
  });
});
