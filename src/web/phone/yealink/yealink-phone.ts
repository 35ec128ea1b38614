import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Handset } from "../../../model/desk.js";
import type { Machine, PageSeen } from "../form.js";
import { PageLoop, type Why } from "../page-loop.js";
import { erased, type KeypadKey, otherMode, type Typing, tapped, written } from "../typing.js";
import type { YealinkDocument } from "./document.js";
import { sendUrl, typingOn } from "./input.js";
import { checkRequest, readReply } from "./reply.js";

/** What the screen shows of a page. */
export interface Shown {
  readonly document: YealinkDocument | undefined;
  /** The highlighted row, counted from 0. */
  readonly row: number;
  /** On a page to type on. */
  readonly typing: Typing | undefined;
}

const blank: Shown = { document: undefined, row: 0, typing: undefined };

/** A Yealink as it behaves: it opens, presses and refreshes what its documents offer. */
export class YealinkPhone implements Machine {
  readonly shown: Signal<Shown> = signal(blank);
  readonly seen: ReadonlySignal<PageSeen | undefined> = computed(() => seenOf(this.shown.value));
  readonly #launcher: string;
  readonly #loop = new PageLoop<YealinkDocument>({
    check: checkRequest,
    read: readReply,
    show: (document, why) => this.#take(document, why),
  });

  constructor(launcher: string) {
    this.#launcher = launcher;
  }

  get standing() {
    return this.#loop.standing;
  }

  get typing(): boolean {
    return this.shown.value.typing !== undefined;
  }

  /** The launcher key: the page is on top again, whatever the handset does. */
  open(): void {
    this.#loop.uncover();
    void this.#loop.get(this.#launcher);
  }

  softkey(index: number): void {
    const { document } = this.shown.value;
    const uri = document?.keys.find((key) => key.index === index)?.uri;
    if (uri === undefined) return;
    if (uri === "SoftKey:Exit") this.close();
    else if (uri === "SoftKey:Select" || uri === "SoftKey:Submit") this.ok();
    else if (uri === "SoftKey:BackSpace") this.erase();
    else if (uri === "SoftKey:ChangeMode") this.#typed(otherMode);
    else if (!uri.startsWith("SoftKey:")) void this.#loop.get(this.#withSelection(uri));
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
    if (this.typing) this.#typed((typing) => tapped(typing, key, Date.now()));
    else if (key >= "0" && key <= "9") this.select(key === "0" ? 9 : Number(key) - 1);
  }

  type(text: string): void {
    this.#typed((typing) => written(typing, `${typing.text}${text}`));
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
      if (typing) void this.#loop.get(sendUrl(document, typing), "press", document.url);
      return;
    }
    const url = document?.kind === "menu" ? document.items[row]?.uri : document?.doneAction;
    if (url !== undefined) void this.#loop.get(url);
  }

  /** Back: cancelAction; without one the page closes. */
  back(): void {
    const url = this.shown.value.document?.cancelAction;
    if (url === undefined) this.close();
    else void this.#loop.get(url);
  }

  /** Leaves the application. */
  close(): void {
    this.#loop.close();
    this.shown.value = blank;
  }

  handset(state: Handset["state"]): void {
    this.#loop.handset(state);
  }

  reconnected(): void {
    if (this.shown.value.document) this.#loop.reconnected();
  }

  stop(): void {
    this.#loop.stop();
  }

  #take(document: YealinkDocument | undefined, why: Why): void {
    const before = this.shown.value;
    const first = (document?.defaultIndex ?? 1) - 1;
    const last = Math.max(0, (document?.items.length ?? 1) - 1);
    // The document says which row begins; a list that only moved on keeps the reader's place.
    const row = why === "refresh" ? this.#sameRow(before, document) : first;
    this.#show({ document, row: Math.min(Math.max(0, row), last), typing: typingOn(document) });
    if (document && document.timeout > 0) this.#loop.after(document.timeout * 1000, () => this.close());
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
}

const kinds = { menu: "list", screen: "text", input: "input" } as const;

/** A document as whoever looks on sees it. */
export function seenOf({ document, row }: Pick<Shown, "document" | "row">): PageSeen | undefined {
  if (!document) return undefined;
  const { kind, title, items, fields, text, keys } = document;
  return {
    ...{ kind: kinds[kind], title, row },
    rows: kind === "input" ? fields.map(({ prompt }) => prompt) : items.map(({ prompt }) => prompt),
    lines: kind === "screen" ? text.split("\n") : [],
    labels: keys.map(({ label }) => label),
  };
}
