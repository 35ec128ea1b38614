import type { FloorCall, Voice as VoiceId } from "../../model/desk.js";
import type { Party } from "../floor/parties.js";
import { timbres, Voice } from "./voice.js";

const loudness = 0.35;

/** One chair at a call: whoever sits there hears each voice that the PBX lets through to it, and no other. */
export class Seat {
  readonly #listener: VoiceId;
  readonly #context = new AudioContext();
  readonly #voices = new Map<VoiceId, Voice>();
  readonly #out: GainNode;

  constructor(listener: VoiceId) {
    this.#listener = listener;
    this.#out = new GainNode(this.#context, { gain: loudness });
  }

  start(): void {
    this.#out.connect(this.#context.destination);
    void this.#context.resume();
  }

  stop(): void {
    for (const voice of this.#voices.values()) voice.stop();
    this.#voices.clear();
    void this.#context.close();
  }

  /** Brings voices and paths to what the call is now. */
  update(call: FloorCall, parties: readonly Party[]): void {
    const others = parties.filter(({ id }) => id !== this.#listener);
    for (const [id, voice] of this.#voices) {
      if (others.some((party) => party.id === id)) continue;
      voice.stop();
      this.#voices.delete(id);
    }
    for (const party of others) {
      const heard = call.heard.some(({ listener, speaker }) => listener === this.#listener && speaker === party.id);
      this.#voice(party, parties).hear(heard);
    }
  }

  /** Who sounds in this chair at this moment. */
  sounding(): ReadonlySet<VoiceId> {
    return new Set([...this.#voices].filter(([, voice]) => voice.sounds).map(([id]) => id));
  }

  #voice(party: Party, parties: readonly Party[]): Voice {
    const known = this.#voices.get(party.id);
    if (known) return known;
    const place = parties.filter(({ kind }) => kind === party.kind).indexOf(party);
    const voice = new Voice(this.#context, timbres[party.kind], place + 3 * Object.keys(timbres).indexOf(party.kind));
    voice.start(this.#out);
    this.#voices.set(party.id, voice);
    return voice;
  }
}
