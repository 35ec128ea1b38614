import { type Signal, signal } from "@preact/signals";
import type { Handset } from "../../model/desk.js";
import type { YealinkDocument } from "./document.js";
import { get, type Refresh, type Reply } from "./get.js";
import { erased, type KeypadKey, otherMode, sendUrl, type Typing, tapped, typingOn, written } from "./typing.js";

/** What the screen shows. */
export interface Shown {
  readonly document: YealinkDocument | undefined;
  /** The highlighted row, counted from 0. */
  readonly row: number;
  /** On a page to type on. */
  readonly typing: Typing | undefined;
  /** A key was pressed and its reply is not there yet. */
  readonly loading: boolean;
  /** What a developer must see: the last document was not one that a phone takes. */
  readonly complaints: readonly string[];
  /** The gateway gave no reply at all. */
  readonly unanswered: boolean;
  /** The phone's own call screen lies over the page. */
  readonly covered: boolean;
}

const blank: Shown = {
  document: undefined,
  row: 0,
  typing: undefined,
  loading: false,
  complaints: [],
  unanswered: false,
  covered: false,
};
/** A state URL that was not answered is asked again after this long. */
const againMs = 2_000;

/** A phone as it behaves: it opens, presses and refreshes what the documents offer. `stop` ends its timers. */
export class DrawnPhone {
  readonly shown: Signal<Shown> = signal(blank);
  readonly #launcher: string;
  #handset: Handset["state"] = "idle";
  #refresh: Refresh | undefined;
  #timers: ReturnType<typeof setTimeout>[] = [];
  #asking: AbortController | undefined;

  constructor(launcher: string) {
    this.#launcher = launcher;
  }

  /** The launcher key: the page is on top again, whatever the handset does. */
  open(): void {
    this.#show({ covered: false });
    void this.#get(this.#launcher, "press");
  }

  /** The softkey at that place, from 1. */
  softkey(index: number): void {
    const { document } = this.shown.value;
    const uri = document?.keys.find((key) => key.index === index)?.uri;
    if (uri === undefined) return;
    if (uri === "SoftKey:Exit") this.close();
    else if (uri === "SoftKey:Select" || uri === "SoftKey:Submit") this.ok();
    else if (uri === "SoftKey:BackSpace") this.erase();
    else if (uri === "SoftKey:ChangeMode") this.#typed(otherMode);
    else if (!uri.startsWith("SoftKey:")) void this.#get(this.#withSelection(uri), "press");
  }

  /** Moves the highlight; at an end it stays. */
  move(rows: number): void {
    this.select(this.shown.value.row + rows);
  }

  /** Highlights a row, counted from 0. */
  select(row: number): void {
    const count = this.shown.value.document?.items.length ?? 0;
    if (count > 0) this.#show({ row: Math.min(Math.max(0, row), count - 1) });
  }

  /** A key of the keypad types, or chooses a row of a list: 1 the first, 0 the tenth. */
  dial(key: KeypadKey): void {
    if (this.shown.value.typing) this.#typed((typing) => tapped(typing, key, Date.now()));
    else if (key >= "0" && key <= "9") this.select(key === "0" ? 9 : Number(key) - 1);
  }

  /** The field's whole text, as a keyboard has left it. */
  write(text: string): void {
    this.#typed((typing) => written(typing, text));
  }

  /** Takes the last character back. */
  erase(): void {
    this.#typed(erased);
  }

  /** OK: the highlighted row's URL, doneAction, or what was typed is sent. */
  ok(): void {
    const { document, row, typing } = this.shown.value;
    if (document?.kind === "input") {
      if (typing) void this.#get(sendUrl(document, typing), "press", document.url);
      return;
    }
    const url = document?.kind === "menu" ? document.items[row]?.uri : document?.doneAction;
    if (url !== undefined) void this.#get(url, "press");
  }

  /** Back: cancelAction; without one the page closes. */
  back(): void {
    const url = this.shown.value.document?.cancelAction;
    if (url === undefined) this.close();
    else void this.#get(url, "press");
  }

  /** Leaves the application. */
  close(): void {
    this.stop();
    this.shown.value = blank;
  }

  /** A call covers the page when it begins, and is gone from the screen when it ends. */
  handset(state: Handset["state"]): void {
    const before = this.#handset;
    this.#handset = state;
    if (before === "idle" && state !== "idle") this.#show({ covered: true });
    if (state === "idle") this.#show({ covered: false });
  }

  /** The gateway is there again: what is shown may have become untrue meanwhile. */
  reconnected(): void {
    if (this.shown.value.document && this.#refresh) void this.#get(this.#refresh.url, "refresh");
  }

  stop(): void {
    this.#asking?.abort();
    this.#asking = undefined;
    this.#refresh = undefined;
    this.#clearTimers();
  }

  /** @param served what a document had of this URL. */
  async #get(url: string, why: "press" | "refresh", served = url): Promise<void> {
    this.#asking?.abort();
    const asking = new AbortController();
    this.#asking = asking;
    this.#clearTimers();
    if (why === "press") this.#show({ loading: true });
    try {
      const reply = await get(url, asking.signal, served);
      if (!asking.signal.aborted) this.#take(reply, why);
    } catch {
      if (asking.signal.aborted) return;
      this.#show({ loading: false, unanswered: true });
      // Only what shows a state is asked again by itself: a press is the user's to repeat.
      const again = why === "refresh" ? url : this.#refresh?.url;
      if (again !== undefined) this.#after(againMs, () => void this.#get(again, "refresh"));
    }
  }

  #take({ document, refresh, complaints }: Reply, why: "press" | "refresh"): void {
    const before = this.shown.value;
    const first = (document?.defaultIndex ?? 1) - 1;
    const last = Math.max(0, (document?.items.length ?? 1) - 1);
    // The document says which row begins; a list that only moved on keeps the reader's place.
    const row = why === "refresh" ? this.#sameRow(before, document) : first;
    const at = Math.min(Math.max(0, row), last);
    this.#show({ document, complaints, row: at, typing: typingOn(document), loading: false, unanswered: false });
    this.#refresh = refresh;
    if (refresh) this.#after(refresh.seconds * 1000, () => void this.#get(refresh.url, "refresh"));
    if (document && document.timeout > 0) this.#after(document.timeout * 1000, () => this.close());
  }

  #sameRow(before: Shown, document: YealinkDocument | undefined): number {
    const selection = before.document?.items[before.row]?.selection;
    const same = document?.items.findIndex((item) => selection !== undefined && item.selection === selection) ?? -1;
    return same === -1 ? before.row : same;
  }

  #withSelection(url: string): string {
    const { document, row } = this.shown.value;
    const selection = document?.kind === "menu" ? document.items[row]?.selection : undefined;
    return selection === undefined ? url : `${url}${url.includes("?") ? "&" : "?"}selection=${selection}`;
  }

  #typed(change: (typing: Typing) => Typing): void {
    const { typing } = this.shown.value;
    if (typing) this.#show({ typing: change(typing) });
  }

  #show(change: Partial<Shown>): void {
    this.shown.value = { ...this.shown.value, ...change };
  }

  #after(ms: number, act: () => void): void {
    this.#timers.push(setTimeout(act, ms));
  }

  #clearTimers(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers = [];
  }
}
