import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Handset } from "../../../model/desk.js";
import type { Machine, PageSeen } from "../form.js";
import { PageLoop, type Why } from "../page-loop.js";
import { erased, type KeypadKey, otherMode, type Typing, tapped, written } from "../typing.js";
import type { Deed, PolycomForm } from "./deeds.js";
import { type PolycomDocument, type Spot, spotsOf } from "./document.js";
import { checkRequest, readReply } from "./reply.js";
import { seenOf } from "./seen.js";
import { type KeyShown, keysShown } from "./softkeys.js";
import {
  cleared,
  type FieldSpot,
  fieldToType,
  formUrl,
  type Typed,
  typedAtFirst,
  typedInto,
  typingIn,
} from "./typing.js";

/** What the screen shows of a page. */
export interface Shown {
  readonly document: PolycomDocument | undefined;
  /** Which of the page's spots is highlighted, counted from 0. */
  readonly focus: number;
  readonly typed: Typed;
  /** How often More was pressed. */
  readonly more: number;
}

const blank: Shown = { document: undefined, focus: 0, typed: { values: [], keypad: { mode: "123" } }, more: 0 };

/** A Polycom as it behaves, with the microbrowser or the browser of a VVX: it opens, presses and refreshes what its pages offer. */
export class PolycomPhone implements Machine {
  readonly shown: Signal<Shown> = signal(blank);
  readonly seen: ReadonlySignal<PageSeen | undefined>;
  readonly #launcher: string;
  readonly #form: PolycomForm;
  readonly #loop: PageLoop<PolycomDocument>;
  /** The addresses that Back goes through; the last is that of the page on the screen, or of what was to be there. */
  #history: string[] = [];

  constructor(launcher: string, form: PolycomForm) {
    this.#launcher = launcher;
    this.#form = form;
    this.seen = computed(() => seenOf(this.shown.value, form));
    this.#loop = new PageLoop<PolycomDocument>({
      check: checkRequest,
      read: (reply) => readReply(reply, form),
      show: (document, why, url) => this.#take(document, why, url),
    });
  }

  get standing() {
    return this.#loop.standing;
  }

  get typing(): boolean {
    return this.#typingAt() !== undefined;
  }

  /** The highlighted spot of the page. */
  get focused(): Spot | undefined {
    const { document, focus } = this.shown.value;
    return document && spotsOf(document)[focus];
  }

  open(): void {
    this.#history = [];
    this.#loop.uncover();
    this.#fetch(this.#launcher);
  }

  /** The keys on the screen below a page: the browser of a VVX has none but the phone's own. */
  keys(): readonly KeyShown[] {
    const { document, more } = this.shown.value;
    const softKeys = this.#form === "microbrowser" ? document?.softKeys : undefined;
    return keysShown(softKeys ?? [], more, this.typing);
  }

  softkey(place: number): void {
    const key = this.keys()[place - 1];
    switch (key) {
      case undefined:
        return;
      case "more":
        this.#show({ more: this.shown.value.more + 1 });
        return;
      case "mode":
        this.#type(otherMode);
        return;
      default:
        this.#do(key.deed, key.form);
    }
  }

  /** Moves the highlight; at an end it stays. */
  move(spots: number): void {
    const { document, focus } = this.shown.value;
    const count = document ? spotsOf(document).length : 0;
    if (count > 0) this.#show({ focus: Math.min(Math.max(0, focus + spots), count - 1) });
  }

  /** Highlights that spot, and does what Select does on it; a field is only highlighted. */
  press(at: number): void {
    this.#show({ focus: at });
    if (this.focused?.kind !== "field") this.ok();
  }

  highlight(at: number): void {
    this.#show({ focus: at });
  }

  /** Select: follows the highlighted link, or sends the form whose field or button is highlighted. */
  ok(): void {
    const { document } = this.shown.value;
    const spot = this.focused;
    if (!document || !spot) return;
    if (spot.kind === "link") {
      if (spot.deed) this.#do(spot.deed, undefined);
      return;
    }
    const sender = spotsOf(document).find((one) => one.kind === "send" && one.form === spot.form);
    const by = spot.kind === "send" ? spot : sender;
    this.#send(spot.form, by?.kind === "send" ? by.pair : undefined);
  }

  /** Back asks again for the page before, whatever it does; on the first it closes. */
  back(): void {
    this.#history.pop();
    const before = this.#history.at(-1);
    if (before === undefined) this.close();
    else void this.#loop.get(before);
  }

  dial(key: KeypadKey): void {
    this.#type((typing) => tapped(typing, key, Date.now()));
  }

  type(text: string): void {
    this.#type((typing) => written(typing, `${typing.text}${text}`));
  }

  /** The whole text of a field, as a keyboard has left it. */
  write(text: string): void {
    this.#type((typing) => written(typing, text));
  }

  erase(): void {
    this.#type(erased);
  }

  close(): void {
    this.#loop.close();
    this.#history = [];
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

  #do(deed: Deed, form: number | undefined): void {
    const { document, typed } = this.shown.value;
    switch (deed.does) {
      case "fetch":
        this.#fetch(deed.url);
        return;
      case "home":
        this.#fetch(this.#launcher);
        return;
      case "back":
      case "cancel":
        this.back();
        return;
      case "refresh": {
        const url = this.#history.at(-1);
        if (url !== undefined) void this.#loop.get(url);
        return;
      }
      case "submit":
        this.#send(form ?? 0);
        return;
      case "reset":
        if (document) this.#show({ typed: cleared(document, typed, form ?? 0) });
        return;
      case "exit":
        this.close();
        return;
      case "phone":
        return;
      default:
        deed satisfies never;
    }
  }

  #send(form: number, pair?: readonly [string, string]): void {
    const { document, typed } = this.shown.value;
    if (document) this.#fetch(formUrl(document, typed, form, pair), document.forms[form]?.action);
  }

  #fetch(url: string, served = url): void {
    this.#history.push(url);
    void this.#loop.get(url, "press", served);
  }

  #take(document: PolycomDocument | undefined, why: Why, url: string): void {
    const before = this.shown.value;
    // Back from what comes next leads to where the page has moved on to.
    if (why === "refresh") this.#history.splice(-1, 1, url);
    const same = why === "refresh" && document !== undefined && before.document !== undefined;
    const focus = same ? sameSpot(before, document) : 0;
    const typed = document ? typedAtFirst(document) : blank.typed;
    this.shown.value = { document, focus, typed, more: same ? before.more : 0 };
  }

  #typingAt(): FieldSpot | undefined {
    const { document } = this.shown.value;
    return document && fieldToType(document, this.focused);
  }

  #type(change: (typing: Typing) => Typing): void {
    const at = this.#typingAt();
    const { typed } = this.shown.value;
    if (at) this.#show({ typed: typedInto(typed, at, change(typingIn(typed, at))) });
  }

  #show(change: Partial<Shown>): void {
    this.shown.value = { ...this.shown.value, ...change };
  }
}

/** The same link on the page as it is now, else the same place: a real phone may go to the first. */
function sameSpot({ document: before, focus }: Shown, document: PolycomDocument): number {
  const leads = (spot: Spot | undefined): string | undefined =>
    spot?.kind === "link" && spot.deed?.does === "fetch" ? spot.deed.url : undefined;
  const url = before && leads(spotsOf(before)[focus]);
  const spots = spotsOf(document);
  const found = spots.findIndex((spot) => url !== undefined && leads(spot) === url);
  return found === -1 ? Math.min(focus, Math.max(0, spots.length - 1)) : found;
}
