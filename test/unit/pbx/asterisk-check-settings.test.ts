import { describe, expect, it } from "vitest";
import type { AsteriskConfig, Extension, Mac, Person, PersonId, Phone } from "../../../src/model/index.js";
import { accessLines } from "../../../src/pbx/asterisk/check/access-lines.js";
import type { Checked, Facts } from "../../../src/pbx/asterisk/check/facts.js";
import { telephonyLines } from "../../../src/pbx/asterisk/check/telephony-lines.js";
import { asteriskSetup } from "../../../src/pbx/asterisk/index.js";

const plain: AsteriskConfig = {
  kind: "asterisk",
  ari: { url: "http://127.0.0.1:8088/pbx/ari", username: "ari-user", password: "tulip" },
  ami: { host: "127.0.0.1", port: 5038, username: "ami-user", secret: "orchid" },
  endpoint: "PJSIP/{extension}",
  supervisionEndpoint: "PJSIP/{extension}-sup",
};
const encrypted: AsteriskConfig = { ...plain, ari: { ...plain.ari, url: "https://192.0.2.1:8089/ari" } };
const watching: AsteriskConfig = { ...plain, sip: { username: "earshot-blf", url: "ws://127.0.0.1:8088/ws" } };
const people: readonly Person[] = [person("3001", "team-manager"), person("2001", "agent")];

const phones: readonly Phone[] = [
  {
    ...{ mac: "805ec0aabbcc" as Mac, vendor: "polycom", model: "CCX600", owner: "2001" as PersonId },
    ...{ answer: "ring", lamp: "blf-three", push: { by: "message" } },
  },
];

function person(extension: string, role: Person["role"]): Person {
  return { id: extension as PersonId, extension: extension as Extension, name: "x", role, teams: [] };
}

interface Setting {
  readonly section: string;
  readonly key: string;
  readonly value: string;
}

/** Every setting of a file's text, line by line; what is only shown, behind a semicolon, is none. */
function settingsOf(text: string): Setting[] {
  let section = "general";
  return text.split("\n").flatMap((line): Setting[] => {
    const head = /^\[([^\]]+)\]/.exec(line)?.[1];
    if (head !== undefined) section = head;
    const [, key, value] = /^([^;[\s]\S*) =>? ?(.*)$/.exec(line) ?? [];
    return key === undefined || value === undefined ? [] : [{ section, key, value }];
  });
}

/** The file of Asterisk that a file of setup is, or is included in. */
function fileOf(name: string): string {
  const plain = name.replace(
    /(?:\.(?:endpoint|auth|aor|transports))?(?:_general|_additional)?(?:_custom|_custom_post)\.conf$/,
    ".conf",
  );
  return plain === "sip_notify.conf" ? "pjsip_notify.conf" : plain;
}

/** The line of check that must be there for a setting. */
function lineFor(file: string, { section, key, value }: Setting, before: Setting | undefined): string {
  if (key === "include") return `extensions.conf include ${value}`;
  if (key === "noload") return `modules.conf [${section}] noload ${value}`;
  if (section === "earshot-watch" || section === "earshot-messages") return `extensions.conf [${section}]`;
  if (value.includes(",hint,")) return "extensions.conf [earshot-lamps]";
  if (key === "exten") return `extensions.conf [${section}] ${extenOf(value)}`;
  if (key === "same") return `extensions.conf [${section}] ${extenOf(before?.value ?? "")}`;
  if (section.endsWith("-sup")) return `pjsip.conf supervision accounts ${key}`;
  return `${file} [${section}] ${key}`;
}

function extenOf(value: string): string {
  return value.slice(0, value.indexOf(","));
}

function written(config: AsteriskConfig, freepbx: boolean): string[] {
  const setup = asteriskSetup({
    ...{ config, gateway: "main", people, phones },
    ...{ from: "127.0.0.1", freepbx, password: () => "rose" },
  });
  if (!setup.ok) throw new Error(setup.sentence);
  const names = setup.files.flatMap(({ name, text }) => {
    const settings = settingsOf(text);
    return settings.map((setting, index) => {
      const first = settings.slice(0, index).findLast(({ key }) => key === "exten");
      return lineFor(fileOf(name), setting, first);
    });
  });
  return [...new Set(names)];
}

function linesOf(config: AsteriskConfig) {
  const checked: Checked = { config, gateway: "main", people, phones, password: () => "rose" };
  return [...accessLines(checked), ...telephonyLines(checked)];
}

/** A PBX that shows everything, and has nothing. */
const bare: Facts = {
  version: { ok: true, value: "22.0.0" },
  mayWrite: { ok: true, value: true },
  modules: { ok: true, value: new Set() },
  endpoints: { ok: true, value: new Map() },
  channelVariables: { ok: true, value: undefined },
  aors: new Map(),
  auths: new Map(),
  ami: {
    ok: true,
    value: {
      actions: { ok: true, value: new Map() },
      files: new Map(),
      hints: { ok: true, value: [] },
      watched: new Map(),
      dialplan: new Map(),
      queues: { ok: true, value: [] },
    },
  },
};

/** Lines of check that are about what setup cannot write: other people's objects, and what must not be there. */
const BESIDE = [
  "pjsip.conf endpoints of people",
  "pjsip.conf direct_media of the others",
  "pjsip.conf supervision accounts",
  "extensions.conf [earshot-no-transfer]",
  "extensions.conf hints of supervision accounts",
];

const setups = [
  ["with ARI in the open", plain, false],
  ["with ARI encrypted", encrypted, false],
  ["for a FreePBX", plain, true],
  ["with a SIP account of earshot's own", watching, false],
  ["with such an account for a FreePBX", watching, true],
] as const;

describe.each(setups)("what setup writes %s, and what check knows", (_, config, freepbx) => {
  const known = linesOf(config).map(({ name }) => name);

  it.each(written(config, freepbx))("%s has its line", (name) => {
    expect(known).toContain(name);
  });

  it("no line is there twice, and each that setup has not written is named here", () => {
    expect(known).toEqual([...new Set(known)]);
    const all = new Set([...written(config, false), ...written(config, true), ...BESIDE]);
    expect(known.filter((name) => !all.has(name))).toEqual([]);
  });

  it.each(linesOf(config))("a rule is known for $name", ({ judge }) => {
    expect(judge(bare).sentence).not.toContain("no rule is known");
  });
});

it("the settings of a file are read as Asterisk reads them", () => {
  expect(settingsOf("; a = b\n[one](!)\nx = y\n;z = w\nread =\nexten => a,1,B(c=d)\n")).toEqual([
    { section: "one", key: "x", value: "y" },
    { section: "one", key: "read", value: "" },
    { section: "one", key: "exten", value: "a,1,B(c=d)" },
  ]);
});
