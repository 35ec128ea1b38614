import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { Config, KnownPhones, Problem } from "../model/index.js";
import { readAuthority } from "./authority.js";
import { buildConfig } from "./build.js";
import { readDevices } from "./devices.js";
import { type Finding, type Path, partAt, type Reading, readDocument, textAt, unreadable } from "./document.js";
import { readIdentity } from "./identity.js";
import { checkShape, sentence } from "./issues.js";
import { pathText } from "./paths.js";
import { checkRules } from "./rules.js";
import { usualData } from "./schema.js";
import { fileTrouble, holdsSecrets, isOpenToAll, readSecrets } from "./secrets.js";
import { checkServerIdentity, type ServerTlsUse } from "./server-identity.js";
import { warningsOf } from "./warnings.js";

/** A configuration that may be used, with what is worth knowing about it; or everything that is wrong, by line. */
export type ConfigResult =
  | { readonly ok: true; readonly config: Config; readonly warnings: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Where a gateway keeps its data, or why that cannot be told. */
export type DataFolderResult =
  | { readonly ok: true; readonly data: string }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * Reads `earshot.yaml` (design 5a) and the secrets it names. Never throws: a file that cannot be read is a problem too.
 * `known` is the phones that earshot has profiles for; with `tls` unread, the files of `http.tls` may be as they like.
 */
export function readConfig(
  path: string,
  env: Readonly<Record<string, string | undefined>>,
  known: KnownPhones,
  tls: ServerTlsUse = "read",
): ConfigResult {
  const reading = readingOf(path);
  const asProblem = problemIn(path);
  if (reading.tree === undefined && reading.findings.length > 0) {
    return { ok: false, problems: sorted(reading.findings).map(asProblem) };
  }

  const folder = dirname(resolve(path));
  const { written, findings, meant } = checkShape(reading);
  const secrets = readSecrets(reading, meant, { folder, env });
  const authority = readAuthority(reading, folder);
  const identity = readIdentity(reading, folder);
  const served = checkServerIdentity(reading, folder, tls);
  const devices = readDevices(reading, folder, known);
  const certificates = [...authority.findings, ...identity.findings, ...served.findings, ...devices.findings];
  const told = [...reading.findings, ...findings, ...secrets.findings, ...certificates];
  const wrong = [...told, ...checkRules(reading, meant, known)];
  const beside = { folder, ca: authority.ca, identity: identity.identity, known, devices };
  const config = written && wrong.length === 0 ? buildConfig(written, secrets, beside) : undefined;
  if (config === undefined) return { ok: false, problems: sorted(wrong).map(asProblem) };
  const files = [...secrets.warnings, ...identity.warnings, ...served.warnings, ...devices.warnings];
  const warnings = [...files, ...warningsOf(config, reading, known), ...openFile(path, reading)];
  return { ok: true, config, warnings: sorted(warnings).map(asProblem) };
}

/**
 * The data folder of the gateway that runs with this file, which is all that asking it takes: so it can be asked, and a key
 * revoked, whatever else of the file is wrong, half written or out of this user's reach. Never throws.
 */
export function readDataFolder(path: string): DataFolderResult {
  const reading = readingOf(path);
  const { findings, meant } = checkShape(reading);
  const mistyped = (at: Path): boolean =>
    at.length === 1 && meant.has("data") && partAt(reading.tree, at) !== undefined;
  const about = ({ path: at }: Finding): boolean => at.length === 0 || at[0] === "data" || mistyped(at);
  const wrong = [...reading.findings, ...findings].filter(about);
  if (wrong.length > 0) return { ok: false, problems: sorted(wrong).map(problemIn(path)) };
  const data = textAt(reading.tree, ["data"]) ?? usualData;
  return { ok: true, data: resolve(dirname(path), data) };
}

/** One problem a line: `earshot.yaml:3:5: sentence`. */
export function describeProblems(problems: readonly Problem[]): string {
  return problems.map(({ file, line, column, sentence }) => `${file}:${line}:${column}: ${sentence}`).join("\n");
}

function readingOf(path: string): Reading {
  try {
    return readDocument(readFileSync(path, "utf8"));
  } catch (error) {
    return unreadable(`The configuration cannot be read: ${fileTrouble(error)}.`);
  }
}

function openFile(path: string, reading: Reading): readonly Finding[] {
  if (!holdsSecrets(reading) || !isOpenToAll(path)) return [];
  const words = "holds passwords and can be read by every user of this machine; take that right away (chmod o-r)";
  return [{ line: 1, column: 1, path: [], sentence: sentence([], words) }];
}

function problemIn(file: string): (finding: Finding) => Problem {
  return ({ line, column, path, sentence }) => ({ file, line, column, key: pathText(path), sentence });
}

function sorted(findings: readonly Finding[]): readonly Finding[] {
  return findings.toSorted((one, other) => one.line - other.line || one.column - other.column);
}
