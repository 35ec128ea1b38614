import type { Frame, Media } from "./rtp.ts";
import type { SipHeader } from "./sip-message.ts";
import type { SipPeer, SipRecord } from "./sip-transport.ts";

/** How one phone of the lab behaves. */
export interface PhoneSettings {
  readonly user: string;
  readonly password: string;
  readonly displayName: string;
  readonly peer: SipPeer;
  /** What it calls itself in every request. */
  readonly userAgent: string;
  /** The tone it speaks, in Hz; undefined for silent frames. */
  readonly hz: number | undefined;
  /** `always` answers every call at once; `manual` waits for `answer()`, but obeys an auto-answer header. */
  readonly answer: "manual" | "always";
  /** Whether Call-Info answer-after=0 and Alert-Info alert-autoanswer are obeyed. */
  readonly obeyAutoAnswer: boolean;
  /** A further call is refused with 486. */
  readonly maxCalls: number;
  /** Sends no RTP at all, like a phone with voice activity detection whose user is quiet. */
  readonly silent: boolean;
  readonly media: Media;
}

export interface DialSettings {
  readonly target: string;
  /** Sent as P-Asserted-Identity (RFC 3325), as a trunk says who calls. */
  readonly identity?: { readonly number: string; readonly name: string };
  readonly headers?: readonly SipHeader[];
}

/** What a transfer was answered with. */
export interface ReferAnswer {
  readonly code: number;
  readonly reason: string;
}

/** All that a phone can be told, as `[what goes in, what comes out]`. */
export interface PhoneOrders {
  create: [PhoneSettings, { contact: string }];
  remove: [undefined, undefined];
  register: [{ expires: number }, { code: number }];
  dial: [DialSettings, { call: string }];
  answer: [{ call: string }, undefined];
  progress: [{ call: string }, undefined];
  reject: [{ call: string; code: number }, undefined];
  hangUp: [{ call: string }, undefined];
  hold: [{ call: string }, { code: number }];
  resume: [{ call: string }, { code: number }];
  refer: [{ call: string; target: string }, ReferAnswer];
  referTo: [{ call: string; other: string; of: string }, ReferAnswer];
  press: [{ call: string; digit: string }, undefined];
  speak: [{ hz: number | undefined }, { at: number }];
  silent: [{ silent: boolean }, undefined];
  mixes: [{ mixes: boolean }, undefined];
  subscribe: [{ target: string; expires: number }, { code: number }];
  message: [{ target: string; body: string }, { code: number }];
  /** Resolves after everything that arrived before has been reported. */
  settle: [undefined, { worstLateMs: number }];
}

export type PhoneOrder = keyof PhoneOrders;

/** Something that happened at a phone, in the order in which it happened. */
export type PhoneEvent =
  | {
      readonly type: "incoming";
      readonly call: string;
      readonly at: number;
      readonly from: { readonly name: string; readonly user: string; readonly uri: string };
      readonly headers: readonly SipHeader[];
    }
  | { readonly type: "ringing"; readonly call: string; readonly at: number; readonly code: number }
  | { readonly type: "answered"; readonly call: string; readonly at: number }
  /** The other side (not this phone) holds or resumes by re-INVITE. */
  | { readonly type: "held" | "resumed"; readonly call: string; readonly at: number }
  /** The other side has sent a digit beside the sound (RFC 4733). */
  | { readonly type: "digit"; readonly call: string; readonly at: number; readonly digit: string }
  | {
      readonly type: "ended";
      readonly call: string;
      readonly at: number;
      readonly by: "here" | "there";
      /** The final answer that ended an attempt; 200 for a call that was up. */
      readonly code: number;
    }
  /** A sipfrag of a transfer's progress (RFC 3515 section 2.4.5), such as `SIP/2.0 200 OK`. */
  | { readonly type: "refer-progress"; readonly call: string; readonly at: number; readonly line: string }
  | {
      readonly type: "message";
      readonly at: number;
      readonly method: "MESSAGE" | "NOTIFY";
      readonly headers: readonly SipHeader[];
      readonly body: string;
    };

export interface OrderMessage {
  readonly id: number;
  readonly phone: string;
  readonly order: PhoneOrder;
  readonly input: unknown;
}

export type ReportMessage =
  | { readonly kind: "ready" }
  | { readonly kind: "done"; readonly id: number; readonly output: unknown }
  | { readonly kind: "failed"; readonly id: number; readonly error: string }
  | { readonly kind: "event"; readonly phone: string; readonly event: PhoneEvent }
  | { readonly kind: "sip"; readonly phone: string; readonly record: SipRecord }
  | { readonly kind: "frames"; readonly phone: string; readonly frames: readonly Frame[] };
