import {
  type AuditAct,
  type AuditEntry,
  type AuditRow,
  type Ending,
  type Mic,
  type Mode,
  type Phones,
  parseCallId,
  parseLegId,
  parseMac,
  parsePersonId,
  parseSupervisionId,
  type RememberedSupervision,
  type SupervisionId,
  type Told,
  type Visibility,
} from "../model/index.js";
import type { ControlParts } from "./parts.js";

type Place = Pick<RememberedSupervision, "agent" | "call" | "leg">;

interface Course extends Place {
  readonly mode: Mode;
  readonly visibility: Visibility;
  readonly mic: Mic;
  readonly told: Told;
  readonly takingOver?: true;
  readonly private?: true;
  readonly ending?: Ending;
}

/**
 * Takes up what an earlier run began and nobody has ended; the PBX's first snapshot then says what is left of it. Before
 * control starts. What this configuration does not know any more is closed in the record, and ended at the PBX as
 * something that nobody knows.
 * @param rows every row of every supervision that the record says is live, oldest first.
 * @returns those that were closed in the record.
 */
export function takeUp(
  { writer, audit, clock }: Pick<ControlParts, "writer" | "audit" | "clock">,
  rows: readonly AuditEntry[],
  phones: Pick<Phones, "get">,
): ReadonlySet<SupervisionId> {
  const closed = new Set<SupervisionId>();
  const close = (row: Pick<AuditRow, "supervisor" | "agent" | "call" | "supervision">, ending: Ending): void => {
    const { supervisor, agent, call, supervision } = row;
    const about = { supervisor, ...(agent && { agent }), ...(call && { call }), ...(supervision && { supervision }) };
    audit.after({ at: clock.now(), act: "ended", outcome: "ended", ending, ...about });
    const id = parseSupervisionId(supervision ?? "");
    if (id) closed.add(id);
  };
  const { people } = writer.state;
  const { remembered, lost } = remember(rows);
  for (const row of lost) close(row, "lost");
  const newest = new Map(remembered.map((one) => [one.supervisor, one.id]));
  for (const supervision of remembered) {
    const { id, supervisor, agent, phone } = supervision;
    const known = people.has(supervisor) && people.has(agent);
    const forbidden = phones.get(phone)?.owner === supervisor ? {} : ({ mic: "muted", ending: "not-allowed" } as const);
    if (!known) close({ ...supervision, supervision: id }, "not-allowed");
    else if (newest.get(supervisor) !== id) close({ ...supervision, supervision: id }, "lost");
    else writer.take({ type: "supervision-remembered", supervision: { ...supervision, ...forbidden } });
  }
  return closed;
}

/**
 * What the record says of each supervision that its rows are about, in the order in which they began: who, whose call,
 * and what was allowed last. `lost` are those that the record does not tell enough of to be taken up again.
 * @param rows oldest first, each supervision's from its beginning.
 */
function remember(rows: readonly AuditEntry[]): {
  readonly remembered: readonly RememberedSupervision[];
  readonly lost: readonly AuditEntry[];
} {
  const of = new Map<string, AuditEntry[]>();
  for (const row of rows) {
    if (row.supervision === undefined) continue;
    const own = of.get(row.supervision);
    if (own) own.push(row);
    else of.set(row.supervision, [row]);
  }
  const remembered: RememberedSupervision[] = [];
  const lost: AuditEntry[] = [];
  for (const [first, ...later] of of.values()) {
    const one = first && rememberOne(first, later);
    if (one) remembered.push(one);
    else if (first) lost.push(first);
  }
  return { remembered, lost };
}

function rememberOne(first: AuditEntry, later: readonly AuditEntry[]): RememberedSupervision | undefined {
  const id = parseSupervisionId(first.supervision ?? "");
  const supervisor = parsePersonId(first.supervisor);
  const agent = parsePersonId(first.agent ?? "");
  const phone = parseMac(first.phone ?? "");
  const call = parseCallId(first.call ?? "");
  const leg = parseLegId(first.leg ?? "");
  if (first.act !== "listen" || first.outcome !== "allowed" || !first.visibility) return undefined;
  if (!id || !supervisor || !agent || !phone || !call || !leg) return undefined;
  const asked = { mode: "listen", visibility: first.visibility, mic: "muted", told: "not-told" } as const;
  const begun: Course = { agent, call, leg, ...asked };
  return { id, supervisor, phone, startedAt: first.at, ...courseAfter(begun, later) };
}

function courseAfter(begun: Course, rows: readonly AuditEntry[]): Course {
  let now = begun;
  /** The last thing allowed, and what was so before it. */
  let pending: { readonly act: AuditAct; readonly before: Course } | undefined;
  for (const row of rows) {
    const { mode = now.mode, visibility = now.visibility, mic = now.mic } = row;
    if (row.act === "told") {
      now = { ...now, told: row.outcome === "done" ? "confirmed" : "unconfirmed" };
      continue;
    }
    // Of no consequence for who may hear whom.
    if (row.act === "heads-up" || row.act === "heads-up-answered") continue;
    if (row.act === "leave" && row.outcome === "done") {
      now = { ...now, mic: "muted", ending: "left" };
      continue;
    }
    // Whoever asked was told that it came too late, and nothing was done.
    if (row.late && row.outcome === "allowed") continue;
    switch (row.outcome) {
      case "allowed":
      case "done":
        pending = row.outcome === "allowed" ? { act: row.act, before: now } : undefined;
        now = { ...now, mode, visibility, mic, told: visibility === now.visibility ? now.told : "not-told" };
        if (row.act === "take-over" || row.act === "hand-over") now = { ...now, takingOver: true };
        if (row.act === "private") now = { ...now, private: true };
        if (row.act === "private-over") now = heardAgain(now);
        if (row.act === "followed") now = { ...now, ...placeOf(row), told: "not-told" };
        break;
      case "failed": {
        // Overtaken by a press, nothing of it is so; refused by the PBX, the mode is, muted.
        const { takingOver: _, ...still } = now;
        if (row.refusal) now = { ...still, mode, visibility, mic: "muted" };
        else now = { ...(pending?.act === row.act ? pending.before : still), mic: "muted" };
        pending = undefined;
        break;
      }
      case "refused":
      case "ended":
        break;
      default:
        row.outcome satisfies never;
    }
  }
  return now;
}

function heardAgain({ private: _, ...now }: Course): Course {
  return now;
}

/** Where the call was followed to: whoever is there has not been told by what came before. */
function placeOf(row: AuditEntry): Partial<Place> {
  const [agent, call, leg] = [parsePersonId(row.agent ?? ""), parseCallId(row.call ?? ""), parseLegId(row.leg ?? "")];
  return agent && call && leg ? { agent, call, leg } : {};
}
