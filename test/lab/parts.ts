import { createHash } from "node:crypto";
import { access, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { AptError, hostDebianSource, PrivateApt, unpack } from "./apt.ts";
import { runCommand } from "./command.ts";
import { ASTERISK, CHROMIUM, FONTS, MOSQUITTO, type OfHost, type OfSuite, type Recipe } from "./recipes.ts";

/** A real program the lab can run, found on PATH or unpacked inside the clone. */
export interface Part {
  readonly ok: true;
  readonly name: string;
  readonly version: string;
  readonly from: "path" | "debian";
  /** The folder the part was unpacked to, or `/` for one from PATH: what the part's own files are found under. */
  readonly root: string;
  /**
   * The file to start and the arguments that come before the program's own; `program` is another one that came with it,
   * such as `usr/bin/mosquitto_passwd`.
   */
  command(args: readonly string[], program?: string): { file: string; args: string[] };
  /** What must be added to the environment it is started in. */
  readonly env: Readonly<Record<string, string>>;
}

/** A part that cannot be had here, and why, in words that can stand behind "skipped:". */
export interface MissingPart {
  readonly ok: false;
  readonly name: string;
  readonly why: string;
}

export type PartResult = Part | MissingPart;

type Start = Pick<Part, "command" | "env">;

const CACHE = fileURLToPath(new URL("../../node_modules/.cache/earshot-lab/", import.meta.url));
const HALF_DONE = ".half-done-";
const HALF_DONE_AFTER_MS = 600_000;
const known = new Map<string, Promise<PartResult>>();

/**
 * Asterisk 22 or newer: the host's own where it has one, else Debian's, unpacked inside the clone in some seconds.
 * Needs no root and changes nothing outside the clone. Later calls are instant.
 */
export function asteriskPart(): Promise<PartResult> {
  return part(ASTERISK);
}

/** Mosquitto 2 or newer, had in the same way. */
export function mosquittoPart(): Promise<PartResult> {
  return part(MOSQUITTO);
}

/** Chromium, had in the same way; from Debian's packages it brings its fonts with it. */
export function chromiumPart(): Promise<PartResult> {
  return part(CHROMIUM);
}

function part(recipe: Recipe): Promise<PartResult> {
  const earlier = known.get(recipe.name);
  if (earlier !== undefined) return earlier;
  const found = find(recipe).catch((error: unknown): PartResult => {
    if (!(error instanceof AptError)) throw error;
    return { ok: false, name: recipe.name, why: error.message };
  });
  known.set(recipe.name, found);
  return found;
}

async function find(recipe: Recipe): Promise<PartResult> {
  const onPath = await fromPath(recipe);
  if (onPath !== undefined) return onPath;
  if (process.platform !== "linux" || process.arch !== "x64") {
    return { ok: false, name: recipe.name, why: "needs Linux x64" };
  }
  const folder = join(CACHE, `${recipe.name}-${fingerprint(recipe)}`);
  const cached = await fromFolder(recipe, folder);
  if (cached !== undefined) return cached;
  await fetchInto(recipe, folder);
  const fetched = await fromFolder(recipe, folder);
  return fetched ?? { ok: false, name: recipe.name, why: "was unpacked but does not run" };
}

async function fromPath(recipe: Recipe): Promise<Part | undefined> {
  const program = recipe.binary.split("/").at(-1) ?? recipe.name;
  for (const folder of [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin", "/usr/local/sbin"]) {
    const file = join(folder, program);
    if (folder === "" || !(await exists(file))) continue;
    const command: Part["command"] = (args, other) => ({ file: other?.split("/").at(-1) ?? file, args: [...args] });
    const start: Start = { command, env: {} };
    const version = await versionOf(recipe, start);
    if (version === undefined) continue;
    return { ok: true, name: recipe.name, version, from: "path", root: "/", ...start };
  }
  return undefined;
}

/** A folder counts only with its stamp, which is written last: what an interrupted run left behind is never used. */
async function fromFolder(recipe: Recipe, folder: string): Promise<Part | undefined> {
  const version = await readFile(join(folder, "part-version"), "utf8").catch(() => undefined);
  if (version === undefined) return undefined;
  const start = await startOf(recipe, folder);
  if (start === undefined) return undefined;
  return { ok: true, name: recipe.name, version, from: "debian", root: folder, ...start };
}

async function startOf(recipe: Recipe, root: string): Promise<Start | undefined> {
  if (recipe.debian.suite === "host") return hostLoader(recipe, root);
  const command = await ownLoader(recipe, root);
  return command === undefined ? undefined : { command, env: {} };
}

async function hostLoader(recipe: Recipe, root: string): Promise<Start> {
  const triplets = (await readdir(join(root, "usr/lib")).catch(() => [])).filter((name) => name.endsWith("-linux-gnu"));
  // A package's libraries of its own, such as PulseAudio's, are sought at the path they would have been installed to.
  const folders = triplets.flatMap((name) => [`usr/lib/${name}`, `lib/${name}`, `usr/lib/${name}/pulseaudio`]);
  return {
    command: (args, program = recipe.binary) => ({ file: join(root, program), args: [...args] }),
    env: {
      LD_LIBRARY_PATH: folders.map((folder) => join(root, folder)).join(":"),
      FONTCONFIG_FILE: join(root, "fonts.conf"),
      // None: the host's would be loaded otherwise.
      GIO_MODULE_DIR: root,
    },
  };
}

/** The part's own dynamic loader and C library: the host's may be older than the program needs. */
async function ownLoader(recipe: Recipe, root: string): Promise<Part["command"] | undefined> {
  for (const triplet of await readdir(join(root, "usr/lib")).catch(() => [])) {
    const libraries = join(root, "usr/lib", triplet);
    const loader = (await readdir(libraries).catch(() => [])).find((name) => /^ld-linux.*\.so\.\d+$/.test(name));
    if (loader === undefined) continue;
    const path = `${libraries}:${join(root, "usr/lib")}`;
    return (args, program = recipe.binary) => {
      return { file: join(libraries, loader), args: ["--library-path", path, join(root, program), ...args] };
    };
  }
  return undefined;
}

async function fetchInto(recipe: Recipe, folder: string): Promise<void> {
  const source = await hostDebianSource();
  await mkdir(CACHE, { recursive: true });
  await sweep();
  const work = await mkdtemp(`${folder}${HALF_DONE}`);
  try {
    const apt = new PrivateApt(join(work, "apt"), source);
    await mkdir(join(work, "apt"));
    const downloads = join(work, "downloads");
    await download(recipe.debian, apt, source.suite, downloads);
    const root = join(work, "root");
    await mkdir(root);
    for (const name of await readdir(downloads)) {
      if (name.endsWith(".deb")) await unpack(join(downloads, name), root);
    }
    await rm(downloads, { recursive: true });
    await writeFile(join(root, "fonts.conf"), FONTS);
    const start = await startOf(recipe, root);
    const version = start === undefined ? undefined : await versionOf(recipe, start);
    if (version === undefined) throw new AptError(`Debian's ${recipe.name} was unpacked but does not run here`);
    await writeFile(join(root, "part-version"), version);
    await rename(root, folder).catch(async (error: unknown) => {
      // Another run on this machine was faster: its folder is as good as ours. A folder without a stamp is not.
      if (await exists(join(folder, "part-version"))) return;
      await rm(folder, { recursive: true, force: true });
      await rename(root, folder).catch(() => {
        throw error;
      });
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function download(from: OfSuite | OfHost, apt: PrivateApt, hostSuite: string, folder: string): Promise<void> {
  if ("installed" in from) {
    await apt.open(hostSuite, from.installed);
    return apt.downloadResolved(from.packages, folder);
  }
  await apt.open(from.suite);
  await apt.download(from.packages, folder).catch(async (error: unknown) => {
    if (!(error instanceof AptError) || !/Unable to locate|no installation candidate/.test(error.message)) throw error;
    await apt.downloadResolved(from.packages.slice(0, 1), folder);
  });
}

async function sweep(): Promise<void> {
  for (const name of await readdir(CACHE)) {
    if (!name.includes(HALF_DONE)) continue;
    const { mtimeMs } = await stat(join(CACHE, name)).catch(() => ({ mtimeMs: Date.now() }));
    if (Date.now() - mtimeMs > HALF_DONE_AFTER_MS) await rm(join(CACHE, name), { recursive: true, force: true });
  }
}

async function versionOf(recipe: Recipe, { command, env }: Start): Promise<string | undefined> {
  const { file, args } = command(recipe.versionArgs);
  const { code, stdout, stderr } = await runCommand(file, args, { env, timeoutMs: 10_000 });
  const [, told] = recipe.says === undefined ? ["", `${stdout}${stderr}`] : `${stdout}${stderr}`.split(recipe.says);
  const version = /\d+\.\d+[\w.]*/.exec(told ?? "")?.[0];
  if ((code !== 0 && recipe.says === undefined) || version === undefined) return undefined;
  return Number.parseInt(version, 10) >= recipe.minimumMajor ? version : undefined;
}

function fingerprint(recipe: Recipe): string {
  return createHash("sha256").update(JSON.stringify(recipe)).digest("hex").slice(0, 12);
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
