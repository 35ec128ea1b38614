import { describe, expect, it } from "vitest";
import { audience } from "../../../src/audience/index.ts";
import { indicators, newsBetween } from "../../../src/indicators/index.ts";
import type { OwnEvent, PbxEvent, Person } from "../../../src/model/index.ts";
import {
  ana,
  asked,
  ben,
  customerCall,
  deaf,
  facts,
  internalCall,
  kim,
  lee,
  legId,
  mode,
  s1,
  stateWith,
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
