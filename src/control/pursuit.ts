import type {
  ActionResult,
  Clock,
  Ending,
  Log,
  Mouth,
  Phone,
  RefusalCode,
  Supervision,
  SupervisionId,
} from "../model/index.js";
import type { Change, Writer } from "../state/index.js";
import { agentLeg, closes, courseOf, isOfPrivate, nextStep, type Step, wanted } from "../supervision/index.js";
import { Closings } from "./closings.js";
import { Executions } from "./executions.js";
import { Following } from "./following.js";
import type { ControlParts } from "./parts.js";
import { Record } from "./record.js";
import { Reopening } from "./reopening.js";
import { Strangers } from "./strangers.js";
import { type Goal, isToBeTold, Telling } from "./telling.js";

/** Between two tries of what closes and was not done. */
const againMs = 1_000;

/**
 * Brings the PBX to what was asked and allowed, one step at a time, by looking at the facts after every event. What
 * closes is asked at once, even while something is being opened; and a path that was taken away is never opened again by
 * itself: the mic is muted then.
 */
export class Pursuit {
  readonly #parts: ControlParts;
  readonly #receive: (supervision: SupervisionId) => void;
  readonly #opening = new Set<SupervisionId>();
  /** What is being opened and was overtaken by a close: how it ends is of no interest. */
  readonly #overtaken = new Set<SupervisionId>();
  /** An opener that the PBX answered with yes, and the facts it was asked at: not asked again before new facts. */
  readonly #answered = new Map<SupervisionId, { readonly step: string; readonly facts: unknown }>();
  readonly #record: Record;
  readonly #executions: Executions;
  readonly #closing: Closings;
  readonly #strangers: Strangers;
  readonly #telling: Telling;
  readonly #following: Following;
  readonly #reopening: Reopening;
  #unsubscribe: () => void = () => {};

  /**
   * @param enter goes to the goal of a press, once the agent has been told.
   * @param receive answers what an agent's own phone gives to the supervisor; asked again and again until it has.
   */
  constructor(
    parts: ControlParts,
    enter: (supervision: SupervisionId, mode: Goal) => Promise<unknown>,
    receive: (supervision: SupervisionId) => void,
  ) {
    this.#parts = parts;
    this.#receive = receive;
    this.#following = new Following(parts, (id) => this.#attend(id));
    this.#reopening = new Reopening(parts, (id) => this.#attend(id));
    this.#record = new Record(parts);
    this.#executions = new Executions(parts);
    this.#closing = new Closings(parts, this.#executions, (id) => this.#attend(id));
    this.#strangers = new Strangers(parts, this.#executions);
    this.#telling = new Telling(parts, enter);
  }

  /** @param closed supervisions of an earlier run that the record has an end of already. */
  start(closed: ReadonlySet<SupervisionId>): void {
    this.#strangers.start(closed);
    this.#unsubscribe = this.#writer.subscribe((change) => this.#follow(change));
  }

  /** Waits shortly until the PBX has done what it was asked: nothing that closes is left undone. */
  async stop(): Promise<void> {
    this.#following.stop();
    this.#reopening.stop();
    await this.#executions.finish();
    this.#unsubscribe();
  }

  /** Passes on to this mode once the agent's device has confirmed that it was told (R5, R7). */
  setGoal(id: SupervisionId, mode: Goal): void {
    this.#telling.setGoal(id, mode);
  }

  forgetGoal(id: SupervisionId): void {
    this.#telling.forgetGoal(id);
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
    this.#opening.add(id);
    void this.#executions.execute({ type: "ring", supervision: id, ...where }).then((result) => {
      this.#opening.delete(id);
      if (result.ok) this.#writer.take({ type: "rung", supervision: id });
      else this.#writer.take({ type: "not-begun", supervision: id, ending: "phone-unreachable", code: result.code });
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
    for (const stranger of change.strangers) this.#strangers.end(stranger);
    for (const adopted of change.adopted) this.#recordAdopted(adopted);
    for (const { supervision, why } of change.muted) this.#recordMuted(supervision, why);
    for (const { supervision, ending, at } of change.ended) {
      const memories = [this.#opening, this.#overtaken, this.#answered];
      for (const memory of memories) memory.delete(supervision.id);
      this.#closing.forget(supervision.id);
      this.#telling.forgetGoal(supervision.id);
      this.#following.forget(supervision.id);
      const { trouble } = supervision;
      this.#record.about(supervision, {
        at,
        act: "ended",
        outcome: "ended",
        ending,
        ...(trouble && { refusal: trouble }),
      });
    }
    for (const id of change.supervisions) this.#attend(id);
  }

  #attend(id: SupervisionId): void {
    const supervision = this.#writer.state.supervisions.get(id);
    // What the PBX has of one that is remembered is not known yet; the snapshot has it looked at again.
    if (!supervision || supervision.remembered) return;
    // A call that is being taken over goes nowhere else, whatever its legs look like in between.
    const goes = !supervision.ending && !supervision.takingOver && !supervision.given;
    if (goes && this.#follows(supervision)) return;
    if (!supervision.ending && this.#cutOff(supervision)) return;
    if (supervision.given && !supervision.takingOver) this.#receive(id);
    if (supervision.mic === "open" && !wanted(this.#writer.state, supervision).mouth) {
      const second = agentLeg(this.#writer.state, supervision.leg)?.leg.second;
      const detail = second ? "the agent's phone has a second leg" : "the path is not possible now";
      this.#record.about(supervision, { act: "mute", outcome: "done", mic: "muted", detail });
      this.#writer.take({ type: "mode-asked", supervision: id, mode: supervision.mode, mic: "muted" });
      return;
    }
    if (goes && isToBeTold(supervision)) {
      this.#telling.tell(supervision);
      return;
    }
    const step = nextStep(this.#writer.state, supervision);
    if (!step) this.#telling.passOn(supervision);
    else if (closes(step)) this.#close(id, step);
    else this.#open(supervision, step);
  }

  /** Goes where the call has gone (R18). @returns true when the state has changed by that, so that this is looked at anew. */
  #follows(supervision: Supervision): boolean {
    const { id } = supervision;
    const course = courseOf(this.#writer.state, this.#parts.policy, supervision);
    this.#following.attend(supervision, course);
    if (course.kind === "ends") {
      this.#writer.take({ type: "ending-asked", supervision: id, ending: course.ending });
      return true;
    }
    if (course.kind === "stays" || supervision.between) return false;
    this.#telling.forgetGoal(id);
    if (supervision.mode !== "listen") {
      const detail = "the call has left the agent";
      this.#record.about(supervision, { act: "back-to-listen", outcome: "done", mode: "listen", mic: "muted", detail });
    }
    this.#writer.take({ type: "left-agent", supervision: id });
    return true;
  }

  /** @returns true when the state has changed because the call has become private, so that this is looked at anew. */
  #cutOff(supervision: Supervision): boolean {
    const { id } = supervision;
    if (!isOfPrivate(this.#writer.state, supervision)) {
      if (supervision.private) this.#reopening.attend(supervision);
      return false;
    }
    this.#telling.forgetGoal(id);
    if (supervision.takingOver) {
      this.#notTakenOver(supervision, "call-private");
      return true;
    }
    if (supervision.private) return false;
    const detail = "the call is private";
    this.#record.about(supervision, { act: "private", outcome: "done", mic: "muted", detail });
    this.#writer.take({ type: "private-cut", supervision: id });
    return true;
  }

  #recordAdopted(id: SupervisionId): void {
    const supervision = this.#writer.state.supervisions.get(id);
    if (supervision) this.#record.about(supervision, { act: "adopted", outcome: "done" });
  }

  #recordMuted(id: SupervisionId, why: "held" | "path-lost"): void {
    const supervision = this.#writer.state.supervisions.get(id);
    if (!supervision) return;
    if (why === "path-lost") {
      this.#record.about(supervision, { act: "mute", outcome: "done", detail: "the PBX cut the path" });
    } else if (supervision.facts?.leg === "held") {
      this.#record.about(supervision, { act: "held", outcome: "done" });
    }
  }

  #open(supervision: Supervision, step: Step): void {
    const { id, facts } = supervision;
    if (this.#opening.has(id) || this.#closing.has(id)) return;
    const key = JSON.stringify(step);
    const answered = this.#answered.get(id);
    if (answered?.step === key && answered.facts === facts) return;
    this.#opening.add(id);
    // That something was closed before says nothing of what is opened now.
    this.#closing.forgetDone(id);
    if (step.type === "open-mouth") this.#underWay(id, { leg: step.leg, reach: step.reach });
    void this.#executions.execute(step).then((result) => {
      if (!this.#opening.delete(id)) return;
      if (this.#overtaken.delete(id)) return this.#attend(id);
      if (result.ok) this.#answered.set(id, { step: key, facts: this.#writer.state.supervisions.get(id)?.facts });
      else this.#notOpened(id, step, facts, result);
      this.#attend(id);
    });
  }

  #close(id: SupervisionId, step: Step): void {
    if (step.type === "close-mouth" && this.#opening.has(id)) this.#overtaken.add(id);
    this.#closing.close(id, step);
  }

  /** From now on the mouth may sound (or, without one, none can that was asked before). */
  #underWay(id: SupervisionId, mouth: Mouth | undefined): void {
    this.#writer.take({ type: "mouth-under-way", supervision: id, ...(mouth && { mouth }) });
  }

  #notOpened(id: SupervisionId, step: Step, at: unknown, { code, detail }: ActionResult & { ok: false }): void {
    const now = this.#writer.state.supervisions.get(id);
    if (!now) return;
    this.#log.warn({ supervision: id, step: step.type, code, detail }, "the PBX did not open what was asked");
    const want = wanted(this.#writer.state, now);
    if (step.type === "take-over" || step.type === "receive") {
      if (now.takingOver) this.#notTakenOver(now, code);
      return;
    }
    if (step.type === "open-mouth") {
      if (want.mouth?.reach === step.reach) {
        const act = now.facts?.mouth ? now.mode : "unmute";
        this.#record.about(now, { act, outcome: "failed", refusal: code });
        // Muted while it may still sound, so that it is closed: a PBX that was late may open it yet.
        this.#writer.take({ type: "mode-asked", supervision: id, mode: now.mode, mic: "muted" });
        this.#writer.take({ type: "trouble", supervision: id, code });
      }
      this.#underWay(id, undefined);
      return;
    }
    // The PBX may know of it some moments before its event is here; it is looked at anew then.
    if (code === "call-private") {
      this.#answered.set(id, { step: JSON.stringify(step), facts: now.facts });
      this.#clock.after(againMs, () => {
        this.#answered.delete(id);
        this.#attend(id);
      });
      return;
    }
    // A phone that is on hold, or was meanwhile, gets its ear when it is asked for again.
    if (!want.ear || now.ending || now.facts !== at) return;
    if (code === "not-supervising") {
      this.#expectEnd(id, step, now);
      return;
    }
    this.#writer.take({ type: "ending-asked", supervision: id, ending: endingFor(code) });
    // Asking for the end takes away what was said before.
    this.#writer.take({ type: "trouble", supervision: id, code });
  }

  #notTakenOver(supervision: Supervision, code: RefusalCode): void {
    const act = supervision.given ? "hand-over" : "take-over";
    this.#record.about(supervision, { act, outcome: "failed", refusal: code });
    this.#writer.take({ type: "take-over-failed", supervision: supervision.id, code });
  }

  /** The PBX is ending it already and will say how; when it does not, it is lost. */
  #expectEnd(id: SupervisionId, step: Step, { facts }: Supervision): void {
    this.#answered.set(id, { step: JSON.stringify(step), facts });
    this.#clock.after(againMs, () => {
      const now = this.#writer.state.supervisions.get(id);
      if (now && now.facts === facts) this.#writer.take({ type: "ending-asked", supervision: id, ending: "lost" });
    });
  }
}

function endingFor(code: RefusalCode): Ending {
  switch (code) {
    case "leg-uncertain":
      return "leg-uncertain";
    case "call-gone":
      return "call-ended";
    case "direct-media":
    case "native-media":
    case "trace-uncertain":
      return "would-show";
    default:
      return "pbx-failed";
  }
}
