import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { type ConfigResult, readConfig } from "../../../src/config/index.js";
import type { Config, KnownPhones, ModelFacts, Problem } from "../../../src/model/index.js";

const full: ModelFacts = { pages: "yes", secretInput: "yes", lineKeys: 27 };

export const models: KnownPhones = {
  yealink: {
    models: { T43U: full, T46U: full, T54W: full, T30P: { ...full, lineKeys: 0 } },
    ways: ["notify", "http"],
    priorities: [],
    lampKeys: true,
  },
  polycom: {
    models: {
      VVX411: { pages: "yes", secretInput: "yes" },
      SPIP550: { pages: "yes", secretInput: "uncertain" },
      VVX250: { pages: "uncertain", secretInput: "yes" },
      CCX600: { pages: "no", secretInput: "yes" },
    },
    ways: ["http"],
    priorities: ["critical", "high", "important", "normal"],
    lampKeys: false,
  },
};

export const right = `http: { listen: 127.0.0.1:8080, publicUrl: "http://127.0.0.1:8080" }
data: ./data
pbx:
  kind: asterisk
  ari: { url: "http://127.0.0.1:8088/ari", username: earshot, password: one }
  ami: { host: 127.0.0.1, port: 5038, username: earshot, secret: two }
  endpoint: "PJSIP/{extension}"
  supervisionEndpoint: "PJSIP/{extension}-sup"
policy: { hidden: allowed }
mqtt: { embedded: { listen: 127.0.0.1:1883, accounts: [{ username: ana, password: three, agent: "2001" }] } }
people:
  - { extension: "3001", name: Kim Osei, role: team-manager, teams: [support] }
  - { extension: "2001", name: Ana Ruiz, role: agent, teams: [support] }
phones:
  - { mac: 805ec0aabbcc, vendor: yealink, model: T46U, extension: "3001" }
`;

/** A folder of its own, gone after the test. */
export function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "earshot-config-"));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

/** Reads `text` as a configuration file, with other files beside it. */
export function read(
  text: string,
  env: Record<string, string> = {},
  beside: Record<string, { text: string; mode?: number }> = {},
  known: KnownPhones = models,
): ConfigResult {
  const at = folder();
  for (const [name, file] of Object.entries(beside)) {
    writeFileSync(join(at, name), file.text, { mode: file.mode ?? 0o600 });
  }
  const path = join(at, "earshot.yaml");
  writeFileSync(path, text, { mode: 0o600 });
  return readConfig(path, env, known);
}

/** Takes the one `«` out of a text and says where it stood, as `line:column`. */
export function marked(text: string): { readonly text: string; readonly at: string } {
  const before = text.split("«")[0] ?? "";
  if (before.length === text.length) throw new Error("no mark in the text");
  const lines = before.split("\n");
  return { text: text.replace("«", ""), at: `${lines.length}:${(lines.at(-1)?.length ?? 0) + 1}` };
}

/** The right file with one piece replaced; fails when the piece is not in it. */
export function changed(piece: string, by: string): string {
  if (!right.includes(piece)) throw new Error(`not in the file: ${piece}`);
  return right.replace(piece, () => by);
}

export function problemsOf(result: ConfigResult): readonly Problem[] {
  return result.ok ? [] : result.problems;
}

/** Problems as `line:column key: sentence`. */
export function told(result: ConfigResult): readonly string[] {
  return problemsOf(result).map(({ line, column, key, sentence }) => `${line}:${column} ${key}: ${sentence}`);
}

export function configOf(result: ConfigResult): Config {
  if (!result.ok) throw new Error(told(result).join("\n"));
  return result.config;
}

export function warningsOf(result: ConfigResult): readonly string[] {
  if (!result.ok) throw new Error(told(result).join("\n"));
  return result.warnings.map(({ line, column, key, sentence }) => `${line}:${column} ${key}: ${sentence}`);
}
