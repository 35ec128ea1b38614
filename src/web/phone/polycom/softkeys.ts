import type { SoftKey } from "./document.js";

/** What a softkey can be: one of the page's, or one of the phone's own. */
export type KeyShown = SoftKey | "more" | "mode" | undefined;

/** How many softkeys there are on the screen at once. */
const atOnce = 4;

/**
 * What the four keys are: by their places where these are enough, else three and More, which shows the next three. `more` is
 * how often that was pressed. While something is typed, the phone's own key for digits or letters stands in the first place that
 * is free.
 */
export function keysShown(keys: readonly SoftKey[], more: number, typing: boolean): readonly KeyShown[] {
  const shown = pageKeys(keys, more);
  if (!typing) return shown;
  const free = shown.indexOf(undefined);
  return shown.map((key, at) => (at === free ? "mode" : key));
}

function pageKeys(keys: readonly SoftKey[], more: number): readonly KeyShown[] {
  const places = Math.max(0, ...keys.map(({ index }) => index));
  const at = (place: number): SoftKey | undefined => keys.find(({ index }) => index === place);
  if (places <= atOnce) return [1, 2, 3, 4].map(at);
  const each = atOnce - 1;
  const first = (more % Math.ceil(places / each)) * each;
  return [at(first + 1), at(first + 2), at(first + 3), "more"];
}
