import type { ActionResult, PbxStanding, SupervisionId } from "../model/index.js";
import type { Step } from "../supervision/index.js";
import type { Executions } from "./executions.js";
import type { ControlParts } from "./parts.js";

/** Between two tries of what was not done. */
const againMs = 1_000;

/**
 * Steps that let somebody hear less. They are asked at once, each once at a time, and again where they were not done; what
 * the PBX has done and cannot tell us of is asked again only now and then.
 */
export class Closings {
  readonly #parts: Pick<ControlParts, "writer" | "clock" | "log">;
  readonly #executions: Executions;
  readonly #attend: (id: SupervisionId) => void;
  readonly #underWay = new Map<SupervisionId, Set<Step["type"]>>();
  /** What the PBX answered with yes, and the facts it was asked at: they may be the last we hear for a while. */
  readonly #done = new Map<SupervisionId, { readonly step: Step["type"]; readonly facts: unknown }>();

  /** @param attend looks at a supervision anew. */
  constructor(
    parts: Pick<ControlParts, "writer" | "clock" | "log">,
    executions: Executions,
    attend: (id: SupervisionId) => void,
  ) {
    this.#parts = parts;
    this.#executions = executions;
    this.#attend = attend;
  }

  /** Whether something of this supervision is being closed. */
  has(id: SupervisionId): boolean {
    return this.#underWay.has(id);
  }

  forget(id: SupervisionId): void {
    this.#underWay.delete(id);
    this.forgetDone(id);
  }

  /** What was closed before says nothing of what is opened from now on. */
  forgetDone(id: SupervisionId): void {
    this.#done.delete(id);
  }

  close(id: SupervisionId, step: Step): void {
    const underWay = this.#underWay.get(id) ?? new Set();
    if (underWay.has(step.type) || this.#isDone(id, step)) return;
    underWay.add(step.type);
    this.#underWay.set(id, underWay);
    const { writer } = this.#parts;
    const askedAt = writer.state.pbx;
    void this.#executions.execute(step).then((result) => {
      underWay.delete(step.type);
      if (underWay.size === 0) this.#underWay.delete(id);
      if (!result.ok) {
        this.#notClosed(id, step, askedAt, result);
        return;
      }
      if (step.type === "close-mouth") writer.take({ type: "mouth-under-way", supervision: id });
      if (step.type === "end") writer.take({ type: "facts-ended", supervision: id, ending: step.ending });
      else this.#waitForFacts(id, step);
      this.#attend(id);
    });
  }

  #isDone(id: SupervisionId, step: Step): boolean {
    const done = this.#done.get(id);
    return done?.step === step.type && done.facts === this.#parts.writer.state.supervisions.get(id)?.facts;
  }

  #waitForFacts(id: SupervisionId, { type }: Step): void {
    const now = this.#parts.writer.state.supervisions.get(id);
    if (!now) return;
    const done = { step: type, facts: now.facts };
    this.#done.set(id, done);
    this.#parts.clock.after(againMs, () => {
      if (this.#done.get(id) === done) this.#done.delete(id);
      this.#attend(id);
    });
  }

  #notClosed(id: SupervisionId, step: Step, askedAt: PbxStanding, result: ActionResult & { ok: false }): void {
    const { writer, clock, log } = this.#parts;
    const { code, detail } = result;
    const now = writer.state.supervisions.get(id);
    if (!now) return;
    log.warn({ supervision: id, step: step.type, code, detail }, "the PBX did not close what was asked");
    const away = writer.state.pbx !== "ready";
    if (!away && askedAt !== "ready") {
      // Asked into a connection that was lost: the one that is there now has not been asked yet.
      this.#attend(id);
      return;
    }
    if (step.type !== "end" && !away) {
      writer.take({ type: "ending-asked", supervision: id, ending: "pbx-failed" });
      return;
    }
    // The snapshot after a reconnect has everything looked at again; until then no event may come.
    clock.after(againMs, () => this.#attend(id));
  }
}
