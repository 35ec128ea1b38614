import type { SearchText } from "../model/index.js";
import { type BoardListEntry, folded, type State } from "../state/index.js";

/** Names and numbers, folded, a line each. */
const textOf = new WeakMap<BoardListEntry, string>();
/** Numbers as digits, a line each; then, behind a bar, each word of the names with all that follow it, as keys. */
const digitsOf = new WeakMap<BoardListEntry, string>();
/** The key of each letter from a to z. */
const keys = "22233344455566677778889999";

/**
 * Whether a call is one that is looked for (R2). Digits are found anywhere in a number or an extension, and from the
 * beginning of a word in a name or a queue, as the keys of a phone spell it; any other text anywhere in a name, a queue or
 * a number, whatever its case and accents. What is looked through is made once for each call, and not before it is asked
 * for.
 */
export function matcher(state: State, text: SearchText): (entry: BoardListEntry) => boolean {
  const wanted = folded(text);
  const dialled = wanted.replace(/[\s+()./-]/g, "");
  if (!/^[0-9*#]+$/.test(dialled))
    return (entry) => kept(textOf, entry, () => folding(partiesOf(state, entry))).includes(wanted);
  const word = `|${dialled}`;
  return (entry) => {
    const digits = kept(digitsOf, entry, () => dialling(partiesOf(state, entry)));
    const at = digits.indexOf(dialled);
    return at !== -1 && (at < digits.indexOf("|") || digits.includes(word));
  };
}

interface Parties {
  readonly names: readonly string[];
  readonly numbers: readonly string[];
}

function kept(in_: WeakMap<BoardListEntry, string>, entry: BoardListEntry, make: () => string): string {
  const known = in_.get(entry);
  if (known !== undefined) return known;
  const made = make();
  in_.set(entry, made);
  return made;
}

/** Everybody on the call, and its queue among the names. */
function partiesOf(state: State, { call, queue }: BoardListEntry): Parties {
  const [names, numbers] = [[queue], [] as string[]];
  for (const { party } of call.legs) {
    const who = party.kind === "external" ? party : state.people.get(party.person);
    if (!who) continue;
    names.push(who.name);
    numbers.push("number" in who ? who.number : who.extension);
  }
  return { names, numbers };
}

function folding({ names, numbers }: Parties): string {
  return folded([...names, ...numbers].join("\n"));
}

function dialling({ names, numbers }: Parties): string {
  return `${numbers.join("\n").replace(/[^0-9*#\n]/g, "")}${names.map((name) => spelled(folded(name))).join("")}|`;
}

function spelled(name: string): string {
  const words = [""];
  for (let at = 0; at < name.length; at += 1) {
    const code = name.charCodeAt(at);
    const isDigit = code >= 48 && code <= 57;
    const key = isDigit ? name.charAt(at) : keys.charAt(code - 97);
    if (key === "") words.push("");
    else words[words.length - 1] += key;
  }
  const digits = words.filter((word) => word !== "");
  return digits.map((_, from) => `|${digits.slice(from).join("")}`).join("");
}
