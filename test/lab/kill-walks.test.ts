import { setTimeout as rhythm } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type RandomStream, randomStream } from "../../src/pbx/simulator/random.ts";
import { leftovers } from "./adapter-bench.ts";
import { soundingAtPbx } from "./at-the-pbx.ts";
import { BenchPool } from "./bench-pool.ts";
import { VOICE } from "./call-centre.ts";
import { now } from "./clock.ts";
import type { KillBench } from "./kill-bench.ts";
import { KillRow } from "./kill-row.ts";
import { LeaseRun } from "./lease-run.ts";
import { Ear, NotMeasured } from "./meter.ts";
import { asteriskPart } from "./parts.ts";
import { board, coaching, joined, modeOf, type Standing, standingOn } from "./standing.ts";
import { TONES } from "./voices.ts";

const part = await asteriskPart();

/** Chosen once and for all, so that a walk that fails can be walked again. */
const SEEDS = Array.from({ length: 50 }, (_, index) => index + 1);
/** On average, or the walks do not walk. */
const LEAST_PRESSES = 10;

/** How far a voice may reach: nobody, the agent, everybody. */
const REACHES = [VOICE.nobody, VOICE.toAgent, VOICE.toAll] as const;
const reachOf = ({ heardBy }: Standing): number => ["nobody", "agent", "everybody"].indexOf(heardBy);

/** Presses whatever key there is, again and again, until earshot is dead. @throws Error where it fails before that. */
async function walk(bench: KillBench, random: RandomStream): Promise<void> {
  let reach = 0;
  try {
    for (;;) {
      const keys = bench.page.keys().filter((key) => key !== "Exit");
      const [first = "", ...others] = keys;
      const key = random.pick([first, ...others]);
      reach = Math.max(reach, wantedBy(key, bench));
      await bench.at.kim.speak(REACHES[reach]);
      await bench.press(key);
      const standing = standingOn(bench.page);
      if (standing) reach = reachOf(standing);
      await bench.at.kim.speak(REACHES[reach]);
      if (random.chance(0.3)) await rhythm(random.between(0, 150));
      if (random.chance(0.2)) await bench.open();
    }
  } catch (error) {
    if (!bench.dead) throw error;
  }
}

/** Whom a key lets hear the supervisor, by the page that it is on; on a page that asks, nobody does. */
function wantedBy(key: string, { page }: KillBench): number {
  const mode = modeOf(page.title());
  if (key === "Unmute") return mode === "join" ? 2 : 1;
  const heard = !/Nobody hears you/.test(page.text());
  return key === "Join" && mode === "coach" && heard ? 2 : 0;
}

describe(`kill -9 at random, and no restart, on Asterisk ${part.ok ? part.version : `(${part.why})`}`, {
  timeout: 240_000,
}, () => {
  const benches = new BenchPool(2);
  const lease = new LeaseRun();
  const walked = new Map<number, number>();

  beforeAll(async () => {
    await benches.start();
    await lease.start();
  }, 400_000);
  afterAll(async () => {
    await benches.stop();
    await lease.stop();
  });

  it.concurrent("without a restart the lease ends each, and the call goes on; the next start closes the rows as lost", async () => {
    const { bench } = lease;
    const supervisions = await lease.begin();
    await bench.kill();
    const killedAt = now();
    await lease.ended(120_000);
    expect(now() - killedAt).toBeLessThan(95_000);
    // Left are the snoops of the agent's leg, three to hear and two to speak, each alone: they go with the call.
    expect(await soundingAtPbx(bench.lab)).toEqual([]);
    const snoops = (await leftovers(bench.lab)).filter((id) => !/-(?:ear|mouth)bridge/.test(id));
    expect(snoops.map((id) => id.split("-")[3]).sort()).toEqual(["agent", "ear", "ear", "ear", "everyone"]);
    await lease.callGoesOn();
    await bench.restart();
    await bench.nothingLeft();
    expect(await bench.agreement()).toEqual(board);
    const ends = async () => {
      const rows = (await bench.gateway.record()).filter(({ act }) => act === "ended");
      return rows.map(({ supervision, ending }) => `${supervision} ${ending}`).sort();
    };
    await vi.waitFor(async () => expect(await ends()).toEqual(supervisions.map((id) => `${id} lost`).sort()), 10_000);
  });

  it.concurrent.each(SEEDS)("at a random moment of a random walk, seed %i", (seed) =>
    benches.lend((bench) =>
      KillRow.run(bench, async (row) => {
        const random = randomStream(seed, "walk");
        await row.begin({ from: board, voice: VOICE.nobody });
        const before = bench.presses.count;
        const killed = rhythm(random.between(300, 2_500)).then(() => bench.kill());
        await Promise.all([walk(bench, random), killed]);
        walked.set(seed, bench.presses.count - before);
        await row.whole(await row.killedNow());
      }),
    ),
  );

  it.concurrent.each([
    ["coach", coaching, VOICE.agent],
    ["join", joined, VOICE.all],
  ] as const)(
    "a graceful stop in %s hands over without a sound: nothing at the PBX is made or taken away",
    (_, from, code) =>
      benches.lend((bench) =>
        KillRow.run(bench, async (row) => {
          await row.begin({ from, voice: code });
          const { agentEar, customerEar } = row.call;
          const ear = new Ear(bench.leg());
          const hears = (one: Ear, hz: number) => one.hears(hz, begun);
          const begun = now();
          const voices = [agentEar, ...(from === joined ? [customerEar] : [])];
          await Promise.all(voices.map((one) => hears(one, code)));
          await Promise.all([hears(ear, TONES.agent), hears(ear, TONES.customer)]);
          const since = now();
          const before = await bench.parts();
          await bench.kill("SIGTERM");
          const standing = await row.killedNow();
          expect(await bench.parts()).toEqual(before);
          await bench.heardAsSaid(row.call, standing);
          expect(standing).toEqual(from);
          const until = now();
          const missed = [
            ...(await Promise.all(voices.map((one) => one.missed(code, since, until)))),
            await ear.missed(TONES.agent, since, until),
            await ear.missed(TONES.customer, since, until),
          ];
          await row.whole(standing);
          // One frame may go by in a mixer, whatever earshot does (see the matrix); more is a hole.
          if (Math.max(...missed) > 1) throw new NotMeasured([`frames in a row of the voices missed: ${missed}`]);
        }),
      ),
  );

  it("the walks have pressed enough keys to be walks", async () => {
    const presses = [...walked.values()];
    console.log(`${presses.length} walks, presses answered in each: ${presses.join(" ")}`);
    expect(presses.reduce((sum, one) => sum + one, 0) / SEEDS.length).toBeGreaterThanOrEqual(LEAST_PRESSES);
  });
});
