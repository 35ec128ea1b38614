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
import {
  agentLeg,
  mayBeHeard,
  refuseMic,
  refuseMode,
  refuseToGoOn,
  refuseToStart,
  settled,
} from "../supervision/index.js";
import { type Answering, isQuiet, stepOf } from "./answering.js";
import type { ControlParts } from "./parts.js";
import { actOf, type Press, type PressOutcome } from "./press.js";
import type { Pursuit } from "./pursuit.js";
import type { Record } from "./record.js";
import type { Shifts } from "./shifts.js";
import { traceOn } from "./traces.js";

const shown: PressOutcome = { kind: "shown" };

export interface OpeningsParts {
  readonly control: ControlParts;
  readonly pursuit: Pursuit;
  readonly record: Record;
  readonly answering: Answering;
  readonly shifts: Shifts;
}

/** The presses that let somebody hear more: each asks the policy before its row and after it, and waits for the row (R19). */
export class Openings {
  readonly #parts: ControlParts;
  readonly #pursuit: Pursuit;
  readonly #record: Record;
  readonly #answering: Answering;
  readonly #shifts: Shifts;
  /** Whose press is only waiting for the goal that it has set. */
  readonly #awaitingGoal = new Set<PersonId>();

  constructor({ control, pursuit, record, answering, shifts }: OpeningsParts) {
    this.#parts = control;
    this.#pursuit = pursuit;
    this.#record = record;
    this.#answering = answering;
    this.#shifts = shifts;
  }

  /** Whether the press of this supervisor only waits for the goal that it has set. */
  awaitsGoal(supervisor: PersonId): boolean {
    return this.#awaitingGoal.has(supervisor);
  }

  /** Answers with the question Visible or Hidden (R3), or says why not. */
  async askListen(press: Press): Promise<PressOutcome> {
    const { writer, policy } = this.#parts;
    if (!press.leg) return this.refuse(press, "call-gone");
    const own = supervisionBy(writer.state, press.supervisor);
    if (own?.leg === press.leg) return shown;
    const refusal = refuseToStart(writer.state, policy, press.supervisor, press.leg, { mode: "listen" });
    return refusal ? this.refuse(press, refusal) : { kind: "ask-listen", leg: press.leg };
  }

  /** Begins a Listen, on its way to `goal` where one is given. Waits until the phone rings or what is true is known. */
  async begin(press: Press, visibility: Visibility, goal?: "coach" | "join"): Promise<PressOutcome> {
    const { writer, policy, newId } = this.#parts;
    const { leg, supervisor, phone } = press;
    if (!leg) return this.refuse(press, "call-gone");
    if (supervisionBy(writer.state, supervisor)?.leg === leg) return shown;
    const wish = { visibility, mode: goal ?? ("listen" as const) };
    const refuses = (): RefusalCode | undefined => refuseToStart(writer.state, policy, supervisor, leg, wish);
    const early = refuses();
    if (early) return this.refuse(press, early);
    const instead = await this.#shifts.admit(press);
    if (instead) return instead;
    const shows = visibility === "hidden" ? await traceOn(this.#parts, leg) : undefined;
    if (press.step !== stepOf(writer.state, supervisor)) return shown;
    if (shows) return this.refuse(press, shows);
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
    await this.#answering.until(() => {
      const now = writer.state.supervisions.get(id);
      if (now?.trouble) return true;
      const waitsForHand = phone.answer === "ring" && now?.facts?.leg === "ringing";
      return !now || waitsForHand || settled(now);
    });
    return this.#outcomeFor(supervisor, id);
  }

  /** Goes to coach or join; asks first where the agent does not know yet (R5, R7). */
  async towards(press: Press, mode: "coach" | "join", anyway: boolean): Promise<PressOutcome> {
    const { writer, policy } = this.#parts;
    const own = supervisionBy(writer.state, press.supervisor);
    if (!own) {
      if (!press.leg) return this.refuse(press, "not-supervising");
      const refusal = refuseToStart(writer.state, policy, press.supervisor, press.leg, { visibility: "visible", mode });
      if (refusal) return this.refuse(press, refusal);
      return anyway
        ? this.begin(press, "visible", mode)
        : { kind: "ask-anyway", why: "become-visible", mode, leg: press.leg };
    }
    if (press.leg && press.leg !== own.leg) return this.refuse(press, "already-supervising");
    if (own.ending || own.mode === mode) return shown;
    const refusal = refuseMode(writer.state, own, mode);
    if (refusal) return this.refuse(press, refusal);
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
    return this.enter(own.id, mode);
  }

  /** Goes to coach or join: muted from Listen, the mic kept between the two (R9). */
  async enter(id: SupervisionId, mode: "coach" | "join"): Promise<PressOutcome> {
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

  /** Opens the mic (R9). */
  async unmute(press: Press): Promise<PressOutcome> {
    const { writer } = this.#parts;
    const own = supervisionBy(writer.state, press.supervisor);
    if (!own || own.ending) return this.refuse(press, "not-supervising");
    const refuses = (now: Supervision): RefusalCode | undefined => {
      if (now.mode === "listen") return "mode-has-no-mic";
      if (now.mic === "muted" && mayBeHeard(now)) return "still-closing";
      if (now.facts?.leg === "held") return "on-hold";
      if (now.facts?.ear !== now.leg) return "still-connecting";
      return refuseMic(writer.state, now);
    };
    if (own.mic === "open") return shown;
    const early = refuses(own);
    if (early) return this.refuse(press, early);
    const { mode, visibility } = own;
    const recorded = await this.#record.allowed(press, "unmute", {
      mode,
      visibility,
      mic: "open",
      supervision: own.id,
    });
    if (recorded === "late") return this.refuse(press, "record-unavailable");
    const now = writer.state.supervisions.get(own.id);
    if (recorded === "void" || !now || now.ending) return shown;
    const late = refuses(now);
    if (late) {
      this.#record.withdrawn(now, "unmute");
      return this.refuse(press, late);
    }
    writer.take({ type: "mode-asked", supervision: now.id, mode: now.mode, mic: "open" });
    return this.#settle(now);
  }

  /** Being seen makes things safer, so it waits for nothing. */
  async becomeVisible(press: Press): Promise<PressOutcome> {
    const { writer } = this.#parts;
    const own = supervisionBy(writer.state, press.supervisor);
    if (!own || own.ending) return this.refuse(press, "not-supervising");
    if (own.visibility === "visible") return shown;
    const recorded = this.#record.done({ ...own, visibility: "visible" }, "visible");
    writer.take({ type: "visibility-asked", supervision: own.id, visibility: "visible" });
    await Promise.all([
      recorded,
      this.#answering.until(() => {
        const told = writer.state.supervisions.get(own.id)?.told;
        return told !== "not-told" && told !== "sending";
      }),
    ]);
    return shown;
  }

  /** Takes the supervisor's name from the agent (R6). */
  async hide(press: Press): Promise<PressOutcome> {
    const { writer, policy } = this.#parts;
    const own = supervisionBy(writer.state, press.supervisor);
    if (!own || own.ending) return this.refuse(press, "not-supervising");
    if (own.visibility === "hidden") return shown;
    const refuses = (now: Supervision): RefusalCode | undefined => {
      const call = agentLeg(writer.state, now.leg)?.call;
      return call ? refuseToGoOn(writer.state, policy, { visibility: "hidden" }, call) : "call-gone";
    };
    const early = refuses(own);
    if (early) return this.refuse(press, early);
    if (own.mode !== "listen") return this.refuse(press, "hide-only-in-listen");
    await this.#answering.until(() => isQuiet(writer.state, own.id));
    if (!isQuiet(writer.state, own.id)) return this.refuse(press, "still-closing");
    // Leaving would show later, as what it is.
    const shows = await traceOn(this.#parts, own.leg);
    if (press.step !== stepOf(writer.state, press.supervisor)) return shown;
    if (shows) return this.refuse(press, shows);
    const row = { mode: own.mode, visibility: "hidden", mic: "muted", supervision: own.id } as const;
    const recorded = await this.#record.allowed(press, "hide", row);
    if (recorded === "late") return this.refuse(press, "record-unavailable");
    const now = writer.state.supervisions.get(own.id);
    if (recorded === "void" || !now || now.ending || now.mode !== "listen") return shown;
    const late = isQuiet(writer.state, own.id) ? refuses(now) : "still-closing";
    if (late) {
      this.#record.withdrawn(now, "hide");
      return this.refuse(press, late);
    }
    this.#pursuit.forgetGoal(own.id);
    writer.take({ type: "visibility-asked", supervision: own.id, visibility: "hidden" });
    return shown;
  }

  async #settle({ supervisor, id }: Supervision): Promise<PressOutcome> {
    await this.#answering.until(() => {
      const now = this.#parts.writer.state.supervisions.get(id);
      return !now || settled(now) || now.trouble !== undefined;
    });
    return this.#outcomeFor(supervisor, id);
  }

  /** Until the goal of this press is reached, which another piece of work brings about. */
  async #untilMode({ id, supervisor }: Supervision, mode: Mode): Promise<void> {
    const { supervisions } = this.#parts.writer.state;
    this.#awaitingGoal.add(supervisor);
    await this.#answering.until(() => {
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

  /** Refuses a press in words, with its row. */
  async refuse(press: Press, code: RefusalCode): Promise<PressOutcome> {
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
}

/**
 * The phone that takes the leg stands in the record, so that a restart gives the supervision to it; that another one
 * pressed, in words.
 */
function rung({ mac, rings }: Phone): Pick<AuditRow, "phone" | "detail"> {
  if (rings === undefined || rings === "nobody") return { phone: mac };
  return { phone: rings.mac, detail: `pressed at the desk, on the drawn phone ${mac}` };
}
