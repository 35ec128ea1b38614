import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Handset } from "../../model/desk.js";
import type { Notice } from "../../model/indicators.js";
import { now } from "../store.js";
import { clockTime, plain } from "../words.js";
import { callWords } from "./call-screen.js";
import type { Standing } from "./form.js";
import type { OnScreen } from "./screen-of.js";

export interface ScreenProps {
  readonly screen: OnScreen;
  readonly standing: Standing;
  readonly handset: Handset;
  readonly notice: Notice | undefined;
  /** Notices say from when they are, on a phone that may show them late. */
  readonly stampsNotices?: boolean;
  /** The phone's owner. */
  readonly name: string;
  readonly extension: string;
  /** The page, for when it is to be seen. */
  readonly page: ComponentChildren;
  readonly title: string | undefined;
  /** What stands below. */
  readonly foot: ComponentChildren;
}

/** The colour screen: a call over the page, the page, or the idle screen. */
export function Screen({ screen, standing, notice, page, title, foot, stampsNotices, ...of }: ScreenProps) {
  const lcd = useKeptFocus();
  return (
    <div class="lcd" ref={lcd} tabIndex={-1} data-screen={screen}>
      {screen === "call" && <Call handset={of.handset} standing={standing} />}
      {screen === "page" && <Title title={title ?? "Document"} standing={standing} />}
      {screen === "page" && page}
      {screen === "idle" && <Idle {...of} standing={standing} />}
      {notice && (
        <p class={`status-message ${notice.level}`} data-notice={notice.id}>
          {stampsNotices && <time>{`${clockTime(notice.at).slice(0, 5)} `}</time>}
          {plain(notice.text)}
        </p>
      )}
      {standing.complaints.length > 0 && <Complaints complaints={standing.complaints} />}
      {foot}
    </div>
  );
}

interface LabelsProps {
  readonly labels: readonly string[];
  /** The label on the screen is pressed instead of the key beneath it. */
  onPress(at: number): void;
}

/** The labels of the softkeys, above them; on a screen that is touched they can be pressed themselves. */
export function SoftkeyLabels({ labels, onPress }: LabelsProps) {
  return (
    <div class="labels" aria-hidden="true">
      {labels.map((label, at) => (
        <button key={at} type="button" tabIndex={-1} onClick={() => onPress(at)}>
          {label}
        </button>
      ))}
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

/** Scrolls what is highlighted into sight within its list alone, never the window around the phone. */
export function keepInSight(element: HTMLElement | null, list: HTMLElement | null | undefined): void {
  if (!element || !list) return;
  const [top, bottom] = [element.offsetTop - list.offsetTop, element.offsetTop - list.offsetTop + element.offsetHeight];
  if (top < list.scrollTop) list.scrollTop = top;
  else if (bottom > list.scrollTop + list.clientHeight) list.scrollTop = bottom - list.clientHeight;
}

function Title({ title, standing }: Pick<ScreenProps, "standing"> & { readonly title: string }) {
  const state = standing.unanswered ? "no answer" : standing.loading ? "loading" : "";
  return (
    <header class="title">
      <span class="words">{title}</span>
      <span class="state">{state}</span>
    </header>
  );
}

function Call({ handset, standing }: Pick<ScreenProps, "handset" | "standing">) {
  return (
    <>
      <Title title={callWords(handset.state)} standing={standing} />
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

function Idle({ name, extension, standing }: Pick<ScreenProps, "name" | "extension" | "standing">) {
  const at = new Date(now.value);
  return (
    <div class="idle">
      <span class="who">
        {name} <span class="extension">{extension}</span>
      </span>
      <time class="clock">{at.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" })}</time>
      <span class="date">{at.toLocaleDateString("en-GB", { weekday: "long", day: "numeric", month: "long" })}</span>
      {standing.unanswered && <span class="state">The gateway gave no answer</span>}
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
