import type { FloorCall, FloorLeg, FloorSupervision, Voice } from "../../model/desk.js";
import { firstName, legName, plain, shortName } from "../words.js";

/** Whoever can hear or be heard on a call, as the floor draws them. */
export interface Party {
  readonly id: Voice;
  readonly kind: "agent" | "customer" | "supervisor";
  readonly name: string;
  /** As a sentence calls them. */
  readonly short: string;
  readonly about: string;
  readonly leg?: FloorLeg;
  readonly supervision?: FloorSupervision;
}

/** Customers first, then people of the house, then supervisors. */
export function partiesOf(call: FloorCall): readonly Party[] {
  const legs = [...call.legs].sort((one, other) => rank(one) - rank(other)).map(legParty);
  return tellApart([...legs, ...call.supervisions.map(supervisorParty)]);
}

function rank(leg: FloorLeg): number {
  return leg.person === undefined ? 0 : 1;
}

function legParty(leg: FloorLeg): Party {
  const inside = leg.person !== undefined;
  const number = plain(leg.number);
  return {
    id: leg.id,
    kind: inside ? "agent" : "customer",
    name: legName(leg),
    short: shortName(leg),
    about: inside ? `Agent ${number}` : number === "" || number === legName(leg) ? "Customer" : number,
    leg,
  };
}

function supervisorParty(supervision: FloorSupervision): Party {
  const { name } = supervision.supervisor;
  return { id: supervision.id, kind: "supervisor", name, short: firstName(name), about: "Supervisor", supervision };
}

/** Two of one first name are called by their whole names. */
function tellApart(parties: readonly Party[]): readonly Party[] {
  const twice = (short: string) => parties.filter((party) => party.short === short).length > 1;
  return parties.map((party) => (twice(party.short) ? { ...party, short: party.name } : party));
}
