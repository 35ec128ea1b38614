import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { AuditRow, Log } from "../../../src/model/index.js";
import { AuditLog, type AuditLogOptions, loadSecrets } from "../../../src/store/index.js";

/** A data folder that is gone when the test is over. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), "earshot-store-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "data");
}

/** The record of a folder, by the gateway `writer`, not started yet. */
export async function recordOf(
  folder: string,
  log: Log = keptLog().log,
  options: AuditLogOptions = {},
  writer = "main",
): Promise<AuditLog> {
  const { audit } = await loadSecrets(folder);
  return new AuditLog(folder, log, { writer, keys: audit }, options);
}

/** A log that keeps its lines. */
export function keptLog(): { readonly log: Log; readonly lines: string[] } {
  const lines: string[] = [];
  const line = (level: string) => (about: object, sentence: string) =>
    void lines.push(`${level} ${sentence} ${JSON.stringify(about)}`);
  return { lines, log: { info: line("info"), warn: line("warn"), error: line("error") } };
}

/** A row that can be told from others by its detail. */
export function row(detail: string): AuditRow {
  return { at: 1_700_000_000_000, act: "listen", outcome: "allowed", supervisor: "3001", detail };
}

/** Waits until something is so; the test's own time limit ends it. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 5));
}
