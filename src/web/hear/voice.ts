/** How one party sounds: enough to tell it from the others with closed eyes. */
export interface Timbre {
  readonly wave: OscillatorType;
  /** Hz. */
  readonly pitch: number;
  /** How far the melody goes, in semitones. */
  readonly melody: number;
  /** Syllables a second. */
  readonly rate: number;
  /** Scales the formants: below 1 a larger head. */
  readonly throat: number;
}

export const timbres = {
  agent: { wave: "sawtooth", pitch: 205, melody: 4, rate: 4.6, throat: 1.14 },
  customer: { wave: "sawtooth", pitch: 112, melody: 3, rate: 3.6, throat: 0.92 },
  supervisor: { wave: "square", pitch: 152, melody: 6, rate: 5.4, throat: 1.02 },
} as const satisfies Readonly<Record<string, Timbre>>;

/** First and second formant of some vowels, in Hz. */
const vowels = [
  [730, 1090],
  [530, 1840],
  [390, 1990],
  [570, 840],
  [440, 1020],
  [660, 1720],
] as const;
const aheadSeconds = 0.3;
const everyMs = 100;

/** A voice that babbles like speech, in phrases with pauses. Made by oscillator and filters, without a sample. */
export class Voice {
  readonly #context: AudioContext;
  readonly #timbre: Timbre;
  readonly #source: OscillatorNode;
  readonly #formants: readonly BiquadFilterNode[];
  readonly #mouth: GainNode;
  readonly #path: GainNode;
  readonly #level: AnalyserNode;
  readonly #samples: Float32Array<ArrayBuffer>;
  #next: number;
  #left = 0;
  #dice: number;
  #timer: ReturnType<typeof setInterval> | undefined;

  /** @param seed makes two voices of one timbre speak differently */
  constructor(context: AudioContext, timbre: Timbre, seed: number) {
    this.#context = context;
    this.#timbre = { ...timbre, pitch: timbre.pitch * (1 + (seed % 3) * 0.09) };
    this.#dice = (seed * 7919 + 17) % 2147483647 || 1;
    this.#next = context.currentTime + 0.1 + (seed % 3) * 0.7;
    this.#source = new OscillatorNode(context, { type: timbre.wave, frequency: this.#timbre.pitch });
    this.#formants = [0, 1].map((at) => new BiquadFilterNode(context, { type: "bandpass", Q: at === 0 ? 5 : 8 }));
    this.#mouth = new GainNode(context, { gain: 0 });
    this.#path = new GainNode(context, { gain: 0 });
    this.#level = new AnalyserNode(context, { fftSize: 256 });
    this.#samples = new Float32Array(this.#level.fftSize);
    for (const formant of this.#formants) this.#source.connect(formant).connect(this.#mouth);
    this.#mouth.connect(this.#path).connect(this.#level);
  }

  start(into: AudioNode): void {
    this.#level.connect(into);
    this.#source.start();
    this.#timer = setInterval(() => this.#speak(), everyMs);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#source.stop();
    this.#source.disconnect();
    this.#level.disconnect();
  }

  /** Whether there is a path from this voice to the listener. */
  hear(heard: boolean): void {
    this.#path.gain.setTargetAtTime(heard ? 1 : 0, this.#context.currentTime, 0.02);
  }

  /** Whether it sounds at the listener's now. */
  get sounds(): boolean {
    this.#level.getFloatTimeDomainData(this.#samples);
    return this.#samples.some((sample) => Math.abs(sample) > 0.004);
  }

  #speak(): void {
    const until = this.#context.currentTime + aheadSeconds;
    if (this.#next < this.#context.currentTime) this.#next = this.#context.currentTime + 0.05;
    while (this.#next < until) {
      if (this.#left === 0) {
        this.#left = 5 + Math.floor(this.#roll() * 9);
        this.#next += 0.5 + this.#roll() * 1.3;
      }
      this.#syllable(this.#next);
    }
  }

  #syllable(at: number): void {
    const { pitch, melody, rate, throat } = this.#timbre;
    const length = (0.7 + this.#roll() * 0.6) / rate;
    const last = this.#left === 1;
    const bend = (this.#roll() - (last ? 0.9 : 0.45)) * melody;
    const vowel = vowels[Math.floor(this.#roll() * vowels.length)] ?? vowels[0];
    this.#source.frequency.setTargetAtTime(pitch * 2 ** (bend / 12), at, 0.05);
    for (const [index, formant] of this.#formants.entries()) {
      formant.frequency.setTargetAtTime((vowel[index] ?? 800) * throat, at, 0.03);
    }
    const loud = 0.55 + this.#roll() * 0.35;
    this.#mouth.gain.setTargetAtTime(loud, at, 0.018);
    this.#mouth.gain.setTargetAtTime(0, at + length * 0.62, 0.03);
    this.#next = at + length;
    this.#left -= 1;
  }

  /** 0 to 1, the same for the same seed. */
  #roll(): number {
    this.#dice = (this.#dice * 48271) % 2147483647;
    return this.#dice / 2147483647;
  }
}
