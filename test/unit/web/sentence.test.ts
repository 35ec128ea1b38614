import { describe, expect, it } from "vitest";
import type { FloorCall, FloorSupervision, Heard, LegId, SupervisionId } from "../../../src/model/index.ts";
import { partiesOf } from "../../../src/web/floor/parties.ts";
import { hearingSentence } from "../../../src/web/floor/sentence.ts";

const [jane, ana, kim] = ["call.1" as LegId, "call.2" as LegId, "aaaabbbbccccddddeeee" as SupervisionId];

function floorCall(supervised: boolean, customer = "Jane Doe"): FloorCall {
  const leg = { state: "up", holding: false } as const;
  const supervision = {
    id: kim,
    supervisor: { person: "3001", name: "Kim Osei" },
    mode: "listen",
    visibility: "hidden",
  } as FloorSupervision;
  return {
    id: "call",
    direction: "inbound",
    startedAt: 0,
    legs: [
      { ...leg, id: ana, person: "2001", name: "Ana Ruiz", number: "2001", certain: true },
      { ...leg, id: jane, name: customer, number: "", certain: false },
    ],
    supervisions: supervised ? [supervision] : [],
    heard: [],
  } as unknown as FloorCall;
}

const path = (speaker: Heard["speaker"], listener: Heard["listener"]): Heard => ({ speaker, listener });
const talk = [path(jane, ana), path(ana, jane)];
const ear = [path(jane, kim), path(ana, kim)];
const said = (heard: readonly Heard[], call = floorCall(true)) => hearingSentence(partiesOf(call), heard);

describe("who hears whom, in words", () => {
  it("R4 a supervisor who listens is said to be heard by nobody", () => {
    expect(said([...talk, ...ear])).toBe(
      "Kim hears Jane Doe and Ana. Ana hears Jane Doe. Jane Doe hears Ana. Nobody hears Kim.",
    );
  });

  it("R8 in Coach it is the customer who does not hear", () => {
    expect(said([...talk, ...ear, path(kim, ana)])).toContain("Ana hears Jane Doe and Kim.");
    expect(said([...talk, ...ear, path(kim, ana)])).toMatch(/Jane Doe does not hear Kim\.$/);
  });

  it("R8 in Join nobody is left out", () => {
    const all = said([...talk, ...ear, path(kim, ana), path(kim, jane)]);
    expect(all).not.toContain("not hear");
    expect(all).not.toContain("Nobody");
  });

  it("one who hears somebody else through a hold is not said to hear", () => {
    expect(said([path(jane, kim)])).toBe("Kim hears Jane Doe. Nobody hears Kim.");
  });

  it("silence is said", () => {
    expect(said([], floorCall(false))).toBe("Nobody hears anybody.");
  });

  it("a caller without name and number begins a sentence with a capital", () => {
    expect(said(talk, floorCall(false, ""))).toBe("Ana hears the caller. The caller hears Ana.");
  });

  it("a stranger's name cannot control or turn the line", () => {
    expect(said(talk, floorCall(false, "\u202eeve\u001b[31m"))).toContain("Ana hears eve [31m.");
  });
});
