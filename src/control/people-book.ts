import {
  type Audit,
  type AuditRow,
  type Booked,
  type Clock,
  type Enlisted,
  type EnlistedLine,
  isPin,
  type Log,
  type PeopleBook,
  type Person,
  type PersonId,
  type PersonListed,
  type PersonWish,
  type Pins,
  personNamed,
  roles,
  type Secret,
} from "../model/index.js";
import type { Writer } from "../state/index.js";
import type { SitePolicy } from "../supervision/index.js";
import { PeoplePlan } from "./enlisting.js";
import { OrderRecord } from "./order-record.js";
import { personOf, type Refused, refused } from "./person-of.js";
import { Roster } from "./roster.js";
import { inTurns } from "./turns.js";

/** Where people who are not of the file are kept. Both reject where that cannot be written. */
export interface PeopleShelf {
  put(person: Person): Promise<void>;
  /** All of them or none. */
  putAll(people: readonly Person[]): Promise<void>;
  drop(person: PersonId): Promise<void>;
}

export interface PeopleBookParts {
  readonly writer: Writer;
  readonly policy: Pick<SitePolicy, "teams">;
  readonly audit: Audit;
  readonly pins: Pins;
  readonly shelf: PeopleShelf;
  /** Whose entries stand in `earshot.yaml`. */
  readonly ofFile: ReadonlySet<PersonId>;
  /** Tells the PBX adapter whose devices are whose from now on. */
  readonly tell: (people: readonly Person[]) => void;
  /** What belongs to somebody who is no longer one of the people. Never rejects. */
  readonly gone?: (who: string, person: PersonId) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Keeps the people: whoever does, by a command or by the API, does it here, by the same rules and on record. */
export class People implements PeopleBook {
  readonly #parts: PeopleBookParts;
  readonly #record: OrderRecord;

  constructor(parts: PeopleBookParts) {
    this.#parts = parts;
    this.#record = new OrderRecord(parts);
  }

  /** See `OrderRecord`. */
  stop(): Promise<void> {
    return this.#record.stop();
  }

  list(): readonly PersonListed[] {
    const people = [...this.#people.values()];
    return people.map((person) => this.#listed(person)).sort((a, b) => (a.extension < b.extension ? -1 : 1));
  }

  find(named: string): PersonListed | undefined {
    const person = personNamed(this.#people, named);
    return person && this.#listed(person);
  }

  add(who: string, wish: PersonWish): Promise<Booked<PersonListed>> {
    return this.#record.alone(async () => {
      const { extension, name, role } = wish;
      if (extension === undefined || name === undefined || role === undefined) {
        return refused("not-right", "A person needs an extension, a name and a role.");
      }
      const person = personOf(wish, undefined, new Roster(this.#people.values()), this.#parts.policy);
      if ("ok" in person) return person;
      return this.#putAfterItsRow(who, "person-added", person);
    });
  }

  /** What forbids and gives nothing waits for no row and no other order (R19). */
  change(who: string, named: string, wish: PersonWish): Promise<Booked<PersonListed>> {
    const now = this.#changed(named, wish);
    if (!("ok" in now) && now.forbids) this.#put(now.person);
    return this.#record.alone(async () => {
      const change = this.#changed(named, wish);
      if ("ok" in change) return change;
      return change.forbids
        ? this.#putBeforeItsRow(who, change.person)
        : this.#putAfterItsRow(who, "person-changed", change.person);
    });
  }

  /** Makes that nobody hears them any more, so it waits for no row and no other order (R19). */
  remove(who: string, named: string): Promise<Booked<PersonListed>> {
    const now = this.#ownEntry(named);
    const phones = "ok" in now ? undefined : this.#drop(who, now);
    return this.#record.alone(async () => {
      const person = "ok" in now ? this.#ownEntry(named) : now;
      if ("ok" in person) return person;
      const { shelf, pins } = this.#parts;
      const listed = this.#listed(person);
      // An order that was being worked on may have put them back, or given them a phone.
      const again = this.#drop(who, person);
      const kept = await this.#record.kept("person-removed", async () => {
        await pins.forget(person.id);
        await shelf.drop(person.id);
      });
      await this.#after(who, "person-removed", person, kept ? "done" : "failed");
      await Promise.all([phones, again]);
      return kept
        ? { ok: true, value: listed }
        : unwritten("It is so until the next start, and could not be written down.");
    });
  }

  enlist(who: string, lines: readonly EnlistedLine[], dryRun: boolean): Promise<Enlisted> {
    return this.#record.alone(async () => {
      const { policy, ofFile, shelf, clock, writer, tell } = this.#parts;
      const plan = new PeoplePlan(this.#people.values(), { policy, ofFile });
      await inTurns(clock, lines, (line) => plan.look(line));
      const { problems, orders, same } = plan;
      if (problems.length > 0) return { ok: false, problems };
      const count = (act: "person-added" | "person-changed"): number => orders.filter((one) => one.act === act).length;
      const done = { ok: true, added: count("person-added"), changed: count("person-changed"), same } as const;
      if (dryRun) return done;
      const people = orders.map(({ person }) => person);
      const rows = orders.map(({ act, person }) => rowOf(who, act, person));
      const failed: Enlisted = { ok: false, problems: [{ line: 0, sentence: unwritten().sentence }] };
      if (!(await this.#record.allowedAll(rows))) return failed;
      if (!(await this.#record.kept("person-added", () => shelf.putAll(people)))) {
        await this.#record.failedAll(rows);
        return failed;
      }
      await inTurns(clock, people, (person) => writer.take({ type: "person-put", person }));
      tell([...this.#people.values()]);
      return done;
    });
  }

  async setPin(who: string, named: string, pin: Secret): Promise<Booked<PersonListed>> {
    if (!isPin(pin)) return refused("not-right", "A PIN has 4 to 12 digits, not all of them the same.");
    return this.#withPin(who, named, "pin-set", (id) => this.#parts.pins.set(id, pin));
  }

  async unlock(who: string, named: string): Promise<Booked<PersonListed>> {
    return this.#withPin(who, named, "pin-unlocked", (id) => this.#parts.pins.unlock(id));
  }

  get #people(): ReadonlyMap<PersonId, Person> {
    return this.#parts.writer.state.people;
  }

  #withPin(
    who: string,
    named: string,
    act: "pin-set" | "pin-unlocked",
    work: (id: PersonId) => Promise<void>,
  ): Promise<Booked<PersonListed>> {
    return this.#record.alone(async () => {
      const person = personNamed(this.#people, named);
      if (!person) return unknown(named);
      if (!(await this.#allowed(who, act, person))) return unwritten();
      if (await this.#record.kept(act, () => work(person.id))) return { ok: true, value: this.#listed(person) };
      await this.#after(who, act, person, "failed");
      return unwritten();
    });
  }

  async #putAfterItsRow(
    who: string,
    act: "person-added" | "person-changed",
    person: Person,
  ): Promise<Booked<PersonListed>> {
    if (!(await this.#allowed(who, act, person))) return unwritten();
    if (!(await this.#record.kept(act, () => this.#parts.shelf.put(person)))) {
      await this.#after(who, act, person, "failed");
      return unwritten();
    }
    this.#put(person);
    return { ok: true, value: this.#listed(person) };
  }

  /** What forbids and gives nothing is so at once (R19). */
  async #putBeforeItsRow(who: string, person: Person): Promise<Booked<PersonListed>> {
    this.#put(person);
    const kept = await this.#record.kept("person-changed", () => this.#parts.shelf.put(person));
    await this.#after(who, "person-changed", person, kept ? "done" : "failed");
    return kept
      ? { ok: true, value: this.#listed(person) }
      : unwritten("It is so until the next start, and could not be written down.");
  }

  #put(person: Person): void {
    this.#parts.writer.take({ type: "person-put", person });
    this.#parts.tell([...this.#people.values()]);
  }

  /** They are nobody here from now on. @returns once what belongs to them is gone too. */
  #drop(who: string, { id }: Person): Promise<void> | undefined {
    const { writer, tell, gone } = this.#parts;
    if (this.#people.has(id)) {
      writer.take({ type: "person-gone", person: id });
      tell([...this.#people.values()]);
    }
    return gone?.(who, id);
  }

  /** Whom a wish makes of somebody, and whether it does nothing but forbid. */
  #changed(named: string, wish: PersonWish): { readonly person: Person; readonly forbids: boolean } | Refused {
    const before = this.#ownEntry(named);
    if ("ok" in before) return before;
    if (wish.id !== undefined && wish.id !== before.id) {
      return refused("not-right", "An id stays; remove this person and add another one.");
    }
    const person = personOf(wish, before, new Roster(this.#people.values()), this.#parts.policy);
    return "ok" in person ? person : { person, forbids: this.#forbidsAlone(before, person) };
  }

  /** Whether it only takes away: a narrower role, fewer teams, a switch. A team that forbids something is no loss to leave. */
  #forbidsAlone(before: Person, now: Person): boolean {
    const others = ({ role: _r, teams: _t, hidden: _h, supervision: _s, ...rest }: Person) => JSON.stringify(rest);
    const kept = (name: "hidden" | "supervision"): boolean => before[name] === undefined || now[name] === "forbidden";
    const forbidding = (this.#parts.policy.teams ?? []).filter((team) => team.hidden ?? team.supervision);
    if (forbidding.some(({ name }) => before.teams.includes(name) && !now.teams.includes(name))) return false;
    const narrower = roles.indexOf(now.role) >= roles.indexOf(before.role);
    const fewer = now.teams.every((team) => before.teams.includes(team));
    return narrower && fewer && others(before) === others(now) && kept("hidden") && kept("supervision");
  }

  #ownEntry(named: string): Person | Refused {
    const person = personNamed(this.#people, named);
    if (!person) return unknown(named);
    if (!this.#parts.ofFile.has(person.id)) return person;
    return refused("file-owned", `${person.name} stands in the configuration file; change it there, then start again.`);
  }

  #allowed(who: string, act: AuditRow["act"], person: Person): Promise<boolean> {
    return this.#record.allowed(rowOf(who, act, person));
  }

  #after(who: string, act: AuditRow["act"], person: Person, outcome: "done" | "failed"): Promise<void> {
    return this.#record.after(rowOf(who, act, person), outcome);
  }

  #listed(person: Person): PersonListed {
    const { pins, ofFile } = this.#parts;
    return { ...person, owner: ofFile.has(person.id) ? "file" : "database", pin: pins.standing(person.id).kind };
  }
}

/** What they are from then on stands in the row. */
function rowOf(who: string, act: AuditRow["act"], person: Person): Omit<AuditRow, "at" | "outcome"> {
  const says = act === "person-added" || act === "person-changed" ? { detail: JSON.stringify(person) } : {};
  return { act, supervisor: who, agent: person.id, ...says };
}

function unknown(named: string): Refused {
  return refused("unknown-person", `Nobody has the id or extension ${JSON.stringify(named.slice(0, 64))}.`);
}

function unwritten(sentence = "This cannot be written now, so nothing was changed; try again soon."): Refused {
  return refused("record-unavailable", sentence);
}
