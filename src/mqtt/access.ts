import type { BranchId, Mac } from "../model/index.js";
import { branchRights, mayBeRetained } from "./branch-topics.js";

/** Whose account a client signed in with. */
export type Account =
  | { readonly kind: "gateway" }
  | { readonly kind: "agent"; readonly agent: string }
  | { readonly kind: "branch"; readonly branch: BranchId; readonly phones: readonly Mac[] };

/** Whether the account may be told what is published on this topic. */
export function mayRead(account: Account, base: string, topic: string): boolean {
  return readable(account, base).some((filter) => matches(filter.split("/"), topic.split("/")));
}

/**
 * Whether a subscription to this filter can yield anything the account may read. A wider one, such as `#`, is granted
 * and yields only that part: each message is asked for again with `mayRead`.
 */
export function mayAsk(account: Account, base: string, filter: string): boolean {
  // Of what begins with `$` nobody has anything, and a wildcard in the first place does not match it (MQTT 4.7.2).
  if (filter.startsWith("$")) return false;
  return readable(account, base).some((allowed) => overlap(allowed.split("/"), filter.split("/")));
}

/**
 * Whether the account may publish this. An agent's device asks for help, and says nothing that outlives the moment; a
 * branch says how it and its own phones fare.
 */
export function mayWrite(account: Account, base: string, topic: string, retain: boolean): boolean {
  switch (account.kind) {
    case "gateway":
      return topic.startsWith(`${base}/`);
    case "agent":
      return personRights(account.agent, base).write.includes(topic) && !retain;
    case "branch": {
      const { write } = branchRights(account.branch, account.phones, base);
      return write.includes(topic) && (!retain || mayBeRetained(topic));
    }
    default:
      return account satisfies never;
  }
}

/** What a person's devices may read (filters) and write (topics); the same for every broker and every role. */
export function personRights(person: string, base: string): { readonly read: string[]; readonly write: string[] } {
  return {
    read: [`${base}/agents/${person}/#`, `${base}/supervisors/${person}/supervision`, `${base}/gateway/+/state`],
    write: [`${base}/agents/${person}/help/set`],
  };
}

function readable(account: Account, base: string): readonly string[] {
  switch (account.kind) {
    case "gateway":
      return [`${base}/#`];
    case "agent":
      return personRights(account.agent, base).read;
    case "branch":
      return branchRights(account.branch, account.phones, base).read;
    default:
      return account satisfies never;
  }
}

function matches(filter: readonly string[], topic: readonly string[]): boolean {
  const [first, ...rest] = filter;
  if (first === "#") return true;
  const [level, ...below] = topic;
  if (first === undefined || level === undefined) return first === level;
  return (first === "+" || first === level) && matches(rest, below);
}

/** Whether some topic matches both filters. */
function overlap(one: readonly string[], other: readonly string[]): boolean {
  const [a, ...restA] = one;
  const [b, ...restB] = other;
  if (a === "#" || b === "#") return true;
  if (a === undefined || b === undefined) return a === b;
  return (a === "+" || b === "+" || a === b) && overlap(restA, restB);
}
