import { describe, expect, it } from "vitest";
import { stories } from "../../bench/recording.ts";
import { median, medianInterval, quantile, ratioInterval } from "../../bench/statistics.ts";
import { figure, markdown, withTable } from "../../bench/table.ts";

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

describe("the figures of the bench", () => {
  it("a quantile lies between its two neighbours, whatever the order", () => {
    expect(median([3, 1, 2, 4])).toBe(2.5);
    expect(quantile(upTo(101).reverse(), 0.99)).toBe(100);
    expect(() => median([])).toThrow("no values");
  });

  it("the interval of a median is made of the order statistics that the binomial gives", () => {
    expect(medianInterval(upTo(200))).toEqual([86, 115]);
  });

  it("the interval of a ratio holds it, and is narrow where all pairs agree", () => {
    const pairs = upTo(50).map((floor) => ({ floor, earshot: (((floor * 7) % 51) + floor * 2) / 2 }));
    const [from, to] = ratioInterval(pairs);
    const ratio = median(pairs.map(({ earshot }) => earshot)) / median(pairs.map(({ floor }) => floor));
    expect(from).toBeLessThan(ratio);
    expect(to).toBeGreaterThan(ratio);
    expect(ratioInterval(pairs.map(() => ({ floor: 2, earshot: 3 })))).toEqual([1.5, 1.5]);
  });

  it("a figure has three digits that count", () => {
    expect([0.01234, 1.5, 99.96, 1234.5, Number.NaN].map(figure)).toEqual([
      "0.0123",
      "1.50",
      "100",
      "1,235",
      "not measured",
    ]);
  });

  it("the table replaces what stands between its marks, and nothing else", () => {
    const row = { what: "a $& press", floor: "1", earshot: "2", ratio: "2", aim: "" };
    const text = "before\n<!-- bench -->\nold\n<!-- /bench -->\nafter\n";
    const written = withTable(text, markdown([row], "here"));
    expect(written).toContain("| a $& press | 1 | 2 | 2 |  |");
    expect(written).not.toContain("old");
    expect(withTable(written, markdown([row], "here"))).toBe(written);
    expect(() => withTable("no marks", "")).toThrow("no marker comments");
  });
});

describe("the recorded calls", () => {
  it("are told again with other people, channels and bridges, and nothing is left of the ones recorded", () => {
    const { dial, queue } = stories();
    for (const story of [dial, queue]) {
      const one = story.told(7, "5555");
      const other = story.told(8, "6666");
      expect(one.length).toBeGreaterThan(15);
      const ids = (texts: readonly string[]) => new Set(texts.join("\n").match(/"id":"[^"]+"/g));
      expect([...ids(one)].filter((id) => ids(other).has(id))).toEqual([]);
      expect(one.join("\n")).not.toMatch(/2001|Ana Ruiz|Carla Voss|\+4930123456/);
      for (const text of one) expect(() => JSON.parse(text)).not.toThrow();
    }
  });

  it("a call under way has two channels in one bridge", () => {
    const { channels, bridge } = stories().dial.talking(3, "5555");
    expect(channels).toHaveLength(2);
    expect((bridge as unknown as { channels: string[] }).channels).toEqual(
      expect.arrayContaining(channels.map(({ id }) => id)),
    );
  });
});
