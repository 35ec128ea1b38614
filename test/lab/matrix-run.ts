import { expect } from "vitest";
import { until } from "../scenarios/bench.ts";
import { type CallCentre, FORBIDDEN, type LabCall, VOICE } from "./call-centre.ts";
import { now } from "./clock.ts";
import { between, missesIn } from "./hearing.ts";
import { Ear, measured, NotMeasured } from "./meter.ts";
import { TONES } from "./voices.ts";

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

/** What may be different from one kind of call to another. */
export interface Promised {
  /** How the pages call the agent; Ana without it. */
  readonly agent?: string;
  /** False where the PBX runs the call in a native RTP bridge: the parties' streams change when a Listen begins. */
  readonly unbroken?: boolean;
  /** Every change of mode both ways; else each mode and each boundary once. */
  readonly thorough?: boolean;
}

/** One run over all modes, every press made on the supervisor's desk phone and every cell measured. */
export class MatrixRun {
  readonly #lines: Line[] = [];
  readonly #centre: CallCentre;
  readonly #call: LabCall;
  readonly #promised: Promised;
  readonly #begunAt = now();
  #supervisor: Ear | undefined;
  #attachedAt = 0;
  readonly #presses: { readonly key: string; readonly at: number }[] = [];
  #gone = false;

  constructor(centre: CallCentre, call: LabCall, promised: Promised) {
    this.#centre = centre;
    this.#call = call;
    this.#promised = promised;
  }

  async listen(how: "Visible" | "Hidden"): Promise<string> {
    const { desk: page, kim } = this.#centre.at;
    // A small screen has room for half a name.
    const row = new RegExp(`\\d:\\d\\d\\S* ${this.#agent.split(" ")[0]}`);
    await until(page, row);
    // Without softkeys on its list a phone opens the call first.
    if (!page.keys().includes("Listen")) {
      page.select(page.rows().findIndex((one) => row.test(one)));
      await page.ok();
    }
    await page.press("Listen");
    const pressed = now();
    const [leg] = await Promise.all([kim.incoming(), page.press(how)]);
    const ear = new Ear(leg);
    this.#supervisor = ear;
    this.#attachedAt = await ear.hears(TONES.agent);
    await ear.hears(TONES.customer);
    await until(page, /Nobody hears you/);
    if (how === "Visible") await until(page, /can see you/);
    return `first frame ${Math.round(this.#attachedAt - pressed)} ms`;
  }

  /** The cells measured so far, a line for each mode. */
  table(): string[] {
    return this.#lines.map((line) => {
      const cells = Object.values(line).map((text: string) => text.padEnd(26));
      return `  ${cells.join("")}`;
    });
  }

  /** From now on there is no supervisor to measure. */
  left(): void {
    this.#gone = true;
  }

  /** A press that lets nobody hear more: the voice is forbidden throughout. */
  async still(key: string, says: RegExp): Promise<string> {
    const { desk: page } = this.#centre.at;
    this.#pressed(key);
    const get = await page.press(key);
    await until(page, says);
    return get ? `page ${Math.round(get.end - get.start)} ms` : "";
  }

  /** A press after which somebody hears more: grey from half a second before until the page says open. */
  async opening(key: string, says: RegExp, grey: number, open: number, newListener: Ear): Promise<string> {
    const { desk: page, kim } = this.#centre.at;
    const spoken = await kim.speak(grey);
    await this.#ear.until(spoken + BEFORE_OPENING_MS);
    const pressed = this.#pressed(key);
    await page.press(key);
    await until(page, says);
    await kim.speak(open);
    await newListener.hears(open, pressed);
    const [first] = await newListener.leaks([grey, open], pressed);
    return `first frame ${Math.round((first?.at ?? Number.NaN) - pressed)} ms`;
  }

  /** A press after which somebody hears less: grey from the press until the page says so, then what is still promised. */
  async closing(key: string, says: RegExp, voice: Fading, lostListener: Ear): Promise<string> {
    const { desk: page, kim } = this.#centre.at;
    await kim.speak(voice.grey);
    const pressed = this.#pressed(key);
    await page.press(key);
    await until(page, says);
    const saidAt = await kim.speak(voice.after);
    await lostListener.until(saidAt + 200);
    const last = (await lostListener.leaks([voice.before, voice.grey], pressed)).at(-1)?.at;
    return last === undefined ? "none after the press" : `last frame ${Math.round(last - pressed)} ms`;
  }

  /** Measures what agent, customer and supervisor hear, and notes a line of the matrix. */
  async cells(mode: string, press: string, heard: { agent?: number; customer?: number }): Promise<void> {
    const { agentEar, customerEar } = this.#call;
    // Whoever goes on hearing the supervisor may hear the voice of before the press late; then comes that of now.
    const since = this.#presses.at(-1)?.at ?? 0;
    if (heard.agent) await agentEar.hears(heard.agent, since);
    if (heard.customer) await customerEar.hears(heard.customer, since);
    const forbid = (tone: number | undefined, always: readonly number[]): number[] => [
      ...new Set([...ALL_VOICES.filter((voice) => voice !== tone), ...always]),
    ];
    const cell = (ear: Ear, other: number, voice: number | undefined, always: readonly number[]) =>
      measured(() => ear.listen(CELL_MS, { other, expect: voice ? [voice] : [], forbid: forbid(voice, always) }));
    const supervisors = this.#gone
      ? undefined
      : measured(() =>
          this.#ear.listen(CELL_MS, {
            other: TONES.agent,
            expect: [TONES.customer],
            forbid: FORBIDDEN.supervisor,
          }),
        );
    const [agent, customer, supervisor] = await Promise.all([
      cell(agentEar, TONES.customer, heard.agent, FORBIDDEN.agent),
      cell(customerEar, TONES.agent, heard.customer, FORBIDDEN.customer),
      supervisors,
    ]);
    expect([agent.missing, customer.missing, supervisor?.missing ?? []], mode).toEqual([[], [], []]);
    this.#lines.push({
      mode,
      agent: heard.agent ? "customer, supervisor" : "customer",
      customer: heard.customer ? "agent, supervisor" : "agent",
      supervisor: supervisor ? "agent, customer" : "-",
      press,
    });
  }

  /**
   * No frame of a code that was ever forbidden, however late; nobody hears themselves; no stream of a party changes. Then
   * nobody lost anybody: neither by RTP time, nor by ear, since a mixer may fill a gap with silence. The supervisor may
   * lose one frame of 20 ms at a switch.
   * @throws NotMeasured where somebody lost more.
   */
  async wholeCall(leftAt: number): Promise<void> {
    const { agentEar, customerEar } = this.#call;
    expect(await agentEar.leaks(FORBIDDEN.agent)).toEqual([]);
    expect(await customerEar.leaks(FORBIDDEN.customer)).toEqual([]);
    expect(await this.#ear.leaks(FORBIDDEN.supervisor)).toEqual([]);
    const own = [this.#attachedAt, leftAt] as const;
    const lost = [
      ...(await this.#lost(this.#ear, "the supervisor", 1, ...own)),
      ...(await this.#missed(this.#ear, TONES.agent, "the supervisor missed the agent", 1, ...own)),
      ...(await this.#missed(this.#ear, TONES.customer, "the supervisor missed the customer", 1, ...own)),
    ];
    if (this.#promised.unbroken !== false) {
      const whole = [this.#begunAt, now()] as const;
      lost.push(
        ...(await this.#lost(agentEar, "the agent", 0, ...whole)),
        ...(await this.#lost(customerEar, "the customer", 0, ...whole)),
        ...(await this.#missed(agentEar, TONES.customer, "the agent missed the customer", 0, ...whole)),
        ...(await this.#missed(customerEar, TONES.agent, "the customer missed the agent", 0, ...whole)),
      );
    }
    if (lost.length > 0) throw new NotMeasured(lost);
  }

  #pressed(key: string): number {
    const at = now();
    this.#presses.push({ key, at });
    return at;
  }

  /** Where a listener's stream lost more than `allowed` frames in a row by RTP time. A stream that changes fails at once. */
  async #lost(ear: Ear, who: string, allowed: number, from: number, to: number): Promise<string[]> {
    const gaps = await ear.gaps(from, to);
    expect(
      gaps.filter(({ ssrcChanged }) => ssrcChanged),
      `${who}'s stream`,
    ).toEqual([]);
    return gaps
      .map(({ framesByTimestamp = 0, lost, to: until }) => ({ frames: Math.max(framesByTimestamp, lost), until }))
      .filter(({ frames }) => frames > allowed)
      .map(({ frames, until }) => `${who} lost ${frames} frames ${this.#afterPress(until, from)}`);
  }

  /**
   * Where a listener missed a tone for more than `allowed` frames in a row. By RTP sequence: delays of a busy machine do
   * not count.
   */
  async #missed(ear: Ear, hz: number, what: string, allowed: number, from: number, to: number): Promise<string[]> {
    const frames = await ear.frames();
    return missesIn(between(frames, from, to), hz, frames)
      .filter(({ frames: missed }) => missed > allowed)
      .map(({ frames: missed, until = to }) => `${what} for ${missed} frames ${this.#afterPress(until, from)}`);
  }

  #afterPress(time: number, begun: number): string {
    const press = this.#presses.findLast(({ at }) => at < time);
    return `${Math.round(time - (press?.at ?? begun))} ms after ${press?.key ?? "the beginning"}`;
  }

  get #agent(): string {
    return this.#promised.agent ?? "Ana Ruiz";
  }

  get #ear(): Ear {
    if (!this.#supervisor) throw new Error("nobody listens yet");
    return this.#supervisor;
  }
}
