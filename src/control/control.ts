import type { PersonId, Phone, SupervisionId, Visibility } from "../model/index.js";
import { supervisionBy } from "../state/index.js";
import { Answering, isQuiet, stepOf } from "./answering.js";
import { HandOvers } from "./hand-overs.js";
import { Hands } from "./hands.js";
import { HeadsUps } from "./heads-ups.js";
import { NextCalls } from "./next-calls.js";
import { Openings } from "./openings.js";
import type { ControlParts } from "./parts.js";
import type { Press, PressOutcome } from "./press.js";
import { Privacy } from "./privacy.js";
import { Pursuit } from "./pursuit.js";
import { Record } from "./record.js";
import { Routing } from "./routing.js";
import { Shifts } from "./shifts.js";
import { Tones } from "./tones.js";

const shown: PressOutcome = { kind: "shown" };

/** Turns presses into what is asked and allowed. How the PBX gets there is the pursuit's business. */
export class Control {
  readonly #parts: ControlParts;
  readonly #pursuit: Pursuit;
  readonly #record: Record;
  readonly #nextCalls: NextCalls;
  readonly #routing: Routing;
  readonly #tones: Tones;
  readonly #answering: Answering;
  readonly #privacy: Privacy;
  readonly #openings: Openings;
  readonly #handOvers: HandOvers;
  readonly #headsUps: HeadsUps;
  readonly #hands: Hands;
  readonly #shifts: Shifts;
  readonly #underWay = new Map<PersonId, Promise<PressOutcome>>();
  #tellSafer: (supervisor: PersonId) => void = () => {};
  #stopping = false;

  constructor(parts: ControlParts) {
    this.#parts = parts;
    this.#record = new Record(parts);
    this.#nextCalls = new NextCalls(parts, (press, visibility) => this.#beginNext(press, visibility));
    this.#routing = new Routing(parts);
    this.#tones = new Tones(parts);
    this.#pursuit = new Pursuit(
      parts,
      (supervision, mode) => this.#passOn(supervision, mode),
      (supervision) => this.#handOvers.receive(supervision),
    );
    this.#answering = new Answering(parts.writer, parts.clock);
    this.#privacy = new Privacy(parts);
    this.#shifts = new Shifts(parts, this.#record);
    const own = {
      control: parts,
      pursuit: this.#pursuit,
      record: this.#record,
      answering: this.#answering,
      shifts: this.#shifts,
    };
    this.#openings = new Openings(own);
    this.#handOvers = new HandOvers({ ...own, openings: this.#openings });
    this.#hands = new Hands(parts);
    this.#headsUps = new HeadsUps(parts, this.#record, this.#openings);
  }

  /** @param closed supervisions of an earlier run that the record has an end of already. */
  start(closed: ReadonlySet<SupervisionId> = new Set()): void {
    // Before the pursuit, so that what is private is on record before whom it cuts.
    this.#privacy.start();
    this.#pursuit.start(closed);
    this.#routing.start();
    this.#tones.start();
    this.#nextCalls.start();
    this.#headsUps.start();
    this.#hands.start();
  }

  /** Begins nothing any more, waits shortly for what is under way, and leaves every supervision to the next run. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#nextCalls.stop();
    this.#privacy.stop();
    this.#headsUps.stop();
    this.#hands.stop();
    this.#routing.stop();
    const { writer } = this.#parts;
    for (const supervisor of writer.state.people.keys()) writer.take({ type: "presses-voided", supervisor });
    await Promise.all([this.#pursuit.stop(), this.#tones.stop()]);
  }

  /** Does what the press asks, or says why not. Answers within a second, with what is true by then. */
  async press(press: Press): Promise<PressOutcome> {
    const { act, supervisor } = press;
    if (act === "mute" || act === "back" || act === "leave") return this.#safer(press, act);
    if (act === "private")
      return (await this.#privacy.ask(supervisor)) ? shown : this.#openings.refuse(press, "not-supervising");
    if (!press.signed || press.step !== stepOf(this.#parts.writer.state, supervisor)) return shown;
    if (this.#stopping) return this.#openings.refuse(press, "stopping");
    if (act === "private-off") {
      const refusal = await this.#privacy.lift(supervisor);
      return refusal ? this.#openings.refuse(press, refusal) : shown;
    }
    const underWay = this.#underWay.get(supervisor);
    if (underWay) {
      await underWay;
      return shown;
    }
    return this.#alone(supervisor, () => this.#open(press));
  }

  /** Told whose Mute, Back or Leave comes, before it is done. */
  followSafer(tell: (supervisor: PersonId) => void): void {
    this.#tellSafer = tell;
  }

  /** Ends what this phone leads at once, and what it is about to lead: it is no longer there to end it. */
  async leaveFrom(phone: Phone): Promise<void> {
    this.#nextCalls.giveAt(phone.mac, phone.owner);
    const underWay = this.#underWay.get(phone.owner);
    // Whose press it is, nobody asks here: pressed again at a phone that there is, it is done.
    if (underWay) this.#parts.writer.take({ type: "presses-voided", supervisor: phone.owner });
    await Promise.all([this.#leaveAt(phone), underWay?.catch(() => undefined)]);
    // What was about to begin may have begun.
    if (underWay) await this.#leaveAt(phone);
  }

  async #leaveAt(phone: Phone): Promise<void> {
    if (supervisionBy(this.#parts.writer.state, phone.owner)?.phone !== phone.mac) return;
    await this.press({ supervisor: phone.owner, phone, from: "", act: "leave", step: -1, signed: false });
  }

  /** Goes on to the goal of an earlier press, as a press of its own would. */
  async #passOn(id: SupervisionId, mode: "coach" | "join"): Promise<void> {
    const own = this.#parts.writer.state.supervisions.get(id);
    if (!own || this.#stopping) return;
    const step = stepOf(this.#parts.writer.state, own.supervisor);
    if (!this.#openings.awaitsGoal(own.supervisor)) await this.#underWay.get(own.supervisor);
    // A press of meanwhile counts more than one that was on its way.
    if (step !== stepOf(this.#parts.writer.state, own.supervisor)) return;
    await this.#alone(own.supervisor, () => this.#openings.enter(id, mode));
  }

  /** Begins an awaited call, as a press of its own would. */
  async #beginNext(press: Press, visibility: Visibility): Promise<PressOutcome> {
    await this.#underWay.get(press.supervisor);
    if (this.#stopping) return shown;
    const outcome = await this.#alone(press.supervisor, () => this.#openings.begin(press, visibility));
    // The shift has ended meanwhile, and nobody sits at this phone now.
    return outcome.kind === "ask-pin" ? this.#openings.refuse(press, "pin-needed") : outcome;
  }

  /** While this is being worked on, a press that makes things safer voids it, and no other one is begun. */
  async #alone(supervisor: PersonId, work: () => Promise<PressOutcome>): Promise<PressOutcome> {
    const outcome = work();
    this.#underWay.set(supervisor, outcome);
    try {
      return await outcome;
    } finally {
      if (this.#underWay.get(supervisor) === outcome) this.#underWay.delete(supervisor);
    }
  }

  async #safer(press: Press, act: "mute" | "back" | "leave"): Promise<PressOutcome> {
    const { writer } = this.#parts;
    const { supervisor } = press;
    this.#tellSafer(supervisor);
    // Whatever is waiting for its row must not open after this.
    if (this.#underWay.has(supervisor)) writer.take({ type: "presses-voided", supervisor });
    if (act === "leave") this.#nextCalls.give(supervisor);
    const own = supervisionBy(writer.state, supervisor);
    if (!own || own.ending) return shown;
    this.#pursuit.forgetGoal(own.id);
    if (act === "leave") {
      writer.take({ type: "ending-asked", supervision: own.id, ending: "left" });
      await Promise.all([
        this.#record.done(own, "leave"),
        this.#answering.until(() => !writer.state.supervisions.has(own.id)),
      ]);
      return shown;
    }
    const mode = act === "back" ? "listen" : own.mode;
    if (own.mic === "muted" && own.mode === mode && !this.#underWay.has(supervisor)) return shown;
    writer.take({ type: "mode-asked", supervision: own.id, mode, mic: "muted" });
    await Promise.all([
      this.#record.done({ ...own, mode, mic: "muted" }, act === "back" ? "back-to-listen" : "mute"),
      this.#answering.until(() => isQuiet(writer.state, own.id)),
    ]);
    return shown;
  }

  async #open(press: Press): Promise<PressOutcome> {
    if (press.act === "accept" || press.act === "not-now") return this.#headsUps.answer(press.supervisor, press.act);
    if (press.act === "raise-hand" || press.act === "lower-hand") {
      this.#hands.ask(press.supervisor, press.act === "raise-hand");
      return shown;
    }
    const own = supervisionBy(this.#parts.writer.state, press.supervisor);
    if (own?.between) return this.#openings.refuse(press, "between-agents");
    // Being seen makes things safer.
    if (own?.private && press.act !== "visible") return this.#openings.refuse(press, "call-private");
    switch (press.act) {
      case "listen":
        return this.#openings.askListen(press);
      case "listen-visible":
        return this.#openings.begin(press, "visible");
      case "listen-hidden":
        return this.#openings.begin(press, "hidden");
      case "coach":
        return this.#openings.towards(press, "coach", false);
      case "coach-anyway":
        return this.#openings.towards(press, "coach", true);
      case "join":
        return this.#openings.towards(press, "join", false);
      case "join-anyway":
        return this.#openings.towards(press, "join", true);
      case "unmute":
        return this.#openings.unmute(press);
      case "visible":
        return this.#openings.becomeVisible(press);
      case "hide":
        return this.#openings.hide(press);
      case "take-over":
        return this.#handOvers.take(press, false);
      case "take-over-anyway":
        return this.#handOvers.take(press, true);
      case "hand-over":
        return this.#handOvers.give(press);
      case "heads-up":
        return this.#headsUps.ask(press, false);
      case "heads-up-anyway":
        return this.#headsUps.ask(press, true);
      case "await-call": {
        const instead = await this.#shifts.admit(press);
        if (instead) return instead;
        // A press of meanwhile counts more.
        if (press.step !== stepOf(this.#parts.writer.state, press.supervisor) || this.#stopping) return shown;
        const refusal = this.#nextCalls.ask(press);
        return refusal ? this.#openings.refuse(press, refusal) : shown;
      }
      case "mute":
      case "back":
      case "leave":
        return this.#safer(press, press.act);
      case "private":
      case "private-off":
        // Anybody's who is on the call, and taken before.
        return shown;
      default:
        return press.act satisfies never;
    }
  }
}
