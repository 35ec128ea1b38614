import type { ActionResult, PersonId, SupervisionId } from "../model/index.js";
import { type Change, supervisionBy } from "../state/index.js";
import type { ControlParts } from "./parts.js";

/** Between two tries while the PBX does not take the wish, as without its login. */
const againMs = 2_000;

type Wish = { readonly kind: "pause"; readonly person: PersonId } | { readonly kind: "lift" };

/**
 * Keeps queues from ringing whoever supervises (R14). It is asked at the moment at which the supervisor's phone is, on a
 * way of its own: nothing waits for it, and nothing is refused because of it. Wishes are done one after another, again
 * and again until the PBX has taken them. A pause is asked once for each supervision, never for one that was adopted: who
 * takes up calls again by hand is left to it. At the start what an earlier run has left is lifted.
 */
export class Routing {
  readonly #parts: Pick<ControlParts, "writer" | "pbx" | "clock" | "log">;
  /** Everybody whose supervision began here and whose pause the PBX has not taken yet. */
  readonly #toPause = new Set<PersonId>();
  readonly #seen = new Set<SupervisionId>();
  #toLift = true;
  #working = false;
  #stopped = true;
  #said = "";
  #cancel: () => void = () => {};
  #unsubscribe: () => void = () => {};

  constructor(parts: Pick<ControlParts, "writer" | "pbx" | "clock" | "log">) {
    this.#parts = parts;
  }

  start(): void {
    if (!this.#parts.pbx.routing) return;
    this.#stopped = false;
    // Those of an earlier run were paused by it; who has gone back to the queues since then did so by hand.
    for (const id of this.#parts.writer.state.supervisions.keys()) this.#seen.add(id);
    this.#unsubscribe = this.#parts.writer.subscribe((change) => this.#look(change));
  }

  /** Asks for nothing any more. Whoever supervises stays paused for the next run. */
  stop(): void {
    this.#stopped = true;
    this.#unsubscribe();
    this.#cancel();
  }

  #look({ supervisions, ended }: Change): void {
    const { state } = this.#parts.writer;
    for (const id of supervisions) {
      const now = state.supervisions.get(id);
      if (!now || this.#seen.has(id)) continue;
      this.#seen.add(id);
      this.#toPause.add(now.supervisor);
    }
    for (const { supervision } of ended) {
      this.#seen.delete(supervision.id);
      this.#toPause.delete(supervision.supervisor);
      this.#toLift = true;
    }
    void this.#work();
  }

  async #work(): Promise<void> {
    if (this.#working) return;
    this.#working = true;
    this.#cancel();
    for (let wish = this.#next(); wish; wish = this.#next()) {
      // The wish is taken before it is asked, so that one which comes meanwhile is asked after it.
      this.#take(wish, true);
      const result = await this.#ask(wish);
      if (result.ok) {
        this.#said = "";
        continue;
      }
      this.#take(wish, false);
      this.#sayOnce(result);
      this.#cancel = this.#parts.clock.after(againMs, () => void this.#work());
      break;
    }
    this.#working = false;
  }

  #next(): Wish | undefined {
    // What the PBX has of an earlier run is not known before its first snapshot.
    if (this.#stopped || this.#parts.writer.state.pbx !== "ready") return undefined;
    const [person] = this.#toPause;
    if (person) return { kind: "pause", person };
    return this.#toLift ? { kind: "lift" } : undefined;
  }

  #take(wish: Wish, taken: boolean): void {
    if (wish.kind === "lift") this.#toLift = !taken;
    else if (taken) this.#toPause.delete(wish.person);
    else if (this.#supervises(wish.person)) this.#toPause.add(wish.person);
  }

  async #ask(wish: Wish): Promise<ActionResult> {
    const { pbx, log } = this.#parts;
    const { routing } = pbx;
    if (!routing) return { ok: true };
    try {
      return wish.kind === "pause"
        ? await routing.pause(wish.person)
        : await routing.lift((person) => !this.#supervises(person));
    } catch (error) {
      log.error({ error: String(error) }, "the PBX adapter broke");
      return { ok: false, code: "pbx-failed", detail: String(error) };
    }
  }

  #supervises(person: PersonId): boolean {
    return supervisionBy(this.#parts.writer.state, person) !== undefined;
  }

  #sayOnce({ detail }: ActionResult & { ok: false }): void {
    if (this.#said !== detail) this.#parts.log.warn({ detail }, "queues may ring supervisors, or not ring who is back");
    this.#said = detail;
  }
}
