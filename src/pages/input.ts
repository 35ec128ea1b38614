import type { Setting } from "./board.js";
import { keyOf } from "./keys.js";
import type { InputPage, Key, Link, TypedLink } from "./page.js";

/** What is asked for on a page of typing. Texts are final. */
export interface Question {
  readonly title: string;
  readonly prompt: string;
  readonly input: InputPage["input"];
  readonly to: TypedLink;
  readonly back: Link;
  /** One more key; only where `input` is not `text`, which has the phone's own key at that place. */
  readonly key?: Key;
}

/** A page to type on, with the phone's own keys for that and the way back last. */
export function inputPage({ say }: Pick<Setting, "say">, { key, back, ...asked }: Question): InputPage {
  return {
    kind: "input",
    ...asked,
    typing: { send: say("label.send"), erase: say("label.erase"), mode: say("label.mode") },
    keys: [...(key && asked.input !== "text" ? [key] : []), keyOf(say, "label.no", back)],
    lastKeyAtEnd: true,
    back,
  };
}
