import {
  between,
  type Cell,
  type CellQuestion,
  firstHeardIn,
  type Gap,
  gapsIn,
  judge,
  type Leak,
  lastHeardIn,
  leaksIn,
  missesIn,
} from "./hearing.ts";
import type { Phone, PhoneCall } from "./phone.ts";
import type { Frame } from "./rtp.ts";
import { FRAME_SAMPLES } from "./tone.ts";

const WITHIN_MS = 10_000;
const ATTEMPTS = 3;

/** Somebody who found out what they must not: the run has failed, and nothing is tried again. */
export class LeakError extends Error {
  override readonly name = "LeakError";
  readonly leaks: readonly Leak[];

  constructor(listener: string, leaks: readonly Leak[]) {
    super(`${listener} heard ${leaks.length} forbidden frames, first ${JSON.stringify(leaks[0])}`);
    this.leaks = leaks;
  }
}

/** One listener's ear: what was heard in one call, asked by time. All times are ms since 1970. */
export class Ear {
  readonly name: string;
  readonly #phone: Phone;
  readonly #call: string;

  constructor(call: PhoneCall) {
    this.name = call.id;
    this.#phone = call.phone;
    this.#call = call.id;
  }

  /** All frames of this call so far, this moment's included. */
  async frames(): Promise<Frame[]> {
    await this.#phone.settle();
    return this.#received();
  }

  /** Waits until a tone is heard: 10 frames in a row. @returns when the first of them arrived. @throws Error if late. */
  async hears(hz: number, after = 0, withinMs = WITHIN_MS): Promise<number> {
    const look = () => firstHeardIn(this.#received(), hz, after);
    return await this.#phone.until(look, `${hz} Hz in ${this.#call}`, withinMs);
  }

  /** Waits until frames have arrived for so long after a moment, so that a span can be judged. @throws Error if late. */
  async until(time: number, withinMs = WITHIN_MS): Promise<void> {
    await this.#phone.until(
      () => this.#received().findLast(({ at }) => at >= time),
      `audio in ${this.#call}`,
      withinMs,
    );
  }

  /** Every frame of a forbidden code, in a span or in all of the call. */
  async leaks(codes: readonly number[], from = 0, to = Number.POSITIVE_INFINITY): Promise<Leak[]> {
    const frames = await this.frames();
    return leaksIn(between(frames, from, to), codes, frames);
  }

  /** The start of the first 10 frames in a row with a tone; undefined when there are none. */
  async firstHeard(hz: number, after = 0): Promise<number | undefined> {
    return firstHeardIn(await this.frames(), hz, after);
  }

  /** The last frame with a tone. */
  async lastHeard(hz: number, before = Number.POSITIVE_INFINITY): Promise<number | undefined> {
    return lastHeardIn(await this.frames(), hz, before);
  }

  /** Gaps in a span, by timestamp, sequence number and SSRC; with `lateMs` by arrival too. */
  async gaps(from = 0, to = Number.POSITIVE_INFINITY, lateMs = Number.POSITIVE_INFINITY): Promise<Gap[]> {
    return gapsIn(between(await this.frames(), from, to), lateMs);
  }

  /**
   * The most frames in a row that a listener lost or in which it missed a tone, by RTP timestamp and sequence: a frame
   * that a busy machine delays is none.
   */
  async missed(hz: number, from: number, to: number): Promise<number> {
    const all = await this.frames();
    const span = between(all, from, to);
    const lost = gapsIn(span).map(({ framesByTimestamp = 0, lost }) => Math.max(framesByTimestamp, lost));
    return Math.max(0, ...lost, ...missesIn(span, hz, all).map(({ frames }) => frames));
  }

  /**
   * The frames between the last one with a tone and the first of 10 in a row with another: by RTP timestamp, or by
   * arrival where the stream is another by then (SSRC). @throws Error when either is not heard.
   */
  async silenceBetween(hz: number, next: number, after: number): Promise<number> {
    const all = await this.frames();
    const first = all.find(({ at }) => at === firstHeardIn(all, next, after));
    const last = first && all.find(({ at }) => at === lastHeardIn(all, hz, first.at));
    if (!first || !last) throw new Error(`${hz} Hz was not followed by ${next} Hz in ${this.name}`);
    const sameStream = first.ssrc === last.ssrc;
    const frames = sameStream ? ((first.timestamp - last.timestamp) >>> 0) / FRAME_SAMPLES : (first.at - last.at) / 20;
    return Math.max(0, Math.round(frames) - 1);
  }

  /** Judges a span of time that is over. @throws LeakError for one forbidden frame. */
  async judge(question: CellQuestion): Promise<Cell> {
    const cell = judge(await this.frames(), question);
    if (cell.leaks.length > 0) throw new LeakError(this.name, cell.leaks);
    return cell;
  }

  /** Judges the next `ms` milliseconds. @throws LeakError; Error when no audio arrives at all. */
  async listen(ms: number, question: Omit<CellQuestion, "from" | "to">): Promise<Cell> {
    const last = (await this.frames()).at(-1)?.at;
    const from = last ?? (await this.#phone.until(() => this.#received().at(-1), `audio in ${this.#call}`)).at;
    await this.until(from + ms);
    return await this.judge({ ...question, from, to: from + ms });
  }

  #received(): Frame[] {
    return this.#phone.frames.filter(({ call }) => call === this.#call);
  }
}

/**
 * Measures until a cell counts, three times at most. A leak ends it at once, since it is never tried again.
 * @throws Error "not measured" with every reason, when none of the attempts counts.
 */
export async function measured(attempt: () => Promise<Cell>): Promise<Cell> {
  const reasons: string[] = [];
  for (let count = 0; count < ATTEMPTS; count += 1) {
    const cell = await attempt();
    if (cell.counts) return cell;
    reasons.push(cell.why ?? "");
  }
  throw new Error(`not measured: ${reasons.join("; ")}`);
}

/** A listener lost frames of somebody to be heard throughout: it says nothing about who hears whom, and is run again. */
export class NotMeasured extends Error {
  override readonly name = "NotMeasured";

  constructor(readonly losses: readonly string[]) {
    super(losses.join("; "));
  }
}

/**
 * Runs until a run counts, three times at most, because a busy machine makes a mixer late. A leak, and whatever else is
 * wrong, ends it at once.
 * @throws Error "not measured" with every loss, when none of the runs counts.
 */
export async function counted<T>(run: () => Promise<T>): Promise<T> {
  const reasons: string[] = [];
  for (let count = 0; count < ATTEMPTS; count += 1) {
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof NotMeasured)) throw error;
      console.log(`not measured, ${count + 1} of ${ATTEMPTS}: ${error.message}`);
      reasons.push(error.message);
    }
  }
  throw new Error(`not measured: ${reasons.join("; ")}`);
}
