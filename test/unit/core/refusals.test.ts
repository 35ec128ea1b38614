import { describe, expect, test } from "vitest";
import { RefusalLog, Tries } from "../../../src/control/index.ts";
import { VirtualClock } from "../virtual-clock.ts";

const what = "A phone that there is not was asked for";

function logged() {
  const clock = new VirtualClock();
  const lines: { readonly about: object; readonly sentence: string }[] = [];
  const none = (): void => expect.fail("only warnings are written");
  const refusals = new RefusalLog({
    clock,
    log: { info: none, error: none, warn: (about, sentence) => void lines.push({ about, sentence }) },
  });
  return { clock, lines, refusals };
}

describe("refusals in the log", () => {
  test("are a line for each address, and a count when the minute is over", async () => {
    const { clock, lines, refusals } = logged();
    refusals.tell(what, "192.0.2.1", { name: "a" });
    refusals.tell(what, "192.0.2.1", { name: "a" });
    refusals.tell(what, "192.0.2.2", { name: "c" });
    expect(lines).toEqual([
      { about: { address: "192.0.2.1", name: "a" }, sentence: what },
      { about: { address: "192.0.2.2", name: "c" }, sentence: what },
    ]);
    await clock.advance(60_000);
    expect(lines.slice(2)).toEqual([
      { about: { times: 3, addresses: { "192.0.2.1": 2 }, others: 0 }, sentence: `${what}: so often in a minute` },
    ]);
    refusals.tell(what, "192.0.2.1");
    expect(lines).toHaveLength(4);
  });

  test("are few lines of few words, however many addresses and tries there are", async () => {
    const { clock, lines, refusals } = logged();
    for (let n = 0; n < 100_000; n += 1) refusals.tell(what, `10.${n % 7}.${n % 251}.${n % 241}`, { name: "x" });
    await clock.advance(60_000);
    expect(lines).toHaveLength(21);
    expect(JSON.stringify(lines).length).toBeLessThan(5_000);
    expect(lines.at(-1)?.about).toMatchObject({ times: 100_000 });
    expect(clock.waiting()).toBe(0);
  });

  test("of one address have ten lines at most, no two the same", () => {
    const { lines, refusals } = logged();
    for (let n = 0; n < 1_000; n += 1) refusals.tell(what, "192.0.2.1", { name: String(n >> 1) });
    expect(lines).toHaveLength(10);
    expect(new Set(lines.map(({ about }) => JSON.stringify(about))).size).toBe(10);
  });

  test("of one reason do not hide those of another", () => {
    const { lines, refusals } = logged();
    for (let n = 0; n < 1_000; n += 1) refusals.tell(what, `192.0.2.${n % 250}`);
    refusals.tell("Something else", "192.0.2.1");
    expect(lines.at(-1)).toEqual({ about: { address: "192.0.2.1" }, sentence: "Something else" });
  });

  test("are counted when all stops, and nothing waits after that", () => {
    const { clock, lines, refusals } = logged();
    refusals.tell(what, "192.0.2.1");
    refusals.tell(what, "192.0.2.1");
    refusals.stop();
    expect(lines).toHaveLength(2);
    expect(clock.waiting()).toBe(0);
  });
});

describe("tries", () => {
  const at = { now: () => 1_800_000_000_000 };

  test("are counted by address, and by the network of an IPv6 one", () => {
    const tries = new Tries(at);
    expect([tries.count("192.0.2.1"), tries.count("192.0.2.1"), tries.count("192.0.2.2")]).toEqual([1, 2, 1]);
    const one = ["2001:db8:1:2::1", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::", "2001:db8:1:2:0:0:0:9"];
    expect(one.map((address) => tries.count(address))).toEqual([1, 2, 3, 4]);
    expect(tries.of("2001:db8:1:3::1")).toBe(0);
    expect([tries.count("::1"), tries.count("fe80::1%eth0"), tries.count("fe80::2%eth0")]).toEqual([1, 1, 2]);
  });

  test("are forgotten with the minute, and one by one where they turn out right", () => {
    let now = at.now();
    const tries = new Tries({ now: () => now });
    tries.count("192.0.2.1");
    tries.count("192.0.2.1");
    tries.forgive("192.0.2.1");
    expect(tries.of("192.0.2.1")).toBe(1);
    now += 60_000;
    expect(tries.of("192.0.2.1")).toBe(0);
    tries.forgive("192.0.2.1");
    expect(tries.of("192.0.2.1")).toBe(0);
  });

  test("are kept for a minute from the first, whatever the time of day", () => {
    let now = at.now() + 59_999;
    const tries = new Tries({ now: () => now });
    tries.count("192.0.2.1");
    now += 30_000;
    expect(tries.count("192.0.2.2")).toBe(1);
    expect(tries.count("192.0.2.1")).toBe(2);
    now += 30_000;
    expect([tries.of("192.0.2.1"), tries.of("192.0.2.2")]).toEqual([0, 1]);
  });

  test("of more addresses than are kept share one count; who was there before keeps theirs", () => {
    const tries = new Tries(at);
    tries.count("192.0.2.1");
    for (let n = 0; n < 50_000; n += 1) tries.count(`10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`);
    expect(tries.of("192.0.2.1")).toBe(1);
    expect(tries.of("10.0.0.1")).toBe(1);
    expect(tries.of("10.200.0.1")).toBe(49_001);
  });
});
