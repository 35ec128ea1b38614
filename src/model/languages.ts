import { nearest } from "./nearest.js";

export const languages = ["en", "de", "fr", "es"] as const;
/** What phones can say their pages and notices in (ISO 639-1). */
export type Language = (typeof languages)[number];

/** How people may call a language who do not know its code. */
const called: Readonly<Record<Language, readonly string[]>> = {
  en: ["en", "english", "englisch", "anglais", "inglés"],
  de: ["de", "german", "deutsch", "allemand", "alemán"],
  fr: ["fr", "french", "französisch", "français", "francés"],
  es: ["es", "spanish", "spanisch", "espagnol", "español"],
};

/** The language of that code; undefined where there is none. */
export function parseLanguage(text: string): Language | undefined {
  return languages.find((one) => one === text);
}

/** The language that was most likely meant by `german` or `de-AT`; undefined where none is near. */
export function nearestLanguage(text: string): Language | undefined {
  const asked = text.trim().toLowerCase();
  const [code = ""] = asked.split(/[-_.]/);
  const near = nearest(asked, Object.values(called).flat());
  return parseLanguage(code) ?? languages.find((one) => near !== undefined && called[one].includes(near));
}

/** Why `text` is no language, in words that name those there are and the nearest; `must be …`. */
export function languageWords(text: string): string {
  const near = nearestLanguage(text);
  const names = "`en` (English), `de` (German), `fr` (French) or `es` (Spanish)";
  const given = text.slice(0, 40).replace(/[\p{Cc}\u2028\u2029`]/gu, "?");
  return `must be ${names}, not \`${given}\`${near ? `; did you mean \`${near}\`?` : ""}`;
}
