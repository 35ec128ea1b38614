import type { BranchId } from "./branches.js";
import type { Extension, Mac, PersonId } from "./ids.js";
import type { LampWay } from "./lamp-ways.js";
import type { Language } from "./languages.js";

export const roles = ["administrator", "team-manager", "agent-plus", "agent"] as const;
/** What a person may do: every role but `agent` may supervise (R1). */
export type Role = (typeof roles)[number];

/** What a site, a team or a person can forbid (R20). What nobody forbids is allowed: the strictest wins. */
export interface Switches {
  /** Hidden supervision of their calls. */
  readonly hidden?: "forbidden";
  /** Any supervision of their calls. */
  readonly supervision?: "forbidden";
}

/** People who belong together, with what is forbidden, and what is to be heard, on all their calls. */
export interface Team extends Switches {
  readonly name: string;
  readonly tone?: TeamTone;
}

/** Who hears a notification tone while a visible supervision hears a call of theirs. */
export interface TeamTone {
  readonly agent: boolean;
  readonly customer: boolean;
  /** Between two tones; 0 for one at the beginning alone. */
  readonly everyMs: number;
}

/** Somebody the site has named: an agent, a supervisor, or both. The switches are about their own calls. */
export interface Person extends Switches {
  readonly id: PersonId;
  readonly extension: Extension;
  readonly name: string;
  readonly role: Role;
  readonly teams: readonly string[];
  /** Of what their phones show; without it, the site's. */
  readonly language?: Language;
}

/** A name as it may be shown: 1 to 200 characters on one line, without spaces around it; else undefined. */
export function parseName(text: string): string | undefined {
  const trimmed = text.trim();
  return trimmed !== "" && trimmed.length <= 200 && !/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(trimmed) ? trimmed : undefined;
}

/** How a supervision leg is taken: `ring` waits for the handset, `auto` answers by itself (only with a headset). */
export type AnswerStyle = "ring" | "auto";

/** How documents reach a phone that has not asked: by the PBX, or straight to the phone's own web server. */
export type PhonePush =
  | { readonly by: "notify" }
  /** Notices alone, as texts by SIP: for phones that take no documents. */
  | { readonly by: "message" }
  | {
      readonly by: "http";
      /** Such as `http://192.0.2.31`. */
      readonly origin: string;
      readonly username: string;
      readonly password: string;
      /** That everything goes with, where its make has priorities and the site names one. */
      readonly priority?: string;
    };

/** One desk phone and whose it is. */
export interface Phone {
  readonly mac: Mac;
  readonly vendor: string;
  readonly model: string;
  readonly owner: PersonId;
  readonly answer: AnswerStyle;
  /** Host of the phone's SIP contact, where it is not the address its page requests come from. */
  readonly address?: string;
  /** Without it the phone is shown what it asks for, and nothing else. */
  readonly push?: PhonePush;
  /** How it shows who is with the owner, where the site has chosen; see `lampWayOf`. */
  readonly lamp?: LampWay;
  /** Number of the line key whose light and label show who is with the owner, where they are pushed. */
  readonly lampKey?: number;
  /** The branch office whose own process pushes to it; without it, this gateway does. */
  readonly branch?: BranchId;
  /** For a phone that is drawn in a browser: the real one that is rung for it, or `nobody` while none is chosen. */
  readonly rings?: Phone | "nobody";
}
