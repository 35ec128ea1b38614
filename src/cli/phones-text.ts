import { localTime } from "./record.js";
import type { PhoneRow } from "./reports.js";
import { table } from "./table.js";

/** Every phone, a line each; of a request from a wrong place a sentence below. */
export function phonesText(rows: readonly PhoneRow[]): string {
  const cells = rows.map(({ mac, vendor, model, extension, entry, registration, files, url = "" }) => [
    ...[mac, vendor, model, extension, entry, registeredText(registration), registration?.hosts?.join(", ") ?? ""],
    ...[files ? filesWords[files.kind] : "", url],
  ]);
  const notes = rows.flatMap(({ mac, strayed }) => {
    if (!strayed) return [];
    const { count, lastAt, lastFrom } = strayed;
    const times = count === 1 ? "once" : `${count} times`;
    return [
      `${mac}: its key was used ${times} from where it is not registered, last ${localTime(lastAt)} from ${lastFrom}.`,
    ];
  });
  const heading = ["MAC", "Vendor", "Model", "Extension", "Entry", "Registered", "At", "Files", "URL"];
  return `${[table(heading, cells), ...(notes.length > 0 ? ["", ...notes] : [])].join("\n")}\n`;
}

/** Whether a phone has its files as they are now, in words. */
export const filesWords = {
  current: "up to date",
  changed: "changed since",
  "never-given": "never given",
  "served-elsewhere": "by another provisioner",
  unknown: "not known",
} as const;

function registeredText(registration: PhoneRow["registration"]): string {
  if (!registration) return "not known";
  const { registered, since } = registration;
  return `${registered ? "since" : "not since"} ${localTime(since)}`;
}
