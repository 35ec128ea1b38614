import { describe, expect, it } from "vitest";
import { firstHeardIn, gapsIn, judge, lastHeardIn, leaksIn, longestSilenceIn, thresholdOf } from "../../lab/hearing.ts";
import { counted, LeakError, NotMeasured } from "../../lab/meter.ts";
import { type Frame, measure } from "../../lab/rtp.ts";
import { decodeMuLaw, encodeMuLaw, FRAME_SAMPLES, Tone } from "../../lab/tone.ts";
import { CODES, FREQUENCIES, TONES } from "../../lab/voices.ts";

const CODE = CODES[0];

/** Audio as a listener gets it: tones mixed in the PBX, through µ-law twice, cut into frames 20 ms apart. */
function heard(count: number, speak: (sample: number) => number): Frame[] {
  const samples = Float64Array.from({ length: count * FRAME_SAMPLES }, (_, index) => speak(index));
  const received = decodeMuLaw(encodeMuLaw(decodeMuLaw(encodeMuLaw(samples))));
  return Array.from({ length: count }, (_, index) => ({
    at: 1000 + index * 20,
    call: "c",
    seq: (65_530 + index) & 0xffff,
    timestamp: (0xffffff00 + index * FRAME_SAMPLES) >>> 0,
    ssrc: 7,
    marker: index === 0,
    ...measure(received.subarray(index * FRAME_SAMPLES, (index + 1) * FRAME_SAMPLES)),
  }));
}

const sine = (hz: number, dbfs = -13) => {
  const samples = new Tone(hz, dbfs).next(200 * FRAME_SAMPLES);
  return (index: number) => samples[index] ?? 0;
};

const without = (frames: Frame[], ...indices: number[]) => frames.filter((_, index) => !indices.includes(index));

describe("a leak", () => {
  const customer = sine(TONES.customer);
  const code = sine(CODE.forbidden);

  it("is one frame of a forbidden code, found beside a voice", () => {
    const frames = heard(100, (i) => customer(i) + (i >= 50 * 160 && i < 51 * 160 ? code(i) : 0));
    const leaks = leaksIn(frames, [CODE.forbidden]);
    expect(leaks).toHaveLength(1);
    expect(leaks[0]?.at).toBe(2000);
  });

  it("is found 20 dB below a voice, and wherever in the frames it begins", () => {
    const faint = sine(CODE.forbidden, -33);
    for (let offset = 0; offset < 160; offset += 16) {
      const start = 50 * 160 + offset;
      const frames = heard(60, (i) => customer(i) + (i >= start && i < start + 320 ? faint(i) : 0));
      expect(leaksIn(frames, [CODE.forbidden]).length).toBeGreaterThan(0);
    }
  });

  it("is found when the code is there in every frame: a leak cannot raise its own threshold", () => {
    const frames = heard(50, (i) => customer(i) + code(i));
    expect(leaksIn(frames, [CODE.forbidden])).toHaveLength(50);
  });

  it("is not the noise of µ-law, for any code beside any two voices and another code", () => {
    const codes = CODES.flatMap(({ forbidden, grey, open }) => [forbidden, grey, open]);
    const voices = Object.values(TONES);
    for (const one of voices) {
      for (const other of voices.filter((hz) => hz > one)) {
        const [a, b, c] = [sine(one), sine(other), sine(CODE.open)];
        const quiet = heard(20, (i) => a(i) + b(i));
        expect(leaksIn(quiet, codes)).toEqual([]);
        const spoken = heard(20, (i) => a(i) + b(i) + c(i));
        expect(
          leaksIn(
            spoken,
            codes.filter((hz) => hz !== CODE.open),
          ),
        ).toEqual([]);
      }
    }
  });

  it("is not the click of a voice that breaks off, begins or misses a packet", () => {
    const codes = CODES.flatMap(({ forbidden, grey, open }) => [forbidden, grey, open]);
    for (const hz of Object.values(TONES)) {
      const voice = sine(hz);
      for (let offset = 0; offset < 160; offset += 7) {
        const start = 5 * 160 + offset;
        const frames = heard(20, (i) => (i >= start && i < start + 160 ? 0 : voice(i)));
        expect(leaksIn(frames, codes)).toEqual([]);
        expect(
          leaksIn(
            heard(20, (i) => (i < start ? 0 : voice(i))),
            codes,
          ),
        ).toEqual([]);
      }
    }
  });
});

describe("hearing", () => {
  it("never has a threshold below -55 dBFS", () => {
    expect(
      thresholdOf(
        heard(20, () => 0),
        TONES.agent,
      ),
    ).toBe(-55);
  });

  it("begins with the first of ten frames in a row", () => {
    const agent = sine(TONES.agent);
    const frames = heard(60, (i) => ((i >= 10 * 160 && i < 19 * 160) || i >= 30 * 160 ? agent(i) : 0));
    expect(firstHeardIn(frames, TONES.agent)).toBe(1600);
    expect(firstHeardIn(frames.slice(0, 39), TONES.agent)).toBeUndefined();
    expect(firstHeardIn(without(frames, 35), TONES.agent)).toBe(1720);
    expect(lastHeardIn(frames, TONES.agent, 1500)).toBe(1360);
  });

  it("takes every voice and code of the lab apart at once", () => {
    const tones = FREQUENCIES.map((hz) => sine(hz, -30));
    const frames = heard(20, (i) => tones.reduce((sum, tone) => sum + tone(i), 0));
    for (const [index] of FREQUENCIES.entries()) {
      const levels = frames.map(({ levels: all }) => all[index] ?? 0);
      expect(Math.min(...levels)).toBeGreaterThan(-33);
      expect(Math.max(...levels)).toBeLessThan(-27);
    }
  });
});

describe("gaps", () => {
  const frames = heard(100, sine(TONES.customer));

  it("counts frames by timestamp and packets by sequence number, over the wrap of both", () => {
    expect(gapsIn(frames)).toEqual([]);
    expect(gapsIn(without(frames, 6, 7))).toEqual([
      { from: 1100, to: 1160, framesByTimestamp: 2, lost: 2, ssrcChanged: false },
    ]);
  });

  it("sees audio that was never sent, a late frame and a new SSRC", () => {
    const paused = frames.map((frame, index) =>
      index < 50 ? frame : { ...frame, timestamp: frame.timestamp + 480, at: frame.at + 60 },
    );
    expect(gapsIn(paused)).toEqual([{ from: 1980, to: 2060, framesByTimestamp: 3, lost: 0, ssrcChanged: false }]);
    const smoothed = frames.map((frame, index) => (index < 50 ? frame : { ...frame, at: frame.at + 60 }));
    expect(gapsIn(smoothed)).toEqual([]);
    expect(gapsIn(smoothed, 60)).toEqual([{ from: 1980, to: 2060, framesByTimestamp: 0, lost: 0, ssrcChanged: false }]);
    const changed = frames.map((frame, index) => (index < 50 ? frame : { ...frame, ssrc: 8 }));
    expect(gapsIn(changed)).toEqual([
      { from: 1980, to: 2000, framesByTimestamp: undefined, lost: 0, ssrcChanged: true },
    ]);
  });

  it("measures what an ear misses", () => {
    expect(longestSilenceIn(without(frames, 20, 21, 22), TONES.customer, 1000, 3000)).toBe(80);
    expect(longestSilenceIn(frames, TONES.agent, 1000, 3000)).toBe(2000);
  });
});

describe("a cell", () => {
  const question = { from: 1000, to: 3000, other: TONES.customer, expect: [CODE.open], forbid: [CODE.forbidden] };
  const customer = sine(TONES.customer);
  const open = sine(CODE.open);
  const frames = heard(100, (i) => customer(i) + open(i));

  it("counts when the frames are there, the other party throughout, and tells what was heard", () => {
    const cell = judge(frames, question);
    expect(cell).toMatchObject({ counts: true, received: 1, other: 1, leaks: [], missing: [] });
    expect(cell.heard.map(({ hz }) => hz)).toEqual([CODE.open]);
  });

  it("does not count with 6 % lost, or with the other party silent for long", () => {
    expect(judge(without(frames, 10, 30, 50, 70, 90, 95), question).counts).toBe(false);
    const silence = heard(100, (i) => (i > 40 * 160 && i < 47 * 160 ? 0 : customer(i)) + open(i));
    expect(judge(silence, question).counts).toBe(false);
  });

  it("tells what was not heard", () => {
    const cell = judge(heard(100, customer), question);
    expect(cell).toMatchObject({ counts: true, missing: [CODE.open], heard: [] });
  });

  it("reports a leak even when it does not count", () => {
    const forbidden = sine(CODE.forbidden);
    const bad = without(
      heard(100, (i) => customer(i) + forbidden(i)),
      1,
      3,
      5,
      7,
      9,
      11,
      13,
    );
    const cell = judge(bad, question);
    expect(cell.counts).toBe(false);
    expect(cell.leaks).toHaveLength(93);
  });
});

describe("a run", () => {
  const lost = new NotMeasured(["the supervisor missed the agent for 3 frames"]);

  it("that lost frames is run again, three times at most, and then fails as not measured, with every reason", async () => {
    let runs = 0;
    const run = async (): Promise<never> => {
      runs += 1;
      throw lost;
    };
    await expect(counted(run)).rejects.toThrow(
      /^not measured: (the supervisor missed the agent for 3 frames(; )?){3}$/,
    );
    expect(runs).toBe(3);
  });

  it("that counts at last is the one that counts", async () => {
    const runs = [() => Promise.reject(lost), () => Promise.resolve("the matrix")];
    expect(await counted(async () => await runs.shift()?.())).toBe("the matrix");
  });

  it("with a leak is never run again", async () => {
    const leak = new LeakError("the customer", []);
    const runs = [() => Promise.reject(leak), () => Promise.resolve("the matrix")];
    await expect(counted(async () => await runs.shift()?.())).rejects.toBe(leak);
    expect(runs).toHaveLength(1);
  });
});
