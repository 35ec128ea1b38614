import type { ActionResult, Ending, Mouth, Phone, RefusalCode, Supervision, SupervisionId } from "../model/index.js";
import { callWithLeg, type Writer } from "../state/index.js";
import { type Step, wanted } from "../supervision/index.js";
import type { Closings } from "./closings.js";
import type { Executions } from "./executions.js";
import type { ControlParts } from "./parts.js";
import type { Record } from "./record.js";

/** How long an event may be behind its answer. */
const againMs = 1_000;

/**
 * Steps that let somebody hear more. They are asked one at a time, and never while something is being closed; one that the
 * PBX refuses is not asked again by itself: the mic is muted, or the supervision ends.
 */
export class OpeningSteps {
  readonly #parts: Pick<ControlParts, "writer" | "clock" | "log">;
  readonly #beside: { readonly record: Record; readonly executions: Executions; readonly closing: Closings };
  readonly #attend: (id: SupervisionId) => void;
  readonly #underWay = new Set<SupervisionId>();
  /** What is being opened and was overtaken by a close: how it ends is of no interest. */
  readonly #overtaken = new Set<SupervisionId>();
  /** An opener that the PBX answered with yes, and the facts it was asked at: not asked again before new facts. */
  readonly #answered = new Map<SupervisionId, { readonly step: string; readonly facts: unknown }>();

  /** @param attend looks at a supervision anew. */
  constructor(
    parts: Pick<ControlParts, "writer" | "clock" | "log">,
    beside: { readonly record: Record; readonly executions: Executions; readonly closing: Closings },
    attend: (id: SupervisionId) => void,
  ) {
    this.#parts = parts;
    this.#beside = beside;
    this.#attend = attend;
  }

  /** Rings the phone that pressed, or the one that was chosen for it. */
  ring(id: SupervisionId, phone: Phone, from: string): void {
    const owner = this.#writer.state.people.get(phone.owner);
    if (!owner) return;
    const { rings = phone } = phone;
    if (rings === "nobody") {
      const code = "no-phone-chosen";
      this.#writer.take({ type: "not-begun", supervision: id, ending: "phone-unreachable", code });
      return;
    }
    const { mac, answer } = rings;
    // A browser's address says nothing of where the chosen phone is: that one is known by its MAC address alone.
    const host = rings === phone ? from : "";
    const where = { extension: owner.extension, from: rings.address ?? host, mac, answer };
    this.#underWay.add(id);
    void this.#beside.executions.execute({ type: "ring", supervision: id, ...where }).then((result) => {
      this.#underWay.delete(id);
      if (result.ok) this.#writer.take({ type: "rung", supervision: id });
      else this.#writer.take({ type: "not-begun", supervision: id, ending: "phone-unreachable", code: result.code });
    });
  }

  /** Asks for it, unless something is under way, or it was answered with yes and nothing has changed since. */
  open(supervision: Supervision, step: Step): void {
    const { id, facts } = supervision;
    if (this.#underWay.has(id) || this.#beside.closing.has(id)) return;
    const key = JSON.stringify(step);
    const answered = this.#answered.get(id);
    if (answered?.step === key && answered.facts === facts) return;
    this.#underWay.add(id);
    // That something was closed before says nothing of what is opened now.
    this.#beside.closing.forgetDone(id);
    if (step.type === "open-mouth") this.#mouth(id, { leg: step.leg, reach: step.reach });
    void this.#beside.executions.execute(step).then((result) => {
      if (!this.#underWay.delete(id)) return;
      if (this.#overtaken.delete(id)) return this.#attend(id);
      if (result.ok) this.#answered.set(id, { step: key, facts: this.#writer.state.supervisions.get(id)?.facts });
      else this.#notOpened(id, step, facts, result);
      this.#attend(id);
    });
  }

  /** What is being opened is about to be closed. */
  overtake(id: SupervisionId): void {
    if (this.#underWay.has(id)) this.#overtaken.add(id);
  }

  forget(id: SupervisionId): void {
    for (const memory of [this.#underWay, this.#overtaken, this.#answered]) memory.delete(id);
  }

  /** The call has not become the supervisor's, for this reason. */
  notTakenOver(supervision: Supervision, code: RefusalCode): void {
    const act = supervision.given ? "hand-over" : "take-over";
    this.#beside.record.about(supervision, { act, outcome: "failed", refusal: code });
    this.#writer.take({ type: "take-over-failed", supervision: supervision.id, code });
  }

  get #writer(): Writer {
    return this.#parts.writer;
  }

  /** From now on the mouth may sound (or, without one, none can that was asked before). */
  #mouth(id: SupervisionId, mouth: Mouth | undefined): void {
    this.#writer.take({ type: "mouth-under-way", supervision: id, ...(mouth && { mouth }) });
  }

  #notOpened(id: SupervisionId, step: Step, at: unknown, { code, detail }: ActionResult & { ok: false }): void {
    const now = this.#writer.state.supervisions.get(id);
    if (!now) return;
    this.#parts.log.warn({ supervision: id, step: step.type, code, detail }, "the PBX did not open what was asked");
    const want = wanted(this.#writer.state, now);
    if (step.type === "take-over" || step.type === "receive") {
      if (now.takingOver) this.notTakenOver(now, code);
      return;
    }
    if (step.type === "open-mouth") {
      if (want.mouth?.reach === step.reach) {
        const act = now.facts?.mouth ? now.mode : "unmute";
        this.#beside.record.about(now, { act, outcome: "failed", refusal: code });
        // Muted while it may still sound, so that it is closed: a PBX that was late may open it yet.
        this.#writer.take({ type: "mode-asked", supervision: id, mode: now.mode, mic: "muted" });
        this.#writer.take({ type: "trouble", supervision: id, code });
      }
      this.#mouth(id, undefined);
      return;
    }
    // The PBX may know of it some moments before its event is here; it is looked at anew then.
    if (code === "call-private") {
      this.#answered.set(id, { step: JSON.stringify(step), facts: now.facts });
      this.#parts.clock.after(againMs, () => {
        this.#answered.delete(id);
        this.#attend(id);
      });
      return;
    }
    // A phone that is on hold, or was meanwhile, gets its ear when it is asked for again.
    if (!want.ear || now.ending || now.facts !== at) return;
    if (code === "not-supervising" || code === "call-gone") {
      this.#expectNews(id, step, now, code === "call-gone" ? "call-ended" : "lost");
      return;
    }
    this.#writer.take({ type: "ending-asked", supervision: id, ending: endingFor(code) });
    // Asking for the end takes away what was said before.
    this.#writer.take({ type: "trouble", supervision: id, code });
  }

  /** The PBX knows more than its events have told: where they do not come, it ends like this. */
  #expectNews(id: SupervisionId, step: Step, before: Supervision, otherwise: Ending): void {
    const answered = { step: JSON.stringify(step), facts: before.facts };
    const call = callWithLeg(this.#writer.state, before.leg);
    this.#answered.set(id, answered);
    this.#parts.clock.after(againMs, () => {
      const { state } = this.#writer;
      const now = state.supervisions.get(id);
      if (!now || now.ending || this.#answered.get(id) !== answered) return;
      const { between, given, takingOver, leg, facts } = now;
      const elsewhere = between || given || takingOver || now.private || state.pbx !== "ready";
      const moved = leg !== before.leg || facts !== before.facts || callWithLeg(state, leg) !== call;
      if (elsewhere || moved || this.#underWay.has(id)) {
        this.#answered.delete(id);
        this.#attend(id);
      } else this.#writer.take({ type: "ending-asked", supervision: id, ending: otherwise });
    });
  }
}

function endingFor(code: RefusalCode): Ending {
  switch (code) {
    case "leg-uncertain":
      return "leg-uncertain";
    case "direct-media":
    case "native-media":
    case "trace-uncertain":
      return "would-show";
    default:
      return "pbx-failed";
  }
}
