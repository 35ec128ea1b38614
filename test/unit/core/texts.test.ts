import { describe, expect, it } from "vitest";
import {
  type Catalogue,
  catalogueProblems,
  columnsAt,
  fitProblems,
  type Place,
  type Screen,
  speaker,
  type TextId,
  textUses,
} from "../../../src/pages/index.ts";

/** As narrow as phones get: what earshot says must have room on it, whatever the sheets have now. */
const narrow: Screen = { columns: 17, titleColumns: 16, rows: 4, labelColumns: 8, selection: false };
const screen: Screen = { columns: 32, titleColumns: 24, rows: 10, labelColumns: 9, selection: true };

/** A catalogue of its own ids as texts, where nothing else is said. */
function catalogue(more: Readonly<Record<string, readonly string[]>> = {}): Catalogue {
  const all = [...textUses].map(([id]) => [id, [id.slice(0, 4)]] as const);
  return new Map<string, readonly string[]>([...all, ...Object.entries(more)]);
}
const saying = (id: TextId, wordings: readonly string[], on = screen) => speaker(catalogue({ [id]: wordings }), on);

describe("the longest wording that a place has room for", () => {
  const label = ["Ten letter", "Nine lett", "Eight le"];
  it.each([
    [12, "Ten letter"],
    [10, "Ten letter"],
    [9, "Nine lett"],
    [8, "Eight le"],
  ])("of %i columns", (labelColumns, said) =>
    expect(saying("label.coach", label, { ...screen, labelColumns })("label.coach")).toBe(said),
  );

  it.each([
    [undefined, "Nine lett"],
    ["row", "Ten letter"],
    ["title", "Ten letter"],
    [8, "Eight le"],
    [3, "Eight le"],
  ] as const)("at another place than its own: %s", (place, said) =>
    expect(saying("label.coach", label)("label.coach", {}, place)).toBe(said),
  );

  const title = ["Listening to {agent}", "Listen: {agent}"];
  it.each([
    ["Ana Ruiz", "Listening to Ana Ruiz"],
    ["Ana Maria Ruiz", "Listen: Ana Maria Ruiz"],
    ["Ana Maria Ruizenstein", "Listen: Ana Maria Ruize…"],
  ])("with %s put in, of which alone something is cut", (agent, said) =>
    expect(saying("session.listen", title)("session.listen", { agent })).toBe(said),
  );

  it("what stands behind a name stays whole", () =>
    expect(saying("transfer.failed", ["{name}: no answer"])("transfer.failed", { name: "N".repeat(99) })).toBe(
      `${"N".repeat(12)}…: no answer`,
    ));

  it("two things that are put in share the room, and the shorter one has what it needs", () =>
    expect(
      saying("transfer.other", ["{name}, {extension}"])("transfer.other", { name: "N".repeat(99), extension: "2001" }),
    ).toBe(`${"N".repeat(25)}…, 2001`));

  it("what is put in is never read as a text again", () =>
    expect(saying("call.with", ["With {other}"])("call.with", { other: "{other} $& $1" })).toBe("With {other} $& $1"));
});

describe("what is wrong with a catalogue is told with the text", () => {
  const without = (id: TextId): Catalogue => new Map([...catalogue()].filter(([one]) => one !== id));
  it.each([
    ["one that is missing", without("label.coach"), "the text label.coach is missing"],
    ["one that nobody says", catalogue({ "label.couch": ["x"] }), "no page uses the text label.couch"],
    ["an unknown brace", catalogue({ "call.with": ["With {othr}"] }), "call.with knows no {othr}; there are {other}"],
    ["a brace where there is none", catalogue({ "label.coach": ["{name}"] }), "label.coach knows no {name}"],
    ["one brace alone", catalogue({ "call.with": ["With {other"] }), "call.with has a brace that is alone"],
    ["nothing", catalogue({ "label.coach": [""] }), "label.coach is empty, or has a space around it"],
    [
      "a shorter one that is longer",
      catalogue({ "label.coach": ["Coach", "Coaching"] }),
      "label.coach has a shorter wording that is longer than the one before",
    ],
  ])("%s", (_what, of, words) => expect(catalogueProblems(of)).toEqual([words]));

  it.each([
    ["label.coach", ["Coaching!", "Coaching"], []],
    ["label.coach", ["Coaching!"], ["label.coach needs a wording that has at most 8 characters, not 9, for a label"]],
    [
      "menu.title",
      ["Seventeen letters"],
      ["menu.title needs a wording that has at most 16 characters, not 17, for a title"],
    ],
    [
      "session.join",
      ["On the call of {agent}"],
      [
        "session.join needs a wording that, with room for what is put in, has at most 16 characters, not 21, for a title",
      ],
    ],
  ] as const)("no room: %s %j", (id, wordings, problems) =>
    expect(fitProblems(catalogue({ [id]: wordings }), narrow)).toEqual(problems),
  );
});

it.each<[Place, number]>([
  ["label", 9],
  ["title", 24],
  ["heading", 18],
  ["row", 32],
])("a %s has %i columns", (place, columns) => expect(columnsAt(place, screen)).toBe(columns));
