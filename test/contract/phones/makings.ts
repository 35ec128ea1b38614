import { audience } from "../../../src/audience/index.ts";
import type {
  Call,
  Leg,
  OwnEvent,
  PbxEvent,
  Person,
  SupervisionFacts,
  SupervisionView,
  View,
} from "../../../src/model/index.ts";
import { type Page, type Say, type Screen, type Setting, sessionPage } from "../../../src/pages/index.ts";
import { emptyState, reduce } from "../../../src/state/index.ts";
import { ana, asked, customerCall, dita, facts, kim, lee, legId, outsideLeg, root, s1 } from "../../unit/core/world.ts";
import { sure } from "../../unit/http/fixture.ts";

/** What people, callers and queues are called. */
export interface Names {
  readonly agent: string;
  readonly supervisor: string;
  readonly other: string;
  readonly number: string;
  readonly queue: string;
}

type Event = PbxEvent | OwnEvent;
export type Making = (names: Names, screen: Screen, say: Say) => Page;

export const now = 3_900_000;
export const leg = legId("c1-agent");
export const attached: SupervisionFacts = { id: s1, leg: "up", ear: leg };

function peopleOf({ agent, supervisor }: Names): readonly Person[] {
  return [
    { ...ana, name: agent },
    { ...dita, name: agent },
    { ...kim, name: supervisor },
    { ...lee, name: supervisor, teams: ["support"] },
    { ...root, name: supervisor },
  ];
}

export function callOf(
  { other, number, queue }: Names,
  id: string,
  leg: Partial<Leg> = {},
  more: Partial<Call> = {},
): Call {
  const call = customerCall(id, ana, leg, { queue, ...more });
  const outside = outsideLeg(`${id}-customer`, { party: { kind: "external", name: other, number } });
  return { ...call, legs: [...call.legs.slice(0, 1), outside] };
}

export function viewOf(names: Names, by: Person, calls: readonly Call[], events: readonly Event[] = []): View {
  const state = emptyState(peopleOf(names), 100, 0);
  reduce(state, { type: "pbx-snapshot", snapshot: { calls, supervisions: [] }, at: 5_000 });
  for (const [at, event] of events.entries()) reduce(state, { ...event, at: 5_001 + at });
  return audience(state, { hidden: "allowed" }, sure(state.people.get(by.id)));
}

export const crowd = (names: Names): readonly Call[] =>
  Array.from({ length: 30 }, (_, place) => callOf(names, `c${place}`));
/** A call in each state that a row can have, one of somebody who is not known. */
export const mixed = (names: Names): readonly Call[] => [
  callOf(names, "c1", { holding: true }),
  callOf(names, "c2", { state: "ringing" }),
  callOf({ ...names, other: "", number: "" }, "c3"),
  callOf({ ...names, other: "", number: "" }, "c4", { holding: true }),
];

/** A page for Kim with these calls. */
export const board =
  (calls: (names: Names) => readonly Call[], make: (setting: Setting) => Page, events: readonly Event[] = []): Making =>
  (names, screen, say) =>
    make({ view: viewOf(names, kim, calls(names), events), screen, say, now });

/** A page of Kim's supervision of Ana's call, which is as told. */
export const session =
  (
    more: Partial<SupervisionView>,
    make: (setting: Setting, own: SupervisionView) => Page = (setting, own) => sessionPage(setting, own),
    events: readonly Event[] = [],
  ): Making =>
  (names, screen, say) => {
    const view = viewOf(names, kim, [callOf(names, "c1")], [asked("visible"), facts(), ...events]);
    const own = { ...sure(view.own), ...more };
    return make({ view: { ...view, own, mayTakeOver: true }, screen, say, now }, own);
  };

/** A page of Ana's, who is on a call with Kim on it in this mode. */
export const agents =
  (more: Partial<View>, make: (setting: Setting) => Page | undefined, events: readonly Event[] = []): Making =>
  (names, screen, say) => {
    const view = viewOf(names, ana, [callOf(names, "c1")], [asked("visible"), facts(), ...events]);
    return sure(make({ view: { ...view, ...more }, screen, say, now }));
  };
