import { Eta } from "eta";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { documentBytes, plain } from "../../../src/phones/plain.ts";

const codes = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, n) => from + n);
const breaks = new Set([0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x85]);

describe("what a caller can put into a name", () => {
  it("control characters never come to a phone's document", () => {
    for (const code of [...codes(0x00, 0x1f), ...codes(0x7f, 0x9f)]) {
      const shown = plain(`a${String.fromCharCode(code)}b`);
      expect(shown, `U+${code.toString(16)}`).toBe(breaks.has(code) ? "a b" : "ab");
    }
  });

  it("what turns the reading direction never comes to a phone's document", () => {
    for (const code of [0x061c, 0x200e, 0x200f, ...codes(0x202a, 0x202e), ...codes(0x2066, 0x2069)]) {
      expect(plain(`a${String.fromCharCode(code)}b`), `U+${code.toString(16)}`).toBe("ab");
    }
  });
});

describe("the size of a text in a document", () => {
  it("is never less than what a template makes of it", () => {
    const eta = new Eta({ autoEscape: true });
    const made = (text: string) => Buffer.byteLength(eta.renderString("<%= it.text %>", { text }));
    const ascii = codes(0x20, 0x7e).map((code) => String.fromCharCode(code));
    for (const one of ascii) expect(documentBytes(one), one).toBeGreaterThanOrEqual(made(one));
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(documentBytes(text)).toBeGreaterThanOrEqual(made(text));
      }),
    );
  });
});
