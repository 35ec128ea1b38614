import { describe, expect, it } from "vitest";
import { inTurns, slices } from "../../../src/control/turns.ts";
import type { Clock } from "../../../src/model/index.ts";

/** A clock on which each look costs a millisecond; it tells how often others had their turn. */
function slowClock(step = 1): Clock & { readonly turns: () => number } {
  let [now, turns] = [0, 0];
  return {
    now: () => {
      now += step;
      return now;
    },
    after: (_, run) => {
      turns += 1;
      queueMicrotask(run);
      return () => undefined;
    },
    turns: () => turns,
  };
}

describe("a list of thousands", () => {
  const list = Array.from({ length: 1_000 }, (_, at) => at);

  it("is gone through in its order, and others have their turns in between", async () => {
    const clock = slowClock();
    const seen: number[] = [];
    await inTurns(clock, list, (one) => void seen.push(one));
    expect(seen).toEqual(list);
    expect(clock.turns()).toBeGreaterThan(100);
  });

  it("holds nobody up either while the machine's clock is set back", async () => {
    const clock = slowClock(-3_600_000);
    await inTurns(clock, list, () => undefined);
    expect(clock.turns()).toBeGreaterThan(100);
  });

  it("ends where its work does", async () => {
    const broken = inTurns(slowClock(), list, (one) => {
      if (one === 500) throw new Error("no more");
    });
    await expect(broken).rejects.toThrow("no more");
  });

  it("is cut into pieces that are the list again", () => {
    const pieces = [...slices(list, 300)];
    expect(pieces.map(({ length }) => length)).toEqual([300, 300, 300, 100]);
    expect(pieces.flat()).toEqual(list);
  });
});
