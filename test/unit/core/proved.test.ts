import { describe, expect, test } from "vitest";
import { type Answered, proved } from "../../../src/control/proved.js";
import type { ProveStep } from "../../../src/phones/index.js";

const words = { open: "?", asks: "?" };
const decides = { quirk: "q", yes: "It does.", no: "It does not.", fields: { yes: { softkeys: 4 }, no: {} } };
const page = { page: () => ({ kind: "text", title: "", lines: [], keys: [], done: { to: "home" } }) as const };
const told: ProveStep = { id: "told", ...words, decides, push: { kind: "label" } };
const shown: ProveStep = { id: "shown", ...words, decides, pages: { "": page } };
const pushed: ProveStep = {
  id: "pushed",
  ...words,
  decides,
  pages: { pushed: page },
  push: { kind: "page" },
  onPage: true,
};
const watched: ProveStep = { ...shown, id: "watched", sees: () => undefined };

const verdict = (step: ProveStep, answer: Answered) =>
  proved([step], new Map([[step.id, answer]])).facts.map((fact) => `${fact.verdict} ${fact.by}`)[0] ?? "open";

describe("what a step decides", () => {
  test.each([
    ["what was said, where earshot cannot see it", told, { said: "yes", opened: false }, "yes told"],
    ["nothing, where nobody can tell", told, { said: "unknown", opened: false }, "open"],
    ["what was seen, whatever was said", watched, { said: "yes", seen: "no", opened: true }, "no seen"],
    ["a no to what did not come", watched, { said: "no", opened: true }, "no told"],
    ["nothing by a yes to what no request has shown", watched, { said: "yes", opened: true }, "open"],
    ["nothing of a page that the phone never opened", shown, { said: "no", opened: false }, "open"],
    ["nothing of a pushed page that never came", pushed, { said: "no", opened: false }, "open"],
    ["what was said of a page that it opened", shown, { said: "no", opened: true }, "no told"],
  ] as const)("%s", (_, step, answer, decided) => {
    expect(verdict(step, answer)).toBe(decided);
  });

  test("leaves sentence, quirk and fields of that answer, and names what is open", () => {
    expect(proved([told, shown], new Map([["told", { said: "yes", opened: false }]]))).toEqual({
      facts: [{ step: "told", verdict: "yes", by: "told", quirk: "q", says: "It does.", fields: { softkeys: 4 } }],
      open: ["shown"],
    });
  });
});
