import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { FloorCall } from "../../model/desk.js";
import { calls, chosen, hands, now } from "../store.js";
import { duration, legName, listed } from "../words.js";
import { stateOf } from "./state-of.js";

/** In pixels; the style sheet has the same. */
const rowHeight = 56;
/** Drawn above and below what can be seen. */
const spare = 4;

/** Every live call; only the rows in sight are drawn. */
export function CallList() {
  const search = useSignal("");
  const top = useSignal(0);
  const height = useSignal(448);
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = list.current;
    if (!element) return;
    const observer = new ResizeObserver(() => {
      height.value = element.clientHeight;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [height]);

  const wanted = search.value.trim().toLowerCase();
  const all = [...calls.value.values()];
  const found = wanted === "" ? all : all.filter((call) => textOf(call).includes(wanted));
  const first = Math.max(0, Math.floor(top.value / rowHeight) - spare);
  const inSight = found.slice(first, first + Math.ceil(height.value / rowHeight) + 2 * spare);
  return (
    <section class="card calls" aria-label="Live calls">
      <header>
        <h2>
          Live calls <span class="count">{all.length}</span>
        </h2>
      </header>
      <input
        type="search"
        class="search"
        placeholder="Agent, customer or queue"
        aria-label="Search the live calls"
        value={search.value}
        onInput={(event) => {
          search.value = event.currentTarget.value;
        }}
      />
      <div
        class="list"
        ref={list}
        onScroll={(event) => {
          top.value = event.currentTarget.scrollTop;
        }}
      >
        <ul style={{ height: `${found.length * rowHeight}px` }}>
          {inSight.map((call, at) => (
            <li
              key={call.id}
              style={{ transform: `translateY(${(first + at) * rowHeight}px)` }}
              aria-setsize={found.length}
              aria-posinset={first + at + 1}
            >
              <Row call={call} />
            </li>
          ))}
        </ul>
        {found.length === 0 && <p class="empty">{all.length === 0 ? "No calls now." : "No call matches."}</p>}
      </div>
    </section>
  );
}

function Row({ call }: { readonly call: FloorCall }) {
  const state = stateOf(call);
  const inside = call.legs.filter((leg) => leg.person !== undefined);
  const outside = call.legs.filter((leg) => leg.person === undefined);
  const hand = inside.some((leg) => leg.person !== undefined && hands.value.has(leg.person));
  const mode = call.supervisions.at(-1)?.mode;
  const since = call.answeredAt ?? call.startedAt;
  return (
    <button
      type="button"
      class="call-row"
      data-call={call.id}
      aria-pressed={chosen.value === call.id}
      onClick={() => {
        chosen.value = call.id;
      }}
    >
      <span class={`dot ${state}`} />
      <span class="who">
        <b>{listed(inside.map(legName)) || "Queue"}</b>
        <span>
          {listed(outside.map(legName)) || "internal call"}
          {call.queue && ` · ${call.queue}`}
        </span>
      </span>
      <span class="end">
        <span class="time">{state === "ringing" ? "rings" : duration(now.value - since)}</span>
        <span class="marks">
          {hand && <span class="mark hand">hand up</span>}
          {mode && <span class={`mark ${mode}`}>{mode}</span>}
          {state === "on hold" && <span class="mark">hold</span>}
        </span>
      </span>
    </button>
  );
}

function textOf(call: FloorCall): string {
  return `${call.queue ?? ""} ${call.legs.map((leg) => `${leg.name} ${leg.number}`).join(" ")}`.toLowerCase();
}
