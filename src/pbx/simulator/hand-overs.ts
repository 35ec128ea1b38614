import type { ActionResult, Clock, Extension, HandOver, LegId } from "../../model/index.js";
import { done, refused } from "./answers.js";
import type { LiveCalls } from "./live-calls.js";
import type { PickUps } from "./pick-ups.js";
import type { Registrations } from "./registrations.js";

const ringsForMs = 30_000;

export interface HandOversSettings {
  readonly clock: Clock;
  readonly calls: LiveCalls;
  readonly registrations: Registrations;
  readonly pickUps: PickUps;
  /** The phone of that extension is doing something else than before. */
  readonly changed: (extension: Extension) => void;
}

interface Ringing {
  readonly leg: LegId;
  over(result: ActionResult): void;
}

/** Calls on their way to somebody who is not on them: who is rung, until they answer or it comes to nothing. */
export class HandOvers {
  private readonly ringing = new Map<Extension, Ringing>();

  constructor(private readonly settings: HandOversSettings) {}

  isRinging(extension: Extension): boolean {
    return this.ringing.has(extension);
  }

  ring({ leg, to }: HandOver): Promise<ActionResult> {
    const { clock, calls, registrations, pickUps } = this.settings;
    if (!registrations.has(to))
      return Promise.resolve(refused("phone-not-registered", `no phone is registered for ${to}`));
    const rung = this.ringing.has(to);
    const early = rung ? refused("already-handing-over", "that phone rings already") : calls.handOverRefusal(leg);
    if (early !== undefined) return Promise.resolve(early);
    return new Promise((resolve) => {
      const timers = [clock.after(ringsForMs, () => over(refused("not-answered", "nobody took the call")))];
      const over = (result: ActionResult): void => {
        for (const cancel of timers) cancel();
        this.ringing.delete(to);
        this.settings.changed(to);
        resolve(result);
      };
      this.ringing.set(to, { leg, over });
      const afterMs = pickUps.isAttended(to) ? undefined : pickUps.afterMs();
      if (afterMs !== undefined) timers.push(clock.after(afterMs, () => this.pickUp(to)));
      this.settings.changed(to);
    });
  }

  /** The phone that rings is answered. */
  pickUp(extension: Extension): void {
    const ringing = this.ringing.get(extension);
    if (ringing === undefined) return;
    const { calls, registrations } = this.settings;
    const refusal = calls.handOverRefusal(ringing.leg);
    ringing.over(refusal ?? done);
    if (refusal === undefined) calls.join(ringing.leg, registrations.personAt(extension));
  }

  decline(extension: Extension): void {
    this.ringing.get(extension)?.over(refused("not-answered", "nobody took the call"));
  }

  /** Legs of a call went: nobody is rung for it any more. */
  legsGone(legs: readonly LegId[]): void {
    for (const { leg, over } of [...this.ringing.values()]) {
      if (legs.includes(leg)) over(refused("call-gone", "the leg is gone"));
    }
  }
}
