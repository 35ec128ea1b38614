import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { Config, KnownPhones, Problem } from "../model/index.js";
import { readAuthority } from "./authority.js";
import { buildConfig } from "./build.js";
import { readDevices } from "./devices.js";
import { type Finding, type Reading, readDocument } from "./document.js";
import { readIdentity } from "./identity.js";
import { checkShape, sentence } from "./issues.js";
import { pathText } from "./paths.js";
import { checkRules } from "./rules.js";
import { fileTrouble, holdsSecrets, isOpenToAll, readSecrets } from "./secrets.js";
import { checkServerIdentity } from "./server-identity.js";
import { warningsOf } from "./warnings.js";

/** A configuration that may be used, with what is worth knowing about it; or everything that is wrong, by line. */
export type ConfigResult =
  | { readonly ok: true; readonly config: Config; readonly warnings: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * Reads `earshot.yaml` (design 5a) and the secrets it names. Never throws: a file that cannot be read is a problem too.
 * `known` is the phones that earshot has profiles for.
 */
export function readConfig(
  path: string,
  env: Readonly<Record<string, string | undefined>>,
  known: KnownPhones,
): ConfigResult {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    const words = `The configuration cannot be read: ${fileTrouble(error)}.`;
    return { ok: false, problems: [{ file: path, line: 1, column: 1, key: "", sentence: words }] };
  }
  const reading = readDocument(text);
  const asProblem = problemIn(path);
  if (reading.tree === undefined && reading.findings.length > 0) {
    return { ok: false, problems: sorted(reading.findings).map(asProblem) };
  }

  const folder = dirname(resolve(path));
  const { written, findings, meant } = checkShape(reading);
  const secrets = readSecrets(reading, meant, { folder, env });
  const authority = readAuthority(reading, folder);
  const identity = readIdentity(reading, folder);
  const served = checkServerIdentity(reading, folder);
  const devices = readDevices(reading, folder, known);
  const tls = [...authority.findings, ...identity.findings, ...served.findings, ...devices.findings];
  const told = [...reading.findings, ...findings, ...secrets.findings, ...tls];
  const wrong = [...told, ...checkRules(reading, meant, known)];
  const beside = { folder, ca: authority.ca, identity: identity.identity, known, devices };
  const config = written && wrong.length === 0 ? buildConfig(written, secrets, beside) : undefined;
  if (config === undefined) return { ok: false, problems: sorted(wrong).map(asProblem) };
  const files = [...secrets.warnings, ...identity.warnings, ...served.warnings, ...devices.warnings];
  const warnings = [...files, ...warningsOf(config, reading, known), ...openFile(path, reading)];
  return { ok: true, config, warnings: sorted(warnings).map(asProblem) };
}

/** One problem a line: `earshot.yaml:3:5: sentence`. */
export function describeProblems(problems: readonly Problem[]): string {
  return problems.map(({ file, line, column, sentence }) => `${file}:${line}:${column}: ${sentence}`).join("\n");
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
