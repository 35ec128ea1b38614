import type { Call, Leg } from "../model/index.js";
import type { State } from "../state/index.js";

/** How a call is for whoever has this leg of it. */
export function stateOf(call: Call, leg: Leg): "ringing" | "talking" | "held" {
  if (leg.state === "ringing" || call.answeredAt === undefined) return "ringing";
  return call.legs.some((one) => one.holding) ? "held" : "talking";
}

/** Who is on the other side of a leg. */
export function otherSide(state: State, call: Call, own: Leg): { name: string; number: string } {
  const other = call.legs.find((leg) => leg.id !== own.id);
  return other ? whoIs(state, other) : { name: "", number: "" };
}

/** Who has a leg. */
export function whoIs(state: State, { party }: Leg): { name: string; number: string } {
  if (party.kind === "external") return { name: party.name, number: party.number };
  const person = state.people.get(party.person);
  return { name: person?.name ?? "", number: person?.extension ?? "" };
}
