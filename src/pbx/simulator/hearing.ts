import type { Call, Leg, LegId, SupervisionFacts, SupervisionId } from "../../model/index.js";

/** A leg of a call, or the supervisor of a supervision. */
export type Voice = LegId | SupervisionId;

/** One path that carries sound now. */
export interface Heard {
  readonly listener: Voice;
  readonly speaker: Voice;
}

/** Who hears whom, from what the simulated PBX has made: the conversation of each call, its ears and its mouths. */
export function hearing(calls: readonly Call[], supervisions: readonly SupervisionFacts[]): readonly Heard[] {
  return [
    ...calls.flatMap(conversation),
    ...supervisions
      .filter((facts) => facts.leg === "up")
      .flatMap((facts) => [...earOf(facts, calls), ...mouthOf(facts, calls)]),
  ];
}

function conversation(call: Call): readonly Heard[] {
  const there = call.legs.filter(sounds);
  return there.flatMap((listener) =>
    there.filter((leg) => leg !== listener).map((speaker) => ({ listener: listener.id, speaker: speaker.id })),
  );
}

/** An ear on a leg takes what it sends and what is sent to it; the latter goes on while its party holds. */
function earOf(facts: SupervisionFacts, calls: readonly Call[]): readonly Heard[] {
  const found = place(facts.ear, calls);
  if (found === undefined) return [];
  return found.call.legs.filter(sounds).map((speaker) => ({ listener: facts.id, speaker: speaker.id }));
}

/** A mouth on a leg is mixed into what is sent to it and, for everyone, into what it sends. */
function mouthOf(facts: SupervisionFacts, calls: readonly Call[]): readonly Heard[] {
  const found = place(facts.mouth?.leg, calls);
  if (found === undefined || !sounds(found.leg)) return [];
  const listeners = facts.mouth?.reach === "everyone" ? found.call.legs.filter(sounds) : [found.leg];
  return listeners.map((listener) => ({ listener: listener.id, speaker: facts.id }));
}

function sounds(leg: Leg): boolean {
  return leg.state === "up" && !leg.holding;
}

function place(id: LegId | undefined, calls: readonly Call[]): { readonly call: Call; readonly leg: Leg } | undefined {
  for (const call of calls) {
    const leg = call.legs.find((l) => l.id === id && l.state === "up");
    if (leg !== undefined && call.answeredAt !== undefined) return { call, leg };
  }
  return undefined;
}
