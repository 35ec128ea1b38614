import {
  type Audit,
  type AuditAct,
  type AuditRow,
  type Clock,
  type Enlisted,
  type Log,
  lampWayOf,
  type Mac,
  type PersonId,
  type Phone,
  type PhoneBooked,
  type PhoneLineWish,
  type PhoneListed,
  type PhoneSite,
  type PhonesBook,
  type PhoneWish,
} from "../model/index.js";
import { OrderRecord } from "./order-record.js";
import { PhonesPlan } from "./phone-enlisting.js";
import { PhoneEntries, type PhoneEntriesParts } from "./phone-entries.js";
import { type PhoneRefused, phoneOf, refusedPhone, settled } from "./phone-of.js";
import { Roster } from "./roster.js";
import { inTurns } from "./turns.js";

/** Where phones that are not of the file are kept, and the keys of all. */
export interface PhoneShelf {
  /** All of it or nothing; keys of what is dropped are dead at once. Rejects where that cannot be written. */
  order(order: { readonly drop: readonly Mac[]; readonly put: readonly Phone[] }): Promise<void>;
  /** Another key; the old one is dead at once, also where it rejects as unwritten. */
  renew(mac: Mac): Promise<unknown>;
  /** No page is served by their keys any more. */
  kill(macs: readonly Mac[]): void;
}

export interface PhoneKeeperParts extends PhoneEntriesParts {
  readonly site: PhoneSite;
  readonly shelf: PhoneShelf;
  /** Ends what this phone leads. Never rejects. */
  readonly leave: (phone: Phone) => void;
  /** Puts out lamp and label of a phone that is about to go; resolves soon, and never rejects. */
  readonly blank: (mac: Mac) => Promise<void>;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly log: Log;
}

/** Keeps the phones: whoever does, does it here, by the rules of the configuration file and on record. */
export class PhoneKeeper implements PhonesBook {
  readonly #parts: PhoneKeeperParts;
  readonly #record: OrderRecord;
  readonly #entries: PhoneEntries;

  constructor(parts: PhoneKeeperParts) {
    this.#parts = parts;
    this.#record = new OrderRecord(parts);
    this.#entries = new PhoneEntries(parts);
  }

  /** Puts the phones of the database into the registry; one whose person is gone waits for another. */
  start(): void {
    const { people, registry, site, log } = this.#parts;
    for (const phone of this.#entries.ofDatabase()) {
      if (people().has(phone.owner)) registry.put(settled(phone, site));
      else log.warn({ mac: phone.mac, owner: phone.owner }, "A phone of the database belongs to nobody.");
    }
  }

  /** See `OrderRecord`. */
  stop(): Promise<void> {
    return this.#record.stop();
  }

  list({ passwords }: { readonly passwords: boolean }): readonly PhoneListed[] {
    const listed = [...this.#entries.all().values()].map((phone) => this.#entries.listed(phone, passwords));
    return listed.sort((a, b) => (a.mac < b.mac ? -1 : 1));
  }

  add(who: string, wish: PhoneWish): Promise<PhoneBooked<PhoneListed>> {
    return this.#record.alone(async () => {
      const phone = this.#phoneOf(wish, undefined);
      if ("ok" in phone) return phone;
      const taken = this.#entries.taken(phone.mac);
      if (taken) return taken;
      if (!(await this.#record.allowed(rowOf(who, "phone-added", phone)))) return unwritten();
      // A key that the database still has for it, as of somebody who is gone, was another's.
      if (!(await this.#write("phone-added", { drop: [phone.mac], put: [phone] })))
        return this.#failed(who, "phone-added", phone);
      await this.#put(undefined, phone);
      return { ok: true, value: this.#entries.listed(phone) };
    });
  }

  change(who: string, named: string, wish: PhoneWish): Promise<PhoneBooked<PhoneListed>> {
    return this.#record.alone(async () => {
      const before = this.#entries.ofDatabaseNamed(named, "change it there, then start again.");
      if ("ok" in before) return before;
      const phone = this.#phoneOf({ ...wish, mac: before.mac }, before);
      if ("ok" in phone) return phone;
      if (!(await this.#record.allowed(rowOf(who, "phone-changed", phone)))) return unwritten();
      const drop = this.#handed(before, phone);
      if (!(await this.#write("phone-changed", { drop, put: [phone] })))
        return this.#failed(who, "phone-changed", phone, drop.length > 0 ? keyDead : undefined);
      await this.#put(before, phone);
      return { ok: true, value: this.#entries.listed(phone) };
    });
  }

  /** Makes that the phone can do less, so it waits for no row and no other order (R19). */
  retire(who: string, named: string): Promise<PhoneBooked<PhoneListed>> {
    const own = () => this.#entries.ofDatabaseNamed(named, "take it out there, then start again.");
    this.#cut(own());
    return this.#record.alone(async () => {
      const phone = own();
      return "ok" in phone ? phone : this.#retired(who, phone);
    });
  }

  replace(who: string, old: string, wish: PhoneWish): Promise<PhoneBooked<PhoneListed>> {
    return this.#record.alone(async () => {
      const there = wish.mac === undefined ? "" : ` \`mac: ${wish.mac.slice(0, 40)}\``;
      const instead = `write${there} and the model there in its place, then start again: the key of the old one is dead from then on.`;
      const before = this.#entries.ofDatabaseNamed(old, instead);
      if ("ok" in before) return before;
      const phone = this.#phoneOf(wish, before);
      if ("ok" in phone) return phone;
      if (phone.mac === before.mac)
        return refusedPhone("not-right", `This is ${phone.mac} itself; another key for it is \`phones rotate\`.`);
      const taken = this.#entries.taken(phone.mac);
      if (taken) return taken;
      const row = rowOf(who, "phone-replaced", phone, before);
      if (!(await this.#record.allowed(row))) return unwritten();
      this.#cut(before);
      const kept = await this.#write("phone-replaced", { drop: [before.mac, phone.mac], put: [phone] });
      if (!kept) {
        await this.#record.after(row, "failed");
        return unwritten("The key of the old phone is dead until the next start, and nothing could be written down.");
      }
      await this.#gone(before);
      await this.#put(undefined, phone);
      return { ok: true, value: this.#entries.listed(phone) };
    });
  }

  /** Whoever knows the old key can do nothing with it any more, so it waits for no row and no other order (R19). */
  rotate(who: string, named: string): Promise<PhoneBooked<PhoneListed>> {
    this.#cut(this.#entries.find(named));
    return this.#record.alone(async () => {
      const phone = this.#entries.find(named);
      if ("ok" in phone) return phone;
      const { shelf, registry } = this.#parts;
      this.#cut(phone);
      const kept = await this.#record.kept("phone-rotated", () => shelf.renew(phone.mac));
      const there = registry.get(phone.mac);
      if (there) registry.put(there);
      await this.#record.after(rowOf(who, "phone-rotated", phone), kept ? "done" : "failed");
      if (kept) return { ok: true, value: this.#entries.listed(phone) };
      return unwritten("The old key is dead until the next start, and no other could be written down; rotate again.");
    });
  }

  /** All phones of somebody who is no longer one of the people. */
  async retireOf(who: string, person: PersonId): Promise<void> {
    const own = () => this.#entries.ofDatabase().filter(({ owner }) => owner === person);
    for (const phone of own()) this.#cut(phone);
    await this.#record.alone(async () => {
      await Promise.all(own().map((phone) => this.#retired(who, phone)));
    });
  }

  enlist(who: string, lines: readonly PhoneLineWish[], dryRun: boolean): Promise<Enlisted> {
    return this.#record.alone(async () => {
      const { ofFile, people, site, clock } = this.#parts;
      const plan = new PhonesPlan({ phones: this.#entries.all(), ofFile, people: people().values(), site });
      await inTurns(clock, lines, (line) => plan.look(line));
      const { problems, orders, same } = plan;
      if (problems.length > 0) return { ok: false, problems };
      const added = orders.filter(({ before }) => before === undefined);
      const done = { ok: true, added: added.length, changed: orders.length - added.length, same } as const;
      if (dryRun) return done;
      const rows = orders.map(({ before, phone }) => rowOf(who, before ? "phone-changed" : "phone-added", phone));
      const failed = (sentence?: string): Enlisted => ({
        ok: false,
        problems: [{ line: 0, sentence: unwritten(sentence).sentence }],
      });
      if (!(await this.#record.allowedAll(rows))) return failed();
      const drop = orders.flatMap(({ before, phone }) => this.#handed(before, phone));
      if (!(await this.#write("phone-added", { drop, put: orders.map(({ phone }) => phone) }))) {
        await this.#record.failedAll(rows);
        const handed = orders.some(({ before, phone }) => before && before.owner !== phone.owner);
        return failed(handed ? keysDead : undefined);
      }
      const put: Promise<void>[] = [];
      await inTurns(clock, orders, ({ before, phone }) => void put.push(this.#put(before, phone)));
      await Promise.all(put);
      return done;
    });
  }

  async #retired(who: string, phone: Phone): Promise<PhoneBooked<PhoneListed>> {
    const listed = this.#entries.listed(phone);
    this.#cut(phone);
    const kept = await this.#write("phone-retired", { drop: [phone.mac], put: [] });
    await this.#gone(phone);
    await this.#record.after(rowOf(who, "phone-retired", phone), kept ? "done" : "failed");
    return kept
      ? { ok: true, value: listed }
      : unwritten("It is so until the next start, and could not be written down.");
  }

  /** Its key is dead from here on; its page, and with it Mute and Leave, is gone from under their hands. */
  #cut(phone: Phone | PhoneRefused): void {
    if ("ok" in phone) return;
    this.#parts.shelf.kill([phone.mac]);
    this.#parts.leave(phone);
  }

  /** Its key is dead by now. */
  async #gone({ mac }: Phone): Promise<void> {
    const { registry, blank } = this.#parts;
    await blank(mac);
    this.#entries.drop(mac);
    registry.drop(mac);
  }

  /** What lit up somewhere else before must not stay. */
  async #put(before: Phone | undefined, phone: Phone): Promise<void> {
    const { registry, blank, site, people } = this.#parts;
    if (before && lightOf(before) !== lightOf(phone)) await blank(phone.mac);
    this.#entries.put(phone);
    if (people().has(phone.owner)) registry.put(settled(phone, site));
  }

  /** Whose key is to be another: who had the phone knows it, and with it go Mute and Leave of what they lead there. */
  #handed(before: Phone | undefined, phone: Phone): readonly Mac[] {
    if (before?.owner === phone.owner) return [];
    if (before) this.#parts.leave(before);
    return [phone.mac];
  }

  #phoneOf(wish: PhoneWish, before: Phone | undefined): Phone | PhoneRefused {
    return phoneOf(wish, before, new Roster(this.#parts.people().values()), this.#parts.site);
  }

  #write(act: AuditAct, order: Parameters<PhoneShelf["order"]>[0]): Promise<boolean> {
    return this.#record.kept(act, () => this.#parts.shelf.order(order));
  }

  async #failed(who: string, act: AuditAct, phone: Phone, sentence?: string): Promise<PhoneRefused> {
    await this.#record.after(rowOf(who, act, phone), "failed");
    return unwritten(sentence);
  }
}

const keyDead = "Its old key is dead until the next start, and nothing could be written down; try again.";
const keysDead =
  "The old key of whichever phone was to be somebody else's is dead until the next start, and nothing could be written down; try again.";

/** Where its light is, and the way there. */
function lightOf(phone: Phone): string {
  return JSON.stringify([phone.vendor, lampWayOf(phone), phone.lampKey, phone.push]);
}

/** What it is from then on stands in the row; a password never does. */
function rowOf(who: string, act: AuditAct, phone: Phone, before?: Phone): Omit<AuditRow, "at" | "outcome"> {
  const row = { act, supervisor: who, agent: phone.owner, phone: phone.mac };
  if (act === "phone-retired" || act === "phone-rotated") return row;
  const { push, ...rest } = phone;
  const way = push?.by === "http" ? { ...push, password: undefined } : push;
  const about = { ...rest, ...(way && { push: way }), ...(before && { inPlaceOf: before.mac }) };
  return { ...row, detail: JSON.stringify(about) };
}

function unwritten(sentence = "This cannot be written now, so nothing was changed; try again soon."): PhoneRefused {
  return refusedPhone("record-unavailable", sentence);
}
