import { filterOf, type TopicName, topicOf, topics } from "./contract/index.js";

/** Whose account a client signed in with. */
export type Account = { readonly kind: "gateway" } | { readonly kind: "agent"; readonly agent: string };

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

/** Whether the account may publish this. An agent's device asks for help, and says nothing that outlives the moment. */
export function mayWrite(account: Account, base: string, topic: string, retain: boolean): boolean {
  if (account.kind === "gateway") return topic.startsWith(`${base}/`);
  return personRights(account.agent, base).write.includes(topic) && !retain;
}

/**
 * What a person's devices may read (filters) and write (topics, never retained); the same for every broker and every role.
 * All below `agents/<own>` is theirs; of the rest, what the contract says.
 */
export function personRights(person: string, base: string): { readonly read: string[]; readonly write: string[] } {
  const own = `${base}/agents/${person}/`;
  const named = Object.keys(topics) as TopicName[];
  const others = named.filter((name) => !topics[name].path.startsWith("agents/") && topics[name].readers !== "nobody");
  const read = [`${own}#`, ...others.map((name) => filterOf(base, name, { person }))];
  return { read, write: [topicOf(base, "helpSet", { person })] };
}

/** What the gateway called so reads and writes (filters): its own state alone, and what persons' devices wish. */
export function gatewayRights(gateway: string, base: string): { readonly read: string[]; readonly write: string[] } {
  const from = (who: "gateway" | "person"): string[] =>
    (Object.keys(topics) as TopicName[])
      .filter((name) => topics[name].from === who)
      .map((name) => filterOf(base, name, { gateway }));
  return { read: from("person"), write: from("gateway") };
}

function readable(account: Account, base: string): readonly string[] {
  return account.kind === "gateway" ? [`${base}/#`] : personRights(account.agent, base).read;
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
