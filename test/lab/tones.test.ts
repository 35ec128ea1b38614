import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { TeamTone } from "../../src/model/index.ts";
import { applicationOf } from "../../src/pbx/asterisk/setup/needs.ts";
import { phoneOf, until } from "../scenarios/bench.ts";
import { CallCentre, FORBIDDEN, type LabCall, VOICE } from "./call-centre.ts";
import { Ear } from "./meter.ts";
import { asteriskPart } from "./parts.ts";
import { NOTIFICATION_HZ, TONES } from "./voices.ts";

const part = await asteriskPart();
const EVERY_MS = 5_000;
/** Of 200 ms, some of which a busy machine may spoil. */
const FRAMES = 7;
const SOON = { timeout: 10_000 };

describe(`notification tones on Asterisk ${part.ok ? part.version : `(${part.why})`}`, () => {
  let centre: CallCentre;
  let call: LabCall;

  afterEach(() => centre.quiet());

  /** A site whose team has these tones. */
  function has(tone: Omit<TeamTone, "everyMs">): void {
    beforeAll(async () => {
      centre = new CallCentre({ teams: [{ name: "support", tone: { ...tone, everyMs: EVERY_MS } }] });
      await centre.start();
    });
    afterAll(() => centre.stop());
  }

  /** Kim, who speaks all the time and is never to be heard, listens. @returns the moment before. */
  async function listen(how: "Visible" | "Hidden"): Promise<number> {
    const { page, kim } = centre.at;
    await kim.speak(VOICE.nobody);
    call = await centre.connect("2001");
    await centre.board(/Ana Ruiz/);
    await page.press("Listen");
    const since = Date.now();
    const [leg] = await Promise.all([kim.incoming(), page.press(how)]);
    await until(page, how === "Visible" ? /can see you/ : /is not told/);
    await new Ear(leg).hears(TONES.customer);
    return since;
  }

  const tones = async (at: Ear, since = 0): Promise<number> => (await at.leaks([NOTIFICATION_HZ], since)).length;

  async function hear(since: number, ...who: readonly Ear[]): Promise<void> {
    for (const at of who) await expect.poll(() => tones(at, since), SOON).toBeGreaterThanOrEqual(FRAMES);
  }

  /** The channels of tones that are at the PBX. */
  async function snoops(): Promise<number> {
    return JSON.stringify(await centre.lab.ari("GET", "/channels")).split("-tone-").length - 1;
  }

  /** Of the supervisor nobody has heard a frame, and each other they have heard all the time, in one stream. */
  async function nothingElse(since: number): Promise<void> {
    const { agentEar, customerEar } = call;
    const now = Date.now();
    await Promise.all([agentEar.until(now), customerEar.until(now)]);
    expect(await agentEar.leaks(FORBIDDEN.agent)).toEqual([]);
    expect(await customerEar.leaks(FORBIDDEN.customer)).toEqual([]);
    const gaps = [...(await agentEar.gaps(since, now)), ...(await customerEar.gaps(since, now))];
    expect(gaps.filter(({ ssrcChanged }) => ssrcChanged)).toEqual([]);
    expect(await agentEar.missed(TONES.customer, since, now)).toBeLessThanOrEqual(2);
    expect(await customerEar.missed(TONES.agent, since, now)).toBeLessThanOrEqual(2);
    await expect.poll(snoops, SOON).toBe(0);
  }

  describe("for the agent", () => {
    has({ agent: true, customer: false });

    it("R4 the agent hears it again and again, the customer never, and nobody the supervisor, muted in Coach and Join too", async () => {
      const { page } = centre.at;
      const since = await listen("Visible");
      await hear(since, call.agentEar);
      await page.press("Coach");
      await until(page, /Coaching Ana Ruiz/);
      const second = Date.now();
      await hear(second, call.agentEar);
      await page.press("Join");
      await until(page, /On the call of Ana Ruiz/);
      await hear(Date.now(), call.agentEar);
      await nothingElse(since);
      expect(await tones(call.customerEar)).toBe(0);
    });

    it("what nobody takes away ends by itself", async () => {
      await listen("Visible");
      const channels = JSON.stringify(await centre.lab.ari("GET", "/channels"));
      const [, ana = ""] = /"id":"([^"]+)","name":"PJSIP\/2001-/.exec(channels) ?? [];
      const left = "es-00000000-supervision0000000009-tone-left";
      const app = applicationOf("main");
      await centre.lab.ari("POST", `/channels/${ana}/snoop/${left}?spy=none&whisper=out&app=${app}`);
      const limit = `/channels/${left}/variable?variable=TIMEOUT(absolute)&value=2`;
      // Refused until it has come to the application.
      await expect.poll(() => centre.lab.ari("POST", limit).then(() => "set", String), SOON).toBe("set");
      const there = async () => JSON.stringify(await centre.lab.ari("GET", "/channels")).includes(left);
      expect(await there()).toBe(true);
      await expect.poll(there, SOON).toBe(false);
    });
  });

  describe("for those outside", () => {
    has({ agent: false, customer: true });

    it("R4 the customer hears it, the agent never, and nobody the supervisor", async () => {
      const since = await listen("Visible");
      await hear(since, call.customerEar);
      await nothingElse(since);
      expect(await tones(call.agentEar)).toBe(0);
    });
  });

  describe("for both", () => {
    has({ agent: true, customer: true });

    it("R4 both hear it, and nobody the supervisor", async () => {
      const since = await listen("Visible");
      await hear(since, call.agentEar, call.customerEar);
      await nothingElse(since);
    });

    it("R5 nobody hears one while the supervisor is hidden: not before they become visible, nor after they have hidden", async () => {
      const { page } = centre.at;
      const { agentEar, customerEar } = await hiddenFor(EVERY_MS + 1_000);
      expect([await tones(agentEar), await tones(customerEar)]).toEqual([0, 0]);
      const since = Date.now();
      await page.press("Visible");
      await until(page, /can see you/);
      await hear(since, agentEar, customerEar);
      await page.press("Hide");
      await until(page, /is not told/);
      await expect.poll(snoops, SOON).toBe(0);
      const hidden = Date.now() + 100;
      await agentEar.until(hidden + EVERY_MS + 1_000);
      expect([await tones(agentEar, hidden), await tones(customerEar, hidden)]).toEqual([0, 0]);
      await nothingElse(since);
    });

    /** A hidden Listen that lasts so long. */
    async function hiddenFor(ms: number): Promise<LabCall> {
      const since = await listen("Hidden");
      await call.agentEar.until(since + ms);
      await nothingElse(since);
      await centre.at.page.open(await centre.bench.launcher(phoneOf.kim));
      return call;
    }
  });
});
