import { parentPort, workerData } from "node:worker_threads";
import { headText } from "./audit-chain.js";
import { type FromWriter, type GivenRow, monotonicMs, type ToWriter, type WriterData } from "./audit-protocol.js";
import { readRows } from "./audit-read.js";
import { deleteSome, doubtClock, goneThrough, stateRemoval } from "./audit-retention.js";
import { checkpointsOf } from "./audit-statements.js";
import { AuditTable } from "./audit-table.js";
import { isBusy } from "./database.js";

/**
 * The thread that writes the record. It may be held up by a disk or a lock for as long as it takes: nothing waits for
 * it but the acts that need a row. Rows are written in the order in which they came, and tried again for ever.
 */

const batchRows = 500;
const busyRetryMs = 15;
const faultRetryMs = 1000;
/** A lock that lasts no longer than this is nothing to report. */
const busyIsTroubleMs = 300;

const port = parentPort;
if (port === null) throw new Error("the writer of the record runs as a worker thread only");
const { file, chain } = workerData as WriterData;
const say = (message: FromWriter): void => port.postMessage(message);

interface Removal {
  readonly before?: number;
  readonly rows: number;
  /** What checkpoints say is gone; undefined until they are read. */
  readonly throughId?: number;
}

const waiting: GivenRow[] = [];
const toMark: string[] = [];
let table: AuditTable | undefined;
let toldHead: string | undefined;
/** What retention has still to do: delete what is stated as gone, then state more. Undefined when it is done. */
let removal: Removal | undefined;
let closing = false;
let scheduled = false;
let failingSince: number | undefined;
let reported = false;

function open(): AuditTable {
  // What a checkpoint had stated before a crash is deleted first of all.
  if (table === undefined) removal ??= { rows: 0 };
  table ??= AuditTable.open(file, chain);
  return table;
}

/** What came in one turn is one transaction. */
function soon(ms: number): void {
  if (scheduled) return;
  scheduled = true;
  const run = (): void => {
    scheduled = false;
    work();
  };
  // A timer of 0 ms waits a whole one, and a press waits with it.
  if (ms === 0) setImmediate(run);
  else setTimeout(run, ms);
}

function work(): void {
  try {
    const opened = open();
    step(opened);
    tellHead(opened);
    recovered();
  } catch (error) {
    failed(error);
    return;
  }
  if (waiting.length > 0 || toMark.length > 0) soon(0);
  else if (closing) close();
  else if (removal !== undefined) tidy(removal);
}

/** One small piece of retention at a time, when no row waits. What goes wrong with it is no trouble of the record. */
function tidy(now: Removal): void {
  try {
    const opened = open();
    const throughId = now.throughId ?? goneThrough(checkpointsOf(opened.connection, chain.keys.sign).values());
    removal = { ...now, throughId };
    if (!deleteSome(opened, throughId)) {
      const doubt = now.rows === 0 && now.before !== undefined ? doubtClock(opened, Date.now()) : undefined;
      if (doubt !== undefined) throw new Error(doubt);
      const more = now.before === undefined ? undefined : stateRemoval(opened, now.before, chain.keys);
      tellHead(opened);
      if (!more?.rows) {
        removal = undefined;
        if (now.rows > 0) say({ type: "retained", rows: now.rows });
        return;
      }
      removal = { ...now, throughId: more.throughId, rows: now.rows + more.rows };
    }
    soon(0);
  } catch (error) {
    if (isBusy(error)) {
      soon(busyRetryMs);
      return;
    }
    removal = undefined;
    say({ type: "not-retained", why: error instanceof Error ? error.message : String(error) });
  }
}

function tellHead(opened: AuditTable): void {
  const head = opened.head();
  const text = headText(head);
  if (head.seq > 0 && text !== toldHead) say({ type: "head", head: text });
  toldHead = text;
}

function step(opened: AuditTable): void {
  if (waiting.length > 0) {
    const batch = waiting.slice(0, batchRows);
    const late = opened.write(batch, (given) => monotonicMs() > given.dueAt);
    waiting.splice(0, batch.length);
    // The disk itself may have taken a row past its time, which could not be known when it was written.
    const after = monotonicMs();
    const overdue = batch.filter((given) => after > given.dueAt && !late.includes(given.n));
    toMark.push(...overdue.map((given) => given.key));
    const through = batch.at(-1)?.n ?? 0;
    tellHead(opened);
    say({ type: "written", through, late: [...late, ...overdue.map((given) => given.n)] });
  }
  if (toMark.length > 0) {
    const keys = [...toMark];
    opened.markLate(keys);
    toMark.splice(0, keys.length);
  }
}

function recovered(): void {
  if (reported) say({ type: "recovered" });
  failingSince = undefined;
  reported = false;
}

function failed(error: unknown): void {
  const busy = isBusy(error);
  failingSince ??= monotonicMs();
  if (!reported && (!busy || monotonicMs() - failingSince > busyIsTroubleMs)) {
    reported = true;
    say({ type: "trouble", why: error instanceof Error ? error.message : String(error) });
  }
  if (!busy) abandon();
  soon(busy ? busyRetryMs : faultRetryMs);
}

/** After a fault of the disk the connection itself may be unusable: the next attempt opens it anew. */
function abandon(): void {
  try {
    table?.close();
  } catch {
    // It is given up either way.
  }
  table = undefined;
}

function close(): void {
  table?.close();
  say({ type: "closed" });
  port?.close();
}

port.on("message", (message: ToWriter) => {
  if (message.type === "read") {
    try {
      say({ type: "entries", id: message.id, entries: readRows(open().connection, message.filter) });
    } catch (error) {
      say({ type: "unreadable", id: message.id, why: error instanceof Error ? error.message : String(error) });
    }
    return;
  }
  if (message.type === "row") waiting.push(message.given);
  else if (message.type === "late") toMark.push(message.key);
  else if (message.type === "retain") removal = { before: message.before, rows: 0 };
  else closing = true;
  soon(0);
});

work();
say({ type: "up" });
