import type { ActionResult, CallAction, CallId, PersonId, RefusalCode } from "../model/index.js";
import { type Change, privateSince } from "../state/index.js";
import { atMost } from "./at-most.js";
import type { ControlParts } from "./parts.js";
import { Record } from "./record.js";
import { Recordings } from "./recordings.js";

/** Between two tries to have the PBX keep what was asked. */
const againMs = 2_000;
/** A press is answered within a second, its row and the PBX's doing included. */
const answerWithinMs = 500;
const minute = 60_000;
/** Minutes; what the site chooses takes its place. */
const usualLimit = 15;

/** A call that is private now. */
interface Kept {
  /** Whose recordings have been asked for. */
  legs: string;
  cancelLimit: () => void;
  cancelAgain: () => void;
}

/** What came of an end that was asked. */
type Ended = { readonly recorded: Promise<void> } | "failed";

/**
 * Private calls (R20). Making one private lets nobody hear more, so it is done first, never refused and recorded after:
 * by a party to it, or by whatever sets the channel variable at the PBX. It ends by either, with the call, or after the
 * site's limit. Recordings are paused beside it, and hold nothing up.
 */
export class Privacy {
  readonly #parts: ControlParts;
  readonly #record: Record;
  readonly #recordings: Recordings;
  readonly #kept = new Map<CallId, Kept>();
  /** Whose beginning is on record already, by whoever pressed. */
  readonly #pressed = new Set<CallId>();
  /** How often each call was asked to be private: an end that was asked before the last one counts no more. */
  readonly #asks = new Map<CallId, number>();
  /** Ends that are at the PBX: what becomes of the call meanwhile is theirs to record. */
  readonly #ends = new Map<CallId, Promise<Ended>>();
  #unsubscribe: () => void = () => {};

  constructor(parts: ControlParts) {
    this.#parts = parts;
    this.#record = new Record(parts);
    this.#recordings = new Recordings(parts);
  }

  start(): void {
    this.#unsubscribe = this.#parts.writer.subscribe((change) => this.#follow(change));
  }

  /** Leaves every private call as it is at the PBX for the next run. */
  stop(): void {
    this.#unsubscribe();
    for (const { cancelLimit, cancelAgain } of this.#kept.values()) {
      cancelLimit();
      cancelAgain();
    }
    this.#kept.clear();
    this.#recordings.stop();
  }

  /** Every call that this person is on is private from now on. @returns false where they are on none. */
  async ask(by: PersonId): Promise<boolean> {
    const calls = this.#callsOf(by);
    await Promise.all(calls.map((call) => this.#askOne(call, by)));
    return calls.length > 0;
  }

  /** None of their calls is private any more. @returns why not, where the PBX has not done it. */
  async lift(by: PersonId): Promise<RefusalCode | undefined> {
    const calls = this.#callsOf(by).filter((call) => privateSince(this.#parts.writer.state, call) !== undefined);
    if (this.#parts.writer.state.pbx !== "ready") return "pbx-away";
    const results = await Promise.all(calls.map((call) => this.#lift(call, by)));
    return results.find((code) => code !== undefined);
  }

  #callsOf(person: PersonId): readonly CallId[] {
    return [...(this.#parts.writer.state.callsOfPerson.get(person) ?? [])];
  }

  async #askOne(call: CallId, by: PersonId): Promise<void> {
    const { writer } = this.#parts;
    const was = privateSince(writer.state, call) !== undefined;
    if (!was) this.#pressed.add(call);
    this.#overtake(call);
    // The PBX is asked first: it cuts faster than one path after the other is asked for.
    const kept = this.#keep(call);
    writer.take({ type: "private-asked", call, by });
    const recorded = was && !this.#ends.has(call) ? undefined : this.#record.ofCall(call, "private", by);
    await Promise.all([recorded, this.#soon(kept)]);
  }

  async #lift(call: CallId, by: PersonId): Promise<RefusalCode | undefined> {
    const ended = await this.#soon(this.#end(call, by));
    if (ended === undefined) {
      // Whoever pressed is told that it is private still, so it has to be.
      this.#overtake(call);
      void this.#keep(call);
    }
    if (ended === undefined || ended === "failed") return "pbx-failed";
    await ended.recorded;
    return undefined;
  }

  /** An end of it that is at the PBX counts no more. */
  #overtake(call: CallId): void {
    this.#asks.set(call, (this.#asks.get(call) ?? 0) + 1);
  }

  /** Whoever asks while it is at the PBX gets what comes of that. Without `by` it is the limit's. */
  #end(call: CallId, by?: PersonId): Promise<Ended> {
    const ending = this.#ends.get(call) ?? this.#endNow(call, by).finally(() => this.#ends.delete(call));
    this.#ends.set(call, ending);
    return ending;
  }

  async #endNow(call: CallId, by: PersonId | undefined): Promise<Ended> {
    const { writer } = this.#parts;
    const asks = this.#asks.get(call);
    const result = await this.#execute({ type: "set-private", call, on: false });
    const isOpen = writer.state.calls.has(call) && privateSince(writer.state, call) === undefined;
    if (this.#asks.get(call) !== asks) {
      // The PBX may have done both, and this one last.
      if (result.ok || isOpen) {
        void this.#keep(call);
        writer.take({ type: "private-asked", call });
      }
      return "failed";
    }
    if (!result.ok && !isOpen) return "failed";
    const recorded = this.#record.ofCall(call, "private-off", by ?? "pbx", by ? {} : { detail: "after the limit" });
    writer.take({ type: "private-lifted", call, ...(by && { by }) });
    return { recorded };
  }

  /** Has the PBX keep it, again and again until it does. */
  async #keep(call: CallId): Promise<void> {
    const result = await this.#execute({ type: "set-private", call, on: true });
    if (result.ok) return;
    this.#parts.log.warn(
      { call, code: result.code, detail: result.detail },
      "the PBX does not keep a private call yet",
    );
    const kept = this.#kept.get(call);
    if (!kept) return;
    kept.cancelAgain();
    kept.cancelAgain = this.#parts.clock.after(againMs, () => void this.#keep(call));
  }

  #follow({ calls }: Change): void {
    const { state } = this.#parts.writer;
    for (const id of calls) {
      if (!state.calls.has(id)) this.#asks.delete(id);
      const since = privateSince(state, id);
      const kept = this.#kept.get(id);
      if (since !== undefined && !kept) this.#begin(id, since);
      else if (since === undefined && kept) this.#over(id, kept);
      else if (kept) this.#pauseAgain(id, kept);
    }
  }

  /** A leg that has come to it may bring a recording of its own. */
  #pauseAgain(call: CallId, kept: Kept): void {
    const legs = this.#legsOf(call);
    if (legs === kept.legs) return;
    kept.legs = legs;
    this.#recordings.pause(call, true);
  }

  #legsOf(call: CallId): string {
    const legs = this.#parts.writer.state.calls.get(call)?.legs ?? [];
    return legs
      .map(({ id }) => id)
      .sort()
      .join(" ");
  }

  #begin(call: CallId, since: number): void {
    this.#kept.set(call, { legs: this.#legsOf(call), cancelLimit: this.#limit(call, since), cancelAgain: () => {} });
    this.#recordings.pause(call, true);
    const known = this.#pressed.delete(call) || this.#ends.has(call);
    if (!known) void this.#record.ofCall(call, "private", "pbx");
  }

  /** @returns what takes it back. */
  #limit(call: CallId, since: number): () => void {
    const { clock, policy } = this.#parts;
    const limit = (policy.private?.limit ?? usualLimit) * minute;
    if (limit === 0) return () => {};
    return clock.after(Math.max(0, since + limit - clock.now()), () => void this.#expire(call));
  }

  #over(call: CallId, { cancelLimit, cancelAgain }: Kept): void {
    cancelLimit();
    cancelAgain();
    this.#kept.delete(call);
    // It ends with the call, and so do its recordings.
    if (!this.#parts.writer.state.calls.has(call)) {
      this.#recordings.forget(call);
      return;
    }
    this.#recordings.pause(call, false);
    if (!this.#ends.has(call)) void this.#record.ofCall(call, "private-off", "pbx");
  }

  async #expire(call: CallId): Promise<void> {
    const { clock } = this.#parts;
    const asks = this.#asks.get(call);
    const ended = await this.#end(call);
    const kept = this.#kept.get(call);
    if (ended !== "failed" || !kept) return;
    kept.cancelLimit();
    kept.cancelAgain();
    // Asked for anew meanwhile, it has a limit of its own.
    if (this.#asks.get(call) !== asks) kept.cancelLimit = this.#limit(call, clock.now());
    else kept.cancelAgain = clock.after(againMs, () => void this.#expire(call));
  }

  async #execute(action: CallAction): Promise<ActionResult> {
    const { pbx, log } = this.#parts;
    try {
      return await pbx.execute(action);
    } catch (error) {
      log.error({ error: String(error), action: action.type }, "the PBX adapter broke");
      return { ok: false, code: "pbx-failed", detail: String(error) };
    }
  }

  /** Undefined where it took longer; it goes on all the same. */
  #soon<T>(done: Promise<T>): Promise<T | undefined> {
    return atMost(this.#parts.clock, answerWithinMs, done, undefined);
  }
}
