import type { CallId, LegId, PersonId } from "./ids.js";

/** Milliseconds since 1970 by the gateway's clock. */
export type EpochMs = number;

/** Who is on a leg. Name and number of an external party come from outside and are hostile until rendered. */
export type Party =
  | { readonly kind: "internal"; readonly person: PersonId }
  | { readonly kind: "external"; readonly number: string; readonly name: string };

/** One party's channel at the PBX. */
export interface Leg {
  readonly id: LegId;
  readonly party: Party;
  readonly state: "ringing" | "up";
  /** The party put the others on hold. */
  readonly holding: boolean;
  /**
   * Whether this is beyond doubt the device of its person, as the PBX names the channel's endpoint.
   * Where it is not, Listen only: a mouth on the wrong leg is a leak.
   */
  readonly certain: boolean;
  /**
   * Its device has another leg at the PBX: ringing or held too, on a call that is shown here or not. The phone can join
   * the two by itself in a moment, and pass on what is said to one of them (R18).
   */
  readonly second?: true;
}

export type Direction = "inbound" | "outbound" | "internal";

/**
 * One conversation of two or more legs. It keeps its id while the outside party is there: transferred, in conference,
 * parked or queued again it is the same call, of one leg where nobody is with them any more. earshot's own channels are
 * never a call and never a leg.
 */
export interface Call {
  readonly id: CallId;
  readonly legs: readonly Leg[];
  readonly direction: Direction;
  readonly queue?: string;
  readonly startedAt: EpochMs;
  readonly answeredAt?: EpochMs;
  /** They are alone on it and wait to be taken up, in a queue or parked. */
  readonly waiting?: true;
  /** No supervisor hears it or is heard on it (R20), as the PBX keeps it, or as it is to keep it. */
  readonly private?: { readonly since: EpochMs };
  /** Where the dialplan has its channels now, each context once; only where the PBX has such a thing. */
  readonly contexts?: readonly string[];
  /** By the site's never list: nobody but its parties may know of it. Set where the call enters the state. */
  readonly never?: true;
}

/** A call as one agent has it: the unit of the board. A call between two agents is two of these. */
export interface AgentCall {
  readonly call: Call;
  readonly leg: Leg;
  readonly agent: PersonId;
}
