import { describe, expect, it } from "vitest";
import type { Leg, LegId, SupervisionId } from "../../../src/model/index.js";
import { Carriers } from "../../../src/pbx/asterisk/carriers.js";
import { ana, customerCall } from "../core/world.ts";
import { VirtualClock } from "../virtual-clock.ts";

const SUPERVISION = "supervision0000000001" as SupervisionId;
const AGENT = "c1-agent" as LegId;
const CUSTOMER = "c1-customer" as LegId;

interface Phone {
  /** RTP packets a second. */
  rate: number;
  /** How long the PBX takes for its answer after it has counted, in ms. */
  lateMs: number;
  fails: boolean;
}

/** A call of Ana's whose phones send as told, and what the carriers ask and say of it. */
class Rig {
  readonly clock = new VirtualClock();
  readonly phones = new Map<string, Phone>();
  readonly asked: string[] = [];
  silent: readonly LegId[] = [];
  /** How often the carriers have said who is silent. */
  said = 0;
  legs: readonly Leg[] = customerCall("c1", ana).legs;
  /** Everything that was ever said to be silent. */
  readonly named = new Set<LegId>();
  readonly carriers: Carriers;
  readonly #counts = new Map<string, { at: number; packets: number }>();

  constructor() {
    const call = customerCall("c1", ana);
    for (const { id } of this.legs) this.phones.set(id, { rate: 50, lateMs: 0, fails: false });
    const ari = {
      packetsReceived: async (channel: string) => {
        this.asked.push(channel);
        const { lateMs, fails } = this.phone(channel);
        const packets = this.#count(channel);
        if (lateMs > 0) await new Promise<void>((resolve) => void this.clock.after(lateMs, resolve));
        return fails ? { ok: false as const, status: 500, why: "broken" } : { ok: true as const, value: packets };
      },
    };
    const silent = (_: SupervisionId, now: readonly LegId[]) => {
      this.silent = now;
      this.said += 1;
      for (const leg of now) this.named.add(leg);
    };
    const calls = { callOf: () => ({ ...call, legs: this.legs }), channelOf: (leg: LegId) => leg };
    this.carriers = new Carriers({ clock: this.clock, ari, calls, silent }, SUPERVISION);
  }

  customer(change: Partial<Leg>): void {
    this.legs = this.legs.map((leg) => (leg.id === CUSTOMER ? { ...leg, ...change } : leg));
  }

  phone(leg: string): Phone {
    const found = this.phones.get(leg);
    if (!found) throw new Error(`no phone ${leg}`);
    return found;
  }

  /** Changes how a phone sends from now on. */
  sends(leg: LegId, rate: number): void {
    this.#count(leg);
    this.phone(leg).rate = rate;
  }

  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 50) await this.clock.advance(Math.min(50, left));
  }

  #count(leg: string): number {
    const at = this.clock.now();
    const before = this.#counts.get(leg) ?? { at, packets: 0 };
    const packets = before.packets + (this.phone(leg).rate * (at - before.at)) / 1_000;
    this.#counts.set(leg, { at, packets });
    return Math.floor(packets);
  }
}

describe("R11 what carries a voice on Asterisk", () => {
  it("nothing is asked before a mouth is open, nor after it is closed", async () => {
    const rig = new Rig();
    await rig.pass(5_000);
    expect(rig.asked).toEqual([]);
    rig.carriers.watch(AGENT, "everyone");
    await rig.pass(5_000);
    rig.carriers.stop();
    const asked = rig.asked.length;
    expect(asked).toBeGreaterThanOrEqual(8);
    expect(asked).toBeLessThanOrEqual(12);
    await rig.pass(5_000);
    expect(rig.asked).toHaveLength(asked);
  });

  it("a phone that stops sending is named within some 2 s, and no longer once it sends again", async () => {
    const rig = new Rig();
    rig.carriers.watch(AGENT, "everyone");
    await rig.pass(3_000);
    expect(rig.named.size).toBe(0);
    rig.sends(AGENT, 0);
    await rig.pass(2_200);
    expect(rig.silent).toEqual([AGENT]);
    rig.sends(AGENT, 50);
    await rig.pass(1_300);
    expect(rig.silent).toEqual([]);
  });

  it("coaching asks nothing of the agent's own phone", async () => {
    const rig = new Rig();
    rig.sends(AGENT, 0);
    rig.carriers.watch(AGENT, "agent");
    await rig.pass(4_000);
    expect(rig.asked).not.toContain(AGENT);
    expect(rig.named.size).toBe(0);
  });

  it("comfort noise alone carries no voice", async () => {
    const rig = new Rig();
    rig.sends(CUSTOMER, 3);
    rig.carriers.watch(AGENT, "agent");
    await rig.pass(3_000);
    expect(rig.silent).toEqual([CUSTOMER]);
  });

  it("no music is trusted with it: who holds is named at once, and after it too until there is a new mouth", async () => {
    const rig = new Rig();
    rig.carriers.watch(AGENT, "agent");
    await rig.pass(3_000);
    rig.customer({ holding: true });
    rig.carriers.look();
    expect(rig.silent).toEqual([CUSTOMER]);
    rig.customer({ holding: false });
    rig.carriers.look();
    await rig.pass(4_000);
    expect(rig.silent).toEqual([CUSTOMER]);
    rig.carriers.watch(AGENT, "agent");
    expect(rig.silent).toEqual([]);
  });

  it("an agent who holds is named, though coaching does not need their sound", async () => {
    const rig = new Rig();
    rig.carriers.watch(AGENT, "agent");
    rig.legs = rig.legs.map((leg) => (leg.id === AGENT ? { ...leg, holding: true } : leg));
    rig.carriers.look();
    expect(rig.silent).toEqual([AGENT]);
  });

  it("what has not changed is not said again", async () => {
    const rig = new Rig();
    rig.carriers.watch(AGENT, "agent");
    for (let turn = 0; turn < 3; turn += 1) rig.carriers.look();
    expect(rig.said).toBe(1);
  });

  it("an answer that fails names nobody, and is not compared with an older one", async () => {
    const rig = new Rig();
    rig.sends(CUSTOMER, 0);
    rig.carriers.watch(AGENT, "agent");
    await rig.pass(3_000);
    expect(rig.silent).toEqual([CUSTOMER]);
    rig.phone(CUSTOMER).fails = true;
    await rig.pass(1_100);
    expect(rig.silent).toEqual([]);
    rig.named.clear();
    rig.phone(CUSTOMER).fails = false;
    rig.sends(CUSTOMER, 50);
    await rig.pass(4_000);
    expect(rig.named.size).toBe(0);
  });

  it.each([0, 300, 1_900])("answers %i ms late never make a slow sender look silent", async (lateMs) => {
    const rig = new Rig();
    for (const leg of [AGENT, CUSTOMER]) rig.sends(leg, 16);
    rig.carriers.watch(AGENT, "everyone");
    for (let turn = 0; turn < 20; turn += 1) {
      for (const leg of [AGENT, CUSTOMER]) rig.phone(leg).lateMs = turn % 2 === 0 ? lateMs : 0;
      await rig.pass(950);
    }
    expect(rig.asked.length).toBeGreaterThan(10);
    expect(rig.named.size).toBe(0);
  });
});
