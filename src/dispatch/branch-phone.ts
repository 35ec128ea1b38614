import type {
  BranchShown,
  Clock,
  EpochMs,
  Log,
  Push,
  PushDocument,
  Pushed,
  PushKind,
  PushTarget,
  ShownNotice,
  Standing,
} from "../model/index.js";
import { PhoneQueue } from "./phone-queue.js";
import { replayWithin } from "./replays.js";

export interface BranchPhoneParts {
  readonly phone: PushTarget;
  readonly push: Push;
  /** The gateway's, as far as it is known. */
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
  /** Told how each push ended of what the gateway wants shown. */
  readonly ended: (id: string, kind: PushKind, result: Pushed) => void;
}

/** One phone of a branch office: the same dispatcher as a gateway's own phones have, and what it is given. */
export class BranchPhone {
  readonly #parts: BranchPhoneParts;
  readonly #queue: PhoneQueue;
  readonly #lights = new Map<"lamp" | "label", { readonly text: string; readonly document: PushDocument }>();
  /** Those that are on their way, or have been shown. */
  readonly #notices = new Map<string, "asked" | "done">();
  #given: { readonly shown: BranchShown; readonly at: Standing } | undefined;
  /** Outlives what was given: it says nothing of anybody. */
  #unknown: BranchShown["unknown"] = {};
  /** By the clock that only goes forward. */
  #trueUntil: EpochMs = 0;
  #doubted = false;
  #replay: (() => void) | undefined;

  constructor(parts: BranchPhoneParts) {
    this.#parts = parts;
    this.#queue = new PhoneQueue(parts);
  }

  get ended(): BranchPhoneParts["ended"] {
    return this.#parts.ended;
  }

  /** The newest that was given. */
  get newest(): Standing | undefined {
    return this.#given?.at;
  }

  /** Until then nothing is said to be unknown. */
  start(until: EpochMs): void {
    this.#trueUntil = until;
    this.#sendAgain();
  }

  stop(): void {
    this.#replay?.();
    this.#queue.stop();
  }

  /** Takes what the phone is to show, but shows nothing yet. False where something newer was given before. */
  take(shown: BranchShown, at: Standing): boolean {
    const was = this.#given?.at;
    if (was && (at.epoch < was.epoch || (at.epoch === was.epoch && at.seq < was.seq))) return false;
    this.#unknown = shown.unknown;
    this.#given = { shown, at };
    return true;
  }

  /** What was given is not true any more. */
  forget(): void {
    this.#given = undefined;
  }

  /** What was given last is true, at least until then: the phone shows it. */
  believe(until: EpochMs): void {
    this.#trueUntil = until;
    this.#doubted = false;
    if (!this.#given) return;
    const { attention, lamp, label, notices } = this.#given.shown;
    this.#queue.attend(attention);
    if (lamp) this.#light("lamp", lamp.document, lamp.id);
    if (label) this.#light("label", label.document, label.id);
    const there = new Set(notices.map(({ id }) => id));
    this.#queue.withdraw((id) => there.has(id));
    for (const id of this.#notices.keys()) if (!there.has(id)) this.#notices.delete(id);
    for (const notice of notices) this.#tell(notice);
  }

  /** It is not known what is true; after a while the phone says so. */
  doubt(now: EpochMs): void {
    if (this.#doubted || now < this.#trueUntil) return;
    this.#doubted = true;
    // Who has left or hidden meanwhile must not be told of afterwards.
    this.#queue.withdraw(() => false);
    for (const [id, how] of this.#notices) if (how === "asked") this.#notices.delete(id);
    const { lamp, label } = this.#unknown;
    if (lamp) this.#light("lamp", lamp);
    if (label) this.#light("label", label);
  }

  #sendAgain(): void {
    this.#replay = this.#parts.clock.after(replayWithin(this.#parts.random), () => {
      for (const [kind, { document }] of this.#lights) this.#queue.ask({ kind, make: async () => document });
      this.#sendAgain();
    });
  }

  #light(kind: "lamp" | "label", document: PushDocument, id?: string): void {
    const text = JSON.stringify([id, document]);
    if (this.#lights.get(kind)?.text === text) return;
    this.#lights.set(kind, { text, document });
    this.#queue.ask({
      kind,
      make: async () => document,
      ...(id !== undefined && { ended: (result) => this.#parts.ended(id, kind, result) }),
    });
  }

  #tell({ id, expiresAt, free, talking }: ShownNotice): void {
    if (this.#notices.has(id)) return;
    this.#notices.set(id, "asked");
    this.#queue.ask({
      ...{ kind: "notice", about: id, expiresAt },
      make: async (attention) => (attention === "free" ? free : talking),
      ended: (result) => {
        if (result.outcome !== "failed" || !result.again) this.#notices.set(id, "done");
        this.#parts.ended(id, "notice", result);
      },
    });
  }
}
