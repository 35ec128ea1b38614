import type { Machine } from "./form.js";
import type { KeypadKey } from "./typing.js";

/**
 * What a key of the keyboard presses on the phone that has the focus; nothing where the browser does it itself. Keys that work
 * on a page do nothing while none is to be seen.
 */
export function pressOf(
  event: KeyboardEvent,
  machine: Machine,
  { onPage, softkey }: { readonly onPage: boolean; readonly softkey: (at: number) => void },
): (() => void) | undefined {
  const { key, target } = event;
  if (event.ctrlKey || event.altKey || event.metaKey) return undefined;
  if (/^F[1-4]$/.test(key)) return () => softkey(Number(key[1]) - 1);
  // A focused key of the phone takes Enter and Space itself, the field on the screen whatever is typed.
  const onButton = target instanceof HTMLElement && target.closest("button") !== null;
  const onField = target instanceof HTMLInputElement;
  const { typing } = machine;
  const page = (does: () => void) => () => {
    if (onPage) does();
  };
  if (isKeypadKey(key) && !typing) return page(() => machine.dial(key));
  if (typing && !onField && key.length === 1 && !(onButton && key === " ")) return page(() => machine.type(key));
  switch (key) {
    case "ArrowUp":
      return onField ? undefined : page(() => machine.move(-1));
    case "ArrowDown":
      return onField ? undefined : page(() => machine.move(1));
    case "Backspace":
      return typing && !onField ? page(() => machine.erase()) : undefined;
    case "Escape":
      return page(() => machine.back());
    case "Enter":
      return onButton ? undefined : page(() => machine.ok());
    default:
      return undefined;
  }
}

function isKeypadKey(key: string): key is KeypadKey {
  return /^[0-9*#]$/.test(key);
}
