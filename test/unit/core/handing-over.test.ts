import { describe, expect, it } from "vitest";
import { audience } from "../../../src/audience/index.ts";
import type { OwnEvent, PbxEvent } from "../../../src/model/index.ts";
import { supervisionBy } from "../../../src/state/index.ts";
import { courseOf, mayTakeOver, nextStep, refuseToTakeOver } from "../../../src/supervision/index.ts";
import {
  agentLeg,
  ana,
  asked,
  customerCall,
  dita,
  facts,
  goesTo,
  kim,
  lee,
  legId,
  mode,
  outsideLeg,
  root,
  s1,
  stateWith,
  told,
} from "./world.ts";

const policy = { hidden: "allowed" } as const;
const leg = legId("c1-agent");
const listening = [asked("visible"), told("confirmed"), facts()];
const taking: OwnEvent = { type: "take-over-asked", supervision: s1 };

function having(...events: readonly (PbxEvent | OwnEvent)[]) {
  const state = stateWith([customerCall("c1", ana)], ...events);
  const own = supervisionBy(state, kim.id);
  return { state, own, next: own && nextStep(state, own), refusal: own && refuseToTakeOver(state, own) };
}

describe("R13 taking a call over", () => {
  it.each([
    ["administrator", root, true],
    ["team-manager", kim, true],
    ["agent-plus", lee, false],
    ["agent", ana, false],
  ])("%s by a key of their own", (_, person, may) => expect(mayTakeOver(person)).toBe(may));

  it("is possible from a visible Listen that the agent was told of", () =>
    expect(having(...listening).refusal).toBeUndefined());

  it.each<[string, (PbxEvent | OwnEvent)[], string]>([
    ["hidden", [asked("hidden"), facts()], "still-connecting"],
    ["before the agent is told", [asked("visible"), facts()], "still-connecting"],
    ["while the news is being sent", [asked("visible"), told("sending"), facts()], "still-connecting"],
    ["on hold", [...listening, facts({ leg: "held" })], "on-hold"],
    ["while it is under way", [...listening, taking], "already-handing-over"],
    [
      "while the agent's phone has a second leg",
      [...listening, { type: "call", call: customerCall("c1", ana, { second: true }) }],
      "second-leg",
    ],
    [
      "where the agent's leg is not certain",
      [...listening, { type: "call", call: customerCall("c1", ana, { certain: false }) }],
      "leg-uncertain",
    ],
    [
      "with more than two on the call",
      [...listening, goesTo([agentLeg("c1-agent", ana), agentLeg("x", dita)])],
      "more-than-two",
    ],
    [
      "R20 of a private call",
      [...listening, { type: "call", call: customerCall("c1", ana, {}, { private: { since: 1 } }) }],
      "call-private",
    ],
    ["while the PBX is away", [...listening, { type: "pbx-away", why: "" }], "pbx-away"],
  ])("is refused %s", (_, events, code) => expect(having(...events).refusal).toBe(code));

  it("R9 a mouth that is still there is closed while the PBX is away, as at any other time", () => {
    const open = facts({ ear: leg, mouth: { leg, reach: "everyone" } });
    const away: PbxEvent = { type: "pbx-away", why: "" };
    const { next } = having(...listening, mode("join", "open"), open, taking, away);
    expect(next).toEqual({ type: "close-mouth", supervision: s1 });
  });

  it("is one step, and nothing else is asked meanwhile, whatever the legs look like", () => {
    const step = { type: "take-over", supervision: s1, leg, agent: ana.id };
    expect(having(...listening, taking).next).toEqual(step);
    expect(having(...listening, mode("join", "open"), taking).next).toEqual(step);
    expect(having(...listening, taking, goesTo([])).next).toEqual(step);
  });

  it("mutes at once, so that nobody hears the supervisor twice", () =>
    expect(having(...listening, mode("join", "open"), taking).own?.mic).toBe("muted"));

  it("R20 gives way to a call that becomes private, by the key or by the PBX", () => {
    const atThePbx: PbxEvent = { type: "call", call: customerCall("c1", ana, {}, { private: { since: 1 } }) };
    const asking: OwnEvent = { type: "private-asked", call: customerCall("c1", ana).id, by: ana.id };
    expect(having(...listening, taking, atThePbx).next).toMatchObject({ type: "detach-ear" });
    expect(having(...listening, taking, asking).next).toMatchObject({ type: "detach-ear" });
    expect(having(...listening, asking).refusal).toBe("call-private");
  });

  it("gives way to an end", () =>
    expect(having(...listening, taking, { type: "ending-asked", supervision: s1, ending: "left" }).next).toMatchObject({
      type: "end",
    }));

  it("that failed leaves a muted supervision, and why", () => {
    const { own, next } = having(...listening, taking, {
      type: "take-over-failed",
      supervision: s1,
      code: "pbx-failed",
    });
    expect(own).toMatchObject({ mic: "muted", trouble: "pbx-failed" });
    expect(own?.takingOver).toBeUndefined();
    expect(next).toBeUndefined();
  });

  it("of which the PBX has no supervision any more, after a restart, has been done", () => {
    const { state } = having(...listening, taking, { type: "pbx-snapshot", snapshot: { calls: [], supervisions: [] } });
    expect(state.ended.get(kim.id)?.ending).toBe("took-over");
  });

  it("in any other way ends the supervision as that, once the supervisor has answered", () => {
    const up = [outsideLeg("c1-customer"), agentLeg("k", kim)];
    const theirs = having(...listening, { type: "call", call: { ...customerCall("c1", ana), legs: up } });
    expect(theirs.own && courseOf(theirs.state, policy, theirs.own)).toEqual({ kind: "ends", ending: "took-over" });
  });
});

describe("R13 the agent's list", () => {
  const listed = (...events: readonly (PbxEvent | OwnEvent)[]) => {
    const view = audience(having(...events).state, policy, ana);
    return view.handOverTargets().map(({ person, mode: shown }) => (shown ? `${person.name}: ${shown}` : person.name));
  };

  it("has who may supervise the agent, and nobody of another team", () =>
    expect(listed()).toEqual(["Kim Osei", "Root"]));

  it("has who is visibly on the call first, with their mode", () =>
    expect(listed(...listening, mode("coach", "muted"))).toEqual(["Kim Osei: coach", "Root"]));

  it("R5 is the same to the letter with a hidden supervisor as with none", () =>
    expect(listed(asked("hidden", root), facts())).toEqual(listed()));

  it("has nobody once three are on the call", () =>
    expect(listed(goesTo([agentLeg("c1-agent", ana), agentLeg("k", kim)]))).toEqual([]));
});
