import type { ActionResult, Keypad, SupervisionId } from "../../model/index.js";
import { done, unknown } from "./answers.js";
import type { Supervision } from "./supervision.js";

/** The keypad of the phone that a supervisor's leg is on. */
export class LegKeypad implements Keypad {
  /** Who was refused by tones, one entry each time. */
  readonly tones: SupervisionId[] = [];
  private told: Parameters<Keypad["follow"]>[0] | undefined;

  constructor(
    private readonly find: (id: SupervisionId) => Supervision | undefined,
    private readonly latency: () => Promise<void>,
  ) {}

  follow(told: Parameters<Keypad["follow"]>[0]): void {
    this.told = told;
  }

  /** The supervisor presses a key. */
  press(id: SupervisionId, digit: string): void {
    if (this.find(id)?.state === "up") this.told?.(id, digit);
  }

  /** Two short tones in the supervisor's ear. */
  async refuse(id: SupervisionId): Promise<ActionResult> {
    const one = this.find(id);
    if (one?.state !== "up" || one.ending !== undefined) return unknown;
    this.tones.push(id);
    await this.latency();
    return done;
  }
}
