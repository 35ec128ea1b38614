import type { Phone, PushDocument } from "../model/index.js";
import type { ProbeNotice, ProbePush, Profile, PushedNotice, VendorPush } from "../phones/index.js";

const noticeSeconds = 20;
/** Numbers that tell how far a text can be read; longer than any screen, so the make of phone cuts it. */
const longText = Array.from({ length: 120 }, (_, at) => String(at + 1)).join(" ");

/** Where the documents of a step may lead: the launcher, or a word of the step. */
export type ProbeTarget = "home" | { readonly word: string };

export interface ProbeMaking {
  readonly phone: Phone;
  readonly profile: Profile;
  readonly make: VendorPush;
}

export interface ProbeWords {
  /** The time of day. */
  readonly at: string;
  readonly url: (to: ProbeTarget) => Promise<string | undefined>;
  readonly priority: string | undefined;
}

/**
 * What a step of a walk sends, in order; undefined where the model cannot show it. Its words are the admin's, in English,
 * and say nothing of anybody.
 */
export async function probeDocuments(
  { phone: { lampKey }, profile, make }: ProbeMaking,
  what: ProbePush,
  { at, url, priority }: ProbeWords,
): Promise<readonly PushDocument[] | undefined> {
  switch (what.kind) {
    case "page": {
      const page = await url({ word: "pushed" });
      return page === undefined ? undefined : some(make.page(page, asIfPages(profile), priority));
    }
    case "notice": {
      const own = await url("home");
      const here = what.how === "answer" ? await url({ word: "here" }) : undefined;
      if (own === undefined) return undefined;
      const words = { title: "Probe", at, exit: "Exit", urgent: false, inCall: what.inCall, seconds: noticeSeconds };
      const notice = (text: string): PushDocument | undefined => {
        const answers: PushedNotice["answers"] = here === undefined ? [] : [{ label: "Here", url: here }];
        return make.notice({ ...words, text, url: own, answers }, asIfPages(profile), priority);
      };
      return some(...textsOf(what.how).map(notice));
    }
    case "lamp":
      return lampKey === undefined ? undefined : some(make.lamp({ ...what, supervisors: [] }, lampKey, profile));
    case "label":
      return lampKey === undefined ? undefined : some(make.label("Probe", lampKey, profile));
    default:
      return what satisfies never;
  }
}

function textsOf(how: ProbeNotice | undefined): readonly string[] {
  switch (how) {
    case "long":
      return [longText];
    case "twice":
      return ["This is a probe.", "This is the second probe."];
    case "answer":
    case undefined:
      return ["This is a probe."];
    default:
      return how satisfies never;
  }
}

/** Whether it has pages at all is what is to be found out. */
function asIfPages(profile: Profile): Profile {
  return { ...profile, pages: "yes" };
}

function some(...documents: readonly (PushDocument | undefined)[]): readonly PushDocument[] | undefined {
  const made = documents.filter((document) => document !== undefined);
  return made.length === documents.length ? made : undefined;
}
