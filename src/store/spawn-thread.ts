import { Worker } from "node:worker_threads";
import type { WriterData } from "./audit-protocol.js";
import type { AuditKeys } from "./secrets.js";

const fromSources = import.meta.url.endsWith(".ts");
const beside = (name: string): URL => new URL(`./${name}.${fromSources ? "ts" : "js"}`, import.meta.url);

/** What the thread that verifies the record is given. */
export interface VerifierData {
  readonly folder: string;
  readonly keys: AuditKeys;
  readonly head?: string;
}

/** Starts the thread that writes the record. */
export function spawnWriter(data: WriterData, entry: URL = beside("audit-worker")): Worker {
  return spawn(entry, data);
}

/** Starts a thread that verifies the record once: it says an `AuditCheck`, or fails with why it cannot. */
export function spawnVerifier(data: VerifierData): Worker {
  return spawn(beside("audit-verifier"), data);
}

/**
 * From the built tree a thread's code is a file beside this one; from the sources (tests, and running without a build) a
 * thread of Node 20 knows no TypeScript, so it gets the loader first.
 */
function spawn(entry: URL, workerData: WriterData | VerifierData): Worker {
  const options = { workerData, execArgv: [] };
  if (!entry.pathname.endsWith(".ts")) return new Worker(entry, options);
  const loader = JSON.stringify(import.meta.resolve("tsx/esm/api"));
  const boot = `import { register } from ${loader}; register(); await import(${JSON.stringify(entry.href)});`;
  return new Worker(new URL(`data:text/javascript,${encodeURIComponent(boot)}`), options);
}
