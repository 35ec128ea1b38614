import { type BranchId, type Mac, parseBranchId, parseMac } from "../model/index.js";

/** The topics between a gateway and its branch offices. */
export const branchTopics = {
  hello: (base: string, branch: BranchId | "+"): string => `${base}/branches/${branch}/hello`,
  welcome: (base: string, branch: BranchId | "+"): string => `${base}/branches/${branch}/welcome`,
  state: (base: string, branch: BranchId): string => `${base}/branches/${branch}/state`,
  show: (base: string, branch: BranchId | "+", phone: Mac | "+"): string =>
    `${base}/branches/${branch}/phones/${phone}/show`,
  phoneState: (base: string, phone: Mac): string => `${base}/phones/${phone}/state`,
  delivery: (base: string, phone: Mac | "+"): string => `${base}/phones/${phone}/delivery`,
} as const;

/** Whose hello this topic is for. */
export function branchOfHello(base: string, topic: string): BranchId | undefined {
  const [, id = ""] = /^branches\/([^/]+)\/hello$/.exec(below(base, topic)) ?? [];
  return parseBranchId(id);
}

/** Of which phone this topic is, where it is one that says what a phone of this branch is to show. */
export function phoneShown(base: string, branch: BranchId, topic: string): Mac | undefined {
  const [, id, mac = ""] = /^branches\/([^/]+)\/phones\/([^/]+)\/show$/.exec(below(base, topic)) ?? [];
  return id === branch ? exactMac(mac) : undefined;
}

/** Of which phone this topic is, where it is one that says how a push ended. */
export function phoneDelivered(base: string, topic: string): Mac | undefined {
  const [, mac = ""] = /^phones\/([^/]+)\/delivery$/.exec(below(base, topic)) ?? [];
  return exactMac(mac);
}

/** What a branch may read (filters) and write (topics): what its own phones need. */
export function branchRights(
  branch: BranchId,
  phones: readonly Mac[],
  base: string,
): { readonly read: readonly string[]; readonly write: readonly string[] } {
  const { hello, welcome, state, show, phoneState, delivery } = branchTopics;
  return {
    read: [welcome(base, branch), show(base, branch, "+")],
    write: [
      hello(base, branch),
      state(base, branch),
      ...phones.flatMap((phone) => [phoneState(base, phone), delivery(base, phone)]),
    ],
  };
}

/** What of it a branch may have kept by the broker: all but a hello, which is for the moment. */
export function mayBeRetained(topic: string): boolean {
  return !topic.endsWith("/hello");
}

/** Who answers for what a branch writes and reads, for each of a gateway's branches. */
export const gatewayFilters = (
  base: string,
): { readonly read: readonly string[]; readonly write: readonly string[] } => ({
  read: [branchTopics.hello(base, "+"), branchTopics.delivery(base, "+")],
  write: [branchTopics.welcome(base, "+"), branchTopics.show(base, "+", "+")],
});

function below(base: string, topic: string): string {
  return topic.startsWith(`${base}/`) ? topic.slice(base.length + 1) : "";
}

function exactMac(text: string): Mac | undefined {
  const mac = parseMac(text);
  return mac === text ? mac : undefined;
}
