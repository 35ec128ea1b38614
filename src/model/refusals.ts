/**
 * Every reason for which a press is refused, with the HTTP status an API would give. Phones always get 200 and the
 * sentence of that code (texts: `refusal.<code>`).
 */
export const refusals = {
  "role-may-not-supervise": 403,
  "team-not-yours": 403,
  "own-call": 403,
  "hidden-forbidden": 403,
  "supervision-forbidden": 403,
  "never-supervised": 403,
  "busy-yourself": 409,
  "pin-wrong": 403,
  "pin-not-set": 403,
  "pin-locked": 403,
  "pin-needed": 403,
  "call-gone": 410,
  "call-private": 409,
  "call-not-answered": 409,
  "leg-uncertain": 409,
  "direct-media": 409,
  "native-media": 409,
  "trace-uncertain": 409,
  "not-supervising": 409,
  "already-supervising": 409,
  "mode-has-no-mic": 409,
  "second-leg": 409,
  "between-agents": 409,
  "on-hold": 409,
  "still-connecting": 409,
  "still-closing": 409,
  "hide-only-in-listen": 409,
  "too-many-supervisors": 409,
  "take-over-not-allowed": 403,
  "take-over-missing": 409,
  "more-than-two": 409,
  "already-handing-over": 409,
  "not-answered": 409,
  "record-unavailable": 503,
  "pbx-away": 503,
  "phone-not-registered": 409,
  "phone-not-certain": 409,
  "no-phone-chosen": 409,
  "pbx-failed": 502,
  stopping: 503,
} as const;

export type RefusalCode = keyof typeof refusals;

/** A refusal is a value: pages turn it into a sentence, the audit keeps the code. */
export interface Refusal {
  readonly code: RefusalCode;
}
