import { callsOf, floor, floorCall } from "../../audience/index.js";
import type { CallId, Clock, PersonId, SupervisionId } from "../../model/index.js";
import type { Change, Writer } from "../../state/index.js";
import { type Frame, frame, frameOf } from "./stream.js";

/** A call is told at most so often. */
export const coalesceMs = 50;
/** From so many calls at once on, the whole floor is less work. */
const mostAtOnce = 500;

/** One observer's view of the floor, as it was told last. */
interface FloorView {
  readonly observer: PersonId | undefined;
  readonly told: Map<CallId, string>;
  readonly readers: Set<(news: Frame) => void>;
}

/** Tells each observer the calls that changed. It follows the state only while somebody reads. */
export class FloorFeed {
  readonly #writer: Writer;
  readonly #clock: Clock;
  readonly #views = new Map<PersonId | undefined, FloorView>();
  readonly #dirty = new Set<CallId>();
  /** Where each supervision was drawn last, so that it is taken away there when it moves. */
  readonly #places = new Map<SupervisionId, ReadonlySet<CallId>>();
  #unsubscribe: (() => void) | undefined;
  #cancel: (() => void) | undefined;
  #flushedAt = Number.NEGATIVE_INFINITY;

  constructor(writer: Writer, clock: Clock) {
    this.#writer = writer;
    this.#clock = clock;
  }

  /** The whole floor now; `tell` then gets what changes, until the returned function is called. */
  open(observer: PersonId | undefined, tell: (news: Frame) => void): { readonly whole: Frame; close(): void } {
    if (!this.#unsubscribe) {
      this.#unsubscribe = this.#writer.subscribe((change) => this.#follow(change));
      for (const one of this.#writer.state.supervisions.values())
        this.#places.set(one.id, callsOf(this.#writer.state, one));
    }
    // What others have not been told yet must not reach this reader as something older than the whole.
    this.#flush();
    const view = this.#views.get(observer) ?? { observer, told: new Map(), readers: new Set() };
    this.#views.set(observer, view);
    view.readers.add(tell);
    return {
      whole: this.#whole(view),
      close: () => {
        view.readers.delete(tell);
        if (view.readers.size === 0) this.#views.delete(observer);
        if (this.#views.size === 0) this.stop();
      },
    };
  }

  stop(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
    this.#cancel?.();
    this.#cancel = undefined;
    this.#views.clear();
    this.#dirty.clear();
    this.#places.clear();
  }

  #follow(change: Change): void {
    const { state } = this.#writer;
    for (const call of change.calls) this.#dirty.add(call);
    for (const id of change.supervisions) {
      for (const call of this.#places.get(id) ?? []) this.#dirty.add(call);
      const supervision = state.supervisions.get(id);
      if (!supervision) {
        this.#places.delete(id);
        continue;
      }
      const places = callsOf(state, supervision);
      this.#places.set(id, places);
      for (const call of places) this.#dirty.add(call);
    }
    if (this.#dirty.size === 0 || this.#cancel) return;
    const wait = Math.max(0, this.#flushedAt + coalesceMs - this.#clock.now());
    // Never within the writer's own round: one event of the PBX is often several changes.
    this.#cancel = this.#clock.after(wait, () => this.#flush());
  }

  #flush(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    if (this.#dirty.size === 0) return;
    this.#flushedAt = this.#clock.now();
    const dirty = [...this.#dirty];
    this.#dirty.clear();
    for (const view of this.#views.values()) {
      const news =
        dirty.length > mostAtOnce ? [this.#whole(view)] : dirty.flatMap((call) => this.#changed(view, call) ?? []);
      for (const one of news) for (const tell of view.readers) tell(one);
    }
  }

  #whole({ observer, told }: FloorView): Frame {
    const calls = floor(this.#writer.state, observer);
    told.clear();
    for (const call of calls) told.set(call.id, JSON.stringify(call));
    return frame("floor", `{"type":"floor","calls":[${[...told.values()].join(",")}]}`);
  }

  #changed({ observer, told }: FloorView, id: CallId): Frame | undefined {
    const call = floorCall(this.#writer.state, id, observer);
    if (!call) return told.delete(id) ? frameOf({ type: "call-gone", call: id }) : undefined;
    const json = JSON.stringify(call);
    if (told.get(id) === json) return undefined;
    told.set(id, json);
    return frame("call", `{"type":"call","call":${json}}`);
  }
}
