import type { Clock, PersonId, SupervisionId } from "../model/index.js";
import type { State, Writer } from "../state/index.js";
import { mayBeHeard } from "../supervision/index.js";

/** After its row a press waits so long for the PBX, then what is true is answered: within a second in all. */
const answerWithinMs = 500;

/** How a press waits for what it has asked. */
export class Answering {
  readonly #writer: Writer;
  readonly #clock: Clock;

  constructor(writer: Writer, clock: Clock) {
    this.#writer = writer;
    this.#clock = clock;
  }

  /** Until it holds, and no longer than an answer may take. */
  until(holds: () => boolean, withinMs = answerWithinMs): Promise<void> {
    if (holds()) return Promise.resolve();
    return new Promise((resolve) => {
      const finish = (): void => {
        cancel();
        unsubscribe();
        resolve();
      };
      const cancel = this.#clock.after(withinMs, finish);
      const unsubscribe = this.#writer.subscribe(() => {
        if (holds()) finish();
      });
    });
  }
}

/** The step that a press of this supervisor must carry to count. */
export function stepOf(state: State, supervisor: PersonId): number {
  return state.steps.get(supervisor) ?? 0;
}

/** Nobody hears this supervisor, nor can any moment now. */
export function isQuiet(state: State, id: SupervisionId): boolean {
  const now = state.supervisions.get(id);
  return !now || !mayBeHeard(now);
}
