import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Phase } from "./ari-gate.ts";
import { type LabCall, VOICE } from "./call-centre.ts";
import { now } from "./clock.ts";
import { KillBench, type Standing } from "./kill-bench.ts";
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
  readonly hidden?: true;
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
    to: muted("listen"),
    row: "listen allowed hidden muted",
    hidden: true,
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
  async function whole(hidden = false): Promise<Standing> {
    const standing = await bench.agreement(!hidden);
    await bench.heardAsSaid(call, standing);
    await bench.leave(standing);
    expect(await bench.harmTo(call, connectedAt, now())).toEqual([]);
    expect(await bench.wrongInRecord()).toEqual([]);
    return standing;
  }

  async function killAndRestart(flow: Flow, step: string, phase: Phase): Promise<void> {
    await begin(flow);
    const killed = bench.killedAt(step, phase);
    await Promise.all([killed, press(flow.keys).catch(() => undefined)]);
    await bench.restart();
    await whole(flow.hidden);
  }

  it.each(kills)("$name, $phase: $step", ({ flow, step, phase }) => killAndRestart(flow, step, phase));

  it.each(rows)("$name, when it was answered: the row is there, and the restart finds it done", async ({ flow }) => {
    await begin(flow);
    await press(flow.keys);
    bench.gateway.kill();
    await bench.gateway.gone();
    const record = await bench.gateway.record();
    const texts = record.slice(-4).map(({ act, outcome, visibility, mic }) => `${act} ${outcome} ${visibility} ${mic}`);
    expect(texts).toContain(flow.row);
    await bench.restart();
    expect(await whole(flow.hidden)).toEqual(flow.to);
  });

  it("a graceful stop hands over without a sound: the agent misses no frame of the coach", async () => {
    await begin({ from: coaching, voice: VOICE.agent });
    const from = await call.agentEar.hears(VOICE.agent);
    bench.gateway.kill("SIGTERM");
    await bench.gateway.gone();
    await bench.restart();
    const standing = await bench.agreement();
    await bench.heardAsSaid(call, standing);
    expect(standing).toEqual(coaching);
    expect(await bench.missedOfSupervisor(call, VOICE.agent, from, now())).toBe(0);
    await bench.leave(standing);
    expect(await bench.harmTo(call, connectedAt, now())).toEqual([]);
  });

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
    expect(await bench.wrongInRecord()).toEqual([]);
    expect((await bench.gateway.record()).at(-1)).toMatchObject({ act: "ended", ending: "lost" });
  }, 180_000);
});
