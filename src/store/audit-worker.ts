import { parentPort, workerData } from "node:worker_threads";
import { type FromWriter, type GivenRow, monotonicMs, type ToWriter } from "./audit-protocol.js";
import { markLate, openAudit, readRows, writeRows } from "./audit-table.js";
import { type Connection, isBusy } from "./database.js";

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
const { file } = workerData as { file: string };
const say = (message: FromWriter): void => port.postMessage(message);

const waiting: GivenRow[] = [];
const toMark: string[] = [];
let connection: Connection | undefined;
let closing = false;
let scheduled = false;
let failingSince: number | undefined;
let reported = false;

function open(): Connection {
  connection ??= openAudit(file);
  return connection;
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
    step(open());
    recovered();
  } catch (error) {
    failed(error);
    return;
  }
  if (waiting.length > 0 || toMark.length > 0) soon(0);
  else if (closing) close();
}

function step(database: Connection): void {
  if (waiting.length > 0) {
    const batch = waiting.slice(0, batchRows);
    const late = writeRows(database, batch, (given) => monotonicMs() > given.dueAt);
    waiting.splice(0, batch.length);
    // The disk itself may have taken a row past its time, which could not be known when it was written.
    const after = monotonicMs();
    const overdue = batch.filter((given) => after > given.dueAt && !late.includes(given.n));
    toMark.push(...overdue.map((given) => given.key));
    const through = batch.at(-1)?.n ?? 0;
    say({ type: "written", through, late: [...late, ...overdue.map((given) => given.n)] });
  }
  if (toMark.length > 0) {
    const keys = [...toMark];
    database.transaction(() => markLate(database, keys)).immediate();
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
    connection?.close();
  } catch {
    // It is given up either way.
  }
  connection = undefined;
}

function close(): void {
  connection?.close();
  say({ type: "closed" });
  port?.close();
}

port.on("message", (message: ToWriter) => {
  if (message.type === "read") {
    try {
      say({ type: "entries", id: message.id, entries: readRows(open(), message.filter) });
    } catch (error) {
      say({ type: "unreadable", id: message.id, why: error instanceof Error ? error.message : String(error) });
    }
    return;
  }
  if (message.type === "row") waiting.push(message.given);
  else if (message.type === "late") toMark.push(message.key);
  else closing = true;
  soon(0);
});

work();
say({ type: "up" });
