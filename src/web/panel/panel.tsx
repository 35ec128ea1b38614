import { useSignal } from "@preact/signals";
import { PushList } from "./pushes.js";
import { RecordList } from "./record.js";
import { TopicList } from "./topics.js";

const tabs = [
  { id: "topics", label: "MQTT topics", list: TopicList },
  { id: "record", label: "Record", list: RecordList },
  { id: "pushes", label: "Pushes", list: PushList },
] as const;

/** What goes on behind the phones. */
export function Panel() {
  const open = useSignal<(typeof tabs)[number]["id"]>("topics");
  const move = (event: KeyboardEvent) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    const next = tabs.at((tabs.findIndex(({ id }) => id === open.value) + step) % tabs.length);
    if (step === 0 || !next) return;
    open.value = next.id;
    document.getElementById(`tab-${next.id}`)?.focus();
  };
  const shown = tabs.find(({ id }) => id === open.value) ?? tabs[0];
  return (
    <section class="card panel" aria-label="Behind the phones">
      <div role="tablist" aria-label="Behind the phones" onKeyDown={move}>
        {tabs.map(({ id, label }) => (
          <button
            key={id}
            type="button"
            role="tab"
            id={`tab-${id}`}
            aria-selected={open.value === id}
            aria-controls="panel-list"
            tabIndex={open.value === id ? 0 : -1}
            onClick={() => {
              open.value = id;
            }}
          >
            {label}
          </button>
        ))}
      </div>
      <div id="panel-list" role="tabpanel" aria-labelledby={`tab-${shown.id}`} tabIndex={0} data-panel={shown.id}>
        <shown.list />
      </div>
    </section>
  );
}
