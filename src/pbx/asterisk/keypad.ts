import type { ActionResult, Keypad, SupervisionId } from "../../model/index.js";
import { digitIn } from "./ari-messages.js";
import type { OwnParts } from "./own-parts.js";

/** The keypad of the phone that a supervisor's leg is on. */
export class LegKeypad implements Keypad {
  readonly #parts: Pick<OwnParts, "channel">;
  readonly #refuse: Keypad["refuse"];
  #told: Parameters<Keypad["follow"]>[0] | undefined;

  /** @param refuse plays the tones of a refusal to this supervisor. */
  constructor(parts: Pick<OwnParts, "channel">, refuse: Keypad["refuse"]) {
    this.#parts = parts;
    this.#refuse = refuse;
  }

  /** Whether anybody wants digits. */
  get isFollowed(): boolean {
    return this.#told !== undefined;
  }

  follow(told: Parameters<Keypad["follow"]>[0]): void {
    this.#told = told;
  }

  async refuse(supervision: SupervisionId): Promise<ActionResult> {
    return await this.#refuse(supervision);
  }

  /** Reads an ARI message: a digit on a supervisor's leg is told. Those of anybody else are left unread. */
  hear(message: unknown): void {
    if (this.#told === undefined) return;
    const pressed = digitIn(message);
    if (pressed === undefined) return;
    const own = this.#parts.channel(pressed.channel);
    if (own?.part === "leg") this.#told(own.supervision, pressed.digit);
  }
}
