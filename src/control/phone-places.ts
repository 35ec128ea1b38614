import {
  bareHost,
  type Clock,
  type EpochMs,
  type Extension,
  type Log,
  type Mac,
  type Pbx,
  type PersonId,
  type Phone,
  type PhoneLife,
  type PhoneRegistration,
  type PhoneStates,
  type Phones,
  type Registered,
} from "../model/index.js";

export interface PhonePlacesParts {
  readonly phones: Pick<Phones, "all" | "get" | "follow">;
  readonly extensionOf: (person: PersonId) => Extension | undefined;
  readonly pbx: Pick<Pbx, "registered">;
  readonly states: Pick<PhoneStates, "of" | "keep">;
  readonly clock: Clock;
  readonly log: Log;
}

/** Where a request comes from, held against where its phone is registered. `unknown`: it is registered nowhere we know of. */
export type Place = "there" | "elsewhere" | "unknown";

type Strayed = NonNullable<PhoneLife["strayed"]>;

const askEveryMs = 30_000;
/** While the PBX does not tell. */
const askSoonMs = 2_000;
/** Between two questions to the PBX, whoever wants them. */
const leastApartMs = 1_000;

/** Where each phone is registered, as the PBX tells. What it told last counts until that registration's own end. */
export class PhonePlaces {
  readonly #parts: PhonePlacesParts;
  readonly #strayed = new Map<Mac, Strayed>();
  #asking: Promise<void> | undefined;
  #askedAt: EpochMs | undefined;
  #forget: (() => void) | undefined;
  #unfollow: (() => void) | undefined;
  /** Whether the PBX has told when it was asked last. */
  #told = false;
  #stopped = false;

  constructor(parts: PhonePlacesParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#unfollow = this.#parts.phones.follow((before, now) => {
      if (before && !now) this.#strayed.delete(before.mac);
      if (now && now.owner !== before?.owner) void this.refresh();
    });
    this.#again();
  }

  stop(): void {
    this.#stopped = true;
    this.#unfollow?.();
    this.#forget?.();
  }

  /** Asks the PBX anew, at most once a second; resolves once what it says is known, or at once where it was just asked. */
  refresh(): Promise<void> {
    const { clock } = this.#parts;
    if (this.#asking || this.#stopped) return this.#asking ?? Promise.resolve();
    if (this.#askedAt !== undefined && clock.now() - this.#askedAt < leastApartMs) return Promise.resolve();
    this.#askedAt = clock.now();
    this.#asking = this.#ask().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  /** A phone that there is not is nobody's business here: it is `there`. */
  placeOf(mac: Mac, from: string): Place {
    const { phones, states, clock } = this.#parts;
    if (!phones.get(mac)) return "there";
    const { registration } = states.of(mac);
    if (!registration?.registered || registration.until <= clock.now()) return "unknown";
    return registration.hosts.includes(bareHost(from)) ? "there" : "elsewhere";
  }

  /** Counts a request that was refused for its place. */
  refused(mac: Mac, from: string): void {
    const count = (this.#strayed.get(mac)?.count ?? 0) + 1;
    this.#strayed.set(mac, { count, lastAt: this.#parts.clock.now(), lastFrom: bareHost(from) });
  }

  /** Undefined where there were none in this run. */
  strayedOf(mac: Mac): Strayed | undefined {
    return this.#strayed.get(mac);
  }

  #again(): void {
    if (!this.#parts.pbx.registered) return;
    void this.refresh().then(() => {
      if (this.#stopped) return;
      this.#forget = this.#parts.clock.after(this.#told ? askEveryMs : askSoonMs, () => this.#again());
    });
  }

  async #ask(): Promise<void> {
    const { pbx, phones, log } = this.#parts;
    try {
      const all = await pbx.registered?.();
      this.#told = all !== undefined;
      if (!all || this.#stopped) return;
      for (const phone of phones.all()) this.#take(phone, all);
    } catch (error) {
      log.error({ error: String(error) }, "Which phones are registered could not be read");
    }
  }

  #take({ mac, owner }: Phone, all: ReadonlyMap<Extension, readonly Registered[]>): void {
    const { states, clock, extensionOf } = this.#parts;
    const extension = extensionOf(owner);
    const own = ofPhone((extension && all.get(extension)) ?? [], mac);
    const was = states.of(mac).registration;
    const hosts = [...new Set(own.flatMap((one) => one.hosts))].sort();
    const registered = own.length > 0;
    const until = Math.max(0, ...own.map((one) => one.until));
    const same = was?.registered === registered && was.hosts.join() === hosts.join();
    if (same && was.until === until) return;
    const since = was?.registered === registered ? was.since : clock.now();
    const now: PhoneRegistration = { registered, since, hosts: registered ? hosts : (was?.hosts ?? []), until };
    states.keep(mac, { registration: now });
  }
}

/** The devices that are this phone: those that name its MAC address, else those that name nobody's. */
function ofPhone(devices: readonly Registered[], mac: Mac): readonly Registered[] {
  const named = devices.filter(({ macs }) => macs.includes(mac));
  return named.length > 0 ? named : devices.filter(({ macs }) => macs.length === 0);
}
