import {
  type AuditRow,
  type Mic,
  type Mode,
  type PersonId,
  type Phone,
  parseSupervisionId,
  type RefusalCode,
  type Supervision,
  type SupervisionId,
  type Visibility,
} from "../model/index.js";
import { supervisionBy } from "../state/index.js";
import { agentLeg, mayBeHeard, refuseMic, refuseMode, refuseToStart, settled } from "../supervision/index.js";
import { NextCalls } from "./next-calls.js";
import type { ControlParts } from "./parts.js";
import { actOf, type Press, type PressOutcome } from "./press.js";
import { Pursuit } from "./pursuit.js";
import { Record } from "./record.js";
import { traceOn } from "./traces.js";

/** After its row a press waits so long for the PBX, then what is true is answered: within a second in all. */
const answerWithinMs = 500;

const shown: PressOutcome = { kind: "shown" };

/** Turns presses into what is asked and allowed. How the PBX gets there is the pursuit's business. */
export class Control {
  readonly #parts: ControlParts;
  readonly #pursuit: Pursuit;
  readonly #record: Record;
  readonly #nextCalls: NextCalls;
  readonly #underWay = new Map<PersonId, Promise<PressOutcome>>();
  /** Whose press is only waiting for the goal that it has set. */
  readonly #awaitingGoal = new Set<PersonId>();
  #stopping = false;

  constructor(parts: ControlParts) {
    this.#parts = parts;
    this.#record = new Record(parts);
    this.#nextCalls = new NextCalls(parts, (press, visibility) => this.#beginNext(press, visibility));
    this.#pursuit = new Pursuit(parts, (supervision, mode) => this.#passOn(supervision, mode));
  }

  /** @param closed supervisions of an earlier run that the record has an end of already. */
  start(closed: ReadonlySet<SupervisionId> = new Set()): void {
    this.#pursuit.start(closed);
    this.#nextCalls.start();
  }

  /** Begins nothing any more, waits shortly for what is under way, and leaves every supervision to the next run. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#nextCalls.stop();
    const { writer } = this.#parts;
    for (const supervisor of writer.state.people.keys()) writer.take({ type: "presses-voided", supervisor });
    await this.#pursuit.stop();
  }

  /** Does what the press asks, or says why not. Answers within a second, with what is true by then. */
  async press(press: Press): Promise<PressOutcome> {
    const { act, supervisor } = press;
    if (act === "mute" || act === "back" || act === "leave") return this.#safer(press, act);
    if (!press.signed || press.step !== this.#step(supervisor)) return shown;
    if (this.#stopping) return this.#refuse(press, "stopping");
    const underWay = this.#underWay.get(supervisor);
    if (underWay) {
      await underWay;
      return shown;
    }
    return this.#alone(supervisor, () => this.#open(press));
  }

  /** Ends what this phone leads: it is no longer there to end it. */
  async leaveFrom(phone: Phone): Promise<void> {
    const { writer } = this.#parts;
    const own = supervisionBy(writer.state, phone.owner);
    if (own?.phone !== phone.mac) return;
    await this.press({ supervisor: phone.owner, phone, from: "", act: "leave", step: -1, signed: false });
  }

  /** Goes on to the goal of an earlier press, as a press of its own would. */
  async #passOn(id: SupervisionId, mode: "coach" | "join"): Promise<void> {
    const own = this.#parts.writer.state.supervisions.get(id);
    if (!own || this.#stopping) return;
    const step = this.#step(own.supervisor);
    if (!this.#awaitingGoal.has(own.supervisor)) await this.#underWay.get(own.supervisor);
    // A press of meanwhile counts more than one that was on its way.
    if (step !== this.#step(own.supervisor)) return;
    await this.#alone(own.supervisor, () => this.#enter(id, mode));
  }

  /** Begins an awaited call, as a press of its own would. */
  async #beginNext(press: Press, visibility: Visibility): Promise<PressOutcome> {
    await this.#underWay.get(press.supervisor);
    if (this.#stopping) return shown;
    return this.#alone(press.supervisor, () => this.#begin(press, visibility));
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
    // Whatever is waiting for its row must not open after this.
    if (this.#underWay.has(supervisor)) writer.take({ type: "presses-voided", supervisor });
    if (act === "leave") this.#nextCalls.give(supervisor);
    const own = supervisionBy(writer.state, supervisor);
    if (!own || own.ending) return shown;
    this.#pursuit.forgetGoal(own.id);
    if (act === "leave") {
      writer.take({ type: "ending-asked", supervision: own.id, ending: "left" });
      await Promise.all([this.#record.done(own, "leave"), this.#until(() => !writer.state.supervisions.has(own.id))]);
      return shown;
    }
    const mode = act === "back" ? "listen" : own.mode;
    if (own.mic === "muted" && own.mode === mode && !this.#underWay.has(supervisor)) return shown;
    writer.take({ type: "mode-asked", supervision: own.id, mode, mic: "muted" });
    await Promise.all([
      this.#record.done({ ...own, mode, mic: "muted" }, act === "back" ? "back-to-listen" : "mute"),
      this.#until(() => this.#isQuiet(own.id)),
    ]);
    return shown;
  }

  async #open(press: Press): Promise<PressOutcome> {
    if (supervisionBy(this.#parts.writer.state, press.supervisor)?.between)
      return this.#refuse(press, "between-agents");
    switch (press.act) {
      case "listen":
        return this.#askListen(press);
      case "listen-visible":
        return this.#begin(press, "visible");
      case "listen-hidden":
        return this.#begin(press, "hidden");
      case "coach":
        return this.#towards(press, "coach", false);
      case "coach-anyway":
        return this.#towards(press, "coach", true);
      case "join":
        return this.#towards(press, "join", false);
      case "join-anyway":
        return this.#towards(press, "join", true);
      case "unmute":
        return this.#unmute(press);
      case "visible":
        return this.#becomeVisible(press);
      case "hide":
        return this.#hide(press);
      case "await-call": {
        const refusal = this.#nextCalls.ask(press);
        return refusal ? this.#refuse(press, refusal) : shown;
      }
      case "mute":
      case "back":
      case "leave":
        return this.#safer(press, press.act);
      default:
        return press.act satisfies never;
    }
  }

  async #askListen(press: Press): Promise<PressOutcome> {
    const { writer, policy } = this.#parts;
    if (!press.leg) return this.#refuse(press, "call-gone");
    const own = supervisionBy(writer.state, press.supervisor);
    if (own?.leg === press.leg) return shown;
    const refusal = refuseToStart(writer.state, policy, press.supervisor, press.leg, { mode: "listen" });
    return refusal ? this.#refuse(press, refusal) : { kind: "ask-listen", leg: press.leg };
  }

  async #begin(press: Press, visibility: Visibility, goal?: "coach" | "join"): Promise<PressOutcome> {
    const { writer, policy, newId } = this.#parts;
    const { leg, supervisor, phone } = press;
    if (!leg) return this.#refuse(press, "call-gone");
    if (supervisionBy(writer.state, supervisor)?.leg === leg) return shown;
    const wish = { visibility, mode: goal ?? ("listen" as const) };
    const refuses = (): RefusalCode | undefined => refuseToStart(writer.state, policy, supervisor, leg, wish);
    const early = refuses();
    if (early) return this.#refuse(press, early);
    const shows = visibility === "hidden" ? await traceOn(this.#parts, leg) : undefined;
    if (press.step !== this.#step(supervisor)) return shown;
    if (shows) return this.#refuse(press, shows);
    const id = parseSupervisionId(newId());
    if (!id) throw new Error("newId must give supervision ids");
    const row = { mode: "listen", visibility, mic: "muted", supervision: id, leg, ...rung(phone) } as const;
    const recorded = await this.#record.allowed(press, "listen", row);
    if (recorded === "late") return this.#neverBegan(press, "record-unavailable", id);
    if (recorded === "void") return shown;
    const late = refuses();
    const found = agentLeg(writer.state, leg);
    if (late || !found) return this.#neverBegan(press, late ?? "call-gone", id);
    writer.take({
      type: "supervision-asked",
      id,
      supervisor,
      phone: phone.mac,
      agent: found.agent.id,
      call: found.call.id,
      leg,
      visibility,
    });
    if (goal) this.#pursuit.setGoal(id, goal);
    this.#pursuit.ring(id, phone, press.from);
    await this.#until(() => {
      const now = writer.state.supervisions.get(id);
      if (now?.trouble) return true;
      const waitsForHand = phone.answer === "ring" && now?.facts?.leg === "ringing";
      return !now || waitsForHand || settled(now);
    });
    return this.#outcomeFor(supervisor, id);
  }

  async #towards(press: Press, mode: "coach" | "join", anyway: boolean): Promise<PressOutcome> {
    const { writer, policy } = this.#parts;
    const own = supervisionBy(writer.state, press.supervisor);
    if (!own) {
      if (!press.leg) return this.#refuse(press, "not-supervising");
      const refusal = refuseToStart(writer.state, policy, press.supervisor, press.leg, { visibility: "visible", mode });
      if (refusal) return this.#refuse(press, refusal);
      return anyway
        ? this.#begin(press, "visible", mode)
        : { kind: "ask-anyway", why: "become-visible", mode, leg: press.leg };
    }
    if (press.leg && press.leg !== own.leg) return this.#refuse(press, "already-supervising");
    if (own.ending || own.mode === mode) return shown;
    const refusal = refuseMode(writer.state, own, mode);
    if (refusal) return this.#refuse(press, refusal);
    if (own.visibility === "hidden") {
      if (!anyway) return { kind: "ask-anyway", why: "become-visible", mode, leg: own.leg };
      this.#pursuit.setGoal(own.id, mode);
      // Given first, waited for after: what the agent is about to see must not be unknown to the next run.
      const recorded = this.#record.done({ ...own, visibility: "visible" }, "visible");
      writer.take({ type: "visibility-asked", supervision: own.id, visibility: "visible" });
      await Promise.all([recorded, this.#untilMode(own, mode)]);
      return shown;
    }
    if (own.mode === "listen" && own.told !== "confirmed" && !anyway) {
      if (own.told === "unconfirmed") return { kind: "ask-anyway", why: "not-confirmed", mode, leg: own.leg };
      this.#pursuit.setGoal(own.id, mode);
      await this.#untilMode(own, mode);
      return shown;
    }
    return this.#enter(own.id, mode);
  }

  /** Goes to coach or join: muted from Listen, the mic kept between the two (R9). */
  async #enter(id: SupervisionId, mode: "coach" | "join"): Promise<PressOutcome> {
    const { writer } = this.#parts;
    const own = writer.state.supervisions.get(id);
    if (!own) return shown;
    const micIn = (now: Supervision): Mic => (now.mode === "listen" ? "muted" : now.mic);
    const row = { mode, visibility: own.visibility, mic: micIn(own), supervision: id };
    const recorded = await this.#record.allowed(own, mode, row);
    if (recorded === "late") return this.#refuseOnPage(own, "record-unavailable", mode);
    const now = writer.state.supervisions.get(id);
    if (recorded === "void" || !now || now.ending || now.visibility === "hidden") return shown;
    const refusal = refuseMode(writer.state, now, mode);
    if (refusal) {
      this.#record.withdrawn(now, mode);
      return this.#refuseOnPage(now, refusal, mode);
    }
    this.#pursuit.forgetGoal(id);
    writer.take({ type: "mode-asked", supervision: id, mode, mic: micIn(now) });
    return this.#settle(now);
  }

  async #unmute(press: Press): Promise<PressOutcome> {
    const { writer } = this.#parts;
    const own = supervisionBy(writer.state, press.supervisor);
    if (!own || own.ending) return this.#refuse(press, "not-supervising");
    const refuses = (now: Supervision): RefusalCode | undefined => {
      if (now.mode === "listen") return "mode-has-no-mic";
      if (now.mic === "muted" && mayBeHeard(now)) return "still-closing";
      if (now.facts?.leg === "held") return "on-hold";
      if (now.facts?.ear !== now.leg) return "still-connecting";
      return refuseMic(writer.state, now);
    };
    if (own.mic === "open") return shown;
    const early = refuses(own);
    if (early) return this.#refuse(press, early);
    const { mode, visibility } = own;
    const recorded = await this.#record.allowed(press, "unmute", {
      mode,
      visibility,
      mic: "open",
      supervision: own.id,
    });
    if (recorded === "late") return this.#refuse(press, "record-unavailable");
    const now = writer.state.supervisions.get(own.id);
    if (recorded === "void" || !now || now.ending) return shown;
    const late = refuses(now);
    if (late) {
      this.#record.withdrawn(now, "unmute");
      return this.#refuse(press, late);
    }
    writer.take({ type: "mode-asked", supervision: now.id, mode: now.mode, mic: "open" });
    return this.#settle(now);
  }

  /** Being seen makes things safer, so it waits for nothing. */
  async #becomeVisible(press: Press): Promise<PressOutcome> {
    const { writer } = this.#parts;
    const own = supervisionBy(writer.state, press.supervisor);
    if (!own || own.ending) return this.#refuse(press, "not-supervising");
    if (own.visibility === "visible") return shown;
    const recorded = this.#record.done({ ...own, visibility: "visible" }, "visible");
    writer.take({ type: "visibility-asked", supervision: own.id, visibility: "visible" });
    await Promise.all([
      recorded,
      this.#until(() => {
        const told = writer.state.supervisions.get(own.id)?.told;
        return told !== "not-told" && told !== "sending";
      }),
    ]);
    return shown;
  }

  async #hide(press: Press): Promise<PressOutcome> {
    const { writer, policy } = this.#parts;
    const own = supervisionBy(writer.state, press.supervisor);
    if (!own || own.ending) return this.#refuse(press, "not-supervising");
    if (own.visibility === "hidden") return shown;
    if (policy.hidden === "forbidden") return this.#refuse(press, "hidden-forbidden");
    if (own.mode !== "listen") return this.#refuse(press, "hide-only-in-listen");
    await this.#until(() => this.#isQuiet(own.id));
    if (!this.#isQuiet(own.id)) return this.#refuse(press, "still-closing");
    // Leaving would show later, as what it is.
    const shows = await traceOn(this.#parts, own.leg);
    if (press.step !== this.#step(press.supervisor)) return shown;
    if (shows) return this.#refuse(press, shows);
    const row = { mode: own.mode, visibility: "hidden", mic: "muted", supervision: own.id } as const;
    const recorded = await this.#record.allowed(press, "hide", row);
    if (recorded === "late") return this.#refuse(press, "record-unavailable");
    const now = writer.state.supervisions.get(own.id);
    if (recorded === "void" || !now || now.ending || now.mode !== "listen") return shown;
    if (!this.#isQuiet(own.id)) {
      this.#record.withdrawn(now, "hide");
      return this.#refuse(press, "still-closing");
    }
    this.#pursuit.forgetGoal(own.id);
    writer.take({ type: "visibility-asked", supervision: own.id, visibility: "hidden" });
    return shown;
  }

  async #settle({ supervisor, id }: Supervision): Promise<PressOutcome> {
    await this.#until(() => {
      const now = this.#parts.writer.state.supervisions.get(id);
      return !now || settled(now) || now.trouble !== undefined;
    });
    return this.#outcomeFor(supervisor, id);
  }

  /** Until the goal of this press is reached, which another piece of work brings about. */
  async #untilMode({ id, supervisor }: Supervision, mode: Mode): Promise<void> {
    const { supervisions } = this.#parts.writer.state;
    this.#awaitingGoal.add(supervisor);
    await this.#until(() => {
      const now = supervisions.get(id);
      return !now || now.mode === mode || now.trouble !== undefined;
    });
    this.#awaitingGoal.delete(supervisor);
  }

  /** A supervision that never came to a leg is refused with its reason; any other trouble stands on the page. */
  #outcomeFor(supervisor: PersonId, id: SupervisionId): PressOutcome {
    const ended = this.#parts.writer.state.ended.get(supervisor);
    const trouble = ended?.supervision.id === id && ended.supervision.trouble;
    return trouble ? { kind: "refused", code: trouble } : shown;
  }

  /** Nobody hears this supervisor, nor can any moment now. */
  #isQuiet(id: SupervisionId): boolean {
    const now = this.#parts.writer.state.supervisions.get(id);
    return !now || !mayBeHeard(now);
  }

  #step(supervisor: PersonId): number {
    return this.#parts.writer.state.steps.get(supervisor) ?? 0;
  }

  async #refuse(press: Press, code: RefusalCode): Promise<PressOutcome> {
    await this.#record.refused(press, actOf(press.act), code);
    return { kind: "refused", code };
  }

  /** Refuses a Listen that a row has allowed already, whatever mode it was to lead to. */
  async #neverBegan(press: Press, code: RefusalCode, supervision: SupervisionId): Promise<PressOutcome> {
    await this.#record.refused(press, "listen", code, supervision);
    return { kind: "refused", code };
  }

  /** Refuses what a press set in motion earlier: the sentence waits on the page. */
  async #refuseOnPage(own: Supervision, code: RefusalCode, act: AuditRow["act"]): Promise<PressOutcome> {
    this.#parts.writer.take({ type: "trouble", supervision: own.id, code });
    await this.#record.refused(own, act, code);
    return { kind: "refused", code };
  }

  #until(holds: () => boolean, withinMs = answerWithinMs): Promise<void> {
    const { writer, clock } = this.#parts;
    if (holds()) return Promise.resolve();
    return new Promise((resolve) => {
      const finish = (): void => {
        cancel();
        unsubscribe();
        resolve();
      };
      const cancel = clock.after(withinMs, finish);
      const unsubscribe = writer.subscribe(() => {
        if (holds()) finish();
      });
    });
  }
}

/**
 * The phone that takes the leg stands in the record, so that a restart gives the supervision to it; that another one
 * pressed, in words.
 */
function rung({ mac, rings }: Phone): Pick<AuditRow, "phone" | "detail"> {
  if (rings === undefined || rings === "nobody") return { phone: mac };
  return { phone: rings.mac, detail: `pressed at the desk, on the drawn phone ${mac}` };
}
