import {
  type Call,
  type Extension,
  type Leg,
  type LegId,
  type Mac,
  type OwnEvent,
  type PbxEvent,
  type Person,
  type PersonId,
  parseCallId,
  parseExtension,
  parseLegId,
  parseMac,
  parsePersonId,
  parseSupervisionId,
  type Role,
  type SupervisionFacts,
  type SupervisionId,
} from "../../../src/model/index.ts";
import { emptyState, type MutableState, reduce } from "../../../src/state/index.ts";

/** A small call centre for tests of the pure rooms: people, calls and events by name. */

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("not an id");
  return value;
}

export const personId = (text: string): PersonId => must(parsePersonId(text));
export const legId = (text: string): LegId => must(parseLegId(text));
export const supervisionId = (text: string): SupervisionId => must(parseSupervisionId(text.padEnd(16, "0")));
const extension = (text: string): Extension => must(parseExtension(text));
export const kimsPhone: Mac = must(parseMac("805ec0aabbcc"));

export const person = (id: string, name: string, role: Role, ...teams: string[]): Person => ({
  id: personId(id),
  extension: extension(id),
  name,
  role,
  teams,
});

export const kim = person("3001", "Kim Osei", "team-manager", "support");
export const lee = person("3002", "Lee Park", "agent-plus", "sales");
export const root = person("9001", "Root", "administrator");
export const ana = person("2001", "Ana Ruiz", "agent", "support");
export const ben = person("2002", "Ben Okafor", "agent", "sales");
export const dita = person("2003", "Dita Novak", "agent", "support");
export const everybody = [kim, lee, root, ana, ben, dita];

export const agentLeg = (id: string, who: Person, more: Partial<Leg> = {}): Leg => ({
  id: legId(id),
  party: { kind: "internal", person: who.id },
  state: "up",
  holding: false,
  certain: true,
  ...more,
});

/** A call of `who` with a customer; the agent's leg has the id `<id>-agent`. */
export function customerCall(id: string, who: Person, leg: Partial<Leg> = {}, more: Partial<Call> = {}): Call {
  return {
    id: must(parseCallId(id)),
    direction: "inbound",
    startedAt: 1_000,
    answeredAt: 2_000,
    legs: [agentLeg(`${id}-agent`, who, leg), outsideLeg(`${id}-customer`)],
    ...more,
  };
}

export const outsideLeg = (id: string, more: Partial<Leg> = {}): Leg => ({
  id: legId(id),
  party: { kind: "external", number: "+44155501", name: "Jane Doe" },
  state: "up",
  holding: false,
  certain: false,
  ...more,
});

/** The call `c1` once others are on it than Ana, beside the customer. */
export const goesTo = (legs: readonly Leg[], more: Partial<Call> = {}): PbxEvent => ({
  type: "call",
  call: { ...customerCall("c1", ana), legs: [outsideLeg("c1-customer"), ...legs], ...more },
});

/** A call between two of our people. */
export function internalCall(id: string, one: Person, other: Person): Call {
  const legs = [agentLeg(`${id}-one`, one), agentLeg(`${id}-other`, other)];
  return { id: must(parseCallId(id)), direction: "internal", startedAt: 1_000, answeredAt: 2_000, legs };
}

/** A state after a snapshot with these calls and then these events, one millisecond apart. */
export function stateWith(calls: readonly Call[], ...events: readonly (PbxEvent | OwnEvent)[]): MutableState {
  const state = emptyState(everybody, 100, 0);
  reduce(state, { type: "pbx-snapshot", snapshot: { calls, supervisions: [] }, at: 5_000 });
  let at = 5_001;
  for (const event of events) {
    reduce(state, { ...event, at });
    at += 1;
  }
  return state;
}

export const s1 = supervisionId("s1");

/** Kim asks to listen to Ana on the call `c1`. */
export const asked = (visibility: "visible" | "hidden", by: Person = kim, id = s1): OwnEvent => ({
  type: "supervision-asked",
  id,
  supervisor: by.id,
  phone: kimsPhone,
  agent: ana.id,
  call: must(parseCallId("c1")),
  leg: legId("c1-agent"),
  visibility,
});

/** What the PBX says of `s1`: up with an ear on Ana's leg, unless told otherwise. */
export const facts = (more: Partial<SupervisionFacts> = {}): PbxEvent => ({
  type: "facts",
  facts: { id: s1, leg: "up", ear: legId("c1-agent"), ...more },
});

/** The same without an ear. */
export const deaf = (leg: SupervisionFacts["leg"] = "up"): PbxEvent => ({ type: "facts", facts: { id: s1, leg } });

export const told = (how: "sending" | "waiting" | "confirmed" | "unconfirmed"): OwnEvent => ({
  type: "told",
  supervision: s1,
  telling: 0,
  told: how,
});

export const mode = (name: "listen" | "coach" | "join", mic: "muted" | "open"): OwnEvent => ({
  type: "mode-asked",
  supervision: s1,
  mode: name,
  mic,
});
