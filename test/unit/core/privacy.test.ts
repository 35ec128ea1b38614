import { describe, expect, it } from "vitest";
import { audience } from "../../../src/audience/index.ts";
import type { Call, OwnEvent, PbxEvent } from "../../../src/model/index.ts";
import { reduce, supervisionBy } from "../../../src/state/index.ts";
import { nextStep, refuseMic, refuseMode, refuseToStart, wanted } from "../../../src/supervision/index.ts";
import {
  ana,
  asked,
  ben,
  customerCall,
  deaf,
  facts,
  internalCall,
  kim,
  legId,
  mode,
  s1,
  stateWith,
  told,
} from "./world.ts";

const c1 = customerCall("c1", ana);
const leg = legId("c1-agent");
const policy = { hidden: "allowed" } as const;
const privacy = { private: { since: 4_000 } };
const byTheAgent: OwnEvent = { type: "private-asked", call: c1.id, by: ana.id };
const atThePbx: PbxEvent = { type: "call", call: { ...c1, ...privacy } };
const nowhere: PbxEvent = { type: "call", call: c1 };
const cut: OwnEvent = { type: "private-cut", supervision: s1 };
const over: OwnEvent = { type: "private-over", supervision: s1 };
const coaching = [asked("visible"), told("confirmed"), facts(), mode("coach", "open")];

function paths(...events: readonly (PbxEvent | OwnEvent)[]) {
  const state = stateWith([c1], ...events);
  const own = supervisionBy(state, kim.id);
  if (!own) throw new Error("nobody supervises");
  return { wanted: wanted(state, own), next: nextStep(state, own), own, state };
}

describe("R20 a private call", () => {
  it.each([
    ["by the agent's key", byTheAgent],
    ["by the PBX", atThePbx],
  ])("%s wants no path at all, and the mouth goes first", (_, event) => {
    const mouth = { leg, reach: "agent" } as const;
    expect(paths(...coaching, facts({ mouth }), event)).toMatchObject({ wanted: {}, next: { type: "close-mouth" } });
    expect(paths(...coaching, event)).toMatchObject({ wanted: {}, next: { type: "detach-ear" } });
  });

  it("mutes, and is a muted listen afterwards that is as visible as before", () => {
    expect(paths(...coaching, byTheAgent, cut).own).toMatchObject({ mic: "muted", private: true });
    const { own } = paths(...coaching, atThePbx, cut, nowhere, over);
    expect(own).toMatchObject({ mode: "listen", mic: "muted", visibility: "visible", told: "not-told" });
    expect(own.private).toBeUndefined();
  });

  it("R5 the agent's lamp shows nobody while it is private, and the name is told again before the audio", () => {
    const lampOf = (...events: readonly (PbxEvent | OwnEvent)[]) =>
      audience(stateWith([c1], ...coaching, ...events), policy, ana).withMe.supervisors;
    expect(lampOf(atThePbx, cut)).toHaveLength(1);
    expect(lampOf(atThePbx, cut, deaf())).toEqual([]);
    expect(paths(...coaching, atThePbx, cut, deaf(), nowhere, over).wanted).toEqual({});
    const again: OwnEvent = { type: "told", supervision: s1, telling: 1, told: "waiting" };
    expect(paths(...coaching, atThePbx, cut, deaf(), nowhere, over, again).wanted).toEqual({ ear: leg });
  });

  it("that is over wants no path before that is on record", () => {
    expect(paths(...coaching, atThePbx, cut, nowhere).wanted).toEqual({});
    const hidden = [asked("hidden"), facts(), atThePbx, cut, deaf(), nowhere];
    expect(paths(...hidden).wanted).toEqual({});
    expect(paths(...hidden, over).next).toMatchObject({ type: "attach-ear", unseen: true });
  });

  it("refuses new supervisions, modes and an open mic, and the board says so", () => {
    const { state, own } = paths(...coaching, byTheAgent);
    expect(refuseMode(state, own, "join")).toBe("call-private");
    expect(refuseMic(state, own)).toBe("call-private");
    const empty = stateWith([{ ...c1, ...privacy }]);
    expect(refuseToStart(empty, policy, kim.id, leg, { mode: "listen" })).toBe("call-private");
    expect(audience(empty, policy, kim).board.find(leg)).toMatchObject({ private: true, refusal: "call-private" });
  });

  it("before the answer is refused as private, too", () => {
    const ringing = customerCall("c1", ana, { state: "ringing" }, privacy);
    const { answeredAt: _, ...unanswered } = ringing;
    const state = stateWith([unanswered]);
    expect(refuseToStart(state, policy, kim.id, leg, { mode: "listen" })).toBe("call-private");
  });

  it("stays private by the agent's wish until the PBX, which has known it, says otherwise", () => {
    expect(stateWith([c1], byTheAgent, nowhere).privateAsked.has(c1.id)).toBe(true);
    expect(stateWith([c1], byTheAgent, atThePbx, nowhere).privateAsked.has(c1.id)).toBe(false);
    expect(stateWith([c1], byTheAgent, { type: "call-ended", call: c1.id }).privateAsked.size).toBe(0);
  });

  it("is shown to the agent, and to nobody else of theirs", () => {
    const state = stateWith([c1], byTheAgent);
    expect(audience(state, policy, ana).myPrivacy).toBe(true);
    expect(audience(state, policy, kim).myPrivacy).toBe(false);
  });

  it("makes the agent's earlier presses void", () => {
    const before = stateWith([c1]).steps.get(ana.id) ?? 0;
    expect(stateWith([c1], byTheAgent).steps.get(ana.id)).toBe(before + 1);
  });
});

describe("R20 a private call on the other line of an agent's phone, which could join the two by itself", () => {
  const beside = customerCall("c1", ana, { second: true });
  const other = customerCall("c2", ana, { second: true });
  const priv = { ...other, ...privacy };
  const colleague = internalCall("c2", ana, ben);
  const consulting = (more: Partial<Call> = {}): PbxEvent => ({ type: "call", call: { ...colleague, ...more } });
  const asking: OwnEvent = { type: "private-asked", call: other.id, by: ana.id };
  const lifting: OwnEvent = { type: "private-lifted", call: other.id, by: ana.id };
  const ended: PbxEvent = { type: "call-ended", call: other.id };

  it("no path is wanted, and none is begun or opened", () => {
    const state = stateWith([beside, priv], asked("hidden"), facts());
    const own = supervisionBy(state, kim.id);
    expect(own && wanted(state, own)).toEqual({});
    expect(own && refuseMode(state, own, "coach")).toBe("call-private");
    const empty = stateWith([beside, priv]);
    expect(refuseToStart(empty, policy, kim.id, leg, { mode: "listen" })).toBe("call-private");
    expect(audience(empty, policy, kim).board.find(leg)).toMatchObject({ private: true, refusal: "call-private" });
  });

  it("of a colleague alone it says nothing", () => {
    const state = stateWith([c1, { ...customerCall("c2", ben), ...privacy }], asked("hidden"), facts());
    const own = supervisionBy(state, kim.id);
    expect(own && wanted(state, own)).toEqual({ ear: leg });
  });

  it.each<readonly [string, readonly Call[], readonly (PbxEvent | OwnEvent)[], PbxEvent | OwnEvent, object]>([
    ["is made so by the agent's key", [beside, other], [], asking, {}],
    ["is made so by the PBX", [beside, other], [], { type: "call", call: priv }, {}],
    ["comes to be", [beside], [], consulting(privacy), {}],
    ["is no more, by the agent's key", [beside, other], [asking], lifting, { ear: leg }],
    ["is no more, by the PBX", [beside, priv], [], { type: "call", call: other }, { ear: leg }],
    ["is over", [beside, priv], [], ended, { ear: leg }],
    ["has been left by the agent", [beside, priv], [], { type: "call", call: { ...priv, legs: [] } }, { ear: leg }],
  ])("the supervision is looked at anew once it %s", (_, calls, before, event, paths) => {
    const state = stateWith(calls, asked("hidden"), facts(), ...before);
    const { supervisions } = reduce(state, { ...event, at: 9_000 });
    const own = supervisionBy(state, kim.id);
    expect(supervisions.has(s1)).toBe(true);
    expect(own && wanted(state, own)).toEqual(paths);
  });
});
