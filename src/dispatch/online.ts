import type { Bus } from "../model/index.js";
import type { Writer } from "../state/index.js";

export interface OnlineParts {
  readonly writer: Writer;
  readonly bus: Pick<Bus, "start">;
  /** Whoever keeps retained topics true. */
  readonly topics: readonly { publishAll(): void }[];
}

/**
 * Starts the bus once the PBX has told its calls: online means that what is retained is true. A wish for help that comes
 * over it is an event from then on.
 */
export function goOnline({ writer, bus, topics }: OnlineParts): void {
  const forget = writer.subscribe(() => {
    if (writer.state.pbx !== "ready") return;
    forget();
    void bus.start(
      () => {
        for (const one of topics) one.publishAll();
      },
      (person, raised) => writer.take({ type: "help-asked", person, raised }),
    );
  });
}
