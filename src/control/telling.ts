import type { Delivery } from "../dispatch/index.js";
import type { Supervision, SupervisionId } from "../model/index.js";
import { settled } from "../supervision/index.js";
import { atMost } from "./at-most.js";
import type { ControlParts } from "./parts.js";
import { Record } from "./record.js";

/** How long the audio waits, at most, until the bus has the news for the agent (R5). */
const sentWithinMs = 500;

export type Goal = "coach" | "join";

/**
 * Tells agents who is with them (R5): the news goes out before the audio, and whether a device confirmed it is on record.
 * A press that was for Coach or Join goes on to it then (R7).
 */
export class Telling {
  readonly #parts: ControlParts;
  readonly #record: Record;
  readonly #enter: (supervision: SupervisionId, mode: Goal) => Promise<unknown>;
  readonly #goals = new Map<SupervisionId, Goal>();

  /** @param enter goes to the goal of a press. */
  constructor(parts: ControlParts, enter: (supervision: SupervisionId, mode: Goal) => Promise<unknown>) {
    this.#parts = parts;
    this.#record = new Record(parts);
    this.#enter = enter;
  }

  setGoal(id: SupervisionId, mode: Goal): void {
    this.#goals.set(id, mode);
  }

  forgetGoal(id: SupervisionId): void {
    this.#goals.delete(id);
  }

  /** Tells the agent of this supervision, once. */
  tell({ id, agent, supervisor, telling }: Supervision): void {
    const { writer, delivery } = this.#parts;
    writer.take({ type: "told", supervision: id, telling, told: "sending" });
    const by = writer.state.people.get(supervisor);
    if (!by) return;
    // Deliveries exist once every subscriber has seen the news; this may run inside the writer's own round.
    queueMicrotask(() => void this.#follow(id, telling, delivery(agent, by.extension)));
  }

  /** Passes on to the goal of the press, where the agent has been told. */
  passOn(supervision: Supervision): void {
    const goal = this.#goals.get(supervision.id);
    if (!goal || supervision.mode !== "listen" || !settled(supervision) || supervision.told !== "confirmed") return;
    this.#goals.delete(supervision.id);
    void this.#enter(supervision.id, goal);
  }

  async #follow(id: SupervisionId, telling: number, delivery: Delivery): Promise<void> {
    const { writer, clock } = this.#parts;
    const current = (): Supervision | undefined => {
      const now = writer.state.supervisions.get(id);
      return now?.telling === telling ? now : undefined;
    };
    await atMost(clock, sentWithinMs, delivery.sent, undefined);
    if (current()) writer.take({ type: "told", supervision: id, telling, told: "waiting" });
    const confirmed = await delivery.confirmed;
    const now = current();
    if (!now) return;
    const detail = confirmed ? "a device confirmed" : "no device confirmed in time";
    this.#record.about(now, { act: "told", outcome: confirmed ? "done" : "failed", detail });
    if (!confirmed) this.#goals.delete(id);
    writer.take({ type: "told", supervision: id, telling, told: confirmed ? "confirmed" : "unconfirmed" });
  }
}

/** Whether the agent has yet to be told of this supervision before its audio. */
export function isToBeTold({ told, visibility, facts, ending, between, private: cut }: Supervision): boolean {
  return told === "not-told" && visibility === "visible" && facts?.leg === "up" && !ending && !between && !cut;
}
