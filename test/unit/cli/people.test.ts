import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Control, ControlServer, controlClient, readPin } from "../../../src/cli/index.js";
import { type Booked, type PeopleBook, type PersonListed, Secret } from "../../../src/model/index.js";
import { anaListed, check, listed, no, phonesSeen, rows, run, status } from "./fakes.ts";

const demo = { kind: "demo", dataDir: ".earshot" };

describe("earshot people", () => {
  test("list is a table without what a terminal would obey", async () => {
    const { out } = await run("people list");
    expect(out.split("\n").slice(0, 3)).toEqual([
      "Extension  Name           Role          Teams           Forbidden  PIN     Entry     Id",
      "2001       Ana Ruiz       agent         support         Hidden     none    database",
      "3001       Kim ?[31mOsei  team-manager  support, sales             locked  file      kim",
    ]);
  });

  test("list --json is what there is", async () => {
    expect(JSON.parse((await run("people list --json")).out)).toEqual(listed);
  });

  test("nobody yet", async () => {
    const ran = await run("people list", { people: async () => ({ ok: true, value: [] }) });
    expect(ran.out).toBe("There is nobody yet.\n");
  });

  test.each([
    [
      "people add 2001 --name Ana --role agent --team support late --hidden forbidden",
      "add",
      { wish: { extension: "2001", name: "Ana", role: "agent", teams: ["support", "late"], hidden: "forbidden" } },
      "Ana Ruiz is added.\n",
    ],
    [
      "people change ana --extension 2002 --supervision allowed",
      "change",
      { person: "ana", wish: { extension: "2002", supervision: "allowed" } },
      "Ana Ruiz is changed.\n",
    ],
    ["people remove 2001", "remove", { person: "2001" }, "Ana Ruiz is removed.\n"],
    ["people unlock 2001", "unlock", { person: "2001" }, "Ana Ruiz may try again.\n"],
  ])("%s", async (line, order, given, said) => {
    const ran = await run(line);
    expect(ran.asked).toEqual([["orderPeople", demo, order, given]]);
    expect([ran.code, ran.out]).toEqual([0, said]);
  });

  test("pin asks for the digits itself and says none of them", async () => {
    const ran = await run("people pin 2001");
    expect(ran.asked).toEqual([["orderPeople", demo, "pin", { person: "2001", pin: "2718" }]]);
    expect(`${ran.out}${ran.err}`).toBe("The PIN of Ana Ruiz is set.\n");
    expect((await run("people pin 2001 --json")).out).not.toContain("2718");
  });

  test("pin takes none on the command line, where every user of the machine could read it", async () => {
    expect((await run("people pin 2001 2718")).code).toBe(2);
  });

  test("token makes one and shows it this once; --revoke takes it away", async () => {
    const made = await run("people token hr");
    expect([made.out, made.asked]).toEqual(["earshot_made\n", [["makeToken", demo, "hr", "people"]]]);
    const dead = await run("people token hr --revoke");
    expect([dead.out, dead.asked]).toEqual(["The token of hr is dead.\n", [["revokeToken", demo, "hr"]]]);
  });

  test("a refusal is its sentence, exit 1", async () => {
    const sentence = "Ana Ruiz stands in the configuration file.";
    const ran = await run("people remove 2001", { orderPeople: () => no(sentence) });
    expect([ran.code, ran.err]).toEqual([1, `${sentence}\n`]);
  });

  test.each(["people add", "people add 2001 --role boss", "people change"])("%s is not understood", async (line) => {
    expect((await run(line)).code).toBe(2);
  });
});

describe("a PIN that is piped in", () => {
  test.each([
    ["271828\n", "271828"],
    ["271828", "271828"],
    ["271828\r\nmore\n", "271828"],
    ["", ""],
  ])("%j", async (text, pin) => {
    const input = new PassThrough();
    input.end(text);
    expect(await readPin(input as unknown as NodeJS.ReadStream, () => undefined)).toEqual({ ok: true, value: pin });
  });
});

describe("the control socket, about people", () => {
  let root: string;
  let server: ControlServer;
  let asked: unknown[][];
  let answer: Booked<PersonListed>;

  const book: PeopleBook = {
    list: () => listed,
    find: () => anaListed,
    add: async (...given) => noted("add", given),
    change: async (...given) => noted("change", given),
    enlist: async (...given) => {
      asked.push(["enlist", ...given]);
      return { ok: true, added: 1, changed: 0, same: 0 };
    },
    remove: async (...given) => noted("remove", given),
    setPin: async (who, person, pin) => noted("setPin", [who, person, pin.reveal()]),
    unlock: async (...given) => noted("unlock", given),
  };
  const control: Control = {
    phones: async () => [],
    readAudit: async () => rows,
    exportAudit: async function* () {
      yield rows;
    },
    watchBus: () => ({ ok: false, sentence: "nobody watches the bus here" }),
    verifyAudit: async () => check,
    status: async () => status,
    seen: async () => phonesSeen,
    proving: () => {
      throw new Error("no phone is proved here");
    },
    enrol: async () => ({ ok: false, sentence: "no phone is enrolled here" }),
    resync: async () => ({ ok: false, sentence: "no phone is asked here" }),
    phoneFiles: async () => [],
    people: () => book,
    phonesBook: () => {
      throw new Error("nobody keeps phones here");
    },
    access: () => ({
      make: async (who, name, use) => {
        asked.push(["make", who, name, use]);
        return { ok: true, value: { name, token: "earshot_secret" } };
      },
      revoke: async (who, name) => {
        asked.push(["revoke", who, name]);
        return { ok: true, value: { name } };
      },
    }),
  };

  function noted(order: string, given: readonly unknown[]): Booked<PersonListed> {
    asked.push([order, ...given]);
    return answer;
  }

  beforeEach(async () => {
    asked = [];
    answer = { ok: true, value: anaListed };
    root = mkdtempSync(join(tmpdir(), "earshot-people-"));
    server = new ControlServer(root, control);
    await server.start();
  });
  afterEach(async () => {
    await server.stop();
    rmSync(root, { recursive: true, force: true });
  });

  test("tells them", async () => {
    expect(await controlClient(root).people()).toEqual({ ok: true, value: listed });
  });

  test("takes every order, with whose it is", async () => {
    const client = controlClient(root);
    const who = "kim";
    const wish = { name: "Ana", teams: ["support"] };
    await client.orderPeople("add", { who, wish });
    await client.orderPeople("change", { who, person: "2001", wish });
    await client.orderPeople("remove", { who, person: "2001" });
    await client.orderPeople("unlock", { who, person: "2001" });
    expect(await client.orderPeople("pin", { who, person: "2001", pin: "2718" })).toEqual(answer);
    expect(asked).toEqual([
      ["add", "os:kim", wish],
      ["change", "os:kim", "2001", wish],
      ["remove", "os:kim", "2001"],
      ["unlock", "os:kim", "2001"],
      ["setPin", "os:kim", "2001", "2718"],
    ]);
  });

  test("gives and takes tokens of the API", async () => {
    const client = controlClient(root);
    const given = { who: "kim", name: "hr", use: "people" } as const;
    expect(await client.makeToken(given)).toEqual({ ok: true, value: { name: "hr", token: "earshot_secret" } });
    expect(await client.revokeToken(given)).toMatchObject({ ok: true });
    expect(asked).toEqual([
      ["make", "os:kim", "hr", "people"],
      ["revoke", "os:kim", "hr"],
    ]);
  });

  test("tells why not", async () => {
    answer = { ok: false, why: "taken", sentence: "That is somebody else." };
    expect(await controlClient(root).orderPeople("remove", { who: "kim", person: "2001" })).toEqual({
      ok: false,
      sentence: "That is somebody else.",
    });
  });

  test("asks nobody about what is no PIN", async () => {
    const refused = await controlClient(root).orderPeople("pin", { who: "kim", person: "2001", pin: "letmein" });
    expect([refused, asked]).toEqual([{ ok: false, sentence: "The order about people is not understood." }, []]);
  });
});

test("a secret shows nothing of itself in words", () => {
  expect(`${new Secret("271828")}${JSON.stringify({ pin: new Secret("271828") })}`).not.toContain("271828");
});
