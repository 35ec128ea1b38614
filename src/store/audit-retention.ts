import type { EpochMs } from "../model/index.js";
import { chainValue, placeOf, type Value } from "./audit-chain.js";
import { columnList, liveSupervisions } from "./audit-schema.js";
import { type Checkpoint, checkpointsOf, checkpointText } from "./audit-statements.js";
import type { AuditTable } from "./audit-table.js";
import type { Connection } from "./database.js";
import type { AuditKeys } from "./secrets.js";

/** A record that has been silent for longer is one that has stood still, or the clock has jumped. */
const longestSilenceMs = 31 * 86_400_000;

/**
 * Why nothing is to be taken away by this clock; undefined when it agrees with the newest row. What a wrong clock takes is
 * gone for ever; after a day of rows by the same clock, it is believed.
 */
export function doubtClock({ connection }: AuditTable, now: EpochMs): string | undefined {
  const [newest] = connection.prepare("SELECT written_at FROM audit ORDER BY id DESC LIMIT 1").all() as {
    written_at: number;
  }[];
  if (!newest || Math.abs(now - newest.written_at) <= longestSilenceMs) return undefined;
  const day = (at: EpochMs): string => new Date(at).toISOString().slice(0, 10);
  return `by the clock it is ${day(now)}, and the newest row is of ${day(newest.written_at)}`;
}

type Cut = Pick<Checkpoint, "writer" | "rows" | "throughSeq" | "chain">;

/** Most rows that one checkpoint takes away, and that one transaction deletes: rows of presses come in between. */
const mostAtOnce = 2000;
const deletedAtOnce = 250;

/**
 * States by signed checkpoints that the beginning of the record is taken away: rows older than `before`, up to the first
 * that is younger or belongs to a supervision that is still live. Nothing is deleted yet, see `deleteSome`. Gives how
 * many rows go, through which id; 0 rows when there is nothing (more) to take away.
 */
export function stateRemoval(
  table: AuditTable,
  before: EpochMs,
  keys: AuditKeys,
): { readonly rows: number; readonly throughId: number } {
  const { connection } = table;
  return table.durably(() => {
    const known = checkpointsOf(connection, keys.sign);
    const gone = goneThrough(known.values());
    const throughId = endOfPrefix(connection, gone, before);
    if (throughId <= gone) return { rows: 0, throughId: gone };
    const cut = chainsIn(connection, keys, known, gone, throughId);
    // A checkpoint that goes with the rows is said again: its chain may go on behind them.
    const again = [...known.values()].filter(
      ({ id, writer }) => id <= throughId && !cut.some((c) => c.writer === writer),
    );
    const said = [...cut, ...again.map(({ writer, throughSeq, chain }) => ({ writer, throughSeq, chain, rows: 0 }))];
    for (const one of said) {
      const checkpoint: Checkpoint = { ...one, throughId, at: Date.now() };
      table.state("audit-checkpoint", `checkpoint:${one.writer}:${throughId}`, checkpointText(checkpoint, keys.sign));
    }
    return { rows: cut.reduce((sum, { rows }) => sum + rows, 0), throughId };
  });
}

/** Deletes some of the rows up to this id, which a checkpoint says are gone; false when none of them is left. */
export function deleteSome(table: AuditTable, throughId: number): boolean {
  const some = `DELETE FROM audit WHERE id <= ? AND id < (SELECT min(id) FROM audit) + ${deletedAtOnce}`;
  return table.durably(() => table.connection.prepare(some).run(throughId).changes > 0);
}

/** The last id that retention took away; 0 when it took none. */
export function goneThrough(checkpoints: Iterable<Checkpoint>): number {
  return Math.max(0, ...[...checkpoints].map(({ throughId }) => throughId));
}

function endOfPrefix(connection: Connection, gone: number, before: EpochMs): number {
  const firstOf = (condition: string, ...values: number[]): number | undefined => {
    const statement = connection.prepare(`SELECT id FROM audit WHERE id > ? AND ${condition} ORDER BY id LIMIT 1`);
    const [row] = statement.all(gone, ...values) as { id: number }[];
    return row?.id;
  };
  const last = connection.prepare("SELECT max(id) AS id FROM (SELECT id FROM audit WHERE id > ? ORDER BY id LIMIT ?)");
  const [most] = last.all(gone, mostAtOnce) as { id: number | null }[];
  const old = Math.min(
    most?.id ?? 0,
    (firstOf("(at >= ? OR written_at >= ?)", before, before) ?? Number.MAX_SAFE_INTEGER) - 1,
  );
  const live = firstOf(`id <= ? AND supervision IN (${liveSupervisions("AND id <= ?")})`, old, old);
  return live === undefined ? old : live - 1;
}

/**
 * The end of each chain in a part of the record. Throws where a row is not as it was written: what somebody made look old
 * would otherwise go with a signature of ours.
 */
function chainsIn(
  connection: Connection,
  keys: AuditKeys,
  known: ReadonlyMap<string, Checkpoint>,
  afterId: number,
  throughId: number,
): readonly Cut[] {
  const page = connection.prepare(`SELECT ${columnList} FROM audit WHERE id > ? AND id <= ? ORDER BY id`).raw();
  const cut = new Map<string, Cut>();
  for (const row of page.all(afterId, throughId) as Value[][]) {
    const { id, writer, seq, chain, values } = placeOf(row);
    const { throughSeq = 0, chain: before = "", rows = 0 } = cut.get(writer) ?? { ...known.get(writer), rows: 0 };
    if (seq !== throughSeq + 1 || chainValue(keys.chain, before, values) !== chain) {
      throw new Error(`row ${id} is not as it was written; \`earshot audit verify\` tells more`);
    }
    cut.set(writer, { writer, rows: rows + 1, throughSeq: seq, chain });
  }
  return [...cut.values()];
}
