import { describe, expect, it } from "vitest";
import { audience } from "../../../src/audience/index.ts";
import { emptyState, reduce, supervisionBy } from "../../../src/state/index.ts";
import { courseOf, neverShown } from "../../../src/supervision/index.ts";
import { ana, asked, ben, customerCall, everybody, facts, kim, lee, legId, person, root, stateWith } from "./world.ts";

const allowed = { hidden: "allowed" } as const;
const c1 = customerCall("c1", ana);
const put = (who: typeof ana) => ({ type: "person-put", person: who, at: 9_000 }) as const;
const gone = (who: typeof ana) => ({ type: "person-gone", person: who.id, at: 9_000 }) as const;

describe("people change while calls live", () => {
  it("R1 an agent who joins another team is on that team's board with the call they have", () => {
    const state = stateWith([c1]);
    const before = [kim, lee].map((by) => audience(state, allowed, by).board.total);
    reduce(state, put({ ...ana, teams: ["sales"] }));
    expect([before, [kim, lee].map((by) => audience(state, allowed, by).board.total)]).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });

  it("R1 a call put anew after that stands on the board once", () => {
    const state = stateWith([c1]);
    reduce(state, put({ ...ana, teams: ["sales"] }));
    reduce(state, { type: "call", call: { ...c1, queue: "sales" }, at: 9_001 });
    reduce(state, put(ana));
    reduce(state, { type: "call-ended", call: c1.id, at: 9_002 });
    expect(audience(state, allowed, root).board.total).toBe(0);
  });

  it("somebody new can press, at no step of an earlier run, and is idle since they are there", () => {
    const state = stateWith([]);
    const nora = person("3009", "Nora New", "team-manager", "support");
    reduce(state, put(nora));
    expect(audience(state, allowed, nora)).toMatchObject({ step: 100, myCall: { state: "idle", since: 9_000 } });
  });

  it("somebody who is removed and comes back goes on with the steps they had", () => {
    const state = stateWith([c1], { type: "presses-voided", supervisor: kim.id });
    reduce(state, gone(kim));
    reduce(state, put(kim));
    expect(state.steps.get(kim.id)).toBe(101);
  });

  it("R20 a new extension that is on the never list takes the call off every board, and a change back puts it there", () => {
    const isNever = neverShown({ numbers: ["2099"], queues: [], contexts: [] });
    const state = emptyState(everybody, 100, 0, isNever);
    reduce(state, { type: "pbx-snapshot", snapshot: { calls: [c1], supervisions: [] }, at: 1 });
    reduce(state, put({ ...ana, extension: "2099" as typeof ana.extension }));
    const hidden = audience(state, allowed, kim).board.total;
    reduce(state, put(ana));
    expect([hidden, audience(state, allowed, kim).board.total]).toEqual([0, 1]);
  });
});

describe("R18 rights are asked again when people change", () => {
  const supervised = (...changes: readonly (ReturnType<typeof put> | ReturnType<typeof gone>)[]) => {
    const state = stateWith([c1], asked("hidden"), facts());
    const touched = changes.map((change) => reduce(state, change).supervisions.size);
    const own = supervisionBy(state, kim.id);
    return { touched, course: own && courseOf(state, allowed, own) };
  };

  it.each([
    ["the agent forbids Hidden from now on", put({ ...ana, hidden: "forbidden" }), "forbidden"],
    ["the agent forbids supervision", put({ ...ana, supervision: "forbidden" }), "forbidden"],
    ["the agent is in another team", put({ ...ana, teams: ["sales"] }), "forbidden"],
    ["the supervisor is in another team", put({ ...kim, teams: ["sales"] }), "forbidden"],
    ["the supervisor is an agent", put({ ...kim, role: "agent" }), "forbidden"],
    ["the agent is gone", gone(ana), "not-allowed"],
    ["the supervisor is gone", gone(kim), "not-allowed"],
  ])("%s: looked at anew, and ends", (_, change, ending) => {
    expect(supervised(change)).toEqual({ touched: [1], course: { kind: "ends", ending } });
  });

  it("somebody else's change ends nothing", () =>
    expect(supervised(put({ ...ben, supervision: "forbidden" })).course).toEqual({ kind: "stays" }));

  it("the page still says whose call it was, when they are gone", () => {
    const state = stateWith([c1], asked("hidden"), facts());
    reduce(state, gone(ana));
    expect(audience(state, allowed, kim).own?.agent.name).toBe(ana.name);
    expect(audience(state, allowed, kim).board.find(legId("c1-agent"))).toBeUndefined();
  });
});
