import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { until } from "../scenarios/bench.ts";
import { CallCentre, FORBIDDEN, type LabCall, VOICE } from "./call-centre.ts";
import { now } from "./clock.ts";
import { between, levelOf, thresholdOf } from "./hearing.ts";
import { Ear, measured } from "./meter.ts";
import { asteriskPart } from "./parts.ts";
import { RawSupervision } from "./raw-supervision.ts";
import { TONES } from "./voices.ts";

const part = await asteriskPart();
/** Each cell is judged over this time, after the press has been answered. */
const CELL_MS = 1_000;
/** The supervisor's voice is grey from so long before an opening press (design section 6). */
const BEFORE_OPENING_MS = 500;
const ALL_VOICES = Object.values(VOICE);

/** The supervisor's voice around a closing press. */
interface Fading {
  readonly before: number;
  readonly grey: number;
  readonly after: number;
}

interface Line {
  readonly mode: string;
  readonly agent: string;
  readonly customer: string;
  readonly supervisor: string;
  readonly press: string;
}

describe(`the audio matrix on Asterisk ${part.ok ? part.version : `(${part.why})`}`, () => {
  const centre = new CallCentre();
  const report: string[] = [];

  beforeAll(() => centre.start());
  afterEach(() => centre.quiet());
  afterAll(async () => {
    console.log(report.join("\n"));
    await centre.stop();
  });

  /** One run over all modes, every press made on the Yealink page and every cell measured. */
  class Run {
    readonly lines: Line[] = [];
    #supervisor: Ear | undefined;
    #attachedAt = 0;
    #gone = false;

    constructor(private readonly call: LabCall) {}

    get supervisor(): Ear {
      if (!this.#supervisor) throw new Error("nobody listens yet");
      return this.#supervisor;
    }

    async listen(how: "Visible" | "Hidden"): Promise<string> {
      const { page, kim } = centre.at;
      await until(page, /Ana Ruiz/);
      await page.press("Listen");
      const pressed = now();
      const [leg] = await Promise.all([kim.incoming(), page.press(how)]);
      this.#supervisor = new Ear(leg);
      const first = await this.supervisor.hears(TONES.agent);
      await this.supervisor.hears(TONES.customer);
      this.#attachedAt = first;
      await until(page, /Nobody hears you/);
      if (how === "Visible") await until(page, /can see you/);
      return `first frame ${Math.round(first - pressed)} ms`;
    }

    /** From now on there is no supervisor to measure. */
    left(): void {
      this.#gone = true;
    }

    /** A press that lets nobody hear more: the voice is forbidden throughout. */
    async still(key: string, says: RegExp): Promise<string> {
      const { page } = centre.at;
      const get = await page.press(key);
      await until(page, says);
      return get ? `page ${Math.round(get.end - get.start)} ms` : "";
    }

    /** A press after which somebody hears more: grey from half a second before until the page says open. */
    async opening(key: string, says: RegExp, grey: number, open: number, newListener: Ear): Promise<string> {
      const { page, kim } = centre.at;
      const spoken = await kim.speak(grey);
      await this.supervisor.until(spoken + BEFORE_OPENING_MS);
      const pressed = now();
      await page.press(key);
      await until(page, says);
      await kim.speak(open);
      await newListener.hears(open, pressed);
      const [first] = await newListener.leaks([grey, open], pressed);
      return `first frame ${Math.round((first?.at ?? Number.NaN) - pressed)} ms`;
    }

    /** A press after which somebody hears less: grey from the press until the page says so, then what is still promised. */
    async closing(key: string, says: RegExp, voice: Fading, lostListener: Ear): Promise<string> {
      const { page, kim } = centre.at;
      await kim.speak(voice.grey);
      const pressed = now();
      await page.press(key);
      await until(page, says);
      const saidAt = await kim.speak(voice.after);
      await lostListener.until(saidAt + 200);
      const last = (await lostListener.leaks([voice.before, voice.grey], pressed)).at(-1)?.at;
      return last === undefined ? "none after the press" : `last frame ${Math.round(last - pressed)} ms`;
    }

    /** Measures what agent, customer and supervisor hear, and notes a line of the matrix. */
    async cells(mode: string, press: string, heard: { agent?: number; customer?: number }): Promise<void> {
      const { agentEar, customerEar } = this.call;
      const forbid = (tone: number | undefined, always: readonly number[]): number[] => [
        ...new Set([...ALL_VOICES.filter((voice) => voice !== tone), ...always]),
      ];
      const cell = (ear: Ear, other: number, voice: number | undefined, more: number[], always: readonly number[]) =>
        measured(() =>
          ear.listen(CELL_MS, { other, expect: [...(voice ? [voice] : []), ...more], forbid: forbid(voice, always) }),
        );
      const supervisors =
        this.#supervisor && !this.#gone
          ? cell(this.#supervisor, TONES.agent, undefined, [TONES.customer], FORBIDDEN.supervisor)
          : undefined;
      const [agent, customer, supervisor] = await Promise.all([
        cell(agentEar, TONES.customer, heard.agent, [], FORBIDDEN.agent),
        cell(customerEar, TONES.agent, heard.customer, [], FORBIDDEN.customer),
        supervisors,
      ]);
      expect([agent.missing, customer.missing, supervisor?.missing ?? []], mode).toEqual([[], [], []]);
      this.lines.push({
        mode,
        agent: heard.agent ? "customer, supervisor" : "customer",
        customer: heard.customer ? "agent, supervisor" : "agent",
        supervisor: supervisor ? "agent, customer" : "-",
        press,
      });
    }

    /**
     * No frame of a code that was ever forbidden, however late; nobody hears themselves; nobody lost anybody: neither by
     * RTP time, nor by ear, since a mixer may fill a gap with silence. One frame of 20 ms may be lost at a switch.
     */
    async wholeCall(connectedAt: number, leftAt: number): Promise<void> {
      const { agentEar, customerEar } = this.call;
      expect(await agentEar.leaks(FORBIDDEN.agent)).toEqual([]);
      expect(await customerEar.leaks(FORBIDDEN.customer)).toEqual([]);
      expect(await this.supervisor.leaks(FORBIDDEN.supervisor)).toEqual([]);
      expect(await agentEar.gaps()).toEqual([]);
      expect(await customerEar.gaps()).toEqual([]);
      const lost = (await this.supervisor.gaps(this.#attachedAt, leftAt)).map((gap) => gap.framesByTimestamp ?? 99);
      expect(Math.max(0, ...lost), "frames the supervisor lost at a switch").toBeLessThanOrEqual(1);
      const missed = {
        agent: await missedFrames(agentEar, TONES.customer, connectedAt, now()),
        customer: await missedFrames(customerEar, TONES.agent, connectedAt, now()),
        supervisorOfAgent: await missedFrames(this.supervisor, TONES.agent, this.#attachedAt, leftAt),
        supervisorOfCustomer: await missedFrames(this.supervisor, TONES.customer, this.#attachedAt, leftAt),
      };
      expect(missed.agent + missed.customer, "frames agent and customer lost of each other").toBe(0);
      expect(Math.max(missed.supervisorOfAgent, missed.supervisorOfCustomer)).toBeLessThanOrEqual(1);
    }
  }

  /** The most frames in a row in which a tone is missing, by RTP sequence: delays of a busy machine do not count. */
  async function missedFrames(ear: Ear, hz: number, from: number, to: number): Promise<number> {
    const frames = await ear.frames();
    const threshold = thresholdOf(frames, hz);
    let longest = 0;
    let run = 0;
    for (const frame of between(frames, from, to)) {
      run = levelOf(frame, hz) < threshold ? run + 1 : 0;
      longest = Math.max(longest, run);
    }
    return longest;
  }

  it("the meter of this run reports a raw snoop that is opened to both sides for a moment", async () => {
    const { kim } = centre.at;
    const { agentEar, customerEar } = await centre.connect("2001");
    const raw = new RawSupervision(centre.lab);
    await Promise.all([kim.incoming(), raw.start("PJSIP/3001-sup", "2001")]);
    await raw.whisper("both");
    await Promise.all([agentEar.hears(VOICE.nobody), customerEar.hears(VOICE.nobody)]);
    await raw.stop();
    expect((await agentEar.leaks(FORBIDDEN.agent)).length).toBeGreaterThanOrEqual(10);
    expect((await customerEar.leaks(FORBIDDEN.customer)).length).toBeGreaterThanOrEqual(10);
  });

  it.each([
    ["Dial", "2001"],
    ["Queue", "600"],
  ])("R4 R8 R9 R10 every mode by %s is heard by those it promises and by nobody else", async (kind, target) => {
    const call = await centre.connect(target);
    const connectedAt = now();
    const { agentEar, customerEar } = call;
    const run = new Run(call);
    const { page } = centre.at;

    await run.cells("hidden listen", await run.listen("Hidden"), {});
    await run.cells("visible listen", await run.still("Visible", /can see you/), {});
    await run.cells("coach, muted", await run.still("Coach", /Coaching/), {});
    const coachOpen = /Ana Ruiz hears you/;
    const joinOpen = /Everybody on the call hears you/;
    const muted = /Nobody hears you/;
    let press = await run.opening("Unmute", coachOpen, VOICE.toAgent, VOICE.agent, agentEar);
    await run.cells("coach, open", press, { agent: VOICE.agent });
    press = await run.opening("Join", joinOpen, VOICE.toAll, VOICE.all, customerEar);
    await run.cells("join, open", press, { agent: VOICE.all, customer: VOICE.all });
    press = await run.closing(
      "Coach",
      coachOpen,
      { before: VOICE.all, grey: VOICE.toAll, after: VOICE.agent },
      customerEar,
    );
    await run.cells("coach again, still open", press, { agent: VOICE.agent });
    press = await run.opening("Join", joinOpen, VOICE.toAll, VOICE.all, customerEar);
    await run.cells("join again, still open", press, { agent: VOICE.all, customer: VOICE.all });
    press = await run.closing(
      "Mute",
      muted,
      { before: VOICE.all, grey: VOICE.toAll, after: VOICE.nobody },
      customerEar,
    );
    await run.cells("join, muted", press, {});
    await run.cells("back to coach, mute kept", await run.still("Coach", /Coaching/), {});
    await run.opening("Unmute", coachOpen, VOICE.toAgent, VOICE.agent, agentEar);
    press = await run.closing(
      "Listen",
      muted,
      { before: VOICE.agent, grey: VOICE.toAgent, after: VOICE.nobody },
      agentEar,
    );
    await run.cells("back to listen", press, {});
    const leftAt = now();
    press = await run.still("Leave", /You have left the call/);
    run.left();
    await run.cells("left", press, {});
    await run.wholeCall(connectedAt, leftAt);
    await page.press("Calls");

    report.push(`by ${kind}: who hears whom, measured; 0 leaks`);
    report.push(
      ...run.lines.map(
        (line) =>
          `  ${Object.values(line)
            .map((text) => text.padEnd(26))
            .join("")}`,
      ),
    );
    await call.customer.hangUp();
    await call.agent.ended();
  });
});
