import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../../src/clock/index.ts";
import type { Phone } from "../../../src/model/index.ts";
import { SimulatorPbx } from "../../../src/pbx/simulator/index.ts";
import { pairwise } from "../../lab/phones/pairwise.ts";
import { PushPhone } from "../../lab/phones/push-phone.ts";
import { type Switches, YealinkPhone } from "../../lab/phones/yealink.ts";
import { switches } from "../../lab/phones/yealink-switches.ts";
import { GatewayBench, people, phoneOf } from "../../scenarios/bench.ts";
import { ana, kim } from "../../unit/core/world.ts";

/** Two models with and without an OK key and lamps beside their keys, and every switch of the strict phone both ways. */
const ways = Object.entries(switches).map(([name, { ways }]) => [name, ways] as const);
const factors: Readonly<Record<string, readonly unknown[]>> = {
  model: ["T46U", "T48U", "T42U"],
  ...Object.fromEntries(ways),
};
const choices = pairwise(factors) as readonly (Switches & { readonly model: string })[];

describe("the choices", () => {
  const pairs = Object.entries(factors).flatMap(([name, values], at) =>
    Object.entries(factors)
      .slice(at + 1)
      .flatMap(([other, others]) =>
        [...values].flatMap((one) => [...others].map((another) => [name, one, other, another] as const)),
      ),
  );

  it("have every two values of two switches together in one of them", () => {
    const at = (choice: object, name: string): unknown => Object.entries(choice).find(([key]) => key === name)?.[1];
    const met = ([name, one, other, another]: (typeof pairs)[number]) =>
      choices.some((choice) => at(choice, name) === one && at(choice, other) === another);
    expect(pairs.filter((pair) => !met(pair))).toEqual([]);
    expect(pairs.length).toBeGreaterThan(1_000);
  });

  it("are few", () => expect(choices.length).toBeLessThanOrEqual(20));
});

let anas: PushPhone;
let kims: PushPhone;
let agent: YealinkPhone;
let page: YealinkPhone;
let pbx: SimulatorPbx;
let bench: GatewayBench;

async function start(choice: Switches & { readonly model: string }): Promise<string> {
  const { checksSender } = choice;
  [anas, kims] = [new PushPhone({ checksSender }), new PushPhone({ checksSender })];
  await Promise.all([anas.start(), kims.start()]);
  const common = { vendor: "yealink", model: choice.model, answer: "auto" } as const;
  const phones: Phone[] = [
    { ...common, mac: phoneOf.ana, owner: ana.id, lampKey: 5, push: anas.push },
    { ...common, mac: phoneOf.kim, owner: kim.id, push: kims.push },
  ];
  pbx = new SimulatorPbx({ people, seed: 1, clock: systemClock, script: "manual" });
  bench = new GatewayBench({ pbx, config: { phones } });
  await bench.start();
  await Promise.all([agent.stop(), page.stop()]);
  [agent, page] = [new YealinkPhone(choice), new YealinkPhone(choice)];
  [anas.handset, kims.handset] = [agent, page];
  return bench.launcher(phoneOf.kim);
}

beforeEach(() => {
  [agent, page] = [new YealinkPhone(), new YealinkPhone()];
});
afterEach(async () => {
  await Promise.all([agent.stop(), page.stop(), bench?.stop()]);
  await Promise.all([anas?.stop(), kims?.stop()]);
});

/** What a supervisor does who sees that a page is not there or is old: presses the launcher key. */
async function says(launcher: string, what: RegExp): Promise<void> {
  const end = performance.now() + 20_000;
  for (;;) {
    if (page.shows !== "page") await page.open(launcher);
    if (what.test(`${page.title()}\n${page.text()}`)) return;
    if (performance.now() > end) throw new Error(`the phone never said ${what}:\n${page.screen}`);
    if (!(await page.refresh())) await page.open(launcher);
  }
}

const rowOf = (what: RegExp): number => page.rows().findIndex((row) => what.test(row));
const named = choices.map((choice) => {
  const unusual = ways.filter(([name, [usual]]) => choice[name as keyof Switches] !== usual).map(([name]) => name);
  return [`a ${choice.model}, ${unusual.join(", ") || "all as usual"}`, choice] as const;
});

describe("however a phone is, a supervision goes from the board to its end", () => {
  it.each(named)("%s", async (_, choice) => {
    const launcher = await start(choice);
    pbx.incoming({ to: ana.id, number: "+44155501", name: "Zoë Söhne", queue: "support" }).answer();
    agent.callBegins();

    // The call of a row, by its own page: no key needs a selection.
    await page.open(launcher);
    page.select(rowOf(/Ana/));
    await page.ok();
    expect(page.text()).toMatch(/Zoë Söhne/);
    await page.press("Listen");
    const pressed = page.press("Visible");
    page.callBegins();
    await pressed;
    await kims.until(() => kims.taken.length > 0 && page.gets.some(({ url }) => url.endsWith("/session")), "the page");
    await says(launcher, /Nobody hears you/);
    await page.press("Coach");
    await says(launcher, /Coaching Ana/);
    await page.press("Unmute");
    await says(launcher, /hears you/);
    const lit = choice.model !== "T48U" || choice.lampsOnScreens;
    await anas.until(() => anas.taken.some(({ acts }) => JSON.stringify(acts).includes("slowflash")), "a lamp");
    await anas.until(() => !lit || agent.lamps.get("5 ORANGE") === "slowflash", "the lamp of the phone");
    await page.press("Mute");
    await says(launcher, /Nobody hears you|muted/i);
    // What has no softkey is behind OK, or behind any line where there is no such key.
    await page.ok();
    expect(page.rows()).toEqual(expect.arrayContaining(["Heads-up", "Participants"]));
    await page.press("Leave");
    page.callEnds();
    await says(launcher, /Live calls|Ended/);

    // What is typed finds the call.
    await page.open(launcher);
    page.select(rowOf(/Find/));
    await page.ok();
    page.select(rowOf(/letters/i));
    await page.ok();
    page.type("Zoë");
    await page.press("OK");
    expect(page.title()).toMatch(/^Found \(1\)/);
    expect([...anas.complaints, ...kims.complaints]).toEqual([]);
  });
});
