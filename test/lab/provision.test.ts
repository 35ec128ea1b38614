import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AsteriskConfig, Extension, Person, PersonId } from "../../src/model/index.js";
import { phoneAccounts } from "../../src/pbx/index.js";
import { AsteriskLab } from "./asterisk.ts";
import { asteriskPart } from "./parts.ts";
import { Phones } from "./phones.ts";
import { TONES } from "./voices.ts";

const part = await asteriskPart();

const somebody = (extension: string, role: Person["role"]): Person => ({
  ...{ id: extension as PersonId, extension: extension as Extension, name: extension, role, teams: [] },
});
const people = [somebody("2001", "agent"), somebody("3001", "team-manager"), somebody("2999", "agent")];

describe(`SIP accounts for provisioning, from Asterisk ${part.ok ? part.version : `(${part.why})`}`, () => {
  const lab = new AsteriskLab();
  const phones = new Phones(lab);

  beforeAll(async () => {
    await lab.start();
    await phones.start();
  });

  afterAll(async () => {
    await phones.stop();
    await lab.stop();
  });

  const config = (password = lab.ariUser.password): AsteriskConfig => ({
    kind: "asterisk",
    ari: { url: lab.ariUrl, username: lab.ariUser.username, password },
    endpoint: "PJSIP/{extension}",
    supervisionEndpoint: "PJSIP/{extension}-sup",
  });

  it("are those in force there: a phone that is given what was read registers with it", async () => {
    const found = await phoneAccounts({ pbx: config(), people }, new Set());
    const own = found.get("2001" as PersonId)?.own;
    if (!own || "why" in own) throw new Error(`nothing was read: ${own?.why}`);
    const account = { ...lab.account("2001"), user: own.user, password: own.password };
    const phone = await phones.add({ account, hz: TONES.agent });
    expect(phone).toBeDefined();
    expect(own.auth).toBe("2001");
  });

  it("name the second account of who may supervise, and of nobody else", async () => {
    const found = await phoneAccounts({ pbx: config(), people }, new Set());
    expect([...found.values()].map(({ second }) => second)).toEqual([undefined, "3001-sup", undefined]);
  });

  it("that the PBX does not have are said to be missing, and never made up", async () => {
    const found = await phoneAccounts({ pbx: config(), people }, new Set());
    expect(found.get("2999" as PersonId)).toEqual({ own: { why: "the PBX shows no endpoint 2999" } });
  });

  it("are unknown, with the reason and without the password, where ARI refuses", async () => {
    const found = await phoneAccounts({ pbx: config("wrong-password"), people }, new Set());
    expect(found.get("2001" as PersonId)?.own).toEqual({ why: expect.stringMatching(/^ARI says: /) });
    expect(JSON.stringify([...found])).not.toContain("wrong-password");
  });
});
