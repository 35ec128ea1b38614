import type { LegId, Person, Supervision } from "../model/index.js";
import type { State } from "../state/index.js";
import { isTold, wanted } from "./machine.js";
import { agentLeg, type SitePolicy } from "./policy.js";

/** The notification tone that the party at one leg is to hear now. */
export interface LegTone {
  /** Between two tones; 0 for one at each beginning alone. */
  readonly everyMs: number;
  /** What it announces. A supervision that the agent is told of anew, as after a transfer, begins anew. */
  readonly by: readonly Pick<Supervision, "id" | "telling">[];
}

/**
 * Who is to hear a notification tone now, by leg: the supervised agent and those outside, as the agent's teams have it.
 * Only while a visible supervision hears the call and the agent has been told; never because of a hidden one. None while
 * anybody holds, and none for an agent whose phone could pass it on to another call, or whose device is not certain.
 */
export function tonesNow(state: State, policy: SitePolicy): ReadonlyMap<LegId, LegTone> {
  const tones = new Map<LegId, LegTone>();
  for (const supervision of state.supervisions.values()) {
    const found = announces(state, supervision) ? agentLeg(state, supervision.leg) : undefined;
    if (!found || found.call.legs.some(({ holding }) => holding)) continue;
    const forAgent = everyMs(policy, found.agent, "agent");
    const forCustomer = everyMs(policy, found.agent, "customer");
    for (const leg of found.call.legs) {
      const isAgents = leg.id === supervision.leg && leg.certain && !leg.second;
      const isOutside = leg.party.kind === "external" && leg.state === "up";
      const every = isAgents ? forAgent : isOutside ? forCustomer : undefined;
      if (every !== undefined) tones.set(leg.id, withTone(tones.get(leg.id), every, supervision));
    }
  }
  return tones;
}

/** Whether a team of the site has tones at all. */
export function hasTones({ teams = [] }: SitePolicy): boolean {
  return teams.some(({ tone }) => tone !== undefined && (tone.agent || tone.customer));
}

/** Whether this supervision hears its call now, and may be heard of. */
function announces(state: State, supervision: Supervision): boolean {
  if (supervision.visibility !== "visible" || !isTold(supervision)) return false;
  return (
    state.pbx === "ready" &&
    supervision.facts?.ear === supervision.leg &&
    wanted(state, supervision).ear === supervision.leg
  );
}

/** Of several teams, what is heard most often counts; undefined where none has it. */
function everyMs({ teams = [] }: SitePolicy, agent: Person, whose: "agent" | "customer"): number | undefined {
  const all = teams.flatMap(({ name, tone }) => (tone?.[whose] && agent.teams.includes(name) ? [tone.everyMs] : []));
  return all.length === 0 ? undefined : all.reduce(oftener);
}

function oftener(one: number, other: number): number {
  return one === 0 || other === 0 ? Math.max(one, other) : Math.min(one, other);
}

function withTone(known: LegTone | undefined, every: number, { id, telling }: Supervision): LegTone {
  return known
    ? { everyMs: oftener(known.everyMs, every), by: [...known.by, { id, telling }] }
    : { everyMs: every, by: [{ id, telling }] };
}
