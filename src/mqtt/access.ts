import type { BranchId } from "../model/index.js";
import { filterOf, type TopicName, topicNamed, topicOf, topics } from "./contract/index.js";
import { discoveryFilter, type HomeAssistantSite, statusTopic } from "./home-assistant-device.js";

/** Whose account a client signed in with. */
export type Account =
  | { readonly kind: "gateway"; readonly homeAssistant?: HomeAssistantSite }
  | { readonly kind: "agent"; readonly agent: string }
  | { readonly kind: "branch"; readonly branch: BranchId }
  | { readonly kind: "home-assistant"; readonly site: HomeAssistantSite };

/** Whether the account may be told what is published on this topic. */
export function mayRead(account: Account, base: string, topic: string): boolean {
  return readable(account, base).some((filter) => fits(filter, topic));
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
  const within = (filters: readonly string[]): boolean => filters.some((filter) => fits(filter, topic));
  switch (account.kind) {
    case "gateway":
      return (
        topic.startsWith(`${base}/`) ||
        (account.homeAssistant !== undefined && within(announcingRights(account.homeAssistant).write))
      );
    case "agent":
      return personRights(account.agent, base).write.includes(topic) && !retain;
    case "home-assistant": {
      const { birth, write } = homeAssistantRights(account.site);
      return topic === birth || (within(write) && !retain);
    }
    case "branch": {
      const known = topicNamed(base, topic);
      const own = within(branchRights(account.branch, base).write);
      return own && known !== undefined && (!retain || topics[known.name].retained);
    }
    default:
      return account satisfies never;
  }
}

/**
 * What Home Assistant's account may read (filters) and write: the lamps in one word, notices, calls and hands of everybody,
 * what stands below its own prefix, and wishes for help; never who supervises whom. `birth` may be retained.
 */
export function homeAssistantRights(site: HomeAssistantSite): {
  readonly read: string[];
  readonly write: string[];
  readonly birth: string;
} {
  const birth = statusTopic(site);
  const { base, gateway } = site;
  const shown = ["lampText", "notice", "call", "help"] as const;
  return {
    read: [
      ...shown.map((name) => filterOf(base, name)),
      topicOf(base, "gatewayState", { gateway }),
      `${site.prefix}/#`,
    ],
    write: [filterOf(base, "helpSet")],
    birth,
  };
}

/** What the gateway needs beside its own topics to announce devices to Home Assistant. */
export function announcingRights(site: HomeAssistantSite): { readonly read: string[]; readonly write: string[] } {
  return { read: [statusTopic(site)], write: [discoveryFilter(site)] };
}

/**
 * What a person's devices may read (filters) and write (topics, never retained); the same for every broker and every role.
 * All below `agents/<own>` is theirs; of the rest, what the contract says.
 */
export function personRights(person: string, base: string): { readonly read: string[]; readonly write: string[] } {
  const own = `${base}/agents/${person}/`;
  const others = named((name) => {
    const { path, readers } = topics[name];
    return !path.startsWith("agents/") && (readers === "person" || readers === "everybody");
  });
  const read = [`${own}#`, ...others.map((name) => filterOf(base, name, { person }))];
  return { read, write: [topicOf(base, "helpSet", { person })] };
}

/**
 * What the gateway called so reads and writes (filters): its own state alone, and what persons' devices wish; where it has
 * branch offices, also what they say, and what is for them.
 */
export function gatewayRights(
  gateway: string,
  base: string,
  branches = false,
): { readonly read: string[]; readonly write: string[] } {
  const from = (who: Writer): string[] =>
    named((name) => topics[name].from === who && (branches || !ofBranches(name))).map((name) =>
      filterOf(base, name, { gateway }),
    );
  return { read: [...from("person"), ...from("branch")], write: from("gateway") };
}

/** What a branch office reads and writes (filters): what its own phones need, below a place of its own. */
export function branchRights(branch: BranchId, base: string): { readonly read: string[]; readonly write: string[] } {
  const own = (name: TopicName): string => filterOf(base, name, { branch });
  return {
    read: named((name) => topics[name].readers === "branch").map(own),
    write: named((name) => topics[name].from === "branch").map(own),
  };
}

type Writer = "gateway" | "person" | "branch";

function ofBranches(name: TopicName): boolean {
  return topics[name].path.startsWith("branches/");
}

function named(fit: (name: TopicName) => boolean): readonly TopicName[] {
  return (Object.keys(topics) as TopicName[]).filter(fit);
}

function readable(account: Account, base: string): readonly string[] {
  switch (account.kind) {
    case "gateway":
      return [`${base}/#`, ...(account.homeAssistant ? announcingRights(account.homeAssistant).read : [])];
    case "agent":
      return personRights(account.agent, base).read;
    case "branch":
      return branchRights(account.branch, base).read;
    case "home-assistant":
      return homeAssistantRights(account.site).read;
    default:
      return account satisfies never;
  }
}

function fits(filter: string, topic: string): boolean {
  return matches(filter.split("/"), topic.split("/"));
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
