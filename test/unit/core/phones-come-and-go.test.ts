import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { PhoneRegistry } from "../../../src/control/index.ts";
import { BlfLamps, SessionPages } from "../../../src/dispatch/index.ts";
import { blfKeysOf, type Lamp, type Mac, type Phone } from "../../../src/model/index.ts";
import { texts } from "../http/words.ts";
import { PushedWorld } from "./pushed-world.ts";
import { ana, asked, ben, customerCall, facts, kim, kimsPhone, told } from "./world.ts";

const fail = (error: unknown): never => {
  throw error;
};
const desk: Phone = { mac: "805ec0aa2051" as Mac, vendor: "yealink", model: "T46U", owner: ana.id, answer: "ring" };
const pushed: Phone = { ...desk, push: { by: "notify" }, lampKey: 3 };
const dark = "Led:LINE3_GREEN=off Led:LINE3_ORANGE=off Led:LINE3_RED=off";
const green = "Led:LINE3_ORANGE=off Led:LINE3_RED=off Led:LINE3_GREEN=on";

describe("the registry of phones", () => {
  it("has each phone by its MAC address and by its owner, and one that changes keeps its place", () => {
    const bens = { ...desk, mac: kimsPhone, owner: ben.id };
    const phones = new PhoneRegistry([desk, bens], fail);
    phones.put({ ...desk, owner: ben.id });
    expect(phones.get(desk.mac)?.owner).toBe(ben.id);
    expect(phones.all().map(({ mac }) => mac)).toEqual([desk.mac, kimsPhone]);
    expect(phones.of(ben.id).map(({ mac }) => mac)).toEqual([desk.mac, kimsPhone]);
    expect(phones.of(ana.id)).toEqual([]);
  });

  it("tells of whatever comes, changes and goes, once it is so, and of a phone that there is not nothing", () => {
    const phones = new PhoneRegistry([], fail);
    const heard: unknown[] = [];
    const forget = phones.follow((before, now) => heard.push([before, now, phones.get(desk.mac)]));
    phones.put(desk);
    phones.put(pushed);
    phones.drop(desk.mac);
    phones.drop(desk.mac);
    forget();
    phones.put(desk);
    expect(heard).toEqual([
      [undefined, desk, desk],
      [desk, pushed, pushed],
      [pushed, undefined, undefined],
    ]);
  });

  it("tells the others where one of them throws", () => {
    const bugs: unknown[] = [];
    const phones = new PhoneRegistry([], (error) => bugs.push(error));
    const heard: unknown[] = [];
    phones.follow(() => fail(new Error("broken")));
    phones.follow((_, now) => heard.push(now));
    phones.put(desk);
    expect([heard, bugs.length]).toEqual([[desk], 1]);
  });
});

describe("a phone that can be pushed to", () => {
  let world: PushedWorld;

  beforeEach(() => {
    world = new PushedWorld();
    world.push.always = { outcome: "sent" };
    world.take({ type: "pbx-snapshot", snapshot: { calls: [customerCall("c1", ana)], supervisions: [] } });
  });

  afterEach(() => {
    world.stop();
    expect(world.clock.waiting()).toBe(0);
  });

  async function visibleListen(): Promise<void> {
    world.take(asked("visible"), facts(), told("sending"));
    await world.clock.advance(0);
  }

  it("R5 that comes while its owner is supervised shows at once who is there", async () => {
    await visibleListen();
    world.phones.put(pushed);
    await world.clock.advance(0);
    expect(world.says(pushed.mac)).toEqual([green, "linekey.3.label = Kim Osei"]);
  });

  it("R5 that comes during a hidden supervision shows that nobody is there", async () => {
    world.take(asked("hidden"), facts());
    world.phones.put(pushed);
    await world.clock.advance(0);
    expect(world.says(pushed.mac)).toEqual([dark, "linekey.3.label = Who is with me"]);
  });

  it("is told of every change from then on, and its lamp is sent again from time to time", async () => {
    world.phones.put(pushed);
    await world.clock.advance(250);
    world.push.asked.length = 0;
    await visibleListen();
    expect(world.says(pushed.mac)[0]).toBe(green);
    world.push.asked.length = 0;
    await world.clock.advance(60 * 60_000);
    expect(world.says(pushed.mac)).toContain(green);
  });

  it("is pushed nothing once it has gone, not even what was waiting", async () => {
    world.push.always = undefined;
    world.phones.put(pushed);
    await world.clock.advance(0);
    world.phones.drop(pushed.mac);
    world.push.asked.find(({ mac }) => mac === pushed.mac)?.end({ outcome: "sent" });
    const before = world.says(pushed.mac).length;
    await visibleListen();
    await world.clock.advance(60 * 60_000);
    expect([before, world.says(pushed.mac).length]).toEqual([1, 1]);
    expect(world.pushes.lastDelivery(pushed.mac)).toBeUndefined();
  });

  it("R5 that is given to somebody else shows who is with them, and nobody else", async () => {
    await visibleListen();
    world.phones.put(pushed);
    await world.clock.advance(0);
    world.push.asked.length = 0;
    world.phones.put({ ...pushed, owner: ben.id });
    await world.clock.advance(249);
    // A NOTIFY of before could overtake it.
    expect(world.says(pushed.mac)).toEqual([]);
    await world.clock.advance(1);
    expect(world.says(pushed.mac)).toEqual([dark, "linekey.3.label = Who is with me"]);
  });

  it("that only answers otherwise is left as it is", async () => {
    world.phones.put(pushed);
    await world.clock.advance(0);
    const before = world.says(pushed.mac).length;
    world.phones.put({ ...pushed, answer: "auto" });
    await world.clock.advance(0);
    expect(world.says(pushed.mac)).toHaveLength(before);
    expect(world.pushes.lastDelivery(pushed.mac)).toBeDefined();
  });

  it("has no page of a session opened any more once it has gone", async () => {
    const { writer, pushes, phones, clock } = world;
    const policy = { hidden: "allowed" } as const;
    const sessions = new SessionPages({
      writer,
      policy,
      pushes,
      phones,
      say: (_, on) => texts.to(undefined, on),
      clock,
    });
    sessions.start();
    world.take(asked("visible"));
    phones.drop(kimsPhone);
    world.take(facts());
    await clock.advance(60_000);
    expect(world.says(kimsPhone).filter((says) => says.endsWith("/session"))).toEqual([]);
    sessions.stop();
  });
});

it("R5 the BLF lamps of a person are those that their phones watch now, lit from the truth; what none watches goes out", async () => {
  const world = new PushedWorld();
  const phones = new PhoneRegistry([], fail);
  const set: string[] = [];
  const lamps = new BlfLamps({
    set: async (_, key, on) => {
      set.push(`${key} ${on ? "on" : "off"}`);
      return { ok: true };
    },
    keysOf: (person) => blfKeysOf(phones.of(person), person),
    clock: world.clock,
    log: { info: () => {}, warn: fail, error: fail },
  });
  const coached: Lamp = {
    lamp: "coach",
    mic: "open",
    supervisors: [{ name: kim.name, extension: kim.extension, mode: "coach", mic: "open" }],
  };
  lamps.show(ana.id, ana.extension, coached);
  await world.clock.advance(0);
  phones.put({ ...desk, lamp: "blf-three" });
  lamps.keysChanged(ana.id);
  await world.clock.advance(0);
  expect(set[0]).toBe("any on");
  expect(set.slice(1).sort()).toEqual(["any off", "coach on", "join off", "listen off"]);
  set.length = 0;
  phones.drop(desk.mac);
  lamps.keysChanged(ana.id);
  await world.clock.advance(0);
  expect(set.sort()).toEqual(["any on", "coach off"]);
  lamps.stop();
  world.stop();
});
