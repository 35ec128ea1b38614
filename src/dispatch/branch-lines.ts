import type {
  Branch,
  BranchBus,
  BranchDelivery,
  BranchHello,
  BranchId,
  BranchShown,
  Clock,
  EpochMs,
  LastDelivery,
  Log,
  Mac,
  Phone,
} from "../model/index.js";
import { BranchLine } from "./branch-line.js";
import type { PhoneLine } from "./phone-queue.js";

export interface BranchLinesParts {
  readonly branches: readonly Branch[];
  readonly bus: BranchBus;
  readonly clock: Clock;
  readonly log: Log;
  readonly newId: () => string;
  readonly epoch: number;
  /** Told how pushes ended, by phone. */
  readonly delivered: (phone: Mac, last: LastDelivery) => void;
}

/** A branch says hello every three seconds. */
const silentAfterMs = 10_000;

/** The gateway's side of its branch offices: what their phones are to show, and the answers to their hellos. */
export class BranchLines {
  readonly #parts: BranchLinesParts;
  readonly #lines = new Map<Mac, { readonly branch: BranchId; readonly line: BranchLine }>();
  readonly #heard = new Map<BranchId, EpochMs>();

  constructor(parts: BranchLinesParts) {
    this.#parts = parts;
  }

  /** Listens to branches from now on; the bus need not be there yet. */
  start(): void {
    this.#parts.bus.start(
      (branch, hello) => this.#welcome(branch, hello),
      (phone, delivery) => this.#delivered(phone, delivery),
    );
  }

  /** Who sees to this phone, where it belongs to a branch; asked once for each phone. */
  line(phone: Phone, unknown: () => BranchShown["unknown"]): PhoneLine | undefined {
    const { branch, mac } = phone;
    if (branch === undefined) return undefined;
    const { bus, clock, log, newId } = this.#parts;
    const line = new BranchLine({
      ...{ phone, unknown, clock, log, newId },
      isThere: () => this.#isThere(branch),
      publish: (shown, seq) => bus.show(branch, mac, shown, seq),
    });
    this.#lines.set(mac, { branch, line });
    return line;
  }

  /** Publishes all of them, as after each (re)connect of the bus. */
  publishAll(): void {
    for (const { line } of this.#lines.values()) line.again();
  }

  #isThere(branch: BranchId): boolean {
    const heard = this.#heard.get(branch);
    return heard !== undefined && this.#parts.clock.now() - heard < silentAfterMs;
  }

  #welcome(branch: BranchId, { nonce, has }: BranchHello): void {
    const { branches, bus, clock, log, epoch } = this.#parts;
    if (!branches.some(({ id }) => id === branch)) return;
    if (!this.#isThere(branch)) log.info({ branch }, "A branch office is there.");
    this.#heard.set(branch, clock.now());
    const latest = new Map<Mac, number>();
    for (const [mac, one] of this.#lines) {
      if (one.branch !== branch || one.line.seq === 0) continue;
      latest.set(mac, one.line.seq);
      const newest = has.get(mac);
      // Whatever became of it on the way: lost, or overwritten at a broker that lets others write.
      if (newest?.epoch !== epoch || newest.seq !== one.line.seq) one.line.again();
    }
    void bus.welcome(branch, { nonce, now: clock.now(), latest });
  }

  #delivered(phone: Mac, delivery: BranchDelivery): void {
    const found = this.#lines.get(phone);
    if (!found) return;
    const { at, kind, result } = delivery;
    found.line.delivered(delivery);
    this.#parts.delivered(phone, { at, kind, result });
  }
}
