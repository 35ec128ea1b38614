import type { TargetedInputEvent } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Handset } from "../../model/desk.js";
import type { Notice } from "../../model/indicators.js";
import { now } from "../store.js";
import { plain } from "../words.js";
import { callWords } from "./call-screen.js";
import type { YealinkDocument } from "./document.js";
import type { Shown } from "./drawn-phone.js";

export interface ScreenProps {
  /** The phone's owner, for labels. */
  readonly name: string;
  readonly extension: string;
  readonly shown: Shown;
  readonly handset: Handset;
  readonly notice: Notice | undefined;
  /** Labels of the softkeys, left to right. */
  readonly labels: readonly string[];
  readonly onRow: (row: number) => void;
  /** The text of the field has been changed on a keyboard. */
  readonly onWrite: (text: string) => void;
  /** The label on the screen is pressed instead of the key beneath it. */
  readonly onSoftkey: (at: number) => void;
}

/** The colour screen: a call over the page, the page, or the idle screen. */
export function Screen(props: ScreenProps) {
  const { shown, handset, notice, labels, onSoftkey } = props;
  const lcd = useKeptFocus();
  return (
    <div class="lcd" ref={lcd} tabIndex={-1} data-screen={screenOf(shown, handset)}>
      <Content {...props} />
      {notice && (
        <p class={`status-message ${notice.level}`} data-notice={notice.id}>
          {plain(notice.text)}
        </p>
      )}
      {shown.complaints.length > 0 && <Complaints complaints={shown.complaints} />}
      <div class="labels" aria-hidden="true">
        {labels.map((label, at) => (
          <button key={at} type="button" tabIndex={-1} onClick={() => onSoftkey(at)}>
            {label}
          </button>
        ))}
      </div>
    </div>
  );
}

/** A page that takes another's place takes its focus too, so that the keyboard goes on where it was. */
function useKeptFocus() {
  const lcd = useRef<HTMLDivElement>(null);
  const within = lcd.current?.contains(document.activeElement) ?? false;
  useLayoutEffect(() => {
    const screen = lcd.current;
    if (!within || !screen || screen.contains(document.activeElement)) return;
    (screen.querySelector<HTMLElement>('[tabindex="0"]') ?? screen).focus({ preventScroll: true });
  });
  return lcd;
}

/** Which of its screens a phone shows. */
export function screenOf(shown: Shown, handset: Handset): "call" | "page" | "idle" {
  if (shown.covered && handset.state !== "idle") return "call";
  return shown.document || shown.complaints.length > 0 ? "page" : handset.state === "idle" ? "idle" : "call";
}

function Content(props: ScreenProps) {
  const { shown, handset } = props;
  switch (screenOf(shown, handset)) {
    case "call":
      return <Call {...props} />;
    case "page":
      return shown.document ? <Page {...props} document={shown.document} /> : <Title {...props} title="Document" />;
    case "idle":
      return <Idle {...props} />;
  }
}

function Title({ title, shown }: Pick<ScreenProps, "shown"> & { readonly title: string }) {
  const state = shown.unanswered ? "no answer" : shown.loading ? "loading" : "";
  return (
    <header class="title">
      <span class="words">{title}</span>
      <span class="state">{state}</span>
    </header>
  );
}

function Page({ document, ...props }: ScreenProps & { readonly document: YealinkDocument }) {
  return (
    <>
      <Title {...props} title={document.title} />
      <Body {...props} document={document} />
    </>
  );
}

function Body({ document, ...props }: ScreenProps & { readonly document: YealinkDocument }) {
  switch (document.kind) {
    case "menu":
      return <Menu {...props} document={document} />;
    case "screen":
      return <Text text={document.text} />;
    case "input":
      return <Input {...props} document={document} />;
  }
}

/** A real field, so that a keyboard and a finger type as they do anywhere. */
function Input({
  document,
  shown: { typing },
  extension,
  onWrite,
}: ScreenProps & { readonly document: YealinkDocument }) {
  const field = typing && document.fields[typing.field];
  if (!typing || !field) return null;
  const id = `typed-${extension}`;
  const attributes = {
    id,
    inputMode: typing.mode === "123" ? "numeric" : "text",
    value: typing.text,
    tabIndex: 0,
    autoComplete: "off",
    spellcheck: false,
    "data-typed": true,
    onInput: ({ currentTarget }: TargetedInputEvent<HTMLInputElement>) => onWrite(currentTarget.value),
  } as const;
  return (
    <div class="field">
      <label for={id}>{field.prompt}</label>
      {field.password ? <input type="password" {...attributes} /> : <input type="text" {...attributes} />}
      <span class="mode" aria-hidden="true">
        {typing.mode}
      </span>
    </div>
  );
}

function Menu({ document, shown, onRow, extension }: ScreenProps & { readonly document: YealinkDocument }) {
  const id = (row: number) => `row-${extension}-${row}`;
  return (
    <div class="rows" role="listbox" tabIndex={0} aria-label={document.title} aria-activedescendant={id(shown.row)}>
      {document.items.map((item, row) => (
        <div
          key={row}
          id={id(row)}
          role="option"
          aria-selected={row === shown.row}
          class="row"
          ref={(element) => {
            if (row === shown.row) keepInSight(element);
          }}
          onClick={() => onRow(row)}
        >
          {item.prompt}
        </div>
      ))}
    </div>
  );
}

/** Scrolls the list alone, never the window around the phone. */
function keepInSight(element: HTMLElement | null): void {
  const list = element?.parentElement;
  if (!element || !list) return;
  const [top, bottom] = [element.offsetTop - list.offsetTop, element.offsetTop - list.offsetTop + element.offsetHeight];
  if (top < list.scrollTop) list.scrollTop = top;
  else if (bottom > list.scrollTop + list.clientHeight) list.scrollTop = bottom - list.clientHeight;
}

function Text({ text }: { readonly text: string }) {
  return (
    <div class="text" role="group" tabIndex={0} aria-label="Text on the screen">
      {text.split("\n").map((line, at) => (
        <p key={at}>{line}</p>
      ))}
    </div>
  );
}

function Call({ handset, shown }: ScreenProps) {
  return (
    <>
      <Title title={callWords(handset.state)} shown={shown} />
      <div class={`call ${handset.state}`}>
        <span class="call-mark" aria-hidden="true">
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <path d="M6.6 3.5 9.5 4l1.3 4-2 1.7a13 13 0 0 0 5.5 5.5l1.7-2 4 1.3.5 2.9c-.5 2-2 3.1-4 3.1C10 20.5 3.5 14 3.5 7.5c0-2 1.1-3.5 3.1-4z" />
          </svg>
        </span>
        <strong>{plain(handset.title ?? "Call")}</strong>
        {handset.state === "ringing" && <span>Lift the handset, or press Answer</span>}
      </div>
    </>
  );
}

function Idle({ name, extension, shown }: ScreenProps) {
  const at = new Date(now.value);
  return (
    <div class="idle">
      <span class="who">
        {name} <span class="extension">{extension}</span>
      </span>
      <time class="clock">{at.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" })}</time>
      <span class="date">{at.toLocaleDateString("en-GB", { weekday: "long", day: "numeric", month: "long" })}</span>
      {shown.unanswered && <span class="state">The gateway gave no answer</span>}
    </div>
  );
}

function Complaints({ complaints }: { readonly complaints: readonly string[] }) {
  return (
    <div class="complaints" role="alert">
      <strong>A real phone may refuse this document</strong>
      <ul>
        {complaints.map((complaint) => (
          <li key={complaint}>{complaint}</li>
        ))}
      </ul>
    </div>
  );
}
