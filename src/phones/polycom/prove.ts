import type { Key, ListPage, TextPage } from "../../pages/index.js";
import { type ProveScript, type ProveStep, probeLink } from "../prove.js";

const launcher = "Open earshot, by its key or from the Applications.";
const leave = "Leave every page, so that the idle screen is there.";
const callIt = "Call this phone from another one, and answer it.";
const exit: Key = { label: "Exit", link: { to: "exit" } };

function list(step: string, keys: readonly Key[] = [exit], more: Partial<ListPage> = {}): ListPage {
  const rows = ["One", "Two", "Three"].map((text) => ({ text, link: probeLink(step, `row-${text.toLowerCase()}`) }));
  return { kind: "list", title: "Probe", rows, keys, ...more };
}

function text(step: string, line: string, more: Partial<TextPage> = {}): TextPage {
  return { kind: "text", title: "Probe", lines: [line], keys: [exit], done: probeLink(step, "ok"), ...more };
}

const typing = { send: "Send", erase: "Delete", mode: "Abc" } as const;

/** What is not known of pages. */
const pageSteps: readonly ProveStep[] = [
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
    pages: {
      "": {
        page: () => list("softkeys", [{ label: "Here", link: probeLink("softkeys", "here") }]),
        as: (profile) => ({ ...profile, traits: { ...profile.traits, softkeyElements: "yes" } }),
      },
    },
    decides: {
      quirk: "softkeys",
      yes: "A page can have softkeys.",
      no: "Softkeys of a page are not shown.",
      fields: { yes: { "traits.softkeyElements": "yes" }, no: { "traits.softkeyElements": "no" } },
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
    id: "refresh",
    open: "Whether the Refresh reply header is followed.",
    please: `${launcher} Press nothing for 30 seconds.`,
    asks: "Has the page changed by itself?",
    pages: {
      "": {
        page: () =>
          text("refresh", "Press nothing for 30 seconds.", {
            refresh: { seconds: 5, link: probeLink("refresh", "by-itself") },
          }),
        as: (profile) => ({ ...profile, refreshHeader: "yes" }),
      },
    },
    sees: (all) => (all.some(({ word }) => word === "by-itself") ? "yes" : undefined),
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
    asks: "Is Three still highlighted?",
    pages: {
      "": {
        page: () =>
          list("refresh-cursor", [exit], { refresh: { seconds: 15, link: probeLink("refresh-cursor", "again") } }),
      },
      again: { page: () => list("refresh-cursor", [exit], { title: "Probe 2" }) },
    },
    decides: {
      quirk: "refresh-cursor",
      yes: "A refresh leaves the cursor where it was.",
      no: "A refresh takes the cursor to the first link.",
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
  },
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

/** What is not known of pushes. */
const pushSteps: readonly ProveStep[] = [
  {
    id: "push-page",
    open: "Whether an address that is pushed is fetched and shown.",
    before: leave,
    asks: "Has a list titled Probe come by itself?",
    pages: { pushed: { page: () => list("push-page") } },
    push: { kind: "page" },
    sees: (all) => (all.some(({ word }) => word === "pushed") ? "yes" : undefined),
    decides: {
      quirk: "push-page",
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
    decides: {
      quirk: "pushed-text",
      yes: "A notice that is pushed is shown.",
      no: "A notice that is pushed is not shown.",
    },
  },
  {
    id: "notice-in-call",
    open: "Whether a notice that is pushed is shown in a call.",
    before: callIt,
    asks: "Has something come that says This is a probe?",
    push: { kind: "notice", inCall: true },
    inCall: true,
    decides: {
      quirk: "pages-and-calls",
      yes: "A notice that is pushed is shown in a call.",
      no: "A notice that is pushed is not shown in a call.",
    },
  },
];

/** `…PolycomSoundPointIP-SPIP_550-UA/4.0.15.1047…`, as the sheet writes the model. */
function itself(agent: string): ReturnType<ProveScript["itself"]> {
  const [, model, firmware] = /Poly\w*-([A-Za-z0-9_]{2,20})-UA\/(\d[\d.]{2,30})/.exec(agent) ?? [];
  return model === undefined || firmware === undefined
    ? undefined
    : { model: model.replaceAll("_", "").toUpperCase(), firmware };
}

/** What is not known of a Polycom's browser and pushes, as far as earshot does anything by it. */
export const prove: ProveScript = { steps: [...pageSteps, ...pushSteps], itself };
