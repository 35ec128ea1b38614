import { describe, expect, it } from "vitest";
import type { AsteriskConfig, Extension, Person, PersonId } from "../../../src/model/index.js";
import type { Checked, Facts, Settings } from "../../../src/pbx/asterisk/check/facts.js";
import { telephonyLines } from "../../../src/pbx/asterisk/check/telephony-lines.js";

const kim: Person = {
  id: "3001" as PersonId,
  extension: "3001" as Extension,
  name: "Kim Osei",
  role: "team-manager",
  teams: [],
};
const config: AsteriskConfig = {
  kind: "asterisk",
  ari: { url: "http://127.0.0.1:8088/ari", username: "earshot", password: "tulip" },
  endpoint: "PJSIP/{extension}",
  supervisionEndpoint: "PJSIP/{extension}-sup",
};
const checked: Checked = { config, gateway: "main", people: [kim], password: () => "orchid" };

const written = {
  endpoint: {
    context: "earshot-no-transfer",
    allow_transfer: "false",
    allow_subscribe: "false",
    direct_media: "false",
    dtmf_mode: "rfc4733",
    allow: "(ulaw|alaw)",
    auth: "3001-sup",
    aors: "3001-sup",
  },
  auth: { auth_type: "userpass", username: "3001-sup", password: "orchid" },
  aor: { max_contacts: "5" },
} as const;

/** What a PBX shows that has it as setup has written it, but for one setting of the supervision account. */
function shown(what?: keyof typeof written, key?: string, value = ""): Facts {
  const none = { ok: false, why: "not asked" } as const;
  const settings = (kind: keyof typeof written): Settings =>
    new Map(Object.entries(what === kind && key !== undefined ? { ...written[kind], [key]: value } : written[kind]));
  const endpoints = new Map([
    ["3001", new Map([["direct_media", "false"]])],
    ["3001-sup", settings("endpoint")],
  ]);
  return {
    version: { ok: true, value: "22.0.0" },
    mayWrite: none,
    modules: none,
    endpoints: { ok: true, value: endpoints },
    channelVariables: none,
    aors: new Map([["3001-sup", settings("aor")]]),
    auths: new Map([["3001-sup", settings("auth")]]),
    ami: none,
  };
}

function complaints(facts: Facts): string[] {
  const lines = telephonyLines(checked).map(({ name, judge }) => ({ name, status: judge(facts).status }));
  return lines.filter(({ status }) => status === "fail" || status === "note").map(({ name }) => name);
}

describe("check looks at every setting of a supervision account that setup writes", () => {
  it("has nothing to complain of where all is as written", () => {
    expect(complaints(shown())).toEqual([]);
  });

  it.each([
    ["endpoint", "context", "phones"],
    ["endpoint", "allow_transfer", "true"],
    ["endpoint", "allow_subscribe", "true"],
    ["endpoint", "dtmf_mode", "inband"],
    ["endpoint", "direct_media", "true"],
    ["endpoint", "allow", "()"],
    ["endpoint", "auth", ""],
    ["endpoint", "aors", ""],
    ["endpoint", "aors", "3002-sup"],
    ["auth", "auth_type", "md5"],
    ["auth", "username", "somebody"],
    ["auth", "password", "rose"],
    ["aor", "max_contacts", "0"],
  ] as const)("%s %s = %s is told", (what, key, value) => {
    expect(complaints(shown(what, key, value))).toEqual([expect.stringMatching(new RegExp(` ${key}$`))]);
  });

  it.each([
    ["aors", "type"],
    ["auths", "type"],
  ] as const)("none of its %s is told by the line %s", (which, key) => {
    expect(complaints({ ...shown(), [which]: new Map() })).toEqual([`pjsip.conf supervision accounts ${key}`]);
  });

  it("what is left of `disallow` is told as what nobody can see", () => {
    const line = telephonyLines(checked).find(({ name }) => name === "pjsip.conf [earshot-supervision] disallow");
    expect(line?.judge(shown())).toMatchObject({ status: "unseen", sentence: expect.stringContaining("(ulaw|alaw)") });
  });
});
