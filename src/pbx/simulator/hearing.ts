import type { Call, Heard, Leg, LegId, Mouth, SupervisionFacts } from "../../model/index.js";

/** What the simulated PBX has now. `sends` says whether sound comes from a leg. */
export interface Sounding {
  readonly calls: readonly Call[];
  readonly sends: (leg: Leg) => boolean;
}

/** Who hears whom, from what the simulated PBX has made: the conversation of each call, its ears and its mouths. */
export function hearing(pbx: Sounding, supervisions: readonly SupervisionFacts[]): readonly Heard[] {
  return [
    ...pbx.calls.flatMap((call) => conversation(call, pbx)),
    ...supervisions
      .filter((facts) => facts.leg === "up")
      .flatMap((facts) => [...earOf(facts, pbx), ...mouthOf(facts, pbx)]),
  ];
}

/** The legs by which a mouth is not heard, as they send no sound or hold; see `SupervisionFacts.silent`. */
export function silentUnder(mouth: Mouth, pbx: Sounding): readonly LegId[] {
  const found = place(mouth.leg, pbx.calls);
  if (found === undefined) return [];
  const others = found.call.legs.filter((leg) => leg !== found.leg);
  const agents = found.leg.holding || (mouth.reach === "everyone" && !pbx.sends(found.leg)) ? [found.leg] : [];
  return [...agents, ...(carried(others, pbx) ? [] : others)].map((leg) => leg.id);
}

/** What is whispered to a leg rides on what the others send; no music is trusted with it. */
function carried(others: readonly Leg[], { sends }: Sounding): boolean {
  return others.some(sends);
}

function conversation(call: Call, { sends }: Sounding): readonly Heard[] {
  const there = call.legs.filter(listens);
  return there.flatMap((listener) =>
    there
      .filter((leg) => leg !== listener && sends(leg))
      .map((speaker) => ({ listener: listener.id, speaker: speaker.id })),
  );
}

/** An ear on a leg takes what it sends and what is sent to it; the latter goes on while its party holds. */
function earOf(facts: SupervisionFacts, { calls, sends }: Sounding): readonly Heard[] {
  const found = place(facts.ear, calls);
  if (found === undefined) return [];
  return found.call.legs.filter(sends).map((speaker) => ({ listener: facts.id, speaker: speaker.id }));
}

/** A mouth on a leg is mixed into what is sent to it and, for everyone, into what it sends. */
function mouthOf({ id, mouth }: SupervisionFacts, pbx: Sounding): readonly Heard[] {
  const found = place(mouth?.leg, pbx.calls);
  if (mouth === undefined || found === undefined || !listens(found.leg)) return [];
  const others = found.call.legs.filter((leg) => leg !== found.leg);
  const agent = carried(others, pbx) ? [found.leg] : [];
  const all = mouth.reach === "everyone" && pbx.sends(found.leg) ? others.filter(listens) : [];
  return [...agent, ...all].map((listener) => ({ listener: listener.id, speaker: id }));
}

function listens(leg: Leg): boolean {
  return leg.state === "up" && !leg.holding;
}

function place(id: LegId | undefined, calls: readonly Call[]): { readonly call: Call; readonly leg: Leg } | undefined {
  for (const call of calls) {
    const leg = call.legs.find((l) => l.id === id && l.state === "up");
    if (leg !== undefined && call.answeredAt !== undefined) return { call, leg };
  }
  return undefined;
}
