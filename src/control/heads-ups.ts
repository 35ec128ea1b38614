import type { AuditRow, HeadsUp, PersonId, RefusalCode, Supervision, SupervisionId } from "../model/index.js";
import { isOpen, supervisionBy } from "../state/index.js";
import { openHeadsUps } from "../supervision/index.js";
import type { Openings } from "./openings.js";
import type { ControlParts } from "./parts.js";
import type { Press, PressOutcome } from "./press.js";
import type { Record } from "./record.js";

/** How long an agent may take to answer. */
const openForMs = 30_000;
const shown: PressOutcome = { kind: "shown" };

interface Waiting {
  readonly supervision: SupervisionId;
  readonly cancel: () => void;
}

/**
 * A supervisor's word to the agent before they speak, and the agent's answer (R15). It lets nobody hear anybody, so it
 * waits for no row. Kept in memory alone: a restart forgets it.
 */
export class HeadsUps {
  readonly #parts: ControlParts;
  readonly #record: Record;
  readonly #openings: Openings;
  /** By heads-up. */
  readonly #waiting = new Map<string, Waiting>();
  #unsubscribe: () => void = () => {};

  constructor(parts: ControlParts, record: Record, openings: Openings) {
    this.#parts = parts;
    this.#record = record;
    this.#openings = openings;
  }

  start(): void {
    this.#unsubscribe = this.#parts.writer.subscribe(() => this.#look());
  }

  stop(): void {
    this.#unsubscribe();
    for (const { cancel } of this.#waiting.values()) cancel();
    this.#waiting.clear();
  }

  /** Tells the agent; who is hidden is asked first whether to become visible. One at a time is open. */
  async ask(press: Press, anyway: boolean): Promise<PressOutcome> {
    const { writer, clock, newId } = this.#parts;
    const own = supervisionBy(writer.state, press.supervisor);
    if (!own || own.ending) return this.#openings.refuse(press, "not-supervising");
    const refusal = this.#refuses(own);
    if (refusal) return this.#openings.refuse(press, refusal);
    if (isOpen(own.headsUp)) return shown;
    if (own.visibility === "hidden") {
      if (!anyway) return { kind: "ask-anyway", why: "become-visible", mode: "heads-up", leg: own.leg };
      await this.#openings.becomeVisible(press);
    }
    const now = writer.state.supervisions.get(own.id);
    if (!now || now.ending || now.visibility === "hidden" || now.agent !== own.agent || this.#refuses(now))
      return shown;
    const id = newId();
    const cancel = clock.after(openForMs, () => this.#answered(now.id, id, "no-answer"));
    this.#waiting.set(id, { supervision: now.id, cancel });
    writer.take({ type: "heads-up-asked", supervision: now.id, id, expiresAt: clock.now() + openForMs });
    // Its delivery exists once every subscriber has seen it.
    queueMicrotask(() => void this.#watch(now.id, id));
    await this.#record.done(now, "heads-up");
    return shown;
  }

  /** The agent's answer to whoever asked first. */
  answer(agent: PersonId, act: "accept" | "not-now"): Promise<PressOutcome> {
    const [first] = openHeadsUps(this.#parts.writer.state, agent);
    if (first?.headsUp) this.#answered(first.id, first.headsUp.id, act === "accept" ? "accepted" : "not-now");
    return Promise.resolve(shown);
  }

  #refuses({ facts, leg, between }: Supervision): RefusalCode | undefined {
    if (this.#parts.writer.state.pbx !== "ready") return "pbx-away";
    if (between) return "between-agents";
    if (facts?.leg === "held") return "on-hold";
    return facts?.ear === leg ? undefined : "still-connecting";
  }

  async #watch(supervision: SupervisionId, id: string): Promise<void> {
    if (!(await this.#parts.seen(id))) return;
    const now = this.#parts.writer.state.supervisions.get(supervision);
    if (now?.headsUp?.id === id && now.headsUp.answer === "waiting") this.#answered(supervision, id, "seen");
  }

  #answered(supervision: SupervisionId, id: string, answer: Exclude<HeadsUp["answer"], "waiting">): void {
    const now = this.#parts.writer.state.supervisions.get(supervision);
    if (now?.headsUp?.id !== id || !isOpen(now.headsUp)) return;
    this.#write(now, answer === "seen" || answer === "accepted" ? "done" : "failed", answer);
    this.#parts.writer.take({ type: "heads-up-answered", supervision, id, answer });
  }

  /** One that has been overtaken, or whose supervision is over, waits for nothing any more. */
  #look(): void {
    const { writer } = this.#parts;
    for (const [id, { supervision, cancel }] of this.#waiting) {
      const now = writer.state.supervisions.get(supervision);
      if (now?.headsUp?.id === id && isOpen(now.headsUp)) continue;
      cancel();
      this.#waiting.delete(id);
      if (now?.headsUp?.id !== id && now) this.#write(now, "failed", "overtaken");
    }
  }

  #write(own: Supervision, outcome: AuditRow["outcome"], detail: string): void {
    const { supervisor, agent, call, mode, visibility, mic, id } = own;
    const about = { supervisor, agent, call, mode, visibility, mic, supervision: id };
    this.#parts.audit.after({ at: this.#parts.clock.now(), act: "heads-up-answered", outcome, detail, ...about });
  }
}
