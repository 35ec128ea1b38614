import { describe, expect, it } from "vitest";
import { audience } from "../../../src/audience/index.ts";
import type { OwnEvent, PbxEvent, Person } from "../../../src/model/index.ts";
import { participantsPage } from "../../../src/pages/index.ts";
import { say } from "../http/words.ts";
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
  lee,
  legId,
  mode,
  outsideLeg,
  root,
  s1,
  stateWith,
  supervisionId,
  told,
} from "./world.ts";

const screen = { columns: 40, titleColumns: 30, rows: 10, labelColumns: 10, selection: true };
const c1 = customerCall("c1", ana);

function page(by: Person, events: readonly (PbxEvent | OwnEvent)[] = [], calls = [c1]) {
  const view = audience(stateWith(calls, ...events), { hidden: "allowed" }, by);
  const made = participantsPage({ view, screen, say, now: 10_000 });
  if (made.kind !== "text") throw new Error("no text");
  return { lines: made.lines, keys: made.keys.map(({ label }) => label) };
}

const s2 = supervisionId("s2");
const rootBeside = (visibility: "visible" | "hidden"): readonly (PbxEvent | OwnEvent)[] => [
  asked(visibility, root, s2),
  { type: "facts", facts: { id: s2, leg: "up", ear: legId("c1-agent") } },
];
const listening = [asked("hidden"), facts()] as const;

describe("R12 the participants of a call", () => {
  it("are people of the house with name and role, and those outside under a heading of their own with their number", () =>
    expect(page(kim, listening).lines).toEqual([
      "Our people:",
      "- Ana Ruiz 2001, Agent",
      "Outside:",
      "- Jane Doe +44155501",
    ]));

  it.each([
    ["Listen", [], ["Update", "Back", "Leave"]],
    ["Coach, muted", [mode("coach", "muted")], ["Unmute", "Update", "Back", "Leave"]],
    ["Join, open", [mode("join", "open")], ["Mute", "Update", "Back", "Leave"]],
  ] as const)("are shown in %s, where Mute and Leave stay under the finger", (_, events, keys) => {
    const shown = page(kim, [asked("visible"), facts(), told("confirmed"), ...events]);
    expect(shown.lines).toContain("- Ana Ruiz 2001, Agent");
    expect(shown.keys).toEqual(keys);
  });

  it("are others right after a transfer, and more right after a conference", () => {
    const followed: OwnEvent = {
      ...{ type: "followed", supervision: s1, agent: dita.id, leg: legId("d") },
      call: c1.id,
    };
    const transferred = [...listening, goesTo([agentLeg("d", dita)]), followed];
    expect(page(kim, transferred).lines).toEqual([
      "Our people:",
      "- Dita Novak 2003, Agent",
      "Outside:",
      "- Jane Doe +44155501",
    ]);
    const more = [
      agentLeg("c1-agent", ana),
      agentLeg("d", dita, { state: "ringing" }),
      outsideLeg("x", { holding: true }),
    ];
    expect(page(kim, [...listening, goesTo(more)]).lines).toEqual([
      "Our people:",
      "- Ana Ruiz 2001, Agent",
      "- Dita Novak 2003, Agent (rings)",
      "Outside:",
      "- Jane Doe +44155501",
      "- Jane Doe +44155501 (has put the call on hold)",
    ]);
  });

  it("R16 have the other supervisors among them, hidden ones too, and not oneself", () =>
    expect(page(kim, [...listening, ...rootBeside("hidden")]).lines).toEqual([
      "Our people:",
      "- Ana Ruiz 2001, Agent",
      "Supervisors:",
      "- Root, Administrator: listens (hidden)",
      "Outside:",
      "- Jane Doe +44155501",
    ]));

  it("an agent sees those of their own call, visible supervisors among them", () =>
    expect(page(ana, [asked("visible"), facts(), told("confirmed"), mode("coach", "muted")])).toEqual({
      lines: [
        "Our people:",
        "- Ana Ruiz 2001, Agent",
        "Supervisors:",
        "- Kim Osei, Team Manager: coach, muted",
        "Outside:",
        "- Jane Doe +44155501",
      ],
      keys: ["Update", "Back"],
    }));

  it("a caller without name and number is somebody unknown; with no call there is nobody", () => {
    const unknown = outsideLeg("x", { party: { kind: "external", name: "", number: "" } });
    expect(page(ana, [], [{ ...c1, legs: [agentLeg("c1-agent", ana), unknown] }]).lines.at(-1)).toBe(
      "- unknown caller",
    );
    expect(page(ben).lines).toEqual(["There is no call now."]);
  });
});

describe("R12 no party to a call is ever shown a hidden supervision of it", () => {
  const bytes = (by: Person, events: readonly (PbxEvent | OwnEvent)[], calls = [c1]) => {
    const view = audience(stateWith(calls, ...events), { hidden: "allowed" }, by);
    return JSON.stringify([view, view.board.total, view.board.slice(0, view.board.total)]);
  };

  it("not the agent: not a byte of what they may know changes", () => {
    expect(bytes(ana, listening)).toBe(bytes(ana, []));
    expect(page(ana, listening)).toEqual(page(ana));
  });

  it("not a supervisor who is on the call themselves, whatever their role", () => {
    const between = internalCall("c1", ana, root);
    const leg = legId("c1-one");
    const hidden: OwnEvent = { ...asked("hidden"), leg } as OwnEvent;
    const heard: PbxEvent = { type: "facts", facts: { id: s1, leg: "up", ear: leg } };
    expect(bytes(root, [hidden, heard], [between])).toBe(bytes(root, [], [between]));
    expect(page(root, [], [between]).lines).toContain("- Root 9001, Administrator");
  });

  it("not a supervisor of the call who has come onto it: hidden ones beside them are gone", () => {
    const on = [agentLeg("c1-agent", ana), agentLeg("kim", kim)];
    expect(page(kim, [...listening, ...rootBeside("hidden"), goesTo(on)]).lines.join()).not.toContain("Root");
    expect(page(kim, [...listening, ...rootBeside("visible"), goesTo(on)]).lines.join()).not.toContain("Root");
  });

  it("not one who waits to be told: visible is shown once the agent is being told", () => {
    expect(page(ana, [asked("visible"), facts()]).lines.join()).not.toContain("Kim");
    expect(page(ana, [asked("visible"), facts(), told("sending")]).lines.join()).toContain("Kim");
  });

  it("and nobody is shown the call of somebody else", () => {
    expect(page(lee, listening).lines).toEqual(["There is no call now."]);
  });
});
