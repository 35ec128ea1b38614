import type { AuditRow } from "../model/index.js";
import { table } from "./table.js";

const units: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** The moment that `--since` names: `90m`, `2h` or `7d` before now, or a date with or without a time. */
export function parseSince(text: string, now: number): number | undefined {
  const span = /^(\d{1,6})([smhdw])$/.exec(text);
  if (span) return now - Number(span[1]) * (units[span[2] ?? ""] ?? 0);
  const date = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?(?:\.\d+)?)(Z|[+-]\d{2}:?\d{2})?)?$/.exec(text);
  if (!date) return undefined;
  const [, day, time = "00:00", zone = ""] = date;
  const moment = Date.parse(`${day}T${time}${zone}`);
  return Number.isNaN(moment) ? undefined : moment;
}

/** The record as a table, times by the clock of this machine. */
export function recordTable(rows: readonly AuditRow[]): string {
  return table(
    ["When", "Supervisor", "What", "Agent", "Mode", "Told", "Mic", "Customer", "Outcome", "Detail"],
    rows.map((row) => [
      localTime(row.at),
      row.supervisor,
      row.act,
      row.agent ?? "",
      row.mode ?? "",
      row.visibility ?? "",
      row.mic ?? "",
      row.customer ?? "",
      outcome(row),
      row.detail ?? "",
    ]),
  );
}

function outcome({ outcome, refusal, ending }: AuditRow): string {
  const why = refusal ?? ending;
  return why === undefined ? outcome : `${outcome}: ${why}`;
}

/** `2026-11-22 21:42:30`. */
export function localTime(at: number): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return String(at);
  const two = (number: number): string => String(number).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}
