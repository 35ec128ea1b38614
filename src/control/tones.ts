import type { ActionResult, EpochMs, LegId, SupervisionId } from "../model/index.js";
import { hasTones, isTold, type LegTone, tonesNow } from "../supervision/index.js";
import type { ControlParts } from "./parts.js";

/** A tone that was not heard, of a leg that should hear it, is tried again after this time. */
const againMs = 5_000;

type TonesParts = Pick<ControlParts, "writer" | "policy" | "pbx" | "clock" | "log">;

/** What one leg has heard so far. */
interface Beat {
  /** By supervision: the telling that was announced last. */
  readonly begun: Map<SupervisionId, number>;
  /** When it is due again, unless something begins before; undefined for never. */
  due: EpochMs | undefined;
  playing: boolean;
}

/**
 * The beat of notification tones: at once when a supervision begins to be heard of, and again and again while it goes
 * on. A supervision of an earlier run has begun then; its beat goes on. Two supervisors of one call share one beat.
 * Nothing waits for a tone. It is given up the moment that it is wanted no more.
 */
export class Tones {
  readonly #parts: TonesParts;
  readonly #beats = new Map<LegId, Beat>();
  /** Of an earlier run: announced then. */
  readonly #adopted = new Map<SupervisionId, number>();
  readonly #playing = new Set<Promise<void>>();
  #stopped = true;
  #said = "";
  #cancel: () => void = () => {};
  #unsubscribe: () => void = () => {};

  constructor(parts: TonesParts) {
    this.#parts = parts;
  }

  start(): void {
    const { pbx, policy, writer } = this.#parts;
    if (!pbx.notificationTone || !hasTones(policy)) return;
    this.#stopped = false;
    for (const one of writer.state.supervisions.values()) if (isTold(one)) this.#adopted.set(one.id, one.telling);
    this.#unsubscribe = writer.subscribe(({ supervisions, ended }) => {
      for (const { supervision } of ended) this.#forget(supervision.id);
      if (supervisions.size > 0 || ended.length > 0) this.#look();
    });
  }

  /** Plays nothing any more; resolves once nothing is left of the tones under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#unsubscribe();
    this.#cancel();
    await Promise.all(this.#playing);
  }

  #look(): void {
    if (this.#stopped) return;
    this.#cancel();
    const now = this.#parts.clock.now();
    const tones = this.#now();
    let next = Number.POSITIVE_INFINITY;
    for (const [leg, tone] of tones) {
      const beat = this.#beat(leg, tone, now);
      if (beat.playing) continue;
      if (isDue(beat, tone, now)) this.#play(leg, tone, beat);
      else if (beat.due !== undefined) next = Math.min(next, beat.due);
    }
    this.#cancel = next < Number.POSITIVE_INFINITY ? this.#parts.clock.after(next - now, () => this.#look()) : () => {};
  }

  #now(): ReadonlyMap<LegId, LegTone> {
    return tonesNow(this.#parts.writer.state, this.#parts.policy);
  }

  #beat(leg: LegId, { everyMs, by }: LegTone, now: EpochMs): Beat {
    const known = this.#beats.get(leg);
    if (known) return known;
    const before = by.filter(({ id, telling }) => this.#adopted.get(id) === telling);
    const begun = new Map(before.map(({ id, telling }) => [id, telling]));
    const beat: Beat = { begun, due: dueAfter(everyMs, now), playing: false };
    this.#beats.set(leg, beat);
    return beat;
  }

  #play(leg: LegId, { by, everyMs }: LegTone, beat: Beat): void {
    const [first] = by;
    if (!first) return;
    const { clock } = this.#parts;
    for (const { id, telling } of by) beat.begun.set(id, telling);
    beat.playing = true;
    beat.due = dueAfter(everyMs, clock.now());
    const playing = this.#ask(first.id, leg).then((result) => {
      this.#playing.delete(playing);
      beat.playing = false;
      if (result.ok) this.#said = "";
      else {
        beat.due = clock.now() + againMs;
        this.#sayOnce(leg, result);
      }
      this.#look();
    });
    this.#playing.add(playing);
  }

  async #ask(id: SupervisionId, leg: LegId): Promise<ActionResult> {
    const { pbx, log } = this.#parts;
    const wanted = (): boolean =>
      !this.#stopped &&
      this.#now()
        .get(leg)
        ?.by.some((one) => one.id === id) === true;
    try {
      return (await pbx.notificationTone?.play(id, leg, wanted)) ?? { ok: true };
    } catch (error) {
      log.error({ error: String(error) }, "the PBX adapter broke");
      return { ok: false, code: "pbx-failed", detail: String(error) };
    }
  }

  /** One that was given up because nobody wants it any more is no news. */
  #sayOnce(leg: LegId, { detail }: ActionResult & { ok: false }): void {
    if (this.#stopped || !this.#now().has(leg)) return;
    if (this.#said !== detail) this.#parts.log.warn({ detail }, "a notification tone was not heard");
    this.#said = detail;
  }

  #forget(id: SupervisionId): void {
    this.#adopted.delete(id);
    for (const [leg, { begun }] of this.#beats) {
      begun.delete(id);
      if (begun.size === 0) this.#beats.delete(leg);
    }
  }
}

function isDue({ begun, due }: Beat, { by }: LegTone, now: EpochMs): boolean {
  return by.some(({ id, telling }) => begun.get(id) !== telling) || (due !== undefined && due <= now);
}

function dueAfter(everyMs: number, now: EpochMs): EpochMs | undefined {
  return everyMs === 0 ? undefined : now + everyMs;
}
