import type { FloorSupervision } from "../../model/desk.js";
import type { Told } from "../../model/supervisions.js";

const modeWords = { listen: "Listen", coach: "Coach", join: "Join" } as const;

/** What is asked and what is true of one supervision, each with its word. */
export function Facts({ supervision }: { readonly supervision: FloorSupervision }) {
  const { mode, visibility, told, supervisor } = supervision;
  return (
    <dl class="facts" data-supervision={supervision.id}>
      <Fact name="Supervisor" value={supervisor.name} />
      <Fact name="Mode" value={modeWords[mode]} tone={mode} />
      <Fact name="Microphone" value={micOf(supervision)} tone={supervision.facts?.mouth ? mode : undefined} />
      <Fact name="Visibility" value={visibility === "hidden" ? "Hidden" : "Visible"} />
      <Fact name="Agent" value={visibility === "hidden" ? "Not told" : toldWords(told)} />
    </dl>
  );
}

function Fact({ name, value, tone }: Readonly<{ name: string; value: string; tone?: string | undefined }>) {
  return (
    <div class={tone === undefined ? "fact" : `fact ${tone}`} data-fact={name.toLowerCase()}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

/** From the PBX's facts, and from what it was asked and has not answered yet. */
function micOf({ facts, underWay, mic }: FloorSupervision): string {
  if (facts?.mouth) return facts.mouth.reach === "agent" ? "Open to the agent" : "Open to all";
  if (underWay || mic === "open") return "Opening";
  return "Muted";
}

function toldWords(told: Told): string {
  switch (told) {
    case "not-told":
    case "sending":
    case "waiting":
      return "Being told";
    case "confirmed":
      return "Told, confirmed";
    case "unconfirmed":
      return "Told, not confirmed";
    default:
      return told satisfies never;
  }
}
