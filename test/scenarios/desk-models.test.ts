import { afterEach, describe, expect, it } from "vitest";
import { systemClock } from "../../src/clock/index.ts";
import type { DeskConfig } from "../../src/model/index.ts";
import { SimulatorPbx } from "../../src/pbx/simulator/index.ts";
import { PolycomPhone } from "../lab/phones/polycom.ts";
import { YealinkPhone } from "../lab/phones/yealink.ts";
import { ana, root } from "../unit/core/world.ts";
import { GatewayBench, people, phoneOf } from "./bench.ts";
import { DeskBrowser } from "./desk-browser.ts";

const right = { person: root.id, password: "a long password of Root" };
let bench: GatewayBench;
const stopping: { stop: () => Promise<unknown> }[] = [];

afterEach(async () => {
  for (const one of stopping.splice(0)) await one.stop();
  await bench.stop();
});

async function desk(config: DeskConfig): Promise<DeskBrowser> {
  const pbx = new SimulatorPbx({ people, seed: 1, clock: systemClock, script: "manual" });
  bench = new GatewayBench({ pbx, config: { desk: config } });
  await bench.start();
  pbx.incoming({ to: ana.id, number: "+44155501", name: "Jane Doe", queue: "support" }).answer();
  const made = new DeskBrowser(new URL(await bench.launcher(phoneOf.kim)).origin);
  stopping.push(made);
  if (config.kind === "accounts") expect((await made.post("/desk/sign-in", right)).status).toBe(204);
  await made.open();
  await made.until(() => made.last("floor") !== undefined);
  return made;
}

const drawnOn = (of: DeskBrowser, mac: string) => of.last("hello")?.phones.find((phone) => phone.mac === mac);
const as = (mac: string, vendor: string, model: string) => ({ mac, vendor, model });

async function titleOn(phone: PolycomPhone | YealinkPhone, url: string): Promise<string> {
  stopping.push(phone);
  await phone.open(url);
  return phone.title();
}

describe("a desk that is open to all", () => {
  it("draws a phone as whatever model is chosen, told to every browser, and the phone gets that model's documents", async () => {
    const one = await desk({ kind: "open" });
    const other = new DeskBrowser(new URL(await bench.launcher(phoneOf.kim)).origin);
    stopping.push(other);
    await other.open();
    expect((await one.post("/desk/model", as(phoneOf.kim, "polycom", "SPIP550"))).status).toBe(204);
    await other.until(() => drawnOn(other, phoneOf.kim)?.form === "soundpoint");
    expect(drawnOn(other, phoneOf.ana)?.form).toBe("yealink");
    const url = drawnOn(other, phoneOf.kim)?.url ?? "";
    expect(url).toBe(await bench.launcher(phoneOf.kim));
    expect(await titleOn(new PolycomPhone({ model: "SPIP_550" }), url)).toBe("Live calls (1)");
    expect((await one.post("/desk/model", as(phoneOf.kim, "yealink", "t46u"))).status).toBe(204);
    expect(await titleOn(new YealinkPhone(), url)).toBe("Live calls (1)");
  });

  it("refuses in words what it cannot draw and whose phone it does not know", async () => {
    const one = await desk({ kind: "open" });
    const undrawable = await one.post("/desk/model", as(phoneOf.kim, "polycom", "CCX400"));
    expect([undrawable.status, undrawable.text]).toEqual([409, '{"sentence":"The desk cannot draw this model."}']);
    expect((await one.post("/desk/model", as(phoneOf.kim, "constructor", "x"))).status).toBe(409);
    expect((await one.post("/desk/model", as("0123456789ab", "polycom", "VVX500"))).status).toBe(400);
    const elsewhere = { origin: "http://evil.example", "sec-fetch-site": "cross-site" };
    expect((await one.post("/desk/model", as(phoneOf.kim, "polycom", "VVX500"), elsewhere)).status).toBe(403);
    expect(drawnOn(one, phoneOf.kim)?.form).toBe("yealink");
  });
});

describe("a desk of accounts", () => {
  it("draws the administrator's phone as the chosen model, and no phone of anybody else's", async () => {
    const one = await desk({ kind: "accounts", accounts: [right] });
    const mac = one.last("hello")?.phones[0]?.mac ?? "";
    expect((await one.post("/desk/model", as(phoneOf.kim, "polycom", "VVX500"))).status).toBe(403);
    expect((await one.post("/desk/model", as(mac, "polycom", "VVX500"))).status).toBe(204);
    await one.until(() => drawnOn(one, mac)?.form === "vvx");
    expect(await titleOn(new PolycomPhone({ model: "VVX_500" }), drawnOn(one, mac)?.url ?? "")).toBe("Live calls (1)");
    expect(await titleOn(new YealinkPhone(), await bench.launcher(phoneOf.kim))).toBe("Live calls (1)");
    const stranger = new DeskBrowser(new URL(await bench.launcher(phoneOf.kim)).origin);
    stopping.push(stranger);
    expect((await stranger.post("/desk/model", as(mac, "polycom", "VVX500"))).status).toBe(401);
  });
});
