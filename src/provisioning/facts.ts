import type { Config, KnownPhones, Person, Phone, SipAccount, Unknown } from "../model/index.js";
import type { Flag, Limits } from "./layers.js";

/** What is known of one phone, and why the rest is not. */
export interface Facts {
  readonly texts: ReadonlyMap<string, string>;
  /** In words that follow "because". */
  readonly unknown: ReadonlyMap<string, string>;
  readonly flags: ReadonlySet<Flag>;
  readonly role: "supervisor" | "agent";
}

/** Every fact that data may name in braces, beside places and words. */
export const factNames = [
  "mac",
  "model",
  "extension",
  "name",
  "language",
  "launcher",
  "origin",
  "host",
  "lamp",
  "lamp-key",
  "push-username",
  "push-password",
  "sip-user",
  "sip-auth",
  "sip-password",
  "sip-server",
  "sip-port",
  "transport",
  "second-user",
  "second-password",
  "ntp",
  "zone",
  "files-url",
  "files-user",
  "files-password",
  // In the first contact alone.
  "ca",
  "ca-pem-url",
  "ca-der-url",
] as const;
export type FactName = (typeof factNames)[number];

/** Where a phone fetches its files, and what it signs in with there. */
export interface Served {
  readonly url: string;
  readonly user: string;
  readonly password: string;
}

/** What is known of a phone beside the configuration. */
export interface Beside {
  readonly known: KnownPhones;
  /** Of its model. */
  readonly limits: Limits;
  /** The address of its pages, or why nobody knows it. */
  readonly launcher: string | Unknown;
  /** The account of its owner, or why there is none. */
  readonly account: SipAccount | Unknown;
  /** Where it fetches its files from, where earshot serves them, or why nobody knows. */
  readonly served?: Served | Unknown | undefined;
  /** The owner's second account; undefined where the site has none for them. */
  readonly second: Pick<SipAccount, "user" | "password"> | Unknown | undefined;
}

/** What data can be filled with for one phone. */
export function factsOf(config: Config, phone: Phone, owner: Person, beside: Beside): Facts {
  const { known, limits, launcher, account, second, served } = beside;
  const { provisioning, http } = config;
  const texts = new Map<FactName, string>();
  const unknown = new Map<FactName, string>();
  const give = (name: FactName, text: string | undefined, why: string): void => {
    if (text === undefined) unknown.set(name, why);
    else texts.set(name, text);
  };
  const make = Object.hasOwn(known, phone.vendor) ? known[phone.vendor] : undefined;
  const pages = make?.models[phone.model]?.pages ?? "no";
  const role = owner.role === "agent" ? "agent" : "supervisor";

  texts.set("mac", phone.mac).set("model", phone.model).set("extension", owner.extension).set("name", owner.name);
  texts.set("language", owner.language ?? config.language ?? "en");
  texts.set("origin", http.publicUrl).set("host", hostOf(http.publicUrl)).set("lamp", `lamp${owner.extension}`);
  if (typeof launcher === "string") texts.set("launcher", launcher);
  else unknown.set("launcher", launcher.why);
  give("lamp-key", phone.lampKey?.toString(), "`lampKey` of this phone is not set");

  const push = phone.push?.by === "http" ? phone.push : undefined;
  const noPush = "`push` of this phone is not `by: http`";
  give("push-username", push?.username, noPush);
  give("push-password", push?.password, noPush);

  const noAccount = "why" in account ? account.why : "";
  give("sip-user", "why" in account ? undefined : account.user, noAccount);
  give("sip-auth", "why" in account ? undefined : account.auth, noAccount);
  give("sip-password", "why" in account ? undefined : account.password, noAccount);
  const sip = provisioning?.sip;
  const noSip = "`provisioning.sip` is not set";
  give("sip-server", sip?.server, noSip);
  give("sip-port", sip?.port.toString(), noSip);
  give("transport", sip?.transport, noSip);
  const noSecond = second === undefined ? "the site has no second accounts" : "why" in second ? second.why : "";
  const has = second !== undefined && !("why" in second) ? second : undefined;
  give("second-user", has?.user, noSecond);
  give("second-password", has?.password, noSecond);
  give("ntp", provisioning?.time?.server, "`provisioning.time.server` is not set");
  give("zone", provisioning?.time?.zone, "`provisioning.time.zone` is not set");

  const noFiles = served === undefined ? "earshot does not serve it" : "why" in served ? served.why : "";
  const files = served !== undefined && !("why" in served) ? served : undefined;
  give("files-url", files?.url, noFiles);
  give("files-user", files?.user, noFiles);
  give("files-password", files?.password, noFiles);

  const marked = new Set<Flag>([pages === "no" ? "no-pages" : "pages", phone.answer]);
  if (phone.push) marked.add(phone.push.by === "http" ? "push-http" : "push-notify");
  if (push) marked.add(push.origin.startsWith("https:") ? "push-secure" : "push-plain");
  if (second !== undefined) marked.add("second-account");
  if (phone.lampKey !== undefined) marked.add("lamp-key");
  if (served) marked.add("served");
  marked.add(limits.get("line-keys") === 0 ? "no-line-keys" : "line-keys");
  return { texts, unknown, flags: marked, role };
}

/** The host of an address as it stands in a phone's list of whom it takes pushes from. */
function hostOf(origin: string): string {
  return new URL(origin).hostname.replace(/^\[|\]$/g, "");
}
