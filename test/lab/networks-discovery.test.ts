import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PhonesSeen } from "../../src/cli/index.ts";
import { runCommand } from "./command.ts";
import { GatewayProcess } from "./gateway-process.ts";
import { Networks } from "./networks.ts";

const device = new URL("discovery-device.ts", import.meta.url).pathname;
const url = "https://phones.example.com/";

/** What both gateways have. */
const common = {
  http: { listen: "0.0.0.0:8080", publicUrl: "http://10.61.1.1:8080" },
  pbx: { kind: "simulator" },
  policy: { hidden: "forbidden" },
  mqtt: { embedded: { listen: "127.0.0.1:1883" } },
  people: [{ extension: "3001", name: "Kim Osei", role: "team-manager", teams: ["support"] }],
  phones: [{ mac: "805ec0aabb01", vendor: "yealink", model: "T46U", extension: "3001" }],
};

interface Booted {
  readonly url: string;
  readonly from: string;
  readonly wrong: readonly string[];
  readonly strange: number;
}

describe("discovery by multicast, between hosts that only a network joins", () => {
  const networks = new Networks();
  const children: ChildProcess[] = [];
  let gateway: GatewayProcess;
  const seen = async (): Promise<PhonesSeen> => (await gateway.ask("phones", "seen")) as PhonesSeen;
  const on = async (host: string, ...words: readonly string[]): Promise<unknown> => {
    const [file = "", ...line] = [...networks.on(host), process.execPath, "--import", "tsx", device, ...words];
    const { code, stdout, stderr } = await runCommand(file, line);
    if (code !== 0) throw new Error(`${words.join(" ")} on ${host}: ${stderr}`);
    return JSON.parse(stdout);
  };

  /** A device that goes on: what it says line by line, and the end of its input. */
  const started = (host: string, ...words: readonly string[]) => {
    const [file = "", ...line] = [...networks.on(host), process.execPath, "--import", "tsx", device, ...words];
    const child = spawn(file, line, { stdio: ["pipe", "pipe", "inherit"] });
    children.push(child);
    const says = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    return {
      next: async (): Promise<unknown> => JSON.parse((await says.next()).value ?? "null"),
      end: () => child.stdin.end(),
    };
  };

  beforeAll(async () => {
    await networks.host("gateway");
    await networks.host("floor");
    await networks.host("lobby");
    await networks.cable(
      { host: "gateway", interface: "floor0", address: "10.61.1.1/24" },
      { host: "floor", interface: "eth0", address: "10.61.1.31/24" },
    );
    await networks.cable(
      { host: "gateway", interface: "lobby0", address: "10.61.2.1/24" },
      { host: "lobby", interface: "eth0", address: "10.61.2.31/24" },
    );
    await networks.address("floor", "eth0", "10.61.1.66/24");
    gateway = new GatewayProcess(
      {
        ...common,
        discovery: {
          url,
          interfaces: [
            { name: "floor0", pnp: "answer", ssdp: "answer" },
            { name: "lobby0", pnp: "listen", ssdp: "listen" },
            { name: "attic0", pnp: "answer", ssdp: "answer" },
          ],
        },
      },
      networks.on("gateway"),
    );
    await gateway.start();
  });
  afterAll(async () => {
    for (const child of children) child.kill("SIGKILL");
    await gateway?.stop();
    await networks.stop();
  });

  it("a network that is not there is no error, and is told", async () => {
    const { standing } = await seen();
    expect(standing.map(({ interface: name, by, state }) => `${name} ${by} ${state}`)).toEqual([
      "floor0 pnp answering",
      "floor0 ssdp answering",
      "lobby0 pnp listening",
      "lobby0 ssdp listening",
      "attic0 pnp away",
      "attic0 ssdp away",
    ]);
    expect(gateway.errors).toContain("has no network");
  });

  it("a phone that boots is told where its configuration is, and is seen with all that it says of itself", async () => {
    const booted = (await on("floor", "boot", "10.61.1.31", "805ec0aabb01")) as Booted;
    expect(booted).toEqual({ url, from: "10.61.1.1", wrong: [], strange: 0 });
    const phone = (await seen()).seen.find(({ mac }) => mac === "805ec0aabb01");
    expect(phone).toMatchObject({
      ...{ by: ["pnp"], vendor: "Yealink", model: "SIP-T46U", firmware: "108.86.0.20" },
      ...{ address: "10.61.1.31", interface: "floor0", extension: "3001" },
    });
  });

  it("where it only listens a phone is seen, and nothing is sent", async () => {
    const asking = started("lobby", "ask", "10.61.2.31", "805ec0aabb02");
    await expect
      .poll(async () => (await seen()).seen.find(({ mac }) => mac === "805ec0aabb02"), { timeout: 20_000 })
      .toMatchObject({ address: "10.61.2.31", interface: "lobby0" });
    // Later than any answer would have come.
    await on("floor", "boot", "10.61.1.31", "805ec0aabb01");
    asking.end();
    expect(await asking.next()).toEqual({ received: 0 });
  });

  it("a device that announces itself is listed as what it says, and nothing is fetched from it", async () => {
    await on("lobby", "announce", "10.61.2.31");
    await expect
      .poll(async () => (await seen()).seen.find(({ by }) => by.includes("ssdp")), { timeout: 20_000 })
      .toMatchObject({ model: "Linux/3.4 UPnP/1.0 <b>&\"' Busylight/2.1", interface: "lobby0" });
  });

  it("the gateway is found, with its description", async () => {
    const found = (await on("floor", "search", "10.61.1.31")) as Record<string, string>;
    expect(found["answered"]).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(found["answered"]).toContain("LOCATION: http://10.61.1.1:8080/discovery/description.xml\r\n");
    expect(found["type"]).toMatch(/^text\/xml/);
    expect(found["description"]).toContain("<presentationURL>http://10.61.1.1:8080/</presentationURL>");
  });

  it("ten thousand hostile datagrams: no crash, no answer, memory flat", async () => {
    const flood = async (seed: string): Promise<void> => {
      const { received, booted } = (await on("floor", "flood", "10.61.1.66", seed)) as {
        received: number;
        booted: Booted;
      };
      expect(received).toBe(0);
      expect(booted).toMatchObject({ url, wrong: [], strange: 0 });
    };
    await flood("one");
    const before = await gateway.memory();
    await flood("two");
    expect((await gateway.memory()) - before).toBeLessThan(32 * 1024);
    expect((await seen()).seen.some(({ mac }) => mac === "805ec0ffffff")).toBe(false);
  });

  it("nobody is answered for somebody else, and who asks and asks gets little", async () => {
    const forged = (await on("floor", "forge", "10.61.1.66", "10.61.1.31")) as { received: number; booted: Booted };
    expect(forged).toMatchObject({ received: 0, booted: { url } });
    const searched = (await on("floor", "searches", "10.61.1.31")) as { received: number };
    expect(searched.received).toBeLessThanOrEqual(15);
  });

  it("ports that somebody else has keep earshot from nothing but discovery, and it says so", async () => {
    const holder = started("lobby", "hold", "10.61.2.31");
    expect(await holder.next()).toEqual({ holding: true });
    const interfaces = [{ name: "eth0", pnp: "listen", ssdp: "listen" }];
    const other = new GatewayProcess({ ...common, discovery: { interfaces } }, networks.on("lobby"));
    try {
      await other.start();
      const { standing } = (await other.ask("phones", "seen")) as PhonesSeen;
      expect(standing.map(({ by, state, why }) => `${by} ${state}: ${why}`)).toEqual([
        "pnp away: eth0 cannot listen: UDP port 5060 is taken, as by a PBX on this machine.",
        "ssdp away: eth0 cannot listen: UDP port 1900 is taken, as by another program on this machine.",
      ]);
    } finally {
      await other.stop();
      holder.end();
    }
  });

  it("a cable that comes later is found; the gateway says goodbye when it stops", async () => {
    await networks.cable(
      { host: "gateway", interface: "attic0", address: "10.61.3.1/24" },
      { host: "lobby", interface: "eth1", address: "10.61.3.31/24" },
    );
    const booted = (await on("lobby", "boot", "10.61.3.31", "805ec0aabb03")) as Booted;
    expect(booted).toMatchObject({ url, from: "10.61.3.1", wrong: [] });
    const listener = started("floor", "goodbye", "10.61.1.31");
    expect(await listener.next()).toEqual({ listening: true });
    gateway.kill("SIGTERM");
    await gateway.gone();
    expect(await listener.next()).toMatchObject({
      goodbye: expect.stringContaining("urn:earshot-supervision:device:Gateway:1"),
    });
  });
});
