import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../src/clock/index.ts";
import type { Clock, Phone } from "../../src/model/index.ts";
import { type CallHandle, SimulatorPbx } from "../../src/pbx/simulator/index.ts";
import { PushPhone } from "../lab/phones/push-phone.ts";
import type { YealinkPhone } from "../lab/phones/yealink.ts";
import { ana, kim } from "../unit/core/world.ts";
import { type BusyLight, GatewayBench, listen, people, phoneOf, until } from "./bench.ts";

const openForMs = 30_000;
/** Real, but for as long as a heads-up is open, which the test lets pass. */
const open: (() => void)[] = [];
const clock: Clock = {
  now: () => systemClock.now(),
  after: (ms, run) => {
    if (ms !== openForMs) return systemClock.after(ms, run);
    open.push(run);
    return () => void open.splice(0, open.length, ...open.filter((one) => one !== run));
  },
};
const words = "Kim Osei would like to coach you.";

let anasDesk: PushPhone;
let pbx: SimulatorPbx;
let bench: GatewayBench;
let call: CallHandle;
let kims: YealinkPhone;
let anas: YealinkPhone;

/** Kim at her phone, Ana at hers, and Ana's phone takes pushes. */
async function start(hidden: "allowed" | "forbidden" = "allowed"): Promise<void> {
  const common = { vendor: "yealink", model: "T46U", answer: "auto" } as const;
  const phones: Phone[] = [
    { ...common, mac: phoneOf.kim, owner: kim.id },
    { ...common, mac: phoneOf.ana, owner: ana.id, push: anasDesk.push },
  ];
  pbx = new SimulatorPbx({ people, seed: 1, clock: systemClock, script: "manual" });
  bench = new GatewayBench({ pbx, clock, hidden, config: { phones } });
  await bench.start();
  call = pbx.incoming({ to: ana.id, number: "+44155501", name: "Jane Doe", queue: "support" });
  call.answer();
  [kims, anas] = [await bench.phone(phoneOf.kim), await bench.phone(phoneOf.ana)];
}

beforeEach(async () => {
  open.length = 0;
  anasDesk = new PushPhone();
  await anasDesk.start();
});

afterEach(async () => {
  await bench.stop();
  await anasDesk.stop();
  expect(anasDesk.complaints).toEqual([]);
});

/** The first row of the list behind OK. */
async function headsUp(): Promise<void> {
  await kims.ok();
  await kims.ok();
}

const screens = () => anasDesk.taken.flatMap(({ acts }) => acts.flatMap((one) => (one.act === "screen" ? [one] : [])));
const rows = async () => (await bench.gateway.audit({ limit: 1_000 })).filter(({ act }) => act.startsWith("heads-up"));
const lightWords = (light: BusyLight): string[] =>
  light.heard.filter(({ topic }) => topic.endsWith("/notice")).map(({ payload }) => JSON.parse(payload).text);

describe("a heads-up", () => {
  it("R15 stands first on the list behind OK, where every action of the session page is", async () => {
    await start();
    await listen(kims, "Visible");
    await kims.ok();
    expect(kims.rows()).toEqual(["Heads-up", "Take over", "Participants", "Hide", "Coach", "Join", "Leave"]);
    expect(kims.keys()).toEqual(["Heads-up", "Back", "Leave"]);
  });

  it("R15 is a softkey of the session page where nobody may hide", async () => {
    await start("forbidden");
    await listen(kims, "Visible");
    expect(kims.keys()).toEqual(["Heads-up", "Coach", "Join", "Leave"]);
    await kims.press("Heads-up");
    await until(anas, /Kim Osei would like to coach you. Accept\?/);
  });

  it("R15 reaches the agent's page, where it is accepted, and the supervisor sees that", async () => {
    await start();
    await listen(kims, "Visible");
    await headsUp();
    await until(anas, /Kim Osei would like to coach you. Accept\?/);
    expect(anas.keys()).toEqual(["Accept", "Not now", "Private", "Exit"]);
    await anas.press("Accept");
    expect(anas.text()).toMatch(/^Kim Osei listens\n/);
    await until(kims, /Ana Ruiz accepts/);
    expect(await rows()).toMatchObject([
      { act: "heads-up", outcome: "done", supervisor: "3001", agent: "2001" },
      { act: "heads-up-answered", outcome: "done", detail: "seen" },
      { act: "heads-up-answered", outcome: "done", detail: "accepted", supervisor: "3001", agent: "2001" },
    ]);
  });

  it("R15 can be answered with Not now, in the body of the agent's page too", async () => {
    await start();
    await listen(kims, "Visible");
    await headsUp();
    await until(anas, /Accept\?/);
    await anas.ok();
    expect(anas.rows()).toEqual(["Accept", "Not now", "Private", "Help", "Transfer", "Participants"]);
    await anas.press("Not now");
    await until(kims, /Ana Ruiz says: not now/);
    expect((await rows()).at(-1)).toMatchObject({ outcome: "failed", detail: "not-now" });
  });

  it("R15 from hidden asks to become visible first, and tells nobody anything before the yes", async () => {
    await start();
    const light = await bench.busyLight();
    await listen(kims, "Hidden");
    const before = anasDesk.taken.length;
    await headsUp();
    expect(kims.text()).toBe("Ana Ruiz will see you. Go on?");
    expect([anasDesk.taken.length, lightWords(light)]).toEqual([before, []]);
    await kims.press("Go on");
    await light.until(() => lightWords(light).length === 2);
    expect(lightWords(light)).toEqual(["Kim Osei listens to your call.", words]);
    await until(kims, /Ana Ruiz has seen that you would like to coach them/);
  });

  it("R15 a notice that a device at the broker acknowledges counts as seen, and no more", async () => {
    await start();
    anasDesk.mood = "not-found";
    await bench.busyLight();
    await listen(kims, "Visible");
    await headsUp();
    await until(kims, /Ana Ruiz has seen/);
    expect((await rows()).map(({ detail }) => detail)).toEqual([undefined, "seen"]);
  });

  it("R15 is pushed with keys that answer it", async () => {
    await start();
    await listen(kims, "Visible");
    await anasDesk.until(() => screens().length === 1, "that somebody listens");
    await headsUp();
    await anasDesk.until(() => screens().length === 2, "the heads-up");
    const [, screen] = screens();
    expect([screen?.text, screen?.keys.length]).toEqual([words, 2]);
    await anas.get(screen?.keys[0] ?? "");
    await until(kims, /Ana Ruiz accepts/);
  });

  it("R15 is not pushed while the agent holds, and no more once the supervisor has left", async () => {
    await start();
    await listen(kims, "Visible");
    await anasDesk.until(() => screens().length === 1, "that somebody listens");
    call.hold();
    await headsUp();
    await until(anas, /Accept\?/);
    expect(screens()).toHaveLength(1);
    await kims.press("Leave");
    call.resume();
    await kims.press("Calls");
    await listen(kims, "Visible");
    await anasDesk.until(() => screens().length === 2, "that somebody listens again");
    expect(screens().map(({ text }) => text)).not.toContain(words);
  });

  it("R15 at most one is open: a second press says what became of the first", async () => {
    await start();
    await listen(kims, "Visible");
    await headsUp();
    await headsUp();
    expect(kims.text()).toMatch(/Ana Ruiz (is being asked|has seen)/);
    expect((await rows()).filter(({ act }) => act === "heads-up")).toHaveLength(1);
  });

  it("R15 an answer counts for the heads-up that its page showed, and for no later one", async () => {
    await start();
    await listen(kims, "Visible");
    await headsUp();
    await until(anas, /Accept\?/);
    const accept = anas.keyUrl("Accept") ?? "";
    await anas.press("Not now");
    await headsUp();
    await anas.get(accept);
    expect(anas.text()).toMatch(/Accept\?/);
    expect((await rows()).map(({ detail }) => detail)).not.toContain("accepted");
  });

  it("R15 that is not answered in time is not accepted, and no answer counts any more", async () => {
    await start();
    await listen(kims, "Visible");
    await headsUp();
    await until(anas, /Accept\?/);
    const accept = anas.keyUrl("Accept") ?? "";
    for (const pass of [...open]) pass();
    await until(kims, /Ana Ruiz has not accepted/);
    await anas.get(accept);
    expect(anas.keys()).toEqual(["Private", "Help", "Update", "Exit"]);
    expect((await rows()).at(-1)).toMatchObject({ outcome: "failed", detail: "no-answer" });
  });

  it("R6 hiding takes it back", async () => {
    await start();
    await listen(kims, "Visible");
    await headsUp();
    await until(anas, /Accept\?/);
    await kims.press("Hide");
    await until(anas, /No supervisor is shown/);
    expect(anas.keys()).toEqual(["Private", "Help", "Update", "Exit"]);
    expect((await rows()).at(-1)).toMatchObject({ outcome: "failed", detail: "overtaken" });
  });

  it("R15 Coach overtakes it", async () => {
    await start();
    await listen(kims, "Visible");
    await until(kims, /can see you/);
    await headsUp();
    await until(anas, /Accept\?/);
    await kims.press("Coach");
    await until(anas, /Kim Osei may coach you, muted/);
    expect(anas.keys()).toEqual(["Private", "Help", "Update", "Exit"]);
  });
});
