import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Phone, PhoneWish } from "../../src/model/index.ts";
import { fetchAsPhone } from "../lab/phones/boot-phone.ts";
import { ana, kim } from "../unit/core/world.ts";
import { GatewayBench } from "./bench.ts";

const who = "os:root";
const mac = "805ec0aa5001" as Phone["mac"];
const anas: PhoneWish = { mac, vendor: "yealink", model: "T46U", extension: ana.extension, lampKey: "3" };
const kims: PhoneWish = { ...anas, extension: kim.extension };

let bench: GatewayBench;
let base: string;
beforeAll(async () => {
  bench = new GatewayBench({ config: { provisioning: { mode: "overlay", serve: true } } });
  await bench.start();
});
afterAll(() => bench.stop());

const book = () => bench.gateway.phonesBook();

/** The status of the phone's file, asked for without any right but the window's. */
async function asked(): Promise<number> {
  const { status } = await fetchAsPhone(base, `earshot-${mac}.cfg`);
  return status;
}

describe("the window of a phone", () => {
  beforeEach(async () => {
    await book().retire(who, mac);
    expect(await book().add(who, anas)).toMatchObject({ ok: true });
    const opened = await bench.gateway.enrol({ macs: [mac], minutes: 30 });
    if (!opened.ok) throw new Error(opened.sentence);
    base = opened.value.url;
    expect(await asked()).toBe(200);
  });

  it("is shut once it is retired, and stays so where one of that MAC address comes again", async () => {
    expect(await book().retire(who, mac)).toMatchObject({ ok: true });
    expect(await book().add(who, kims)).toMatchObject({ ok: true });
    expect(await asked()).toBe(401);
  });

  it("is shut once it is another person's", async () => {
    expect(await book().change(who, mac, { extension: kim.extension })).toMatchObject({ ok: true });
    expect(await asked()).toBe(401);
  });

  it("is open still where something else of it is changed", async () => {
    expect(await book().change(who, mac, { lampKey: "4" })).toMatchObject({ ok: true });
    expect(await asked()).toBe(200);
  });
});

describe("who gives phones their files", () => {
  it("is what the gateway says of itself", async () => {
    expect(await bench.gateway.status()).toMatchObject({ phoneFiles: "overlay" });
  });
});
