import type { YealinkPhone } from "./phones/yealink.ts";

/** Where a supervision stands: what page, lamp and PBX must agree on. */
export interface Standing {
  readonly mode: "none" | "listen" | "coach" | "join";
  /** Who hears the supervisor. */
  readonly heardBy: "nobody" | "agent" | "everybody";
  readonly hidden?: true;
  /** The supervisor's phone holds the line. */
  readonly held?: true;
}

export const board: Standing = { mode: "none", heardBy: "nobody" };
export const coaching: Standing = { mode: "coach", heardBy: "agent" };
export const joined: Standing = { mode: "join", heardBy: "everybody" };
export const hiddenListen: Standing = { mode: "listen", heardBy: "nobody", hidden: true };

/** The same with the mic muted. */
export function muted(mode: Standing["mode"]): Standing {
  return { mode, heardBy: "nobody" };
}

/** What the page says; undefined while it asks something, or says that something is under way. */
export function standingOn(page: Pick<YealinkPhone, "title" | "text">): Standing | undefined {
  const [title, text] = [page.title(), page.text()];
  if (/^(?:Live calls \(\d+\)|Ended$)/.test(title)) return board;
  const mode = modeOf(title);
  if (mode === undefined) return undefined;
  if (/Your phone holds the line/.test(text)) return { mode, heardBy: "nobody", held: true };
  const heardBy = heardOn(text);
  return heardBy && { mode, heardBy, ...(/is not told/.test(text) && { hidden: true }) };
}

/** The mode of a session page by its title. */
export function modeOf(title: string): "listen" | "coach" | "join" | undefined {
  if (/^Listening/.test(title)) return "listen";
  if (/^Coaching/.test(title)) return "coach";
  return /^On the call of/.test(title) ? "join" : undefined;
}

function heardOn(text: string): Standing["heardBy"] | undefined {
  if (/Nobody hears you/.test(text)) return "nobody";
  if (/Everybody on the call hears you/.test(text)) return "everybody";
  return /Ana Ruiz hears you/.test(text) ? "agent" : undefined;
}
