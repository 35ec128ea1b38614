import type { RefusalCode, Supervision, SupervisionId } from "../model/index.js";
import { type Course, courseOf, mayBeHeard, type Place } from "../supervision/index.js";
import type { ControlParts } from "./parts.js";
import { Record } from "./record.js";
import { traceOn } from "./traces.js";

/** A call that has left its agent for a place nobody knows is looked for so long. */
const unknownForMs = 12_000;
/** Between two looks at a leg that was answered a moment ago: the PBX may not have put the two together yet. */
const lookAgainMs = 200;
const looks = 10;

/**
 * Follows a call to whoever has it next (R18). Hearing them is an opening of its own: it waits until nothing is heard of
 * the agent before, until Hidden leaves no trace there, and for its durable row.
 */
export class Following {
  readonly #parts: ControlParts;
  readonly #record: Record;
  readonly #attend: (id: SupervisionId) => void;
  readonly #underWay = new Set<SupervisionId>();
  readonly #waiting = new Map<SupervisionId, () => void>();
  #stopped = false;

  /** @param attend looks at a supervision anew. */
  constructor(parts: ControlParts, attend: (id: SupervisionId) => void) {
    this.#parts = parts;
    this.#record = new Record(parts);
    this.#attend = attend;
  }

  /** Follows nothing any more. */
  stop(): void {
    this.#stopped = true;
    for (const id of [...this.#waiting.keys()]) this.forget(id);
  }

  forget(id: SupervisionId): void {
    this.#waiting.get(id)?.();
    this.#waiting.delete(id);
  }

  /** After every event that may concern this supervision. */
  attend(supervision: Supervision, course: Course): void {
    const { id, between, facts } = supervision;
    const lost = course.kind === "waits" && !course.known;
    if (!lost) this.forget(id);
    if (!between || this.#stopped) return;
    if (lost) this.#lookFor(id);
    const quiet = facts?.ear === undefined && !mayBeHeard(supervision);
    if (course.kind === "moves" && quiet && !this.#underWay.has(id)) {
      this.#underWay.add(id);
      void this.#move(supervision, course.to).finally(() => {
        this.#underWay.delete(id);
        this.#attend(id);
      });
    }
  }

  #lookFor(id: SupervisionId): void {
    if (this.#waiting.has(id)) return;
    const { clock, pbx, writer, log } = this.#parts;
    const cancel = clock.after(unknownForMs, async () => {
      // No event tells that a caller waits in a queue where nobody is free.
      await pbx.snapshot().catch((error: unknown) => log.error({ error: String(error) }, "the PBX adapter broke"));
      const now = this.#now(id);
      const course = now && this.#courseOf(now);
      if (this.#waiting.get(id) !== cancel) return;
      this.forget(id);
      if (course?.kind !== "waits" || course.known) return;
      writer.take({ type: "ending-asked", supervision: id, ending: "no-agent" });
    });
    this.#waiting.set(id, cancel);
  }

  async #move(supervision: Supervision, to: Place): Promise<void> {
    const { writer } = this.#parts;
    const { id, visibility } = supervision;
    const shows = visibility === "hidden" ? await this.#traceOn(id, to) : undefined;
    if (!this.#isStill(id, to)) return;
    if (shows) {
      writer.take({ type: "ending-asked", supervision: id, ending: "would-show" });
      // Asking for the end takes away what was said before.
      writer.take({ type: "trouble", supervision: id, code: shows });
      return;
    }
    const about = { supervisor: supervision.supervisor, leg: to.leg };
    const row = { mode: "listen", visibility, mic: "muted", supervision: id, leg: to.leg } as const;
    const recorded = await this.#record.allowed(about, "followed", row);
    if (recorded === "void") return;
    const now = this.#now(id);
    if (recorded === "late") {
      if (now) writer.take({ type: "ending-asked", supervision: id, ending: "not-recorded" });
      return;
    }
    if (this.#isStill(id, to)) writer.take({ type: "followed", supervision: id, ...to });
    else if (now) this.#record.withdrawn(now, "followed");
  }

  async #traceOn(id: SupervisionId, to: Place): Promise<RefusalCode | undefined> {
    for (let look = 1; ; look += 1) {
      const code = await traceOn(this.#parts, to.leg);
      if (code !== "trace-uncertain" || look === looks || !this.#isStill(id, to)) return code;
      await new Promise<void>((resolve) => this.#parts.clock.after(lookAgainMs, resolve));
    }
  }

  /** The supervision, while there is anything to follow with. */
  #now(id: SupervisionId): Supervision | undefined {
    const now = this.#parts.writer.state.supervisions.get(id);
    return now && !now.ending && !this.#stopped ? now : undefined;
  }

  #isStill(id: SupervisionId, to: Place): boolean {
    const now = this.#now(id);
    const course = now?.between && this.#courseOf(now);
    return !!course && course.kind === "moves" && course.to.leg === to.leg && course.to.agent === to.agent;
  }

  #courseOf(supervision: Supervision): Course {
    return courseOf(this.#parts.writer.state, this.#parts.policy, supervision);
  }
}
