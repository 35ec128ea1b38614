import { setTimeout as rhythm } from "node:timers/promises";
import type { Questions } from "../../src/cli/prove-walk.ts";

/** What somebody at a phone can do whoever made it. */
export interface AtPhone {
  /** Has the phone called and answered; the returned function hangs up. */
  readonly call: () => () => void;
  /** Does what a step wants done before it is shown, but for a call. */
  readonly prepare: (step: string) => Promise<void>;
  /** Waits until the phone has done all that was pushed to it. */
  readonly settled: () => Promise<void>;
}

/**
 * What is done at the phone for a step, and whether it then shows what is asked. Undefined: nobody here can tell. `hangUp`
 * ends the call that the step has asked for.
 */
export type HandsFor<At> = (at: At, hangUp: () => void) => Promise<boolean | undefined> | boolean | undefined;

/** Somebody at the terminal with the phone in front of them: does what is asked, and answers by what the phone shows. */
export class Admin<At extends AtPhone> implements Questions {
  /** What stands on the terminal. */
  said = "";
  /** Breaks off when this step is asked for. */
  leavesAt: string | undefined;
  readonly #at: At;
  readonly #hands: Readonly<Record<string, HandsFor<At>>>;
  #hangUp: (() => void) | undefined;

  constructor(at: At, hands: Readonly<Record<string, HandsFor<At>>>) {
    this.#at = at;
    this.#hands = hands;
  }

  get step(): string {
    return /(?:^|\n)\d+\/\d+ {2}([a-z-]+)\n(?!.*\n\d+\/)/s.exec(this.said)?.[1] ?? "";
  }

  async ask(prompt: string): Promise<string | undefined> {
    this.said += prompt;
    const answer = await this.#answer(prompt);
    this.said += `${answer ?? "^C"}\n`;
    return answer;
  }

  /** Hangs up, where the phone has a call. */
  close(): void {
    const hangUp = this.#hangUp;
    this.#hangUp = undefined;
    hangUp?.();
  }

  async #answer(prompt: string): Promise<string | undefined> {
    const { step } = this;
    if (step === this.leavesAt) return undefined;
    if (/Then press Enter\. $/.test(prompt)) {
      if (/Call this phone/.test(prompt)) this.#hangUp = this.#at.call();
      else await this.#at.prepare(step);
      return "";
    }
    if (/tries again/.test(prompt)) {
      await rhythm(20);
      return "";
    }
    await this.#at.settled();
    const shows = await this.#hands[step]?.(this.#at, () => this.close());
    this.close();
    return shows === undefined ? "?" : shows ? "y" : "n";
  }
}
