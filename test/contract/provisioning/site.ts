import {
  type Config,
  type Extension,
  type Mac,
  type Person,
  type PersonAccounts,
  type PersonId,
  type Phone,
  type ProvisioningConfig,
  parseMac,
} from "../../../src/model/index.js";
import { Provisioner, type ProvisionerParts } from "../../../src/provisioning/index.js";

export const token = "AAAAAAAAAAAAAAAAAAAAAA";

/** A person with nothing unusual. */
export function person(extension: string, role: Person["role"], more: Partial<Person> = {}): Person {
  const id = extension as PersonId;
  return { id, extension: extension as Extension, name: `Person ${extension}`, role, teams: [], ...more };
}

/** A phone of somebody's. */
export function phone(mac: string, vendor: string, model: string, owner: string, more: Partial<Phone> = {}): Phone {
  const parsed = parseMac(mac);
  if (!parsed) throw new Error(`${mac} is no MAC address`);
  return { mac: parsed, vendor, model, owner: owner as PersonId, answer: "ring", ...more };
}

export const told: ProvisioningConfig = {
  mode: "full",
  sip: { server: "pbx.example.com", port: 5060, transport: "udp" },
  time: { server: "pool.ntp.org", zone: "Europe/Berlin" },
};

/** A configuration with an Asterisk and second accounts. */
export function config(people: readonly Person[], phones: readonly Phone[], provisioning = told): Config {
  return {
    gateway: "main",
    http: { listen: { host: "127.0.0.1", port: 8080 }, publicUrl: "http://192.0.2.10:8080" },
    data: "/nowhere",
    pbx: { kind: "simulator", seed: 1, speed: 1 },
    policy: { hidden: "forbidden" },
    mqtt: { kind: "embedded", listen: { host: "127.0.0.1", port: 1883 }, accounts: [], base: "earshot" },
    people,
    phones,
    provisioning,
  };
}

/** As the PBX would show them: everybody has an account, and supervisors a second one. */
export function accountsOf(people: readonly Person[]): ReadonlyMap<PersonId, PersonAccounts> {
  return new Map(
    people.map(({ id, extension, role }): [PersonId, PersonAccounts] => [
      id,
      {
        own: { user: extension, auth: extension, password: `sip-of-${extension}` },
        ...(role !== "agent" && { second: `${extension}-sup` }),
      },
    ]),
  );
}

export const launchersOf = (phones: readonly Phone[]): ReadonlyMap<Mac, string> =>
  new Map(phones.map(({ mac }) => [mac, `http://192.0.2.10:8080/p/${token}/`]));

/** The provisioner of a configuration, or what it says instead, thrown. */
export async function opened(
  of: Config,
  known: ProvisionerParts["known"],
  more: Partial<ProvisionerParts> = {},
): Promise<Provisioner> {
  const made = await Provisioner.open({
    config: of,
    known,
    launchers: launchersOf(of.phones),
    accounts: async ({ people }) => accountsOf(people),
    password: (account) => `made-for-${account}`,
    ...more,
  });
  if (!made.ok) throw new Error(made.sentence);
  return made.value;
}
