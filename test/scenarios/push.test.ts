import { request } from "undici";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../src/clock/index.ts";
import type { Clock, Person, Phone } from "../../src/model/index.ts";
import { type CallHandle, SimulatorPbx } from "../../src/pbx/simulator/index.ts";
import { PushPhone } from "../lab/phones/push-phone.ts";
import type { YealinkPhone } from "../lab/phones/yealink.ts";
import { ana, dita, kim } from "../unit/core/world.ts";
import { GatewayBench, listen, people, phoneOf, until } from "./bench.ts";

const hostile = `<b>&"'</b>, \\ 👩\u0001`;

let anas: PushPhone;
let kims: PushPhone;
let pbx: SimulatorPbx;
let bench: GatewayBench;
let call: CallHandle;
let page: YealinkPhone;

/** The simulator, two phones with web servers of their own, and nobody at the broker. */
async function start(everybody: readonly Person[] = people, clock: Clock = systemClock): Promise<void> {
  const common = { vendor: "yealink", model: "T46U", answer: "auto" } as const;
  const phones: Phone[] = [
    { ...common, mac: phoneOf.ana, owner: ana.id, lampKey: 5, push: anas.push },
    { ...common, mac: phoneOf.kim, owner: kim.id, push: kims.push },
  ];
  pbx = new SimulatorPbx({ people: everybody, seed: 1, clock: systemClock, script: "manual" });
  bench = new GatewayBench({ pbx, clock, config: { phones, people: everybody } });
  await bench.start();
  call = pbx.incoming({ to: ana.id, number: "+44155501", name: "Jane Doe", queue: "support" });
  call.answer();
  page = await bench.phone(phoneOf.kim);
}

beforeEach(async () => {
  [anas, kims] = [new PushPhone({ algorithm: "SHA-256" }), new PushPhone()];
  await Promise.all([anas.start(), kims.start()]);
});

afterEach(async () => {
  await bench.stop();
  await Promise.all([anas.stop(), kims.stop()]);
  expect([...anas.complaints, ...kims.complaints]).toEqual([]);
});

const lamp = (colour: string): string | undefined => anas.lamps.get(`5 ${colour}`);
const screens = (): string[] =>
  anas.taken.flatMap(({ acts }) => acts.flatMap((one) => (one.act === "screen" ? [one.text] : [])));
const labels = (): string[] =>
  anas.taken.flatMap(({ acts }) => acts.flatMap((one) => (one.act === "label" ? [one.text] : [])));
const openedAtKims = (): number => kims.taken.filter(({ acts }) => acts.some(({ act }) => act === "open")).length;

describe("a phone that takes pushes by HTTP", () => {
  it("R5 lights up and says who is there, and its own word is the confirmation, without any device at the broker", async () => {
    await start();
    await listen(page, "Visible");
    await until(page, /Ana Ruiz can see you/);
    await anas.until(() => lamp("GREEN") === "on", "the green lamp");
    expect(screens()).toEqual(["Kim Osei listens to your call."]);
    await page.press("Coach");
    await anas.until(() => lamp("ORANGE") === "on" && lamp("GREEN") === "off", "the orange lamp");
    await page.press("Unmute");
    await anas.until(() => lamp("ORANGE") === "slowflash", "the lamp that blinks");
    await page.press("Leave");
    await anas.until(() => lamp("ORANGE") === "off", "no lamp");
    expect(screens()).toEqual(["Kim Osei listens to your call.", "Kim Osei is there to coach you."]);
  });

  it("R5 that has registered again is shown lamp and label again, as a phone that was away has forgotten them", async () => {
    await start();
    await listen(page, "Visible");
    await anas.until(() => lamp("GREEN") === "on", "the green lamp");
    await anas.until(() => labels().length === 2, "the label of the start, and Kim's");
    const [before, notices] = [anas.taken.length, screens()];
    anas.lamps.clear();
    const { statusCode } = await request(`${await bench.launcher(phoneOf.ana)}phone/registered`);
    expect(statusCode).toBe(200);
    await anas.until(() => lamp("GREEN") === "on" && labels().length === 3, "lamp and label again");
    expect(anas.taken.length).toBe(before + 2);
    expect(labels()[2]).toBe(labels()[1]);
    expect(screens()).toEqual(notices);
  });

  it("is sent nothing any more by a gateway that has stopped", async () => {
    const waits = new Map<object, number>();
    const after: Clock["after"] = (ms, run) => {
      const wait = {};
      waits.set(wait, ms);
      const cancel = systemClock.after(ms, () => {
        waits.delete(wait);
        run();
      });
      return () => {
        waits.delete(wait);
        cancel();
      };
    };
    await start(people, { now: systemClock.now, after });
    const minutes = () => [...waits.values()].filter((ms) => ms > 60_000);
    expect(minutes()).toHaveLength(1);
    await bench.gateway.stop();
    expect(minutes()).toEqual([]);
  });

  it("R5 gets nothing at all of a hidden supervision", async () => {
    await start();
    await anas.until(() => anas.taken.length === 2, "lamp and label of the start");
    const requests = anas.statuses.length;
    await listen(page, "Hidden");
    await kims.until(() => openedAtKims() > 0, "a push to the supervisor");
    await page.press("Leave");
    await page.open(await bench.launcher(phoneOf.kim));
    await listen(page, "Visible");
    await anas.until(() => lamp("GREEN") === "on", "the green lamp");
    await anas.until(() => screens().length === 1, "the notice");
    // Lamp, label and notice of the visible one, and nothing before them.
    expect(anas.taken[2]?.acts).toContainEqual({ act: "led", line: 5, colour: "GREEN", state: "on" });
    expect(anas.statuses.length).toBe(requests + 3);
  });

  it("names of every kind reach the screen as they are", async () => {
    await start(people.map((one) => (one.id === kim.id ? { ...one, name: hostile } : one)));
    await listen(page, "Visible");
    await anas.until(() => screens().length === 1, "a notice");
    expect(screens()).toEqual([`<b>&"'</b>, \\ 👩 listens to your call.`]);
  });

  it("is told by its supervisor's page when no phone answers", async () => {
    anas.mood = "not-found";
    await start();
    await listen(page, "Visible");
    await until(page, /None of Ana Ruiz's devices has confirmed/);
    const rows = await bench.gateway.phones({ showUrls: false });
    expect(rows.find(({ mac }) => mac === phoneOf.ana)?.lastPush?.result).toMatchObject({
      outcome: "failed",
      again: false,
    });
  });
});

describe("the supervisor's phone", () => {
  it("opens its session by itself when the leg is answered, and again when the call is over", async () => {
    await start();
    const urls: string[] = [];
    kims.onOpen = (url) => urls.push(url);
    await listen(page, "Hidden");
    await kims.until(() => urls.length > 0, "a page");
    await page.get(urls[0] ?? "");
    expect(page.text()).toMatch(/Nobody hears you/);
    const before = urls.length;
    call.hangUp();
    await kims.until(() => urls.length > before, "the page of the end");
    await page.get(urls.at(-1) ?? "");
    expect(page.text()).toMatch(/The call of Ana Ruiz is over/);
  });

  it("R18 opens its session by itself when the call has left the agent, and when another one has taken it", async () => {
    await start([...people, dita]);
    const urls: string[] = [];
    kims.onOpen = (url) => urls.push(url);
    await listen(page, "Hidden");
    await kims.until(() => urls.length > 0, "a page");
    await page.get(urls[0] ?? "");
    const before = urls.length;
    call.transfer({ kind: "internal", person: dita.id });
    await kims.until(() => urls.length > before, "the page of a call between two agents");
    await page.get(urls.at(-1) ?? "");
    expect(page.text()).toMatch(/The call has left Ana Ruiz/);
    const between = urls.length;
    call.answer();
    await kims.until(() => urls.length > between, "the page of the next agent");
    await page.get(urls.at(-1) ?? "");
    expect(page.text()).toMatch(/you now hear Dita Novak/);
  });

  it("no page's key, address or password is in the log", async () => {
    anas.mood = "forbidden";
    await start();
    await listen(page, "Visible");
    await kims.until(() => openedAtKims() > 0, "a page");
    const token = /\/p\/([^/]+)/.exec(await bench.launcher(phoneOf.kim))?.[1] ?? "none";
    const log = bench.lines.join("\n");
    expect(log).toContain("a push did not reach the phone");
    expect(log).not.toContain(token);
    expect(log).not.toContain(anas.push.password);
  });
});
