import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Call, OwnEvent, PbxEvent } from "../../../src/model/index.ts";
import { anasMac, PushedWorld } from "./pushed-world.ts";
import { ana, asked, customerCall, deaf, facts, kim, lee, legId, mode, s1, supervisionId, told } from "./world.ts";

let world: PushedWorld;

beforeEach(() => {
  world = new PushedWorld();
  world.push.always = { outcome: "sent" };
});

afterEach(() => world.stop());

const snapshot = (...calls: readonly Call[]): PbxEvent => ({
  type: "pbx-snapshot",
  snapshot: { calls, supervisions: [] },
});
const dark = "Led:LINE5_GREEN=off Led:LINE5_ORANGE=off Led:LINE5_RED=off";
const green = "Led:LINE5_ORANGE=off Led:LINE5_RED=off Led:LINE5_GREEN=on";
const orange = "Led:LINE5_GREEN=off Led:LINE5_RED=off Led:LINE5_ORANGE=on";

async function visibleListen(): Promise<void> {
  world.take(snapshot(customerCall("c1", ana)));
  // The lamp of the start has arrived by then.
  await world.clock.advance(250);
  world.take(asked("visible"), facts(), told("sending"));
  await world.clock.advance(0);
}

describe("what an agent's phone is pushed", () => {
  it("at the start its lamp is put out and its key named, so that nothing of an earlier run stays lit", async () => {
    world.take(snapshot());
    await world.clock.advance(0);
    expect(world.says(anasMac)).toEqual([dark, "linekey.5.label = Who is with me"]);
  });

  it("R5 a visible supervisor is on lamp, key and screen, in this order", async () => {
    await visibleListen();
    expect(world.says(anasMac).slice(2)).toEqual([
      green,
      "linekey.5.label = Kim Osei",
      expect.stringMatching(/^Who is with me Kim Osei listen /),
    ]);
  });

  it("the words are in the language of whose phone it is", async () => {
    world.take({ type: "person-put", person: { ...ana, language: "de" } });
    await visibleListen();
    expect(world.says(anasMac).filter((says) => !says.startsWith("Led:"))).toEqual([
      "linekey.5.label = Wer ist bei mir",
      "linekey.5.label = Kim Osei",
      expect.stringMatching(/^Wer ist bei mir Kim Osei listen Schließen /),
    ]);
  });

  it("the same lamp is not pushed again, a new mode is", async () => {
    await visibleListen();
    world.push.asked.length = 0;
    world.take(told("waiting"), told("unconfirmed"), deaf(), facts());
    await world.clock.advance(1_000);
    expect(world.says(anasMac)).toEqual([]);
    world.take(mode("coach", "muted"));
    await world.clock.advance(0);
    expect(world.says(anasMac)).toEqual([orange, expect.stringMatching(/Kim Osei coach/)]);
  });

  it("R6 hiding and leaving push the same, and no words", async () => {
    await visibleListen();
    world.push.asked.length = 0;
    world.take({ type: "visibility-asked", supervision: s1, visibility: "hidden" });
    await world.clock.advance(60_000);
    expect(world.says(anasMac)).toEqual([dark, "linekey.5.label = Who is with me"]);
  });

  it("R6 words that wait while the agent's hands are on the phone are taken back when the supervisor hides", async () => {
    world.take(snapshot(customerCall("c1", ana, { holding: true })), asked("visible"), facts(), told("sending"));
    await world.clock.advance(0);
    world.take({ type: "visibility-asked", supervision: s1, visibility: "hidden" });
    world.take({ type: "call", call: customerCall("c1", ana) });
    await world.clock.advance(60_000);
    expect(world.says(anasMac).filter((says) => /Kim Osei listen/.test(says))).toEqual([]);
  });

  it("lamps are sent again from time to time: a phone forgets them at a restart", async () => {
    await visibleListen();
    world.push.asked.length = 0;
    await world.clock.advance(900_000);
    expect(world.says(anasMac)).toContain(green);
  });

  it("R5 a push that the phone itself confirms is a confirmation, without any broker", async () => {
    world.push.always = { outcome: "confirmed" };
    await visibleListen();
    const { sent, confirmed } = world.dispatch.delivery(ana.id, kim.extension);
    await sent;
    expect(await confirmed).toBe(true);
  });

  it("R5 the PBX's word that it has sent a NOTIFY is none", async () => {
    await visibleListen();
    const { sent, confirmed } = world.dispatch.delivery(ana.id, kim.extension);
    await sent;
    await world.clock.advance(3_000);
    expect(await confirmed).toBe(false);
  });

  it("R5 a phone that does not answer holds up the confirmation for 3 s, and no longer", async () => {
    world.push.always = undefined;
    await visibleListen();
    const { confirmed } = world.dispatch.delivery(ana.id, kim.extension);
    await world.clock.advance(3_000);
    expect(await confirmed).toBe(false);
  });
});

/** One thing that happens at a moment: to Ana's call, by a visible supervisor, or by a hidden one. */
interface Happening {
  readonly hidden: boolean;
  readonly event: PbxEvent | OwnEvent;
}

const s2 = supervisionId("s2");
const visible = (event: PbxEvent | OwnEvent): Happening => ({ hidden: false, event });
const hidden = (event: PbxEvent | OwnEvent): Happening => ({ hidden: true, event });
const leeFacts: PbxEvent = { type: "facts", facts: { id: s2, leg: "up", ear: legId("c1-agent") } };
const hers = customerCall("c1", ana);

/** Hidden `s1` is Kim's, visible `s2` is Lee's. */
const happenings: readonly Happening[] = [
  visible({ type: "call", call: hers }),
  visible({ type: "call", call: customerCall("c1", ana, { holding: true }) }),
  visible({ type: "call", call: customerCall("c2", ana, { state: "ringing" }) }),
  visible({ type: "call-ended", call: customerCall("c2", ana).id }),
  visible({ type: "call-ended", call: hers.id }),
  visible({ ...asked("visible", lee, s2) }),
  visible(leeFacts),
  visible({ type: "told", supervision: s2, telling: 0, told: "sending" }),
  visible({ type: "mode-asked", supervision: s2, mode: "coach", mic: "open" }),
  visible({ type: "mode-asked", supervision: s2, mode: "join", mic: "muted" }),
  visible({ type: "facts-ended", supervision: s2, ending: "left" }),
  hidden(asked("hidden")),
  hidden({ type: "rung", supervision: s1 }),
  hidden(facts()),
  hidden(deaf("held")),
  hidden(mode("listen", "muted")),
  hidden({ type: "trouble", supervision: s1, code: "pbx-failed" }),
  hidden({ type: "presses-voided", supervisor: kim.id }),
  hidden({ type: "ending-asked", supervision: s1, ending: "left" }),
  hidden({ type: "facts-ended", supervision: s1, ending: "left" }),
];

/** A hidden supervisor listens when a visible one comes: told in every run, whatever else is drawn. */
const both: readonly Happening[] = [
  hidden(asked("hidden")),
  hidden(facts()),
  visible({ ...asked("visible", lee, s2) }),
  visible(leeFacts),
  visible({ type: "told", supervision: s2, telling: 0, told: "sending" }),
  visible({ type: "mode-asked", supervision: s2, mode: "coach", mic: "open" }),
  hidden({ type: "ending-asked", supervision: s1, ending: "left" }),
];

/** Every push to Ana's phone, whole and with its moment. */
async function stream(story: readonly Happening[], withHidden: boolean, failing: readonly boolean[]): Promise<unknown> {
  const one = new PushedWorld();
  one.push.always = { outcome: "sent" };
  for (const fails of failing) {
    one.push.results.push(fails ? { outcome: "failed", why: "away", again: true } : { outcome: "sent" });
  }
  one.take(snapshot(hers));
  for (const happening of story) {
    if (withHidden || !happening.hidden) one.take(happening.event);
    await one.clock.advance(400);
  }
  await one.clock.advance(1_000_000);
  one.stop();
  return one.push.asked.filter(({ mac }) => mac === anasMac).map(({ at, document }) => ({ at, document }));
}

describe("R5 hidden: what an agent's phone is pushed does not change", () => {
  it("by a byte, a push or a moment, whatever a hidden supervisor does", async () => {
    const story = fc.array(fc.constantFrom(...happenings), { minLength: 5, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(story, fc.array(fc.boolean(), { maxLength: 6 }), async (told, failing) => {
        expect(await stream(told, true, failing)).toEqual(await stream(told, false, failing));
      }),
      { numRuns: 60, examples: [[[...both], []]] },
    );
  });

  it("the stories push something, and hidden supervisors do live in them", async () => {
    const pushed = await stream(happenings, true, []);
    expect(JSON.stringify(pushed)).toMatch(/Lee Park coach/);
    expect(JSON.stringify(pushed)).not.toMatch(/Kim/);
    expect(happenings.filter((one) => one.hidden).length).toBeGreaterThan(5);
  });
});
