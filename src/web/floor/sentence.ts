import type { Heard } from "../../model/desk.js";
import { capital, listed } from "../words.js";
import type { Party } from "./parties.js";

/**
 * Who hears whom, in words, from the paths alone. Of those who hear nothing of somebody, only what matters is said: who
 * does not hear a supervisor.
 */
export function hearingSentence(parties: readonly Party[], heard: readonly Heard[]): string {
  const hears = (listener: Party, speaker: Party): boolean =>
    heard.some((path) => path.listener === listener.id && path.speaker === speaker.id);
  const order = [...parties].reverse();
  const said = order.flatMap((listener) => {
    const names = parties
      .filter((speaker) => speaker !== listener && hears(listener, speaker))
      .map(({ short }) => short);
    return names.length > 0 ? [`${capital(listener.short)} hears ${listed(names)}.`] : [];
  });
  const unheard = parties
    .filter((party) => party.kind === "supervisor")
    .flatMap((supervisor) => {
      const deaf = parties.filter((party) => party !== supervisor && !hears(party, supervisor));
      if (deaf.length === 0) return [];
      if (deaf.length === parties.length - 1) return [`Nobody hears ${supervisor.short}.`];
      const verb = deaf.length > 1 ? "do" : "does";
      return [`${capital(listed(deaf.map(({ short }) => short)))} ${verb} not hear ${supervisor.short}.`];
    });
  return said.length + unheard.length > 0 ? [...said, ...unheard].join(" ") : "Nobody hears anybody.";
}
