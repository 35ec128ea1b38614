import type { InputPage } from "../../pages/index.js";
import { type ProveScript, type ProveStep, probeLink } from "../prove.js";
import { asked, callIt, leave, list, namesItself, pushedAtAll, rows, ruler, text } from "../prove-parts.js";

const launcher = "Open earshot, by its key.";

function input(step: string, kind: InputPage["input"]): InputPage {
  return {
    ...{ kind: "input", title: "Probe", prompt: "Probe", input: kind, keys: [], to: probeLink(step, "sent") },
    typing: { send: "Send", erase: "Delete", mode: "Abc" },
  };
}

const itself: ProveScript["itself"] = (agent) => {
  const [, model, firmware] = /\bsnom([A-Z0-9]{2,12})(?:-SIP |\/)(\d[\d.]{2,30})/i.exec(agent) ?? [];
  return model === undefined || firmware === undefined ? undefined : { model: model.toUpperCase(), firmware };
};

/** What is not known of pages. */
const pageSteps: readonly ProveStep[] = [
  {
    id: "list",
    open: "Whether a menu is shown with four keys at once.",
    please: launcher,
    asks: "Do you see One, Two, Three, and the keys Here, There, Where and Nowhere?",
    pages: {
      "": {
        page: () =>
          list("list", {
            keys: ["Here", "There", "Where", "Nowhere"].map((label) => ({
              ...{ label, link: probeLink("list", `key-${label.toLowerCase()}`) },
            })),
          }),
      },
    },
    decides: {
      quirk: "keys",
      yes: "Four context keys are shown at once.",
      no: "Not all of four context keys are shown.",
    },
  },
  {
    id: "label-width",
    open: "How many characters a key shows.",
    please: launcher,
    asks: "Is the only key shown whole, with a bar | at its end?",
    pages: {
      "": {
        page: ({ screen }) =>
          list("label-width", { keys: [{ label: ruler(screen.labelColumns), link: probeLink("label-width", "key") }] }),
      },
    },
    decides: {
      quirk: "widths",
      yes: "A label as long as labelColumns is shown whole.",
      no: "A label as long as labelColumns is cut.",
    },
  },
  {
    id: "text-lines",
    open: "Whether a text as long as the sheet says is seen whole.",
    please: launcher,
    asks: "Do you see each number from 1 on, and Last?",
    pages: { "": { page: ({ sizes }) => text("text-lines", numbered(sizes["textLines"] ?? 2)) } },
    decides: {
      quirk: "texts-are-cut",
      yes: "A text of textLines lines is seen whole.",
      no: "A text of textLines lines is cut.",
    },
  },
  {
    id: "ok-key",
    open: "Whether the check mark on a text does what ENTER has.",
    please: `${launcher} Press the check mark.`,
    asks: "Did the page then thank you?",
    pages: { "": { page: () => text("ok-key", ["Press the check mark."]) } },
    sees: asked("ok"),
    decides: {
      quirk: "keys",
      yes: "The check mark does what ENTER has.",
      no: "The check mark does not do what ENTER has.",
    },
  },
  {
    id: "cancel-key",
    open: "Whether the X does what CANCEL has.",
    please: `${launcher} Press the X.`,
    asks: "Did the page then thank you?",
    pages: { "": { page: () => text("cancel-key", ["Press the X."], { back: probeLink("cancel-key", "back") }) } },
    sees: asked("back"),
    decides: { quirk: "keys", yes: "The X does what CANCEL has.", no: "The X does not do what CANCEL has." },
  },
  {
    id: "callbacks",
    open: "Whether a dollar and a bracket with a space between them stay as they are.",
    please: launcher,
    asks: "Do you see exactly: $ (lang)",
    pages: { "": { page: () => text("callbacks", ["$(lang)"]) } },
    decides: {
      quirk: "callbacks",
      yes: "With a space between them nothing is put in the place of a dollar and a bracket.",
      no: "A dollar and a bracket do not stay as they are, even with a space between them.",
    },
  },
  {
    id: "fetch",
    open: "Whether Fetch is followed.",
    please: `${launcher} Press nothing for 30 seconds.`,
    asks: "Has the page changed by itself?",
    pages: {
      "": {
        page: () => text("fetch", ["Wait."], { refresh: { seconds: 5, link: probeLink("fetch", "by-itself") } }),
      },
    },
    sees: asked("by-itself"),
    decides: { quirk: "fetch", yes: "Fetch is followed.", no: "Fetch is not followed." },
  },
  {
    id: "cursor",
    open: 'Whether sel="true" puts the cursor on its row.',
    please: `${launcher} Press the check mark at once.`,
    asks: "Was Two highlighted?",
    pages: {
      "": {
        page: () => {
          const all = rows("cursor");
          return list("cursor", { rows: all, ...(all[1] && { highlighted: all[1] }) });
        },
      },
    },
    sees: (all) => (all.some(({ word }) => word === "row-two") ? "yes" : all.length > 1 ? "no" : undefined),
    decides: {
      quirk: "cursor",
      yes: "The cursor begins on the row with sel.",
      no: "The cursor does not begin on the row with sel.",
    },
  },
  {
    id: "typed",
    open: "How a letter beyond ASCII that was typed is escaped.",
    please: `${launcher} Type ä alone, then press the check mark.`,
    asks: "Did the page then thank you?",
    pages: { "": { page: () => input("typed", "text") } },
    sees: (all) => {
      const one = all.find(({ word }) => word === "sent");
      return one && (/[?&]typed=%C3%A4(&|$)/i.test(one.tail) ? "yes" : "no");
    },
    decides: {
      quirk: "input",
      yes: "What is typed is escaped as UTF-8.",
      no: "What is typed is not escaped as UTF-8.",
    },
  },
  {
    id: "secret-input",
    open: "Whether what is typed in secret is hidden on the screen.",
    please: `${launcher} Type 1234.`,
    asks: "Are the digits hidden?",
    pages: {
      "": { page: () => input("secret-input", "secret"), as: (profile) => ({ ...profile, secretInput: "yes" }) },
    },
    decides: {
      quirk: "input",
      yes: "What is typed in secret is hidden.",
      no: "What is typed in secret can be read on the screen.",
      fields: { yes: { secretInput: "yes" }, no: { secretInput: "no" } },
    },
  },
  {
    id: "other-keys",
    open: "Whether keys that a page does not know are the phone's.",
    inCall: true,
    before: callIt,
    please: "A list titled Probe comes by itself: press the key for hold on it.",
    asks: "Is the call on hold now?",
    pages: {
      pushed: {
        page: () => list("other-keys"),
        as: (profile) => ({ ...profile, traits: { ...profile.traits, otherKeys: "yes" } }),
      },
    },
    onPage: true,
    push: { kind: "page" },
    decides: {
      quirk: "other-keys",
      yes: 'With state="others_except_mb" the phone\'s own keys work on a page.',
      no: 'With state="others_except_mb" the phone\'s own keys do not work on a page.',
      fields: { yes: { "traits.otherKeys": "yes" }, no: { "traits.otherKeys": "no" } },
    },
  },
  namesItself(launcher, itself),
];

/** What is not known of what is pushed. */
const pushSteps: readonly ProveStep[] = [
  ...pushedAtAll("notify"),
  {
    id: "notice-in-call",
    open: "Whether a notice that is pushed is shown over a call.",
    inCall: true,
    before: callIt,
    asks: "Has something come by itself that says This is a probe?",
    push: { kind: "notice", inCall: true },
    decides: { quirk: "notify", yes: "A notice is shown over a call.", no: "A notice is not shown over a call." },
  },
  {
    id: "lamp",
    open: "Whether the line key of lampKey can be lit while the minibrowser stays closed.",
    before: leave,
    asks: "Is the key lit, and the idle screen still there?",
    push: { kind: "lamp", lamp: "join", mic: "muted" },
    decides: {
      quirk: "silent",
      yes: "A Led in a silent document is lit.",
      no: "A Led in a silent document is not lit, or opens the minibrowser.",
      fields: { yes: { "traits.lineLamps": "yes" }, no: { "traits.lineLamps": "no" } },
    },
  },
];

/** What is not known of a Snom, as far as earshot does anything by it. */
export const prove: ProveScript = { steps: [...pageSteps, ...pushSteps], itself };

function numbered(lines: number): readonly string[] {
  return [...Array.from({ length: lines - 1 }, (_, at) => String(at + 1)), "Last"];
}
