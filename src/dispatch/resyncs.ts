import type {
  Clock,
  EpochMs,
  Log,
  Mac,
  Pbx,
  Person,
  PersonId,
  Phone,
  PhoneStates,
  Phones,
  Pushed,
  Resync,
} from "../model/index.js";
import { vendorNamed } from "../phones/index.js";
import { type State, supervisionBy } from "../state/index.js";

export interface ResyncsParts {
  readonly phones: Pick<Phones, "get" | "all">;
  readonly writer: { readonly state: State };
  readonly pbx: Pick<Pbx, "notify" | "capabilities">;
  readonly states: Pick<PhoneStates, "of" | "keep">;
  readonly clock: Clock;
  readonly log: Log;
}

interface Waiting {
  readonly mac: Mac;
  readonly orderedAt: EpochMs;
  readonly until: EpochMs;
  readonly notBefore: EpochMs;
}

/** After its turn a phone is waited for so long: until its owner is free, or the PBX back. */
export const resyncPatienceMs = 60 * 60_000;
/** Between two phones of one order, where nobody says otherwise. */
export const resyncApartMs = 3_000;
/** Between any two, also of those that become free at once; of two NOTIFYs to one phone the older might come last. */
const leastApartMs = 250;
const lookEveryMs = 5_000;
const tooLate = "it was not free in time, or the PBX was away";

/**
 * Has phones read their configuration again (NOTIFY check-sync), one after another. A phone may restart by it, so one whose
 * owner has a call, or supervises, has its turn after that.
 */
export class Resyncs {
  readonly #parts: ResyncsParts;
  #line: readonly Waiting[] = [];
  #sending = false;
  #lastAt: EpochMs | undefined;
  #forget: (() => void) | undefined;
  #stopped = false;

  constructor(parts: ResyncsParts) {
    this.#parts = parts;
  }

  /** Takes up what an earlier run was ordered and has not done. */
  start(): void {
    const { clock, states, phones } = this.#parts;
    const now = clock.now();
    const left = phones.all().flatMap(({ mac }) => {
      const { resync } = states.of(mac);
      return resync?.kind === "waits" ? [{ mac, orderedAt: resync.orderedAt, until: resync.until }] : [];
    });
    this.#line = left.map((one, place) => ({ ...one, notBefore: now + place * resyncApartMs }));
    if (left.length > 0) this.#wait(0);
  }

  stop(): void {
    this.#stopped = true;
    this.#forget?.();
    this.#line = [];
  }

  /** Whether the PBX can do it now. */
  get able(): boolean {
    const { pbx } = this.#parts;
    return pbx.notify !== undefined && pbx.capabilities().has("notify-push");
  }

  /**
   * Orders it of these phones, the first at once and the last after `spreadMs`. A phone that waits already has its turn
   * anew. Resolves with the last one's turn, once the first has been tried.
   */
  async order(macs: readonly Mac[], spreadMs: number): Promise<EpochMs> {
    const { clock, states } = this.#parts;
    const orderedAt = clock.now();
    const until = orderedAt + spreadMs + resyncPatienceMs;
    const apart = macs.length > 1 ? spreadMs / (macs.length - 1) : 0;
    const ordered = macs.map((mac, place) => ({
      mac,
      orderedAt,
      until,
      notBefore: orderedAt + Math.round(place * apart),
    }));
    const again = new Set(macs);
    this.#line = [...this.#line.filter(({ mac }) => !again.has(mac)), ...ordered];
    for (const mac of macs) states.keep(mac, { resync: { kind: "waits", orderedAt, until } });
    await this.#look();
    return ordered.at(-1)?.notBefore ?? orderedAt;
  }

  /** Tries whoever is next, and sees to it that it is looked again. */
  async #look(): Promise<void> {
    if (this.#sending || this.#stopped) return;
    const now = this.#parts.clock.now();
    for (const late of this.#line.filter(({ until }) => until <= now)) this.#ended(late, failed(tooLate, false));
    const rest = this.#lastAt === undefined ? 0 : this.#lastAt + leastApartMs - now;
    const due = this.#line.find((one) => one.notBefore <= now && this.#isFree(one.mac));
    if (rest <= 0 && due) {
      this.#sending = true;
      try {
        await this.#send(due);
      } catch (error) {
        this.#parts.log.error(
          { mac: due.mac, error: String(error) },
          "a phone could not be asked to read its configuration",
        );
        this.#ended(due, failed("earshot could not ask it", false));
      }
      this.#sending = false;
    }
    const next = this.#line.filter(({ notBefore }) => notBefore > now).map(({ notBefore }) => notBefore - now);
    const soon = due ? [Math.max(rest, leastApartMs)] : [];
    if (this.#line.length > 0) this.#wait(Math.min(...next, ...soon, lookEveryMs));
  }

  #wait(ms: number): void {
    if (this.#stopped) return;
    this.#forget?.();
    this.#forget = this.#parts.clock.after(ms, () => void this.#look());
  }

  async #send(due: Waiting): Promise<void> {
    const { pbx, clock, log } = this.#parts;
    const phone = this.#parts.phones.get(due.mac);
    const owner = phone && this.#ownerOf(phone);
    const event = phone && vendorNamed(phone.vendor)?.resync;
    if (!phone || !owner) return this.#ended(due, failed("nobody has it any more", false));
    if (event === undefined) return this.#ended(due, failed("no such order is known for its make", false));
    let wantedStill = true;
    const wanted = (): boolean => {
      wantedStill = this.#line.includes(due) && this.#isFree(due.mac);
      return wantedStill;
    };
    const { mac, address } = phone;
    const to = { extension: owner.extension, mac, ...(address !== undefined && { address }) };
    const result = await pbx.notify?.(to, { event }, wanted);
    this.#lastAt = clock.now();
    if (!result || this.#stopped || !this.#line.includes(due)) return;
    // Its owner's phone has rung meanwhile, or the PBX has gone: its turn is to come.
    if (result.outcome === "failed" && (!wantedStill || !this.able)) return;
    if (result.outcome === "failed")
      log.warn({ mac, why: result.why }, "a phone was not asked to read its configuration");
    else log.info({ mac }, "a phone was asked to read its configuration again");
    this.#ended(due, result);
  }

  #ended(waiting: Waiting, result: Pushed): void {
    const { clock, states, phones } = this.#parts;
    const { mac, orderedAt, until } = waiting;
    this.#line = this.#line.filter((one) => one !== waiting);
    // Of a phone that is gone nothing is kept.
    if (!phones.get(mac)) return;
    const order = { orderedAt, until, at: clock.now() };
    const resync: Resync =
      result.outcome === "failed" ? { kind: "failed", ...order, why: result.why } : { kind: "asked", ...order };
    states.keep(mac, { resync });
  }

  #ownerOf({ owner }: Phone): Person | undefined {
    return this.#parts.writer.state.people.get(owner);
  }

  /** While nobody knows who has a call, nobody is free. */
  #isFree(mac: Mac): boolean {
    const { state } = this.#parts.writer;
    const owner = this.#parts.phones.get(mac)?.owner;
    if (!this.able || state.pbx !== "ready") return false;
    return owner === undefined || !isTaken(state, owner);
  }
}

/** Whether a call, or a supervision, is on this person's phones or on its way there. */
function isTaken(state: State, person: PersonId): boolean {
  if ((state.callsOfPerson.get(person)?.size ?? 0) > 0 || supervisionBy(state, person)) return true;
  return [...state.handingOver.values()].some(({ to, trouble }) => to === person && trouble === undefined);
}

function failed(why: string, again: boolean): Pushed {
  return { outcome: "failed", why, again };
}
