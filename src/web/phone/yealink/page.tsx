import type { TargetedInputEvent } from "preact";
import { keepInSight } from "../screens.js";
import type { YealinkDocument } from "./document.js";
import type { Shown } from "./yealink-phone.js";

interface PageProps {
  readonly document: YealinkDocument;
  readonly shown: Shown;
  readonly extension: string;
  readonly onRow: (row: number) => void;
  /** The text of the field has been changed on a keyboard. */
  readonly onWrite: (text: string) => void;
}

/** A document below its title. */
export function YealinkPage(props: PageProps) {
  switch (props.document.kind) {
    case "menu":
      return <Menu {...props} />;
    case "screen":
      return <Text text={props.document.text} />;
    case "input":
      return <Input {...props} />;
    default:
      return props.document.kind satisfies never;
  }
}

/** A real field, so that a keyboard and a finger type as they do anywhere. */
function Input({ document, shown: { typing }, extension, onWrite }: PageProps) {
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

function Menu({ document, shown, onRow, extension }: PageProps) {
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
            if (row === shown.row) keepInSight(element, element?.parentElement);
          }}
          onClick={() => onRow(row)}
        >
          {item.prompt}
        </div>
      ))}
    </div>
  );
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
