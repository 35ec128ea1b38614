import type { SupervisionId } from "../model/index.js";
import type { Executions } from "./executions.js";
import type { ControlParts } from "./parts.js";

/** Between two tries to end one. */
const againMs = 1_000;

/** Supervisions that the PBX has and nobody here knows: each is ended, and that is on record once. */
export class Strangers {
  readonly #parts: ControlParts;
  readonly #executions: Executions;
  readonly #ending = new Set<SupervisionId>();
  #closedBefore: ReadonlySet<SupervisionId> = new Set();

  constructor(parts: ControlParts, executions: Executions) {
    this.#parts = parts;
    this.#executions = executions;
  }

  /** @param closed supervisions of an earlier run that the record has an end of already. */
  start(closed: ReadonlySet<SupervisionId>): void {
    this.#closedBefore = closed;
  }

  end(id: SupervisionId): void {
    if (this.#ending.has(id)) return;
    this.#ending.add(id);
    const { audit, clock, log, writer } = this.#parts;
    log.warn({ supervision: id }, "the PBX has a supervision that nobody here knows; it is ended");
    const row = { at: clock.now(), act: "ended", supervisor: "unknown", supervision: id, ending: "lost" } as const;
    void this.#executions.execute({ type: "end", supervision: id, ending: "lost" }).then((result) => {
      this.#ending.delete(id);
      if (!this.#closedBefore.has(id)) audit.after({ ...row, outcome: result.ok ? "ended" : "failed" });
      if (!result.ok && writer.state.pbx === "ready") clock.after(againMs, () => this.end(id));
    });
  }
}
