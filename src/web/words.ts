import type { FloorLeg } from "../model/desk.js";

/** `4:05`, or `1:04:05` from an hour on. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (part: number): string => String(part).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** `14:03:59` by this browser's clock. */
export function clockTime(at: number): string {
  return new Date(at).toLocaleTimeString("en-GB");
}

/** What a stranger's name may not do to a line of text: control it, or turn its direction. */
const unfit = /[\p{Cc}\p{Cf}\p{Surrogate}\p{Noncharacter_Code_Point}]+/gu;

/** A name from outside as one line of text. */
export function plain(text: string): string {
  return text.replace(unfit, " ").replace(/\s+/g, " ").trim();
}

/** What a leg is called: its name, else its number. */
export function legName(leg: FloorLeg): string {
  return plain(leg.name) || plain(leg.number) || "Unknown caller";
}

/** The first name of a person of the house; a customer keeps what they are called by. For use within a sentence. */
export function shortName(leg: FloorLeg): string {
  if (leg.person !== undefined) return firstName(leg.name);
  return plain(leg.name) || plain(leg.number) || "the caller";
}

/** As it stands at the beginning of a sentence. */
export function capital(text: string): string {
  const [first = "", ...rest] = text;
  return first.toUpperCase() + rest.join("");
}

export function firstName(name: string): string {
  return name.split(" ")[0] || name;
}

/** `A`, `A and B`, `A, B and C`. */
export function listed(names: readonly string[]): string {
  return names.length < 2 ? (names[0] ?? "") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

/** At most two letters that stand for a name. */
export function initials(name: string): string {
  const words = name.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== "");
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return (
    letters
      .map((word) => [...(word ?? "")][0] ?? "")
      .join("")
      .toUpperCase() || "?"
  );
}
