import type { Attention, CallShown, HeadsUpShown, Lamp, LampText, Mode, View } from "../model/index.js";

/** What we want an agent's devices to show. */
export interface Indicators {
  readonly call: CallShown;
  readonly lamp: Lamp;
  readonly attention: Attention;
  /** Heads-ups that wait for this person's answer. */
  readonly asks: readonly HeadsUpShown[];
}

/** News for an agent: this supervisor is now with them in this mode, or would like to speak to them. */
export interface News {
  readonly name: string;
  readonly extension: string;
  readonly mode: Mode | "heads-up";
}

/** The indicators of one person's devices. */
export function indicators(view: View): Indicators {
  return { call: view.myCall, lamp: view.withMe, attention: view.attention, asks: view.asksMe };
}

/** The lamp in one word: its mode, and whether a microphone is open. */
export function lampText({ lamp, mic }: Lamp): LampText {
  if (lamp === "off" || lamp === "listen") return lamp;
  return mic === "open" ? `${lamp}-open` : lamp;
}

/**
 * Who has come, or changed mode, between two lamps. Nobody's going is ever news: a supervisor who hides and one who
 * leaves must look the same (R6).
 */
export function newsBetween(before: Lamp, after: Lamp): readonly News[] {
  return after.supervisors
    .filter((now) => !before.supervisors.some((was) => was.extension === now.extension && was.mode === now.mode))
    .map(({ name, extension, mode }) => ({ name, extension, mode }));
}

/** Heads-ups that were not there before. */
export function asksBetween(before: Indicators["asks"], after: Indicators["asks"]): Indicators["asks"] {
  return after.filter(({ id }) => !before.some((was) => was.id === id));
}
