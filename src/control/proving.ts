import { lampOf } from "../audience/index.js";
import {
  type Audit,
  type AuditRow,
  type Clock,
  type Mac,
  type Person,
  type PersonId,
  type Phone,
  type Phones,
  type ProbeAsked,
  type Proved,
  type Proven,
  type ProveQuestion,
  type ProveRefusal,
  type ProveShown,
  type ProveWalk,
  type Proving,
  type Pushed,
  parseMac,
  type Verdict,
} from "../model/index.js";
import type { Page } from "../pages/index.js";
import { type ProbePage, type ProbePush, type ProveStep, vendorNamed } from "../phones/index.js";
import { supervisionBy, type Writer } from "../state/index.js";
import { type Answered, proved } from "./proved.js";

export const walkMs = 15 * 60_000;
/** What is not a press waits this long for its durable row. */
const recordWithinMs = 2_000;
/** Nobody presses a key more often on one page. */
const mostAsked = 50;

export interface WalksParts {
  readonly writer: Writer;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly phones: Pick<Phones, "get" | "follow">;
  readonly newId: () => string;
  /** The pushes, as far as phones are proved by them. */
  readonly pushes: {
    canProbe(mac: Mac, what: ProbePush): boolean;
    probe(mac: Mac, step: string, what: ProbePush): Promise<Pushed | undefined>;
    restore(mac: Mac): void;
  };
  /** The lamps that BLF keys watch, where the PBX has them. */
  readonly lamps?: { try(person: PersonId, lit: boolean): Promise<boolean> };
}

interface Walk {
  readonly id: string;
  readonly who: string;
  readonly phone: Phone;
  readonly owner: Person;
  readonly steps: ReadonlyMap<string, ProveStep>;
  readonly answers: Map<string, Answered>;
  step: ProveStep | undefined;
  asked: ProbeAsked[];
  reply: Pushed | undefined;
  agent: string;
  forget: () => void;
}

type Refused = Extract<Proven<never>, { ok: false }>;

/**
 * The walks by which admins prove phones, one for each phone at most. Its pages stand in place of the phone's launcher
 * while a walk is under way, and never while the phone's owner supervises, or has a call that no step has asked for.
 */
export class Walks implements Proving {
  readonly #parts: WalksParts;
  readonly #walks = new Map<Mac, Walk>();
  #unfollow: () => void = () => {};

  constructor(parts: WalksParts) {
    this.#parts = parts;
  }

  /** The walk of a phone that goes, or changes, is over from now on. */
  start(): void {
    const { phones, audit } = this.#parts;
    this.#unfollow = phones.follow((before) => {
      const walk = before && this.#walks.get(before.mac);
      if (walk) audit.after(this.#close(walk, "the phone is not what it was"));
    });
  }

  /** Every walk is over; nothing more is written, and pushed to no phone. A lamp at the PBX would outlast this gateway. */
  async stop(): Promise<void> {
    this.#unfollow();
    const walks = [...this.#walks.values()];
    this.#walks.clear();
    for (const { forget } of walks) forget();
    await Promise.all(walks.map(({ owner, step }) => step?.blf && this.#parts.lamps?.try(owner.id, false)));
  }

  async begin(who: string, named: string): Promise<Proven<ProveWalk>> {
    const { phones, writer, newId } = this.#parts;
    const mac = parseMac(named.trim());
    if (!mac) return refused("unknown-phone", `${JSON.stringify(named.slice(0, 40))} is no MAC address.`);
    const phone = phones.get(mac);
    const owner = phone && writer.state.people.get(phone.owner);
    if (!phone || !owner) return refused("unknown-phone", `No phone here has the MAC address ${mac}.`);
    const script = vendorNamed(phone.vendor)?.prove;
    if (!script) return refused("no-script", `There is nothing to prove yet of a ${phone.vendor}.`);
    const busy = this.#inTheWay(owner, undefined);
    if (busy) return busy;
    const row = { act: "phone-proved", outcome: "allowed", ...aboutOf(who, phone) } as const;
    const written = await this.#written({ ...row, detail: `a ${phone.vendor} ${phone.model} is being proved` });
    if (!written)
      return refused("record-unavailable", "This cannot be written now, so nothing was begun; try again soon.");
    const before = this.#walks.get(mac);
    if (before) this.#parts.audit.after(this.#close(before, "another walk began"));
    const left = script.steps.flatMap((step) => {
      const why = this.#cannot(phone, step);
      return why === undefined ? [] : [{ id: step.id, why }];
    });
    const steps = script.steps.filter(({ id }) => !left.some((one) => one.id === id));
    const walk: Walk = {
      ...{ id: newId(), who, phone, owner, steps: new Map(steps.map((step) => [step.id, step])) },
      ...{ answers: new Map(), step: undefined, asked: [], reply: undefined, agent: "" },
      forget: () => undefined,
    };
    this.#wind(walk);
    this.#walks.set(mac, walk);
    const { vendor, model } = phone;
    const named_ = `${owner.name} (${owner.extension})`;
    return {
      ok: true,
      value: { walk: walk.id, mac, vendor, model, owner: named_, questions: steps.map(asQuestion), left },
    };
  }

  async show(id: string, stepId: string): Promise<Proven<ProveShown>> {
    const at = this.#find(id, stepId);
    if ("ok" in at) return at;
    const { walk, step } = at;
    const busy = this.#inTheWay(walk.owner, step);
    if (busy) return waits(busy.sentence);
    this.#wind(walk);
    walk.step = step;
    walk.asked = [];
    walk.reply = undefined;
    if (step.blf) {
      const taken = await this.#parts.lamps?.try(walk.owner.id, step.blf === "lit");
      return taken ? { ok: true, value: {} } : waits("The PBX has not taken the lamp.");
    }
    if (!step.push) return { ok: true, value: {} };
    const result = await this.#parts.pushes.probe(walk.phone.mac, step.id, step.push);
    if (result === undefined) return waits("The model sheet says that nothing of the kind is shown here.");
    walk.reply = result;
    if (result.outcome !== "failed") return { ok: true, value: { pushed: result.outcome } };
    if (step.mayFail) return { ok: true, value: { pushed: `failed: ${result.why}` } };
    return waits(`The push has not reached the phone: ${result.why}.`);
  }

  async answer(id: string, stepId: string, said: Verdict): Promise<Proven<Proved>> {
    const at = this.#find(id, stepId);
    if ("ok" in at) return at;
    const { walk, step } = at;
    const shown = walk.step === step;
    const asked = shown ? walk.asked : [];
    const seen = step.sees?.(asked, shown ? walk.reply : undefined);
    walk.answers.set(step.id, { said, opened: asked.length > 0, ...(seen && { seen }) });
    walk.step = undefined;
    this.#restore(walk, step);
    return { ok: true, value: this.#proved(walk) };
  }

  /** Whoever is answered is on record, unless that takes too long. */
  async end(id: string): Promise<Proven<Proved>> {
    const walk = this.#byId(id);
    if (!walk) return over;
    const { audit } = this.#parts;
    const behind = audit.behind();
    const written = audit.append(this.#close(walk, "ended"), recordWithinMs);
    if (!behind) await written;
    return { ok: true, value: this.#proved(walk) };
  }

  /**
   * The page that a phone is given in place of its launcher, or at an address of a walk; undefined where there is none,
   * and what is true is to be shown. `at` is missing at the launcher.
   */
  page(mac: Mac, at: { readonly step: string } & ProbeAsked): ProbePage | undefined {
    const walk = this.#walks.get(mac);
    const { step } = walk ?? {};
    if (!walk || !step || this.#inTheWay(walk.owner, step)) return undefined;
    // In a call the launcher leads to what can be done in it, such as Private.
    if (at.step === "" ? step.inCall : at.step !== step.id) return undefined;
    const { word, tail, agent } = at;
    walk.agent = agent;
    if (walk.asked.length < mostAsked) walk.asked.push({ word, tail, agent });
    const page = step.pages?.[word];
    const again = walk.asked.filter((one) => one.word === word).length > 1;
    if (page?.reply === "lost" && again) return { page: page.page };
    return page ?? { page: () => thanks };
  }

  /** It goes on for that long, from now. */
  #wind(walk: Walk): void {
    const { audit, clock } = this.#parts;
    walk.forget();
    walk.forget = clock.after(walkMs, () => audit.after(this.#close(walk, "its time was over")));
  }

  #cannot(phone: Phone, { push, by, blf }: ProveStep): string | undefined {
    if (blf && !this.#parts.lamps) return "the PBX has no lamps for BLF keys";
    if (!push) return undefined;
    if (!phone.push) return "no push to this phone is configured";
    if (by && phone.push.by !== by) return `it is for push by ${by} alone`;
    return this.#parts.pushes.canProbe(phone.mac, push) ? undefined : "this phone has no lampKey";
  }

  /** Why the phone is to be left alone now. */
  #inTheWay({ id, name }: Person, step: ProveStep | undefined): Refused | undefined {
    const { state } = this.#parts.writer;
    if (supervisionBy(state, id)) return refused("supervises", `${name} supervises a call; wait until that is over.`);
    const inCall = (state.callsOfPerson.get(id)?.size ?? 0) > 0;
    if (inCall && !step?.inCall) return refused("in-call", `${name} has a call; wait until it is over.`);
    if (!inCall && step?.inCall)
      return refused("no-call", `${name} has no call; call this phone from another one, and answer it.`);
    if ((step?.push?.kind === "lamp" || step?.blf) && lampOf(state, id).lamp !== "off")
      return refused("lamp-in-use", `The lamp of ${name} says that somebody is with them; wait until it is off.`);
    return undefined;
  }

  #find(id: string, stepId: string): { readonly walk: Walk; readonly step: ProveStep } | Refused {
    const walk = this.#byId(id);
    if (!walk) return over;
    const step = walk.steps.get(stepId);
    return step ? { walk, step } : refused("unknown-step", "There is no such step in this walk.");
  }

  #byId(id: string): Walk | undefined {
    return [...this.#walks.values()].find((walk) => walk.id === id);
  }

  /** Takes the walk away; gives the row of it. */
  #close(walk: Walk, why: string): AuditRow {
    walk.forget();
    this.#walks.delete(walk.phone.mac);
    if (walk.step) this.#restore(walk, walk.step);
    const { facts, itself } = this.#proved(walk);
    const what = itself ? `${itself.model} ${itself.firmware}` : walk.phone.model;
    const detail = `a ${walk.phone.vendor} ${what}: ${facts.length} of ${walk.steps.size} steps decided; ${why}`;
    const row = { act: "phone-proved", outcome: "done", ...aboutOf(walk.who, walk.phone), detail } as const;
    return { ...row, at: this.#parts.clock.now() };
  }

  /** A lamp or a label that was tried out must not stay: it would say what is not so. */
  #restore({ phone, owner }: Walk, { push, blf }: ProveStep): void {
    if (blf) void this.#parts.lamps?.try(owner.id, false);
    if (push?.kind === "lamp" || push?.kind === "label") this.#parts.pushes.restore(phone.mac);
  }

  #proved({ phone, steps, answers, agent }: Walk): Proved {
    const itself = vendorNamed(phone.vendor)?.prove?.itself(agent);
    return {
      ...{ vendor: phone.vendor, model: phone.model, ...(itself && { itself }) },
      ...proved([...steps.values()], answers),
    };
  }

  async #written(row: Omit<AuditRow, "at">): Promise<boolean> {
    const { audit, clock } = this.#parts;
    return !audit.behind() && (await audit.append({ ...row, at: clock.now() }, recordWithinMs)) === "written";
  }
}

const over = refused("over", "This walk is over: its time was up, or another one has begun on the phone.");

const thanks: Page = {
  ...{ kind: "text", title: "Probe", lines: ["Thank you. Go on at the computer."], done: { to: "home" } },
  keys: [{ label: "Exit", link: { to: "exit" } }],
};

function asQuestion({ id, before, please, asks }: ProveStep): ProveQuestion {
  return {
    ...{ id, asks },
    ...(before !== undefined && { before }),
    ...(please !== undefined && { please }),
  };
}

function aboutOf(who: string, { mac, owner }: Phone): Pick<AuditRow, "supervisor" | "agent" | "phone"> {
  return { supervisor: who, agent: owner, phone: mac };
}

function waits(sentence: string): Proven<ProveShown> {
  return { ok: true, value: { waits: sentence } };
}

function refused(why: ProveRefusal, sentence: string): Refused {
  return { ok: false, why, sentence };
}
