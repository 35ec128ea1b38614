import { randomBytes } from "node:crypto";
import type { AsteriskConfig, Person, Phone } from "../../../model/index.js";
import { AriClient } from "../ari-client.js";
import { fieldsOf, textOf } from "../ari-messages.js";
import { devicesOf, names, pjsipName } from "../setup/needs.js";
import { type AmiFacts, readAmi } from "./ami-facts.js";
import type { Seen } from "./finding.js";

/** What is checked: the configuration that the Asterisk side was written for. */
export interface Checked {
  readonly config: AsteriskConfig;
  readonly gateway: string;
  readonly people: readonly Person[];
  /** What their BLF keys watch. */
  readonly phones?: readonly Phone[];
  /** The SIP password that earshot has written for a supervision account; undefined where nobody knows. */
  readonly password: ((account: string) => string) | undefined;
}

/** A PJSIP object's settings as they are in force, by name; yes and no as `true` and `false`. */
export type Settings = ReadonlyMap<string, string>;

/** Everything that was seen of a PBX; read once, nothing at the PBX is changed by it. */
export interface Facts {
  readonly version: Seen<string>;
  readonly mayWrite: Seen<boolean>;
  /** Names of the modules that run. */
  readonly modules: Seen<ReadonlySet<string>>;
  /** PJSIP endpoints by name. */
  readonly endpoints: Seen<ReadonlyMap<string, Settings>>;
  /** Undefined where there is no call now that could show them. */
  readonly channelVariables: Seen<ReadonlySet<string> | undefined>;
  readonly aors: ReadonlyMap<string, Settings>;
  readonly auths: ReadonlyMap<string, Settings>;
  /** Of SIP, by name. */
  readonly transports?: ReadonlyMap<string, Settings>;
  readonly ami: Seen<AmiFacts>;
}

/** More requests at once only queue up inside Asterisk, where their time runs out. */
const AT_ONCE = 16;
const PATIENCE_MS = 10_000;

/** Reads what both accounts show. The gateway's application is never opened: that would throw a running one out. */
export async function readFacts(checked: Checked, accounts: readonly string[]): Promise<Facts> {
  const client = new AriClient(checked.config.ari, "earshot-check");
  try {
    const version = await asked(client);
    if (!version.ok) {
      const none = { ok: false, why: "ARI does not answer" } as const;
      const ami = await readAmi(checked, accounts, [], AbortSignal.timeout(PATIENCE_MS));
      const empty = { mayWrite: none, modules: none, endpoints: none, channelVariables: none };
      return { version, ...empty, aors: new Map(), auths: new Map(), ami };
    }
    const endpoints = await readEndpoints(client);
    const contexts = endpoints.ok ? contextsOf(checked, endpoints.value) : [];
    const { sip } = checked.config;
    const own = sip === undefined ? [] : [sip.username];
    const [mayWrite, modules, channelVariables, aors, auths, transports, ami] = await Promise.all([
      readRight(client),
      readModules(client),
      readVariables(client),
      readObjects(client, "aor", accounts),
      readObjects(client, "auth", [...accounts, ...own]),
      readObjects(client, "transport", sip === undefined ? [] : [names.websocket]),
      readAmi(checked, accounts, contexts, AbortSignal.timeout(PATIENCE_MS)),
    ]);
    return { version, mayWrite, modules, endpoints, channelVariables, aors, auths, transports, ami };
  } finally {
    await client.close();
  }
}

async function asked(client: AriClient): Promise<Seen<string>> {
  const version = await client.version();
  if (version.ok) return version;
  return { ok: false, why: version.status === 0 ? `nobody answers at ${client.host}` : version.why };
}

/** Asterisk says that a user may not write before it says that there is no such channel. */
async function readRight(client: AriClient): Promise<Seen<boolean>> {
  const answer = await client.hangUp(`earshot-check-${randomBytes(12).toString("hex")}`);
  if (answer.ok || answer.status === 404) return { ok: true, value: true };
  return answer.status === 403 ? { ok: true, value: false } : answer;
}

async function readModules(client: AriClient): Promise<Seen<ReadonlySet<string>>> {
  const answer = await client.read("/asterisk/modules");
  if (!answer.ok) return answer;
  const running = listOf(answer.value).filter((module) => textOf(module, "status") === "Running");
  return { ok: true, value: new Set(running.map((module) => textOf(module, "name"))) };
}

async function readVariables(client: AriClient): Promise<Seen<ReadonlySet<string> | undefined>> {
  const answer = await client.read("/channels");
  if (!answer.ok) return answer;
  const [channel] = listOf(answer.value);
  if (channel === undefined) return { ok: true, value: undefined };
  return { ok: true, value: new Set(Object.keys(fieldsOf(channel["channelvars"]) ?? {})) };
}

async function readEndpoints(client: AriClient): Promise<Seen<ReadonlyMap<string, Settings>>> {
  const answer = await client.read("/endpoints/PJSIP");
  if (!answer.ok) return answer;
  const found = listOf(answer.value).map((endpoint) => textOf(endpoint, "resource"));
  return { ok: true, value: await readObjects(client, "endpoint", found) };
}

async function readObjects(
  client: AriClient,
  type: "endpoint" | "aor" | "auth" | "transport",
  ids: readonly string[],
): Promise<ReadonlyMap<string, Settings>> {
  const objects = new Map<string, Settings>();
  for (let from = 0; from < ids.length; from += AT_ONCE) {
    const some = ids.slice(from, from + AT_ONCE);
    const path = (id: string) => `/asterisk/config/dynamic/res_pjsip/${type}/${encodeURIComponent(id)}`;
    const answers = await Promise.all(some.map(async (id) => ({ id, answer: await client.read(path(id)) })));
    for (const { id, answer } of answers) {
      if (!answer.ok) continue;
      const pairs = listOf(answer.value).map((one) => [textOf(one, "attribute"), textOf(one, "value")] as const);
      objects.set(id, new Map(pairs));
    }
  }
  return objects;
}

/** The contexts in which people's phones look for what their keys watch. */
function contextsOf({ config, people }: Checked, endpoints: ReadonlyMap<string, Settings>): readonly string[] {
  const own = people.map((person) => endpoints.get(pjsipName(devicesOf(config, person).own) ?? ""));
  return [...new Set(own.flatMap((settings) => (settings === undefined ? [] : [subscribeContext(settings)])))];
}

/** Where a phone looks for what its keys watch. */
export function subscribeContext(settings: Settings): string {
  return settings.get("subscribe_context") || settings.get("context") || "default";
}

function listOf(value: unknown): Readonly<Record<string, unknown>>[] {
  return (Array.isArray(value) ? value : []).map(fieldsOf).filter((item) => item !== undefined);
}
