import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { OwnEvent, PbxEvent } from "../../../src/model/index.ts";
import { personOf, supervisionBy } from "../../../src/state/index.ts";
import { nextStep, wanted } from "../../../src/supervision/index.ts";
import {
  agentLeg,
  ana,
  asked,
  customerCall,
  deaf,
  dita,
  facts,
  goesTo,
  kim,
  legId,
  mode,
  s1,
  stateWith,
  told,
} from "./world.ts";

const c1 = customerCall("c1", ana);
const leg = legId("c1-agent");

function next(...events: readonly (PbxEvent | OwnEvent)[]) {
  const state = stateWith([c1], ...events);
  const own = supervisionBy(state, kim.id);
  return own && nextStep(state, own);
}

const listening = [asked("visible"), told("confirmed"), facts()];
const outside = { kind: "external", number: "", name: "" } as const;
const coachMouth = { leg, reach: "agent" } as const;
const joinMouth = { leg, reach: "everyone" } as const;

describe("the machine", () => {
  it("R3 a hidden Listen attaches the ear as soon as the phone is answered", () =>
    expect(next(asked("hidden"), deaf())).toMatchObject({ type: "attach-ear", leg }));

  it("R5 a visible Listen attaches nothing before the agent was told", () =>
    expect(next(asked("visible"), deaf())).toBeUndefined());

  it("R5 a visible Listen attaches nothing while the news is still being sent", () =>
    expect(next(asked("visible"), deaf(), told("sending"))).toBeUndefined());

  it("R5 a visible Listen attaches the ear once the news is on its way", () =>
    expect(next(asked("visible"), deaf(), told("waiting"))).toMatchObject({ type: "attach-ear" }));

  it("R4 Listen has no mouth", () => expect(next(...listening)).toBeUndefined());

  it("R9 Coach, muted, has no mouth", () => expect(next(...listening, mode("coach", "muted"))).toBeUndefined());

  it("R8 Coach with an open mic reaches the agent alone", () =>
    expect(next(...listening, mode("coach", "open"))).toMatchObject({ type: "open-mouth", leg, reach: "agent" }));

  it("R8 Join with an open mic reaches everyone", () =>
    expect(next(...listening, mode("join", "open"))).toMatchObject({ type: "open-mouth", leg, reach: "everyone" }));

  it("from Join to Coach the mouth is narrowed", () =>
    expect(next(...listening, mode("join", "open"), facts({ mouth: joinMouth }), mode("coach", "open"))).toMatchObject({
      type: "open-mouth",
      reach: "agent",
    }));

  it("Mute takes the mouth away", () =>
    expect(next(...listening, facts({ mouth: coachMouth }), mode("coach", "muted"))).toMatchObject({
      type: "close-mouth",
    }));

  it("R7 a hidden supervision never gets a mouth, whatever was asked", () =>
    expect(next(asked("hidden"), facts(), mode("join", "open"))).toBeUndefined());

  it("a mouth that contradicts what was allowed is taken away", () =>
    expect(next(...listening, facts({ mouth: joinMouth }))).toMatchObject({ type: "close-mouth" }));

  it("a mouth on another leg is taken away", () =>
    expect(
      next(...listening, mode("coach", "open"), facts({ mouth: { leg: legId("c1-customer"), reach: "agent" } })),
    ).toMatchObject({ type: "close-mouth" }));

  it("R21 a phone that holds loses its mouth first", () =>
    expect(next(...listening, mode("join", "open"), facts({ leg: "held", mouth: joinMouth }))).toMatchObject({
      type: "close-mouth",
    }));

  it("R21 a phone that holds loses its ear too", () =>
    expect(next(...listening, facts({ leg: "held" }))).toMatchObject({ type: "detach-ear" }));

  it("R21 resume is muted", () =>
    expect(next(...listening, mode("join", "open"), deaf("held"), facts({ ear: leg }))).toBeUndefined());

  it("an agent's leg that became uncertain loses the mouth", () =>
    expect(
      next(...listening, mode("coach", "open"), facts({ mouth: coachMouth }), {
        type: "call",
        call: customerCall("c1", ana, { certain: false }),
      }),
    ).toMatchObject({ type: "close-mouth" }));

  it("once it is to end, ending is the only step", () =>
    expect(
      next(...listening, mode("join", "open"), facts({ mouth: joinMouth }), {
        type: "ending-asked",
        supervision: s1,
        ending: "left",
      }),
    ).toMatchObject({ type: "end" }));

  it("no order of events gives a mouth that R4, R7, R8, R9 or R18 forbid", () => {
    const anyEvent = fc.constantFrom<PbxEvent | OwnEvent>(
      told("waiting"),
      told("confirmed"),
      mode("listen", "muted"),
      mode("coach", "muted"),
      mode("coach", "open"),
      mode("join", "open"),
      facts(),
      facts({ leg: "held" }),
      deaf(),
      facts({ mouth: joinMouth }),
      { type: "visibility-asked", supervision: s1, visibility: "hidden" },
      { type: "visibility-asked", supervision: s1, visibility: "visible" },
      { type: "pbx-away", why: "gone" },
      { type: "ending-asked", supervision: s1, ending: "left" },
      { type: "call", call: customerCall("c1", ana, { certain: false }) },
      { type: "call", call: c1 },
      { type: "call-ended", call: c1.id },
      { type: "call", call: customerCall("c1", ana, { second: true }) },
      goesTo([agentLeg("dita", dita)]),
      { type: "left-agent", supervision: s1 },
      { type: "followed", supervision: s1, agent: dita.id, call: c1.id, leg: legId("dita") },
      { type: "told", supervision: s1, telling: 1, told: "confirmed" },
    );
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 12 }), (events) => {
        const state = stateWith([c1], asked("visible"), ...events);
        const own = supervisionBy(state, kim.id);
        const mouth = own && wanted(state, own).mouth;
        if (!own || !mouth) return true;
        const fits = mouth.reach === "agent" ? own.mode === "coach" : own.mode === "join";
        const known = own.visibility === "visible" && own.told !== "not-told" && own.told !== "sending";
        const leg = state.calls.get(own.call)?.legs.find((one) => one.id === mouth.leg);
        const there = personOf(leg?.party ?? outside) === own.agent && !leg?.second && !own.between;
        return (
          fits &&
          known &&
          there &&
          own.mic === "open" &&
          own.facts?.leg === "up" &&
          !own.ending &&
          state.pbx === "ready"
        );
      }),
    );
  });
});
