import type { CallId, EpochMs, Leg, LegId, PersonId } from "../../model/index.js";
import type { CallChange } from "./board-entry.js";
import type { Conversation } from "./conversation.js";

/** The PBX around a conversation. */
export interface Surroundings {
  now(): EpochMs;
  report(change: CallChange): void;
  /** Who sends sound has changed. */
  sounds(): void;
  silence(leg: LegId, silent: boolean): void;
  /** This agent's phone sends this leg to somebody else of the house. */
  transferring(leg: LegId, by: PersonId, to: PersonId): void;
  /** Whether this leg's phone has another one. */
  second(leg: Leg): boolean;
  /** This leg's phone has another one where no call is, or has it no longer. */
  elsewhere(leg: LegId, there: boolean): void;
  find(call: CallId): Conversation | undefined;
  over(conversation: Conversation): void;
}
