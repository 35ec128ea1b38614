import type { Key, Link, PressAct, Row } from "./page.js";
import type { LabelId } from "./text-table.js";
import type { Say } from "./texts.js";

/** A key in the words that its softkey has room for, and a row. */
export function keyOf(say: Say, says: LabelId, link: Link): Key {
  const label = say(says);
  const text = say(says, {}, "row");
  return { label, ...(text !== label && { text }), link };
}

/** A key that presses. */
export function press(say: Say, act: PressAct, says: LabelId): Key {
  return keyOf(say, says, { to: "press", act });
}

/** The same as a row of a list. */
export function rowOf({ label, text = label, link }: Key): Row {
  return { text, link };
}
