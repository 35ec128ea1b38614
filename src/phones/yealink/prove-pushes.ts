import type { ProveStep } from "../prove.js";
import { asked, callIt, exit, leave } from "../prove-parts.js";
import { first, launcher, list, listTimeout } from "./prove-parts.js";

function lamp(
  id: string,
  words: string,
  of: Omit<Extract<NonNullable<ProveStep["push"]>, { kind: "lamp" }>, "kind">,
): ProveStep {
  return {
    id,
    open: `Whether the line key of lampKey can be ${words}.`,
    please: "Look at the line key of lampKey, in `phones` of the configuration.",
    asks: `Is it ${words} now?`,
    push: { kind: "lamp", ...of },
    decides: {
      quirk: "line-lamps",
      yes: `A line key can be ${words}.`,
      no: `A line key cannot be ${words}.`,
      ...(id === "lamp-green" && {
        fields: { yes: { "traits.lineLamps": "yes" }, no: { "traits.lineLamps": "no" } },
      }),
    },
  };
}

/** What is not known of documents that the phone has not asked for, and of calls. */
export const pushSteps: readonly ProveStep[] = [
  {
    id: "push-page",
    open: "Whether an address that is pushed in an Execute is fetched and shown.",
    before: leave,
    asks: "Has a list titled Probe come by itself?",
    pages: { pushed: { page: () => list("push-page", [exit]) } },
    push: { kind: "page" },
    sees: asked("pushed"),
    decides: {
      quirk: "execute-opens-a-page",
      yes: "An http URI in an Execute document is fetched and shown.",
      no: "An http URI in an Execute document is not fetched.",
    },
  },
  {
    id: "push-status",
    open: "Whether a Status is shown on the idle screen.",
    before: leave,
    asks: "Does the idle screen say This is a probe?",
    push: { kind: "notice", inCall: false },
    decides: {
      quirk: "status-on-idle-screen",
      yes: "A Status document is shown on the idle screen.",
      no: "A Status document is not shown on the idle screen.",
    },
  },
  {
    id: "push-text",
    open: "Whether a TextScreen that is pushed is shown.",
    before: leave,
    asks: "Has a page come by itself that says This is a probe?",
    push: { kind: "notice", inCall: true },
    decides: {
      quirk: "pushed-text",
      yes: "A TextScreen that is pushed is shown.",
      no: "A TextScreen that is pushed is not shown.",
    },
  },
  {
    id: "screen-saver",
    open: "Whether a Status is shown while the screen saver is on.",
    before: `${leave} Wait for the screen saver.`,
    asks: "Does the screen say This is a probe?",
    push: { kind: "notice", inCall: false },
    decides: {
      quirk: "status-on-idle-screen",
      yes: "A Status document is shown while the screen saver is on.",
      no: "A Status document is not shown while the screen saver is on.",
    },
  },
  lamp("lamp-green", "lit green", { lamp: "listen", mic: "muted" }),
  lamp("lamp-orange", "lit orange", { lamp: "coach", mic: "muted" }),
  lamp("lamp-red", "lit red", { lamp: "join", mic: "muted" }),
  lamp("lamp-flash", "flashing slowly", { lamp: "join", mic: "open" }),
  lamp("lamp-off", "dark", { lamp: "off", mic: "muted" }),
  {
    id: "lamp-and-page",
    open: "Whether a lamp stays lit while pages come and go.",
    please: `${launcher} Leave the page again.`,
    asks: "Is the line key of lampKey still lit green?",
    pages: first(list("lamp-and-page", [exit])),
    push: { kind: "lamp", lamp: "listen", mic: "muted" },
    decides: {
      quirk: "lamp-stays",
      yes: "A lamp stays as it is while pages come and go.",
      no: "A page that comes or goes repaints a lamp.",
    },
  },
  {
    id: "lamp-after-call",
    open: "Whether a lamp stays lit after a call.",
    please: `See that the line key of lampKey is green. ${callIt} Hang up.`,
    asks: "Is the line key still lit green?",
    push: { kind: "lamp", lamp: "listen", mic: "muted" },
    decides: {
      quirk: "lamp-stays",
      yes: "A lamp stays as it is after a call.",
      no: "A call puts out the lamps that were set.",
    },
  },
  {
    id: "key-label",
    open: "Whether a Configuration document changes a key's label at once.",
    please: "Look at the line key of lampKey.",
    asks: "Does it say Probe beside it?",
    push: { kind: "label" },
    decides: {
      quirk: "key-label",
      yes: "A Configuration document with linekey.n.label changes the label in place.",
      no: "A Configuration document with linekey.n.label changes no label.",
      fields: { yes: { "traits.keyLabel": "yes" }, no: { "traits.keyLabel": "no" } },
    },
  },
  {
    id: "key-label-stays",
    open: "Whether a label that was pushed is still there after a restart.",
    please: "See that the line key of lampKey says Probe. Restart the phone, and wait until it is registered.",
    asks: "Does it say Probe still?",
    push: { kind: "label" },
    decides: {
      quirk: "key-label",
      yes: "A label that was pushed stays after a restart.",
      no: "A label that was pushed is gone after a restart.",
    },
  },
  {
    id: "call-uncovers",
    open: "Whether a page that a call has covered is there again after the call.",
    please: `${launcher} ${callIt} Hang up.`,
    asks: "Is the list titled Probe there again?",
    pages: first(list("call-uncovers", [exit]), {
      as: listTimeout(0),
    }),
    decides: {
      quirk: "pages-and-calls",
      yes: "A page that a call has covered is there again after the call.",
      no: "A page that a call has covered is gone after the call.",
    },
  },
  {
    id: "page-over-call",
    open: "Whether a page that is pushed is shown over a call, with push_xml.block_in_calling 0.",
    before: `See that push_xml.block_in_calling is 0. ${callIt}`,
    asks: "Has a list titled Probe come over the call?",
    pages: { pushed: { page: () => list("page-over-call", [exit]) } },
    push: { kind: "page" },
    inCall: true,
    decides: {
      quirk: "pages-and-calls",
      yes: "A page that is pushed is shown over a call.",
      no: "A page that is pushed is not shown over a call.",
    },
  },
  {
    id: "status-in-call",
    open: "Whether a Status is shown in a call.",
    before: callIt,
    asks: "Does the screen say This is a probe?",
    push: { kind: "notice", inCall: false },
    inCall: true,
    decides: {
      quirk: "status-on-idle-screen",
      yes: "A Status document is shown in a call.",
      no: "A Status document is not shown in a call.",
    },
  },
  {
    id: "text-in-call",
    open: "Whether a TextScreen that is pushed is shown over a call.",
    before: callIt,
    asks: "Has a page come over the call that says This is a probe?",
    push: { kind: "notice", inCall: true },
    inCall: true,
    decides: {
      quirk: "pages-and-calls",
      yes: "A TextScreen that is pushed is shown over a call.",
      no: "A TextScreen that is pushed is not shown over a call.",
    },
  },
  {
    id: "block-and-lamps",
    open: "Whether push_xml.block_in_calling 1 stops lamps, too.",
    before: `Set push_xml.block_in_calling to 1. ${callIt}`,
    please: "Set push_xml.block_in_calling to 0 again afterwards.",
    asks: "Is the line key of lampKey lit red?",
    push: { kind: "lamp", lamp: "join", mic: "muted" },
    mayFail: true,
    inCall: true,
    decides: {
      quirk: "block-in-calling",
      yes: "With push_xml.block_in_calling 1 lamps are set in a call all the same.",
      no: "With push_xml.block_in_calling 1 no lamp is set in a call.",
    },
  },
  {
    id: "push-server",
    open: "Whether a NOTIFY is taken without push_xml.server.",
    before: "Empty push_xml.server on the web page of the phone, and leave every page.",
    asks: "Has a page come by itself that says This is a probe?",
    push: { kind: "notice", inCall: true },
    by: "notify",
    decides: {
      quirk: "notify-event",
      yes: "A NOTIFY is taken where push_xml.server is empty.",
      no: "A NOTIFY is not taken where push_xml.server is empty.",
    },
  },
  {
    id: "push-sender",
    open: "Whether push_xml.server is compared with the address that a push comes from.",
    before: "Set push_xml.server on the web page of the phone to 192.0.2.1, and leave every page.",
    please: "Set push_xml.server to earshot's address again afterwards.",
    asks: "Has a page come by itself that says This is a probe?",
    push: { kind: "notice", inCall: true },
    by: "http",
    mayFail: true,
    decides: {
      quirk: "http-push",
      yes: "A push is taken from an address that push_xml.server does not name.",
      no: "A push is taken only from an address that push_xml.server names.",
    },
  },
];
