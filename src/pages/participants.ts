import type { Participant, Participants } from "../model/index.js";
import type { Setting } from "./board.js";
import { keyOf, press } from "./keys.js";
import type { Key, Link, Page } from "./page.js";
import { modeKeys } from "./session.js";
import type { Say } from "./texts.js";

const here: Link = { to: "participants" };
const refreshSeconds = 5;

/**
 * Who is on the call, in every mode and on the agent's own page (R12): people of the house with their role, supervisors,
 * and those outside under a heading of their own, with their number.
 */
export function participantsPage({ view, say }: Setting): Page {
  const { own, participants } = view;
  const back: Link = own ? { to: "session" } : { to: "home" };
  const update: Key = keyOf(say, "label.update", here);
  const away: Key = keyOf(say, "label.no", back);
  return {
    kind: "text",
    title: say("participants.title"),
    lines: participants ? lines(participants, say) : [say("participants.nobody")],
    // In a session Mute and Leave are where they are on its own page, first and last.
    keys: own
      ? [...micKey(own.asked.mode, modeKeys(own, say)), update, away, press(say, "leave", "label.leave")]
      : [update, away],
    lastKeyAtEnd: true,
    refresh: { seconds: refreshSeconds, link: here },
    done: back,
    back,
  };
}

function micKey(mode: "listen" | "coach" | "join", keys: readonly Key[]): readonly Key[] {
  return mode === "listen" ? [] : keys.slice(0, 1);
}

function lines({ internal, external, supervisors }: Participants, say: Say): readonly string[] {
  return [
    ...under(
      say("participants.internal"),
      internal.map((one) => participantLine(one, say)),
    ),
    ...under(
      say("participants.supervisors"),
      supervisors.map((one) => supervisorLine(one, say)),
    ),
    ...under(
      say("participants.external"),
      external.map((one) => participantLine(one, say)),
    ),
  ];
}

function under(heading: string, of: readonly string[]): readonly string[] {
  return of.length > 0 ? [heading, ...of.map((line) => `- ${line}`)] : [];
}

function participantLine({ name, number, role, state }: Participant, say: Say): string {
  const who = [name, number].filter((part) => part !== "").join(" ") || say("board.unknown");
  const known = role ? withRole(who, role, say) : who;
  return state === "talking" ? known : say(`participants.${state}`, { who: known });
}

function supervisorLine(of: Participants["supervisors"][number], say: Say): string {
  const { name, role, mode, mic, visibility } = of;
  const doing = mode === "listen" ? "participants.listen" : (`participants.${mode}-${mic}` as const);
  const line = say(doing, { who: withRole(name, role, say) });
  return visibility === "hidden" ? say("beside.hidden", { line }) : line;
}

function withRole(name: string, role: NonNullable<Participant["role"]>, say: Say): string {
  return say("participants.role", { name, role: say(`role.${role}`) });
}
