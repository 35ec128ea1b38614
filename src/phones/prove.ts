import type { Lamp, PhonePush, ProbeAsked, Pushed } from "../model/index.js";
import type { Link, Page } from "../pages/index.js";
import type { Profile } from "./profile.js";

/** One page of a step. */
export interface ProbePage {
  readonly page: (profile: Profile) => Page;
  /** What the model sheet has to say for this page to be made, whatever it says now. */
  readonly as?: (profile: Profile) => Profile;
  /** Anything but 200: `lost`, no reply at all where it is asked for the first time; `redirect`, to the word `led`. */
  readonly reply?: "not-found" | "redirect" | "lost";
}

/**
 * What a notice of a step is beside its few words: `long`, as long as the sheet says that fits; `answer`, with an answer that
 * asks for the step's word `here`; `twice`, sent a second time, which then says so.
 */
export type ProbeNotice = "long" | "answer" | "twice";

/** What a step sends to a phone that has not asked. */
export type ProbePush =
  /** The address of the step's page `pushed`. */
  | { readonly kind: "page" }
  | { readonly kind: "notice"; readonly inCall: boolean; readonly how?: ProbeNotice }
  | { readonly kind: "lamp"; readonly lamp: Lamp["lamp"]; readonly mic: Lamp["mic"] }
  | { readonly kind: "label" };

/** What an answer leaves in the model sheet: a sentence in one quirk, and fields of the model's entry by their path. */
export interface ProveDecides {
  readonly quirk: string;
  readonly yes: string;
  readonly no: string;
  readonly fields?: {
    readonly yes: Readonly<Record<string, string | number | boolean>>;
    readonly no: Readonly<Record<string, string | number | boolean>>;
  };
}

/** One thing that is not known of a make of phone, and how it is found out on a real one. */
export interface ProveStep {
  readonly id: string;
  /** What is not known: a question without an answer. */
  readonly open: string;
  /** What the admin is to do at the phone before anything is shown there. */
  readonly before?: string;
  /** What the admin is to do then. */
  readonly please?: string;
  /** What is asked then; yes or no. */
  readonly asks: string;
  /**
   * The step's pages by what their links call them; `""` is the first, at the phone's launcher too. A word without a
   * page is thanked for. A step without pages shows nothing of its own.
   */
  readonly pages?: Readonly<Record<string, ProbePage>>;
  /** What is asked is of its pushed page: nothing is decided where the phone has not asked for that. */
  readonly onPage?: true;
  readonly push?: ProbePush;
  /** A push that the phone does not take is an answer here; elsewhere it is none, and tried again. */
  readonly mayFail?: true;
  /** Only for phones that are pushed to by this way. */
  readonly by?: PhonePush["by"];
  /** The lamp of the phone's owner that BLF keys watch at the PBX, while the step is under way. */
  readonly blf?: "lit" | "dark";
  /** It can be walked only while the phone has a call; every other one only while it has none. */
  readonly inCall?: true;
  /**
   * What the phone has done as far as its requests tell, oldest first, and its reply to the step's push; undefined where they
   * tell nothing yet.
   */
  readonly sees?: (asked: readonly ProbeAsked[], reply: Pushed | undefined) => "yes" | "no" | undefined;
  readonly decides: ProveDecides;
}

/** What a make of phone leaves open, in the order in which it is walked. */
export interface ProveScript {
  readonly steps: readonly ProveStep[];
  /** Model and firmware, as a phone of this make names itself in its requests. */
  readonly itself: (agent: string) => { readonly model: string; readonly firmware: string } | undefined;
}

/** A link to another page of the same step. */
export function probeLink(step: string, word: string): Extract<Link, { to: "probe" }> {
  return { to: "probe", path: `${step}/${word}` };
}
