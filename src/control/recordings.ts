import type { CallId, LegId } from "../model/index.js";
import type { ControlParts } from "./parts.js";
import { Record } from "./record.js";

/** Between two tries; a recorder that is away for a moment is asked again. */
const againMs = 2_000;
const tries = 3;

interface Wish {
  readonly on: boolean;
  readonly legs: readonly LegId[];
}

/**
 * Pauses the site's own recordings of a private call: those of the PBX, and whatever listens at the site's address (R20).
 * Nothing waits for it; what came of it is on record.
 */
export class Recordings {
  readonly #parts: ControlParts;
  readonly #record: Record;
  readonly #wishes = new Map<CallId, Wish>();
  readonly #underWay = new Set<CallId>();
  #stopped = false;

  constructor(parts: ControlParts) {
    this.#parts = parts;
    this.#record = new Record(parts);
  }

  /** Asks nobody again any more. */
  stop(): void {
    this.#stopped = true;
    this.#wishes.clear();
  }

  /** From now on they are paused, or no more. Of two wishes for one call the newer one is done last. */
  pause(call: CallId, on: boolean): void {
    const { recordings, writer } = this.#parts;
    if (!recordings) return;
    const legs = (writer.state.calls.get(call)?.legs ?? []).map(({ id }) => id);
    this.#wishes.set(call, { on, legs });
    if (this.#underWay.has(call)) return;
    this.#underWay.add(call);
    void this.#work(call).finally(() => this.#underWay.delete(call));
  }

  /** The call is over; so are its recordings. */
  forget(call: CallId): void {
    this.#wishes.delete(call);
  }

  async #work(call: CallId): Promise<void> {
    for (let wish = this.#wishes.get(call); wish; wish = this.#wishes.get(call)) {
      const now = wish;
      const isStill = (): boolean => this.#wishes.get(call) === now;
      const faults = await Promise.all([this.#atPbx(call, now, isStill), this.#atSite(call, now, isStill)]);
      if (this.#stopped) return;
      const fault = faults.filter((one) => one !== undefined).join("; ");
      const act = now.on ? "recording-paused" : "recording-resumed";
      void this.#record.ofCall(call, act, "pbx", fault ? { outcome: "failed", detail: fault } : {});
      if (isStill()) this.#wishes.delete(call);
    }
  }

  /**
   * A PBX that is away for longer is asked again until it is back: it goes on recording meanwhile. @returns why not, where
   * the site wants it and it was not done.
   */
  async #atPbx(call: CallId, { on }: Wish, isStill: () => boolean): Promise<string | undefined> {
    const { recordings, pbx, clock } = this.#parts;
    if (!recordings?.ofPbx) return undefined;
    for (;;) {
      const result = await pbx
        .execute({ type: "pause-recording", call, on })
        .catch((error: unknown) => ({ ok: false as const, code: "pbx-failed" as const, detail: String(error) }));
      if (result.ok) return undefined;
      if (result.code !== "pbx-away" || !isStill()) return `the PBX: ${result.detail}`;
      await new Promise<void>((resolve) => clock.after(againMs, resolve));
      if (!isStill()) return `the PBX: ${result.detail}`;
    }
  }

  async #atSite(call: CallId, { on, legs }: Wish, isStill: () => boolean): Promise<string | undefined> {
    const { recordings, clock } = this.#parts;
    if (!recordings?.hook) return undefined;
    for (let count = 1; ; count += 1) {
      const why = await recordings.hook.tell({ call, legs, private: on, at: clock.now() });
      if (why === undefined) return undefined;
      if (count === tries || !isStill()) return `the recorder: ${why}`;
      await new Promise<void>((resolve) => clock.after(againMs, resolve));
    }
  }
}
