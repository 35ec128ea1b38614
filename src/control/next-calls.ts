import type { AuditAct, LegId, Mac, PersonId, RefusalCode, Visibility } from "../model/index.js";
import { type Change, personOf, supervisionBy } from "../state/index.js";
import { maySupervise } from "../supervision/index.js";
import type { ControlParts } from "./parts.js";
import type { Press, PressOutcome } from "./press.js";

const awaitedForMs = 30 * 60_000;

interface Waiting {
  readonly press: Omit<Press, "secret">;
  readonly cancel: () => void;
}

/**
 * Begins the next call of an agent for whoever has asked for it (R18), by the same path as a press on it: the same policy,
 * row, telling and ringing phone. Kept in memory alone: a restart of earshot, or of the PBX, forgets it.
 */
export class NextCalls {
  readonly #parts: ControlParts;
  readonly #begin: (press: Press, visibility: Visibility) => Promise<PressOutcome>;
  readonly #waiting = new Map<PersonId, Waiting>();
  #unsubscribe: () => void = () => {};

  /** @param begin as a press of Visible or Hidden does. */
  constructor(parts: ControlParts, begin: (press: Press, visibility: Visibility) => Promise<PressOutcome>) {
    this.#parts = parts;
    this.#begin = begin;
  }

  start(): void {
    this.#unsubscribe = this.#parts.writer.subscribe((change) => this.#look(change));
  }

  stop(): void {
    this.#unsubscribe();
    for (const supervisor of [...this.#waiting.keys()]) this.#forget(supervisor);
  }

  /** From now on the next call of the agent of the supervision that ended last is waited for. */
  ask(press: Press): RefusalCode | undefined {
    const { writer, clock } = this.#parts;
    const { supervisor } = press;
    const person = writer.state.people.get(supervisor);
    if (!person || !maySupervise(person)) return "role-may-not-supervise";
    if (supervisionBy(writer.state, supervisor)) return "already-supervising";
    const ended = writer.state.ended.get(supervisor);
    if (!ended) return "not-supervising";
    const { agent, visibility } = ended.supervision;
    this.#forget(supervisor);
    const cancel = clock.after(awaitedForMs, () => this.#over(supervisor));
    // The PIN that it came with is looked at by now, and for nobody to keep.
    const { secret: _, ...kept } = press;
    this.#waiting.set(supervisor, { press: kept, cancel });
    this.#record("await-call", supervisor, agent);
    const awaited = { agent, visibility, until: clock.now() + awaitedForMs };
    writer.take({ type: "call-awaited", supervisor, awaited });
    this.#tryFor(supervisor);
    return undefined;
  }

  /** Waits for nothing any more, at the supervisor's wish. */
  give(supervisor: PersonId): void {
    const agent = this.#parts.writer.state.awaited.get(supervisor)?.agent;
    if (!agent) return;
    this.#record("leave", supervisor, agent);
    this.#over(supervisor);
  }

  /** Waits for nothing any more at this phone. */
  giveAt(phone: Mac, supervisor: PersonId): void {
    if (this.#waiting.get(supervisor)?.press.phone.mac === phone) this.give(supervisor);
  }

  #look({ people }: Change): void {
    const { state } = this.#parts.writer;
    for (const supervisor of [...this.#waiting.keys()]) {
      const awaited = state.awaited.get(supervisor);
      // Begun by another press, or after a loss of the PBX nobody knows for how long.
      if (!awaited) this.#forget(supervisor);
      else if (state.pbx !== "ready" || !state.people.has(awaited.agent)) this.#over(supervisor);
      else if (people.has(awaited.agent)) this.#tryFor(supervisor);
    }
  }

  #tryFor(supervisor: PersonId): void {
    const { writer } = this.#parts;
    const awaited = writer.state.awaited.get(supervisor);
    const waiting = this.#waiting.get(supervisor);
    const leg = awaited && this.#talkingLeg(awaited.agent);
    if (!waiting || !leg) return;
    this.#forget(supervisor);
    const step = writer.state.steps.get(supervisor) ?? 0;
    const press = { ...waiting.press, act: `listen-${awaited.visibility}` as const, leg, step };
    void this.#begin(press, awaited.visibility).then((outcome) => {
      this.#over(supervisor, outcome.kind === "refused" ? outcome.code : undefined);
    });
  }

  #talkingLeg(agent: PersonId): LegId | undefined {
    const { state } = this.#parts.writer;
    for (const id of state.callsOfPerson.get(agent) ?? []) {
      const call = state.calls.get(id);
      if (call?.never) continue;
      const leg = call?.legs.find((one) => personOf(one.party) === agent && one.state === "up");
      if (call?.answeredAt !== undefined && leg) return leg.id;
    }
    return undefined;
  }

  #over(supervisor: PersonId, code?: RefusalCode): void {
    this.#forget(supervisor);
    if (!this.#parts.writer.state.awaited.has(supervisor)) return;
    this.#parts.writer.take({ type: "not-awaited", supervisor, ...(code && { code }) });
  }

  #forget(supervisor: PersonId): void {
    this.#waiting.get(supervisor)?.cancel();
    this.#waiting.delete(supervisor);
  }

  #record(act: AuditAct, supervisor: PersonId, agent: PersonId): void {
    const { audit, clock } = this.#parts;
    audit.after({ at: clock.now(), act, outcome: "done", supervisor, agent });
  }
}
