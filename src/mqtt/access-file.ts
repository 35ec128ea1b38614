import { X509Certificate } from "node:crypto";
import {
  type Branch,
  branchAccountName,
  type Config,
  type ExternalBroker,
  type HomeAssistantConfig,
  type Person,
  parsePersonId,
  topicsMeet,
} from "../model/index.js";
import type { HomeAssistantSite } from "./home-assistant-device.js";

/** An access file, or a sentence that says why this configuration has none. */
export type AccessFile =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly sentence: string };

/** What an access file is written from; every word of it can stand in a topic or in a line. */
export interface AccessFacts {
  readonly gateway: string;
  readonly base: string;
  readonly url: URL;
  /** The gateway's account. */
  readonly username: string;
  /** Whether the gateway signs in by its certificate, which the account is the name of. */
  readonly byCertificate: boolean;
  readonly people: readonly Person[];
  readonly branches: readonly Branch[];
  /** Where a Home Assistant is told of devices. */
  readonly site?: HomeAssistantSite;
  /** The account of that Home Assistant. */
  readonly home?: string;
}

const topicWords = /^[A-Za-z0-9_-]+(?:\/[A-Za-z0-9_-]+)*$/;
/** A line end would add a line of its own, a colon ends a name in a password file, and blanks at the ends are cut. */
const accountName = /^(?!\s)[^\p{Cc}\p{Zl}\p{Zp}:]{1,200}(?<!\s)$/u;

/** The facts for the broker called `broker`; nothing in them comes from the configuration unchecked. */
export function accessFacts(
  { gateway, mqtt, people, branches = [] }: Pick<Config, "gateway" | "mqtt" | "people" | "branches">,
  broker: string,
): { readonly ok: true; readonly facts: AccessFacts } | { readonly ok: false; readonly sentence: string } {
  if (mqtt.kind === "embedded") {
    return no(
      `mqtt.embedded is the broker inside earshot, which keeps these rules by itself; set mqtt.url for ${broker}.`,
    );
  }
  const { base } = mqtt;
  const username = mqtt.username ?? nameOf(mqtt);
  const key = mqtt.username === undefined && mqtt.identity ? "The name in mqtt.certFile (CN)" : "mqtt.username";
  if (username === undefined) return no(`${key} is missing: ${broker} has to know the gateway by an account.`);
  if (!accountName.test(username)) return no(`${key} cannot be an account of ${broker}: no colon, no line end.`);
  if (!topicWords.test(base) || !topicWords.test(gateway) || gateway.includes("/")) {
    return no("mqtt.base or gateway cannot stand in a topic: letters, digits, `_` and `-`.");
  }
  if (people.some(({ id }) => parsePersonId(id) === undefined))
    return no("The id of a person cannot stand in a topic.");
  if (people.some(({ id }) => id === username)) {
    return no(`${key} is the id of a person too, whose devices would get the gateway's rights; choose another.`);
  }
  const accounts = new Set<string>([username, ...people.map(({ id }) => id)]);
  const taken = branches.map(({ id }) => branchAccountName(id)).find((account) => accounts.has(account));
  if (taken !== undefined)
    return no(`${taken} is the account of a branch office too; choose another id for one of them.`);
  const byCertificate = mqtt.username === undefined;
  const { homeAssistant } = mqtt;
  const flaw = homeAssistant && flawOfHomeAssistant(homeAssistant, { base, accounts, branches, broker });
  if (flaw !== undefined) return no(flaw);
  const told = homeAssistant && {
    site: { prefix: homeAssistant.prefix, base, gateway },
    ...(homeAssistant.username && { home: homeAssistant.username }),
  };
  return {
    ok: true,
    facts: { gateway, base, url: new URL(mqtt.url), username, byCertificate, people, branches, ...told },
  };
}

function flawOfHomeAssistant(
  { prefix, username: name }: HomeAssistantConfig,
  site: {
    readonly base: string;
    /** Of the gateway and of people. */
    readonly accounts: ReadonlySet<string>;
    readonly branches: readonly Branch[];
    readonly broker: string;
  },
): string | undefined {
  const { base, accounts, branches, broker } = site;
  if (!topicWords.test(prefix)) {
    return "mqtt.homeAssistant.prefix cannot stand in a topic: letters, digits, `_` and `-`.";
  }
  if (topicsMeet(prefix, base)) {
    return "mqtt.homeAssistant.prefix and mqtt.base lie within each other: Home Assistant would read who supervises whom.";
  }
  if (name === undefined) return undefined;
  if (!accountName.test(name)) {
    return `mqtt.homeAssistant.username cannot be an account of ${broker}: no colon, no line end.`;
  }
  if (accounts.has(name)) {
    return "mqtt.homeAssistant.username is the gateway's account, or the id of a person; choose another.";
  }
  if (branches.some(({ id }) => branchAccountName(id) === name)) {
    return "mqtt.homeAssistant.username is the account of a branch office too; choose another.";
  }
  return undefined;
}

/** A text as part of a comment: it cannot leave its line. */
export function inComment(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "?");
}

/** What a broker calls an account that signs in by this certificate: the common name of its subject. */
function nameOf({ identity }: ExternalBroker): string | undefined {
  if (identity === undefined) return undefined;
  const [, name] = /^CN=(.*)$/m.exec(new X509Certificate(identity.cert).subject) ?? [];
  return name;
}

function no(sentence: string): { readonly ok: false; readonly sentence: string } {
  return { ok: false, sentence };
}
