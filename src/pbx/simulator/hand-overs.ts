import type { ActionResult, Clock, Extension, HandOver, LegId } from "../../model/index.js";
import { done, refused } from "./answers.js";

const ringsForMs = 30_000;

export interface HandOversSettings {
  readonly clock: Clock;
  /** Why that leg's call cannot be handed over now, if it cannot. */
  readonly refusal: (leg: LegId) => ActionResult | undefined;
  readonly registered: (extension: Extension) => boolean;
  /** After how long a ringing phone is picked up; undefined when somebody does it by hand. */
  readonly pickUpAfterMs: (extension: Extension) => number | undefined;
  /** Puts whoever has that extension on the call of this leg. */
  readonly join: (leg: LegId, extension: Extension) => void;
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
    const { clock, registered, refusal, pickUpAfterMs } = this.settings;
    if (!registered(to)) return Promise.resolve(refused("phone-not-registered", `no phone is registered for ${to}`));
    const early = this.ringing.has(to) ? refused("already-handing-over", "that phone rings already") : refusal(leg);
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
      const afterMs = pickUpAfterMs(to);
      if (afterMs !== undefined) timers.push(clock.after(afterMs, () => this.pickUp(to)));
      this.settings.changed(to);
    });
  }

  /** The phone that rings is answered. */
  pickUp(extension: Extension): void {
    const ringing = this.ringing.get(extension);
    if (ringing === undefined) return;
    const refusal = this.settings.refusal(ringing.leg);
    ringing.over(refusal ?? done);
    if (refusal === undefined) this.settings.join(ringing.leg, extension);
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
