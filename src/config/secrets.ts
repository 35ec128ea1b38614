import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { type Finding, isMap, listAt, type Path, partAt, type Reading, textAt } from "./document.js";
import { sentence } from "./issues.js";
import { pathText, shown } from "./paths.js";

/** Where secrets may be found beside the configuration file itself. */
export interface SecretSources {
  /** Folder of the configuration file. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Every secret of a configuration, by its key path, and what is wrong or worth knowing about them. */
export interface Secrets {
  /** The secret of a key path such as `pbx.ari.password`. */
  get(path: Path): string | undefined;
  readonly findings: readonly Finding[];
  readonly warnings: readonly Finding[];
}

interface Slot {
  /** The map the secret belongs to. */
  readonly owner: Path;
  readonly name: "password" | "secret";
  readonly required: boolean;
}

/**
 * Reads every secret that the tree asks for: written out, from a file (relative to the configuration's folder, one line
 * end taken away) or from the environment, exactly one of the three. Sentences never hold a secret.
 */
export function readSecrets(reading: Reading, meant: ReadonlySet<string>, sources: SecretSources): Secrets {
  const values = new Map<string, string>();
  const findings: Finding[] = [];
  const warnings: Finding[] = [];

  for (const { owner, name, required } of slots(reading)) {
    const keys = [name, `${name}File`, `${name}Env`] as const;
    const given = keys.filter((key) => partAt(reading.tree, [...owner, key]) !== undefined);
    const path: Path = [...owner, given[0] ?? name];
    const found = (words: string): void => {
      findings.push({ ...reading.valueAt(path), path, sentence: sentence(path, words) });
    };
    if (given.length === 0) {
      const hasTypo = keys.some((key) => meant.has(pathText([...owner, key])));
      const ways = `write ${shown(name)}, or ${shown(`${name}File`)} with a file, or ${shown(`${name}Env`)} with an environment variable`;
      if (required && !hasTypo) found(`is missing: ${ways}`);
      continue;
    }
    if (given.length > 1) {
      found(`is given more than once: keep one of ${given.map(shown).join(", ")}`);
      continue;
    }
    const text = textAt(reading.tree, path);
    if (text === undefined) continue;
    const outcome =
      path.at(-1) === keys[1] ? fromFile(text, sources) : path.at(-1) === keys[2] ? fromEnv(text, sources) : { text };
    const flaw = "wrong" in outcome ? outcome.wrong : flawOf(outcome.text);
    if (flaw !== undefined) {
      found(flaw);
      continue;
    }
    if ("warning" in outcome) {
      warnings.push({ ...reading.valueAt(path), path, sentence: sentence(path, outcome.warning) });
    }
    if ("text" in outcome) values.set(pathText([...owner, name]), outcome.text);
  }
  return { get: (path) => values.get(pathText(path)), findings, warnings };
}

/** True when a secret stands in the configuration file itself. */
export function holdsSecrets(reading: Reading): boolean {
  return slots(reading).some(({ owner, name }) => partAt(reading.tree, [...owner, name]) !== undefined);
}

/** True for a file that every user of the machine can read; false also where that cannot be told. */
export function isOpenToAll(path: string): boolean {
  if (process.platform === "win32") return false;
  return ((statSync(path, { throwIfNoEntry: false })?.mode ?? 0) & 0o004) !== 0;
}

function slots(reading: Reading): readonly Slot[] {
  const found: Slot[] = [];
  const add = (owner: Path, name: Slot["name"], required: boolean): void => {
    const part = partAt(reading.tree, owner);
    if (part !== undefined && isMap(part)) found.push({ owner, name, required });
  };
  add(["pbx", "ari"], "password", true);
  add(["pbx", "ami"], "secret", true);
  const outside = partAt(reading.tree, ["mqtt", "embedded"]) === undefined;
  add(["mqtt"], "password", outside && textAt(reading.tree, ["mqtt", "username"]) !== undefined);
  add(["mqtt", "homeAssistant"], "password", !outside);
  const accounts: Path = ["mqtt", "embedded", "accounts"];
  for (const index of listAt(reading.tree, accounts).keys()) add([...accounts, index], "password", true);
  for (const index of listAt(reading.tree, ["phones"]).keys()) {
    const owner: Path = ["phones", index, "push"];
    add(owner, "password", textAt(reading.tree, [...owner, "by"]) === "http");
  }
  add(["recording"], "password", false);
  const desk: Path = ["desk", "accounts"];
  for (const index of listAt(reading.tree, desk).keys()) add([...desk, index], "password", true);
  return found;
}

type Outcome =
  | { readonly text: string }
  | { readonly text: string; readonly warning: string }
  | { readonly wrong: string };

function fromFile(name: string, sources: SecretSources): Outcome {
  const path = resolve(sources.folder, name);
  try {
    const text = readFileSync(path, "utf8").replace(/\r?\n$/, "");
    if (isOpenToAll(path)) {
      return {
        text,
        warning: `names ${shown(name)}, which every user of this machine can read; take that right away (chmod o-r)`,
      };
    }
    return { text };
  } catch (error) {
    return { wrong: `names ${shown(name)}, which cannot be read: ${fileTrouble(error)}` };
  }
}

function fromEnv(name: string, sources: SecretSources): Outcome {
  // Not repeated: what is no name may well be the secret itself.
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return { wrong: "must be the name of an environment variable" };
  const text = sources.env[name];
  return text === undefined ? { wrong: `names the environment variable ${shown(name)}, which is not set` } : { text };
}

/** A line end inside a secret would let it add a header of its own to what is sent to the PBX. */
function flawOf(secret: string): string | undefined {
  if (secret === "") return "is empty";
  return /[\u0000-\u001f\u007f]/.test(secret) ? "holds a line end or another control character" : undefined;
}

/** Why a file could not be read, in words. */
export function fileTrouble(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const words: Readonly<Record<string, string>> = {
    ENOENT: "there is no such file",
    ENOTDIR: "there is no such file",
    EACCES: "this user may not read it",
    EPERM: "this user may not read it",
    EISDIR: "it is a folder",
    ERR_INVALID_ARG_VALUE: "that is no file name",
    ENAMETOOLONG: "the name is too long",
  };
  return words[code] ?? (code === "" ? "the system does not say why" : `the system says ${code}`);
}
