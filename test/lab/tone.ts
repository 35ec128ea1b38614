/** Telephone audio: 8,000 samples a second, 160 in a frame of 20 ms. */
export const SAMPLE_RATE = 8000;
export const FRAME_SAMPLES = 160;
/** What is reported for no signal at all, in dBFS. */
export const SILENCE_DBFS = -120;

const FADE_SECONDS = 0.005;
const BIAS = 0x84;
const CLIP = 32_635;

/**
 * A sine whose frequency can be switched at any moment. A switch fades over 5 ms, because a sharp edge sounds at every
 * frequency at once and a meter would find codes in it that nobody spoke.
 */
export class Tone {
  readonly #amplitude: number;
  readonly #rate: number;
  readonly #fade: number;
  #hz: number | undefined;
  #phase = 0;
  #old: { hz: number | undefined; phase: number; left: number } | undefined;

  /** @param hz undefined for silence. @param dbfs level; 0 is a full-scale sine. @param rate samples a second. */
  constructor(hz: number | undefined, dbfs = -13, rate = SAMPLE_RATE) {
    this.#hz = hz;
    this.#rate = rate;
    this.#fade = rate * FADE_SECONDS;
    this.#amplitude = 10 ** (dbfs / 20);
  }

  /** What is spoken from the next sample on, in Hz; undefined for silence. */
  get hz(): number | undefined {
    return this.#hz;
  }

  set hz(hz: number | undefined) {
    if (hz === this.#hz) return;
    this.#old = { hz: this.#hz, phase: this.#phase, left: this.#fade };
    this.#hz = hz;
    this.#phase = 0;
  }

  /** The next samples, each between -1 and 1. */
  next(count: number): Float64Array {
    const samples = new Float64Array(count);
    for (let index = 0; index < count; index += 1) {
      const old = this.#old;
      const share = old === undefined ? 1 : 1 - old.left / this.#fade;
      let value = share * this.#sample();
      if (old !== undefined) {
        if (old.hz !== undefined) {
          value += (1 - share) * Math.sin(old.phase);
          old.phase += (2 * Math.PI * old.hz) / this.#rate;
        }
        old.left -= 1;
        if (old.left === 0) this.#old = undefined;
      }
      samples[index] = value * this.#amplitude;
    }
    return samples;
  }

  #sample(): number {
    if (this.#hz === undefined) return 0;
    const value = Math.sin(this.#phase);
    this.#phase = (this.#phase + (2 * Math.PI * this.#hz) / this.#rate) % (2 * Math.PI);
    return value;
  }
}

/** Samples between -1 and 1 as G.711 µ-law, one byte each. */
export function encodeMuLaw(samples: Float64Array): Buffer {
  const bytes = Buffer.alloc(samples.length);
  for (const [index, sample] of samples.entries()) {
    const linear = Math.round(sample * 32_768);
    const magnitude = Math.min(Math.abs(linear), CLIP) + BIAS;
    const exponent = Math.floor(Math.log2(magnitude)) - 7;
    const mantissa = (magnitude >> (exponent + 3)) & 0x0f;
    bytes[index] = ~((linear < 0 ? 0x80 : 0) | (exponent << 4) | mantissa) & 0xff;
  }
  return bytes;
}

const MU_LAW = Float64Array.from({ length: 256 }, (_, code) => {
  const bits = ~code & 0xff;
  const magnitude = (((bits & 0x0f) << 3) + BIAS) * 2 ** ((bits >> 4) & 0x07) - BIAS;
  return ((bits & 0x80) === 0 ? magnitude : -magnitude) / 32_768;
});

/** G.711 µ-law bytes as samples between -1 and 1. */
export function decodeMuLaw(bytes: Uint8Array): Float64Array {
  return Float64Array.from(bytes, (code) => MU_LAW[code] ?? 0);
}

const windows = new Map<number, Float64Array>();

/** A Hann window, scaled so that a full-scale sine measures 0 dBFS. */
function hann(count: number): Float64Array {
  const earlier = windows.get(count);
  if (earlier !== undefined) return earlier;
  const window = Float64Array.from(
    { length: count },
    (_, index) => 1 - Math.cos((2 * Math.PI * (index + 0.5)) / count),
  );
  windows.set(count, window);
  return window;
}

/**
 * How strong one frequency is in a frame, in dBFS (0 = full-scale sine), by Goertzel's algorithm under a Hann window:
 * in 20 ms a steady tone is gone 100 Hz beside it, so neighbouring codes do not disturb each other.
 */
export function levelAt(samples: Float64Array, hz: number, rate = SAMPLE_RATE): number {
  const window = hann(samples.length);
  const turn = (2 * Math.PI * hz) / rate;
  const factor = 2 * Math.cos(turn);
  let last = 0;
  let lastButOne = 0;
  for (let index = 0; index < samples.length; index += 1) {
    const current = (samples[index] ?? 0) * (window[index] ?? 0) + factor * last - lastButOne;
    lastButOne = last;
    last = current;
  }
  const energy = last * last + lastButOne * lastButOne - factor * last * lastButOne;
  const amplitude = (2 * Math.sqrt(Math.max(energy, 0))) / samples.length;
  return Math.max(SILENCE_DBFS, 20 * Math.log10(amplitude + 1e-9));
}
