import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Phone as ConfiguredPhone, Mac, PersonId } from "../../src/model/index.ts";
import { until } from "../scenarios/bench.ts";
import { ana } from "../unit/core/world.ts";
import { KillBench } from "./kill-bench.ts";
import { asteriskPart } from "./parts.ts";
import type { Phone } from "./phone.ts";
import { coaching, hiddenListen, muted } from "./standing.ts";

const part = await asteriskPart();
const desk = { vendor: "polycom", owner: ana.id as PersonId, answer: "ring" } as const;
/** One phone of Ana's has a key for everything, the other a key for each mode. */
const desks: readonly ConfiguredPhone[] = [
  { ...desk, mac: "805ec0aa2001" as Mac, model: "VVX411", lamp: "blf" },
  { ...desk, mac: "805ec0aa2002" as Mac, model: "CCX600", lamp: "blf-three" },
];
const keys = ["lamp2001", "lamp2001-listen", "lamp2001-coach", "lamp2001-join"] as const;
type Key = (typeof keys)[number];

const bench = new KillBench({ desks, from: "sources" });
let anas: Phone;

/** What each key has shown since a moment. */
function shownSince(from: ReadonlyMap<Key, number>): Readonly<Record<string, readonly string[]>> {
  const each = keys.map(
    (key) =>
      [
        key,
        anas
          .lamps(key)
          .slice(from.get(key))
          .map(({ state }) => state),
      ] as const,
  );
  return Object.fromEntries(each);
}

const soFar = (): ReadonlyMap<Key, number> => new Map(keys.map((key) => [key, anas.lamps(key).length]));

/** Waits until the keys show these modes, and nothing beside them. */
async function lit(...modes: readonly ("listen" | "coach" | "join")[]): Promise<void> {
  for (const key of keys) {
    const wanted = key === "lamp2001" ? modes.length > 0 : modes.some((mode) => key.endsWith(`-${mode}`));
    await anas.lamp(key, wanted ? "confirmed" : "terminated", 20_000);
  }
}

const deviceState = (key: Key, state: "INUSE" | "NOT_INUSE"): Promise<unknown> =>
  bench.lab.ari("PUT", `/deviceStates/Stasis:${key}?deviceState=${state}`);

beforeAll(async () => {
  await bench.start();
  anas = bench.at.ana;
  await anas.register();
  for (const key of keys) await anas.subscribe(key);
  await anas.subscribe("3001");
  await lit();
}, 120_000);

afterAll(async () => {
  await bench.stop();
});

describe(`BLF keys that watch an agent's lamps, on Asterisk ${part.ok ? part.version : `(${part.why})`}`, () => {
  it("R5 of a hidden supervisor, who comes, hears and goes, nothing at all arrives", async () => {
    const { customer } = await bench.connect();
    await anas.settle();
    const before = anas.sip.length;
    await bench.bring(hiddenListen);
    await bench.press("Leave", /Ended|Live calls/);
    await bench.at.kim.hangUpAll();
    await anas.settle();
    expect(anas.sip.slice(before)).toEqual([]);
    await customer.hangUp();
  });

  it("R11 a visible one shows in the mode they are in, from one to the other, until they leave", async () => {
    const { customer } = await bench.connect();
    const from = soFar();
    await bench.bring(muted("listen"));
    await lit("listen");
    await bench.ask("Coach");
    await lit("coach");
    await bench.press("Join", /Everybody|Nobody hears you/);
    await lit("join");
    await bench.press("Listen", /can see you/);
    await lit("listen");
    await bench.press("Leave");
    await lit();
    expect(shownSince(from)).toEqual({
      lamp2001: ["confirmed", "terminated"],
      "lamp2001-listen": ["confirmed", "terminated", "confirmed", "terminated"],
      "lamp2001-coach": ["confirmed", "terminated"],
      "lamp2001-join": ["confirmed", "terminated"],
    });
    await customer.hangUp();
  });

  it("pressing one raises the hand of its owner, ends at once, and the call that is supervised goes on", async () => {
    const { agent, customer } = await bench.connect();
    await bench.bring(coaching);
    await lit("coach");
    const bridges = async (): Promise<unknown> => {
      const all = (await bench.lab.ari("GET", "/bridges")) as readonly { id: string; channels: readonly string[] }[];
      return all.map(({ id, channels }) => [id, [...channels].sort()]).sort();
    };
    const [before, heard, rows] = [await bridges(), bench.light.heard.length, (await bench.gateway.record()).length];
    const press = await anas.dial("lamp2001");
    const { code } = await press.ended();
    await bench.light.until(() => bench.light.heard.slice(heard).some(({ topic }) => topic.endsWith("/help")));
    expect(code).toBe(603);
    expect(press.frames).toEqual([]);
    expect(bench.light.heard.slice(heard).map(({ topic, payload }) => [topic, payload])).toEqual([
      ["earshot/agents/2001/help", "ON"],
    ]);
    expect(await bridges()).toEqual(before);
    await bench.open();
    await until(bench.page, /Ana Ruiz hears you/);
    expect((await bench.gateway.record()).slice(rows).map(({ act }) => act)).toEqual(["raise-hand"]);
    await bench.press("Leave");
    await agent.hangUp();
    await customer.ended();
    await lit();
  });

  it("earshot killed: they stay as they are while the supervision does, and are as it is once earshot is back", async () => {
    const { customer } = await bench.connect();
    await bench.bring(muted("listen"));
    await lit("listen");
    const from = soFar();
    await bench.kill();
    await bench.restart();
    await until(bench.page, /can see you/);
    await anas.settle();
    expect(shownSince(from)).toEqual({
      lamp2001: [],
      "lamp2001-listen": [],
      "lamp2001-coach": [],
      "lamp2001-join": [],
    });

    await bench.kill();
    await bench.at.kim.hangUpAll();
    // What nobody there can tell any more is wrong in either direction.
    await deviceState("lamp2001-join", "INUSE");
    await anas.lamp("lamp2001-join", "confirmed");
    await bench.restart();
    await lit();
    await customer.hangUp();
  });

  it("Asterisk started again: what it kept of them is put right", async () => {
    await bench.connect();
    await bench.bring(muted("listen"));
    await lit("listen");
    await bench.lab.kill();
    await bench.lab.start();
    await anas.register();
    for (const key of keys) await anas.subscribe(key);
    await lit();
  });
});
