import type { Heard } from "../../model/desk.js";
import { initials } from "../words.js";
import { layoutOf, type Path, type Place } from "./layout.js";
import type { Party } from "./parties.js";
import { useWidth } from "./width.js";

interface FiguresProps {
  readonly heard: readonly Heard[];
  readonly parties: readonly Party[];
  readonly sentence: string;
}

/** Agent, customer and supervisors as figures, with an arrow for each path that carries sound now. */
export function Figures({ heard, parties, sentence }: FiguresProps) {
  const [ref, width] = useWidth<HTMLDivElement>(560);
  const { height, radius, letters, places, paths } = layoutOf(parties, heard, width);
  return (
    <div class="figures" ref={ref}>
      <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={sentence}>
        <defs>
          {["agent", "customer", "coach", "join"].map((tone) => (
            <marker
              key={tone}
              id={`tip-${tone}`}
              class={`tip ${tone}`}
              viewBox="0 0 8 8"
              refX="4.5"
              refY="4"
              markerWidth="5.5"
              markerHeight="5.5"
              orient="auto"
            >
              <path d="M0.5 0.500L7.5 4L0.5 7.500z" />
            </marker>
          ))}
        </defs>
        {paths.map((path) => (
          <Arrow key={path.key} path={path} />
        ))}
        {places.map((place) => (
          <Figure
            key={place.party.id}
            place={place}
            {...{ radius, letters }}
            speaks={heard.some((path) => path.speaker === place.party.id)}
          />
        ))}
      </svg>
    </div>
  );
}

/** The colour of a voice: a supervisor's is that of what they may do with it. */
export function toneOf(party: Party): "agent" | "customer" | "coach" | "join" {
  if (party.kind !== "supervisor") return party.kind;
  return party.supervision?.facts?.mouth?.reach === "everyone" ? "join" : "coach";
}

function Arrow({ path }: { readonly path: Path }) {
  const tone = toneOf(path.speaker);
  return (
    <g class={`arrow ${tone}`} data-path={`${path.speaker.kind}>${path.listener.kind}`}>
      <path class="bed" d={path.line} />
      <path class="flow" d={path.line} marker-end={`url(#tip-${tone})`} />
    </g>
  );
}

function Figure({
  place: { party, x, y },
  radius,
  letters,
  speaks,
}: Readonly<{ place: Place; radius: number; letters: number; speaks: boolean }>) {
  const above = party.kind !== "supervisor";
  const hidden = party.supervision?.visibility === "hidden";
  return (
    <g
      class={`figure ${party.kind} tone-${toneOf(party)}${hidden ? " hidden" : ""}${speaks ? " speaks" : ""}`}
      transform={`translate(${x} ${y})`}
    >
      <circle r={radius} />
      <text class="initials" dy="0.35em">
        {initials(party.name)}
      </text>
      <Badge party={party} radius={radius} />
      <text class="name" y={above ? -radius - 28 : radius + 21}>
        {cut(party.name, letters)}
      </text>
      <text class="about" y={above ? -radius - 10 : radius + 38}>
        {cut(stateOf(party) ?? party.about, letters)}
      </text>
    </g>
  );
}

function cut(text: string, most: number): string {
  const letters = [...text];
  return letters.length > most ? `${letters.slice(0, most - 1).join("")}…` : text;
}

function stateOf({ leg, supervision, about }: Party): string | undefined {
  if (leg?.holding) return `${about}, has put on hold`;
  if (leg?.state === "ringing") return `${about}, ringing`;
  const facts = supervision?.facts;
  if (!supervision) return undefined;
  if (!facts || facts.leg === "ringing") return "phone rings";
  if (facts.leg === "held") return "on hold";
  return undefined;
}

/** A supervisor's microphone, by what the PBX says. */
function Badge({ party, radius }: Readonly<{ party: Party; radius: number }>) {
  if (!party.supervision) return null;
  const open = party.supervision.facts?.mouth !== undefined;
  const at = radius * 0.72;
  return (
    <g class={`badge ${open ? toneOf(party) : "muted"}`} transform={`translate(${at} ${-at})`}>
      <circle r="12.5" />
      <path
        class="stroke"
        d="M0-6.500a2.2 2.2 0 0 1 2.2 2.200v3.300a2.2 2.2 0 0 1-4.4 0v-3.300a2.2 2.2 0 0 1 2.2-2.200zM-4.5-1a4.5 4.5 0 0 0 9 0M0 3.600v2.6"
      />
      {!open && <path class="stroke strike" d="M-6-6.500l12 12.5" />}
    </g>
  );
}
