import type { Pushed } from "../../model/index.js";
import type { ProveStep } from "../prove.js";
import { asked, callIt, leave, list, pushedAtAll } from "../prove-parts.js";

/** What is not known of documents that the phone has not asked for, and of lamps. */
export const pushSteps: readonly ProveStep[] = [
  ...pushedAtAll("push"),
  {
    id: "push-reply",
    open: "Whether the reply to a push says that it is going to be shown.",
    before: leave,
    asks: "Has something come by itself that says This is a probe?",
    push: { kind: "notice", inCall: false },
    sees: (_, reply) => (reply === undefined ? undefined : reply.outcome === "confirmed" ? "yes" : "no"),
    decides: {
      quirk: "push-reply",
      yes: "The reply to a push says that it will be displayed.",
      no: "The reply to a push does not say that it will be displayed, so none counts as confirmed.",
    },
  },
  {
    id: "push-filter",
    open: "Whether the reply tells a push that apps.push.messageType keeps back from one that is shown.",
    before: `Set apps.push.messageType to one priority that earshot's pushes do not have, such as 4. ${leave}`,
    please: "Set apps.push.messageType to what it was again afterwards.",
    asks: "Has the screen stayed as it was?",
    push: { kind: "notice", inCall: false },
    mayFail: true,
    sees: (_, reply) =>
      reply === undefined || isLost(reply) ? undefined : reply.outcome === "confirmed" ? "no" : "yes",
    decides: {
      quirk: "push-reply",
      yes: "A push that apps.push.messageType keeps back is not said to be displayed.",
      no: "A push that apps.push.messageType keeps back is said to be displayed all the same, or is not kept back.",
    },
  },
  {
    id: "notice-length",
    open: "How much of a notice can be seen at once.",
    before: leave,
    asks: "Can you see all of it at once: Probe, the time, and numbers up to three dots at their end?",
    push: { kind: "notice", inCall: false, how: "long" },
    decides: {
      quirk: "notice-length",
      yes: "A notice as long as noticeColumns is seen at once.",
      no: "A notice as long as noticeColumns is not seen at once.",
    },
  },
  {
    id: "notice-answer",
    open: "Whether a notice can have answers.",
    before: leave,
    please: "A notice has come. Press Here in it, as a link or as a softkey.",
    asks: "Did a page then thank you?",
    push: { kind: "notice", inCall: false, how: "answer" },
    sees: asked("here"),
    decides: {
      quirk: "notice-answers",
      yes: "What stands in a notice as an answer can be pressed.",
      no: "What stands in a notice as an answer cannot be pressed.",
    },
  },
  {
    id: "page-in-call",
    open: "Whether a page that is pushed comes over a call.",
    before: callIt,
    asks: "Has a list titled Probe come over the call?",
    pages: { pushed: { page: () => list("page-in-call") } },
    push: { kind: "page" },
    inCall: true,
    decides: {
      quirk: "pages-and-calls",
      yes: "A page that is pushed with its priority is shown over a call.",
      no: "A page that is pushed with its priority is not shown over a call.",
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
      quirk: "push-priority",
      yes: "A notice that is pushed with its priority is shown in a call.",
      no: "A notice that is pushed with its priority is not shown in a call.",
    },
  },
  {
    id: "notice-behind-notice",
    open: "Whether a notice waits in a call behind one of the same priority.",
    before: callIt,
    asks: "Does it say This is the second probe, while the call goes on?",
    push: { kind: "notice", inCall: true, how: "twice" },
    inCall: true,
    decides: {
      quirk: "push-priority",
      yes: "A notice is shown in a call behind one of the same priority.",
      no: "A notice waits in a call behind one of the same priority.",
    },
  },
  {
    id: "notice-stays",
    open: "Whether a notice stays on the screen until somebody puts it away.",
    before: callIt,
    please: "A notice has come. Hang up, and press nothing for a minute.",
    asks: "Is This is a probe still there?",
    push: { kind: "notice", inCall: true },
    inCall: true,
    decides: {
      quirk: "push-stays",
      yes: "A notice stays on the screen until it is put away.",
      no: "A notice goes by itself.",
    },
  },
  {
    id: "lamp-lit",
    open: "Whether a BLF key that watches its owner's lamp at the PBX is lit.",
    before: "Give this phone a BLF key that watches the lamp of its owner, such as lamp2001.",
    asks: "Is that key lit steadily now?",
    blf: "lit",
    decides: {
      quirk: "lamps",
      yes: "A BLF key whose dialog is confirmed is lit.",
      no: "A BLF key whose dialog is confirmed is not lit.",
    },
  },
  {
    id: "lamp-dark",
    open: "Whether such a key can be told from a lit one while nobody is there.",
    please: "Look at the same BLF key.",
    asks: "Is it dark now, or of another colour than before?",
    blf: "dark",
    decides: {
      quirk: "lamps",
      yes: "A BLF key whose dialog is terminated looks otherwise.",
      no: "A BLF key whose dialog is terminated looks like a lit one.",
    },
  },
];

/** It may not have come to the phone at all. */
function isLost(reply: Pushed): boolean {
  return reply.outcome === "failed" && reply.again;
}
