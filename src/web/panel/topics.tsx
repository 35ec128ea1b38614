import { type Topic, topics } from "../store.js";
import { clockTime } from "../words.js";
import { AboutWhom, isShown } from "./about.js";
import { personOf } from "./person-of.js";

/** So many the gateway tells, the newest. */
const mostTold = 500;

export function TopicList() {
  const all = [...topics.value.values()].sort((one, other) => other.at - one.at);
  const shown = all.filter(({ topic }) => isShown(personOf(topic)));
  if (all.length === 0) return <p class="empty">Nothing has been published yet.</p>;
  const kept = shown.filter(({ retained, payload }) => retained && payload !== "").length;
  return (
    <>
      <div class="bar">
        <AboutWhom />
        <p>
          {kept} kept by the broker{all.length >= mostTold && `; the newest ${mostTold} topics alone`}
        </p>
      </div>
      <ul class="entries">
        {shown.map((topic) => (
          // A new key for each change: what changed flashes once.
          <Entry key={`${topic.topic} ${topic.times}`} topic={topic} />
        ))}
      </ul>
    </>
  );
}

function Entry({ topic: { topic, payload, retained, at, ms } }: { readonly topic: Topic }) {
  // An empty payload takes away what the broker kept (MQTT 3.1.1, 3.3.1.3).
  const kept = retained ? (payload === "" ? "taken back" : "retained") : "passing";
  return (
    <li class="entry flash" data-topic={topic}>
      <header>
        <code>{topic}</code>
        <span class={retained && payload !== "" ? "mark" : "mark passing"}>{kept}</span>
        <time>{clockTime(at)}</time>
      </header>
      <Payload payload={payload} />
      <p class="took">the broker had it after {ms} ms</p>
    </li>
  );
}

function Payload({ payload }: { readonly payload: string }) {
  const fields = fieldsOf(payload);
  if (!fields) return <p class="payload">{payload === "" ? "(empty)" : payload}</p>;
  return (
    <dl class="payload">
      {fields.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{said(name, value)}</dd>
        </div>
      ))}
    </dl>
  );
}

/** A value as a reader takes it: times by the clock, what is nested as words. */
function said(name: string, value: unknown): string {
  if (typeof value === "number" && /^(since|at|expiresAt)$/.test(name)) return clockTime(value);
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.map((one) => said(name, one)).join("; ");
  if (typeof value !== "object" || value === null) return String(value);
  return Object.entries(value)
    .map(([key, inner]) => `${key} ${said(key, inner)}`)
    .join(", ");
}

function fieldsOf(payload: string): readonly (readonly [string, unknown])[] | undefined {
  if (!payload.startsWith("{")) return undefined;
  try {
    return Object.entries(JSON.parse(payload) as object);
  } catch {
    return undefined;
  }
}
