import type { Stops } from "./form.js";
import { forms } from "./forms.js";

function Gradient({ id, stops, to }: { id: string; stops: Stops; to: readonly [x: number, y: number] }) {
  return (
    <linearGradient id={id} x1="0" y1="0" x2={to[0]} y2={to[1]}>
      {stops.map(([offset, colour]) => (
        <stop key={offset} offset={offset} stop-color={colour} />
      ))}
    </linearGradient>
  );
}

/** The colours of every drawn phone, once on the page. */
export function PhonePaint() {
  return (
    <svg class="paint" aria-hidden="true" focusable="false">
      <defs>
        {Object.entries(forms).map(
          ([
            paint,
            {
              paint: { shell, deck, grip },
            },
          ]) => (
            <g key={paint}>
              <Gradient id={`shell-${paint}`} stops={shell} to={[0.25, 1]} />
              <Gradient id={`deck-${paint}`} stops={deck} to={[0, 1]} />
              <Gradient id={`grip-${paint}`} stops={grip} to={[1, 0]} />
              <Gradient id={`grip-across-${paint}`} stops={grip} to={[0, 1]} />
            </g>
          ),
        )}
      </defs>
    </svg>
  );
}
