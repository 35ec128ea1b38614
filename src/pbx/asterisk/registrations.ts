import { bareHost, type EpochMs, type Extension, type Mac, type Registered } from "../../model/index.js";
import type { AmiClient } from "./ami-client.js";
import { type AmiMessage, amiHeader } from "./ami-messages.js";
import { hostOf, macsIn } from "./contacts.js";
import type { Owners } from "./endpoints.js";

/**
 * Every device that is registered at the accounts of the configured people, by AMI in one list. Undefined where AMI does
 * not tell. `skewMs` is what the PBX's clock is ahead by.
 */
export async function registeredByAmi(
  ami: AmiClient | undefined,
  owners: Owners,
  skewMs: number,
): Promise<ReadonlyMap<Extension, readonly Registered[]> | undefined> {
  if (ami?.loggedIn !== true) return undefined;
  const answer = await ami.action("PJSIPShowContacts", [], "ContactListComplete");
  // Asterisk answers with an error where there is no contact at all.
  if (!answer.ok) return /no contacts found/i.test(answer.why) ? new Map() : undefined;
  const found = new Map<Extension, Registered[]>();
  for (const event of answer.events) {
    const endpoint = amiHeader(event, "Endpoint") ?? "";
    const extension = owners.endpoint(`PJSIP/${endpoint}`)?.person.extension;
    const registered = extension && registeredIn(event, skewMs);
    if (registered) found.set(extension, [...(found.get(extension) ?? []), registered]);
  }
  return found;
}

/** Undefined for an event that is no contact. */
function registeredIn(event: AmiMessage, skewMs: number): Registered | undefined {
  const uri = amiHeader(event, "Uri") ?? "";
  const until = Number(amiHeader(event, "ExpirationTime") ?? "");
  if (amiHeader(event, "Event") !== "ContactList" || uri === "") return undefined;
  const hosts = [hostOf(uri), amiHeader(event, "ViaAddr") ?? ""].map(bareHost).filter((host) => host !== "");
  return {
    macs: macsIn(amiHeader(event, "UserAgent") ?? "") as Mac[],
    hosts: [...new Set(hosts)],
    // A contact of the configuration has no end.
    until: Number.isFinite(until) && until > 0 ? ((until * 1_000 - skewMs) as EpochMs) : Number.MAX_SAFE_INTEGER,
  };
}
