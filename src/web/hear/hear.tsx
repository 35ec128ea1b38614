import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { FloorCall, Voice } from "../../model/desk.js";
import type { Party } from "../floor/parties.js";
import { capital, listed } from "../words.js";
import { Seat } from "./seat.js";

interface HearProps {
  readonly call: FloorCall;
  readonly parties: readonly Party[];
}

const captionMs = 120;

/** Listening in somebody's chair. Off until it is asked for; over when the call or its listener is. */
export function Hear({ call, parties }: HearProps) {
  const listener = useSignal<Voice | undefined>(undefined);
  const sounding = useSignal<ReadonlySet<Voice>>(new Set());
  const seat = useRef<Seat>(undefined);
  const present = parties.some(({ id }) => id === listener.value);
  const sitting = present ? listener.value : undefined;

  useEffect(() => {
    if (sitting === undefined) {
      listener.value = undefined;
      return;
    }
    const chair = new Seat(sitting);
    chair.start();
    seat.current = chair;
    const captions = setInterval(() => {
      const heard = chair.sounding();
      const before = sounding.peek();
      if (heard.size !== before.size || [...heard].some((id) => !before.has(id))) sounding.value = heard;
    }, captionMs);
    return () => {
      clearInterval(captions);
      chair.stop();
      seat.current = undefined;
      sounding.value = new Set();
    };
  }, [sitting, call.id, listener, sounding]);
  useEffect(() => seat.current?.update(call, parties));

  const choose = (id: Voice | undefined) => () => {
    listener.value = id;
  };
  return (
    <fieldset class="hear">
      <legend>Hear it</legend>
      <div class="seats">
        <SeatChoice label="Off" chosen={sitting === undefined} onChoose={choose(undefined)} />
        {parties.map(({ id, short, kind }) => (
          <SeatChoice key={id} label={capital(short)} kind={kind} chosen={sitting === id} onChoose={choose(id)} />
        ))}
      </div>
      <p class="caption" data-caption>
        {sitting === undefined
          ? "Choose whose ears to borrow. Each voice is made in your browser."
          : captionOf(call, parties, sitting, sounding.value)}
      </p>
    </fieldset>
  );
}

interface SeatChoiceProps {
  readonly label: string;
  readonly kind?: Party["kind"];
  readonly chosen: boolean;
  onChoose(): void;
}

function SeatChoice({ label, kind, chosen, onChoose }: SeatChoiceProps) {
  return (
    <label class={`seat ${kind ?? ""}`}>
      <input type="radio" name="seat" checked={chosen} onChange={onChoose} data-seat={kind ?? "off"} />
      <span>{label}</span>
    </label>
  );
}

function captionOf(call: FloorCall, parties: readonly Party[], seat: Voice, sounding: ReadonlySet<Voice>): string {
  const me = parties.find(({ id }) => id === seat);
  const heard = parties.filter(({ id }) =>
    call.heard.some(({ listener, speaker }) => listener === seat && speaker === id),
  );
  if (!me || heard.length === 0) return `In ${me?.short ?? "this"}’s chair there is nothing to hear.`;
  const speaking = heard.filter(({ id }) => sounding.has(id)).map(({ short }) => short);
  return speaking.length > 0
    ? `${capital(listed(speaking))} speaking`
    : `Listening for ${listed(heard.map(({ short }) => short))}`;
}
