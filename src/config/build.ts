import { resolve } from "node:path";
import {
  type Branch,
  type ClientIdentity,
  type Config,
  type DeskAccount,
  type DiscoveryConfig,
  type KnownPhones,
  type MqttConfig,
  type Person,
  type Phone,
  type PhonePush,
  type PolicyConfig,
  parsePersonId,
  phoneWays,
  pushOf,
  type SipAccountConfig,
  type Switches,
  type Team,
  type TeamTone,
} from "../model/index.js";
import type { Devices } from "./devices.js";
import { buildProvisioning } from "./provisioning.js";
import type { Written } from "./schema.js";
import type { Secrets } from "./secrets.js";

/** What a configuration is built with beside what is written. */
interface Beside {
  /** Of the file: `data` is taken relative to it. */
  readonly folder: string;
  /** What `mqtt.caFile` holds. */
  readonly ca: string | undefined;
  /** What `mqtt.certFile` and `mqtt.keyFile` hold. */
  readonly identity: ClientIdentity | undefined;
  readonly known: KnownPhones;
  readonly devices: Devices;
}

/**
 * The configuration that a right file stands for.
 * Undefined when a secret or a person is missing, which the rules have told before.
 */
export function buildConfig(
  written: Written,
  secrets: Secrets,
  { folder, ca, identity, known, devices }: Beside,
): Config | undefined {
  const people = all(
    written.people.map((entry): Person | undefined => {
      const id = entry.id ?? parsePersonId(entry.extension);
      if (id === undefined) return undefined;
      const { extension, name, role, teams, language } = entry;
      return { id, extension, name, role, teams, ...(language && { language }), ...forbiddenBy(entry) };
    }),
  );
  const site = { known, ...phoneWays(written.pbx) };
  const phones = all(
    written.phones.map(
      ({ extension, address, push: wanted, lamp, lampKey, branch, ...phone }, index): Phone | undefined => {
        const owner = people?.find((person) => person.extension === extension)?.id;
        const password = secrets.get(["phones", index, "push", "password"]);
        const push = pushOf(buildPush(wanted, password), phone.vendor, site);
        return owner === undefined
          ? undefined
          : {
              ...{ ...phone, owner },
              ...(address && { address }),
              ...(lamp && { lamp }),
              ...(lampKey && { lampKey }),
              ...(push && { push }),
              ...(branch && { branch }),
            };
      },
    ),
  );
  const pbx = buildPbx(written.pbx, secrets);
  const mqtt = buildMqtt(written.mqtt, secrets, { ca, identity });
  const accounts = buildDesk(written.desk, secrets);
  if (!people || !phones || !pbx || !mqtt || !accounts) return undefined;
  return {
    gateway: written.gateway,
    language: written.language,
    http: buildHttp(written.http, folder),
    data: resolve(folder, written.data),
    pbx,
    policy: buildPolicy(written.policy),
    ...(written.teams.length > 0 && {
      teams: written.teams.map(
        ({ name, tone, ...team }): Team => ({ name, ...forbiddenBy(team), ...(tone && { tone: buildTone(tone) }) }),
      ),
    }),
    ...(written.recording && { recording: buildRecording(written.recording, secrets) }),
    ...(written.audit && { audit: written.audit }),
    mqtt: { ...mqtt, base: written.mqtt.base, ...buildHomeAssistant(written.mqtt, secrets) },
    people,
    phones,
    ...(written.branches.length > 0 && { branches: written.branches.map((one) => buildBranch(one, mqtt)) }),
    ...(written.desk && { desk: { kind: "accounts", accounts } }),
    ...(written.provisioning && { provisioning: buildProvisioning(written.provisioning, folder, devices) }),
    ...(written.discovery && { discovery: buildDiscovery(written.discovery) }),
  };
}

function buildHttp({ tls, ...http }: Written["http"], folder: string): Config["http"] {
  const files = tls && { certFile: resolve(folder, tls.certFile), keyFile: resolve(folder, tls.keyFile) };
  return { ...http, ...(files && { tls: files }) };
}

/** Whoever can listen unseen is asked for a PIN, unless the site says otherwise. */
function buildPolicy({
  hidden,
  supervision,
  supervisorsPerCall,
  digits,
  pagesFrom,
  never,
  pin,
  shift,
  private: privacy,
}: Written["policy"]): PolicyConfig {
  const asks = pin === "required" || (pin === undefined && hidden === "allowed");
  return {
    hidden,
    supervisorsPerCall,
    ...(supervision === "forbidden" && { supervision }),
    ...(never && { never }),
    ...(asks && { pin: { shiftMs: shift * 3_600_000 } }),
    ...(digits === "allowed" && { digits }),
    ...(pagesFrom === "registered" && { pagesFrom }),
    ...(privacy && { private: privacy }),
  };
}

function buildRecording(
  { mixMonitor, url }: NonNullable<Written["recording"]>,
  secrets: Secrets,
): NonNullable<Config["recording"]> {
  const password = secrets.get(["recording", "password"]);
  return { ofPbx: mixMonitor === "pause", ...(url && { hook: { url, ...(password && { password }) } }) };
}

function forbiddenBy({ hidden, supervision }: Pick<Written["people"][number], "hidden" | "supervision">): Switches {
  return { ...(hidden === "forbidden" && { hidden }), ...(supervision === "forbidden" && { supervision }) };
}

function buildTone({ agent, customer, every }: NonNullable<Written["teams"][number]["tone"]>): TeamTone {
  return { agent: agent === "true", customer: customer === "true", everyMs: every * 1_000 };
}

function buildPush(wanted: Written["phones"][number]["push"], password: string | undefined): PhonePush | undefined {
  if (wanted?.by !== "http") return wanted && { by: wanted.by };
  const { address: origin, username, priority } = wanted;
  if (!origin || !username || !password) return undefined;
  return { by: "http", origin, username, password, ...(priority && { priority }) };
}

/** A branch reaches the broker as this gateway does, where nothing else is said. */
function buildBranch({ id, url }: Written["branches"][number], mqtt: MqttConfig): Branch {
  const outside = mqtt.kind === "external" ? mqtt : undefined;
  const address = url ?? outside?.url ?? "";
  const encrypted = /^(mqtts|wss):/i.test(address);
  return { id, url: address, ...(encrypted && outside?.ca !== undefined && { ca: outside.ca }) };
}

function buildDiscovery({ url, interfaces }: NonNullable<Written["discovery"]>): DiscoveryConfig {
  return { interfaces, ...(url && { url }) };
}

function buildDesk(desk: Written["desk"], secrets: Secrets): readonly DeskAccount[] | undefined {
  return all(
    (desk?.accounts ?? []).map(({ person }, index) => {
      const password = secrets.get(["desk", "accounts", index, "password"]);
      return password === undefined ? undefined : { person, password };
    }),
  );
}

function buildPbx(pbx: Written["pbx"], secrets: Secrets): Config["pbx"] | undefined {
  if (pbx.kind === "simulator") return pbx;
  const { kind, endpoint, supervisionEndpoint, transferContext, ami, sip } = pbx;
  const password = secrets.get(["pbx", "ari", "password"]);
  const secret = secrets.get(["pbx", "ami", "secret"]);
  if (password === undefined || (ami !== undefined && secret === undefined)) return undefined;
  return {
    kind,
    ari: { url: pbx.ari.url, username: pbx.ari.username, password },
    ...(ami === undefined || secret === undefined
      ? {}
      : { ami: { host: ami.host, port: ami.port, username: ami.username, secret } }),
    endpoint,
    ...(supervisionEndpoint === undefined ? {} : { supervisionEndpoint }),
    ...(transferContext === undefined ? {} : { transferContext }),
    ...(sip && { sip: buildSip(sip, pbx.ari.url) }),
  };
}

/** Asterisk's own HTTP server offers both, so that where ARI is tells where SIP over WebSocket is. */
function buildSip(
  { username, url, context }: NonNullable<Extract<Written["pbx"], { kind: "asterisk" }>["sip"]>,
  ari: string,
): SipAccountConfig {
  const beside = ari.replace(/^http/, "ws").replace(/\/ari$/, "/ws");
  return { username, url: url ?? beside, ...(context && { context }) };
}

function buildMqtt(
  { embedded, url, username }: Written["mqtt"],
  secrets: Secrets,
  { ca, identity }: Pick<Beside, "ca" | "identity">,
): MqttConfig | undefined {
  if (embedded !== undefined) {
    const accounts = all(
      embedded.accounts.map((account, index) => {
        const password = secrets.get(["mqtt", "embedded", "accounts", index, "password"]);
        return password === undefined ? undefined : { username: account.username, password, agent: account.agent };
      }),
    );
    return accounts && { kind: "embedded", listen: embedded.listen, accounts };
  }
  if (url === undefined) return undefined;
  const broker = { kind: "external", url, ...(ca && { ca }), ...(identity && { identity }) } as const;
  if (username === undefined) return broker;
  const password = secrets.get(["mqtt", "password"]);
  return password === undefined ? undefined : { ...broker, username, password };
}

function buildHomeAssistant(
  { homeAssistant }: Written["mqtt"],
  secrets: Secrets,
): Pick<Config["mqtt"], "homeAssistant"> {
  if (!homeAssistant) return {};
  const { prefix, username } = homeAssistant;
  const password = secrets.get(["mqtt", "homeAssistant", "password"]);
  return { homeAssistant: { prefix, ...(username && { username }), ...(password && { password }) } };
}

function all<T>(values: readonly (T | undefined)[]): readonly T[] | undefined {
  const found = values.filter((value) => value !== undefined);
  return found.length === values.length ? found : undefined;
}
