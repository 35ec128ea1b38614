import {
  type Booked,
  type BookRefusal,
  languageWords,
  type Person,
  type PersonWish,
  parseExtension,
  parseLanguage,
  parseName,
  parsePersonId,
  roles,
} from "../model/index.js";
import type { SitePolicy } from "../supervision/index.js";
import type { Roster } from "./roster.js";

export type Refused = Extract<Booked<never>, { ok: false }>;

/** The person that a wish makes of who was there before, or why there is none; `there` are all who are there now. */
export function personOf(
  wish: PersonWish,
  before: Person | undefined,
  there: Roster,
  policy: Pick<SitePolicy, "teams">,
): Person | Refused {
  const extension = parseExtension(wish.extension ?? before?.extension ?? "");
  if (!extension) return refused("not-right", "An extension has 1 to 40 digits, letters, `_`, `*`, `#`, `+` or `-`.");
  const id = before?.id ?? parsePersonId(wish.id ?? extension);
  if (!id) return refused("not-right", "An id has 1 to 64 letters, digits, `_` and `-`; give one.");
  const name = parseName(wish.name ?? before?.name ?? "");
  if (!name) return refused("not-right", "A name has 1 to 200 characters on one line.");
  const role = roles.find((one) => one === (wish.role ?? before?.role));
  if (!role) return refused("not-right", `A role is one of ${roles.join(", ")}.`);
  const teams = wish.teams ?? before?.teams ?? [];
  const stranger = teams.find((team) => !isTeam(team, policy));
  if (stranger !== undefined) return refused("not-right", `There is no team ${JSON.stringify(stranger.slice(0, 60))}.`);
  const [namesake, other] = [there.byId(id), there.byExtension(extension)];
  if (namesake && namesake.id !== before?.id) return refused("taken", `The id ${id} is that of ${namesake.name}.`);
  if (other && other.id !== before?.id) return refused("taken", `The extension ${extension} is that of ${other.name}.`);
  const wished = wish.language ?? before?.language ?? "site";
  const language = parseLanguage(wished);
  if (!language && wished !== "site") {
    return refused("not-right", `A language ${languageWords(wished)}.`.replace("?.", "?"));
  }
  const hidden = wish.hidden ?? before?.hidden;
  const supervision = wish.supervision ?? before?.supervision;
  return {
    ...{ id, extension, name, role, teams: [...new Set(teams)] },
    ...(language && { language }),
    ...(hidden === "forbidden" && { hidden }),
    ...(supervision === "forbidden" && { supervision }),
  };
}

export function refused(why: BookRefusal, sentence: string): Refused {
  return { ok: false, why, sentence };
}

/** Where the site lists its teams, there are no others. */
function isTeam(team: string, { teams = [] }: Pick<SitePolicy, "teams">): boolean {
  return parseName(team) === team && (teams.length === 0 || teams.some(({ name }) => name === team));
}
