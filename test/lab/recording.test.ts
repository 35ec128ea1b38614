import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { until } from "../scenarios/bench.ts";
import { CallCentre, FORBIDDEN, type LabCall, VOICE } from "./call-centre.ts";
import { now } from "./clock.ts";
import { dataFolder } from "./data-folder.ts";
import { leaksIn } from "./hearing.ts";
import { Ear } from "./meter.ts";
import { asteriskPart } from "./parts.ts";
import { has, recordedIn } from "./recorded.ts";
import { TONES } from "./voices.ts";

const part = await asteriskPart();
const asterisk = `Asterisk ${part.ok ? part.version : `(${part.why})`}`;
/** What is recorded, by the beginning of its channel's name. */
const RECORDED = { agent: "PJSIP/2001-", customer: "PJSIP/trunk-", supervision: "PJSIP/3001-sup-" } as const;
const RECORDED_MS = 600;
/** Long enough for whatever was under way to arrive, in milliseconds of audio. */
const AFTERWARDS_MS = 300;
/** Calls that the site records itself, from before the answer. */
const dialplan = `[extensions]
exten => recorded2001,1,MixMonitor(recorded.wav)
 same => n,Dial(PJSIP/2001,30)
exten => recordedt2001,1,MixMonitor(recordedt.wav)
 same => n,Dial(PJSIP/2001,30,t)
`;

type Leg = keyof typeof RECORDED;

/** The whole name of a call's channel. */
async function channelOf({ lab }: CallCentre, leg: Leg): Promise<string> {
  const channels = (await lab.ari("GET", "/channels")) as { name: string }[];
  const found = channels.find(({ name }) => name.startsWith(RECORDED[leg]));
  if (!found) throw new Error(`there is no ${leg} leg`);
  return found.name;
}

/** MixMonitor as a site uses it: both directions of one channel in one file. */
class Recorder {
  readonly #folder = dataFolder("recording");
  readonly #centre: CallCentre;
  #count = 0;

  constructor(centre: CallCentre) {
    this.#centre = centre;
  }

  /** @returns the file that it is written into. */
  async begin(leg: Leg): Promise<string> {
    this.#count += 1;
    const name = `${this.#count}.wav`;
    const file = join(await this.#folder, name);
    const said = await this.#centre.lab.cli(`mixmonitor start ${await channelOf(this.#centre, leg)} ${file}`);
    if (/No channel|not/i.test(said)) throw new Error(said);
    return file;
  }

  /** Ends the newest recording of a leg. */
  async end(leg: Leg): Promise<void> {
    await this.#centre.lab.cli(`mixmonitor stop ${await channelOf(this.#centre, leg)}`);
  }

  async remove(): Promise<void> {
    await rm(await this.#folder, { recursive: true, force: true });
  }
}

/** Waits until a recording is closed. */
async function closed(file: string): ReturnType<typeof recordedIn> {
  await expect
    .poll(
      () =>
        recordedIn(file).then(
          ({ length }) => length,
          () => 0,
        ),
      { timeout: 10_000 },
    )
    .toBeGreaterThan(0);
  return await recordedIn(file);
}

describe(`what MixMonitor records on ${asterisk}`, () => {
  const centre = new CallCentre();
  const recorder = new Recorder(centre);

  beforeAll(() => centre.start());
  afterEach(async () => {
    await centre.quiet();
    await centre.at.kim.speak(VOICE.nobody);
  });
  afterAll(async () => {
    await centre.stop();
    await recorder.remove();
  });

  /** Whose voices a recording of this leg has that is begun and ended now. */
  async function holding(leg: Leg, voice: number, { customerEar }: LabCall): Promise<string> {
    const file = await recorder.begin(leg);
    await customerEar.until(now() + RECORDED_MS);
    await recorder.end(leg);
    const frames = await closed(file);
    const others = Object.values(VOICE).filter((one) => one !== voice);
    expect(leaksIn(frames, others), `what was said before, on the ${leg} leg`).toEqual([]);
    const speakers = { agent: TONES.agent, customer: TONES.customer, supervisor: voice };
    return Object.entries(speakers)
      .flatMap(([who, hz]) => (has(frames, hz) ? [who] : []))
      .join(", ");
  }

  it("R8 holds of each mode what the README's table says; a recording from before the Listen until after it no more", async () => {
    const { page, kim } = centre.at;
    const call = await centre.connect("2001");
    const whole = { agent: await recorder.begin("agent"), customer: await recorder.begin("customer") };
    const row = async (voice: number): Promise<Record<Leg, string>> => {
      const [agent, customer, supervision] = await Promise.all([
        holding("agent", voice, call),
        holding("customer", voice, call),
        holding("supervision", voice, call),
      ]);
      return { agent, customer, supervision };
    };
    const spoken = async (voice: number): Promise<void> => {
      await kim.speak(voice);
      await call.customerEar.until(now() + AFTERWARDS_MS);
    };

    await until(page, /Ana Ruiz/);
    await page.press("Listen");
    const [leg] = await Promise.all([kim.incoming(), page.press("Hidden")]);
    await until(page, /Nobody hears you/);
    await new Ear(leg).hears(TONES.agent);
    const hidden = await row(VOICE.nobody);
    await page.press("Visible");
    await until(page, /can see you/);
    const visible = await row(VOICE.nobody);
    await page.press("Coach");
    await until(page, /Coaching/);
    const coachMuted = await row(VOICE.nobody);
    await spoken(VOICE.agent);
    await page.press("Unmute");
    await until(page, /Ana Ruiz hears you/);
    await call.agentEar.hears(VOICE.agent);
    const coachOpen = await row(VOICE.agent);
    await spoken(VOICE.all);
    await page.press("Join");
    await until(page, /Everybody on the call hears you/);
    await call.customerEar.hears(VOICE.all);
    const joinOpen = await row(VOICE.all);
    await page.press("Mute");
    await until(page, /Nobody hears you/);
    await spoken(VOICE.nobody);
    const joinMuted = await row(VOICE.nobody);
    await page.press("Leave");
    await until(page, /You have left/);

    // A recording of the supervision leg stands before the mic: Mute, Coach and Hidden are behind it.
    const both = { agent: "agent, customer", customer: "agent, customer", supervision: "agent, customer, supervisor" };
    expect({ hidden, visible, coachMuted, coachOpen, joinOpen, joinMuted }).toEqual({
      ...{ hidden: both, visible: both, coachMuted: both, coachOpen: both, joinMuted: both },
      joinOpen: { ...both, customer: "agent, customer, supervisor" },
    });
    await recorder.end("agent");
    await recorder.end("customer");
    expect(leaksIn(await closed(whole.agent), Object.values(VOICE))).toEqual([]);
    const customers = await closed(whole.customer);
    expect(
      leaksIn(
        customers,
        FORBIDDEN.customer.filter((hz) => hz !== TONES.customer),
      ),
    ).toEqual([]);
    expect(has(customers, VOICE.all)).toBe(true);
    expect(await call.customerEar.leaks(FORBIDDEN.customer)).toEqual([]);
  });
});

describe(`R5 Hidden on a recorded call where native RTP bridges are loaded, on ${asterisk}`, () => {
  const centre = new CallCentre({ modules: ["bridge_native_rtp"], dialplan });
  const recorder = new Recorder(centre);

  beforeAll(() => centre.start());
  afterEach(() => centre.quiet());
  afterAll(async () => {
    await centre.stop();
    await recorder.remove();
  });

  const uncertain = /It is not certain that Hidden would not show on this call/;
  const native = /Hidden would show in the sound stream of this call/;

  it.each([
    ["without options", "recorded2001", "native_rtp", native],
    ["with t", "recordedt2001", "simple_bridge", uncertain],
  ])(
    "is refused in words while MixMonitor records a Dial %s, and once it has been stopped",
    async (_, target, technology, then) => {
      const { page, kim } = centre.at;
      const rung = kim.events.length;
      await centre.connect(target);
      const refused = async (words: RegExp): Promise<void> => {
        await until(page, /Ana Ruiz/);
        await page.press("Listen");
        await page.press("Hidden");
        expect(page.text()).toMatch(words);
        await page.press("Calls");
      };
      await refused(uncertain);
      await recorder.end("customer");
      await expect.poll(() => centre.lab.ari("GET", "/bridges"), { timeout: 10_000 }).toMatchObject([{ technology }]);
      await refused(then);
      await kim.settle();
      expect(kim.events.slice(rung)).toEqual([]);
    },
  );
});
