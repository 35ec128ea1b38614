import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { BusFeed, type BusLine, type Control, ControlServer, controlClient } from "../../../src/cli/index.js";
import type { PersonId } from "../../../src/model/index.js";
import { run } from "./fakes.ts";

const at = new Date(2026, 10, 22, 9, 5, 7, 42).getTime();
const names: Readonly<Record<string, string>> = { "2001": "Ana Ruiz", "3001": "Kim Osei" };

function feed(connected = true): BusFeed {
  return new BusFeed({
    now: () => at,
    connected: () => connected,
    nameOf: (person) => names[person],
    ownerOf: (mac) => ({ "805ec0aa2001": "2001", "805ec0aabbcc": "3001" })[mac],
    supervises: (person) => person === "3001",
  });
}

const published = (topic: string, payload: string, more: object = {}) =>
  ({ topic: `earshot/${topic}`, payload, retained: true, accepted: true, ms: 1.26, ...more }) as const;
const pushed = (person: string, by: "mqtt" | "http", kind: "lamp" | "notice" | "page") =>
  ({ person: person as PersonId, by, kind, result: "confirmed", ms: 12.34 }) as const;

/** What a reader is told of, a word for each line. */
function heard(of: BusFeed, person?: string): { readonly lines: BusLine[]; readonly said: () => string[] } {
  const lines: BusLine[] = [];
  of.follow(person, (line) => lines.push(line));
  const word = (line: BusLine): string =>
    line.kind === "delivered"
      ? `${line.person} ${line.what} by ${line.by}`
      : line.kind === "kept" || line.kind === "published"
        ? `${line.kind} ${line.topic}`
        : line.kind;
  return { lines, said: () => lines.map(word) };
}

describe("the bus as the command line sees it", () => {
  test("first what the broker keeps, then what comes, with whom it is about", () => {
    const made = feed();
    made.published(published("agents/2001/lamp/text", "off"));
    made.published(published("agents/2001/lamp/text", "listen"));
    made.published(published("agents/2001/notice", "{}", { retained: false }));
    made.published(published("agents/2002/help", "ON", { accepted: false }));
    made.published(published("agents/2002/call", "{}"));
    made.published(published("agents/2002/call", ""));
    const { lines } = heard(made);
    const topic = "earshot/agents/2001/lamp/text";
    const ana = { person: "2001", name: "Ana Ruiz" };
    expect(lines).toEqual([
      { kind: "broker", at, standing: "connected" },
      { kind: "kept", at, topic, payload: "listen", ...ana },
    ]);
    made.published(published("agents/2001/lamp/text", "coach", { accepted: false }));
    made.pushed(pushed("2001", "http", "lamp"));
    expect(lines.slice(2)).toEqual([
      { kind: "published", at, topic, payload: "coach", retained: true, accepted: false, ms: 1.3, ...ana },
      { kind: "delivered", at, what: "lamp", by: "http", result: "confirmed", ms: 12.3, ...ana },
    ]);
  });

  test("of one person alone, with what concerns everybody", () => {
    const made = feed(false);
    made.published(published("agents/2002/lamp/text", "off"));
    const { said } = heard(made, "2001");
    made.published(published("agents/2002/lamp/text", "join"));
    made.published(published("gateway/main/state", "online"));
    made.published({ ...published("", "{}"), topic: "homeassistant/device/earshot_main/2001/config" });
    made.pushed(pushed("3001", "mqtt", "lamp"));
    made.pushed(pushed("2001", "mqtt", "notice"));
    made.standing();
    expect(said()).toEqual([
      "broker",
      "published earshot/gateway/main/state",
      "published homeassistant/device/earshot_main/2001/config",
      "2001 notice by mqtt",
      "broker",
    ]);
  });

  test("how an agent's phone fares is about its owner", () => {
    const made = feed();
    made.published(published("phones/805ec0aa2001/delivery", '{"kind":"lamp"}'));
    expect(heard(made, "2001").lines.at(-1)).toMatchObject({ kind: "kept", person: "2001", name: "Ana Ruiz" });
  });

  test("R12 whatever would show that somebody supervises hidden is not in it: neither kept, nor live, nor delivered", () => {
    const made = feed();
    made.published(published("supervisors/3001/supervision", '{"visibility":"hidden"}'));
    made.published(published("phones/805ec0aabbcc/delivery", '{"kind":"page"}'));
    const { said } = heard(made);
    made.published(published("supervisors/3001/supervision", '{"visibility":"hidden"}'));
    for (const mac of ["805ec0aabbcc", "805ec0aabb00"]) {
      made.published(published(`phones/${mac}/delivery`, '{"kind":"page"}'));
      made.published(published(`phones/${mac}/state`, "online"));
    }
    made.pushed(pushed("3001", "http", "page"));
    made.pushed(pushed("3001", "http", "notice"));
    made.pushed(pushed("2001", "http", "page"));
    made.pushed(pushed("3001", "http", "lamp"));
    made.pushed(pushed("3001", "mqtt", "notice"));
    made.pushed(pushed("2001", "http", "notice"));
    expect(said()).toEqual(["broker", "3001 lamp by http", "3001 notice by mqtt", "2001 notice by http"]);
  });

  test("nobody is told any more once they have gone", () => {
    const made = feed();
    const lines: BusLine[] = [];
    made.follow(undefined, (line) => lines.push(line))();
    made.published(published("agents/2001/call", "{}"));
    expect(lines).toHaveLength(1);
  });
});

const shown: readonly BusLine[] = [
  { kind: "broker", at, standing: "connected" },
  {
    ...{ kind: "kept", at, topic: "earshot/agents/2001/lamp", person: "2001", name: "Ana \u001b[31mRuiz" },
    payload:
      '{"lamp":"coach","mic":"open","supervisors":[{"name":"Kim","extension":"3001","mode":"coach","mic":"open"}],"gateway":"main","epoch":4,"seq":7}',
  },
  {
    ...{
      kind: "published",
      at,
      topic: "earshot/agents/2001/call",
      payload: "",
      retained: true,
      accepted: true,
      ms: 1.3,
    },
    ...{ person: "2001", name: "Ana Ruiz" },
  },
  {
    ...{ kind: "published", at, topic: "earshot/agents/2001/notice", payload: `{"text":"${"long ".repeat(60)}"}` },
    ...{ retained: false, accepted: false, ms: 9, person: "2001" },
  },
  { kind: "delivered", at, person: "2001", name: "Ana Ruiz", what: "notice", by: "http", result: "confirmed", ms: 12 },
  { kind: "missed", count: 3 },
];
const watching = {
  watchBus: async (_: unknown, __: unknown, take: (line: BusLine) => void) => {
    for (const line of shown) take(line);
    return { ok: true, value: "interrupted" } as const;
  },
};

describe("earshot bus watch", () => {
  test("a line for each, short, that a terminal obeys nothing of", async () => {
    const { code, out, asked } = await run("bus watch --agent 2001", watching);
    expect(code).toBe(0);
    expect(asked[0]?.slice(0, 3)).toEqual(["watchBus", { kind: "demo", dataDir: ".earshot" }, { agent: "2001" }]);
    expect(out.split("\n")).toEqual([
      "09:05:07.042  broker     connected",
      "09:05:07.042  kept       earshot/agents/2001/lamp              Ana ?[31mRuiz     lamp coach, mic open, supervisors [Kim 3001 coach open], seq 7",
      "09:05:07.042  retained   earshot/agents/2001/call              Ana Ruiz          (taken back)  (1.3 ms)",
      expect.stringMatching(
        /^09:05:07.042 {2}published {2}earshot\/agents\/2001\/notice {12}2001 {14}text (long ){20}long… {2}\(not taken by the broker\)$/,
      ),
      "09:05:07.042  delivered  notice by http                        Ana Ruiz          confirmed  (12 ms)",
      "3 lines were not read in time, and are missing here.",
      "",
    ]);
  });

  test("--json: every line is one JSON value, whole", async () => {
    const { out } = await run("bus watch --json", watching);
    const lines = out.trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toEqual(shown);
  });

  test("earshot that goes meanwhile is a failure, in words", async () => {
    const gone = async () => ({ ok: false, sentence: "earshot has stopped." }) as const;
    expect(await run("bus watch", { watchBus: gone })).toMatchObject({ code: 1, err: "earshot has stopped.\n" });
  });
});

describe("over the control socket", () => {
  let root: string;
  let server: ControlServer;
  let tell: ((line: BusLine) => void) | undefined;
  let asked: unknown[];

  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), "earshot-bus-"));
    asked = [];
    const control: Pick<Control, "watchBus"> = {
      watchBus: (query, told) => {
        asked.push(query);
        if (query.agent === "nobody") return { ok: false, sentence: "Nobody here has the id or the extension nobody." };
        tell = told;
        for (const line of shown) told(line);
        const stop = (): void => {
          tell = undefined;
        };
        return { ok: true, value: stop };
      },
    };
    server = new ControlServer(root, control as Control);
    await server.start();
  });
  afterEach(async () => {
    await server.stop();
    rmSync(root, { recursive: true, force: true });
  });

  test("each line as it comes, until it is interrupted; the gateway then tells nobody any more", async () => {
    const until = new AbortController();
    const lines: BusLine[] = [];
    const ended = controlClient(root).watchBus(
      { agent: "2001" },
      (line) => {
        lines.push(line);
        if (lines.length === shown.length) tell?.({ kind: "broker", at, standing: "away" });
        if (lines.length > shown.length) until.abort();
      },
      until.signal,
    );
    expect(await ended).toEqual({ ok: true, value: "interrupted" });
    expect(lines).toEqual([...shown, { kind: "broker", at, standing: "away" }]);
    expect(asked).toEqual([{ agent: "2001" }]);
    await expect.poll(() => tell).toBeUndefined();
  });

  test("a gateway that stops ends it in words, and does not wait for the reader", async () => {
    const ended = controlClient(root).watchBus({}, () => void server.stop(), new AbortController().signal);
    expect(await ended).toMatchObject({ ok: false, sentence: expect.stringMatching(/stopped|broke off|not running/) });
  });

  test("who is nobody is said", async () => {
    const answer = await controlClient(root).watchBus({ agent: "nobody" }, () => {}, new AbortController().signal);
    expect(answer).toEqual({ ok: false, sentence: "Nobody here has the id or the extension nobody." });
  });

  test("a reader who does not read loses lines, is told how many, and holds nothing up", async () => {
    const asking = request({ socketPath: join(root, "control.sock"), path: "/bus/watch" });
    asking.end();
    const [response] = await once(asking, "response");
    response.pause();
    const payload = "x".repeat(10_000);
    const line = { kind: "kept", at, topic: "t", payload } as const;
    for (let count = 0; count < 2_000; count += 1) tell?.(line);
    let text = "";
    response.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
    });
    response.resume();
    const told = (): number => text.split("\n").filter((one) => one.includes('"topic":"t"')).length;
    const missed = (): number =>
      [...text.matchAll(/"kind":"missed","count":(\d+)/g)].reduce((sum, [, count]) => sum + Number(count), 0) - 3;
    await expect.poll(() => told() + missed(), { timeout: 20_000 }).toBe(2_000);
    expect(missed()).toBeGreaterThan(0);
    response.destroy();
    await expect.poll(() => tell).toBeUndefined();
  });
});
