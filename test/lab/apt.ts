import { access, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runCommand } from "./command.ts";

/** One place the host itself takes Debian from. */
export interface DebianSource {
  readonly uri: string;
  /** Keyring files that the host names for this source; may be empty. */
  readonly signedBy: readonly string[];
}

/** A step of the private apt that did not work; the message is fit to be shown. */
export class AptError extends Error {
  override readonly name = "AptError";
}

const KEYRINGS = ["debian-archive-keyring.pgp", "debian-archive-keyring.gpg"];
const APT_WITHIN_MS = 600_000;
const NETWORK = /Temporary failure resolving|Could not resolve|Could not connect|Unable to connect|timed out/i;

/**
 * Finds Debian's main archive in the text of an apt sources file, deb822 or one-line (sources.list(5)).
 * Only enabled binary entries that carry `suite` and the component main count, so security mirrors are passed over.
 */
export function debianSources(text: string, suite: string, form: "deb822" | "one-line"): DebianSource[] {
  const found: DebianSource[] = [];
  const keyringFiles = (value: string) => value.split(/[\s,]+/).filter((word) => word.startsWith("/"));
  if (form === "one-line") {
    for (const line of text.split("\n")) {
      const match = /^\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s+(.*)$/.exec(line);
      if (match === null) continue;
      const [, options = "", uri = "", entrySuite, components = ""] = match;
      if (entrySuite !== suite || !components.split(/\s+/).includes("main")) continue;
      found.push({ uri, signedBy: keyringFiles(/signed-by=(\S+)/i.exec(options)?.[1] ?? "") });
    }
    return found;
  }
  for (const stanza of text.replace(/^#.*\n?/gm, "").split(/\n\s*\n/)) {
    const fields = new Map<string, string>();
    for (const match of stanza.matchAll(/^([A-Za-z-]+):((?:.*)(?:\n[ \t]+.*)*)/gm)) {
      fields.set((match[1] ?? "").toLowerCase(), (match[2] ?? "").trim());
    }
    const words = (field: string) => (fields.get(field) ?? "").split(/\s+/).filter((word) => word !== "");
    if (/^(no|false|0)$/i.test(fields.get("enabled") ?? "yes")) continue;
    if (!words("types").includes("deb") || !words("suites").includes(suite)) continue;
    if (!words("components").includes("main")) continue;
    for (const uri of words("uris")) found.push({ uri, signedBy: keyringFiles(fields.get("signed-by") ?? "") });
  }
  return found;
}

/**
 * The Debian archive this host already uses, and the suite it runs.
 * @throws AptError when the host is not Debian or names no archive for its own suite.
 */
export async function hostDebianSource(etcApt = "/etc/apt"): Promise<DebianSource & { readonly suite: string }> {
  const release = await readFile("/etc/os-release", "utf8").catch(() => "");
  const suite = /^VERSION_CODENAME=["']?([a-z]+)/m.exec(release)?.[1];
  if (!/^ID=["']?debian/m.test(release) || suite === undefined) {
    throw new AptError("needs Debian, or a new enough one on PATH");
  }
  const parts: string[] = await readdir(join(etcApt, "sources.list.d")).catch(() => []);
  for (const file of ["sources.list", ...parts.map((name) => join("sources.list.d", name))]) {
    const form = file.endsWith(".sources") ? "deb822" : file.endsWith(".list") ? "one-line" : undefined;
    if (form === undefined) continue;
    const [source] = debianSources(await readFile(join(etcApt, file), "utf8").catch(() => ""), suite, form);
    if (source !== undefined) return { ...source, suite };
  }
  throw new AptError(`the host's apt sources name no archive for ${suite}`);
}

/**
 * An apt of our own: its lists, status and cache lie in one folder, the host's are neither read nor written.
 * Every index is checked against the archive's signature and every package against the index; unsigned is refused.
 */
export class PrivateApt {
  readonly #folder: string;
  readonly #source: DebianSource;

  constructor(folder: string, source: DebianSource) {
    this.#folder = folder;
    this.#source = source;
  }

  /**
   * Reads the index of a suite and checks its signature by the host's own keyring.
   * `installed` names packages that `downloadResolved` takes for installed, whatever their version.
   * @throws AptError
   */
  async open(suite: string, installed: readonly string[] = []): Promise<void> {
    await this.#configure(suite);
    await writeFile(join(this.#folder, "status"), statusOf(installed));
    // Without this mode an index that could not be had is a warning, and apt goes on with what it has: nothing.
    const result = await this.#apt(["update", "-q", "-o", "APT::Update::Error-Mode=any"]);
    if (result.code === 0) return;
    const why = explain(result.stderr);
    const old = result.stderr.includes("NO_PUBKEY") ? "the host's debian-archive-keyring is too old: " : "";
    throw new AptError(`${old}${why}`);
  }

  /** Downloads exactly these packages. @throws AptError, naming the packages this suite has not got. */
  async download(packages: readonly string[], folder: string): Promise<void> {
    await mkdir(folder, { recursive: true });
    await this.#must(["download", "-q", ...packages], folder);
  }

  /** Downloads packages with all they depend on, as far as that is not taken for installed. @throws AptError */
  async downloadResolved(packages: readonly string[], folder: string): Promise<void> {
    await mkdir(join(folder, "partial"), { recursive: true });
    await this.#must([
      "install",
      "-q",
      "--yes",
      "--download-only",
      "--no-install-recommends",
      "-o",
      `Dir::Cache::archives=${folder}`,
      ...packages,
    ]);
  }

  async #configure(suite: string): Promise<void> {
    const at = (...names: string[]) => join(this.#folder, ...names);
    for (const folder of ["lists/partial", "cache/archives/partial", "etc/sources", "etc/parts"]) {
      await mkdir(at(folder), { recursive: true });
    }
    const keyrings = (await this.#keyrings()).join(" ");
    const stanza = ["Types: deb", `URIs: ${this.#source.uri}`, `Suites: ${suite}`, "Components: main"];
    await writeFile(at("etc/sources/suite.sources"), [...stanza, `Signed-By: ${keyrings}`, ""].join("\n"));
    const lines = [
      `Dir::State "${at()}"`,
      `Dir::State::lists "${at("lists")}"`,
      `Dir::State::status "${at("status")}"`,
      `Dir::Cache "${at("cache")}"`,
      `Dir::Log "${at("log")}"`,
      `Dir::Etc::sourcelist "${at("etc/none")}"`,
      `Dir::Etc::sourceparts "${at("etc/sources")}"`,
      `Dir::Etc::preferences "${at("etc/none")}"`,
      `Dir::Etc::preferencesparts "${at("etc/parts")}"`,
      // The host's parts may hold hooks that empty the host's own cache; only its way to the network is taken over.
      `Dir::Etc::main "${at("etc/none")}"`,
      `Dir::Etc::parts "${at("etc/parts")}"`,
      ...(await hostNetworkSettings()),
      // Snapshots and frozen mirrors are older than their own expiry date.
      'Acquire::Check-Valid-Until "false"',
      'Acquire::Languages "none"',
      'Acquire::AllowInsecureRepositories "0"',
      'APT::Get::AllowUnauthenticated "0"',
      // As root, apt would otherwise download as a user who may not be able to reach the clone.
      'APT::Sandbox::User "root"',
    ];
    await writeFile(at("apt.conf"), lines.map((line) => `${line};\n`).join(""), { mode: 0o600 });
  }

  async #keyrings(): Promise<string[]> {
    const own = KEYRINGS.map((name) => join("/usr/share/keyrings", name));
    const keyrings = await existing([...own, ...this.#source.signedBy]);
    if (keyrings.length === 0) throw new AptError("the host has no debian-archive-keyring");
    return [...new Set(keyrings)];
  }

  #apt(args: readonly string[], cwd = this.#folder) {
    const env = { APT_CONFIG: join(this.#folder, "apt.conf"), DEBIAN_FRONTEND: "noninteractive" };
    return runCommand("apt-get", args, { cwd, env, timeoutMs: APT_WITHIN_MS });
  }

  async #must(args: readonly string[], cwd?: string): Promise<void> {
    const result = await this.#apt(args, cwd);
    if (result.code !== 0) throw new AptError(explain(result.stderr));
  }
}

/** Unpacks one package's files into a folder, running none of its scripts. @throws AptError */
export async function unpack(packageFile: string, folder: string): Promise<void> {
  const result = await runCommand("dpkg-deb", ["-x", packageFile, folder]);
  if (result.code !== 0) throw new AptError(`cannot unpack ${packageFile}: ${result.stderr.trim()}`);
}

/** A dpkg status in which one package stands for all of these, in a version that satisfies everybody. */
function statusOf(installed: readonly string[]): string {
  if (installed.length === 0) return "";
  const fields = ["Package: earshot-lab-host", "Status: install ok installed", "Architecture: all", "Version: 1"];
  const provides = installed.map((name) => `${name} (= 9999)`).join(", ");
  return [...fields, "Maintainer: earshot", "Description: what the host has", `Provides: ${provides}`, "", ""].join(
    "\n",
  );
}

async function hostNetworkSettings(): Promise<string[]> {
  const dump = await runCommand("apt-config", ["dump"]);
  return dump.stdout
    .split("\n")
    .filter((line) => /^Acquire::(https?(::|\s)|Retries|ForceIPv[46])/.test(line) && !line.endsWith('"";'))
    .map((line) => line.replace(/;$/, ""));
}

async function existing(files: readonly string[]): Promise<string[]> {
  const kept: string[] = [];
  for (const file of files) {
    await access(file).then(
      () => kept.push(file),
      () => undefined,
    );
  }
  return kept;
}

function explain(stderr: string): string {
  const errors = stderr.split("\n").filter((line) => /^[EW]:/.test(line));
  const text = errors.slice(0, 3).join(" ") || stderr.trim().slice(-300);
  return NETWORK.test(stderr) ? `no network: ${text}` : text;
}
