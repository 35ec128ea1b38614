import { describe, expect, it } from "vitest";
import type { Call, OwnEvent, PbxEvent, TeamTone } from "../../../src/model/index.ts";
import { hasTones, tonesNow } from "../../../src/supervision/index.ts";
import {
  agentLeg,
  ana,
  asked,
  customerCall,
  deaf,
  dita,
  facts,
  goesTo,
  lee,
  legId,
  mode,
  outsideLeg,
  person,
  root,
  s1,
  stateWith,
  supervisionId,
  told,
} from "./world.ts";

const both: TeamTone = { agent: true, customer: true, everyMs: 30_000 };
const site = (tone: TeamTone) => ({ hidden: "allowed", teams: [{ name: "support", tone }] }) as const;
const heard = [asked("visible"), told("confirmed"), facts()];
const s2 = supervisionId("s2");
const visible = (how: "visible" | "hidden"): OwnEvent => ({
  type: "visibility-asked",
  supervision: s1,
  visibility: how,
});

/** The legs that are to hear a tone, each with its beat in seconds. */
function tones(tone: TeamTone, events: readonly (PbxEvent | OwnEvent)[], call: Call = customerCall("c1", ana)) {
  const now = tonesNow(stateWith([call], ...events), site(tone));
  return [...now].map(([leg, { everyMs }]) => `${leg} ${everyMs / 1_000}`);
}

const agent = "c1-agent 30";
const customer = "c1-customer 30";

describe("who hears a notification tone", () => {
  it.each<readonly [boolean, boolean, string[]]>([
    [true, true, [agent, customer]],
    [true, false, [agent]],
    [false, true, [customer]],
    [false, false, []],
  ])("as the team has it: agent %s, customer %s", (toAgent, toCustomer, legs) =>
    expect(tones({ ...both, agent: toAgent, customer: toCustomer }, heard)).toEqual(legs),
  );

  it("nobody, where no team of the agent has any", () => {
    const state = stateWith([customerCall("c1", ana)], ...heard);
    expect(tonesNow(state, { hidden: "allowed" }).size).toBe(0);
    expect(tonesNow(state, { hidden: "allowed", teams: [{ name: "sales", tone: both }] }).size).toBe(0);
    expect(hasTones({ hidden: "allowed", teams: [{ name: "sales", tone: both }] })).toBe(true);
    expect(hasTones(site({ ...both, agent: false, customer: false }))).toBe(false);
  });

  it("R5 nobody because of a hidden supervision, whatever the team has", () =>
    expect(tones(both, [asked("hidden"), facts()])).toEqual([]));

  it("R5 nobody once it is hidden again, and not before the agent has been told of it anew", () => {
    expect(tones(both, [...heard, visible("hidden")])).toEqual([]);
    expect(tones(both, [...heard, visible("hidden"), visible("visible")])).toEqual([]);
  });

  it("R5 nobody before the agent has been told", () => {
    expect(tones(both, [asked("visible"), facts()])).toEqual([]);
    expect(tones(both, [asked("visible"), told("sending"), facts()])).toEqual([]);
    expect(tones(both, [asked("visible"), told("waiting"), facts()])).toEqual([agent, customer]);
    expect(tones(both, [asked("visible"), told("unconfirmed"), facts()])).toEqual([agent, customer]);
  });

  it("nobody while the supervision does not hear the call", () => {
    expect(tones(both, [asked("visible"), told("confirmed"), deaf("ringing")])).toEqual([]);
    expect(tones(both, [asked("visible"), told("confirmed"), deaf()])).toEqual([]);
    expect(tones(both, [...heard, deaf("held")])).toEqual([]);
    expect(tones(both, [...heard, { type: "pbx-away", why: "not there" }])).toEqual([]);
    expect(tones(both, [...heard, { type: "ending-asked", supervision: s1, ending: "left" }])).toEqual([]);
  });

  it.each(["listen", "coach", "join"] as const)("in every mode: %s", (name) =>
    expect(tones(both, [...heard, mode(name, "muted")])).toEqual([agent, customer]),
  );

  it("R20 nobody on a private call, asked or as the PBX says, nor before the agent is told anew", () => {
    const call = customerCall("c1", ana).id;
    expect(tones(both, [...heard, { type: "private-asked", call }])).toEqual([]);
    expect(tones(both, heard, customerCall("c1", ana, {}, { private: { since: 1 } }))).toEqual([]);
    const cut: OwnEvent[] = [
      { type: "private-asked", call },
      { type: "private-cut", supervision: s1 },
    ];
    const over: OwnEvent[] = [
      { type: "private-lifted", call },
      { type: "private-over", supervision: s1 },
    ];
    expect(tones(both, [...heard, ...cut, ...over])).toEqual([]);
  });

  it("R18 nobody between two agents", () => {
    expect(tones(both, [...heard, { type: "left-agent", supervision: s1 }])).toEqual([]);
    expect(tones(both, [...heard, goesTo([])])).toEqual([]);
  });

  it("R18 with the next agent, as their teams have it, once they have been told", () => {
    const to = { agent: dita.id, call: customerCall("c1", ana).id, leg: legId("c1-dita") };
    const moved: (PbxEvent | OwnEvent)[] = [
      ...heard,
      { type: "left-agent", supervision: s1 },
      goesTo([agentLeg("c1-dita", dita)]),
      { type: "followed", supervision: s1, ...to },
      facts({ ear: to.leg }),
    ];
    expect(tones(both, moved)).toEqual([]);
    const news: OwnEvent = { type: "told", supervision: s1, telling: 1, told: "waiting" };
    expect(tones(both, [...moved, news]).sort()).toEqual([customer, "c1-dita 30"]);
  });

  it("nobody while agent or customer holds", () => {
    expect(tones(both, heard, customerCall("c1", ana, { holding: true }))).toEqual([]);
    const legs = [agentLeg("c1-agent", ana), outsideLeg("c1-customer", { holding: true })];
    expect(tones(both, heard, customerCall("c1", ana, {}, { legs }))).toEqual([]);
  });

  it("R18 not the agent while their phone could pass it on to a second call", () =>
    expect(tones(both, heard, customerCall("c1", ana, { second: true }))).toEqual([customer]));

  it("not whoever has a leg that is not certainly the agent's", () =>
    expect(tones(both, heard, customerCall("c1", ana, { certain: false }))).toEqual([customer]));

  it("everybody outside who is up, and no colleague", () => {
    const legs = [
      agentLeg("c1-agent", ana),
      agentLeg("c1-dita", dita),
      outsideLeg("c1-customer"),
      outsideLeg("c1-other"),
      outsideLeg("c1-rings", { state: "ringing" }),
    ];
    const now = tones(both, heard, customerCall("c1", ana, {}, { legs }));
    expect(now).toEqual([agent, customer, "c1-other 30"]);
  });

  it("of two teams the one that is heard oftener counts, each for itself", () => {
    const eva = { ...person("2001", "Ana Ruiz", "agent", "support", "sales") };
    const state = stateWith([customerCall("c1", ana)], { type: "person-put", person: eva }, ...heard);
    const teams = [
      { name: "support", tone: { agent: true, customer: true, everyMs: 0 } },
      { name: "sales", tone: { agent: true, customer: false, everyMs: 20_000 } },
    ];
    const now = tonesNow(state, { hidden: "allowed", teams });
    expect([...now].map(([leg, { everyMs }]) => [leg, everyMs])).toEqual([
      ["c1-agent", 20_000],
      ["c1-customer", 0],
    ]);
  });

  it("R16 one beat for two who are visible, and of a hidden one beside them nothing", () => {
    const second = [asked("visible", lee, s2), { type: "told", supervision: s2, telling: 0, told: "waiting" }] as const;
    const hidden = asked("hidden", root, supervisionId("s3"));
    const up = (id: typeof s2): PbxEvent => ({ type: "facts", facts: { id, leg: "up", ear: legId("c1-agent") } });
    const state = stateWith([customerCall("c1", ana)], ...heard, ...second, hidden, up(s2), up(supervisionId("s3")));
    const by = [
      { id: s1, telling: 0 },
      { id: s2, telling: 0 },
    ];
    expect([...tonesNow(state, site(both)).values()]).toEqual([
      { everyMs: 30_000, by },
      { everyMs: 30_000, by },
    ]);
  });
});
