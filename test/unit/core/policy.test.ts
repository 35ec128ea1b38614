import { describe, expect, it } from "vitest";
import type { Person } from "../../../src/model/index.ts";
import { supervisionBy } from "../../../src/state/index.ts";
import { refuseMode, refuseToStart } from "../../../src/supervision/index.ts";
import {
  ana,
  asked,
  ben,
  customerCall,
  facts,
  internalCall,
  kim,
  lee,
  legId,
  person,
  root,
  stateWith,
  supervisionId,
  told,
} from "./world.ts";

const allowed = { hidden: "allowed" } as const;
const hiddenListen = { mode: "listen", visibility: "hidden" } as const;
const c1 = customerCall("c1", ana);

function start(by: Person, call = c1, leg = "c1-agent") {
  return refuseToStart(stateWith([call]), allowed, by.id, legId(leg), hiddenListen);
}

describe("who may supervise whom", () => {
  it("R1 a team manager may supervise a call of their team", () => expect(start(kim)).toBeUndefined());

  it("R1 an administrator may supervise every team", () => expect(start(root)).toBeUndefined());

  it("R1 an agent plus may supervise a call of their team", () =>
    expect(start(lee, customerCall("c1", ben))).toBeUndefined());

  it("R1 an agent may not supervise", () => expect(start(ben)).toBe("role-may-not-supervise"));

  it("R1 another team's call is refused", () => expect(start(lee)).toBe("team-not-yours"));

  it("R1 nobody supervises a call they are a party to", () =>
    expect(start(kim, internalCall("c1", ana, kim), "c1-one")).toBe("own-call"));

  it("R1 an administrator too is refused their own call", () =>
    expect(start(root, internalCall("c1", ana, root), "c1-one")).toBe("own-call"));

  it("R20 hidden is refused where the site forbids it", () =>
    expect(refuseToStart(stateWith([c1]), { hidden: "forbidden" }, kim.id, legId("c1-agent"), hiddenListen)).toBe(
      "hidden-forbidden",
    ));

  it("a call that is gone is refused", () => expect(start(kim, c1, "c9-agent")).toBe("call-gone"));

  it("a customer's leg is nobody's to supervise", () => expect(start(kim, c1, "c1-customer")).toBe("call-gone"));

  it("a call that rings is refused until it is answered", () =>
    expect(start(kim, customerCall("c1", ana, { state: "ringing" }))).toBe("call-not-answered"));

  it("a supervisor who is on a call already is refused a second one", () => {
    const state = stateWith([c1, customerCall("c2", ana)], asked("hidden"));
    expect(refuseToStart(state, allowed, kim.id, legId("c2-agent"), hiddenListen)).toBe("already-supervising");
  });

  it.each(["up", "ringing"] as const)("R14 a supervisor with a call of their own that is %s is refused", (state) => {
    const own = customerCall("c2", kim, { state });
    expect(refuseToStart(stateWith([c1, own]), allowed, kim.id, legId("c1-agent"), hiddenListen)).toBe("busy-yourself");
  });

  it("R14 the call of somebody else is no reason", () =>
    expect(
      refuseToStart(stateWith([c1, customerCall("c2", root)]), allowed, kim.id, legId("c1-agent"), hiddenListen),
    ).toBeUndefined());

  it("R16 the fourth supervisor of a call is refused", () => {
    const others = ["4001", "4002", "4003"].map((id) => person(id, id, "team-manager", "support"));
    const events = others.map((one) => asked("hidden", one, supervisionId(`s${one.id}`)));
    const state = stateWith([c1], ...events);
    expect(refuseToStart(state, allowed, kim.id, legId("c1-agent"), hiddenListen)).toBe("too-many-supervisors");
  });

  it.each([1, 2, 9])("R16 where the site allows %i supervisors of a call, the next one is refused", (most) => {
    const several = Array.from({ length: most }, (_, at) => person(`40${at}`, `40${at}`, "team-manager", "support"));
    const events = several.map((one) => asked("hidden", one, supervisionId(`s${one.id}`)));
    const policy = { ...allowed, supervisorsPerCall: most };
    const before = stateWith([c1], ...events.slice(1));
    expect(refuseToStart(before, policy, kim.id, legId("c1-agent"), hiddenListen)).toBeUndefined();
    const full = stateWith([c1], ...events);
    expect(refuseToStart(full, policy, kim.id, legId("c1-agent"), hiddenListen)).toBe("too-many-supervisors");
  });

  it("Listen is allowed where the agent's leg is not certain", () =>
    expect(start(kim, customerCall("c1", ana, { certain: false }))).toBeUndefined());

  it("Coach is refused where the agent's leg is not certain", () => {
    const state = stateWith([customerCall("c1", ana, { certain: false })]);
    const wish = { mode: "coach", visibility: "visible" } as const;
    expect(refuseToStart(state, allowed, kim.id, legId("c1-agent"), wish)).toBe("leg-uncertain");
  });

  it("Coach is refused when the leg has become uncertain under way", () => {
    const uncertain = customerCall("c1", ana, { certain: false });
    const state = stateWith([c1], asked("visible"), told("confirmed"), facts(), { type: "call", call: uncertain });
    const own = supervisionBy(state, kim.id);
    expect(own && refuseMode(state, own, "coach")).toBe("leg-uncertain");
  });

  it("nothing begins while the PBX is away", () => {
    const state = stateWith([c1], { type: "pbx-away", why: "gone" });
    expect(refuseToStart(state, allowed, kim.id, legId("c1-agent"), hiddenListen)).toBe("pbx-away");
  });
});
