import fc from "fast-check";
import { expect, test } from "vitest";
import { read, right, told } from "./files.ts";

function neverThrows(text: string): void {
  const result = read(text);
  if (result.ok) return;
  expect(result.problems.length).toBeGreaterThan(0);
  for (const { line, column, sentence } of result.problems) {
    expect(line).toBeGreaterThanOrEqual(1);
    expect(column).toBeGreaterThanOrEqual(1);
    expect(sentence).toMatch(/^[A-Z`].*[.?]$/s);
  }
}

test("garbage is told, never thrown", () => {
  const mark = fc.constantFrom(
    "{",
    "}",
    "[",
    "]",
    ":",
    "- ",
    "? ",
    "&a ",
    "*a",
    "!!int ",
    "|\n",
    ">",
    "'",
    '"',
    "#",
    "\n",
    "\n  ",
    "\t",
    "%",
    "---\n",
    "<<: ",
  );
  const word = fc.constantFrom("http", "pbx", "people", "phones", "mqtt", "listen", "__proto__", "x", "kind: asterisk");
  const text = fc.array(fc.oneof(mark, word, fc.string({ maxLength: 6, unit: "binary" })), { maxLength: 40 });
  fc.assert(
    fc.property(text, (parts) => neverThrows(parts.join(""))),
    { numRuns: 400 },
  );
});

test("a right file with something put anywhere or taken away is told or read, never thrown", () => {
  const cut = fc.record({ at: fc.nat(right.length), length: fc.nat(12), by: fc.string({ maxLength: 8 }) });
  fc.assert(
    fc.property(cut, ({ at, length, by }) => neverThrows(right.slice(0, at) + by + right.slice(at + length))),
    { numRuns: 400 },
  );
});

test("any structure under the right keys is told or read, never thrown", () => {
  const keys = ["http", "data", "pbx", "policy", "mqtt", "people", "phones", "gateway"];
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...keys), fc.jsonValue({ maxDepth: 4 })), (tree) =>
      neverThrows(JSON.stringify(tree)),
    ),
    { numRuns: 300 },
  );
  expect(told(read("{}")).length).toBeGreaterThan(0);
});
