import type { ActionResult, PbxAction } from "../model/index.js";
import { atMost } from "./at-most.js";
import type { ControlParts } from "./parts.js";

/** A PBX that has not answered by then has not done it. */
const executeWithinMs = 10_000;
/** What is under way at a stop is waited for so long. */
const finishWithinMs = 2_000;

/** What the PBX is asked to do for supervisions, and has not answered yet. */
export class Executions {
  readonly #parts: Pick<ControlParts, "pbx" | "clock" | "log">;
  readonly #underWay = new Set<Promise<ActionResult>>();

  constructor(parts: Pick<ControlParts, "pbx" | "clock" | "log">) {
    this.#parts = parts;
  }

  /** Asks the PBX. Never rejects, and answers in ten seconds. */
  async execute(action: PbxAction): Promise<ActionResult> {
    const { pbx, clock, log } = this.#parts;
    const late: ActionResult = { ok: false, code: "pbx-failed", detail: "the PBX adapter did not answer in time" };
    const execution = atMost(clock, executeWithinMs, pbx.execute(action), late);
    this.#underWay.add(execution);
    try {
      return await execution;
    } catch (error) {
      log.error({ error, action: action.type }, "the PBX adapter broke");
      return { ok: false, code: "pbx-failed", detail: String(error) };
    } finally {
      this.#underWay.delete(execution);
    }
  }

  /** Waits shortly until the PBX has done what it was asked: nothing that closes is left undone. */
  async finish(): Promise<void> {
    await atMost(this.#parts.clock, finishWithinMs, Promise.allSettled(this.#underWay), []);
  }
}
