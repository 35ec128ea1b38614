import { describe, expect, it } from "vitest";
import { audience } from "../../../src/audience/index.ts";
import { indicators, newsBetween } from "../../../src/indicators/index.ts";
import type { OwnEvent, PbxEvent, Person } from "../../../src/model/index.ts";
import {
  agentLeg,
  ana,
  asked,
  ben,
  customerCall,
  deaf,
  dita,
  facts,
  goesTo,
  internalCall,
  kim,
  lee,
  legId,
  mode,
  root,
  s1,
  stateWith,
  supervisionId,
  told,
} from "./world.ts";

const allowed = { hidden: "allowed" } as const;
const c1 = customerCall("c1", ana);
const seen = (by: Person, ...events: readonly (PbxEvent | OwnEvent)[]) =>
  audience(stateWith([c1], ...events), allowed, by);
const coachMouth = { leg: legId("c1-agent"), reach: "agent" } as const;
const hide: OwnEvent = { type: "visibility-asked", supervision: s1, visibility: "hidden" };

describe("the audience", () => {
  it("R5 a hidden supervision changes not a byte of the agent's view", () =>
    expect(JSON.stringify(seen(ana, asked("hidden"), facts()))).toBe(JSON.stringify(seen(ana))));

  it("R5 a visible supervisor is shown once the agent is being told", () =>
    expect(seen(ana, asked("visible"), facts(), told("sending")).withMe).toEqual({
      lamp: "listen",
      mic: "muted",
      supervisors: [{ name: "Kim Osei", extension: "3001", mode: "listen", mic: "muted" }],
    }));

  it("R5 a visible supervisor whose phone still rings is not shown", () =>
    expect(seen(ana, asked("visible"), deaf("ringing")).withMe.lamp).toBe("off"));

  it("R6 hiding takes the name away", () =>
    expect(seen(ana, asked("visible"), facts(), told("confirmed"), hide).withMe.supervisors).toEqual([]));

  it("R6 hiding and leaving look the same to the agent", () => {
    const before = [asked("visible"), facts(), told("confirmed")];
    const left: PbxEvent = { type: "facts-ended", supervision: s1, ending: "left" };
    expect(JSON.stringify(indicators(seen(ana, ...before, hide)))).toBe(
      JSON.stringify(indicators(seen(ana, ...before, left))),
    );
  });

  it("R6 nobody's going is news", () => {
    const lamp = seen(ana, asked("visible"), facts(), told("confirmed")).withMe;
    expect(newsBetween(lamp, seen(ana).withMe)).toEqual([]);
  });

  it("R11 the lamp says open only while the PBX has a mouth", () => {
    const before = [asked("visible"), facts(), told("confirmed"), mode("coach", "open")];
    expect(seen(ana, ...before).withMe.mic).toBe("muted");
    expect(seen(ana, ...before, facts({ mouth: coachMouth })).withMe.mic).toBe("open");
  });

  it("R1 the board has the calls of one's own teams alone", () => {
    const state = stateWith([c1, customerCall("c2", ben)]);
    expect(
      audience(state, allowed, kim)
        .board.slice(0, 9)
        .map((entry) => entry.agent.name),
    ).toEqual(["Ana Ruiz"]);
  });

  it("R1 an agent's board is empty", () => expect(seen(ana).board.total).toBe(0));

  it("R12 a party to the call does not find it on their board", () =>
    expect(audience(stateWith([internalCall("c1", ana, kim)]), allowed, kim).board.total).toBe(0));

  const rootsHidden = asked("hidden", root, supervisionId("s2"));
  const rootsFacts: PbxEvent = {
    type: "facts",
    facts: { id: supervisionId("s2"), leg: "up", ear: legId("c1-agent") },
  };

  it("R16 supervisors of one call see each other, hidden ones too, with mode and mic", () => {
    const coach = [asked("visible"), facts({ mouth: coachMouth }), told("confirmed"), mode("coach", "open")];
    const state = stateWith([c1], ...coach, rootsHidden, rootsFacts);
    expect(audience(state, allowed, root).own?.others).toEqual([
      { name: "Kim Osei", extension: "3001", mode: "coach", mic: "open", visibility: "visible" },
    ]);
    expect(audience(state, allowed, kim).own?.others).toEqual([
      { name: "Root", extension: "9001", mode: "listen", mic: "muted", visibility: "hidden" },
    ]);
    expect(audience(state, allowed, kim).supervising.supervisions).toMatchObject([
      { agent: { name: "Ana Ruiz" }, mode: "coach", mic: "open", others: [{ name: "Root" }] },
    ]);
  });

  it("R16 of another call they see nobody", () => {
    const other: OwnEvent = { ...asked("hidden", root, supervisionId("s2")), leg: legId("c2-agent") } as OwnEvent;
    const state = stateWith([c1, customerCall("c2", dita)], asked("visible"), facts(), other);
    expect(audience(state, allowed, kim).own?.others).toEqual([]);
  });

  it("R12 a supervisor who has become a party to the call sees none of the others, and none of their own on the bus", () => {
    const joined = goesTo([agentLeg("c1-agent", ana), agentLeg("c1-kim", kim)]);
    const state = stateWith([c1], asked("visible"), facts(), told("confirmed"), rootsHidden, rootsFacts, joined);
    const view = audience(state, allowed, kim);
    expect([view.own?.others, view.supervising.supervisions]).toEqual([[], []]);
    expect(JSON.stringify({ ...view, board: [] })).not.toContain("Root");
  });

  it("a call between two agents is two entries", () => {
    const both = { ...lee, teams: ["support", "sales"] };
    const board = audience(stateWith([internalCall("c1", ana, ben)]), allowed, both).board;
    expect(board.slice(0, 9).map((entry) => `${entry.agent.name} with ${entry.other.name}`)).toEqual([
      "Ana Ruiz with Ben Okafor",
      "Ben Okafor with Ana Ruiz",
    ]);
  });

  it("an agent's own call never carries the customer", () =>
    expect(JSON.stringify(seen(ana).myCall)).not.toMatch(/Jane|155501/));
});
