import { setTimeout as rhythm } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { expect, vi } from "vitest";
import { until } from "../scenarios/bench.ts";
import type { Phase } from "./ari-gate.ts";
import { legsUp } from "./at-the-pbx.ts";
import { type LabCall, VOICE } from "./call-centre.ts";
import { now } from "./clock.ts";
import { GREY, type KillBench } from "./kill-bench.ts";
import { type Flow, POLLED, TOLD, WATCHED, within } from "./kill-flows.ts";
import { counted, NotMeasured } from "./meter.ts";
import { board, coaching, muted, type Standing, standingOn } from "./standing.ts";

/** Until whatever a flow still asks in the background has come to the gate. */
const SETTLE_MS = 400;
const WITHIN_MS = 15_000;

/** Waits until it holds. Unlike `expect.poll`, it may be used by tests that run beside each other. */
function comes(holds: () => unknown): Promise<unknown> {
  return vi.waitFor(holds, { timeout: WITHIN_MS, interval: 10 });
}

/** One row of the table: a call of its own on a bench, and what is done to it. */
export class KillRow {
  readonly #bench: KillBench;
  #call: LabCall | undefined;
  #connectedAt = 0;
  #overAt: number | undefined;

  private constructor(bench: KillBench) {
    this.#bench = bench;
  }

  /** Runs a row, again where a busy machine lost frames, and leaves the bench clean whatever comes of it. */
  static run(bench: KillBench, act: (row: KillRow) => Promise<void>): Promise<void> {
    return counted(async () => {
      try {
        const row = new KillRow(bench);
        await act(row);
        await row.#lostNothing();
      } finally {
        await bench.clean();
      }
    });
  }

  get call(): LabCall {
    if (!this.#call) throw new Error("there is no call yet");
    return this.#call;
  }

  /** A call that stands so, the voice saying what may be heard from now on. */
  async begin({ from, voice }: Pick<Flow, "from" | "voice">): Promise<void> {
    const bench = this.#bench;
    this.#call = await bench.connect();
    this.#connectedAt = now();
    await bench.bring(from);
    await bench.at.kim.speak(voice);
  }

  /** Does what the flow does. Errors are swallowed only once earshot is dead. */
  async do({ does, over }: Flow): Promise<void> {
    const bench = this.#bench;
    if (over) this.#overAt = now();
    try {
      if (typeof does === "function") await does(bench, this.call);
      else for (const key of does) await bench.press(key);
    } catch (error) {
      if (!bench.dead) throw error;
    }
  }

  /** Follows the page until it says where the flow leads. */
  async arrives({ to }: Flow): Promise<void> {
    const { page } = this.#bench;
    await comes(async () => {
      if (!isDeepStrictEqual(standingOn(page), to)) await page.refresh();
      expect(standingOn(page), page.screen).toEqual(to);
    });
  }

  /** Killed at a request, and started again: it stands where the flow may have been, adopted where its leg was up. */
  async killed(flow: Flow, step: string, phase: Phase): Promise<Standing> {
    const bench = this.#bench;
    const killed = step === TOLD ? bench.killedAtNotice() : bench.killedAt(step, phase);
    await Promise.all([killed, this.do(flow)]);
    const known = this.#known();
    const honoured = flow.row !== undefined && (await this.lastRows()).includes(flow.row);
    const { standing, up } = await this.#again(known && !flow.over);
    expect(within(flow)).toContainEqual(standing);
    // A leg that was up is taken up again, unless its end was asked for.
    if (known && up && flow.to !== board) expect(standing.mode).not.toBe("none");
    // What lets anybody hear less is done, once it is on record, whatever the PBX had been asked by then.
    if (honoured && flow.row?.includes(" done ")) expect(standing).toEqual(flow.to);
    return standing;
  }

  /** Killed now, and started again: it is adopted. */
  async killedNow(): Promise<Standing> {
    await this.#bench.kill();
    return (await this.#again(this.#known())).standing;
  }

  /** Page, lamp, PBX, sound and record say the same, and nothing is left of it in the end. */
  async whole(standing: Standing, { over }: Pick<Flow, "over"> = {}): Promise<void> {
    const bench = this.#bench;
    if (!over) await bench.heardAsSaid(this.call, standing);
    await bench.leave(standing);
    expect(await bench.leaks(this.call)).toEqual([]);
    // The last row may still be on its way to the disk.
    await comes(async () => expect(await bench.wrongInRecord()).toEqual([]));
  }

  /** Presses every key of a mode that is not an end, from wherever it stands, and ends in Listen. */
  async pressThrough(standing: Standing): Promise<Standing> {
    const bench = this.#bench;
    const { page } = bench;
    if (standing.held) {
      await bench.leg().resume();
      await until(page, /Nobody hears you/);
    }
    await bench.at.kim.speak(GREY[standing.heardBy]);
    if (standing.mode === "none") await bench.bring(muted("coach"));
    else if (standing.mode !== "coach") await bench.ask("Coach");
    if (standing.heardBy === "nobody") await bench.unmute("coach");
    else await until(page, /Ana Ruiz hears you/);
    await bench.heardAsSaid(this.call, coaching);
    await bench.at.kim.speak(VOICE.toAgent);
    await bench.press("Mute", /Nobody hears you/);
    await bench.at.kim.speak(VOICE.nobody);
    await bench.press("Listen", /^Listening/);
    return await bench.agreement();
  }

  /** The steps of a flow that was let through, each once; those that only a clock asks are left out. */
  async stepsOf(flow: Flow): Promise<readonly string[]> {
    const bench = this.#bench;
    if (flow.from.heardBy !== "nobody") await this.#justWatched();
    const { length } = bench.gate.asked;
    await this.do(flow);
    await this.arrives(flow);
    const seen = () => new Set(bench.gate.asked.slice(length).map(({ step }) => step));
    await comes(() => expect(flow.steps.filter((step) => !seen().has(step))).toEqual([]));
    await rhythm(SETTLE_MS);
    const byClock = (step: string): boolean =>
      POLLED.test(step) || (step === WATCHED && flow.from.heardBy !== "nobody");
    return [...seen()].filter((step) => flow.steps.includes(step) || !byClock(step)).sort();
  }

  /** The newest rows of the supervision under way. */
  async lastRows(): Promise<readonly string[]> {
    const record = await this.#bench.gateway.record();
    const id = record.findLast(({ supervision }) => supervision !== undefined)?.supervision;
    const own = record.filter(({ supervision }) => supervision === id).slice(-4);
    return own.map(({ act, outcome, visibility, mic }) => `${act} ${outcome} ${visibility} ${mic}`);
  }

  /** Whether earshot knew that the last leg it rang was up: it asks for the lease as soon as it does. */
  #known(): boolean {
    const { asked } = this.#bench.gate;
    const last = (step: string) => asked.findLastIndex((one) => one.step === step);
    return last("renew the lease") > last("make leg");
  }

  /** Starts earshot again. @param adopts whether it must take up every supervision whose leg is up, and no other. */
  async #again(adopts: boolean): Promise<{ readonly standing: Standing; readonly up: boolean }> {
    const bench = this.#bench;
    const up = await legsUp(bench.lab);
    const last = (await bench.gateway.record()).at(-1)?.id ?? 0;
    await bench.restart();
    const standing = await bench.agreement();
    const adopted = async () => {
      const rows = (await bench.gateway.record()).filter(({ id }) => id > last);
      return rows.filter(({ act }) => act === "adopted").map(({ supervision }) => supervision);
    };
    if (adopts) await comes(async () => expect(await adopted()).toEqual(up));
    return { standing, up: up.length > 0 };
  }

  /** While somebody may be heard, the PBX is asked every 2 s whose leg it is: waits until it has just been asked. */
  async #justWatched(): Promise<void> {
    const { gate } = this.#bench;
    const { length } = gate.asked;
    await comes(() => expect(gate.asked.slice(length).map(({ step }) => step)).toContain("read the agent's leg"));
  }

  async #lostNothing(): Promise<void> {
    const lost = await this.#bench.lost(this.call, this.#connectedAt, this.#overAt ?? now());
    if (lost.length > 0) throw new NotMeasured(lost);
  }
}
