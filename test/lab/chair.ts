import type { Page } from "playwright-core";

/** Who speaks, by the sound alone: the wave and the pitch of a voice before its melody. */
export type Speaker = "agent" | "customer" | "supervisor";

/** What one voice has done since the chair was taken, as peaks of its samples. */
export interface VoiceHeard {
  /** What its mouth has said, whether or not there is a path. */
  readonly said: number;
  /** What of it has reached the chair. */
  readonly arrived: number;
}

/**
 * Watches Web Audio from before the page's first script: every connection is noted, each oscillator is taken for the
 * party whose wave and pitch it has, and measured twice, before its first path and where it enters the chair. Nothing of the page
 * is asked, and nothing in it is changed.
 */
const WATCH = `(() => {
  const connect = AudioNode.prototype.connect;
  const made = [];
  const into = new Map();
  const contexts = new Set();
  const Own = window.OscillatorNode;
  window.OscillatorNode = class extends Own {
    constructor(context, options) {
      super(context, options);
      contexts.add(context);
      made.push({ node: this, context, wave: options.type, pitch: options.frequency, said: 0, arrived: 0 });
    }
  };
  AudioNode.prototype.connect = function (target, ...rest) {
    if (target instanceof AudioNode) into.set(this, [...(into.get(this) ?? []), target]);
    return connect.call(this, target, ...rest);
  };
  const chain = (node) => {
    const [next] = into.get(node) ?? [];
    return next ? [next, ...chain(next)] : [];
  };
  const probe = (context, node) => {
    const analyser = new AnalyserNode(context, { fftSize: 2048 });
    connect.call(node, analyser);
    const samples = new Float32Array(analyser.fftSize);
    return () => {
      analyser.getFloatTimeDomainData(samples);
      return samples.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0);
    };
  };
  setInterval(() => {
    for (const one of made) {
      if (one.context.state === "closed") continue;
      // From the throat to the loudspeaker: filter, mouth, path, level, the chair's own volume, the destination.
      const way = chain(one.node);
      const gains = way.filter((node) => node instanceof GainNode);
      if (gains.length < 3 || !(way.at(-1) instanceof AudioDestinationNode)) continue;
      one.probes ??= { said: probe(one.context, gains[0]), arrived: probe(one.context, way[way.indexOf(gains.at(-1)) - 1]) };
      one.said = Math.max(one.said, one.probes.said());
      one.arrived = Math.max(one.arrived, one.probes.arrived());
    }
  }, 40);
  window.chairHeard = () => ({
    running: [...contexts].filter((context) => context.state === "running").length,
    voices: made
      .filter(({ context }) => context.state !== "closed")
      .map(({ wave, pitch, said, arrived, context }) => ({ wave, pitch, said, arrived, state: context.state })),
  });
})();`;

interface Sounding extends VoiceHeard {
  readonly wave: string;
  readonly pitch: number;
  readonly state: string;
}

/** The chair that "Hear it" offers, measured where its loudspeaker is. */
export class Chair {
  readonly #page: Page;

  private constructor(page: Page) {
    this.#page = page;
  }

  /** To be asked before the page is opened. */
  static async in(page: Page): Promise<Chair> {
    await page.addInitScript(WATCH);
    return new Chair(page);
  }

  /** Takes the chair of a party, or leaves it (`off`). What was measured before counts no more. */
  async take(seat: Speaker | "off"): Promise<void> {
    // A chair that is taken again is a new one.
    await this.#page.locator("[data-seat=off] + span").click();
    if (seat !== "off") await this.#page.locator(`[data-seat=${seat}] + span`).click();
  }

  /** How many audio contexts run. */
  async running(): Promise<number> {
    return (await this.#heard()).running;
  }

  /** What every voice in the chair has done so far, by who speaks. */
  async voices(): Promise<Readonly<Partial<Record<Speaker, VoiceHeard>>>> {
    const { voices } = await this.#heard();
    return Object.fromEntries(voices.map(({ said, arrived, ...voice }) => [speakerOf(voice), { said, arrived }]));
  }

  async #heard(): Promise<{ readonly running: number; readonly voices: readonly Sounding[] }> {
    return await this.#page.evaluate("window.chairHeard()");
  }
}

/** A customer has the lowest voice and an agent the highest; a supervisor's wave is another one. */
function speakerOf({ wave, pitch }: Pick<Sounding, "wave" | "pitch">): Speaker {
  if (wave === "square") return "supervisor";
  return pitch < 160 ? "customer" : "agent";
}
