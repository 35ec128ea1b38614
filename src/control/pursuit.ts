import type {
  ActionResult,
  Clock,
  Ending,
  Log,
  PbxAction,
  Phone,
  RefusalCode,
  Supervision,
  SupervisionId,
} from "../model/index.js";
import type { Change, Writer } from "../state/index.js";
import { agentLeg, closes, nextStep, type Step, settled, wanted } from "../supervision/index.js";
import type { ControlParts } from "./parts.js";

/** Between two tries to end what the PBX did not end. */
const endAgainMs = 1_000;
/** How long the audio waits, at most, until the bus has the news for the agent (R5). */
const sentWithinMs = 500;

/** A press still waiting for its answer reads the failure of a supervision that has just ended. */
const forgetFailureMs = 5_000;

type Goal = "coach" | "join";

/**
 * Brings the PBX to what was asked and allowed, one step at a time, by looking at the facts after every event. What
 * closes is asked at once, even while something is being opened; and a path that the PBX took away is never opened again
 * by itself.
 */
export class Pursuit {
  readonly #parts: ControlParts;
  readonly #enter: (supervision: SupervisionId, mode: Goal) => Promise<unknown>;
  readonly #opening = new Map<SupervisionId, PbxAction["type"]>();
  readonly #closing = new Map<SupervisionId, Set<Step["type"]>>();
  /** The mouth that was seen open, as long as it is wanted. */
  readonly #seenOpen = new Map<SupervisionId, string>();
  /** An opener that the PBX answered with yes, and the facts it was asked at: not asked again before new facts. */
  readonly #answered = new Map<SupervisionId, { step: string; facts: unknown }>();
  readonly #goals = new Map<SupervisionId, Goal>();
  readonly #failures = new Map<SupervisionId, RefusalCode>();
  #unsubscribe: () => void = () => {};

  /** @param enter goes to the goal of a press, once the agent has been told. */
  constructor(parts: ControlParts, enter: (supervision: SupervisionId, mode: Goal) => Promise<unknown>) {
    this.#parts = parts;
    this.#enter = enter;
  }

  start(): void {
    this.#unsubscribe = this.#writer.subscribe((change) => this.#follow(change));
  }

  stop(): void {
    this.#unsubscribe();
  }

  /** Passes on to this mode once the agent's device has confirmed that it was told (R5, R7). */
  setGoal(id: SupervisionId, mode: Goal): void {
    this.#goals.set(id, mode);
  }

  forgetGoal(id: SupervisionId): void {
    this.#goals.delete(id);
  }

  /** Why the last thing asked of the PBX for this supervision was not done. */
  failure(id: SupervisionId): RefusalCode | undefined {
    return this.#failures.get(id);
  }

  forgetFailure(id: SupervisionId): void {
    this.#failures.delete(id);
  }

  /** Rings the phone that pressed. */
  ring(id: SupervisionId, phone: Phone, from: string): void {
    const owner = this.#writer.state.people.get(phone.owner);
    if (!owner) return;
    const { extension } = owner;
    const host = phone.address ?? from;
    this.#opening.set(id, "ring");
    const action: PbxAction = {
      type: "ring",
      supervision: id,
      extension,
      from: host,
      mac: phone.mac,
      answer: phone.answer,
    };
    void this.#execute(action).then((result) => {
      this.#opening.delete(id);
      if (!result.ok) {
        this.#failures.set(id, result.code);
        this.#writer.take({ type: "not-begun", supervision: id, ending: "phone-unreachable" });
      }
      this.#attend(id);
    });
  }

  get #writer(): Writer {
    return this.#parts.writer;
  }

  get #clock(): Clock {
    return this.#parts.clock;
  }

  get #log(): Log {
    return this.#parts.log;
  }

  #follow(change: Change): void {
    for (const stranger of change.strangers) this.#endStranger(stranger);
    for (const { supervision, ending, at } of change.ended) {
      for (const memory of [this.#opening, this.#closing, this.#seenOpen, this.#answered, this.#goals]) {
        memory.delete(supervision.id);
      }
      this.#clock.after(forgetFailureMs, () => this.#failures.delete(supervision.id));
      this.#parts.audit.after({ ...this.#row(supervision), at, act: "ended", outcome: "ended", ending });
    }
    for (const id of change.supervisions) this.#attend(id);
  }

  #attend(id: SupervisionId): void {
    const supervision = this.#writer.state.supervisions.get(id);
    if (!supervision) return;
    const over = this.#reasonToEnd(supervision);
    if (over) {
      this.#writer.take({ type: "ending-asked", supervision: id, ending: over });
      return;
    }
    if (this.#mouthWasTaken(supervision)) {
      this.#parts.audit.after({
        ...this.#row(supervision),
        act: "mute",
        outcome: "done",
        detail: "the PBX cut the path",
      });
      this.#writer.take({ type: "mode-asked", supervision: id, mode: supervision.mode, mic: "muted" });
      return;
    }
    if (isToBeTold(supervision)) {
      this.#tell(supervision);
      return;
    }
    const step = nextStep(this.#writer.state, supervision);
    if (!step) this.#passOn(supervision);
    else if (closes(step)) this.#close(id, step);
    else this.#open(supervision, step);
  }

  #reasonToEnd(supervision: Supervision): Ending | undefined {
    const { state } = this.#writer;
    if (supervision.ending || state.pbx !== "ready") return undefined;
    const found = agentLeg(state, supervision.leg);
    return !found || found.agent.id !== supervision.agent ? "call-ended" : undefined;
  }

  /** An open mouth that is gone without our asking stays gone: the mic is muted. */
  #mouthWasTaken(supervision: Supervision): boolean {
    const { id, facts } = supervision;
    const mouth = wanted(this.#writer.state, supervision).mouth;
    if (!mouth) {
      this.#seenOpen.delete(id);
      return false;
    }
    const key = `${mouth.leg} ${mouth.reach}`;
    if (facts?.mouth?.reach === mouth.reach) {
      this.#seenOpen.set(id, key);
      return false;
    }
    return this.#seenOpen.get(id) === key && !facts?.mouth && !this.#opening.has(id);
  }

  #tell(supervision: Supervision): void {
    const { id, agent } = supervision;
    this.#writer.take({ type: "told", supervision: id, told: "sending" });
    // Deliveries exist once every subscriber has seen the news; this may run inside the writer's own round.
    queueMicrotask(() => void this.#followDelivery(supervision, this.#parts.delivery(agent)));
  }

  async #followDelivery(supervision: Supervision, delivery: { sent: Promise<void>; confirmed: Promise<boolean> }) {
    const { id } = supervision;
    await this.#atMost(delivery.sent, sentWithinMs);
    if (this.#stillVisible(id)) this.#writer.take({ type: "told", supervision: id, told: "waiting" });
    const confirmed = await delivery.confirmed;
    if (!this.#stillVisible(id)) return;
    const told = confirmed ? "confirmed" : "unconfirmed";
    const detail = confirmed ? "a device confirmed" : "no device confirmed in time";
    this.#parts.audit.after({ ...this.#row(supervision), act: "told", outcome: "done", detail });
    if (!confirmed) this.#goals.delete(id);
    this.#writer.take({ type: "told", supervision: id, told });
  }

  #stillVisible(id: SupervisionId): boolean {
    const now = this.#writer.state.supervisions.get(id);
    return now?.visibility === "visible" && now.told !== "not-told";
  }

  #atMost(done: Promise<void>, ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#clock.after(ms, resolve);
      void done.then(() => {
        cancel();
        resolve();
      });
    });
  }

  #passOn(supervision: Supervision): void {
    const goal = this.#goals.get(supervision.id);
    if (!goal || supervision.mode !== "listen" || !settled(supervision) || supervision.told !== "confirmed") return;
    this.#goals.delete(supervision.id);
    void this.#enter(supervision.id, goal);
  }

  #open(supervision: Supervision, step: Step): void {
    const { id, facts } = supervision;
    if (this.#opening.has(id) || this.#closing.has(id)) return;
    const key = JSON.stringify(step);
    const answered = this.#answered.get(id);
    if (answered?.step === key && answered.facts === facts) return;
    this.#opening.set(id, step.type);
    this.#failures.delete(id);
    void this.#execute(step).then((result) => {
      this.#opening.delete(id);
      if (result.ok) this.#answered.set(id, { step: key, facts: this.#writer.state.supervisions.get(id)?.facts });
      else this.#failed(id, step, result);
      this.#attend(id);
    });
  }

  #close(id: SupervisionId, step: Step): void {
    const closing = this.#closing.get(id) ?? new Set();
    if (closing.has(step.type)) return;
    closing.add(step.type);
    this.#closing.set(id, closing);
    void this.#execute(step).then((result) => {
      closing.delete(step.type);
      if (closing.size === 0) this.#closing.delete(id);
      if (!result.ok) this.#failed(id, step, result);
      else if (step.type === "end") this.#writer.take({ type: "facts-ended", supervision: id, ending: step.ending });
      if (step.type !== "end") this.#attend(id);
    });
  }

  #failed(id: SupervisionId, step: Step, { code, detail }: ActionResult & { ok: false }): void {
    const now = this.#writer.state.supervisions.get(id);
    if (!now) return;
    this.#log.warn({ supervision: id, step: step.type, code, detail }, "the PBX did not do what was asked");
    switch (step.type) {
      case "open-mouth":
        // Asked meanwhile to be muted, or gone: then this failure is what was wanted.
        if (now.mic === "muted" || now.ending) return;
        this.#failures.set(id, code);
        this.#parts.audit.after({ ...this.#row(now), act: "unmute", outcome: "failed", refusal: code });
        this.#writer.take({ type: "mode-asked", supervision: id, mode: now.mode, mic: "muted" });
        return;
      case "attach-ear":
      case "detach-ear":
      case "close-mouth":
        if (now.ending || this.#writer.state.pbx !== "ready") return;
        this.#failures.set(id, code);
        this.#writer.take({ type: "ending-asked", supervision: id, ending: endingFor(code) });
        return;
      case "end":
        this.#clock.after(endAgainMs, () => this.#attend(id));
        return;
      default:
        step satisfies never;
    }
  }

  #endStranger(id: SupervisionId): void {
    if (this.#closing.has(id)) return;
    this.#closing.set(id, new Set(["end"]));
    this.#log.warn({ supervision: id }, "the PBX has a supervision that nobody here knows; it is ended");
    void this.#execute({ type: "end", supervision: id, ending: "lost" }).then(() => this.#closing.delete(id));
  }

  async #execute(action: PbxAction): Promise<ActionResult> {
    try {
      return await this.#parts.pbx.execute(action);
    } catch (error) {
      this.#log.error({ error, action: action.type }, "the PBX adapter broke");
      return { ok: false, code: "pbx-failed", detail: String(error) };
    }
  }

  #row(supervision: Supervision) {
    const { supervisor, agent, call, mode, visibility, mic } = supervision;
    return {
      at: this.#clock.now(),
      supervisor,
      agent,
      call,
      mode,
      visibility,
      mic,
      supervision: supervision.id,
    } as const;
  }
}

function isToBeTold({ told, visibility, facts, ending }: Supervision): boolean {
  return told === "not-told" && visibility === "visible" && facts?.leg === "up" && !ending;
}

function endingFor(code: RefusalCode): Ending {
  switch (code) {
    case "leg-uncertain":
      return "leg-uncertain";
    case "call-gone":
      return "call-ended";
    default:
      return "pbx-failed";
  }
}
