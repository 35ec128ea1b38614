import { bareHost, type PbxAction } from "../../model/index.js";
import type { AmiClient } from "./ami-client.js";
import { amiHeader } from "./ami-messages.js";
import type { AriClient } from "./ari-client.js";
import type { Ringing } from "./session.js";
import { type Refused, refused } from "./site.js";

/** A device that has registered at an endpoint. */
export interface Contact {
  /** `sip:3001@192.0.2.7:5060;line=1`, to be dialled as it is. */
  readonly uri: string;
  readonly userAgent: string;
  /** Where its REGISTER came from. */
  readonly via: string;
}

/** The phone that pressed. */
export interface Presser {
  readonly mac: string;
  /** The host its press came from, or its configured address. */
  readonly from: string;
}

/**
 * The one contact that is the phone that pressed: those whose user agent names its MAC address win, else those at its
 * address. Never another device: a user agent that names another MAC address is not this phone.
 */
export function contactOf(contacts: readonly Contact[], { mac, from }: Presser): Contact | Refused {
  const wanted = bareMac(mac);
  const host = bareHost(from);
  const at = ({ uri, via }: Contact) => host !== "" && (bareHost(hostOf(uri)) === host || bareHost(via) === host);
  const named = contacts.filter(({ userAgent }) => macsIn(userAgent).includes(wanted));
  const unnamed = contacts.filter((contact) => !isForeign(contact) && at(contact));
  const candidates = named.length > 0 ? named : unnamed;
  // A phone that has moved may leave its old contact behind for a while: of its own contacts, the one it pressed from.
  const close = candidates.length > 1 ? candidates.filter(at) : candidates;
  const [only, another] = close.length > 0 ? close : candidates;
  if (only === undefined) return refused("phone-not-registered", "no registered contact is this phone");
  if (another !== undefined)
    return refused("phone-not-certain", "more than one registered contact could be this phone");
  return only;
}

/** What desk phones take as the order to answer by themselves, each make one of the two; the hosts in it are never asked. */
const AUTO_ANSWER = {
  "PJSIP_HEADER(add,Call-Info)": "<sip:earshot>;answer-after=0",
  "PJSIP_HEADER(add,Alert-Info)": "<http://earshot>;info=alert-autoanswer",
} as const;

/** What has to be rung, so that the phone that pressed rings and no other device: one of its endpoint's contacts. */
export function phoneToRing(
  contacts: readonly Contact[] | Refused,
  endpoint: string,
  action: Extract<PbxAction, { type: "ring" }>,
): Ringing | Refused {
  if ("ok" in contacts) return contacts;
  const contact = contactOf(contacts, action);
  if ("ok" in contact) return contact;
  return { endpoint: `${endpoint}/${contact.uri}`, variables: action.answer === "auto" ? AUTO_ANSWER : {} };
}

/** Whether what is sent to every contact reaches this phone and no other device. */
export function isOnly(contacts: readonly Contact[], phone: Presser): { readonly ok: true } | Refused {
  const [only, another] = contacts;
  if (only === undefined) return refused("phone-not-registered", "the phone is not registered");
  const wanted = bareMac(phone.mac);
  const named = ({ userAgent }: Contact) => macsIn(userAgent).includes(wanted);
  // A phone that has moved may leave its old contact behind for a while.
  if (contacts.every(named)) return { ok: true };
  if (another !== undefined) {
    return refused("phone-not-certain", "another device is registered at the same endpoint and would get it too");
  }
  return phone.from === "" && !isForeign(only) ? { ok: true } : toResult(contactOf(contacts, phone));
}

function toResult(found: Contact | Refused): { readonly ok: true } | Refused {
  return "ok" in found ? found : { ok: true };
}

function bareMac(mac: string): string {
  return mac.toLowerCase().replace(/[^0-9a-f]/g, "");
}

/** Its user agent names the MAC address of some phone. Twelve decimal digits are more likely a serial. */
function isForeign({ userAgent }: Contact): boolean {
  return macsIn(userAgent).some((other) => /[a-f]/.test(other));
}

/** The MAC addresses that a user agent names. */
export function macsIn(userAgent: string): string[] {
  const found = userAgent.toLowerCase().match(/(?<![0-9a-z])[0-9a-f]{2}(?:[:-]?[0-9a-f]{2}){5}(?![0-9a-z])/g) ?? [];
  return found.map(bareMac);
}

/** The host of a SIP URI; empty when there is none. */
export function hostOf(uri: string): string {
  return /^<?sips?:(?:[^@;?>]*@)?(\[[^\]]+\]|[^:;?>]+)/i.exec(uri)?.[1] ?? "";
}

/**
 * The contacts of a PJSIP endpoint. Asterisk gives them by dialplan functions, which ARI evaluates on a channel only, so
 * one of the live channels has to lend itself (nothing changes on it); without any, AMI is asked.
 */
export async function contactsOf(
  endpoint: string,
  ari: AriClient,
  channels: readonly string[],
  ami: AmiClient | undefined,
): Promise<readonly Contact[] | Refused> {
  const name = endpoint.replace(/^PJSIP\//, "");
  if (name === endpoint || !/^[A-Za-z0-9_.*#+-]+$/.test(name)) return refused("pbx-failed", "not a PJSIP endpoint");
  for (const channel of channels.slice(0, 5)) {
    const read = await contactsOn(channel, name, ari);
    if (read !== undefined) return read;
  }
  if (ami?.loggedIn === true) return await contactsByAmi(name, ami);
  return refused("pbx-failed", "the PBX does not tell the contacts of the phone");
}

async function contactsOn(channel: string, endpoint: string, ari: AriClient): Promise<Contact[] | Refused | undefined> {
  const aors = await ari.variable(channel, `PJSIP_ENDPOINT(${endpoint},aors)`);
  if (!aors.ok) {
    if (aors.status === 500) return refused("phone-not-registered", `the PBX knows no endpoint ${endpoint}`);
    return aors.status === 404 ? undefined : refused("pbx-failed", aors.why);
  }
  const contacts: Contact[] = [];
  for (const aor of listed(aors.value)) {
    const ids = await ari.variable(channel, `PJSIP_AOR(${aor},contact)`);
    if (!ids.ok && ids.status === 404) return undefined;
    for (const id of ids.ok ? listed(ids.value) : []) {
      const field = (field: string) => ari.variable(channel, `PJSIP_CONTACT(${id},${field})`);
      const [uri, userAgent, via] = await Promise.all([field("uri"), field("user_agent"), field("via_addr")]);
      if (!uri.ok && uri.status === 404) return undefined;
      if (!uri.ok || uri.value === "") continue;
      contacts.push({
        uri: uri.value,
        userAgent: userAgent.ok ? userAgent.value : "",
        via: via.ok ? via.value : "",
      });
    }
  }
  return contacts;
}

/** Names that can stand inside a dialplan function without ending it. */
function listed(text: string): string[] {
  return text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "" && !/[()\s,$"\\]/.test(name));
}

/** The contacts of a PJSIP endpoint, by AMI. */
export async function contactsByAmi(endpoint: string, ami: AmiClient): Promise<Contact[] | Refused> {
  const answer = await ami.action("PJSIPShowEndpoint", [["Endpoint", endpoint]], "EndpointDetailComplete");
  if (!answer.ok) return refused("phone-not-registered", answer.why);
  const details = answer.events.filter((event) => amiHeader(event, "Event") === "ContactStatusDetail");
  return details.flatMap((event) => {
    const uri = amiHeader(event, "URI") ?? "";
    const userAgent = amiHeader(event, "UserAgent") ?? "";
    const via = (amiHeader(event, "ViaAddress") ?? "").replace(/:\d+$/, "");
    return uri === "" ? [] : [{ uri, userAgent, via }];
  });
}
