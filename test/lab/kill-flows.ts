import type { Phase } from "./ari-gate.ts";
import { type LabCall, VOICE } from "./call-centre.ts";
import type { KillBench } from "./kill-bench.ts";
import { board, coaching, hiddenListen, joined, muted, type Standing } from "./standing.ts";

/** A press, or what somebody does at a phone, and the requests that it makes of the PBX: each a moment to be killed at. */
export interface Flow {
  readonly from: Standing;
  /** Softkeys in turn, or what is done at a phone. */
  readonly does: readonly string[] | ((bench: KillBench, call: LabCall) => Promise<unknown>);
  /** The most that the voice may reach meanwhile. */
  readonly voice: number;
  readonly to: Standing;
  /** Where it passes on its way. */
  readonly by?: Standing;
  /** The row that an answered press has. */
  readonly row?: string;
  /** The call is over after it. */
  readonly over?: true;
  /** The agent is told of it. */
  readonly tells?: true;
  /** Its requests are those of another flow, killed there once each has been answered as well. */
  readonly known?: true;
  readonly steps: readonly string[];
}

const look = ["read asterisk modules", "read the call's bridge"];
const privacy = "read EARSHOT_PRIVATE";
const ear = ["read the agent's leg", ...look, privacy, "make ear", "make earbridge", "join earbridge"];
const listenSteps = ["read the contacts", "make leg", "renew the lease", ...ear];
/** What BLF keys watch, which says whether anybody visible is there. */
const lamp = "set the lamp";
const noVoice = ["end voice", "end mouthbridge"];
const noEar = ["end ear", "end earbridge"];
const voiceSteps = ["make voice", "make mouthbridge"];
const held = { ...muted("coach"), held: true } as const;

/** Every flow, by what a person would call it. */
export const FLOWS: Readonly<Record<string, Flow>> = {
  listen: {
    from: board,
    does: ["Listen", "Visible"],
    voice: VOICE.nobody,
    to: muted("listen"),
    row: "listen allowed visible muted",
    tells: true,
    steps: [...listenSteps, lamp],
  },
  "listen, hidden": {
    from: board,
    does: ["Listen", "Hidden"],
    voice: VOICE.nobody,
    to: hiddenListen,
    row: "listen allowed hidden muted",
    known: true,
    steps: listenSteps,
  },
  "coach from the board": {
    from: board,
    does: ["Coach", "Go on"],
    voice: VOICE.nobody,
    by: muted("listen"),
    to: muted("coach"),
    row: "coach allowed visible muted",
    known: true,
    tells: true,
    steps: [...listenSteps, lamp],
  },
  "coach from a hidden listen": {
    from: hiddenListen,
    does: ["Coach", "Go on"],
    voice: VOICE.nobody,
    by: muted("listen"),
    to: muted("coach"),
    row: "coach allowed visible muted",
    tells: true,
    steps: [lamp],
  },
  hide: {
    from: muted("listen"),
    does: ["Hide"],
    voice: VOICE.nobody,
    to: hiddenListen,
    row: "hide allowed hidden muted",
    steps: [...look, lamp],
  },
  visible: {
    from: hiddenListen,
    does: ["Visible"],
    voice: VOICE.nobody,
    to: muted("listen"),
    row: "visible done visible muted",
    tells: true,
    steps: [lamp],
  },
  "unmute in coach": {
    from: muted("coach"),
    does: ["Unmute"],
    voice: VOICE.toAgent,
    to: coaching,
    row: "unmute allowed visible open",
    steps: ["read the agent's leg", ...voiceSteps, "make agent", "join mouthbridge", "count packets"],
  },
  "unmute in join": {
    from: muted("join"),
    does: ["Unmute"],
    voice: VOICE.toAll,
    to: joined,
    row: "unmute allowed visible open",
    steps: ["read the agent's leg", ...voiceSteps, "make everyone", "join mouthbridge", "count packets"],
  },
  "from coach to join": {
    from: coaching,
    does: ["Join"],
    voice: VOICE.toAll,
    to: joined,
    row: "join allowed visible open",
    steps: ["read the agent's leg", "make everyone", "end agent", "join mouthbridge"],
  },
  "from join to coach": {
    from: joined,
    does: ["Coach"],
    voice: VOICE.toAll,
    to: coaching,
    row: "coach allowed visible open",
    steps: ["read the agent's leg", "end everyone", "make agent", "join mouthbridge"],
  },
  mute: {
    from: joined,
    does: ["Mute"],
    voice: VOICE.toAll,
    to: muted("join"),
    row: "mute done visible muted",
    steps: ["end everyone", ...noVoice],
  },
  "back to listen": {
    from: coaching,
    does: ["Listen"],
    voice: VOICE.toAgent,
    to: muted("listen"),
    row: "back-to-listen done visible muted",
    steps: ["end agent", ...noVoice],
  },
  leave: {
    from: joined,
    does: ["Leave"],
    voice: VOICE.toAll,
    to: board,
    row: "leave done visible open",
    steps: ["end everyone", ...noVoice, ...noEar, "end leg", lamp],
  },
  "the supervisor hangs up": {
    from: joined,
    does: (bench) => bench.leg().hangUp(),
    voice: VOICE.toAll,
    to: board,
    known: true,
    steps: ["end everyone", ...noVoice, ...noEar, "end leg", lamp],
  },
  "the supervisor's phone holds": {
    from: coaching,
    does: (bench) => bench.leg().hold(),
    voice: VOICE.toAgent,
    to: held,
    steps: ["end agent", ...noVoice, "end ear"],
  },
  "the supervisor's phone resumes": {
    from: held,
    does: (bench) => bench.leg().resume(),
    voice: VOICE.nobody,
    to: muted("coach"),
    steps: ["read the agent's leg", ...look, privacy, "make ear", "join earbridge"],
  },
  "the agent hangs up": {
    from: coaching,
    does: (_, { agent }) => agent.hangUp(),
    voice: VOICE.toAgent,
    to: board,
    over: true,
    known: true,
    steps: ["end agent", ...noVoice, ...noEar, "end leg", lamp],
  },
  "the customer hangs up": {
    from: joined,
    does: (_, { customer }) => customer.hangUp(),
    voice: VOICE.toAll,
    to: board,
    over: true,
    known: true,
    steps: ["end everyone", ...noVoice, ...noEar, "end leg", lamp],
  },
};

/** What happens beside the PBX, and is a moment to be killed at too. */
export const TOLD = "tell the agent";

/** Asked by a clock and no part of a flow: while somebody may be heard, and where an end is not told in time. */
export const POLLED = /^(?:count packets|read (?:leg|ear|voice|agent|everyone))$/;
/** Asked by a clock beside these, while the voice of a supervisor may be heard. */
export const WATCHED = "read the agent's leg";

/** Where a kill may leave it: at its beginning, on its way or at its end, muted where an opening was cut. */
export function within({ from, by, to, over }: Flow): readonly Standing[] {
  if (over) return [board];
  const cut = [from, to].filter(({ mode }) => mode !== "none").map(({ mode }) => muted(mode));
  return [from, to, ...(by ? [by] : []), ...cut];
}

/** Every moment of a flow to be killed at. */
export function momentsOf(flow: Flow): readonly { readonly step: string; readonly phase: Phase }[] {
  const asked = flow.steps.flatMap((step) => phasesOf(flow, step).map((phase) => ({ step, phase })));
  return flow.tells ? [...asked, { step: TOLD, phase: "after" }] : asked;
}

/** A read changes nothing at the PBX, so that before and after it are the same moment. */
function phasesOf({ known }: Flow, step: string): readonly Phase[] {
  return known || /^(?:read|count) /.test(step) ? ["before"] : ["before", "after"];
}
