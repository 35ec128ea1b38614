import type { Key, ListPage, Row, TextPage } from "../pages/index.js";
import { type ProveScript, type ProveStep, probeLink } from "./prove.js";

/* What the walks of several makes have in common. */

export const leave = "Leave every page, so that the idle screen is there.";
export const callIt = "Call this phone from another one, and answer it.";
export const exit: Key = { label: "Exit", link: { to: "exit" } };

/** Rows of these words; each asks for `row-` and its word. */
export function rows(step: string, words: readonly string[] = ["One", "Two", "Three"]): readonly Row[] {
  return words.map((text) => ({ text, link: probeLink(step, `row-${text.toLowerCase()}`) }));
}

/** A list of three rows, titled Probe. */
export function list(step: string, more: Partial<ListPage> = {}): ListPage {
  return { kind: "list", title: "Probe", rows: rows(step), keys: [exit], ...more };
}

/** A text, titled Probe, whose OK asks for `ok`. */
export function text(step: string, lines: readonly string[], more: Partial<TextPage> = {}): TextPage {
  return { kind: "text", title: "Probe", lines, keys: [exit], done: probeLink(step, "ok"), ...more };
}

/** Yes once that word of the step was asked for. */
export const asked =
  (word: string): NonNullable<ProveStep["sees"]> =>
  (all) =>
    all.some((one) => one.word === word) ? "yes" : undefined;

/** A text exactly as long as the model's entry says that fits, with a bar at its end. */
export function ruler(columns: number): string {
  return `${"1234567890".repeat(Math.ceil(columns / 10)).slice(0, columns - 1)}|`;
}

/** Whether a page request names model and firmware; `launcher` is how this make's page is opened. */
export function namesItself(launcher: string, itself: ProveScript["itself"]): ProveStep {
  return {
    id: "user-agent",
    open: "Whether a page request names model and firmware.",
    please: launcher,
    asks: "Do you see a list?",
    pages: { "": { page: () => list("user-agent") } },
    sees: ([one]) => one && (itself(one.agent) ? "yes" : "no"),
    decides: {
      quirk: "user-agent",
      yes: "A page request names model and firmware in its User-Agent.",
      no: "A page request names neither model nor firmware in its User-Agent.",
    },
  };
}

/** Whether a pushed address, and a pushed notice, is shown on the idle screen. */
export function pushedAtAll(quirk: string): readonly ProveStep[] {
  return [
    {
      id: "push-page",
      open: "Whether an address that is pushed is fetched and shown.",
      before: leave,
      asks: "Has a list titled Probe come by itself?",
      pages: { pushed: { page: () => list("push-page") } },
      push: { kind: "page" },
      sees: asked("pushed"),
      decides: {
        quirk,
        yes: "An address that is pushed is fetched and shown.",
        no: "An address that is pushed is not fetched.",
      },
    },
    {
      id: "push-notice",
      open: "Whether a notice that is pushed is shown.",
      before: leave,
      asks: "Has something come by itself that says This is a probe?",
      push: { kind: "notice", inCall: false },
      decides: { quirk, yes: "A notice that is pushed is shown.", no: "A notice that is pushed is not shown." },
    },
  ];
}
