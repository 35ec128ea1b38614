/**
 * A program of its own that records rows until it is killed: `audit-writer.ts <folder>`. It prints the detail of each
 * row the moment that row is acknowledged.
 */
import { AuditLog, loadSecrets } from "../../../src/store/index.js";

const folder = process.argv[2] ?? "";
const { audit } = await loadSecrets(folder);
const silent = { info: () => {}, warn: () => {}, error: () => {} };
const log = new AuditLog(folder, silent, { writer: "main", keys: audit });
await log.start();
for (let n = 1; ; n += 1) {
  const row = { at: Date.now(), act: "listen", outcome: "allowed", supervisor: "3001", detail: String(n) } as const;
  if ((await log.append(row, 10_000)) === "written") process.stdout.write(`${n}\n`);
}
