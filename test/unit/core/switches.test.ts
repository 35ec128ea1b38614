import { describe, expect, it } from "vitest";
import { audience } from "../../../src/audience/index.ts";
import type { Call, Person } from "../../../src/model/index.ts";
import { reduce, supervisionBy } from "../../../src/state/index.ts";
import { courseOf, refuseToStart, type SitePolicy } from "../../../src/supervision/index.ts";
import {
  agentLeg,
  ana,
  asked,
  ben,
  customerCall,
  dita,
  facts,
  goesTo,
  internalCall,
  kim,
  legId,
  root,
  stateWith,
} from "./world.ts";

const open: SitePolicy = { hidden: "allowed" };
const c1 = customerCall("c1", ana);
const leg = legId("c1-agent");

/** A state in which this person has other choices than the one of the world. */
function stateOf(calls: readonly Call[], ...changed: readonly Person[]) {
  const state = stateWith([]);
  const people = new Map(state.people);
  for (const person of changed) people.set(person.id, person);
  const own = { ...state, people };
  reduce(own, { type: "pbx-snapshot", snapshot: { calls, supervisions: [] }, at: 5_000 });
  return own;
}

const withoutHidden = (person: Person): Person => ({ ...person, hidden: "forbidden" });
const without = (person: Person): Person => ({ ...person, supervision: "forbidden" });

describe("R20 who can forbid Hidden", () => {
  const places: readonly (readonly [string, SitePolicy, Person])[] = [
    ["the site", { hidden: "forbidden" }, ana],
    ["the site, whatever the team says", { hidden: "forbidden", teams: [{ name: "support" }] }, ana],
    ["the team", { ...open, teams: [{ name: "support", hidden: "forbidden" }] }, ana],
    [
      "one of several teams",
      { ...open, teams: [{ name: "late", hidden: "forbidden" }] },
      { ...ana, teams: ["support", "late"] },
    ],
    ["the agent", open, withoutHidden(ana)],
  ];

  it.each(places)("%s: Hidden is refused, Visible is not", (_, policy, agent) => {
    const state = stateOf([c1], agent);
    expect(refuseToStart(state, policy, kim.id, leg, { mode: "listen", visibility: "hidden" })).toBe(
      "hidden-forbidden",
    );
    expect(refuseToStart(state, policy, kim.id, leg, { mode: "listen", visibility: "visible" })).toBeUndefined();
  });

  it.each(places)("%s: the page does not offer it", (_, policy, agent) => {
    const state = stateOf([c1], agent);
    expect(audience(state, policy, kim).board.find(leg)).toMatchObject({ hiddenAllowed: false });
  });

  it.each(places)("%s: a hidden supervision that lives ends, and a visible one goes on", (_, policy, agent) => {
    const hidden = stateOf([c1], agent);
    reduce(hidden, { ...asked("hidden"), at: 1 });
    const visible = stateOf([c1], agent);
    reduce(visible, { ...asked("visible"), at: 1 });
    const courses = [hidden, visible].map((state) => {
      const own = supervisionBy(state, kim.id);
      return own && courseOf(state, policy, own);
    });
    expect(courses).toEqual([{ kind: "ends", ending: "forbidden" }, { kind: "stays" }]);
  });

  it("another team's choice says nothing of this call", () => {
    const policy: SitePolicy = { ...open, teams: [{ name: "sales", hidden: "forbidden", supervision: "forbidden" }] };
    expect(refuseToStart(stateOf([c1]), policy, kim.id, leg, { mode: "listen", visibility: "hidden" })).toBeUndefined();
  });

  it("a colleague on the same call counts as well: they are heard too", () => {
    const state = stateOf([internalCall("c1", ana, ben)], withoutHidden(ben));
    const wish = { mode: "listen", visibility: "hidden" } as const;
    expect(refuseToStart(state, open, kim.id, legId("c1-one"), wish)).toBe("hidden-forbidden");
  });
});

describe("R20 who can forbid supervision", () => {
  const places: readonly (readonly [string, SitePolicy, Person])[] = [
    ["the site", { ...open, supervision: "forbidden" }, ana],
    ["the team", { ...open, teams: [{ name: "support", supervision: "forbidden" }] }, ana],
    ["the agent", open, without(ana)],
  ];

  it.each(places)("%s: to an administrator too", (_, policy, agent) =>
    expect(refuseToStart(stateOf([c1], agent), policy, root.id, leg, { mode: "listen" })).toBe("supervision-forbidden"),
  );

  it.each(places)("%s: the board says so at the call", (_, policy, agent) => {
    const entry = audience(stateOf([c1], agent), policy, kim).board.find(leg);
    expect(entry).toMatchObject({ refusal: "supervision-forbidden", hiddenAllowed: false });
  });

  it.each(places)("%s: a visible supervision that lives ends", (_, policy, agent) => {
    const state = stateOf([c1], agent);
    reduce(state, { ...asked("visible"), at: 1 });
    reduce(state, { ...facts(), at: 2 });
    const own = supervisionBy(state, kim.id);
    expect(own && courseOf(state, policy, own)).toEqual({ kind: "ends", ending: "forbidden" });
  });

  it("R18 a call that is transferred to an agent who forbids it is not followed", () => {
    const state = stateOf([c1], without(dita));
    reduce(state, { ...asked("visible"), at: 1 });
    reduce(state, { ...goesTo([agentLeg("dita", dita)]), at: 2 });
    const own = supervisionBy(state, kim.id);
    expect(own && courseOf(state, open, own)).toEqual({ kind: "ends", ending: "forbidden" });
  });

  it("R18 and while it only rings there, the supervision waits", () => {
    const state = stateOf([c1], without(dita));
    reduce(state, { ...asked("visible"), at: 1 });
    reduce(state, { ...goesTo([agentLeg("dita", dita, { state: "ringing" })]), at: 2 });
    const own = supervisionBy(state, kim.id);
    expect(own && courseOf(state, open, own)).toEqual({ kind: "waits", known: true });
  });
});
