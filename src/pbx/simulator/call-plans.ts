import type { PersonId } from "../../model/index.js";
import type { CallPlan, Media } from "./call-handle.js";

/** Somebody outside, as their call shows them. */
interface Outside {
  readonly number: string;
  readonly name: string;
}

/** A customer's call for an agent. */
export interface IncomingCall extends Outside {
  readonly to: PersonId;
  readonly queue?: string;
  readonly context?: string;
  /** False: the agent's leg is not known beyond doubt. */
  readonly certain?: boolean;
  readonly media?: Media;
}

/** A customer calls an agent, directly or by a queue. */
export function incomingCall({ to, number, name, queue, context, certain, media }: IncomingCall): CallPlan {
  return {
    direction: "inbound",
    caller: { kind: "external", number, name },
    callee: { kind: "internal", person: to },
    ...(queue === undefined ? {} : { queue }),
    ...(context === undefined ? {} : { context }),
    ...(certain === undefined ? {} : { certain }),
    ...(media === undefined ? {} : { media }),
  };
}

/** An agent calls a customer. */
export function outgoingCall(from: PersonId, { number, name }: Outside): CallPlan {
  return {
    direction: "outbound",
    caller: { kind: "internal", person: from },
    callee: { kind: "external", number, name },
  };
}

/** One agent calls another. */
export function internalCall(from: PersonId, to: PersonId): CallPlan {
  return {
    direction: "internal",
    caller: { kind: "internal", person: from },
    callee: { kind: "internal", person: to },
  };
}
