import { describe, expect, it } from "vitest";
import { audience } from "../../../src/audience/index.ts";
import { type Call, type Person, parseSearchText } from "../../../src/model/index.ts";
import { folded } from "../../../src/state/index.ts";
import {
  ana,
  asked,
  ben,
  customerCall,
  dita,
  facts,
  internalCall,
  kim,
  lee,
  outsideLeg,
  root,
  stateWith,
} from "./world.ts";

const named = (id: string, who: Person, name: string, number: string, more: Partial<Call> = {}): Call => {
  const call = customerCall(id, who, {}, more);
  return {
    ...call,
    legs: [...call.legs.slice(0, 1), outsideLeg(`${id}-c`, { party: { kind: "external", name, number } })],
  };
};
const calls = [
  named("c1", ana, "Zoë Ångström", "+44 1555 010", { queue: "Billing" }),
  named("c2", ben, "Straße & Co", "02089 77", { answeredAt: 3_000 }),
  named("c3", dita, "", "anonymous", { answeredAt: 4_000 }),
];

/** Who the calls are of that this person finds. */
function found(text: string, by: Person = root, all: readonly Call[] = calls): string {
  const query = parseSearchText(text);
  if (!query) throw new Error(`nobody can look for "${text}"`);
  const { board } = audience(stateWith(all), { hidden: "allowed" }, by);
  const list = board.search(query);
  const entries = list.slice(0, 99);
  expect(list.total).toBe(entries.length);
  return entries.map(({ agent }) => agent.name.split(" ")[0]).join(" ");
}

describe("R2 a call is found by digits", () => {
  it.each([
    ["a part of the customer's number", "1555", "Ana"],
    ["the number with its signs", "+44 1555-010", "Ana"],
    ["the agent's extension", "2002", "Ben"],
    ["a part of the extensions of all", "200", "Ana Ben Dita"],
    ["the agent's name on the keys", "262", "Ana"],
    ["the agent's second name on the keys", "6523", "Ben"],
    ["first and second name in one go", "3482 6682", "Dita"],
    ["the customer's name on the keys, accents or not", "963", "Ana"],
    ["the queue on the keys", "245546", "Ana"],
    ["nothing that is only inside a word", "849", ""],
  ])("%s", (_, text, who) => expect(found(text)).toBe(who));
});

describe("R2 a call is found by letters", () => {
  it.each([
    ["a part of the agent's name", "kafo", "Ben"],
    ["whatever the case", "ANA RUIZ", "Ana"],
    ["the customer's name without its accents", "angstrom", "Ana"],
    ["and with other ones", "Zôé", "Ana"],
    ["letters that are two", "strasse", "Ben"],
    ["the queue", "bill", "Ana"],
    ["a number that is a word", "anonym", "Dita"],
    ["nobody", "nobody at all", ""],
  ])("%s", (_, text, who) => expect(found(text)).toBe(who));
});

describe("what is found", () => {
  it("R1 is of the teams of whoever looks", () => {
    expect([found("200", kim), found("200", lee), found("kafo", kim)]).toEqual(["Ana Dita", "Ben", ""]);
    expect(found("200", ana)).toBe("");
  });

  it("R12 is never a call that one is a party to", () => {
    expect(found("ana", kim, [internalCall("c1", ana, kim)])).toBe("");
    expect(found("ana", root, [internalCall("c1", ana, kim)])).toBe("Ana Kim");
  });

  it("R2 R5 a hidden supervisor looks like anyone: by their name nothing is found that was not there", () => {
    const query = parseSearchText("Kim Osei");
    const state = stateWith([customerCall("c1", ana)], asked("hidden"), facts());
    expect(query && audience(state, { hidden: "allowed" }, root).board.search(query).total).toBe(0);
  });

  it("is in the order of the board, a part at a time", () => {
    const state = stateWith(calls, { type: "board-sorted", person: root.id, order: "newest" });
    const query = parseSearchText("200");
    const list = query && audience(state, { hidden: "allowed" }, root).board.search(query);
    expect(list?.slice(1, 5).map(({ agent }) => agent.name)).toEqual(["Ben Okafor", "Ana Ruiz"]);
  });

  it("follows what becomes of the call", () => {
    const gone = stateWith(calls, { type: "call", call: named("c1", ana, "Somebody else", "7") });
    const [zoe, else_] = [parseSearchText("zoe"), parseSearchText("somebody")];
    const { board } = audience(gone, { hidden: "allowed" }, root);
    expect([zoe && board.search(zoe).total, else_ && board.search(else_).total]).toEqual([0, 1]);
  });
});

describe("what is typed to look for", () => {
  it.each([
    [" \t ", undefined],
    ["a\u0000b\r\nc", "a b c"],
    ["x".repeat(32), "x".repeat(32)],
    ["x".repeat(33), undefined],
    ["\u202eevil", "evil"],
  ])("%j is %j", (text, query) => expect(parseSearchText(text)).toBe(query));

  it("loses its case and accents, and nothing else", () =>
    expect(folded("Łódź ÆØÅ Straße Ÿ 名無し")).toBe("lodz aeoa strasse y 名無し"));
});
