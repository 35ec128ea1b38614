import { request } from "undici";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../src/clock/index.ts";
import { SimulatorPbx } from "../../src/pbx/simulator/index.ts";
import type { YealinkPhone } from "../lab/phones/yealink.ts";
import { ana } from "../unit/core/world.ts";
import { type BusyLight, GatewayBench, people, phoneOf, until } from "./bench.ts";

let pbx: SimulatorPbx;
let bench: GatewayBench;
let phone: YealinkPhone;
let light: BusyLight;

beforeEach(async () => {
  pbx = new SimulatorPbx({ people, seed: 1, clock: systemClock, script: "manual" });
  bench = new GatewayBench({ pbx });
  await bench.start();
  light = await bench.busyLight();
  pbx.incoming({ to: ana.id, number: "+44155501", name: "Jane Doe" }).answer();
  phone = await bench.phone(phoneOf.kim);
});

afterEach(() => bench.stop());

async function coach(): Promise<void> {
  await phone.press("Listen");
  await phone.press("Visible");
  await until(phone, /can see you/);
  await phone.press("Coach");
  await until(phone, /Coaching Ana Ruiz/);
}

/** What the phone of that MAC tells of itself, as its action URL does; then the page is asked for what is true. */
async function tells(path: string, mac: keyof typeof phoneOf = "kim"): Promise<{ status: number; body: string }> {
  const { statusCode, body } = await request(`${await bench.launcher(phoneOf[mac])}${path}`);
  const answer = { status: statusCode, body: await body.text() };
  await phone.open(await bench.launcher(phoneOf.kim));
  return answer;
}

describe("R11 the phone's own mute beside ours", () => {
  it("muted here: the page says that the phone is muted too, until it says otherwise", async () => {
    await coach();
    expect(phone.text()).not.toMatch(/Your phone/);
    await tells("phone/mute");
    expect(phone.text()).toMatch(/Nobody hears you\.\s+Your phone is muted too/);
    await tells("phone/unmute");
    expect(phone.text()).not.toMatch(/Your phone is muted/);
  });

  it("open here: the page warns, and goes on saying who can hear, as the phone's word is not ours", async () => {
    await coach();
    await phone.press("Unmute");
    await tells("phone/mute");
    expect(phone.text()).toMatch(/Ana Ruiz hears you.*\s+But your phone says that it is muted/);
  });

  it("it opens nothing, mutes nothing, voids no press, and the agent is not told", async () => {
    await coach();
    const unmute = phone.keyUrl("Unmute") ?? "";
    await light.until(() => JSON.stringify(light.last("/lamp")).includes('"coach"'));
    const before = light.last("/lamp") as { seq: number };
    const rows = (await bench.gateway.audit({ limit: 1_000 })).length;
    await tells("phone/mute");
    await tells("phone/unmute");
    await tells("phone/mute");
    expect((await bench.gateway.audit({ limit: 1_000 })).length).toBe(rows);
    await phone.get(unmute);
    expect(phone.text()).toMatch(/Ana Ruiz hears you/);
    await light.until(() => JSON.stringify(light.last("/lamp")).includes('"open"'));
    expect(light.last("/lamp")).toMatchObject({ seq: before.seq + 1 });
  });

  it("the phone gets a document that does nothing", async () => {
    const { status, body } = await tells("phone/mute");
    expect(status).toBe(200);
    expect(body).toMatch(
      /^<\?xml version="1.0" encoding="UTF-8"\?>\s*<YealinkIPPhoneExecute Beep="no">\s*<ExecuteItem URI=""\/>/,
    );
  });

  it("only the phone that leads counts, and only what it can say", async () => {
    await coach();
    await tells("phone/mute", "max");
    await tells("phone/muted");
    await tells("phone/");
    await tells("phone/mute%20");
    expect(phone.text()).not.toMatch(/Your phone/);
  });

  it("a new supervision begins with nothing said", async () => {
    await coach();
    await tells("phone/mute");
    await phone.press("Leave");
    await phone.press("Calls");
    await coach();
    expect(phone.text()).not.toMatch(/Your phone/);
  });
});
