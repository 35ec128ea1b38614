import type { LegId, PinEntry, RefusalCode } from "../model/index.js";
import type { PressAct } from "../pages/index.js";
import type { ControlParts } from "./parts.js";
import type { Press, PressOutcome } from "./press.js";
import type { Record } from "./record.js";

/** The presses that a supervision begins with; each is asked again, with what was typed. */
type Beginning = Extract<PressAct, "listen-visible" | "listen-hidden" | "coach-anyway" | "join-anyway" | "await-call">;

/** That a PIN is asked for before this press counts. `left`: the one typed was wrong, and so many more may be. */
export interface AskPin {
  readonly kind: "ask-pin";
  readonly act: Beginning;
  readonly leg?: LegId;
  readonly left?: number;
}

/** Asks for the PIN before the first supervision of a shift, which begins with the PIN and lasts as long as the site says. */
export class Shifts {
  readonly #parts: Pick<ControlParts, "policy" | "pins" | "clock" | "writer" | "log">;
  readonly #record: Record;

  constructor(parts: Pick<ControlParts, "policy" | "pins" | "clock" | "writer" | "log">, record: Record) {
    this.#parts = parts;
    this.#record = record;
  }

  /** What is answered in place of what was pressed; undefined where the press may go on. */
  async admit(press: Press): Promise<AskPin | Extract<PressOutcome, { kind: "refused" }> | undefined> {
    const { policy, pins, clock } = this.#parts;
    if (!policy.pin || !pins || !isBeginning(press.act)) return undefined;
    const standing = pins.standing(press.supervisor);
    if (standing.kind === "none") return this.#refuse(press, "pin-not-set");
    if (standing.kind === "locked") return this.#refuse(press, "pin-locked");
    if (standing.enteredAt !== undefined && clock.now() < standing.enteredAt + policy.pin.shiftMs) return undefined;
    const asked = { kind: "ask-pin", act: press.act, ...(press.leg && { leg: press.leg }) } as const;
    if (!press.secret) return asked;
    const entry = await this.#enter(press);
    // The same address asked for once more is not another try.
    if (entry?.kind !== "right") this.#parts.writer.take({ type: "presses-voided", supervisor: press.supervisor });
    switch (entry?.kind) {
      case "right":
        this.#record.entered(press);
        return undefined;
      case "wrong":
        await this.#record.refused(press, "pin", "pin-wrong");
        return { ...asked, left: entry.left };
      case "locked":
        await this.#record.refused(press, "pin", "pin-locked");
        return { kind: "refused", code: "pin-locked" };
      case "none":
        return this.#refuse(press, "pin-not-set");
      case undefined:
        return this.#refuse(press, "record-unavailable");
      default:
        return entry satisfies never;
    }
  }

  /** Undefined where it could not be written down, and so counts for nothing. */
  async #enter(press: Press): Promise<PinEntry | undefined> {
    const { pins, log } = this.#parts;
    if (!pins || !press.secret) return undefined;
    try {
      return await pins.enter(press.supervisor, press.secret);
    } catch (error) {
      log.error({ error: String(error) }, "a PIN could not be looked at");
      return undefined;
    }
  }

  async #refuse(press: Press, code: RefusalCode): Promise<Extract<PressOutcome, { kind: "refused" }>> {
    await this.#record.refused(press, "pin", code);
    return { kind: "refused", code };
  }
}

function isBeginning(act: Press["act"]): act is Beginning {
  return /^(?:listen-(?:visible|hidden)|(?:coach|join)-anyway|await-call)$/.test(act);
}
