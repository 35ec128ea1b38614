import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type AuditQuery, type Control, ControlServer, controlClient } from "../../../src/cli/index.js";
import { check, filesRow, phone, phonesSeen, rows, status } from "./fakes.ts";

let data: string;
let root: string;
const started: ControlServer[] = [];
const asked: AuditQuery[] = [];

const control: Control = {
  phones: async () => [{ ...phone, url: "http://127.0.0.1:8080/p/key/" }],
  readAudit: async (query) => {
    asked.push(query);
    return rows;
  },
  exportAudit: async function* (query) {
    asked.push(query);
    yield rows;
    yield rows.map((row) => ({ ...row, detail: "a\u2028b\nc" }));
  },
  verifyAudit: async () => check,
  status: async () => status,
  watchBus: () => ({ ok: false, sentence: "nobody watches the bus here" }),
  seen: async () => phonesSeen,
  people: () => {
    throw new Error("nobody asks about people here");
  },
  phonesBook: () => {
    throw new Error("nobody keeps phones here");
  },
  access: () => {
    throw new Error("nobody asks for tokens here");
  },
  proving: () => {
    throw new Error("no phone is proved here");
  },
  enrol: async ({ macs, minutes }) =>
    macs.includes("805ec0aabbcc")
      ? { ok: true, value: { macs, until: minutes * 60_000, url: "https://calls.example.com/c/" } }
      : { ok: false, sentence: "There is no such phone." },
  resync: async (wish) =>
    wish.all
      ? { ok: true, value: { phones: [filesRow], lastAt: wish.spread ?? 0 } }
      : { ok: false, sentence: "Say which phones." },
  phoneFiles: async () => [filesRow],
};

function server(dataDir = data, given = control): ControlServer {
  const made = new ControlServer(dataDir, given);
  started.push(made);
  return made;
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "earshot-cli-"));
  data = join(root, "data");
});
afterEach(async () => {
  for (const one of started.splice(0)) await one.stop();
  asked.length = 0;
  rmSync(root, { recursive: true, force: true });
});

describe("the control socket", () => {
  test("answers phones, record and status", async () => {
    expect(await server().start()).toEqual({ ok: true, value: { socket: join(data, "control.sock") } });
    const client = controlClient(data);
    expect(await client.phones({ showUrls: true })).toEqual({
      ok: true,
      value: [{ ...phone, url: "http://127.0.0.1:8080/p/key/" }],
    });
    const query = {
      who: "kim",
      since: 5,
      until: 9,
      supervisor: "3001",
      agent: "2001",
      call: "c",
      act: "mute",
    } as const;
    expect(await client.readAudit({ ...query, limit: 7 })).toEqual({ ok: true, value: rows });
    expect(asked).toEqual([{ ...query, limit: 7 }]);
    expect(await client.verifyAudit({ who: "kim" })).toEqual({ ok: true, value: check });
    expect(await client.status()).toEqual({ ok: true, value: status });
    expect(await client.seen()).toEqual({ ok: true, value: phonesSeen });
  });
  test("exports every row, whatever stands in it", async () => {
    await server().start();
    const taken: unknown[] = [];
    const answer = await controlClient(data).exportAudit({ who: "kim" }, (some) => void taken.push(...some));
    expect(answer).toEqual({ ok: true, value: 4 });
    expect(taken).toEqual([...rows, ...rows.map((row) => ({ ...row, detail: "a\u2028b\nc" }))]);
    expect(asked).toEqual([{ who: "kim" }]);
  });
  test("an export that is refused is told in a sentence, with no row", async () => {
    const refusing = () => ({ [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error("not now")) }) });
    await server(data, { ...control, exportAudit: refusing }).start();
    const answer = await controlClient(data).exportAudit({ who: "kim" }, () => expect.fail());
    expect(answer).toEqual({ ok: false, sentence: "earshot could not answer: not now." });
  });
  test("nobody reads the record without saying who", async () => {
    await server().start();
    const answer = await controlClient(data).readAudit({ who: "", limit: 1 });
    expect(answer).toEqual({ ok: false, sentence: "The question for the record is not understood." });
    expect(asked).toEqual([]);
  });
  test("gives no URL that was not asked for, whatever the gateway hands over", async () => {
    await server().start();
    expect(await controlClient(data).phones({ showUrls: false })).toEqual({ ok: true, value: [phone] });
  });
  test("and its folder are for its user alone", async () => {
    await server().start();
    expect(statSync(join(data, "control.sock")).mode & 0o777).toBe(0o600);
    expect(statSync(data).mode & 0o777).toBe(0o700);
  });
  test("is gone after stop, and stop can be repeated", async () => {
    const one = server();
    await one.start();
    await one.stop();
    await one.stop();
    expect(existsSync(join(data, "control.sock"))).toBe(false);
    expect(await one.start()).toMatchObject({ ok: true });
  });
  test("tells a failure of the gateway in a sentence, without a stack", async () => {
    const broken = { ...control, status: () => Promise.reject(new Error("the database is locked")) };
    await server(data, broken).start();
    expect(await controlClient(data).status()).toEqual({
      ok: false,
      sentence: "earshot could not answer: the database is locked.",
    });
  });
  test("that answers too late is told as such", async () => {
    await server(data, { ...control, status: () => new Promise(() => {}) }).start();
    const answer = await controlClient(data, undefined, 100).status();
    expect(answer).toEqual({ ok: false, sentence: `The earshot with data in ${data} runs but does not answer.` });
  });
  test("that answers in another shape is of another version", async () => {
    await server(data, { ...control, phones: async () => [JSON.parse('{"mac":1}')] }).start();
    expect(await controlClient(data).phones({ showUrls: false })).toMatchObject({
      ok: false,
      sentence: expect.stringContaining("another version"),
    });
  });
});

describe("a second gateway on the same data", () => {
  test("is refused in words, and the first goes on", async () => {
    await server().start();
    const refused = await server().start();
    expect(refused).toEqual({
      ok: false,
      sentence: `earshot is already running with data in ${data}; stop it first, or give this one another \`data\` folder.`,
    });
    expect(await controlClient(data).status()).toMatchObject({ ok: true });
  });
  test("is refused even when the first is too busy to answer", async () => {
    mkdirSync(data);
    const silent = createServer(() => {});
    await new Promise<void>((done) => silent.listen(join(data, "control.sock"), done));
    expect(await server().start()).toMatchObject({ ok: false, sentence: expect.stringContaining("already running") });
    await new Promise((done) => silent.close(done));
  });
  test("of several at once, one starts", async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, () => server().start()));
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    expect(await controlClient(data).status()).toMatchObject({ ok: true });
  });
});

/** Leaves a socket behind that nobody listens on, as a killed gateway does. */
function leaveStale(path: string): void {
  const script = "require('net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))";
  spawnSync(process.execPath, ["-e", script, path]);
  expect(existsSync(path)).toBe(true);
}

describe("a socket left behind", () => {
  test("is taken over when nobody answers", async () => {
    mkdirSync(data);
    leaveStale(join(data, "control.sock"));
    expect(await controlClient(data).status()).toMatchObject({
      ok: false,
      sentence: expect.stringContaining("is not running"),
    });
    expect(await server().start()).toMatchObject({ ok: true });
    expect(await controlClient(data).status()).toMatchObject({ ok: true });
  });
  test("and several that start at once still leave one", async () => {
    mkdirSync(data);
    leaveStale(join(data, "control.sock"));
    const answers = await Promise.all(Array.from({ length: 6 }, () => server().start()));
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    expect(await controlClient(data).status()).toMatchObject({ ok: true });
  });
  test("and a start that died half-way do not keep the next one out", async () => {
    const lock = join(data, "control.lock");
    mkdirSync(lock, { recursive: true });
    utimesSync(lock, new Date(), new Date(Date.now() - 60_000));
    expect(await server().start()).toMatchObject({ ok: true });
    expect(existsSync(lock)).toBe(false);
  });
  test("that is no socket is left alone", async () => {
    mkdirSync(data);
    writeFileSync(join(data, "control.sock"), "mine");
    expect(await server().start()).toMatchObject({ ok: false, sentence: expect.stringContaining("is no socket") });
    expect(await readFile(join(data, "control.sock"), "utf8")).toBe("mine");
  });
});

describe("a data folder whose path is too long for a socket", () => {
  test("gets one elsewhere, found through the folder, and cleared afterwards", async () => {
    const deep = join(root, "long-name-".repeat(12), "data");
    const one = server(deep);
    const answer = await one.start();
    const socket = answer.ok ? answer.value.socket : "";
    expect(Buffer.byteLength(socket)).toBeLessThanOrEqual(100);
    expect(statSync(dirname(socket)).mode & 0o777).toBe(0o700);
    expect(await controlClient(deep).status()).toEqual({ ok: true, value: status });
    expect(await server(deep).start()).toMatchObject({
      ok: false,
      sentence: expect.stringContaining("already running"),
    });
    await one.stop();
    expect(existsSync(dirname(socket))).toBe(false);
    expect(await controlClient(deep).status()).toMatchObject({
      ok: false,
      sentence: expect.stringContaining("is not running"),
    });
  });

  test("takes nothing away where a damaged pointer leads", async () => {
    const deep = join(root, "long-name-".repeat(12), "data");
    const other = join(root, "other");
    mkdirSync(deep, { recursive: true });
    mkdirSync(other);
    writeFileSync(join(other, "kept"), "");
    for (const pointed of [join(other, "kept"), join(other, "control.sock"), "control.sock", ""]) {
      writeFileSync(join(deep, "control.path"), pointed);
      const one = server(deep);
      expect(await one.start()).toMatchObject({ ok: true });
      await one.stop();
      expect(existsSync(join(other, "kept"))).toBe(true);
    }
  });
});

describe("when no gateway runs", () => {
  test("the sentence names the folder and the command", async () => {
    expect(await controlClient(data, "earshot start --config a.yaml").status()).toEqual({
      ok: false,
      sentence: `earshot is not running with data in ${data}; start it with \`earshot start --config a.yaml\`.`,
    });
  });
  test("a data folder that is a file is told", async () => {
    writeFileSync(data, "");
    expect(await server().start()).toMatchObject({
      ok: false,
      sentence: expect.stringContaining(`The data folder ${data} cannot be used`),
    });
  });
});

describe("phones that may fetch their files", () => {
  test("are named over the socket, with how long; a refusal is its sentence", async () => {
    await server().start();
    const asked = controlClient(data);
    expect(await asked.enrol({ macs: ["805ec0aabbcc"], minutes: 30 })).toEqual({
      ok: true,
      value: { macs: ["805ec0aabbcc"], until: 1_800_000, url: "https://calls.example.com/c/" },
    });
    expect(await asked.enrol({ macs: ["805ec0aabb99"], minutes: 30 })).toEqual({
      ok: false,
      sentence: "There is no such phone.",
    });
    expect(await asked.resync({ macs: [], all: true, spread: 0.5 })).toEqual({
      ok: true,
      value: { phones: [filesRow], lastAt: 0.5 },
    });
    expect(await asked.resync({ macs: [] })).toEqual({ ok: false, sentence: "Say which phones." });
    expect(await asked.resync({ macs: [], spread: -1 })).toMatchObject({
      sentence: "The order about provisioning is not understood.",
    });
    expect(await asked.phoneFiles()).toEqual({ ok: true, value: [filesRow] });
  });
});
