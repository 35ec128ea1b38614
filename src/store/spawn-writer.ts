import { Worker } from "node:worker_threads";

const fromSources = import.meta.url.endsWith(".ts");
const beside = new URL(fromSources ? "./audit-worker.ts" : "./audit-worker.js", import.meta.url);

/**
 * Starts the thread that writes the record into `file`. From the built tree it is a file beside this one; from the
 * sources (tests, and running without a build) a thread of Node 20 knows no TypeScript, so it gets the loader first.
 */
export function spawnWriter(file: string, entry: URL = beside): Worker {
  const options = { workerData: { file }, execArgv: [] };
  if (!entry.pathname.endsWith(".ts")) return new Worker(entry, options);
  const loader = JSON.stringify(import.meta.resolve("tsx/esm/api"));
  const boot = `import { register } from ${loader}; register(); await import(${JSON.stringify(entry.href)});`;
  return new Worker(new URL(`data:text/javascript,${encodeURIComponent(boot)}`), options);
}
