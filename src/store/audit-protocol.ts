import type { AuditEntry, AuditFilter, AuditRow, EpochMs } from "../model/index.js";
import type { Chain } from "./audit-table.js";

/** What the writing thread is given when it starts. */
export interface WriterData {
  readonly file: string;
  readonly chain: Chain;
}

/** A row on its way to the disk. */
export interface GivenRow {
  /** Rises by one with every row of one `AuditLog`: their order, and what an acknowledgement names. */
  readonly n: number;
  /** Unique for ever: a row that is sent twice is written once. */
  readonly key: string;
  readonly row: AuditRow;
  /** By `monotonicMs`: durable after this is late. */
  readonly dueAt: number;
}

/** What the thread that answers phones asks of the one that writes. */
export type ToWriter =
  | { readonly type: "row"; readonly given: GivenRow }
  /** Whoever gave these rows was told that they are late, whatever the writer thinks. */
  | { readonly type: "late"; readonly key: string }
  | { readonly type: "read"; readonly id: number; readonly filter: AuditFilter }
  /** Take away rows older than this, as retention may. */
  | { readonly type: "retain"; readonly before: EpochMs }
  | { readonly type: "close" };

export type FromWriter =
  /** The first attempt to open the file is over, well or not. */
  | { readonly type: "up" }
  /** Every row up to and including `through` is durable; `late` are those of them that the record calls late. */
  | { readonly type: "written"; readonly through: number; readonly late: readonly number[] }
  /** Where this writer's chain ends, on disk. */
  | { readonly type: "head"; readonly head: string }
  /** So many rows are taken away, all of them by now. */
  | { readonly type: "retained"; readonly rows: number }
  | { readonly type: "not-retained"; readonly why: string }
  | { readonly type: "entries"; readonly id: number; readonly entries: readonly AuditEntry[] }
  | { readonly type: "unreadable"; readonly id: number; readonly why: string }
  | { readonly type: "trouble"; readonly why: string }
  | { readonly type: "recovered" }
  | { readonly type: "closed" };

/** Milliseconds of a clock that all threads of this process share and that never goes back. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint() / 1000n) / 1000;
}
