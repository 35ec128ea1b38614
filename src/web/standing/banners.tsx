import { ask } from "../ask.js";
import { hello, link, standing } from "../store.js";

/** What is wrong, in words, and what it means. Each goes by itself when it is over. */
export function Banners() {
  return (
    <div class="banners">
      {hello.value?.calls === "real" && <RealCalls />}
      <div aria-live="assertive">
        {troubles().map(({ id, what, means }) => (
          <p key={id} class="banner trouble" data-trouble={id}>
            <b>{what}</b> {means}
          </p>
        ))}
      </div>
    </div>
  );
}

interface Trouble {
  readonly id: "gateway" | "broker" | "pbx" | "pbx-starting";
  readonly what: string;
  readonly means: string;
}

function troubles(): readonly Trouble[] {
  if (link.value === "lost") {
    const means = "What you see is from before. Supervisions go on at the phone system as they were. Trying again.";
    return [{ id: "gateway", what: "The gateway does not answer.", means }];
  }
  if (link.value !== "open" || !standing.value) return [];
  const { pbx, broker } = standing.value;
  const found: Trouble[] = [];
  if (pbx === "away") {
    const means = "Nobody can tell who hears whom. To be safe, hang up. earshot is connecting again.";
    found.push({ id: "pbx", what: "The phone system does not answer.", means });
  }
  if (pbx === "starting") {
    found.push({ id: "pbx-starting", what: "Starting.", means: "The phone system is being asked for its calls." });
  }
  if (broker === "away") {
    const means = "Lamps and notices of agents are not brought up to date. earshot is connecting again.";
    found.push({ id: "broker", what: "The MQTT broker does not answer.", means });
  }
  return found;
}

function RealCalls() {
  const { you, legs } = hello.value ?? {};
  return (
    <div class="banner real" data-real>
      <p>
        <b>These calls are real.</b> {you ? `You are signed in as ${you.name}; all you do is on record.` : ""}
      </p>
      {legs && (
        <label>
          Your supervision rings at{" "}
          <select
            value={legs.chosen ?? ""}
            onChange={(event) => void ask.leg(event.currentTarget.value as (typeof legs.choices)[number]["mac"])}
          >
            {legs.chosen === undefined && <option value="">choose a phone</option>}
            {legs.choices.map(({ mac, model, extension, name }) => (
              <option key={mac} value={mac}>
                {extension} {name}, {model}
              </option>
            ))}
          </select>
        </label>
      )}
    </div>
  );
}
