import type { Phone, Supervision, SupervisionId } from "../model/index.js";
import type { Change, Writer } from "../state/index.js";
import { agentLeg, closes, courseOf, isOfPrivate, nextStep, wanted } from "../supervision/index.js";
import { Closings } from "./closings.js";
import { Executions } from "./executions.js";
import { Following } from "./following.js";
import { OpeningSteps } from "./opening-steps.js";
import type { ControlParts } from "./parts.js";
import { Record } from "./record.js";
import { Reopening } from "./reopening.js";
import { Strangers } from "./strangers.js";
import { type Goal, isToBeTold, Telling } from "./telling.js";

/**
 * Brings the PBX to what was asked and allowed, one step at a time, by looking at the facts after every event. What
 * closes is asked at once, even while something is being opened; and a path that was taken away is never opened again by
 * itself: the mic is muted then.
 */
export class Pursuit {
  readonly #parts: ControlParts;
  readonly #receive: (supervision: SupervisionId) => void;
  readonly #record: Record;
  readonly #executions: Executions;
  readonly #opening: OpeningSteps;
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
    const beside = { record: this.#record, executions: this.#executions, closing: this.#closing };
    this.#opening = new OpeningSteps(parts, beside, (id) => this.#attend(id));
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
    this.#opening.ring(id, phone, from);
  }

  get #writer(): Writer {
    return this.#parts.writer;
  }

  #follow(change: Change): void {
    for (const stranger of change.strangers) this.#strangers.end(stranger);
    for (const adopted of change.adopted) this.#recordAdopted(adopted);
    for (const { supervision, why } of change.muted) this.#recordMuted(supervision, why);
    for (const { supervision, ending, at } of change.ended) {
      this.#opening.forget(supervision.id);
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
    else if (closes(step)) {
      if (step.type === "close-mouth") this.#opening.overtake(id);
      this.#closing.close(id, step);
    } else this.#opening.open(supervision, step);
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
      this.#opening.notTakenOver(supervision, "call-private");
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
}
