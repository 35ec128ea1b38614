import { setImmediate } from "node:timers/promises";
import { Control, Desk, type DeskAnswer } from "../../../src/control/index.ts";
import { hrefs, parseAddress, requestOf } from "../../../src/http/address.ts";
import { type Mac, type Person, type Phone, parseToken, type SupervisionId } from "../../../src/model/index.ts";
import type { Link } from "../../../src/pages/index.ts";
import { type CallHandle, SimulatorPbx } from "../../../src/pbx/simulator/index.ts";
import { type RandomStream, randomStream } from "../../../src/pbx/simulator/random.ts";
import { emptyState, Writer } from "../../../src/state/index.ts";
import { isParty } from "../../../src/supervision/index.ts";
import { ana, ben, dita, everybody, kim, kimsPhone, lee, root } from "../core/world.ts";
import { texts } from "../http/words.ts";
import { VirtualClock } from "../virtual-clock.ts";
import { WalkedRecord } from "./walked-record.ts";

const policy = { hidden: "allowed", supervisorsPerCall: 2 } as const;
const screen = { columns: 40, titleColumns: 30, rows: 10, labelColumns: 10, selection: true };
const key = new Uint8Array(32).fill(7);
const agents = [ana, dita, ben] as const;
/** Longer than whatever is waited for, notices and looks for a lost call included. */
const settledMs = 40_000;

const home: Link = { to: "home" };

/** Whoever walks wants to get somewhere: what opens is pressed more often than what ends. */
function weightOf(link: Link): number {
  if (link.to !== "press") return 3;
  return link.act === "leave" ? 1 : link.act === "unmute" ? 12 : 4;
}

interface Station {
  readonly phone: Phone;
  readonly token: NonNullable<ReturnType<typeof parseToken>>;
  /** The page it shows now, and the one before: an old key can still be pressed. */
  readonly pages: DeskAnswer[];
}

function station(mac: Mac, owner: Person, answer: Phone["answer"]): Station {
  const token = parseToken(mac.padEnd(24, "x"));
  if (!token) throw new Error("not a token");
  return { phone: { mac, owner: owner.id, vendor: "yealink", model: "T46U", answer }, token, pages: [] };
}

/**
 * Two supervisors and an agent press whatever their pages offer, old keys too, while calls come, are held, transferred,
 * joined and end, phones are put down and the PBX goes away. Everything below the pages is the real thing; the PBX is the
 * simulator, on a clock that stands still. What is wrong is told by the PBX's own truth and by the record, not by what
 * earshot believes.
 */
export class Walk {
  readonly wrong: string[] = [];
  presses = 0;
  events = 0;
  /** Looks at which somebody heard a supervisor. */
  heard = 0;
  readonly #clock = new VirtualClock();
  readonly #random: RandomStream;
  readonly #pbx: SimulatorPbx;
  readonly #writer: Writer;
  readonly #record: WalkedRecord;
  readonly #control: Control;
  readonly #desk: Desk;
  readonly #stations: readonly Station[];
  readonly #calls: CallHandle[] = [];
  readonly #underWay = new Set<Promise<void>>();
  readonly #begun = new Set<SupervisionId>();
  #ids = 0;

  constructor(seed: number) {
    const random = randomStream(seed, "walk");
    const clock = this.#clock;
    const bug = (error: unknown): void => void this.wrong.push(`something broke: ${String(error)}`);
    this.#random = random;
    this.#record = new WalkedRecord(clock, randomStream(seed, "disk"));
    this.#pbx = new SimulatorPbx({ people: everybody, seed, clock, script: "manual", latencyMs: 15 });
    this.#writer = new Writer(emptyState(everybody, 1_000_000, clock.now()), clock, bug);
    this.#stations = [
      station(kimsPhone, kim, "auto"),
      station("805ec0aa9001" as Mac, root, "ring"),
      station("805ec0aa2001" as Mac, ana, "ring"),
    ];
    const phones = new Map(this.#stations.map(({ phone }) => [phone.mac, phone]));
    const later = (least: number, most: number): Promise<void> =>
      new Promise((resolve) => clock.after(random.between(least, most), resolve));
    const log = { info: () => {}, warn: () => {}, error: bug };
    this.#control = new Control({
      ...{ writer: this.#writer, policy, clock, log, audit: this.#record },
      pbx: this.#watched(),
      newId: () => {
        this.#ids += 1;
        return `walk${String(this.#ids).padStart(16, "0")}`;
      },
      seen: () => later(50, 5_000).then(() => random.chance(0.5)),
      delivery: () => ({ sent: later(0, 700), confirmed: later(50, 3_000).then(() => random.chance(0.7)) }),
    });
    this.#desk = new Desk({
      writer: this.#writer,
      policy,
      control: this.#control,
      phones,
      clock,
      say: (_, on) => texts.to(undefined, on),
    });
  }

  /** So many steps, each a press or something at the PBX; then everybody leaves and every call ends. */
  async go(steps: number): Promise<void> {
    this.#writer.subscribe(({ supervisions }) => {
      for (const id of supervisions) this.#begun.add(id);
    });
    this.#control.start();
    await this.#pbx.start((event) => {
      this.#writer.take(event);
      this.#look();
    });
    for (const _ of agents) this.#incoming();
    for (const call of this.#calls) call.answer();
    for (let step = 0; step < steps; step += 1) {
      if (this.#random.chance(0.7)) this.#press(this.#random.pick([0, 0, 0, 1, 1, 2]));
      else this.#happens();
      await this.#passes(this.#random.pick([0, 5, 20, 100, 400, 1_000, 1_000, 4_000]));
      if (this.#random.chance(0.05)) await this.#settles();
    }
    await this.#ends();
  }

  /** Time goes by in small pieces, and in each of them the promise is looked at. */
  async #passes(ms: number): Promise<void> {
    await setImmediate();
    this.#look();
    for (let left = ms; left > 0; left -= 50) {
      await this.#clock.advance(Math.min(50, left));
      this.#look();
    }
  }

  /** Nothing is under way any more: what is asked is what the record says. */
  async #settles(): Promise<void> {
    await this.#passes(1_000);
    await this.#clock.advance(settledMs);
    await Promise.all(this.#underWay);
    this.#look();
    if (this.#record.pending > 0) this.wrong.push("a row was never written");
    const recorded = this.#recorded();
    for (const own of this.#writer.state.supervisions.values()) {
      const row = recorded.get(own.id);
      const said = ({ mode, visibility, mic, agent, leg }: typeof own): string =>
        [mode, visibility, mic, agent, leg].join(" ");
      if (own.ending || own.between) continue;
      if (!row || said(row) !== said(own)) this.wrong.push(`the record says ${row && said(row)}, it is ${said(own)}`);
      if (!own.facts && own.rung) this.wrong.push(`${own.id} has no leg`);
    }
  }

  async #ends(): Promise<void> {
    this.#pbx.comeBack();
    await this.#passes(1_000);
    for (const at of [0, 1]) {
      const { phone } = this.#at(at);
      const owner = { supervisor: phone.owner, phone, from: "", act: "leave", step: -1, signed: false } as const;
      void this.#track(this.#control.press(owner).then(() => {}));
    }
    for (const call of this.#calls) call.hangUp();
    await this.#settles();
    const { state } = this.#writer;
    if (state.supervisions.size + state.bySupervisor.size > 0) this.wrong.push("a supervision is left");
    if (state.awaited.size > 0) this.wrong.push("a call is still awaited");
    if (this.#pbx.hearing().length > 0) this.wrong.push("somebody still hears somebody");
    for (const id of this.#begun) {
      const ends = this.#record.rows.filter(({ supervision, outcome }) => supervision === id && outcome === "ended");
      if (ends.length !== 1) this.wrong.push(`${id} has ${ends.length} rows of its end`);
    }
    const stopped = this.#track(this.#control.stop());
    await this.#passes(5_000);
    await stopped;
    await this.#pbx.stop();
    if (this.#clock.waiting() > 0) this.wrong.push(`${this.#clock.waiting()} timers wait for nothing`);
  }

  /** Who may hear a supervisor, and whom a supervisor may hear, by the record and by the calls that the PBX has. */
  #look(): void {
    const recorded = this.#recorded();
    const { supervisions, calls, callOfLeg, people } = this.#writer.state;
    const call = (leg: string) => calls.get(callOfLeg.get(leg as never) as never);
    for (const { speaker, listener } of this.#pbx.hearing()) {
      const spoken = supervisions.get(speaker as SupervisionId);
      if (spoken) {
        this.heard += 1;
        const row = recorded.get(spoken.id);
        const heard = call(listener);
        const agents = heard?.legs.find(({ id }) => id === row?.leg);
        const may = row?.mic === "open" && row.visibility === "visible" && spoken.told !== "not-told";
        const within = row?.mode === "join" ? agents !== undefined : row?.mode === "coach" && listener === row.leg;
        const certain = agents?.certain === true && !agents.second && !spoken.between;
        if (!may || !within || !certain) this.wrong.push(`${listener} hears ${row?.mode} ${row?.mic} ${spoken.id}`);
      }
      const hearing = supervisions.get(listener as SupervisionId);
      if (hearing) {
        const row = recorded.get(hearing.id);
        const heard = call(speaker);
        const supervisor = people.get(hearing.supervisor);
        const own = heard?.legs.some(({ id }) => id === row?.leg) ?? false;
        if (!own || !heard || !supervisor || isParty(heard, supervisor.id))
          this.wrong.push(`${hearing.supervisor} hears ${speaker}, which no row allows`);
      } else if (!callOfLeg.has(listener as never) && !call(listener) && listener.startsWith("walk")) {
        this.wrong.push(`${listener} hears and nobody knows it`);
      }
    }
  }

  #recorded(): ReturnType<WalkedRecord["remembered"]> {
    return this.#record.remembered(new Map(this.#stations.map(({ phone }) => [phone.mac, phone])));
  }

  /** The simulator; what is asked of it that opens must be on record by then. */
  #watched(): SimulatorPbx {
    const pbx = this.#pbx;
    const execute = pbx.execute.bind(pbx);
    pbx.execute = (action) => {
      if (!("supervision" in action)) return execute(action);
      const own = this.#record.rows.filter(({ supervision }) => supervision === action.supervision);
      const allows = own.some(({ act, outcome, leg, mic, late }) => {
        if (outcome !== "allowed" || late) return false;
        if (action.type === "ring") return act === "listen";
        if (action.type === "attach-ear") return (act === "listen" || act === "followed") && leg === action.leg;
        return action.type !== "open-mouth" || mic === "open";
      });
      const opens = action.type === "ring" || action.type === "attach-ear" || action.type === "open-mouth";
      if (opens && !allows) this.wrong.push(`${action.type} of ${action.supervision} before its row`);
      return execute(action);
    };
    return pbx;
  }

  #at(index: number): Station {
    const [first, ...others] = this.#stations;
    if (!first) throw new Error("there is no phone");
    return [first, ...others][index] ?? first;
  }

  /** Presses something on the page of that phone, or on the one before; it answers when it does. */
  #press(index: number): void {
    const at = this.#at(index);
    const old = this.#random.chance(0.1) ? at.pages[0] : undefined;
    const shown = old ?? at.pages.at(-1);
    const { page, step } = shown ?? { page: undefined, step: 0 };
    const rows = page?.kind === "list" ? page.rows : [];
    const links: Link[] = [
      ...(page?.keys.flatMap((one) =>
        Array.from({ length: one.link.to === "exit" ? 0 : weightOf(one.link) }, () => one.link),
      ) ?? []),
      ...rows.map(({ link }) => link),
      ...(page?.kind === "text" ? [page.done] : []),
      ...(page?.refresh ? Array.from({ length: 4 }, () => page.refresh?.link ?? home) : []),
    ];
    const link = this.#random.pick<Link>([home, ...links]);
    const url = hrefs(key, "", at.token, step)(link);
    const selection = rows[0]?.selection ? this.#random.pick([rows[0], ...rows]).selection : undefined;
    const address = parseAddress(selection ? `${url}&selection=${selection}` : url);
    if (!address || address.route.kind === "told") throw new Error(`no address of a page: ${url}`);
    const request = requestOf(key, at.token, address.route);
    this.presses += request.kind === "show" ? 0 : 1;
    const answered = this.#desk.answer(at.phone.mac, request, { host: "127.0.0.1" }, screen).then((answer) => {
      at.pages.push(answer);
      at.pages.splice(0, Math.max(0, at.pages.length - 2));
    });
    void this.#track(answered);
  }

  #track(work: Promise<void>): Promise<void> {
    const tracked = work
      .catch((error: unknown) => void this.wrong.push(`a press broke: ${String(error)}`))
      .finally(() => this.#underWay.delete(tracked));
    this.#underWay.add(tracked);
    return tracked;
  }

  #incoming(): void {
    const to = this.#random.pick([...agents, lee]).id;
    const certain = !this.#random.chance(0.1);
    this.#calls.push(this.#pbx.incoming({ to, number: "+44155501", name: "Jane Doe", queue: "support", certain }));
  }

  /** Something happens to a call, to a supervisor's phone, or to the connection. */
  #happens(): void {
    this.events += 1;
    const [first, ...others] = this.#calls.slice(-4);
    if (!first || this.#random.chance(0.12)) {
      this.#incoming();
      return;
    }
    const call = this.#random.pick([first, ...others]);
    const other = this.#random.pick([first, ...others]);
    const to = { kind: "internal", person: this.#random.pick([...agents, kim]).id } as const;
    const outside = { kind: "external", number: "+4930", name: "" } as const;
    const own = this.#random.pick([undefined, ...this.#writer.state.supervisions.keys()]);
    type Happening = readonly [weight: number, happens: () => unknown];
    const happenings: readonly Happening[] = [
      [8, () => call.answer()],
      [2, () => call.hold()],
      [1, () => call.hold(call.otherLeg)],
      [4, () => call.resume()],
      [2, () => call.resume(call.otherLeg)],
      [3, () => call.transfer(to)],
      [1, () => call.transfer(outside)],
      [1, () => call.join(other)],
      [2, () => this.#calls.push(this.#pbx.internal({ from: this.#random.pick(agents).id, to: to.person }))],
      [1, () => call.park()],
      [1, () => call.leave()],
      [2, () => call.add(to)],
      [1, () => call.add(outside)],
      [2, () => call.secondLeg(true)],
      [4, () => call.secondLeg(false)],
      [1, () => call.silence(call.agentLeg, this.#random.chance(0.5))],
      [1, () => call.reroute(this.#random.pick(["pbx", "pbx", "native", "direct"]))],
      [1, () => call.hangUp()],
      ...(own ? this.#atTheirPhone(own) : []),
      [1, () => this.#away()],
    ];
    const weighted = happenings.flatMap(([weight, happens]) => Array.from({ length: weight }, () => happens));
    const [one = (): void => {}, ...more] = weighted;
    this.#random.pick([one, ...more])();
  }

  #atTheirPhone(own: SupervisionId): readonly (readonly [number, () => void])[] {
    return [
      [8, () => this.#pbx.pickUp(own)],
      [2, () => this.#pbx.holdSupervisor(own)],
      [4, () => this.#pbx.resumeSupervisor(own)],
      [1, () => this.#pbx.hangUpSupervisor(own)],
    ];
  }

  /** The connection to the PBX is lost for a while. */
  #away(): void {
    this.#pbx.goAway("walked away");
    this.#clock.after(this.#random.between(0, 3_000), () => this.#pbx.comeBack());
  }
}
