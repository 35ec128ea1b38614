import { type ProveStep, probeLink } from "../prove.js";
import { cameWith, first, launcher } from "./prove-parts.js";

const typing = { send: "OK", erase: "Delete", mode: "Abc" } as const;

/** What is not known of pages on which something is typed. */
export const inputSteps: readonly ProveStep[] = [
  {
    id: "input-ok",
    open: "Whether OK on a page of typing sends what was typed.",
    please: `${launcher} Type 1234, then press the OK key (not the softkey).`,
    asks: "Did the page then thank you?",
    pages: first({
      ...{ kind: "input", title: "Probe", prompt: "Digits", input: "digits", typing, keys: [] },
      to: probeLink("input-ok", "typed"),
    }),
    sees: cameWith("typed", /typed=1234/),
    decides: {
      quirk: "input-keys",
      yes: "OK sends what was typed, as SoftKey:Submit does.",
      no: "OK sends nothing of what was typed.",
    },
  },
  {
    id: "input-digits",
    open: "Whether a field of type number takes * and #.",
    please: `${launcher} Type 1*2#, then press the first softkey.`,
    asks: "Did the page then thank you?",
    pages: first({
      ...{ kind: "input", title: "Probe", prompt: "1*2#", input: "digits", typing, keys: [] },
      to: probeLink("input-digits", "typed"),
    }),
    sees: cameWith("typed", /typed=1(\*|%2A)2%23/i),
    decides: {
      quirk: "input-keys",
      yes: "A field of type number takes * and #.",
      no: "A field of type number does not take * and #.",
    },
  },
  {
    id: "input-letters",
    open: "How a letter beyond ASCII that was typed is escaped.",
    please: `${launcher} Type an ä (or ü, é), then press the first softkey.`,
    asks: "Did the page then thank you?",
    pages: first({
      ...{ kind: "input", title: "Probe", prompt: "ä", input: "text", typing, keys: [] },
      to: probeLink("input-letters", "typed"),
    }),
    sees: (all) => {
      const tail = all.find(({ word }) => word === "typed")?.tail ?? "";
      return /%C3%[89AB]/i.test(tail) ? "yes" : /%[C-F][0-9A-F]/i.test(tail) ? "no" : undefined;
    },
    decides: {
      quirk: "input-keys",
      yes: "A letter that was typed is escaped as UTF-8.",
      no: "A letter that was typed is escaped as ISO-8859-1.",
    },
  },
];
