import { computed } from "@preact/signals";
import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import { drawn } from "../phone/place.js";
import { type Pointed, pointer } from "../phone/pointer.js";
import { agents, desk, handsets, hello, own } from "../store.js";
import { progress, restartTour, setProgress } from "./progress.js";
import { type Sight, steps } from "./steps.js";

/** The eye may rest on what a step brought about before the next one is said. */
const restMs = 2_600;

const sight = computed<Sight>(() => {
  const phone = desk.value;
  const machine = phone && drawn.get(phone.mac);
  const supervised = own.value;
  const id = supervised?.supervision.id;
  return {
    page: machine?.seen.value,
    watched: agents.value.slice(0, 2).map(({ name }) => name),
    covered: machine?.standing.value.covered ?? false,
    handset: (phone && handsets.value.get(phone.mac)?.state) ?? "idle",
    own: supervised?.supervision,
    hears: supervised?.call.heard.some(({ listener }) => listener === id) ?? false,
  };
});

/** The guided minute: five steps, each of which ends when the phone or the PBX says that it is so. */
export function Tour() {
  const at = progress.value;
  const running = hello.value?.calls === "simulator" && typeof at === "number";
  const step = running ? steps[at] : undefined;
  const isSo = step?.done(sight.value) ?? false;
  // Whoever presses on before the rest is over has done the step all the same.
  const [achieved, setAchieved] = useState<number>();
  const done = isSo || achieved === at;
  useEffect(() => {
    if (!done || typeof at !== "number") return;
    setAchieved(at);
    const timer = setTimeout(() => setProgress(at + 1 < steps.length ? at + 1 : "done"), isSo ? restMs : 0);
    return () => clearTimeout(timer);
  }, [done, isSo, at]);
  const advice = step && !done ? step.next(sight.value) : undefined;
  usePointer(advice?.press);

  if (hello.value?.calls === "simulator" && at === "done") return <Farewell />;
  if (!step || typeof at !== "number") return null;
  return (
    <section class="tour" aria-label="Guided minute" data-step={at + 1} data-done={done}>
      <ol class="dots" aria-hidden="true">
        {steps.map(({ title }, place) => (
          <li key={title} class={place < at || (place === at && done) ? "past" : place === at ? "here" : ""} />
        ))}
      </ol>
      <div class="say" aria-live="polite">
        <h2>
          <span class="number">{at + 1} of 5</span> {step.title}
        </h2>
        <p>{done ? step.look : advice?.say}</p>
      </div>
      <button type="button" class="quiet" onClick={() => setProgress("skipped")}>
        Skip
      </button>
    </section>
  );
}

function Farewell() {
  return (
    <section class="tour" aria-label="Guided minute" data-step="end">
      <div class="say" aria-live="polite">
        <h2>That is earshot</h2>
        <p>Press Leave, or lay the handset down: the supervision ends, the call goes on.</p>
      </div>
      <button type="button" class="quiet" onClick={restartTour}>
        Again
      </button>
      <button type="button" class="quiet" onClick={() => setProgress("skipped")}>
        Close
      </button>
    </section>
  );
}

/** Marks the control on the supervisor's phone that is to be pressed next. */
function usePointer(at: Pointed | undefined): void {
  const name = JSON.stringify(at);
  // With the words: a frame later, it would still point at the hook of a handset that is lifted, and a press would lay it.
  useLayoutEffect(() => {
    pointer.value = name === undefined ? undefined : (JSON.parse(name) as Pointed);
    return () => {
      pointer.value = undefined;
    };
  }, [name]);
}
