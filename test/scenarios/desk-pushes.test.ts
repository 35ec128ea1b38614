import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../src/clock/index.ts";
import type { Phone } from "../../src/model/index.ts";
import { SimulatorPbx } from "../../src/pbx/simulator/index.ts";
import { PushPhone } from "../lab/phones/push-phone.ts";
import { ana, kim, root } from "../unit/core/world.ts";
import { GatewayBench, listen, people, phoneOf } from "./bench.ts";
import { DeskBrowser } from "./desk-browser.ts";

const right = { person: root.id, password: "correct horse battery" };

let anas: PushPhone;
let kims: PushPhone;
let pbx: SimulatorPbx;
let bench: GatewayBench;
let browsers: DeskBrowser[];

beforeEach(async () => {
  browsers = [];
  [anas, kims] = [new PushPhone(), new PushPhone()];
  await Promise.all([anas.start(), kims.start()]);
  const common = { vendor: "yealink", model: "T46U", answer: "auto" } as const;
  const phones: Phone[] = [
    { ...common, mac: phoneOf.ana, owner: ana.id, lampKey: 5, push: anas.push },
    { ...common, mac: phoneOf.kim, owner: kim.id, push: kims.push },
    { ...common, mac: phoneOf.root, owner: root.id },
  ];
  pbx = new SimulatorPbx({ people, seed: 1, clock: systemClock, script: "manual" });
  bench = new GatewayBench({ pbx, config: { phones, desk: { kind: "accounts", accounts: [right] } } });
  await bench.start();
});

afterEach(async () => {
  for (const one of browsers) await one.stop();
  await bench.stop();
  await Promise.all([anas.stop(), kims.stop()]);
});

async function signedIn(): Promise<DeskBrowser> {
  const desk = new DeskBrowser(new URL(await bench.launcher(phoneOf.kim)).origin);
  browsers.push(desk);
  expect((await desk.post("/desk/sign-in", right)).status).toBe(204);
  await desk.open();
  await desk.until(() => desk.last("floor") !== undefined);
  return desk;
}

async function kimListens(how: "Visible" | "Hidden"): Promise<void> {
  const page = await bench.phone(phoneOf.kim);
  await listen(page, how);
}

/** What the desk was told of pushes to phones, in order. */
const pushed = (desk: DeskBrowser): string[] =>
  desk
    .all("push")
    .filter(({ push }) => push.by === "http")
    .map(({ push }) => `${push.person} ${push.kind} ${push.result}`);

describe("the pushes to phones at the desk", () => {
  it("each is told with its way and its result, and again to whoever comes later", async () => {
    pbx.incoming({ to: ana.id, number: "+44155501", name: "Jane Doe", queue: "support" }).answer();
    const desk = await signedIn();
    await kimListens("Visible");
    const told = [`${ana.id} lamp confirmed`, `${ana.id} label confirmed`, `${ana.id} notice confirmed`];
    await desk.until(() => [...told, `${kim.id} page confirmed`].every((one) => pushed(desk).includes(one)));
    const late = await signedIn();
    await late.until(() => pushed(late).length >= pushed(desk).length);
    expect(pushed(late)).toEqual(pushed(desk));
  });

  it("one that failed is told as failed", async () => {
    kims.mood = "not-found";
    pbx.incoming({ to: ana.id, number: "+44155501", name: "Jane Doe", queue: "support" }).answer();
    const desk = await signedIn();
    await kimListens("Hidden");
    await desk.until(() => pushed(desk).includes(`${kim.id} page failed`));
  });

  it("R12 that a supervisor's page opened is told to an administrator after their own call, never in it", async () => {
    const own = pbx.internal({ from: ana.id, to: root.id });
    own.answer();
    const desk = await signedIn();
    await kimListens("Hidden");
    await kims.until(() => kims.taken.length > 0, "a page");
    await bench.gateway.audit({ limit: 1 });
    const late = await signedIn();
    await desk.until(() => pushed(desk).length > 0);
    expect([...pushed(desk), ...pushed(late)].filter((one) => one.includes("page"))).toEqual([]);
    own.hangUp();
    await desk.until(() => pushed(desk).includes(`${kim.id} page confirmed`));
    await late.until(() => pushed(late).includes(`${kim.id} page confirmed`));
  });
});
