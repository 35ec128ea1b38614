import type { AccountsFound, AsteriskConfig, Person, PersonAccounts, SipAccount, Unknown } from "../../model/index.js";
import { AriClient } from "./ari-client.js";
import { fieldsOf, textOf } from "./ari-messages.js";
import { devicesOf, pjsipName } from "./setup/needs.js";

/** More requests at once only queue up inside Asterisk, where their time runs out. */
const atOnce = 16;

/**
 * What each person's own device registers with, as the PBX has it in force, by ARI; and the name of their second account.
 * What somebody `listed` registers with is not looked up. Changes nothing there. Never rejects: what cannot be read is
 * unknown, with the reason.
 */
export async function readAccounts(
  config: AsteriskConfig,
  people: readonly Person[],
  listed: { has(extension: string): boolean },
): Promise<AccountsFound> {
  const client = new AriClient(config.ari, "earshot-check");
  try {
    const away = people.every(({ extension }) => listed.has(extension)) ? undefined : await whyAway(client);
    const found = new Map<Person["id"], PersonAccounts>();
    for (let from = 0; from < people.length; from += atOnce) {
      const some = people.slice(from, from + atOnce);
      const read = await Promise.all(
        some.map((person) =>
          listed.has(person.extension)
            ? { why: "the site lists it" }
            : (away ?? readOwn(client, devicesOf(config, person).own)),
        ),
      );
      for (const [at, person] of some.entries()) {
        const second = pjsipName(devicesOf(config, person).second ?? "");
        found.set(person.id, { own: read[at] ?? { why: "it was not read" }, ...(second && { second }) });
      }
    }
    return found;
  } finally {
    await client.close();
  }
}

async function whyAway(client: AriClient): Promise<Unknown | undefined> {
  const version = await client.version();
  if (version.ok) return undefined;
  return { why: version.status === 0 ? `nobody answers at ${client.host}` : `ARI says: ${version.why}` };
}

async function readOwn(client: AriClient, device: string): Promise<SipAccount | Unknown> {
  const user = pjsipName(device);
  if (user === undefined) return { why: `${device} is no PJSIP device, so the PBX does not show its account` };
  const endpoint = await readObject(client, "endpoint", user);
  if (!endpoint) return { why: `the PBX shows no endpoint ${user}` };
  const auth = endpoint.get("auth")?.split(",")[0]?.trim() ?? "";
  if (auth === "") return { why: `the PBX asks ${user} for no password` };
  const settings = await readObject(client, "auth", auth);
  const [name, password] = [settings?.get("username") ?? "", settings?.get("password") ?? ""];
  if (password === "") return { why: `the PBX shows no password of ${user}: it may keep a hash alone` };
  return { user, auth: name || user, password };
}

async function readObject(client: AriClient, type: "endpoint" | "auth", id: string) {
  const answer = await client.read(`/asterisk/config/dynamic/res_pjsip/${type}/${encodeURIComponent(id)}`);
  if (!answer.ok) return undefined;
  const items = (Array.isArray(answer.value) ? answer.value : []).map(fieldsOf).filter((item) => item !== undefined);
  return new Map(items.map((item) => [textOf(item, "attribute"), textOf(item, "value")]));
}
