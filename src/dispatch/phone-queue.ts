import type {
  Attention,
  Clock,
  EpochMs,
  LastDelivery,
  Log,
  Push,
  PushDocument,
  Pushed,
  PushKind,
  PushTap,
  PushTarget,
} from "../model/index.js";

/** Something that a phone is to be shown. */
export interface Wish {
  readonly kind: PushKind;
  /** Made when its turn comes; undefined where the phone cannot show it. */
  make(attention: Attention): Promise<PushDocument | undefined>;
  /** Not worth sending from then on. */
  readonly expiresAt?: EpochMs;
  /** What a notice is about: it can be taken back by this. */
  readonly about?: string;
  /** Told how each try ended. */
  ended?(result: Pushed): void;
}

/** How a wish fares. */
export interface Fate {
  /** It has been tried, or it has to wait for something else than its turn. */
  readonly tried: Promise<void>;
  /** True once the phone itself has taken it; false when it has not and will not. */
  readonly confirmed: Promise<boolean>;
}

interface Waiting {
  readonly wish: Wish;
  tried(): void;
  settle(confirmed: boolean): void;
}

/** A wish, and how whoever asked for it learns how it fares. */
export function waitingFor(wish: Wish): { readonly fate: Fate; readonly waiting: Waiting } {
  let tried = (): void => {};
  let settle = (_: boolean): void => {};
  const fate = {
    tried: new Promise<void>((resolve) => {
      tried = resolve;
    }),
    confirmed: new Promise<boolean>((resolve) => {
      settle = resolve;
    }),
  };
  const waiting: Waiting = {
    wish,
    tried,
    settle: (confirmed) => {
      tried();
      settle(confirmed);
    },
  };
  return { fate, waiting };
}

/** Whoever sees to it that a phone is shown what it is to show: there is exactly one for each. */
export interface PhoneLine {
  /** How the newest push ended; undefined before the first. */
  readonly last: LastDelivery | undefined;
  ask(wish: Wish): Fate;
  /** Whether words may be put on the screen now. */
  attend(attention: Attention): void;
  /** Takes back the notices that wait and are no longer true. */
  withdraw(isTrue: (about: string) => boolean): void;
  stop(): void;
  over?(): Promise<void>;
}

export interface PhoneQueueParts {
  readonly phone: PushTarget;
  readonly push: Push;
  readonly clock: Clock;
  readonly log: Log;
  readonly tap?: PushTap;
  /** Told how each push ended. */
  readonly delivered?: (last: LastDelivery) => void;
  /** From 0 up to 1. */
  readonly random: () => number;
}

/** What is most urgent first: the light and its label, in a call as well; then words; then a page. */
const newestWins = ["lamp", "label"] as const;
/** A PBX sends NOTIFYs from several threads: of two at once the newer may come first, and the older would stay. */
const apartMs = 250;
const firstWaitMs = 1_000;
const longestWaitMs = 30_000;

/**
 * The one dispatcher of a phone. One push is in flight at a time; of lamp, label and page the newest alone waits; notices
 * go in order and are dropped when they have expired. After a failure it waits, longer each time.
 */
export class PhoneQueue implements PhoneLine {
  readonly #parts: PhoneQueueParts;
  readonly #newest = new Map<Exclude<PushKind, "notice">, Waiting>();
  readonly #notices: Waiting[] = [];
  /** Kinds of which a NOTIFY may still be on its way. */
  readonly #resting = new Map<PushKind, () => void>();
  #attention: Attention = "free";
  #inFlight = false;
  #flight: Promise<void> = Promise.resolve();
  #failures = 0;
  #forget: (() => void) | undefined;
  #stopped = false;
  #last: LastDelivery | undefined;

  constructor(parts: PhoneQueueParts) {
    this.#parts = parts;
  }

  /** How the newest push ended; undefined before the first. */
  get last(): LastDelivery | undefined {
    return this.#last;
  }

  ask(wish: Wish): Fate {
    const { fate, waiting } = waitingFor(wish);
    if (wish.kind === "notice") this.#notices.push(waiting);
    else {
      this.#newest.get(wish.kind)?.settle(false);
      this.#newest.set(wish.kind, waiting);
    }
    this.#next();
    return fate;
  }

  /** Whether words may be put on the screen now. */
  attend(attention: Attention): void {
    if (attention === this.#attention) return;
    this.#attention = attention;
    this.#next();
  }

  /** Takes back the notices that wait and are no longer true. */
  withdraw(isTrue: (about: string) => boolean): void {
    for (const waiting of this.#notices.filter(({ wish }) => wish.about !== undefined && !isTrue(wish.about))) {
      this.#drop(waiting);
    }
  }

  stop(): void {
    this.#stopped = true;
    this.#forget?.();
    for (const forget of this.#resting.values()) forget();
    for (const waiting of [...this.#newest.values(), ...this.#notices]) waiting.settle(false);
    this.#newest.clear();
    this.#notices.length = 0;
  }

  /** Once it is stopped: resolves when nothing of it is on its way to the phone any more. */
  async over(): Promise<void> {
    await this.#flight;
    await new Promise<void>((resolve) => void this.#parts.clock.after(apartMs, resolve));
  }

  #next(): void {
    if (this.#stopped || this.#inFlight) return;
    const waiting = this.#forget === undefined ? this.#choose() : undefined;
    if (waiting) {
      this.#flight = this.#send(waiting);
      return;
    }
    // Whoever waits for the sending waits no longer than for those in front.
    for (const one of [...this.#newest.values(), ...this.#notices]) {
      if (this.#forget !== undefined || !this.#resting.has(one.wish.kind)) one.tried();
    }
  }

  #choose(): Waiting | undefined {
    const now = this.#parts.clock.now();
    const inTime = ({ wish }: Waiting): boolean => wish.expiresAt === undefined || now < wish.expiresAt;
    for (const waiting of [...this.#notices, ...this.#newest.values()]) if (!inTime(waiting)) this.#drop(waiting);
    for (const kind of newestWins) {
      const waiting = this.#newest.get(kind);
      if (waiting && !this.#resting.has(kind)) return this.#taken(waiting);
    }
    const [notice] = this.#notices;
    if (notice && this.#attention !== "busy" && !this.#resting.has("notice")) return this.#taken(notice);
    const page = this.#newest.get("page");
    return page && this.#taken(page);
  }

  #drop(waiting: Waiting): void {
    this.#taken(waiting).settle(false);
  }

  #taken(waiting: Waiting): Waiting {
    const { kind } = waiting.wish;
    if (kind === "notice") this.#notices.splice(this.#notices.indexOf(waiting), 1);
    else this.#newest.delete(kind);
    return waiting;
  }

  async #send(waiting: Waiting): Promise<void> {
    const { phone, clock, tap } = this.#parts;
    const { kind } = waiting.wish;
    const since = performance.now();
    this.#inFlight = true;
    const result = await this.#push(waiting.wish);
    this.#inFlight = false;
    if (result === undefined) {
      waiting.settle(false);
      this.#next();
      return;
    }
    const { owner, push: { by } = {} } = phone;
    if (by && owner) tap?.pushed({ person: owner, by, kind, result: result.outcome, ms: performance.now() - since });
    this.#last = { at: clock.now(), kind, result };
    waiting.wish.ended?.(result);
    this.#parts.delivered?.(this.#last);
    if (this.#stopped) {
      waiting.settle(result.outcome === "confirmed");
      return;
    }
    if (result.outcome === "failed") this.#failed(waiting, result);
    else {
      this.#failures = 0;
      if (by === "notify" && kind !== "page") this.#rest(kind);
      waiting.settle(result.outcome === "confirmed");
    }
    this.#next();
  }

  #rest(kind: PushKind): void {
    const forget = this.#parts.clock.after(apartMs, () => {
      this.#resting.delete(kind);
      this.#next();
    });
    this.#resting.set(kind, forget);
  }

  async #push(wish: Wish): Promise<Pushed | undefined> {
    const { phone, push } = this.#parts;
    try {
      const document = await wish.make(this.#attention);
      return document && (await push.push(phone, document));
    } catch (error) {
      return { outcome: "failed", why: String(error), again: true };
    }
  }

  #failed(waiting: Waiting, { why, again }: Extract<Pushed, { outcome: "failed" }>): void {
    const { phone, clock, random, log } = this.#parts;
    const { kind } = waiting.wish;
    // Said once for each outage, not once for each try.
    if (this.#failures === 0) log.warn({ mac: phone.mac, kind, why }, "a push did not reach the phone");
    this.#failures += 1;
    waiting.tried();
    if (!again) waiting.settle(false);
    else if (kind === "notice") this.#notices.unshift(waiting);
    else if (this.#newest.has(kind)) waiting.settle(false);
    else this.#newest.set(kind, waiting);
    const longest = Math.min(firstWaitMs * 2 ** (this.#failures - 1), longestWaitMs);
    this.#forget = clock.after(Math.round(longest * (0.5 + random() / 2)), () => {
      this.#forget = undefined;
      this.#next();
    });
  }
}
