import { describe, expect, it } from "vitest";
import type { CallId, OwnEvent, PbxEvent } from "../../../src/model/index.ts";
import { supervisionBy } from "../../../src/state/index.ts";
import { type Course, courseOf, nextStep, refuseMic, wanted } from "../../../src/supervision/index.ts";
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
  legId,
  mode,
  outsideLeg,
  root,
  s1,
  stateWith,
  supervisionId,
  told,
} from "./world.ts";

type Events = readonly (PbxEvent | OwnEvent)[];

const c1 = customerCall("c1", ana);
const leg = legId("c1-agent");
const coachMouth = { leg, reach: "agent" } as const;
/** Kim coaches Ana with an open mic, and is heard. */
const coaching: Events = [
  asked("visible"),
  told("confirmed"),
  facts(),
  mode("coach", "open"),
  facts({ mouth: coachMouth }),
];
const left: OwnEvent = { type: "left-agent", supervision: s1 };
const atDita = { kind: "moves", to: { agent: dita.id, call: c1.id, leg: legId("dita") } } as const;
const followed: OwnEvent = { type: "followed", supervision: s1, ...atDita.to };

function once(before: Events, events: Events, hidden: "allowed" | "forbidden" = "allowed") {
  const state = stateWith([c1], ...before, ...events);
  const own = supervisionBy(state, kim.id);
  if (!own) throw new Error("the supervision is over");
  return { state, own, course: courseOf(state, { hidden }, own), want: wanted(state, own), step: nextStep(state, own) };
}

/** Where the call is, what comes of it, and who may be heard or spoken to by then: the table of R18. */
const TABLE: readonly (readonly [string, Events, Course, { ear: boolean; mouth: boolean }])[] = [
  ["talking", [{ type: "call", call: c1 }], { kind: "stays" }, { ear: true, mouth: true }],
  [
    "held by the agent",
    [{ type: "call", call: customerCall("c1", ana, { holding: true }) }],
    { kind: "stays" },
    { ear: true, mouth: true },
  ],
  [
    "held by the customer",
    [
      {
        type: "call",
        call: { ...c1, legs: [agentLeg("c1-agent", ana), outsideLeg("c1-customer", { holding: true })] },
      },
    ],
    { kind: "stays" },
    { ear: true, mouth: true },
  ],
  [
    "consultation: the agent holds the customer and rings a colleague",
    [
      { type: "call", call: customerCall("c1", ana, { holding: true, second: true }) },
      { type: "call", call: internalCall("c2", ana, dita) },
    ],
    { kind: "stays" },
    { ear: true, mouth: false },
  ],
  [
    "conference by the agent's phone: a second leg of any kind",
    [{ type: "call", call: customerCall("c1", ana, { second: true }) }],
    { kind: "stays" },
    { ear: true, mouth: false },
  ],
  [
    "conference by the PBX",
    [goesTo([agentLeg("c1-agent", ana), agentLeg("dita", dita)])],
    { kind: "stays" },
    { ear: true, mouth: true },
  ],
  ["ringing at another agent", [goesTo([agentLeg("dita", dita, { state: "ringing" })])], waits(true), none()],
  ["in a queue again, or parked", [goesTo([], { waiting: true })], waits(true), none()],
  ["voicemail, fax: nobody but the customer", [goesTo([])], waits(false), none()],
  ["transferred inside the rights", [goesTo([agentLeg("dita", dita)])], atDita, none()],
  ["transferred to another team", [goesTo([agentLeg("ben", ben)])], ends("not-allowed"), none()],
  [
    "transferred to the supervisor, still ringing",
    [goesTo([agentLeg("kim", kim, { state: "ringing" })])],
    ends("not-allowed"),
    none(),
  ],
  [
    "transferred to an external number, still ringing",
    [goesTo([outsideLeg("far", { state: "ringing" })])],
    waits(true),
    none(),
  ],
  ["transferred to an external number", [goesTo([outsideLeg("far")])], ends("went-outside"), none()],
  [
    "transferred to a device of which it is not certain whose it is",
    [goesTo([agentLeg("dita", dita, { certain: false })])],
    ends("leg-uncertain"),
    none(),
  ],
  [
    "left in a conference with two agents, of whom one may be heard",
    [goesTo([agentLeg("dita", dita), agentLeg("ben", ben)])],
    atDita,
    none(),
  ],
  ["hung up", [{ type: "call-ended", call: c1.id }], ends("call-ended"), none()],
  [
    "the agent has gone on without the customer",
    [
      goesTo([]),
      {
        type: "call",
        call: { ...internalCall("c2", ana, dita), legs: [agentLeg("c1-agent", ana), agentLeg("dita", dita)] },
      },
    ],
    waits(false),
    none(),
  ],
];

function waits(known: boolean): Course {
  return { kind: "waits", known };
}

function ends(ending: Extract<Course, { kind: "ends" }>["ending"]): Course {
  return { kind: "ends", ending };
}

function none() {
  return { ear: false, mouth: false };
}

describe("R18 where the customer's call has gone", () => {
  it.each(TABLE)("%s", (_, events, course, paths) => {
    const now = once(coaching, events);
    expect(now.course).toEqual(course);
    const gone = course.kind === "stays" ? now : once(coaching, [...events, left]);
    expect({ ear: gone.want.ear === leg, mouth: gone.want.mouth !== undefined }).toEqual(paths);
  });

  it("an open mouth is the first thing to go when the call leaves the agent", () =>
    expect(once(coaching, [goesTo([]), left]).step).toMatchObject({ type: "close-mouth" }));

  it("then the ear goes, wherever the agent's leg is", () =>
    expect(once(coaching, [goesTo([]), left, facts()]).step).toMatchObject({ type: "detach-ear", supervision: s1 }));

  it("followed: muted listen, and nothing before the new agent was told", () => {
    const there: Events = [goesTo([agentLeg("dita", dita)]), left, deaf(), followed];
    const { own, step } = once(coaching, there);
    expect(own).toMatchObject({ agent: dita.id, mode: "listen", mic: "muted", told: "not-told", moved: true });
    expect(own.between).toBeUndefined();
    expect(step).toBeUndefined();
  });

  it("followed: the ear is attached once the news is on its way to the new agent, and no mouth", () => {
    const news: OwnEvent = { type: "told", supervision: s1, telling: 1, told: "waiting" };
    const there: Events = [goesTo([agentLeg("dita", dita)]), left, deaf(), followed, news];
    const { step, want } = once(coaching, there);
    expect(step).toMatchObject({ type: "attach-ear", leg: "dita", agent: dita.id, unseen: false });
    expect(want.mouth).toBeUndefined();
  });

  it("the fate of the news to the agent before is not taken for that of the new one", () => {
    const { own } = once(coaching, [goesTo([agentLeg("dita", dita)]), left, deaf(), followed, told("confirmed")]);
    expect(own.told).toBe("not-told");
  });

  it("a hidden supervision stays hidden, and is attached only where it leaves no trace", () => {
    const hidden: Events = [asked("hidden"), facts(), goesTo([agentLeg("dita", dita)]), left, deaf(), followed];
    expect(once([], hidden).step).toMatchObject({ type: "attach-ear", leg: "dita", unseen: true });
  });

  it("a hidden supervision ends where the site forbids Hidden", () =>
    expect(once([asked("hidden"), facts()], [goesTo([agentLeg("dita", dita)])], "forbidden").course).toEqual(
      ends("forbidden"),
    ));

  it("back at the same agent it is followed as to anybody else", () =>
    expect(once(coaching, [goesTo([]), left, { type: "call", call: c1 }]).course).toEqual({
      kind: "moves",
      to: { agent: ana.id, call: c1.id, leg },
    }));

  it("R16 a call that has its three supervisors already is not followed", () => {
    const others = [root, ana, ben].map(
      (one): OwnEvent => ({
        type: "supervision-asked",
        id: supervisionId(`s${one.id}`),
        supervisor: one.id,
        phone: "805ec0aabbcd" as never,
        agent: dita.id,
        call: c1.id,
        leg: legId("dita"),
        visibility: "visible",
      }),
    );
    expect(once(coaching, [goesTo([agentLeg("dita", dita)]), left, ...others]).course).toEqual(ends("not-allowed"));
  });

  it("a call that another one was joined to goes on under that one's id, and is followed from there", () => {
    const joined = { ...customerCall("c2", ana), legs: [outsideLeg("c2-customer"), agentLeg("c1-agent", ana)] };
    const { own, course } = once(coaching, [
      { type: "call", call: joined },
      { type: "call-ended", call: c1.id },
    ]);
    expect([own.call, course.kind]).toEqual(["c2" as CallId, "stays"]);
  });

  it("nothing is decided while the PBX is away", () =>
    expect(once(coaching, [goesTo([]), { type: "pbx-away", why: "gone" }]).course).toEqual({ kind: "stays" }));
});

describe("R18 a second leg of the agent's phone", () => {
  const second: Events = [{ type: "call", call: customerCall("c1", ana, { second: true }) }];

  it("takes the mouth at once, in coach", () =>
    expect(once(coaching, second).step).toMatchObject({ type: "close-mouth" }));

  it("takes the mouth at once, in join", () => {
    const joinMouth = { leg, reach: "everyone" } as const;
    const joining = [...coaching, mode("join", "open"), facts({ mouth: joinMouth })];
    expect(once(joining, second).step).toMatchObject({ type: "close-mouth" });
  });

  it("refuses the mic while it is there, and no longer", () => {
    const { state, own } = once(coaching, second);
    expect(refuseMic(state, own)).toBe("second-leg");
    const alone = once(coaching, [...second, { type: "call", call: c1 }]);
    expect(refuseMic(alone.state, alone.own)).toBeUndefined();
  });
});
