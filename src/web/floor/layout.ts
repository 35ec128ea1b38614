import type { Heard } from "../../model/desk.js";
import type { Party } from "./parties.js";

export interface Place {
  readonly party: Party;
  readonly x: number;
  readonly y: number;
}

export interface Path {
  readonly key: string;
  readonly speaker: Party;
  readonly listener: Party;
  /** For the `d` of a path: from the speaker's rim to the listener's. */
  readonly line: string;
}

export interface Layout {
  readonly height: number;
  readonly radius: number;
  /** Letters that a name may have here. */
  readonly letters: number;
  readonly places: readonly Place[];
  readonly paths: readonly Path[];
}

/** Between a figure's rim and the end of an arrow. */
const gap = 9;
const labelHeight = 46;

/** Legs stand in a row, named above; supervisors in a row beneath, named below: everything in pixels of a drawing that is `width` wide. */
export function layoutOf(parties: readonly Party[], heard: readonly Heard[], width: number): Layout {
  const radius = width < 420 ? 30 : 38;
  const legs = parties.filter((party) => party.kind !== "supervisor");
  const supervisors = parties.filter((party) => party.kind === "supervisor");
  const upper = labelHeight + radius;
  const lower = upper + radius * 2 + (width < 420 ? 86 : 104);
  const row = (members: readonly Party[], y: number, spread: number): Place[] =>
    members.map((party, at) => ({
      party,
      x:
        width / 2 +
        (at - (members.length - 1) / 2) * (members.length > 1 ? (width * spread) / (members.length - 1) : 0),
      y,
    }));
  const places = [...row(legs, upper, 0.56), ...row(supervisors, lower, 0.5)];
  const height = supervisors.length > 0 ? lower + radius + labelHeight : upper + radius + 16;
  const placeOf = new Map(places.map((place) => [place.party.id, place]));
  const paths = heard.flatMap(({ speaker, listener }) => {
    const [from, to] = [placeOf.get(speaker), placeOf.get(listener)];
    if (!from || !to) return [];
    return [{ key: `${speaker}>${listener}`, speaker: from.party, listener: to.party, line: arc(from, to, radius) }];
  });
  const letters = Math.max(8, Math.floor((width * 0.52) / Math.max(2, legs.length - 1, supervisors.length) / 4.4));
  return { height, radius, letters, places, paths };
}

/** A bow to the right of the way from speaker to listener, so that the way back runs beside it. */
function arc(from: Place, to: Place, radius: number): string {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = Math.hypot(dx, dy) || 1;
  const bow = Math.min(34, length * 0.14);
  const [px, py] = [-dy / length, dx / length];
  const middle = { x: (from.x + to.x) / 2 + px * bow, y: (from.y + to.y) / 2 + py * bow };
  const start = rim(from, middle, radius + gap - 3);
  const end = rim(to, middle, radius + gap + 5);
  return `M${fixed(start)}Q${fixed(middle)} ${fixed(end)}`;
}

function rim(center: Place, towards: { readonly x: number; readonly y: number }, distance: number) {
  const length = Math.hypot(towards.x - center.x, towards.y - center.y) || 1;
  return {
    x: center.x + ((towards.x - center.x) / length) * distance,
    y: center.y + ((towards.y - center.y) / length) * distance,
  };
}

function fixed({ x, y }: { readonly x: number; readonly y: number }): string {
  return `${x.toFixed(1)} ${y.toFixed(1)}`;
}
