import { describe, expect, it } from "vitest";
import type { FloorSupervision, LegId } from "../../../src/model/index.ts";
import type { PageSeen } from "../../../src/web/phone/form.ts";
import { type Sight, steps } from "../../../src/web/tour/steps.ts";

const none: Sight = {
  page: undefined,
  covered: false,
  handset: "idle",
  own: undefined,
  watched: ["Ana Ruiz"],
  hears: false,
};

function page(labels: readonly string[], rows: readonly string[] = [], row = 0): PageSeen {
  return { kind: rows.length > 0 ? "list" : "text", title: "", lines: [], rows, row, labels };
}

function own(change: Partial<FloorSupervision>): FloorSupervision {
  const first = { mode: "listen", mic: "muted", visibility: "hidden", told: "not-told" } as const;
  return { ...first, ...change } as FloorSupervision;
}

const mouth = (reach: "agent" | "everyone") =>
  ({ mouth: { leg: "a" as LegId, reach } }) as NonNullable<FloorSupervision["facts"]>;
const [open, listen, visible, coach, join] = steps;
const board = page(["Listen", "Coach", "Join", "Update"], ["> 1:00 Ben Okafor: x", "> 0:30 Ana Ruiz: y"]);

describe("the guided minute", () => {
  it("is over the list once it is on the screen, and not while a call covers it", () => {
    expect(open?.done({ ...none, page: board })).toBe(true);
    expect(open?.done({ ...none, page: board, covered: true })).toBe(false);
    expect(open?.next(none).press).toEqual({ key: "launcher" });
  });

  it("points at a call whose agent's phone is on the page, first", () => {
    expect(listen?.next({ ...none, page: board }).press).toEqual({ key: "down" });
    expect(listen?.next({ ...none, page: { ...board, row: 1 } }).press).toEqual({ softkey: "Listen" });
  });

  it("opens the call's own page by Select where the list has no softkey for its rows", () => {
    const rows = ["Live calls (2)", "> 1:00 Ben Okafor: x", "> 0:30 Ana Ruiz: y", "Find or sort …", "Update"];
    const links = { ...page(["Update", "Find or sort …"], rows), row: 0 };
    expect(listen?.next({ ...none, page: links }).press).toEqual({ key: "down" });
    expect(listen?.next({ ...none, page: { ...links, row: 2 } }).press).toEqual({ key: "ok" });
    expect(listen?.next({ ...none, watched: [], page: links }).press).toEqual({ key: "down" });
    expect(listen?.next({ ...none, watched: [], page: { ...links, row: 1 } }).press).toEqual({ key: "ok" });
  });

  it("asks for the handset while it rings", () => {
    expect(listen?.next({ ...none, own: own({}), handset: "ringing", covered: true }).press).toEqual({ key: "hook" });
  });

  it("points at nothing from the handset's lifting to the first sound", () => {
    const lifted = { ...none, own: own({}), handset: "talking" } as const;
    expect(listen?.next({ ...lifted, covered: true })).toEqual({ say: expect.stringContaining("One moment") });
    expect(listen?.next(lifted)).toEqual({ say: expect.stringContaining("One moment") });
  });

  it("leads back to the page from under a call, also from one that is not heard any more", () => {
    const over = { ...none, own: own({}), handset: "talking", covered: true } as const;
    expect(visible?.next({ ...over, hears: true }).press).toEqual({ key: "launcher" });
    expect(visible?.next(over).press).toEqual({ key: "launcher" });
  });

  it("asks for Resume while the call is on hold, and points at it where it is on the screen", () => {
    const held = { ...none, own: own({}), handset: "held" } as const;
    expect(visible?.next({ ...held, covered: true }).press).toEqual({ softkey: "Resume" });
    expect(visible?.next(held)).toEqual({ say: expect.stringContaining("Press Resume") });
  });

  it("takes a Listen for done only when the PBX carries sound", () => {
    expect(listen?.done({ ...none, own: own({}) })).toBe(false);
    expect(listen?.done({ ...none, own: own({}), hears: true })).toBe(true);
  });

  it("takes Visible for done only when the agent is being told", () => {
    const seen = { visibility: "visible" } as const;
    expect(visible?.done({ ...none, own: own({ ...seen, told: "not-told" }), hears: true })).toBe(false);
    expect(visible?.done({ ...none, own: own({ ...seen, told: "waiting" }), hears: true })).toBe(true);
  });

  it("takes Coach and Join for done by the mouth at the PBX, not by the mode", () => {
    const coached = own({ mode: "coach", mic: "open" });
    expect(coach?.done({ ...none, own: coached })).toBe(false);
    expect(coach?.done({ ...none, own: own({ ...coached, facts: mouth("agent") }) })).toBe(true);
    expect(join?.done({ ...none, own: own({ mode: "join", facts: mouth("agent") }) })).toBe(false);
    expect(join?.done({ ...none, own: own({ mode: "join", facts: mouth("everyone") }) })).toBe(true);
  });

  it("R9 points at Unmute where Coach began muted", () => {
    const session = page(["Unmute", "Join", "Listen", "Leave"]);
    const sight = { ...none, page: session, own: own({ mode: "coach" }), hears: true };
    expect(coach?.next(sight).press).toEqual({ softkey: "Unmute" });
  });
});
