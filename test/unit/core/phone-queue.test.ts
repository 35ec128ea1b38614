import { beforeEach, describe, expect, it } from "vitest";
import { PhoneQueue, type Wish } from "../../../src/dispatch/phone-queue.ts";
import type { Phone, Pushed, PushKind } from "../../../src/model/index.ts";
import { VirtualClock } from "../virtual-clock.ts";
import { HeldPush } from "./held-push.ts";
import { ana, kimsPhone } from "./world.ts";

const phone: Phone = { mac: kimsPhone, vendor: "yealink", model: "T46U", owner: ana.id, answer: "ring" };
const sent: Pushed = { outcome: "sent" };
const failed: Pushed = { outcome: "failed", why: "away", again: true };

let clock: VirtualClock;
let push: HeldPush;
let queue: PhoneQueue;
const warned: string[] = [];

beforeEach(() => {
  clock = new VirtualClock();
  push = new HeldPush(() => clock.now());
  warned.length = 0;
  const log = { info: () => {}, error: () => {}, warn: (_: object, sentence: string) => void warned.push(sentence) };
  queue = new PhoneQueue({ phone, push, clock, log, random: () => 1 });
});

const wish = (kind: PushKind, text: string, more: Partial<Wish> = {}): Wish => ({
  kind,
  make: async () => ({
    root: { name: "A", inside: [text] },
    mostBytes: 1000,
    notify: { event: "e", contentType: "t" },
    http: { path: "/", contentType: "t" },
  }),
  ...more,
});

/** Ends the push under way and lets what follows begin. */
async function end(result: Pushed = sent): Promise<void> {
  push.asked.at(-1)?.end(result);
  await clock.advance(0);
}

describe("the dispatcher of one phone", () => {
  it("has one push in flight, whatever is asked", async () => {
    for (const text of ["a", "b", "c"]) queue.ask(wish("notice", text));
    queue.ask(wish("page", "p"));
    await clock.advance(60_000);
    expect(push.says).toEqual(["a"]);
    await end();
    await end();
    await end();
    expect(push.says).toEqual(["a", "b", "c", "p"]);
    expect(push.mostAtOnce).toBe(1);
  });

  it("of several lamps that wait the newest wins, and the others are never sent", async () => {
    queue.ask(wish("lamp", "green"));
    const orange = queue.ask(wish("lamp", "orange"));
    queue.ask(wish("lamp", "red"));
    await clock.advance(0);
    await end();
    await end();
    expect(push.says).toEqual(["green", "red"]);
    expect(await orange.confirmed).toBe(false);
  });

  it("two lamps by NOTIFY are apart, as the PBX may send the newer first; its label does not wait for that", async () => {
    const log = { info: () => {}, error: () => {}, warn: () => {} };
    const notify = new PhoneQueue({ phone: { ...phone, push: { by: "notify" } }, push, clock, log, random: () => 1 });
    notify.ask(wish("lamp", "green"));
    await clock.advance(0);
    let tried = false;
    const red = notify.ask(wish("lamp", "red"));
    void red.tried.then(() => {
      tried = true;
    });
    notify.ask(wish("label", "Kim"));
    await end();
    await end();
    expect(push.says).toEqual(["green", "Kim"]);
    expect(tried).toBe(false);
    await clock.advance(250);
    await end();
    expect(push.says).toEqual(["green", "Kim", "red"]);
    expect(tried).toBe(true);
    notify.stop();
    expect(clock.waiting()).toBe(0);
  });

  it("two notices by NOTIFY are apart, so that the older is not what stays on the screen; a page does not wait for that", async () => {
    const log = { info: () => {}, error: () => {}, warn: () => {} };
    const notify = new PhoneQueue({ phone: { ...phone, push: { by: "notify" } }, push, clock, log, random: () => 1 });
    push.always = sent;
    notify.ask(wish("notice", "listens"));
    const coaches = notify.ask(wish("notice", "speaks"));
    notify.ask(wish("page", "session"));
    await clock.advance(0);
    expect(push.says).toEqual(["listens", "session"]);
    await clock.advance(250);
    await coaches.tried;
    expect(push.says).toEqual(["listens", "session", "speaks"]);
    notify.stop();
  });

  it("the lamp goes before its label, both before words, words before a page", async () => {
    queue.ask(wish("page", "first"));
    await clock.advance(0);
    for (const kind of ["page", "notice", "label", "lamp"] as const) queue.ask(wish(kind, kind));
    for (let turn = 0; turn < 5; turn += 1) await end();
    expect(push.says).toEqual(["first", "lamp", "label", "notice", "page"]);
  });

  it("notices go in order; one that has expired is dropped", async () => {
    const now = clock.now();
    queue.ask(wish("notice", "one"));
    const late = queue.ask(wish("notice", "two", { expiresAt: now + 1_000 }));
    queue.ask(wish("notice", "three", { expiresAt: now + 60_000 }));
    await clock.advance(2_000);
    await end();
    expect(push.says).toEqual(["one", "three"]);
    expect(await late.confirmed).toBe(false);
  });

  it("words wait while the person dials, is rung, holds or transfers; the lamp does not", async () => {
    push.always = sent;
    queue.attend("busy");
    const words = queue.ask(wish("notice", "words"));
    queue.ask(wish("lamp", "green"));
    await clock.advance(5_000);
    expect(push.says).toEqual(["green"]);
    await words.tried;
    queue.attend("talking");
    await clock.advance(0);
    expect(push.says).toEqual(["green", "words"]);
  });

  it("words that are no longer true are taken back", async () => {
    queue.attend("busy");
    push.always = sent;
    const gone = queue.ask(wish("notice", "Kim", { about: "3001 listen" }));
    queue.ask(wish("notice", "Lee", { about: "3002 listen" }));
    queue.withdraw((about) => about === "3002 listen");
    queue.attend("talking");
    await clock.advance(0);
    expect(push.says).toEqual(["Lee"]);
    expect(await gone.confirmed).toBe(false);
  });

  it("after failures it waits longer each time, at most 30 s, and says so once", async () => {
    push.always = failed;
    queue.ask(wish("lamp", "green"));
    await clock.advance(120_000);
    const waits = push.asked.slice(1).map(({ at }, index) => at - (push.asked[index]?.at ?? 0));
    expect(waits.slice(0, 7)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    expect(warned).toHaveLength(1);
  });

  it("a lamp that failed gives way to a newer one, and the newer waits its turn", async () => {
    push.results.push(failed, sent);
    queue.ask(wish("lamp", "green"));
    await clock.advance(500);
    queue.ask(wish("lamp", "red"));
    expect(push.says).toEqual(["green"]);
    await clock.advance(500);
    expect(push.says).toEqual(["green", "red"]);
  });

  it("a notice that failed keeps its place", async () => {
    push.results.push(failed);
    push.always = sent;
    queue.ask(wish("notice", "one"));
    queue.ask(wish("notice", "two"));
    await clock.advance(10_000);
    expect(push.says).toEqual(["one", "one", "two"]);
  });

  it("what would fail again is not tried again", async () => {
    push.results.push({ outcome: "failed", why: "no such page", again: false });
    const fate = queue.ask(wish("lamp", "green"));
    await clock.advance(60_000);
    expect(push.says).toEqual(["green"]);
    expect(await fate.confirmed).toBe(false);
  });

  it("only the phone's own word is a confirmation", async () => {
    push.results.push(sent, { outcome: "confirmed" });
    const one = queue.ask(wish("notice", "one"));
    const two = queue.ask(wish("notice", "two"));
    await clock.advance(0);
    expect([await one.confirmed, await two.confirmed]).toEqual([false, true]);
  });

  it("the newest result is kept", async () => {
    expect(queue.last).toBeUndefined();
    push.results.push(sent, failed);
    queue.ask(wish("lamp", "green"));
    await clock.advance(0);
    expect(queue.last).toEqual({ at: clock.now(), kind: "lamp", result: sent });
    queue.ask(wish("notice", "one"));
    await clock.advance(0);
    expect(queue.last).toMatchObject({ kind: "notice", result: failed });
  });

  it("a stop leaves no timer, and what comes in late does nothing", async () => {
    push.results.push(failed);
    queue.ask(wish("lamp", "green"));
    await clock.advance(0);
    queue.stop();
    await clock.advance(60_000);
    expect(push.says).toEqual(["green"]);
    expect(clock.waiting()).toBe(0);
  });
});
