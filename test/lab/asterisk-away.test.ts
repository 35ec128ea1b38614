import { setTimeout as rhythm } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type BusyLight, people, until } from "../scenarios/bench.ts";
import { ana, ben } from "../unit/core/world.ts";
import type { AsteriskLab } from "./asterisk.ts";
import { CallCentre, FORBIDDEN, type LabCall, VOICE } from "./call-centre.ts";
import { asteriskPart } from "./parts.ts";
import type { Phone } from "./phone.ts";
import { contentOf, gatewayState, Handed, LiveState, same, shown, topicsOf } from "./retained-set.ts";
import { TONES } from "./voices.ts";

const part = await asteriskPart();
const WITHIN_MS = 30_000;
const ROUNDS = Array.from({ length: 25 }, (_, index) => index + 1);
const handed = new Handed();
const live = new LiveState();

/** A second customer who calls Ben, and Ben who answers: a call after the other, whenever there is a PBX. */
class Traffic {
  readonly #lab: AsteriskLab;
  readonly #customer: Phone;
  readonly #ben: Phone;
  #going = false;
  #done = Promise.resolve();
  calls = 0;

  constructor(lab: AsteriskLab, customer: Phone, agent: Phone) {
    this.#lab = lab;
    this.#customer = customer;
    this.#ben = agent;
  }

  start(): void {
    this.#going = true;
    this.#done = this.#run();
  }

  async stop(): Promise<void> {
    this.#going = false;
    await this.#done;
    await this.#customer.hangUpAll();
    await this.#ben.hangUpAll();
  }

  async #run(): Promise<void> {
    while (this.#going) {
      if (this.#lab.running) await this.#one();
      else await rhythm(20);
    }
  }

  async #one(): Promise<void> {
    const call = await this.#customer.dial("2002");
    const up = await call.answered(2_000).then(
      () => true,
      () => false,
    );
    const over = call.hangUp().catch(() => undefined);
    if (up) {
      await call.ended();
      this.calls += 1;
    }
    await Promise.race([over, rhythm(500)]);
    // The PBX may have taken the call with it, and nobody tells Ben's phone.
    for (const left of this.#ben.calls) void left.hangUp().catch(() => undefined);
  }
}

describe(`a PBX that goes and comes under traffic: ${part.ok ? `Asterisk ${part.version}` : part.why}`, {
  timeout: 90_000,
}, () => {
  const centre = new CallCentre({ cable: true });
  let traffic: Traffic;
  const lights: BusyLight[] = [];

  beforeAll(async () => {
    await centre.start();
    const bens = await centre.phones.add({ account: centre.lab.account("2002"), hz: TONES.far, answer: "always" });
    const customer = await centre.phones.add({ account: centre.lab.account("trunk"), name: "second customer" });
    traffic = new Traffic(centre.lab, customer, bens);
  });
  beforeEach(() => traffic.start());
  afterEach(async () => {
    await traffic.stop();
    for (const light of lights.splice(0)) await light.stop();
    await centre.phones.hangUpAll();
    await centre.quiet();
  });
  afterAll(() => centre.stop());

  /** A visible Listen to Ana's call, in every second round a Coach that she hears. */
  async function supervise(round: number): Promise<LabCall> {
    const { page, kim } = centre.at;
    const call = await centre.connect("2001");
    await until(page, /Ana Ruiz/);
    page.select(page.rows().findIndex((row) => row.includes("Ana Ruiz")));
    await page.press("Listen");
    const [leg] = await Promise.all([kim.incoming(), page.press("Visible")]);
    await leg.answered();
    await until(page, /can see you/);
    if (round % 2 === 0) return call;
    await page.press("Coach");
    await until(page, /Coaching/);
    await kim.speak(VOICE.toAgent);
    await page.press("Unmute");
    await until(page, /hears you/);
    await call.agentEar.hears(VOICE.toAgent);
    return call;
  }

  async function backAgain(says: RegExp): Promise<void> {
    const { calls } = traffic;
    await until(centre.at.page, says, WITHIN_MS);
    await expect.poll(async () => (await centre.bench.gateway.status()).pbx, { timeout: WITHIN_MS }).toBe("connected");
    await expect.poll(() => traffic.calls, { timeout: WITHIN_MS }).toBeGreaterThan(calls + 1);
    await traffic.stop();
  }

  /** A newcomer is told exactly what was handed to the bus last; it is what the state says, and what the PBX has. */
  async function retainedIsTrue(of: { readonly anas: "idle" | "talking"; readonly lamp: string }): Promise<void> {
    const told = (id: string, topic: string) => () => handed.about(id).get(`earshot/agents/${id}/${topic}`);
    await expect.poll(told(ben.id, "call"), { timeout: WITHIN_MS }).toContain('"state":"idle"');
    await expect.poll(told(ana.id, "call"), { timeout: WITHIN_MS }).toContain(`"${of.anas}"`);
    await expect.poll(told(ana.id, "lamp"), { timeout: WITHIN_MS }).toContain(`"${of.lamp}"`);
    const newcomer = await centre.bench.busyLight(["#"]);
    lights.push(newcomer);
    const isTold = (): boolean => same(shown(newcomer), handed.about(ana.id));
    await newcomer.until(() => gatewayState(newcomer) === "online" && isTold(), WITHIN_MS);
    expect(contentOf(shown(newcomer))).toEqual(live.about(ana));
    const ofPeople = [...handed.projection().keys()].filter((topic) => !topic.startsWith("earshot/phones/"));
    expect(ofPeople.length).toBe(people.reduce((sum, person) => sum + topicsOf(person), 0));
  }

  async function nothingLeft(): Promise<void> {
    await centre.quiet();
    await centre.at.kim.speak(VOICE.nobody);
    await expect.poll(() => centre.leftovers(), { timeout: WITHIN_MS }).toEqual({ channels: 0, bridges: 0 });
  }

  it.each(ROUNDS)("killed and started again: nobody is on a call, and lamps say so (round %i)", async (round) => {
    const { page, kim } = centre.at;
    await supervise(round);
    await centre.lab.kill();
    await kim.speak(VOICE.nobody);
    await until(page, /does not answer|phone system/, WITHIN_MS);
    await centre.lab.start();
    await centre.phones.registerAll();
    await backAgain(/Live calls|Ended/);
    await retainedIsTrue({ anas: "idle", lamp: "off" });
    await nothingLeft();
  });

  it.each(ROUNDS)("cut off while calls go on: what ended or stayed meanwhile is so (round %i)", async (round) => {
    const { page } = centre.at;
    const call = await supervise(round);
    const ends = round % 3 === 0;
    centre.cable.cut();
    await until(page, /phone system/, WITHIN_MS);
    if (ends) await call.customer.hangUp();
    centre.cable.mend();
    await backAgain(ends ? /Live calls|Ended/ : /Nobody hears you|hears you/);
    await retainedIsTrue(
      ends ? { anas: "idle", lamp: "off" } : { anas: "talking", lamp: round % 2 ? "coach" : "listen" },
    );
    expect(await call.agentEar.leaks(FORBIDDEN.agent)).toEqual([]);
    expect(await call.customerEar.leaks(FORBIDDEN.customer)).toEqual([]);
    await nothingLeft();
  });
});
