import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { KnownPhones } from "../../../src/model/index.js";
import { phoneAccounts } from "../../../src/pbx/index.js";
import { readAccountsCsv } from "../../../src/provisioning/accounts-csv.js";
import { AccountsFile } from "../../../src/provisioning/accounts-file.js";
import { provisioningProbe } from "../../../src/provisioning/index.js";
import { accountsOf, config, opened, person, phone, told } from "../../contract/provisioning/site.ts";
import { siteFolder } from "./site-folder.ts";

const full = { pages: "yes", secretInput: "yes" } as const;
const known: KnownPhones = {
  yealink: { models: { T46U: full }, ways: ["notify"], priorities: [], lampKeys: true },
};

describe("a file of SIP accounts", () => {
  const read = (text: string) => readAccountsCsv(text, "accounts.csv");
  test("gives each extension its user and password, and the name of the digest where it is another", () => {
    const made = read('extension,user,password,auth\r\n3001,3001,"se,c""ret",kim\r\n2001,2001, blank ends ,\r\n');
    expect(made.ok && [...made.accounts]).toEqual([
      ["3001", { user: "3001", auth: "kim", password: 'se,c"ret' }],
      ["2001", { user: "2001", auth: "2001", password: " blank ends " }],
    ]);
  });
  test("may have its columns in another order, and a mark of its encoding", () => {
    const made = read("\ufeffpassword,extension,user\none,3001,3001\n");
    expect(made.ok && made.accounts.get("3001")?.password).toBe("one");
  });
  test.each([
    ["extension,user\n3001,3001\n", "accounts.csv:1: the heading has no password; it is extension,user,password,auth"],
    [
      "extension,user,password,pin\n",
      "accounts.csv:1: the heading has an unknown column; those there are: extension, user, password, auth",
    ],
    ["extension,user,password\n3001,3001\n", "accounts.csv:2: has 2 cells and must have 3"],
    [
      'extension,user,password\n3001,3001,"open\n',
      "accounts.csv:2: a quote is open at its end, or stands inside a cell that has none",
    ],
    ["extension,user,password\n3001,3001,\n", "accounts.csv:2: has no password"],
    ["extension,user,password\n3001,3001,a\u0000b\n", "accounts.csv:2: holds a control character"],
    [
      "extension,user,password\n3001,3001,geheim\n\n3001,3001,geheim\n",
      "accounts.csv:4: has the extension of line 2 once more",
    ],
  ])("that is wrong is told by line, without a password: %j", (text, problem) => {
    expect(read(text)).toEqual({ ok: false, problems: [problem] });
    expect(problem).not.toContain("geheim");
  });
  test("goes before what the PBX shows", async () => {
    const folder = siteFolder({});
    const file = join(folder, "accounts.csv");
    writeFileSync(file, "extension,user,password\n2001,2001,from-the-file\n");
    const people = [person("2001", "agent")];
    const of = config(people, [phone("805ec0aabbcc", "yealink", "T46U", "2001")], { ...told, accounts: file });
    const made = (await opened(of, known)).render("805ec0aabbcc", "full", true);
    expect(made.ok && made.value[0]?.text).toContain("account.1.password = from-the-file\n");
  });
});

describe("the file of a site's accounts", () => {
  const passwordIn = async (file: AccountsFile): Promise<string | undefined> => {
    const read = await file.read();
    return read.ok ? read.value.get("2001")?.password : read.sentence;
  };
  test("counts as it stands now, for whoever asks again, also where it could not be read before", async () => {
    const path = join(siteFolder({}), "accounts.csv");
    const file = new AccountsFile(path, () => Date.now() + 60_000);
    expect(await passwordIn(file)).toBe(`${path} cannot be read (ENOENT).`);
    writeFileSync(path, "extension,user,password\n2001,2001,first\n");
    expect(await passwordIn(file)).toBe("first");
    writeFileSync(path, "extension,user,password\n2001,2001,another\n");
    expect(await passwordIn(file)).toBe("another");
    writeFileSync(path, "extension,user,password\n2001,2001\n");
    expect(await passwordIn(file)).toBe(`${path}:2: has 2 cells and must have 3`);
  });
  test("is not parsed again for each phone", async () => {
    const path = join(siteFolder({}), "accounts.csv");
    writeFileSync(path, "extension,user,password\n2001,2001,first\n");
    const file = new AccountsFile(path, () => Date.now() + 60_000);
    expect(await file.read()).toBe(await file.read());
  });
  test("is parsed again where it was written only just now: written once more, it may look the same", async () => {
    const path = join(siteFolder({}), "accounts.csv");
    writeFileSync(path, "extension,user,password\n2001,2001,first\n");
    const file = new AccountsFile(path, () => Date.now());
    expect(await file.read()).not.toBe(await file.read());
  });
  test("spares the PBX the question: who is listed is not looked up there", async () => {
    const nobody = { url: "http://127.0.0.1:1", username: "earshot", password: "x" };
    const pbx = { kind: "asterisk", ari: nobody, endpoint: "PJSIP/{extension}" } as const;
    const people = [person("2001", "agent"), person("2002", "agent")];
    const found = await phoneAccounts({ pbx, people }, new Set(["2001"]));
    expect([...found.values()].map(({ own }) => own)).toEqual([
      { why: "the site lists it" },
      { why: "nobody answers at 127.0.0.1:1" },
    ]);
  });
});

describe("earshot check", () => {
  const people = [person("2001", "agent"), person("2002", "agent")];
  const desks = [
    phone("805ec0aabbc1", "yealink", "T46U", "2001", { lampKey: 3 }),
    phone("805ec0aabbc2", "yealink", "T46U", "2002", { lampKey: 3 }),
  ];
  const said = (of = config(people, desks), accounts = accountsOf(people)) => {
    const probes = provisioningProbe({ config: of, known, password: undefined, accounts: async () => accounts });
    return Promise.all(probes.map(({ run }) => run()));
  };
  test("says that every phone gets what it must have", async () => {
    expect(await said()).toEqual([{ status: "ok", sentence: "each of 2 phones gets all that it must have" }]);
  });
  test("fails where a phone gets no file, and names it", async () => {
    const [line] = await said(config(people, desks), accountsOf(people.slice(0, 1)));
    expect(line).toMatchObject({ status: "fail" });
    expect(line?.sentence).toMatch(
      /^1 of 2 phones get no file \(earshot provision list has all of them\); 805ec0aabbc2: There is no file, because nobody knows the SIP account of 2002/,
    );
  });
  test("notes what phones do without", async () => {
    const { time: _, ...without } = told;
    expect(await said(config(people, desks, without))).toEqual([
      {
        status: "note",
        sentence: expect.stringMatching(/^2 of 2 phones do without something .*provisioning\.time\.server/),
      },
    ]);
  });
  test("says nothing where provisioning is not configured", async () => {
    const { provisioning: _, ...without } = config(people, desks);
    expect(await said(without)).toEqual([]);
  });
});
