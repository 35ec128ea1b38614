import {
  type Attention,
  type Call,
  type CallShown,
  type EndedSupervision,
  type HandOverTarget,
  type HeadsUpShown,
  type Lamp,
  type LegId,
  type Mode,
  modes,
  type Person,
  type PersonId,
  type SupervisingShown,
  type Supervision,
  type SupervisionView,
  type SupervisorBeside,
  type SupervisorShown,
  type View,
} from "../model/index.js";
import { callWithLeg, personOf, privateSince, type State, supervisionBy } from "../state/index.js";
import {
  callOf,
  forbiddenOn,
  handOverTargets,
  isOfPrivate,
  isParty,
  mayBeHeard,
  maySupervise,
  mayTakeOver,
  openHeadsUps,
  type SitePolicy,
  supervisionsOf,
  talkingLeg,
} from "../supervision/index.js";
import { PersonalBoard } from "./board.js";
import { callToShow, participantsOf } from "./participants.js";
import { mayBeKnown, shownAs } from "./shown.js";
import { otherSide, stateOf, whoIs } from "./sides.js";

/**
 * What one person may know: the one place where hidden supervisions are removed. Pages and indicators take this and
 * never the state.
 */
export function audience(state: State, policy: SitePolicy, person: Person): View {
  const own = supervisionBy(state, person.id);
  const ended = state.ended.get(person.id);
  const endedAgent = ended && agentOf(state, ended.supervision);
  const awaited = state.awaited.get(person.id);
  const awaitedAgent = awaited && state.people.get(awaited.agent);
  const ownView = own && supervisionView(state, policy, own);
  const call = callToShow(state, person.id, own);
  return {
    person,
    pbx: state.pbx,
    maySupervise: maySupervise(person),
    step: state.steps.get(person.id) ?? 0,
    board: new PersonalBoard(state, policy, person),
    supervising: supervisingOf(state, own, ownView),
    mayTakeOver: mayTakeOver(person),
    handOverTargets: () => targetsOf(state, person),
    withMe: lampOf(state, person.id),
    asksMe: asksOf(state, person.id),
    myCall: ownCall(state, person),
    myPrivacy: [...(state.callsOfPerson.get(person.id) ?? [])].some((call) => privateSince(state, call) !== undefined),
    attention: attentionOf(state, person.id),
    myHand: state.help.has(person.id),
    ...(ownView && { own: ownView }),
    ...(ended && endedAgent && { ended: endedView(ended, endedAgent) }),
    ...(awaited && awaitedAgent && { awaits: { ...awaited, agent: awaitedAgent } }),
    ...handingOver(state, person),
    ...(call && { participants: participantsOf(state, call, person.id) }),
  };
}

/** Also one who was removed meanwhile: the page still has to say whose call it was. */
function agentOf(state: State, { agent }: Supervision): Person | undefined {
  return state.people.get(agent) ?? state.former.get(agent);
}

function endedView({ supervision, ending, at }: EndedSupervision, agent: Person): NonNullable<View["ended"]> {
  const { trouble } = supervision;
  return { agent, ending, at, ...(trouble && { trouble }) };
}

/** Visible supervisors of this person's call, the strongest mode first. Hidden ones, and ones not told yet, are not in it. */
export function lampOf(state: State, agent: PersonId): Lamp {
  const shown: SupervisorShown[] = [];
  for (const supervision of state.supervisions.values()) {
    if (supervision.agent !== agent || !mayBeKnown(supervision)) continue;
    const supervisor = state.people.get(supervision.supervisor);
    if (!supervisor) continue;
    shown.push(shownAs(supervision, supervisor));
  }
  shown.sort((a, b) => strength(b.mode) - strength(a.mode) || (a.extension < b.extension ? -1 : 1));
  return {
    lamp: shown[0]?.mode ?? "off",
    mic: shown.some((one) => one.mic === "open") ? "open" : "muted",
    supervisors: shown,
  };
}

/** Whom an agent can hand the call to that they are in talk on: who is shown to them on it first, the strongest first. */
function targetsOf(state: State, agent: Person): readonly HandOverTarget[] {
  const leg = talkingLeg(state, agent.id);
  // Only a call of two becomes one of three.
  if (!leg || callWithLeg(state, leg.id)?.legs.length !== 2) return [];
  const shown = new Map(lampOf(state, agent.id).supervisors.map(({ extension, mode }) => [extension, mode]));
  const targets = handOverTargets(state, agent, leg).map((one): HandOverTarget => {
    const mode = shown.get(one.extension);
    return { person: one, ...(mode && { mode }) };
  });
  const rank = ({ mode }: HandOverTarget): number => (mode === undefined ? -1 : strength(mode));
  return targets.sort((a, b) => rank(b) - rank(a));
}

function handingOver(state: State, agent: Person): Pick<View, "handingOver"> {
  const now = state.handingOver.get(agent.id);
  const to = now && state.people.get(now.to);
  return now && to ? { handingOver: { to, ...(now.trouble && { trouble: now.trouble }) } } : {};
}

function asksOf(state: State, agent: PersonId): readonly HeadsUpShown[] {
  return openHeadsUps(state, agent).flatMap((supervision) => {
    const { headsUp } = supervision;
    const supervisor = state.people.get(supervision.supervisor);
    if (!headsUp || !supervisor || !mayBeKnown(supervision)) return [];
    return [{ id: headsUp.id, name: supervisor.name, extension: supervisor.extension, expiresAt: headsUp.expiresAt }];
  });
}

function strength(mode: Mode): number {
  return modes.indexOf(mode);
}

function ownCall(state: State, person: Person): CallShown {
  let best: { shown: CallShown; rank: number } | undefined;
  for (const id of state.callsOfPerson.get(person.id) ?? []) {
    const call = state.calls.get(id);
    for (const leg of call?.legs ?? []) {
      if (!call || personOf(leg.party) !== person.id) continue;
      const callState = stateOf(call, leg);
      const since = callState === "ringing" ? call.startedAt : (call.answeredAt ?? call.startedAt);
      const rank = ["ringing", "held", "talking"].indexOf(callState);
      if (!best || rank > best.rank) best = { rank, shown: { state: callState, since, extension: person.extension } };
    }
  }
  if (best) return best.shown;
  const blf = state.blf.get(person.id);
  if (blf) return { state: blf.shown, since: blf.since, extension: person.extension, source: "blf" };
  return { state: "idle", since: state.idleSince.get(person.id) ?? 0, extension: person.extension };
}

/** By this person's own legs alone: no supervision has any part in it. */
function attentionOf(state: State, person: PersonId): Attention {
  const calls = [...(state.callsOfPerson.get(person) ?? [])].flatMap((id) => state.calls.get(id) ?? []);
  const [only, another] = calls;
  if (!only) return "free";
  const legs = only.legs.filter(({ party }) => personOf(party) === person);
  const [leg] = legs;
  const settled = !another && legs.length === 1 && leg?.state === "up" && !leg.holding && only.answeredAt !== undefined;
  return settled ? "talking" : "busy";
}

/** Undefined for a leg that is not there any more. */
function nameOn(state: State, call: Call | undefined, id: LegId): string | undefined {
  const leg = call?.legs.find((one) => one.id === id);
  const who = leg && whoIs(state, leg);
  return who && (who.name || who.number);
}

/** Supervisors see each other; who has a leg of the call sees none of them here (R12, R16). */
function besideOf(state: State, own: Supervision): readonly SupervisorBeside[] {
  if (isOwnCall(state, own)) return [];
  return supervisionsOf(state, callOf(state, own)).flatMap((one) => {
    const supervisor = state.people.get(one.supervisor);
    if (!supervisor || one.id === own.id) return [];
    return [{ visibility: one.visibility, ...shownAs(one, supervisor) }];
  });
}

function isOwnCall(state: State, own: Supervision): boolean {
  const call = state.calls.get(callOf(state, own));
  return call !== undefined && isParty(call, own.supervisor);
}

function supervisingOf(
  state: State,
  own: Supervision | undefined,
  view: SupervisionView | undefined,
): SupervisingShown {
  if (!own || !view || isOwnCall(state, own)) return { supervisions: [] };
  const { agent, others } = view;
  const { mode, mic, visibility, startedAt: since } = { ...own, mic: mayBeHeard(own) ? "open" : "muted" } as const;
  const about = { agent: { name: agent.name, extension: agent.extension }, mode, mic, visibility, since, others };
  return { supervisions: [about] };
}

function supervisionView(state: State, policy: SitePolicy, supervision: Supervision): SupervisionView | undefined {
  const agent = agentOf(state, supervision);
  if (!agent) return undefined;
  const call = callWithLeg(state, supervision.leg);
  const leg = call?.legs.find((one) => one.id === supervision.leg);
  return {
    agent,
    other: call && leg ? otherSide(state, call, leg) : { name: "", number: "" },
    call: supervision.call,
    leg: supervision.leg,
    asked: { mode: supervision.mode, mic: supervision.mic, visibility: supervision.visibility },
    hiddenAllowed: !call || !forbiddenOn(state, policy, call).hidden,
    told: supervision.told,
    ...(supervision.headsUp && { headsUp: supervision.headsUp.answer }),
    others: besideOf(state, supervision),
    silent: (supervision.facts?.silent ?? []).flatMap((id) => nameOn(state, call, id) ?? []),
    mouthPossible: supervision.between === true || leg?.certain === true,
    secondLeg: leg?.second === true,
    phoneMuted: supervision.phoneMuted === true,
    private: supervision.private === true || isOfPrivate(state, supervision),
    between: supervision.between === true,
    moved: supervision.moved === true,
    takingOver: supervision.takingOver === true || supervision.given !== undefined,
    phone: supervision.phone,
    ...(supervision.underWay && { underWay: supervision.underWay }),
    ...(supervision.trouble && { trouble: supervision.trouble }),
    ...(call?.queue !== undefined && { queue: call.queue }),
    ...(call?.answeredAt !== undefined && { answeredAt: call.answeredAt }),
    ...(supervision.facts && { facts: supervision.facts }),
    ...(supervision.ending && { ending: supervision.ending }),
  };
}
