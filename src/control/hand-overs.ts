import type { LegId, PersonId, RefusalCode, Supervision, SupervisionId } from "../model/index.js";
import { supervisionBy } from "../state/index.js";
import {
  mayBeHandedTo,
  mayTakeOver,
  refuseToHandOver,
  refuseToReceive,
  refuseToTakeOver,
  talkingLeg,
} from "../supervision/index.js";
import type { Openings, OpeningsParts } from "./openings.js";
import type { Press, PressOutcome } from "./press.js";

const shown: PressOutcome = { kind: "shown" };

export interface HandOversParts extends OpeningsParts {
  readonly openings: Openings;
}

/** Calls that become a supervisor's own (R13): taken by a key of theirs, or given by the agent's page or phone. */
export class HandOvers {
  readonly #parts: HandOversParts;
  readonly #receiving = new Set<SupervisionId>();

  constructor(parts: HandOversParts) {
    this.#parts = parts;
  }

  /** A supervisor takes over the call they supervise; asked once before, whatever the agent knows of them by then. */
  async take(press: Press, anyway: boolean): Promise<PressOutcome> {
    const { control, openings } = this.#parts;
    const { writer } = control;
    const person = writer.state.people.get(press.supervisor);
    const own = supervisionBy(writer.state, press.supervisor);
    if (!person || !mayTakeOver(person)) return openings.refuse(press, "take-over-not-allowed");
    if (!own || own.ending) return openings.refuse(press, "not-supervising");
    if (own.takingOver) return shown;
    const early = this.#missing() ?? (own.visibility === "visible" ? refuseToTakeOver(writer.state, own) : undefined);
    if (early) return openings.refuse(press, early);
    if (!anyway) return { kind: "ask-take-over", agent: own.agent };
    if (own.visibility === "hidden") await openings.becomeVisible(press);
    const now = writer.state.supervisions.get(own.id);
    if (!now) return shown;
    const refusal = refuseToTakeOver(writer.state, now);
    if (refusal) return openings.refuse(press, refusal);
    return this.#become(press, now, "take-over");
  }

  /** An agent gives the call that they are in talk on to somebody. */
  async give(press: Press): Promise<PressOutcome> {
    const { control, openings } = this.#parts;
    const { state } = control.writer;
    const agent = state.people.get(press.supervisor);
    const to = press.to && state.people.get(press.to);
    if (!agent || !to || !mayBeHandedTo(to, agent)) return openings.refuse(press, "take-over-not-allowed");
    const leg = talkingLeg(state, agent.id);
    if (!leg) return openings.refuse(press, "call-gone");
    const underWay = state.handingOver.get(agent.id);
    if (underWay && !underWay.trouble) return openings.refuse(press, "already-handing-over");
    const early = this.#missing() ?? refuseToHandOver(state, agent.id, leg);
    if (early) return openings.refuse(press, early);
    const own = supervisionBy(state, to.id);
    // Who is hidden is rung as anybody else: to come at once would tell that they were there.
    if (own?.leg === leg.id && own.visibility === "visible" && !refuseToTakeOver(state, own)) {
      return this.#become(press, own, "hand-over");
    }
    return this.#ring(press, leg.id, to.id);
  }

  /** The agent's own phone transfers to this supervisor, or asks them first: their leg is to be the one that is reached. */
  receive(id: SupervisionId): void {
    if (this.#receiving.has(id)) return;
    this.#receiving.add(id);
    // The writer is in the middle of the round that told of it.
    queueMicrotask(() => void this.#receive(id).finally(() => this.#receiving.delete(id)));
  }

  async #receive(id: SupervisionId): Promise<void> {
    const { control, record, pursuit } = this.#parts;
    const { writer } = control;
    const refusal = (): RefusalCode | undefined => {
      const own = writer.state.supervisions.get(id);
      return own?.given ? (this.#missing() ?? refuseToReceive(writer.state, own)) : "not-supervising";
    };
    const own = writer.state.supervisions.get(id);
    if (!own?.given || own.ending) return;
    const early = refusal();
    if (early) {
      void record.refused(own, "hand-over", early, id);
      writer.take({ type: "take-over-failed", supervision: id, code: early });
      return;
    }
    const { mode, leg, agent } = own;
    const detail = `${agent}'s own phone transfers to ${own.supervisor}`;
    const row = { mode, visibility: "visible", mic: "muted", supervision: id, leg, detail } as const;
    const recorded = await record.allowed(own, "hand-over", row);
    const now = writer.state.supervisions.get(id);
    if (!now?.given || now.ending) return;
    // Something else has been pressed meanwhile; what the agent's phone gives is given all the same.
    if (recorded === "void") return this.#receive(id);
    const late = recorded === "written" ? refusal() : "record-unavailable";
    if (late) {
      if (recorded === "written") record.withdrawn(now, "hand-over");
      writer.take({ type: "take-over-failed", supervision: id, code: late });
      return;
    }
    pursuit.forgetGoal(id);
    writer.take({ type: "take-over-asked", supervision: id });
  }

  #missing(): RefusalCode | undefined {
    return this.#parts.control.pbx.capabilities().has("take-over") ? undefined : "take-over-missing";
  }

  /** Everybody on the call will hear this supervisor, so it waits for its row (R19). */
  async #become(press: Press, own: Supervision, act: "take-over" | "hand-over"): Promise<PressOutcome> {
    const { control, openings, record, answering, pursuit } = this.#parts;
    const { writer } = control;
    const { id, mode, leg } = own;
    const detail = act === "hand-over" ? { detail: `handed over by ${press.supervisor}` } : {};
    const row = { mode, visibility: "visible", mic: "muted", supervision: id, leg, ...detail } as const;
    const recorded = await record.allowed(own, act, row);
    if (recorded === "late") return openings.refuse(press, "record-unavailable");
    const now = writer.state.supervisions.get(id);
    if (recorded === "void" || !now) return shown;
    const late = refuseToTakeOver(writer.state, now);
    if (late) {
      record.withdrawn(now, act);
      return openings.refuse(press, late);
    }
    pursuit.forgetGoal(id);
    writer.take({ type: "take-over-asked", supervision: id });
    if (act === "hand-over") writer.take({ type: "presses-voided", supervisor: press.supervisor });
    await answering.until(() => !writer.state.supervisions.get(id)?.takingOver);
    const trouble = writer.state.supervisions.get(id)?.trouble;
    return act === "hand-over" && trouble ? { kind: "refused", code: trouble } : shown;
  }

  /** Rings somebody who is not shown on the call; the customer stays with the agent until they answer. */
  async #ring(press: Press, leg: LegId, to: PersonId): Promise<PressOutcome> {
    const { control, openings, record } = this.#parts;
    const { writer, pbx, log } = control;
    const { supervisor: agent } = press;
    const about = { supervisor: agent, leg };
    const recorded = await record.allowed(about, "hand-over", { leg, detail: `rings ${to}` });
    if (recorded === "late") return openings.refuse(press, "record-unavailable");
    const person = writer.state.people.get(to);
    if (recorded === "void" || !person) return shown;
    const found = talkingLeg(writer.state, agent);
    const late = found?.id === leg ? refuseToHandOver(writer.state, agent, found) : "call-gone";
    if (late) {
      await record.refused(about, "hand-over", late);
      return { kind: "refused", code: late };
    }
    writer.take({ type: "hand-over-asked", agent, to });
    void pbx
      .handOver({ leg, agent, to: person.extension })
      .catch((error: unknown) => {
        log.error({ error: String(error) }, "the PBX adapter broke");
        return { ok: false, code: "pbx-failed" } as const;
      })
      .then((result) => {
        writer.take({ type: "hand-over-ended", agent, ...(!result.ok && { code: result.code }) });
        if (result.ok) record.handedOver(about, `${to} has the call`);
        else void record.refused(about, "hand-over", result.code);
      });
    return shown;
  }
}
