/** G.722 at 64 kbit/s (ITU-T G.722, 1988): 16,000 samples a second in two sub-bands, each with its own adaptive quantiser. */

const QMF = [3, -11, 12, 32, -210, 951, 3876, -805, 362, -156, 53, -11];
/** Decision levels of the lower band's 60-level quantiser, and the codes for negative and positive differences. */
const LEVELS = [
  0, 35, 72, 110, 150, 190, 233, 276, 323, 370, 422, 473, 530, 587, 650, 714, 786, 858, 940, 1023, 1121, 1219, 1339,
  1458, 1612, 1765, 1980, 2195, 2557, 2919,
];
const LOW_4 = [0, -20456, -12896, -8968, -6288, -4240, -2584, -1200, 20456, 12896, 8968, 6288, 4240, 2584, 1200, 0];
const LOW_6 = [
  -136, -136, -136, -136, -24808, -21904, -19008, -16704, -14984, -13512, -12280, -11192, -10232, -9360, -8576, -7856,
  -7192, -6576, -6000, -5456, -4944, -4464, -4008, -3576, -3168, -2776, -2400, -2032, -1688, -1360, -1040, -728, 24808,
  21904, 19008, 16704, 14984, 13512, 12280, 11192, 10232, 9360, 8576, 7856, 7192, 6576, 6000, 5456, 4944, 4464, 4008,
  3576, 3168, 2776, 2400, 2032, 1688, 1360, 1040, 728, 432, 136, -432, -136,
];
const HIGH_2 = [-7408, -1616, 7408, 1616];
/** How the logarithmic scale factor moves, by the code's magnitude. */
const LOW_SCALE = [-60, 3042, 1198, 538, 334, 172, 58, -30, 3042, 1198, 538, 334, 172, 58, -30, -60];
const HIGH_SCALE = [798, -214, 798, -214];
const POWERS = [
  2048, 2093, 2139, 2186, 2233, 2282, 2332, 2383, 2435, 2489, 2543, 2599, 2656, 2714, 2774, 2834, 2896, 2960, 3025,
  3091, 3158, 3228, 3298, 3371, 3444, 3520, 3597, 3676, 3756, 3838, 3922, 4008,
];

function clamp(value: number, lowest = -32_768, highest = 32_767): number {
  return Math.min(Math.max(value, lowest), highest);
}

function of(table: ArrayLike<number>, index: number): number {
  return table[index] ?? 0;
}

/** One sub-band: what encoder and decoder both know of the signal so far. */
class Band {
  /** The present scale of the quantiser. */
  step: number;
  /** What the predictor expects next. */
  expected = 0;
  #log = 0;
  #zeros = 0;
  readonly #highestLog: number;
  readonly #shift: number;
  readonly #poles = [0, 0];
  readonly #rebuilt = [0, 0];
  readonly #partial = [0, 0];
  readonly #taps = [0, 0, 0, 0, 0, 0];
  readonly #differences = [0, 0, 0, 0, 0, 0];

  constructor(step: number, highestLog: number, shift: number) {
    this.step = step;
    this.#highestLog = highestLog;
    this.#shift = shift;
  }

  /** Takes in a quantised difference, and what its code does to the scale. */
  adapt(difference: number, scale: number): void {
    this.#log = clamp(((this.#log * 127) >> 7) + scale, 0, this.#highestLog);
    const power = of(POWERS, (this.#log >> 6) & 31);
    const shift = this.#shift - (this.#log >> 11);
    this.step = (shift < 0 ? power << -shift : power >> shift) << 2;
    this.#predict(difference);
  }

  #predict(difference: number): void {
    const rebuilt = clamp(this.expected + difference);
    const partial = clamp(this.#zeros + difference);
    const same = (index: number) => partial < 0 === of(this.#partial, index) < 0;
    const first = of(this.#poles, 0);
    const quadrupled = clamp(first << 2);
    const turned = Math.min(32_767, same(0) ? -quadrupled : quadrupled);
    const second = clamp(
      (turned >> 7) + (same(1) ? 128 : -128) + ((of(this.#poles, 1) * 32_512) >> 15),
      -12_288,
      12_288,
    );
    const limit = clamp(15_360 - second);
    this.#poles[0] = clamp(clamp((same(0) ? 192 : -192) + ((first * 32_640) >> 15)), -limit, limit);
    this.#poles[1] = second;
    const nudge = difference === 0 ? 0 : 128;
    for (const [index, tap] of this.#taps.entries()) {
      const agrees = of(this.#differences, index) < 0 === difference < 0;
      this.#taps[index] = clamp((agrees ? nudge : -nudge) + ((tap * 32_640) >> 15));
    }
    unshift(this.#differences, difference);
    unshift(this.#rebuilt, rebuilt);
    unshift(this.#partial, partial);
    const sum = (weights: readonly number[], values: readonly number[]) =>
      clamp(weights.reduce((total, weight, index) => total + ((weight * clamp(2 * of(values, index))) >> 15), 0));
    this.#zeros = sum(this.#taps, this.#differences);
    this.expected = clamp(sum(this.#poles, this.#rebuilt) + this.#zeros);
  }
}

function unshift(values: number[], value: number): void {
  values.unshift(value);
  values.pop();
}

function lowBand(): Band {
  return new Band(32, 18_432, 8);
}

function highBand(): Band {
  return new Band(8, 22_528, 10);
}

/** The last 24 samples of a quadrature mirror filter, taken in by pairs. */
class Mirror {
  readonly #samples: number[] = Array.from({ length: 24 }, () => 0);

  push(first: number, second: number): { readonly even: number; readonly odd: number } {
    this.#samples.splice(0, 2);
    this.#samples.push(first, second);
    let even = 0;
    let odd = 0;
    for (const [index, weight] of QMF.entries()) {
      odd += of(this.#samples, 2 * index) * weight;
      even += of(this.#samples, 2 * index + 1) * of(QMF, 11 - index);
    }
    return { even, odd };
  }
}

/** Samples between -1 and 1, 16,000 a second, to G.722: a byte for every two. */
export class G722Encoder {
  readonly #low = lowBand();
  readonly #high = highBand();
  readonly #mirror = new Mirror();

  encode(samples: Float64Array): Buffer {
    const bytes = Buffer.alloc(samples.length >> 1);
    const linear = (index: number) => clamp(Math.round(of(samples, index) * 32_768));
    for (const index of bytes.keys()) {
      const { even, odd } = this.#mirror.push(linear(2 * index), linear(2 * index + 1));
      bytes[index] = (this.#codeHigh((even - odd) >> 14) << 6) | this.#codeLow((even + odd) >> 14);
    }
    return bytes;
  }

  #codeLow(sample: number): number {
    const band = this.#low;
    const error = clamp(sample - band.expected);
    const size = error < 0 ? ~error : error;
    let level = 1;
    while (level < 30 && size >= (of(LEVELS, level) * band.step) >> 12) level += 1;
    const code = error >= 0 ? 62 - level : level < 3 ? 64 - level : 34 - level;
    const coarse = code >> 2;
    band.adapt((band.step * of(LOW_4, coarse)) >> 15, of(LOW_SCALE, coarse));
    return code;
  }

  #codeHigh(sample: number): number {
    const band = this.#high;
    const error = clamp(sample - band.expected);
    const large = (error < 0 ? ~error : error) >= (564 * band.step) >> 12;
    const code = (error < 0 ? 0 : 2) + (large ? 0 : 1);
    band.adapt((band.step * of(HIGH_2, code)) >> 15, of(HIGH_SCALE, code));
    return code;
  }
}

/** G.722 bytes to samples between -1 and 1, two for each. */
export class G722Decoder {
  readonly #low = lowBand();
  readonly #high = highBand();
  readonly #mirror = new Mirror();

  decode(bytes: Uint8Array): Float64Array {
    const samples = new Float64Array(bytes.length * 2);
    for (const [index, byte] of bytes.entries()) {
      const [low, high] = [this.#heard(byte & 63), this.#heardHigh(byte >> 6)];
      const { even, odd } = this.#mirror.push(low + high, low - high);
      samples[2 * index] = clamp(even >> 11) / 32_768;
      samples[2 * index + 1] = clamp(odd >> 11) / 32_768;
    }
    return samples;
  }

  #heard(code: number): number {
    const band = this.#low;
    const sample = clamp(band.expected + ((band.step * of(LOW_6, code)) >> 15), -16_384, 16_383);
    const coarse = code >> 2;
    band.adapt((band.step * of(LOW_4, coarse)) >> 15, of(LOW_SCALE, coarse));
    return sample;
  }

  #heardHigh(code: number): number {
    const band = this.#high;
    const difference = (band.step * of(HIGH_2, code)) >> 15;
    const sample = clamp(band.expected + difference, -16_384, 16_383);
    band.adapt(difference, of(HIGH_SCALE, code));
    return sample;
  }
}
