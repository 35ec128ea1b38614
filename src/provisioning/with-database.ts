import {
  type Config,
  lampWays,
  type Person,
  type PersonListed,
  type Phone,
  type PhoneListed,
  type PhonePush,
  type PhoneSite,
  pushOf,
} from "../model/index.js";

/** What the running gateway has beside the configuration file. */
export interface InDatabase {
  readonly people: readonly PersonListed[];
  /** With the passwords by which they are pushed to. */
  readonly phones: readonly PhoneListed[];
}

/** Who and what stands in the database. */
export interface Entries {
  readonly people: readonly Person[];
  /** With the push that is wanted. */
  readonly phones: readonly Phone[];
}

/** What of that stands in the database, as it is written there. */
export function entriesOf(config: Config, { people, phones }: InDatabase): Entries {
  const others = people.filter(({ owner }) => owner === "database").map(personOf);
  const everybody = [...config.people, ...others];
  return {
    people: others,
    phones: phones.filter(({ entry }) => entry === "database").flatMap((one) => phoneOf(one, everybody)),
  };
}

/**
 * The configuration with the people and the phones of the database, as if they stood in the file. An entry gives way to one
 * of the file, as at the next start, and a phone of nobody is left out.
 */
export function withDatabase(config: Config, entries: Entries, site: PhoneSite): Config {
  const named = new Set(config.people.flatMap(({ id, extension }) => [`id ${id}`, `extension ${extension}`]));
  const others = entries.people
    .filter(({ id, extension }) => !named.has(`id ${id}`) && !named.has(`extension ${extension}`))
    .sort((a, b) => (a.extension < b.extension ? -1 : 1));
  const people = [...config.people, ...others];
  const ids = new Set(people.map(({ id }) => id));
  const macs = new Set(config.phones.map(({ mac }) => mac));
  const phones = entries.phones
    .filter(({ mac, owner }) => !macs.has(mac) && ids.has(owner))
    .map((phone) => settled(phone, site));
  return { ...config, people, phones: [...config.phones, ...phones] };
}

function settled({ push: wanted, ...phone }: Phone, site: PhoneSite): Phone {
  const push = pushOf(wanted, phone.vendor, site);
  return { ...phone, ...(push && { push }) };
}

function personOf({ owner: _, pin: _p, ...person }: PersonListed): Person {
  return person;
}

function phoneOf(listed: PhoneListed, people: readonly Person[]): readonly Phone[] {
  const { mac, vendor, model, answer, address, lampKey } = listed;
  const owner = people.find(({ extension }) => extension === listed.extension);
  if (!owner) return [];
  const lamp = lampWays.find((way) => way === listed.lamp);
  const push = wantedPush(listed);
  return [
    {
      ...{ mac, vendor, model, owner: owner.id, answer },
      ...(address !== undefined && { address }),
      ...(lamp && { lamp }),
      ...(lampKey !== undefined && { lampKey }),
      ...(push && { push }),
    },
  ];
}

function wantedPush({
  push,
  pushAddress,
  pushUsername,
  pushPassword,
  pushPriority,
}: PhoneListed): PhonePush | undefined {
  if (push !== "http") return push && { by: push };
  if (!pushAddress || !pushUsername || !pushPassword) return undefined;
  const http = { by: push, origin: pushAddress, username: pushUsername, password: pushPassword };
  return { ...http, ...(pushPriority !== undefined && { priority: pushPriority }) };
}
