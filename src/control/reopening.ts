import type { Supervision, SupervisionId } from "../model/index.js";
import { isOfPrivate } from "../supervision/index.js";
import type { ControlParts } from "./parts.js";
import { Record } from "./record.js";

/** Between two tries to have its row written. */
const againMs = 1_000;

/**
 * Lets a supervision hear a call again that was private and is no more (R20): an opening of its own, which waits for its
 * durable row. Without one it stays cut, and it is tried again.
 */
export class Reopening {
  readonly #parts: ControlParts;
  readonly #record: Record;
  readonly #attend: (id: SupervisionId) => void;
  readonly #underWay = new Set<SupervisionId>();
  #stopped = false;

  /** @param attend looks at a supervision anew. */
  constructor(parts: ControlParts, attend: (id: SupervisionId) => void) {
    this.#parts = parts;
    this.#record = new Record(parts);
    this.#attend = attend;
  }

  /** Lets nobody hear anything again any more. */
  stop(): void {
    this.#stopped = true;
  }

  /** After every event that may concern this supervision, while it is cut and its call is not private. */
  attend({ id, supervisor, leg, visibility }: Supervision): void {
    if (this.#underWay.has(id) || this.#stopped) return;
    this.#underWay.add(id);
    const row = { mode: "listen", visibility, mic: "muted", supervision: id } as const;
    void this.#record.allowed({ supervisor, leg }, "private-over", row).then((recorded) => {
      if (recorded === "late") {
        this.#parts.clock.after(againMs, () => this.#again(id));
        return;
      }
      if (recorded === "written") this.#open(id);
      this.#again(id);
    });
  }

  #open(id: SupervisionId): void {
    const { writer } = this.#parts;
    const now = writer.state.supervisions.get(id);
    if (!now?.private || now.ending || this.#stopped) return;
    if (isOfPrivate(writer.state, now)) this.#record.withdrawn(now, "private-over");
    else writer.take({ type: "private-over", supervision: id });
  }

  #again(id: SupervisionId): void {
    this.#underWay.delete(id);
    if (!this.#stopped) this.#attend(id);
  }
}
