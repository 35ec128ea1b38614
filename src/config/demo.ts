import { randomBytes } from "node:crypto";
import { resolve } from "node:path";
import {
  type Config,
  type Person,
  type Phone,
  parseExtension,
  parseMac,
  parsePersonId,
  type Role,
} from "../model/index.js";

const cast: readonly (readonly [extension: string, name: string, role: Role, ...teams: string[]])[] = [
  ["4001", "Priya Raman", "administrator"],
  ["3001", "Kim Osei", "team-manager", "support"],
  ["3002", "Jonas Weber", "agent-plus", "sales"],
  ["2001", "Ana Ruiz", "agent", "support"],
  ["2002", "Ben Okafor", "agent", "support"],
  ["2003", "Mei Tanaka", "agent", "support"],
  ["2004", "Luca Moretti", "agent", "sales"],
  ["2005", "Sara Lindqvist", "agent", "sales"],
  ["2006", "Omar Haddad", "agent", "support"],
  ["2007", "Grace Mbeki", "agent", "support"],
  ["2008", "Tomás Silva", "agent", "support", "sales"],
  ["2009", "Ellen Byrne", "agent", "sales"],
  ["2010", "Viktor Dahl", "agent", "sales"],
];

const desks = [
  { mac: "805ec0aabb01", extension: "3001" },
  { mac: "805ec0aabb02", extension: "2001" },
  { mac: "805ec0aabb03", extension: "2002" },
] as const;

/**
 * What runs when there is no configuration file: a simulated PBX, the broker inside, a small floor of people, and passwords
 * made anew at each start. Only here hidden is chosen without the site (R20).
 */
export function demoConfig(dataDir: string, makePassword: () => string = randomPassword): Config {
  const people = cast.map(
    ([extension, name, role, ...teams]): Person => ({
      id: certain(parsePersonId(extension)),
      extension: certain(parseExtension(extension)),
      name,
      role,
      teams,
    }),
  );
  const phones = desks.map(
    ({ mac, extension }): Phone => ({
      mac: certain(parseMac(mac)),
      vendor: "yealink",
      model: "T46U",
      owner: certain(parsePersonId(extension)),
      answer: "ring",
    }),
  );
  const accounts = people
    .filter(({ role }) => role === "agent")
    .map(({ id }) => ({ username: id, password: makePassword(), agent: id }));
  return {
    gateway: "main",
    http: { listen: { host: "127.0.0.1", port: 8080 }, publicUrl: "http://127.0.0.1:8080" },
    data: resolve(dataDir),
    pbx: { kind: "simulator", seed: 1, speed: 1 },
    policy: { hidden: "allowed" },
    mqtt: { kind: "embedded", listen: { host: "127.0.0.1", port: 1883 }, accounts, base: "earshot" },
    people,
    phones,
    desk: { kind: "open" },
  };
}

function randomPassword(): string {
  return randomBytes(18).toString("base64url");
}

function certain<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("the demo's own names have the wrong shape");
  return value;
}
