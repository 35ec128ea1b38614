import type { TargetedInputEvent } from "preact";
import type { Pointed } from "../pointer.js";
import { keepInSight } from "../screens.js";
import { type Line, lineText, type PolycomDocument, type Spot, spotsOf } from "./document.js";
import type { PolycomPhone } from "./polycom-phone.js";
import { fieldOf, typingIn } from "./typing.js";

interface PageProps {
  readonly machine: PolycomPhone;
  readonly document: PolycomDocument;
  /** For ids and labels. */
  readonly extension: string;
  readonly pointed: Pointed | undefined;
}

/** The body of a page: lines, and in them what can be highlighted. Tab reaches the highlighted spot, arrows move it. */
export function PolycomPage(props: PageProps) {
  const { lines } = props.document;
  const spots = spotsOf(props.document);
  return (
    <div class="page" role="group" aria-label="Page on the screen" tabIndex={spots.length === 0 ? 0 : -1}>
      {lines.map((line, at) => (
        <p key={at} class={lineClass(line)}>
          {shownParts(line).map((part, place) =>
            typeof part === "string" ? (
              part
            ) : (
              <SpotShown key={place} {...props} spot={part} at={spots.indexOf(part)} prompt={promptAt(lines, at)} />
            ),
          )}
        </p>
      ))}
    </div>
  );
}

/** A line that is a link alone is a row; one with several is a row of them. */
function lineClass({ parts }: Line): string {
  const spots = parts.filter((part) => typeof part !== "string");
  const bare = parts.every((part) => typeof part !== "string" || part.trim() === "");
  if (spots.length === 0) return "words";
  if (spots.some(({ kind }) => kind === "field")) return "field-line";
  return spots.length === 1 && bare ? "row-line" : "spots-line";
}

/** Without the spaces around a row's link. */
function shownParts(line: Line): Line["parts"] {
  return lineClass(line) === "row-line" ? line.parts.filter((part) => typeof part !== "string") : line.parts;
}

/** What stands above a field. */
function promptAt(lines: readonly Line[], at: number): string {
  const above = lines.slice(0, at).findLast((line) => lineClass(line) === "words");
  return above ? lineText(above, () => "") : "";
}

interface SpotProps extends PageProps {
  readonly spot: Spot;
  /** Which of the page's spots it is. */
  readonly at: number;
  readonly prompt: string;
}

function SpotShown({ spot, at, prompt, ...props }: SpotProps) {
  const { machine, document, extension, pointed } = props;
  const highlighted = machine.shown.value.focus === at;
  const shared = {
    tabIndex: highlighted ? 0 : -1,
    "data-highlighted": highlighted,
    onFocus: () => machine.highlight(at),
    ref: (element: HTMLElement | null) => {
      if (highlighted) followFocus(element);
    },
  };
  if (spot.kind === "field") {
    const field = fieldOf(document, spot);
    const { text, mode } = typingIn(machine.shown.value.typed, spot);
    const attributes = {
      ...shared,
      id: `typed-${extension}-${at}`,
      readOnly: field?.kind === "choice",
      inputMode: mode === "123" ? "numeric" : "text",
      "aria-label": prompt || document.title,
      autoComplete: "off",
      spellcheck: false,
      value: text,
      "data-typed": true,
      onInput: ({ currentTarget }: TargetedInputEvent<HTMLInputElement>) => {
        machine.highlight(at);
        machine.write(currentTarget.value);
      },
    } as const;
    return field?.kind === "password" ? (
      <input type="password" {...attributes} />
    ) : (
      <input type="text" {...attributes} />
    );
  }
  const marked = pointed && "softkey" in pointed && pointed.softkey === spot.label;
  return (
    <button
      {...shared}
      type="button"
      class={`spot ${spot.kind}${marked ? " pointed" : ""}`}
      data-link={at}
      data-label={spot.label}
      onClick={() => machine.press(at)}
    >
      {spot.label}
    </button>
  );
}

/** What is highlighted is in sight, and has the focus where the page had it. */
function followFocus(element: HTMLElement | null): void {
  const page = element?.closest<HTMLElement>(".page");
  if (!element || !page) return;
  keepInSight(element, page);
  const { activeElement } = window.document;
  if (activeElement !== element && page.contains(activeElement)) element.focus({ preventScroll: true });
}
