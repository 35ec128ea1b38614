import { describe, expect, it } from "vitest";
import { audience, floor, floorCall } from "../../../src/audience/index.ts";
import { type Call, type NeverList, parseSearchText, type SearchText } from "../../../src/model/index.ts";
import { emptyState, reduce, supervisionBy } from "../../../src/state/index.ts";
import { courseOf, neverShown, refuseToStart } from "../../../src/supervision/index.ts";
import {
  agentLeg,
  ana,
  asked,
  ben,
  customerCall,
  dita,
  everybody,
  facts,
  internalCall,
  kim,
  legId,
  outsideLeg,
  root,
} from "./world.ts";

const list: NeverList = { numbers: ["+44 20 7946 0958", "0800*", "2003"], queues: ["Payments"], contexts: ["ivr-pay"] };
const allowed = { hidden: "allowed" } as const;
const plain = customerCall("c1", ana);

function customerFrom(number: string): Call {
  return {
    ...plain,
    legs: [agentLeg("c1-agent", ana), outsideLeg("c1-customer", { party: { kind: "external", number, name: "" } })],
  };
}

function stateOf(...calls: readonly Call[]) {
  const state = emptyState(everybody, 100, 0, neverShown(list));
  reduce(state, { type: "pbx-snapshot", snapshot: { calls, supervisions: [] }, at: 5_000 });
  return state;
}

const isNever = (call: Call): boolean => stateOf(call).calls.get(call.id)?.never === true;

describe("R20 what the never list says of a number", () => {
  it.each(["+442079460958", "00442079460958", "442079460958", "+44 (20) 7946-0958", "0044 20.7946.0958"])(
    "%s is the number on it, however it is written",
    (number) => expect(isNever(customerFrom(number))).toBe(true),
  );

  it.each(["+44207946095", "+4420794609581", "02079460958", "", "anonymous"])("%s is not", (number) =>
    expect(isNever(customerFrom(number))).toBe(false),
  );

  it.each(["0800", "08001111", "0800 1111"])("%s begins as the list says", (number) =>
    expect(isNever(customerFrom(number))).toBe(true),
  );

  it("the number of somebody of ours is their extension", () =>
    expect(isNever(internalCall("c1", ana, dita))).toBe(true));
});

describe("R20 what the never list says of a call", () => {
  it.each<readonly [string, Partial<Call>]>([
    ["by a queue, whatever its case", { queue: "payments" }],
    ["in a context", { contexts: ["from-trunk", "ivr-pay"] }],
  ])("%s", (_, more) => expect(isNever({ ...plain, ...more })).toBe(true));

  it("any other call is shown", () =>
    expect(isNever({ ...plain, queue: "support", contexts: ["from-trunk"] })).toBe(false));

  it("a number that is only being rung counts already", () => {
    const party = { kind: "external", number: "08001111", name: "" } as const;
    const legs = [agentLeg("c1-agent", ana), outsideLeg("far", { party, state: "ringing" })];
    expect(isNever({ ...plain, legs })).toBe(true);
  });

  it("what the PBX adapter says of it is not believed", () => {
    expect(stateOf({ ...plain, never: true }).calls.get(plain.id)?.never).toBeUndefined();
  });
});

describe("R20 a call of the never list is never shown", () => {
  const state = stateOf({ ...plain, queue: "Payments" }, customerCall("c2", ana));

  it("on no board, an administrator's neither, and it is not counted", () => {
    const { board } = audience(state, allowed, root);
    expect([board.total, board.slice(0, 10).map(({ leg }) => leg)]).toEqual([1, ["c2-agent"]]);
    expect(board.find(legId("c1-agent"))).toBeUndefined();
  });

  it("and no search finds it, by number, agent or queue", () => {
    const found = ["44155501", "Ana", "Payments"].map((text) => {
      const { total } = audience(state, allowed, root).board.search(parseSearchText(text) as SearchText);
      return total;
    });
    expect(found).toEqual([1, 1, 0]);
  });

  it("and a supervisor who is on one sees as many calls as there are", () => {
    const own = stateOf({ ...internalCall("c1", kim, ana), queue: "Payments" }, customerCall("c2", ana));
    const { board } = audience(own, allowed, kim);
    expect([board.total, board.slice(0, 10).length]).toEqual([1, 1]);
  });

  it("on no floor, with and without somebody who looks at it", () => {
    expect([floor(state), floor(state, root.id)].map((calls) => calls.map(({ id }) => id))).toEqual([["c2"], ["c2"]]);
    expect(floorCall(state, plain.id)).toBeUndefined();
  });

  it("its agent's own devices know of it as of any other", () => {
    expect(audience(stateOf({ ...plain, queue: "Payments" }), allowed, ana).myCall).toMatchObject({ state: "talking" });
  });
});

describe("R20 a call of the never list is never supervised", () => {
  it("a press on it is refused, an administrator's too", () => {
    const state = stateOf({ ...plain, queue: "Payments" });
    const refusals = [kim, root].map((by) =>
      refuseToStart(state, allowed, by.id, legId("c1-agent"), { mode: "listen" }),
    );
    expect(refusals).toEqual(["never-supervised", "never-supervised"]);
  });

  it.each<readonly [string, Partial<Call>]>([
    ["goes to such a queue", { queue: "Payments" }],
    ["comes into such a context", { contexts: ["ivr-pay"] }],
    ["rings at such a number", { legs: [outsideLeg("c1-customer"), agentLeg("d", dita, { state: "ringing" })] }],
  ])("R18 a supervision ends where its call %s", (_, more) => {
    const state = stateOf(plain);
    reduce(state, { ...asked("visible"), at: 1 });
    reduce(state, { ...facts(), at: 2 });
    const { supervisions } = reduce(state, { type: "call", call: { ...plain, ...more }, at: 3 });
    const own = supervisionBy(state, kim.id);
    expect(own && supervisions.has(own.id)).toBe(true);
    expect(own && courseOf(state, allowed, own)).toEqual({ kind: "ends", ending: "never-supervised" });
  });

  it("R18 and where the agent's phone is on one beside it: it could join the two by itself", () => {
    const state = stateOf(customerCall("c1", ana, { holding: true, second: true }));
    reduce(state, { ...asked("visible"), at: 1 });
    const { supervisions } = reduce(state, { type: "call", call: internalCall("c2", ana, dita), at: 2 });
    const own = supervisionBy(state, kim.id);
    expect(own && supervisions.has(own.id)).toBe(true);
    expect(own && courseOf(state, allowed, own)).toEqual({ kind: "ends", ending: "never-supervised" });
  });

  it("a colleague's call of the list says nothing of Ana's", () => {
    const state = stateOf(plain, { ...customerCall("c2", ben), queue: "Payments" });
    reduce(state, { ...asked("visible"), at: 1 });
    const own = supervisionBy(state, kim.id);
    expect(own && courseOf(state, allowed, own)).toEqual({ kind: "stays" });
  });
});
