import type {
  BranchLink,
  BranchShown,
  BranchWelcome,
  Clock,
  DropReason,
  EpochMs,
  Log,
  Mac,
  Push,
  PushTarget,
  Standing,
} from "../model/index.js";
import { BranchPhone } from "./branch-phone.js";

export interface BranchOfficeParts {
  readonly phones: readonly PushTarget[];
  readonly link: BranchLink;
  readonly push: Push;
  /** Must only ever go forward; what time it is does not matter. */
  readonly clock: Clock;
  readonly log: Log;
  /** From 0 up to 1. */
  readonly random: () => number;
  /** At least 128 bits, never the same twice. */
  readonly newNonce: () => string;
}

/** What the gateway has said, and what may still be believed of it. */
interface Fresh {
  readonly epoch: number;
  readonly latest: BranchWelcome["latest"];
  /** The gateway's clock less ours. It is never behind the true one, so that nothing is shown too late. */
  readonly ahead: number;
  readonly until: EpochMs;
}

const helloEveryMs = 3_000;
/** After so long without the gateway's word nobody knows any more who is with whom. */
const believedMs = 10_000;
/** How often the same reason is said in the log. */
const saidEveryMs = 60_000;

const words: Readonly<Record<DropReason, string>> = {
  unsigned: "A message that the gateway has not signed was dropped.",
  stale: "A message of the gateway that is older than what is known was dropped.",
  foreign: "A message that is not for the phones of this branch was dropped.",
};

/**
 * Dispatch for the phones of a branch office. It shows what the gateway has signed, and only while the gateway is known to
 * be there: each hello has a number that was never used before, and the answer to it says what is the newest. So nothing
 * has to be remembered over a restart, no clock of this machine counts, and nothing old can be sent again.
 */
export class BranchOffice {
  readonly #parts: BranchOfficeParts;
  readonly #phones = new Map<Mac, BranchPhone>();
  /** When each hello without an answer was sent. */
  readonly #asked = new Map<string, EpochMs>();
  readonly #dropped: Record<DropReason, number> = { unsigned: 0, stale: 0, foreign: 0 };
  readonly #said = new Map<DropReason, EpochMs>();
  #fresh: Fresh | undefined;
  #there = false;
  #forget: (() => void) | undefined;

  constructor(parts: BranchOfficeParts) {
    this.#parts = parts;
    const { clock, log, random, push, link } = parts;
    const gatewayClock: Clock = { now: () => this.#now(), after: (ms, run) => clock.after(ms, run) };
    for (const phone of parts.phones) {
      const { mac } = phone;
      const ended: BranchPhone["ended"] = (id, kind, result) =>
        link.delivered(mac, { id, kind, result, at: this.#now() });
      this.#phones.set(mac, new BranchPhone({ phone, push, clock: gatewayClock, log, random, ended }));
    }
  }

  /** How many messages were dropped, by reason. */
  get dropped(): Readonly<Record<DropReason, number>> {
    return this.#dropped;
  }

  start(): void {
    const until = this.#parts.clock.now() + believedMs;
    for (const phone of this.#phones.values()) phone.start(until);
    this.#parts.link.start({
      connected: () => this.#hello(),
      shown: (phone, shown, at) => this.#shown(phone, shown, at),
      welcome: (welcome, at) => this.#welcome(welcome, at),
      dropped: (why, topic) => this.#drop(why, topic),
    });
    this.#beat();
  }

  stop(): void {
    this.#forget?.();
    for (const phone of this.#phones.values()) phone.stop();
    this.#parts.log.info({ dropped: this.#dropped }, "The branch office stops.");
  }

  #now(): EpochMs {
    return this.#parts.clock.now() + (this.#fresh?.ahead ?? 0);
  }

  #beat(): void {
    this.#forget = this.#parts.clock.after(helloEveryMs, () => {
      this.#hello();
      this.#judge();
      this.#beat();
    });
  }

  #hello(): void {
    const { clock, link, newNonce } = this.#parts;
    const [now, nonce] = [clock.now(), newNonce()];
    for (const [asked, at] of this.#asked) if (now - at > believedMs) this.#asked.delete(asked);
    this.#asked.set(nonce, now);
    const has = new Map<Mac, Standing>();
    for (const [mac, phone] of this.#phones) if (phone.newest) has.set(mac, phone.newest);
    link.hello({ nonce, has });
  }

  #welcome({ nonce, now, latest }: BranchWelcome, { epoch }: Standing): void {
    const asked = this.#asked.get(nonce);
    if (asked === undefined) {
      this.#drop("stale", "welcome");
      return;
    }
    this.#asked.delete(nonce);
    const until = asked + believedMs;
    // Two answers may overtake each other.
    if (this.#fresh && until < this.#fresh.until) return;
    this.#fresh = { epoch, latest, ahead: now - asked, until };
    this.#judge();
  }

  #shown(mac: Mac, shown: BranchShown, at: Standing): void {
    const phone = this.#phones.get(mac);
    if (!phone?.take(shown, at)) {
      this.#drop(phone ? "stale" : "foreign", mac);
      return;
    }
    // A gateway that has started anew: what it says counts once it has answered.
    if (this.#fresh && at.epoch > this.#fresh.epoch) this.#hello();
    this.#judgeOne(mac, phone);
  }

  #judge(): void {
    const there = this.#believed() !== undefined;
    if (there !== this.#there) {
      const { log } = this.#parts;
      if (there) log.info({}, "The gateway is there.");
      else log.warn({}, "The gateway is not heard from: phones show that it is not known who is with whom.");
    }
    this.#there = there;
    for (const [mac, phone] of this.#phones) this.#judgeOne(mac, phone);
  }

  /** Whether what this phone has been given is the newest there is. */
  #judgeOne(mac: Mac, phone: BranchPhone): void {
    const fresh = this.#believed();
    if (!fresh) {
      phone.doubt(this.#parts.clock.now());
      return;
    }
    const latest = fresh.latest.get(mac);
    const { newest } = phone;
    if (newest && isStale(newest, fresh.epoch, latest)) {
      phone.forget();
      this.#drop("stale", mac);
    }
    if (newest?.epoch === fresh.epoch && latest !== undefined && newest.seq >= latest) phone.believe(fresh.until);
    else phone.doubt(this.#parts.clock.now());
  }

  #believed(): Fresh | undefined {
    return this.#fresh && this.#parts.clock.now() < this.#fresh.until ? this.#fresh : undefined;
  }

  #drop(why: DropReason, topic: string): void {
    this.#dropped[why] += 1;
    const { clock, log } = this.#parts;
    const said = this.#said.get(why);
    if (said !== undefined && clock.now() - said < saidEveryMs) return;
    this.#said.set(why, clock.now());
    log.warn({ topic, dropped: { ...this.#dropped } }, words[why]);
  }
}

/** Of an earlier start, or older than what this start has said since; of a later one it is only not yet known. */
function isStale(newest: Standing, epoch: number, latest: number | undefined): boolean {
  if (newest.epoch !== epoch) return newest.epoch < epoch;
  return latest !== undefined && newest.seq < latest;
}
