/** A place in a text, counted from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A key path as people write it: `people[0].role`. */
export function pathText(path: readonly (string | number)[]): string {
  let text = "";
  for (const step of path) {
    if (typeof step === "number") text += `[${step}]`;
    else text += text === "" ? step : `.${step}`;
  }
  return text;
}

/** Text from a file as it may stand in a sentence: in backticks, without control characters, not endless. */
export function shown(text: string): string {
  const clean = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029`]/g, "?");
  return `\`${clean.length > 60 ? `${clean.slice(0, 57)}...` : clean}\``;
}

/** `a`, `a or b`, `a, b or c`, each in backticks. */
export function listed(words: readonly string[], joint: "or" | "and" = "or"): string {
  const quoted = words.map(shown);
  const last = quoted.pop() ?? "";
  return quoted.length === 0 ? last : `${quoted.join(", ")} ${joint} ${last}`;
}
