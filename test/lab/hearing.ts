import type { Frame } from "./rtp.ts";
import { FRAME_SAMPLES } from "./tone.ts";
import { FREQUENCIES } from "./voices.ts";

/** Never below this level is anything called heard, in dBFS. */
export const LOWEST_THRESHOLD = -55;
/** How far above its listener's own floor a tone must be, in dB. */
export const ABOVE_FLOOR = 20;
/** How many frames in a row make "is heard". */
export const HEARD_FRAMES = 10;
/**
 * How far a forbidden code must stand out above what is 125 Hz beside it, in dB. A click (a frame that is missing in
 * somebody's tone) is loud at every frequency at once; a tone of a whole frame stands out by more than 30 dB.
 */
export const STANDS_OUT = 6;

const FRAME_MS = 20;
/** A cell counts only with this share of its frames received in sequence, and of them with the other party heard. */
const SHARE = 0.95;
/** The longest the other party may be silent for "heard throughout", in frames. */
const LONGEST_SILENCE = 5;

/** How loud a tone is in a frame, in dBFS. @throws Error for a frequency that is not measured. */
export function levelOf(frame: Frame, hz: number): number {
  return at(frame.levels, hz);
}

/** Frames that arrived from `from` until before `to`, both in ms since 1970. */
export function between(frames: readonly Frame[], from: number, to: number): Frame[] {
  return frames.filter((frame) => frame.at >= from && frame.at < to);
}

/**
 * A listener's floor at a frequency, in dBFS: the median of what is beside it, where nobody ever speaks. So the floor
 * can be taken while the tone itself is there, and a leak can never raise the threshold that should find it.
 */
export function floorOf(frames: readonly Frame[], hz: number): number {
  const sorted = frames.map(({ beside }) => at(beside, hz)).sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? LOWEST_THRESHOLD - ABOVE_FLOOR;
}

/** From which level on a tone counts at this listener, in dBFS. */
export function thresholdOf(frames: readonly Frame[], hz: number): number {
  return Math.max(LOWEST_THRESHOLD, floorOf(frames, hz) + ABOVE_FLOOR);
}

/** One frame in which a listener heard what it must never hear, with what tells a click from a tone afterwards. */
export interface Leak extends Pick<Frame, "at" | "call" | "ssrc" | "seq" | "levels"> {
  readonly hz: number;
  readonly dbfs: number;
  /** How far it stands out above what is beside it, in dB. */
  readonly standsOut: number;
  /** The same tone in the frames that arrived just before and after it, in dBFS. */
  readonly around: readonly number[];
}

/** Every frame in which a code is heard. One is too many, however late it arrives. */
export function leaksIn(frames: readonly Frame[], codes: readonly number[], floorFrames = frames): Leak[] {
  const leaks: Leak[] = [];
  for (const hz of codes) {
    const threshold = thresholdOf(floorFrames, hz);
    for (const [index, frame] of frames.entries()) {
      const dbfs = levelOf(frame, hz);
      const standsOut = dbfs - at(frame.beside, hz);
      if (dbfs < threshold || standsOut < STANDS_OUT) continue;
      const around = [frames[index - 1], frames[index + 1]].flatMap((one) => (one ? [levelOf(one, hz)] : []));
      const { at: arrived, call, ssrc, seq, levels } = frame;
      leaks.push({ at: arrived, call, ssrc, seq, levels, hz, dbfs, standsOut, around });
    }
  }
  return leaks.sort((one, other) => one.at - other.at);
}

/** When a tone began to be heard: the first of 10 frames in a row that all carry it; undefined when it was not. */
export function firstHeardIn(
  frames: readonly Frame[],
  hz: number,
  after = 0,
  floorFrames = frames,
): number | undefined {
  const threshold = thresholdOf(floorFrames, hz);
  let run: Frame[] = [];
  for (const frame of frames) {
    if (frame.at < after) continue;
    const last = run.at(-1);
    const goesOn = last === undefined || (last.ssrc === frame.ssrc && ((last.seq + 1) & 0xffff) === frame.seq);
    if (!goesOn) run = [];
    if (levelOf(frame, hz) < threshold) run = [];
    else run.push(frame);
    if (run.length === HEARD_FRAMES) return run[0]?.at;
  }
  return undefined;
}

/** A run of frames, in a row as they were sent, in which a tone is missing. */
export interface Miss {
  readonly frames: number;
  /** When the tone was there again; undefined when it was not. */
  readonly until: number | undefined;
}

/** Every run of frames without a tone, by RTP sequence: delays of a busy machine do not count. */
export function missesIn(frames: readonly Frame[], hz: number, floorFrames = frames): Miss[] {
  const threshold = thresholdOf(floorFrames, hz);
  const misses: Miss[] = [];
  let run = 0;
  for (const frame of [...frames, undefined]) {
    if (frame !== undefined && levelOf(frame, hz) < threshold) {
      run += 1;
      continue;
    }
    if (run > 0) misses.push({ frames: run, until: frame?.at });
    run = 0;
  }
  return misses;
}

/** The last frame before `before` that carries a tone, in ms since 1970; undefined when none does. */
export function lastHeardIn(
  frames: readonly Frame[],
  hz: number,
  before = Number.POSITIVE_INFINITY,
  floorFrames = frames,
): number | undefined {
  const threshold = thresholdOf(floorFrames, hz);
  return frames.findLast((frame) => frame.at < before && levelOf(frame, hz) >= threshold)?.at;
}

/** A place where a listener's audio stops for a while, or where packets are missing. */
export interface Gap {
  /** Arrival of the frames before and after it, in ms since 1970. */
  readonly from: number;
  readonly to: number;
  /** Frames of 20 ms that are missing by RTP timestamp; 0 for a mere delay. Undefined where the SSRC changes. */
  readonly framesByTimestamp: number | undefined;
  /** Packets lost on the way, by sequence number. */
  readonly lost: number;
  readonly ssrcChanged: boolean;
}

/**
 * The gaps in one call's audio: by RTP timestamp, by sequence number and by change of SSRC; with `lateMs` also by
 * arrival, where more than that passes between two frames. Asterisk smooths over up to 80 ms in its timestamps, and a
 * busy machine is late: what an ear misses is told by `longestSilenceIn`.
 */
export function gapsIn(frames: readonly Frame[], lateMs = Number.POSITIVE_INFINITY): Gap[] {
  const gaps: Gap[] = [];
  const last = new Map<string, Frame>();
  for (const frame of frames) {
    const before = last.get(frame.call);
    last.set(frame.call, frame);
    if (before === undefined) continue;
    const ssrcChanged = before.ssrc !== frame.ssrc;
    const steps = ((frame.timestamp - before.timestamp) >>> 0) / FRAME_SAMPLES - 1;
    const framesByTimestamp = ssrcChanged ? undefined : steps < 0x100000 ? Math.max(0, Math.round(steps)) : 0;
    const lost = ssrcChanged ? 0 : lostBetween(before, frame);
    if (framesByTimestamp === 0 && lost === 0 && frame.at - before.at <= lateMs) continue;
    gaps.push({ from: before.at, to: frame.at, framesByTimestamp, lost, ssrcChanged });
  }
  return gaps;
}

/**
 * The longest time in `[from, to)` without a tone, in ms: from the last frame that carries it to the next one.
 * What an ear misses; a loss on the way, a late frame and a frame without the tone are all the same to it.
 */
export function longestSilenceIn(
  frames: readonly Frame[],
  hz: number,
  from: number,
  to: number,
  floorFrames = frames,
): number {
  const threshold = thresholdOf(floorFrames, hz);
  const heard = between(frames, from, to).filter((frame) => levelOf(frame, hz) >= threshold);
  let longest = 0;
  let last = from;
  for (const frame of heard) {
    longest = Math.max(longest, frame.at - last);
    last = frame.at;
  }
  return Math.max(longest, to - last);
}

export interface CellQuestion {
  readonly from: number;
  readonly to: number;
  /** The party that must be heard throughout, or the cell says nothing. */
  readonly other: number;
  /** Tones that should be heard besides: 10 frames in a row. */
  readonly expect: readonly number[];
  /** Tones of which not a single frame may be there. */
  readonly forbid: readonly number[];
}

export interface Cell {
  /** False when this says nothing about who hears whom and must be measured again; `why` tells. */
  readonly counts: boolean;
  readonly why: string | undefined;
  /** Share of the frames of this time that arrived in sequence. */
  readonly received: number;
  /** Share of the frames received that carry the other party. */
  readonly other: number;
  readonly leaks: readonly Leak[];
  /** The expected tones, each with its median level in dBFS, and those of them that were not heard. */
  readonly heard: readonly { readonly hz: number; readonly dbfs: number }[];
  readonly missing: readonly number[];
  readonly frames: number;
}

/**
 * Judges one cell of the matrix: one listener, one span of time.
 * A leak is a leak whether or not the cell counts. @param all the listener's frames of the whole call, for its floor.
 */
export function judge(all: readonly Frame[], question: CellQuestion): Cell {
  const { from, to, other, expect, forbid } = question;
  const frames = between(all, from, to);
  const due = Math.max(1, Math.floor((to - from) / FRAME_MS));
  const inSequence = frames.filter((frame, index) => {
    const before = frames[index - 1];
    return before === undefined || (before.ssrc === frame.ssrc && ((before.seq + 1) & 0xffff) === frame.seq);
  }).length;
  const received = Math.min(1, inSequence / due);
  const threshold = thresholdOf(all, other);
  const carrying = frames.filter((frame) => levelOf(frame, other) >= threshold).length;
  const share = frames.length === 0 ? 0 : carrying / frames.length;
  const silence = longestSilenceIn(all, other, from, to);
  const percent = (value: number) => `${Math.round(value * 1000) / 10} %`;
  const why =
    received < SHARE
      ? `received ${percent(received)} of its frames in sequence`
      : share < SHARE || silence > (LONGEST_SILENCE + 1) * FRAME_MS
        ? `heard ${other} Hz in ${percent(share)} of its frames, with a silence of ${Math.round(silence)} ms`
        : undefined;
  const heard = expect.filter((hz) => firstHeardIn(frames, hz, from, all) !== undefined);
  return {
    counts: why === undefined,
    why,
    received,
    other: share,
    leaks: leaksIn(frames, forbid, all),
    heard: heard.map((hz) => ({ hz, dbfs: median(frames.map((frame) => levelOf(frame, hz))) })),
    missing: expect.filter((hz) => !heard.includes(hz)),
    frames: frames.length,
  };
}

function lostBetween(before: Frame, frame: Frame): number {
  const step = (frame.seq - before.seq) & 0xffff;
  return step === 0 || step > 0x8000 ? 0 : step - 1;
}

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function at(levels: readonly number[], hz: number): number {
  const level = levels[FREQUENCIES.indexOf(hz)];
  if (level === undefined) throw new Error(`${hz} Hz is not measured`);
  return level;
}
