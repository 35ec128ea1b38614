import { readFile } from "node:fs/promises";
import { firstHeardIn, leaksIn } from "./hearing.ts";
import { type Frame, measure } from "./rtp.ts";
import { FRAME_SAMPLES, SAMPLE_RATE } from "./tone.ts";

const FRAME_MS = (1000 * FRAME_SAMPLES) / SAMPLE_RATE;

/**
 * A recording as the meter hears it: frames of 20 ms that follow each other, `at` counted from its beginning. WAV, or
 * samples without a header; 16 bits, little-endian, 8,000 a second.
 * @throws Error for a WAV file that holds something else, or that is not closed yet.
 */
export async function recordedIn(file: string): Promise<Frame[]> {
  const bytes = await readFile(file);
  const samples = file.endsWith(".wav") ? samplesOf(bytes) : bytes;
  const count = Math.floor(samples.length / 2 / FRAME_SAMPLES);
  return Array.from({ length: count }, (_, place): Frame => {
    const at = (sample: number) => samples.readInt16LE((place * FRAME_SAMPLES + sample) * 2) / 32_768;
    const frame = Float64Array.from({ length: FRAME_SAMPLES }, (__, sample) => at(sample));
    return {
      at: place * FRAME_MS,
      call: file,
      seq: place & 0xffff,
      timestamp: place * FRAME_SAMPLES,
      ssrc: 0,
      marker: false,
      ...measure(frame),
    };
  });
}

/** Whether a recording has a voice: 10 frames of it in a row. @throws Error where there is some of it, but less. */
export function has(frames: readonly Frame[], hz: number): boolean {
  if (firstHeardIn(frames, hz) !== undefined) return true;
  const some = leaksIn(frames, [hz]).length;
  if (some > 0) throw new Error(`${hz} Hz is in ${some} frames of ${frames.length}`);
  return false;
}

function samplesOf(wav: Buffer): Buffer {
  if (wav.toString("latin1", 0, 4) !== "RIFF" || wav.readUInt32LE(4) !== wav.length - 8) throw new Error("not closed");
  if (wav.readUInt16LE(22) !== 1 || wav.readUInt32LE(24) !== SAMPLE_RATE || wav.readUInt16LE(34) !== 16) {
    throw new Error("neither one channel nor 8,000 samples of 16 bits");
  }
  const data = wav.indexOf("data", 12, "latin1");
  return wav.subarray(data + 8, data + 8 + wav.readUInt32LE(data + 4));
}
