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

/** The configuration with the people and the phones of the database, as if they stood in the file. */
export function withDatabase(config: Config, { people, phones }: InDatabase, site: PhoneSite): Config {
  const everybody = [...config.people, ...people.filter(({ owner }) => owner === "database").map(personOf)];
  const others = phones.filter(({ entry }) => entry === "database").flatMap((one) => phoneOf(one, everybody, site));
  return { ...config, people: everybody, phones: [...config.phones, ...others] };
}

function personOf({ owner: _, pin: _p, ...person }: PersonListed): Person {
  return person;
}

function phoneOf(listed: PhoneListed, people: readonly Person[], site: PhoneSite): readonly Phone[] {
  const { mac, vendor, model, answer, address, lampKey } = listed;
  const owner = people.find(({ extension }) => extension === listed.extension);
  if (!owner) return [];
  const lamp = lampWays.find((way) => way === listed.lamp);
  const push = pushOf(wantedPush(listed), vendor, site);
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
