import { beforeEach, describe, expect, it } from "vitest";
import { PushView } from "../../../src/http/desk/push-view.ts";
import { RecordView } from "../../../src/http/desk/record-view.ts";
import type { AuditEntry, OwnEvent, PushResult } from "../../../src/model/index.ts";
import { type MutableState, reduce } from "../../../src/state/index.ts";
import { ana, customerCall, kim, lee, root, stateWith } from "../core/world.ts";

/** An administrator at the desk is Root. Times: a state begins at 0, and 7,000 is later than all of it. */
const own = customerCall("c9", root);
const rowAt = 7_000;
let id = 0;

function row(more: Partial<AuditEntry>): AuditEntry {
  id += 1;
  return {
    ...{ id, at: rowAt, writtenAt: rowAt, late: false, act: "await-call", outcome: "done" },
    ...{ supervisor: kim.id, agent: root.id, ...more },
  };
}

const awaited: OwnEvent = {
  type: "call-awaited",
  supervisor: kim.id,
  awaited: { agent: root.id, visibility: "hidden", until: 99_000 },
};
const begins = (state: MutableState, at: number) => reduce(state, { type: "call", call: own, at });
const ends = (state: MutableState, at: number) => reduce(state, { type: "call-ended", call: own.id, at });

describe("R12 that somebody waits for an administrator's own next call", () => {
  let state: MutableState;
  let view: RecordView;

  beforeEach(() => {
    state = stateWith([], awaited);
    view = new RecordView(root.id);
  });

  it.each([
    ["that it is asked for", row({})],
    ["that it is given up", row({ act: "leave" })],
  ])("is told after that call, and not before it: %s", (_, one) => {
    const told = [view.take(state, [one])];
    begins(state, 8_000);
    reduce(state, { type: "not-awaited", supervisor: kim.id, at: 8_001 });
    told.push(view.release(state));
    ends(state, 9_000);
    expect([...told, view.release(state)]).toEqual([[], [], [one]]);
  });

  it("is not told after a call that was there before it", () => {
    const before = stateWith([own], awaited);
    const told = view.take(before, [row({})]);
    ends(before, 8_000);
    expect([told, view.release(before)]).toEqual([[], []]);
  });

  it("nor once it is waited for no more, before the next call", () => {
    view.take(state, [row({})]);
    reduce(state, { type: "not-awaited", supervisor: kim.id, at: 8_000 });
    expect(view.release(state)).toEqual([]);
  });

  it("is told of everybody else at once, and to an open desk", () => {
    const anas = row({ agent: ana.id });
    const rows = [anas, row({})];
    expect([view.take(state, rows), new RecordView(undefined).take(state, rows)]).toEqual([[anas], rows]);
  });
});

describe("R12 the pushes while an administrator is on a call of their own", () => {
  const push = (person: typeof ana, kind: PushResult["kind"]): PushResult => ({
    ...{ at: rowAt, person: person.id, by: "http", kind, result: "confirmed", ms: 3 },
  });
  const pushes = [push(lee, "notice"), push(root, "notice"), push(ana, "lamp"), push(kim, "page")];

  it("to whom a notice went is told afterwards, as whoever got none supervises: their own at once", () => {
    const state = stateWith([own]);
    const view = new PushView(root.id);
    expect(view.take(state, pushes)).toEqual([pushes[1], pushes[2]]);
    ends(state, 8_000);
    expect(view.release(state)).toEqual([pushes[0], pushes[3]]);
  });

  it("all are told at once to whoever has no call", () => {
    expect(new PushView(root.id).take(stateWith([]), pushes)).toEqual(pushes);
  });
});
