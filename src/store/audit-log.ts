import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Worker } from "node:worker_threads";
import type { Audit, AuditCheck, AuditEntry, AuditFilter, AuditReader, AuditRow, Log } from "../model/index.js";
import { AuditFollower } from "./audit-follower.js";
import { type FromWriter, type GivenRow, monotonicMs, type ToWriter, type WriterData } from "./audit-protocol.js";
import { auditFile } from "./audit-schema.js";
import type { Chain } from "./audit-table.js";
import { prepareFile, prepareFolder } from "./folder.js";
import { publicKeyText } from "./secrets.js";
import { spawnVerifier, spawnWriter } from "./spawn-thread.js";

/** A row that waits longer than this is late when nobody named a time, and stands for a record that lags (R19). */
const patienceMs = 300;
/** The first wait before a new thread; it doubles up to this much more while none writes anything. */
const restartMs = 200;
const restartTimes = 32;
const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

export interface AuditLogOptions {
  /** How long `stop` waits for the last rows, in milliseconds; 10 s unless told. */
  readonly drainMs?: number;
  /** Rows older than this many days are taken away, at the start and daily; every row is kept unless told. */
  readonly keepDays?: number;
  /** How often the head is logged, in milliseconds; every minute unless told. */
  readonly headMs?: number;
  /** Makes the writing thread; for tests that must break it. */
  readonly spawn?: (data: WriterData) => Worker;
}

interface Pending {
  readonly given: GivenRow;
  readonly since: number;
  /** Whoever gave the row has been told that it is late. */
  toldLate: boolean;
  answer(late: boolean): void;
}

/** The record (R19), in `audit.db` of the data folder, written by a thread of its own. */
export class AuditLog implements Audit, AuditReader {
  readonly #folder: string;
  readonly #log: Log;
  readonly #chain: Chain;
  readonly #options: AuditLogOptions;
  readonly #pending = new Map<number, Pending>();
  readonly #reads = new Map<number, { resolve(rows: readonly AuditEntry[]): void; reject(error: Error): void }>();
  readonly #drained: (() => void)[] = [];
  readonly #followers = new Set<AuditFollower>();
  /** Makes the keys of this run's rows unlike those of any other. */
  readonly #run = randomBytes(9).toString("base64url");
  #worker: Worker | undefined;
  #restart: NodeJS.Timeout | undefined;
  #restartTimes = 1;
  #timers: readonly NodeJS.Timeout[] = [];
  #head: string | undefined;
  #stopping = false;
  #lastRow = 0;
  #lastRead = 0;

  constructor(folder: string, log: Log, chain: Chain, options: AuditLogOptions = {}) {
    this.#folder = folder;
    this.#log = log;
    this.#chain = chain;
    this.#options = options;
  }

  /**
   * Starts the writing thread and waits for its first attempt to open the record. One that is locked or damaged is no
   * error here: rows wait, `behind` says so, and the log has the reason. Throws when there can be no such file or thread.
   */
  async start(): Promise<void> {
    await prepareFolder(this.#folder);
    await prepareFile(join(this.#folder, auditFile));
    await new Promise<void>((resolve, reject) => this.#spawn(resolve, reject));
    const { headMs = minuteMs, keepDays } = this.#options;
    const publicKey = publicKeyText(this.#chain.keys.sign);
    this.#log.info({ publicKey }, "This key checks the signatures of the record's checkpoints.");
    this.#timers = [setInterval(() => this.#logHead(), headMs)];
    if (keepDays === undefined) return;
    const [began, monotonic] = [Date.now(), monotonicMs()];
    const retain = (): void => {
      const set = Date.now() - began - (monotonicMs() - monotonic);
      if (Math.abs(set) < dayMs) this.#tell({ type: "retain", before: Date.now() - keepDays * dayMs });
      else
        this.#log.error(
          { ms: Math.round(set) },
          "The clock was set while earshot ran: no row is taken away before a restart.",
        );
    };
    this.#timers = [...this.#timers, setInterval(retain, dayMs)];
    retain();
  }

  append(row: AuditRow, withinMs: number): Promise<"written" | "late"> {
    return new Promise((resolve) => {
      const pending = this.#give(row, withinMs, (late) => {
        clearTimeout(timer);
        resolve(late ? "late" : "written");
      });
      const timer = setTimeout(() => {
        pending.toldLate = true;
        resolve("late");
      }, withinMs);
    });
  }

  after(row: AuditRow): void {
    this.#give(row, patienceMs, () => {});
  }

  behind(): boolean {
    for (const { since } of this.#pending.values()) return monotonicMs() - since > patienceMs;
    return false;
  }

  rows(filter: AuditFilter): Promise<readonly AuditEntry[]> {
    return new Promise((resolve, reject) => {
      if (this.#worker === undefined) {
        reject(new Error("the record cannot be read at this moment"));
        return;
      }
      this.#lastRead += 1;
      this.#reads.set(this.#lastRead, { resolve, reject });
      this.#tell({ type: "read", id: this.#lastRead, filter });
    });
  }

  follow(count: number, told: (rows: readonly AuditEntry[]) => void): () => void {
    const follower = new AuditFollower((filter) => this.rows(filter), count, told);
    this.#followers.add(follower);
    follower.readOn();
    return () => {
      follower.end();
      this.#followers.delete(follower);
    };
  }

  /**
   * Looks whether the record is as it was written (see `verifyAudit`), in a thread of its own. Throws when it cannot be
   * read.
   */
  verify(head?: string): Promise<AuditCheck> {
    const data = { folder: this.#folder, keys: this.#chain.keys };
    const verifier = spawnVerifier(head === undefined ? data : { ...data, head });
    return new Promise((resolve, reject) => {
      verifier.once("message", resolve);
      verifier.once("error", reject);
      verifier.once("exit", () => reject(new Error("the record cannot be verified at this moment")));
    });
  }

  /** Writes what waits and ends the thread. What cannot be written in time is counted in the log. */
  async stop(): Promise<void> {
    if (this.#stopping) return;
    const drainMs = this.#options.drainMs ?? 10_000;
    if (this.#pending.size > 0) await within(drainMs, new Promise<void>((resolve) => this.#drained.push(resolve)));
    this.#stopping = true;
    clearTimeout(this.#restart);
    for (const timer of this.#timers) clearInterval(timer);
    const lost = this.#pending.size;
    if (lost > 0) this.#log.error({ rows: lost }, "Rows of the record could not be written before the end.");
    const worker = this.#worker;
    if (worker !== undefined) {
      const gone = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
      if (lost === 0) {
        this.#tell({ type: "close" });
        await within(1000, gone);
      }
      await worker.terminate();
    }
    this.#logHead();
  }

  /** A record that was cut, or replaced as a whole, does not contain a head that was kept elsewhere. */
  #logHead(): void {
    if (this.#head !== undefined) this.#log.info({ head: this.#head }, "The head of the record.");
  }

  #give(row: AuditRow, withinMs: number, answer: (late: boolean) => void): Pending {
    if (this.#stopping) this.#log.error({ act: row.act }, "A row came after the record was closed.");
    this.#lastRow += 1;
    const n = this.#lastRow;
    const since = monotonicMs();
    const given: GivenRow = { n, key: `${this.#run}:${n}`, row, dueAt: since + withinMs };
    const pending: Pending = { given, since, toldLate: false, answer };
    this.#pending.set(n, pending);
    this.#tell({ type: "row", given });
    return pending;
  }

  #tell(message: ToWriter): void {
    this.#worker?.postMessage(message);
  }

  #spawn(up?: () => void, failed?: (error: Error) => void): void {
    const worker = (this.#options.spawn ?? spawnWriter)({
      file: join(this.#folder, auditFile),
      chain: this.#chain,
    });
    let cause: Error | undefined;
    let wasUp = false;
    worker.on("message", (message: FromWriter) => {
      if (message.type === "up") {
        wasUp = true;
        up?.();
      } else this.#heard(message);
    });
    worker.on("error", (error: Error) => {
      cause = error;
    });
    worker.once("exit", () => {
      this.#worker = undefined;
      for (const { reject } of this.#reads.values()) reject(new Error("the record cannot be read at this moment"));
      this.#reads.clear();
      if (this.#stopping) return;
      if (!wasUp && failed !== undefined) {
        failed(new Error("the thread that writes the record cannot start", { cause }));
        return;
      }
      this.#log.error({ why: cause?.message }, "The thread that writes the record ended; it is started again.");
      this.#restart = setTimeout(() => this.#spawn(), restartMs * this.#restartTimes);
      this.#restartTimes = Math.min(restartTimes, this.#restartTimes * 2);
    });
    this.#worker = worker;
    for (const { given } of this.#pending.values()) this.#tell({ type: "row", given });
  }

  #heard(message: Exclude<FromWriter, { type: "up" }>): void {
    switch (message.type) {
      case "written":
        this.#restartTimes = 1;
        this.#settle(message.through, new Set(message.late));
        return;
      case "entries":
        this.#reads.get(message.id)?.resolve(message.entries);
        this.#reads.delete(message.id);
        return;
      case "unreadable":
        this.#reads.get(message.id)?.reject(new Error(`the record cannot be read: ${message.why}`));
        this.#reads.delete(message.id);
        return;
      case "head":
        this.#head = message.head;
        return;
      case "retained":
        this.#log.info({ rows: message.rows }, "Old rows of the record are taken away.");
        return;
      case "not-retained":
        this.#log.error(
          { why: message.why },
          "Old rows of the record cannot be taken away; it is tried again tomorrow.",
        );
        return;
      case "trouble":
        this.#log.error({ why: message.why }, "The record cannot be written; it is tried again until it can.");
        return;
      case "recovered":
        this.#log.info({}, "The record is written again.");
        return;
      case "closed":
    }
  }

  #settle(through: number, late: ReadonlySet<number>): void {
    for (const [n, pending] of this.#pending) {
      if (n > through) break;
      this.#pending.delete(n);
      // Told late while the news of the disk was on its way: the record must say what the caller was told.
      if (pending.toldLate && !late.has(n)) this.#tell({ type: "late", key: pending.given.key });
      pending.answer(late.has(n));
    }
    for (const follower of this.#followers) follower.readOn();
    if (this.#pending.size === 0) for (const resolve of this.#drained.splice(0)) resolve();
  }
}

async function within(ms: number, done: Promise<void>): Promise<void> {
  const timer = new AbortController();
  await Promise.race([done, wait(ms, undefined, { signal: timer.signal }).catch(() => undefined)]);
  timer.abort();
}
