import { Hear } from "../hear/hear.js";
import { chosenCall, link, now, standing } from "../store.js";
import { duration } from "../words.js";
import { Facts } from "./facts.js";
import { Figures } from "./figures.js";
import { partiesOf } from "./parties.js";
import { hearingSentence } from "./sentence.js";
import { stateOf } from "./state-of.js";

/** Who hears whom on the chosen call: drawn, named and said, from what the PBX says alone. */
export function Hearing() {
  const call = chosenCall.value;
  if (!call) {
    return (
      <section class="card hearing" aria-label="Who hears whom">
        <h2>Who hears whom</h2>
        <p class="empty">Choose a call from the list, or open one on the supervisor’s phone.</p>
      </section>
    );
  }
  const parties = partiesOf(call);
  const known = link.value === "open" && standing.value?.pbx !== "away";
  const sentence = known ? hearingSentence(parties, call.heard) : "Nobody can tell now who hears whom.";
  const state = stateOf(call);
  return (
    <section class="card hearing" aria-label="Who hears whom" data-call={call.id} data-known={known}>
      <header>
        <h2>Who hears whom</h2>
        <p class="meta">
          <span class={`dot ${state}`} />
          {state}
          {call.queue && <span> · {call.queue}</span>}
          {call.answeredAt !== undefined && <span class="time"> · {duration(now.value - call.answeredAt)}</span>}
        </p>
      </header>
      <Figures heard={known ? call.heard : []} parties={parties} sentence={sentence} />
      <p class="sentence" aria-live="polite" data-sentence>
        {sentence}
      </p>
      {call.supervisions.map((supervision) => (
        <Facts key={supervision.id} supervision={supervision} />
      ))}
      <Hear call={call} parties={parties} />
    </section>
  );
}
