import type { AuditEntry } from "../../model/audit.js";
import { record } from "../store.js";
import { clockTime } from "../words.js";
import { personName } from "./person-name.js";

export function RecordList() {
  if (record.value.length === 0) return <p class="empty">Nothing is on record yet. Every press is, before it acts.</p>;
  return (
    <ul class="entries">
      {record.value.map((row) => (
        <Row key={row.id} row={row} />
      ))}
    </ul>
  );
}

function Row({ row }: { readonly row: AuditEntry }) {
  const about = [
    row.mode,
    row.visibility,
    row.mic && `mic ${row.mic}`,
    row.refusal,
    row.ending,
    row.detail,
    row.late ? "written late" : undefined,
  ].filter((part) => part !== undefined && part !== "");
  return (
    <li class="entry flash" data-row={row.id}>
      <header>
        <b>{row.act.replaceAll("-", " ")}</b>
        <span class={`mark ${row.outcome}`}>{row.outcome}</span>
        <time>{clockTime(row.at)}</time>
      </header>
      <p class="payload">
        {personName(row.supervisor)}
        {row.agent !== undefined && ` on ${personName(row.agent)}`}
        {row.customer !== undefined && ` with ${row.customer}`}
        {about.length > 0 && `: ${about.join(", ")}`}
      </p>
    </li>
  );
}
