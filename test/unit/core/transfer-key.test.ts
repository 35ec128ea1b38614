import { describe, expect, it } from "vitest";
import type { OwnEvent, PbxEvent } from "../../../src/model/index.ts";
import { supervisionBy } from "../../../src/state/index.ts";
import { nextStep, refuseMic, refuseMode, refuseToReceive, refuseToTakeOver } from "../../../src/supervision/index.ts";
import { ana, asked, customerCall, dita, facts, goesTo, kim, legId, mode, s1, stateWith, told } from "./world.ts";

const leg = legId("c1-agent");
const customer = legId("c1-customer");
const listening = [asked("visible"), told("confirmed"), facts()];
const given: PbxEvent = { type: "transferring", leg: customer, by: ana.id, to: kim.id };
const another: PbxEvent = { type: "call", call: customerCall("c2", ana) };
/** The agent's own leg, by which they call the supervisor. */
const calls: PbxEvent = { type: "call", call: customerCall("c9", ana) };
const taking: OwnEvent = { type: "take-over-asked", supervision: s1 };

function having(...events: readonly (PbxEvent | OwnEvent)[]) {
  const state = stateWith([customerCall("c1", ana)], ...events);
  const own = supervisionBy(state, kim.id);
  return { state, own, next: own && nextStep(state, own), refusal: own && refuseToReceive(state, own) };
}

describe("R13 what the agent's own phone gives to a supervisor", () => {
  it("is theirs where they are visibly on that agent's call, and mutes them at once", () => {
    const { own, refusal } = having(...listening, mode("coach", "open"), given);
    expect(own).toMatchObject({ given: customer, mic: "muted", mode: "coach" });
    expect(refusal).toBeUndefined();
  });

  it.each<[string, (PbxEvent | OwnEvent)[]]>([
    ["who is hidden", [asked("hidden"), facts(), given]],
    ["who is with another agent", [...listening, { ...given, by: dita.id }]],
    ["of somebody else", [...listening, { ...given, to: dita.id }]],
    ["who is leaving", [...listening, { type: "ending-asked", supervision: s1, ending: "left" }, given]],
    ["who is taking the call over anyway", [...listening, taking, given]],
    ["of another call of that agent", [...listening, another, { ...given, leg: legId("c2-customer") }]],
    [
      "who waits where the call goes, called by the agent it has left",
      [...listening, { type: "left-agent", supervision: s1 }, calls, { ...given, leg: legId("c9-agent") }],
    ],
  ])("is not that %s", (_, events) => expect(having(...events).own?.given).toBeUndefined());

  it("is themselves, where they call the supervisor who is on their call", () => {
    const { own } = having(...listening, calls, { ...given, leg: legId("c9-agent") });
    expect(own).toMatchObject({ given: "c9-agent", mic: "muted" });
  });

  it("waits until it is on record: no step but the closing of a mouth", () => {
    expect(having(...listening, given).next).toBeUndefined();
    const open = facts({ ear: leg, mouth: { leg, reach: "agent" } });
    const { next } = having(...listening, mode("coach", "open"), open, given);
    expect(next).toEqual({ type: "close-mouth", supervision: s1 });
  });

  it("then is one step, whatever the legs look like", () => {
    const step = { type: "receive", supervision: s1, leg: customer };
    expect(having(...listening, given, taking).next).toEqual(step);
    expect(having(...listening, given, taking, goesTo([])).next).toEqual(step);
  });

  it("R9 opens no mic meanwhile, nor enters a mode: failed, it is a muted supervision", () => {
    const { state, own } = having(...listening, mode("coach", "muted"), given);
    expect(own && refuseMic(state, own)).toBe("already-handing-over");
    expect(own && refuseMode(state, own, "join")).toBe("already-handing-over");
    expect(own && refuseMode(state, own, "listen")).toBeUndefined();
    const over = having(...listening, mode("coach", "muted"), taking);
    expect(over.own && refuseMic(over.state, over.own)).toBe("already-handing-over");
  });

  it("is not taken over by a key meanwhile", () => {
    const { state, own } = having(...listening, given);
    expect(own && refuseToTakeOver(state, own)).toBe("already-handing-over");
  });

  it.each<[string, (PbxEvent | OwnEvent)[], string]>([
    ["before the agent is told", [asked("visible"), facts(), given], "still-connecting"],
    ["on hold", [...listening, facts({ leg: "held" }), given], "on-hold"],
    ["while the PBX is away", [...listening, given, { type: "pbx-away", why: "" }], "pbx-away"],
    [
      "once the call is gone",
      [...listening, given, { type: "call-ended", call: customerCall("c1", ana).id }],
      "call-gone",
    ],
    [
      "R20 of a private call",
      [...listening, given, { type: "call", call: customerCall("c1", ana, {}, { private: { since: 1 } }) }],
      "call-private",
    ],
  ])("is refused %s", (_, events, code) => expect(having(...events).refusal).toBe(code));

  it("that failed leaves a muted supervision, and why", () => {
    const failed: OwnEvent = { type: "take-over-failed", supervision: s1, code: "pbx-failed" };
    const { own, next } = having(...listening, given, taking, failed);
    expect(own).toMatchObject({ mic: "muted", trouble: "pbx-failed" });
    expect(own?.given).toBeUndefined();
    expect(next).toBeUndefined();
  });
});
