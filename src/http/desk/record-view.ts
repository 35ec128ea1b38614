import { callsOf, isOnCall } from "../../audience/index.js";
import { type AuditAct, type AuditEntry, type PersonId, parseCallId, parseSupervisionId } from "../../model/index.js";
import type { State } from "../../state/index.js";

/** Rows that one observer waits for, at most: the record itself has them all. */
const mostHeld = 200;

/** What says that somebody waits for an agent's next call, or no longer. */
const ofAwaited: ReadonlySet<AuditAct> = new Set(["await-call", "leave"]);

/**
 * The record as one observer may read it now: what is about a call that they are a party to comes after the call, for a
 * hidden supervision may be in it (R12). So does what says that somebody waits for their next one.
 */
export class RecordView {
  readonly #observer: PersonId | undefined;
  readonly #held: AuditEntry[] = [];

  constructor(observer: PersonId | undefined) {
    this.#observer = observer;
  }

  /** The rows that may be told; the others are kept. */
  take(state: State, rows: readonly AuditEntry[]): readonly AuditEntry[] {
    if (this.#observer === undefined) return rows;
    const told: AuditEntry[] = [];
    for (const row of rows) {
      if (this.#mustWait(state, row)) this.#held.push(row);
      else told.push(row);
    }
    this.#held.splice(0, Math.max(0, this.#held.length - mostHeld));
    return told;
  }

  /** What was kept and may be told now. */
  release(state: State): readonly AuditEntry[] {
    return this.#held.length === 0 ? [] : this.take(state, this.#held.splice(0));
  }

  #mustWait(state: State, row: AuditEntry): boolean {
    const observer = this.#observer;
    if (observer === undefined) return false;
    if (isOfNextCall(row, observer) && !hasBeenOnCallSince(state, row, observer)) return true;
    if (!state.callsOfPerson.has(observer)) return false;
    // A transfer may have given the call another name: while they talk, nothing about them and nothing kept is told.
    if (row.agent === observer || this.#held.some((held) => held.supervision === row.supervision)) return true;
    const call = parseCallId(row.call ?? "");
    if (call && isOnCall(state, call, observer)) return true;
    const id = parseSupervisionId(row.supervision ?? "");
    const supervision = id && state.supervisions.get(id);
    return !!supervision && [...callsOf(state, supervision)].some((place) => isOnCall(state, place, observer));
  }
}

function isOfNextCall({ act, agent, supervision }: AuditEntry, observer: PersonId): boolean {
  return agent === observer && supervision === undefined && ofAwaited.has(act);
}

/** While somebody still waits, the call that is over was not the one. */
function hasBeenOnCallSince(state: State, row: AuditEntry, observer: PersonId): boolean {
  const waits = [...state.awaited.values()].some(({ agent }) => agent === observer);
  return !waits && !state.callsOfPerson.has(observer) && (state.idleSince.get(observer) ?? 0) > row.at;
}
