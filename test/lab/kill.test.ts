import { setTimeout as rhythm } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type RandomStream, randomStream } from "../../src/pbx/simulator/random.ts";
import type { Phase } from "./ari-gate.ts";
import { type LabCall, VOICE } from "./call-centre.ts";
import { now } from "./clock.ts";
import { KillBench, type Standing } from "./kill-bench.ts";
import { counted, NotMeasured } from "./meter.ts";
import { asteriskPart } from "./parts.ts";

const part = await asteriskPart();

/** A press, or the end of the call, and the requests that it makes of the PBX: each is a moment to be killed at. */
interface Flow {
  readonly from: Standing;
  readonly keys: readonly string[];
  /** The most that the voice may reach meanwhile. */
  readonly voice: number;
  readonly to: Standing;
  /** The row that an answered press has. */
  readonly row: string;
  readonly steps: readonly string[];
}

const board: Standing = { mode: "none", heardBy: "nobody" };
const muted = (mode: "listen" | "coach" | "join"): Standing => ({ mode, heardBy: "nobody" });
const coaching: Standing = { mode: "coach", heardBy: "agent" };
const joined: Standing = { mode: "join", heardBy: "everybody" };
const listenSteps = [
  "make leg",
  "renew the lease",
  "read the agent's leg",
  "make ear",
  "make earbridge",
  "join earbridge",
];

const FLOWS = {
  listen: {
    from: board,
    keys: ["Listen", "Visible"],
    voice: VOICE.nobody,
    to: muted("listen"),
    row: "listen allowed visible muted",
    steps: listenSteps,
  },
  "listen, hidden": {
    from: board,
    keys: ["Listen", "Hidden"],
    voice: VOICE.nobody,
    to: { ...muted("listen"), hidden: true },
    row: "listen allowed hidden muted",
    steps: listenSteps,
  },
  "unmute in coach": {
    from: muted("coach"),
    keys: ["Unmute"],
    voice: VOICE.toAgent,
    to: coaching,
    row: "unmute allowed visible open",
    steps: ["read the agent's leg", "make voice", "make mouthbridge", "make agent", "join mouthbridge"],
  },
  "from coach to join": {
    from: coaching,
    keys: ["Join"],
    voice: VOICE.toAll,
    to: joined,
    row: "join allowed visible open",
    steps: ["read the agent's leg", "make everyone", "end agent", "join mouthbridge"],
  },
  "from join to coach": {
    from: joined,
    keys: ["Coach"],
    voice: VOICE.toAll,
    to: coaching,
    row: "coach allowed visible open",
    steps: ["read the agent's leg", "end everyone", "make agent", "join mouthbridge"],
  },
  mute: {
    from: joined,
    keys: ["Mute"],
    voice: VOICE.toAll,
    to: muted("join"),
    row: "mute done visible muted",
    steps: ["end everyone", "end voice", "end mouthbridge"],
  },
  "back to listen": {
    from: coaching,
    keys: ["Listen"],
    voice: VOICE.toAgent,
    to: muted("listen"),
    row: "back-to-listen done visible muted",
    steps: ["end agent", "end voice", "end mouthbridge"],
  },
  leave: {
    from: joined,
    keys: ["Leave"],
    voice: VOICE.toAll,
    to: board,
    row: "leave done visible open",
    steps: ["end everyone", "end voice", "end mouthbridge", "end ear", "end leg", "end earbridge"],
  },
} as const satisfies Record<string, Flow>;

/** In a listen that nobody opened, in coach and in join. */
const CODE = { nobody: VOICE.nobody, agent: VOICE.toAgent, everybody: VOICE.toAll } as const;
/** Chosen once and for all, so that a walk that fails can be walked again. */
const SEEDS = Array.from({ length: 50 }, (_, index) => index + 1);

type FlowName = keyof typeof FLOWS;
const rows = (Object.keys(FLOWS) as FlowName[]).map((name) => ({ name, flow: FLOWS[name] as Flow }));
const kills = rows.flatMap(({ name, flow }) =>
  flow.steps.flatMap((step) => (["before", "after"] as const).map((phase) => ({ name, flow, step, phase }))),
);

describe(`kill -9 on Asterisk ${part.ok ? part.version : `(${part.why})`}`, { timeout: 60_000 }, () => {
  const bench = new KillBench();
  let call: LabCall;
  let connectedAt = 0;

  beforeAll(() => bench.start());
  afterEach(async () => {
    await bench.phones.hangUpAll();
    await bench.at.kim.speak(VOICE.nobody);
  });
  afterAll(() => bench.stop());

  async function begin({ from, voice }: Pick<Flow, "from" | "voice">): Promise<void> {
    call = await bench.connect();
    connectedAt = now();
    await bench.bring(from);
    await bench.at.kim.speak(voice);
  }

  async function press(keys: readonly string[]): Promise<void> {
    for (const key of keys) await bench.page.press(key);
  }

  /** Page, lamp, sound and record say the same after a restart, the keys work, and nothing is left of it in the end. */
  async function whole(): Promise<Standing> {
    const standing = await bench.agreement();
    await bench.heardAsSaid(call, standing);
    await bench.leave(standing);
    expect(await bench.harmTo(call, connectedAt, now())).toEqual([]);
    await recordIsWhole();
    return standing;
  }

  /** The last row may still be on its way to the disk. */
  async function recordIsWhole(): Promise<void> {
    await expect.poll(() => bench.wrongInRecord(), { timeout: 5_000 }).toEqual([]);
  }

  /** The newest rows of the supervision under way. */
  async function lastRows(): Promise<readonly string[]> {
    const record = await bench.gateway.record();
    const id = record.findLast(({ supervision }) => supervision !== undefined)?.supervision;
    const own = record.filter(({ supervision }) => supervision === id).slice(-4);
    return own.map(({ act, outcome, visibility, mic }) => `${act} ${outcome} ${visibility} ${mic}`);
  }

  async function killAndRestart(flow: Flow, step: string, phase: Phase): Promise<void> {
    await begin(flow);
    const killed = bench.killedAt(step, phase);
    await Promise.all([killed, press(flow.keys).catch(() => undefined)]);
    const honoured = (await lastRows()).includes(flow.row);
    await bench.restart();
    const standing = await whole();
    // What lets anybody hear less is done, once it is on record, whatever the PBX had been asked by then.
    if (honoured && flow.row.includes(" done ")) expect(standing).toEqual(flow.to);
  }

  it.each(kills)("$name, $phase: $step", ({ flow, step, phase }) => killAndRestart(flow, step, phase));

  it.each(rows)("$name, when it was answered: the row is there, and the restart finds it done", async ({ flow }) => {
    await begin(flow);
    await press(flow.keys);
    bench.gateway.kill();
    await bench.gateway.gone();
    expect(await lastRows()).toContain(flow.row);
    await bench.restart();
    expect(await whole()).toEqual(flow.to);
  });

  it.each(SEEDS)("at a random moment of a random walk, seed %i", async (seed) => {
    const random = randomStream(seed, "walk");
    await begin({ from: board, voice: VOICE.nobody });
    const killed = rhythm(random.between(300, 4_000)).then(() => bench.gateway.kill());
    await walk(random).catch(() => undefined);
    await killed;
    await bench.gateway.gone();
    await bench.restart();
    await whole();
  });

  /** Presses whatever key there is, again and again, until earshot does not answer any more. */
  async function walk(random: RandomStream): Promise<never> {
    for (;;) {
      const keys = bench.page.keys().filter((key) => key !== "Exit");
      const [first = "", ...others] = keys;
      const key = random.pick([first, ...others]);
      await bench.at.kim.speak(reachOf(key));
      await bench.page.press(key);
      const now = bench.standing();
      if (now) await bench.at.kim.speak(CODE[now.heardBy]);
      if (random.chance(0.3)) await rhythm(random.between(0, 300));
      if (random.chance(0.2)) await bench.open();
    }
  }

  /** The most that the voice may reach while this key is pressed. */
  function reachOf(key: string): number {
    const now = bench.standing();
    // Something is under way.
    if (!now) return VOICE.toAll;
    if (now.heardBy === "everybody") return VOICE.toAll;
    if (now.mode === "join" || (key === "Join" && now.heardBy === "agent")) return VOICE.toAll;
    return now.mode === "coach" ? VOICE.toAgent : VOICE.nobody;
  }

  it("a graceful stop hands over without a sound: the agent misses no frame of the coach", () =>
    counted(stopGracefully));

  async function stopGracefully(): Promise<void> {
    await begin({ from: coaching, voice: VOICE.agent });
    const from = await call.agentEar.hears(VOICE.agent);
    bench.gateway.kill("SIGTERM");
    await bench.gateway.gone();
    await bench.restart();
    const standing = await bench.agreement();
    await bench.heardAsSaid(call, standing);
    expect(standing).toEqual(coaching);
    const missed = await bench.missedOfSupervisor(call, VOICE.agent, from, now());
    await bench.leave(standing);
    expect(await bench.harmTo(call, connectedAt, now())).toEqual([]);
    await bench.phones.hangUpAll();
    if (missed > 0) throw new NotMeasured([`the agent missed ${missed} frames of the coach in a row`]);
  }

  it("without a restart the lease ends it, and the call goes on; the next start sweeps and closes the row as lost", async () => {
    await begin({ from: coaching, voice: VOICE.toAgent });
    bench.gateway.kill();
    await bench.gateway.gone();
    const killedAt = now();
    await bench.at.kim.until(() => bench.supervisorsEnd(), "the end of the supervision leg", 120_000);
    expect(now() - killedAt).toBeLessThan(95_000);
    await bench.at.kim.speak(VOICE.nobody);
    const until = now() + 400;
    await call.agentEar.until(until);
    expect(await bench.harmTo(call, connectedAt, now())).toEqual([]);
    await bench.restart();
    await bench.nothingLeft();
    expect(await bench.agreement()).toEqual(board);
    await recordIsWhole();
    expect((await bench.gateway.record()).at(-1)).toMatchObject({ act: "ended", ending: "lost" });
  }, 180_000);
});
