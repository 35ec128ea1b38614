import type { Call, NeverList } from "../model/index.js";
import type { NeverShown } from "../state/index.js";

const everyCallIsShown: NeverShown = () => false;

/**
 * What the site's list says of a call: its queue, a context its channels are in, or a party's number, of ours the extension
 * (R20). Numbers are the same with and without `+` or `00` before them and with any spacing; case counts nowhere. A leg
 * that only rings counts too.
 */
export function neverShown(list: NeverList | undefined): NeverShown {
  if (!list) return everyCallIsShown;
  const queues = new Set(list.queues.map(lower));
  const contexts = new Set(list.contexts.map(lower));
  const numbers = new Set<string>();
  const beginnings: string[] = [];
  for (const text of list.numbers) {
    if (text.endsWith("*")) beginnings.push(plainNumber(text.slice(0, -1)));
    else numbers.add(plainNumber(text));
  }
  const isListed = (number: string): boolean => {
    const plain = plainNumber(number);
    return plain !== "" && (numbers.has(plain) || beginnings.some((beginning) => plain.startsWith(beginning)));
  };
  return ({ queue, contexts: at, legs }: Call, people) => {
    if (queue !== undefined && queues.has(lower(queue))) return true;
    if (at?.some((context) => contexts.has(lower(context)))) return true;
    if (numbers.size === 0 && beginnings.length === 0) return false;
    return legs.some(({ party }) =>
      isListed(party.kind === "external" ? party.number : (people.get(party.person)?.extension ?? "")),
    );
  };
}

/** A number without what people write differently: spaces, brackets, dashes, dots, and `+` or `00` before it. */
function plainNumber(text: string): string {
  return lower(text)
    .replace(/[^0-9a-z*#+]/g, "")
    .replace(/^(?:\+|00)/, "")
    .replaceAll("+", "");
}

function lower(text: string): string {
  return text.toLowerCase();
}
