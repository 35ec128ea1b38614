import type { Key } from "../../pages/index.js";
import { type ProveScript, type ProveStep, probeLink } from "../prove.js";
import { asked, callIt, list, namesItself, rows, ruler, text } from "../prove-parts.js";
import { launcher, withSoftkeys } from "./prove-parts.js";

const typing = { send: "Send", erase: "Delete", mode: "Abc" } as const;

/** `…PolycomSoundPointIP-SPIP_550-UA/4.0.15.1047…`, as the sheet writes the model. */
export const itself: ProveScript["itself"] = (agent) => {
  const [, model, firmware] = /Poly\w*-([A-Za-z0-9_]{2,20})-UA\/(\d[\d.]{2,30})/.exec(agent) ?? [];
  return model === undefined || firmware === undefined
    ? undefined
    : {
        model: model
          .replace(/^Edge_/i, "")
          .replaceAll("_", "")
          .toUpperCase(),
        firmware,
      };
};

function key(step: string, label: string): Key {
  return { label, link: probeLink(step, `key-${label.toLowerCase()}`) };
}

/** As many rows as the sheet lets a page have beside its first link and its keys; the last is Last. */
function longWords(linkLines: number): readonly string[] {
  return [...Array.from({ length: Math.max(1, linkLines - 2) }, (_, at) => String(at + 1)), "Last"];
}

/** What is not known of pages. */
export const pageSteps: readonly ProveStep[] = [
  {
    id: "list",
    open: "Whether this model shows pages at all.",
    please: launcher,
    asks: "Do you see One, Two, Three, each as a link?",
    pages: { "": { page: () => list("list") } },
    decides: {
      quirk: "elements",
      yes: "Pages are shown, with their links.",
      no: "No page is shown.",
      fields: { yes: { pages: "yes" }, no: { pages: "no" } },
    },
  },
  {
    id: "softkeys",
    open: "Whether a page can have softkeys.",
    please: launcher,
    asks: "Is there a softkey Here?",
    pages: { "": { page: () => list("softkeys", { keys: [key("softkeys", "Here")] }), as: withSoftkeys } },
    decides: {
      quirk: "softkeys",
      yes: "A page can have softkeys.",
      no: "Softkeys of a page are not shown.",
      fields: { yes: { "traits.softkeyElements": "yes" }, no: { "traits.softkeyElements": "no" } },
    },
  },
  {
    id: "four-softkeys",
    open: "Whether four softkeys are on the screen at once.",
    please: launcher,
    asks: "Are all of Here, There, Where and Nowhere on the screen at once (? where there are no softkeys at all)?",
    pages: {
      "": {
        page: () =>
          list("four-softkeys", {
            keys: ["Here", "There", "Where", "Nowhere"].map((label) => key("four-softkeys", label)),
          }),
        as: withSoftkeys,
      },
    },
    decides: {
      quirk: "softkeys",
      yes: "Four softkeys are on the screen at once.",
      no: "Three softkeys are on the screen at once, the others behind More.",
      fields: { yes: { softkeys: 4 }, no: { softkeys: 3 } },
    },
  },
  {
    id: "own-back-key",
    open: "Whether the phone's own Back takes a place among the softkeys, with mb.main.autoBackKey 0.",
    please: `See that mb.main.autoBackKey is 0. ${launcher}`,
    asks: "Is there a softkey Back?",
    pages: { "": { page: () => list("own-back-key") } },
    decides: {
      quirk: "back-key",
      yes: "With mb.main.autoBackKey 0 there is a Back of the phone's own.",
      no: "With mb.main.autoBackKey 0 there is no Back of the phone's own.",
    },
  },
  {
    id: "row-width",
    open: "How many characters a row shows.",
    please: launcher,
    asks: "Is the only row on one line, with a bar | at its end?",
    pages: {
      "": { page: ({ screen }) => list("row-width", { rows: rows("row-width", [ruler(screen.columns)]) }) },
    },
    decides: {
      quirk: "widths",
      yes: "A row as long as columns is on one line.",
      no: "A row as long as columns is cut or wrapped.",
    },
  },
  {
    id: "title-width",
    open: "How many characters a title shows.",
    please: launcher,
    asks: "Is the title shown whole, with a bar | at its end?",
    pages: { "": { page: ({ screen }) => list("title-width", { title: ruler(screen.titleColumns) }) } },
    decides: {
      quirk: "widths",
      yes: "A title as long as titleColumns is shown whole.",
      no: "A title as long as titleColumns is cut, or not shown.",
    },
  },
  {
    id: "long-page",
    open: "Whether all of the longest page can be reached.",
    please: `${launcher} Move down to Last, and press it.`,
    asks: "Did the page then thank you?",
    pages: {
      "": {
        page: ({ sizes }) => list("long-page", { rows: rows("long-page", longWords(sizes["linkLines"] ?? 3)) }),
      },
    },
    sees: asked("row-last"),
    decides: {
      quirk: "page-budget",
      yes: "The last of linkLines rows can be reached.",
      no: "The last of linkLines rows cannot be reached.",
    },
  },
  {
    id: "glyphs",
    open: "Whether letters that are not Latin are shown.",
    please: launcher,
    asks: "Do you see the letters Ж and 日, rather than boxes or nothing?",
    pages: { "": { page: () => text("glyphs", ["Ж 日"]) } },
    decides: {
      quirk: "glyphs",
      yes: "Letters that are not Latin are shown.",
      no: "Letters that are not Latin are not all shown.",
    },
  },
  {
    id: "refresh",
    open: "Whether the Refresh reply header is followed.",
    please: `${launcher} Press nothing for 30 seconds.`,
    asks: "Has the page changed by itself?",
    pages: {
      "": {
        page: () =>
          text("refresh", ["Press nothing for 30 seconds."], {
            refresh: { seconds: 5, link: probeLink("refresh", "by-itself") },
          }),
        as: (profile) => ({ ...profile, refreshHeader: "yes" }),
      },
    },
    sees: asked("by-itself"),
    decides: {
      quirk: "refresh-header",
      yes: "The Refresh reply header is followed.",
      no: "The Refresh reply header is not followed.",
      fields: { yes: { refreshHeader: "yes" }, no: { refreshHeader: "no" } },
    },
  },
  {
    id: "refresh-cursor",
    open: "Where the cursor is after a refresh.",
    please: `${launcher} Move down to Three, and wait until the title is Probe 2.`,
    asks: "Is Three still highlighted (? where the title has not changed)?",
    pages: {
      "": { page: () => refreshing("Probe", 15), as: (profile) => ({ ...profile, refreshHeader: "yes" }) },
      // As many links as before: it is the place of the cursor that is asked about.
      again: { page: () => refreshing("Probe 2", 600) },
    },
    decides: {
      quirk: "refresh-cursor",
      yes: "A refresh leaves the cursor where it was.",
      no: "A refresh takes the cursor elsewhere.",
    },
  },
  {
    id: "secret-input",
    open: "Whether what is typed in secret is hidden on the screen.",
    please: `${launcher} Type 1234.`,
    asks: "Are the digits hidden?",
    pages: {
      "": {
        page: () => ({
          ...{ kind: "input", title: "Probe", prompt: "Digits", input: "secret", typing, keys: [] },
          to: probeLink("secret-input", "typed"),
        }),
        as: (profile) => ({ ...profile, secretInput: "yes" }),
      },
    },
    decides: {
      quirk: "secret-input",
      yes: "What is typed in secret is hidden.",
      no: "What is typed in secret can be read on the screen.",
      fields: { yes: { secretInput: "yes" }, no: { secretInput: "no" } },
    },
  },
  {
    id: "typed",
    open: "Whether what is typed comes in the query of a GET.",
    please: `${launcher} Type 1234, then press Send.`,
    asks: "Did the page then thank you?",
    pages: {
      "": {
        page: () => ({
          ...{ kind: "input", title: "Probe", prompt: "Digits", input: "digits", typing, keys: [] },
          to: probeLink("typed", "sent"),
        }),
      },
    },
    sees: (all) => {
      const one = all.find(({ word }) => word === "sent");
      return one && (/[?&]typed=1234(&|$)/.test(one.tail) ? "yes" : "no");
    },
    decides: {
      quirk: "typing-keys",
      yes: "What is typed comes in the query of a GET.",
      no: "What is typed does not come as it was typed.",
    },
  },
  {
    id: "redirect",
    open: "Whether a redirect is followed.",
    please: `${launcher} Press Away.`,
    asks: "Did a page then thank you?",
    pages: {
      "": { page: () => list("redirect", { rows: rows("redirect", ["Away"]) }) },
      "row-away": { page: () => text("redirect", ["Elsewhere."]), reply: "redirect" },
    },
    sees: asked("led"),
    decides: { quirk: "replies", yes: "A redirect is followed.", no: "A redirect is not followed." },
  },
  namesItself(launcher, itself),
  {
    id: "call-uncovers",
    open: "Whether a page that a call has covered is there again after the call.",
    please: `${launcher} ${callIt} Hang up.`,
    asks: "Is the list titled Probe there again?",
    pages: { "": { page: () => list("call-uncovers") } },
    decides: {
      quirk: "pages-and-calls",
      yes: "A page that a call has covered is there again after the call.",
      no: "A page that a call has covered is gone after the call.",
    },
  },
];

function refreshing(title: string, seconds: number) {
  return list("refresh-cursor", { title, refresh: { seconds, link: probeLink("refresh-cursor", "again") } });
}
