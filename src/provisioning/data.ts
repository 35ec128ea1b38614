import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type * as z from "zod";
import { checkMake } from "./data-rules.js";
import { formatNamed } from "./formats/index.js";
import type { FileForm, Group, GroupKey, Layer, LayerName, Limits, ListedKey, Make } from "./layers.js";
import { keysShape, type LayerWritten, layerShape, modelsShape, vendorShape } from "./shapes.js";
import { readTree } from "./tree.js";

/** Every make's data, or what is wrong in it: `file:line: words`. */
export type Makes =
  | { readonly ok: true; readonly makes: ReadonlyMap<string, Make> }
  | { readonly ok: false; readonly problems: readonly string[] };

/** The folder `firmware-config/` of this package; the same from `src/` and from `dist/`. */
export function ownFolder(): string {
  return fileURLToPath(new URL("../../firmware-config", import.meta.url));
}

/** A folder of layers, and what its files are called in sentences. */
interface Folder {
  readonly path: string;
  readonly shown: string;
}

/**
 * Reads `<folder>/<vendor>/` of every make, and the site's own layers above it. `site` is the site's folder.
 * Never throws for what stands in a file.
 */
export async function readMakes(site?: string, own: string = ownFolder()): Promise<Makes> {
  const problems: string[] = [];
  const reader = new Reader(problems);
  const makes = new Map<string, Make>();
  const vendors = await foldersIn(own);
  for (const vendor of vendors) {
    const folders = [{ path: own, shown: "firmware-config" }, ...(site ? [{ path: site, shown: site }] : [])];
    const make = await readMake(reader, vendor, folders);
    if (!make) continue;
    makes.set(vendor, make.make);
    problems.push(...checkMake(make.make, make.layers));
  }
  if (site) {
    const strangers = (await foldersIn(site)).filter((name) => !vendors.includes(name));
    problems.push(...strangers.map((name) => `${join(site, name)}: there is no make of that name`));
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, makes };
}

async function foldersIn(path: string): Promise<readonly string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

async function readMake(
  reader: Reader,
  vendor: string,
  folders: readonly Folder[],
): Promise<{ readonly make: Make; readonly layers: readonly Layer[] } | undefined> {
  const [own, site] = folders;
  if (!own) return undefined;
  const written = await reader.file(own, `${vendor}/vendor.yaml`, vendorShape, true);
  if (!written) return undefined;
  const { files, format, words, recipes, places } = written.value;
  const form = ({ name, holds, format: other }: (typeof files)["full"][number]): FileForm => {
    const named = other ?? format;
    if (!formatNamed(named))
      reader.say(`${written.shown}:${written.lineOf(["format"])}`, `there is no format ${named}`);
    return { name, holds, format: named };
  };
  const all: readonly Layer[] = [
    { name: "base", places: toMap(places), groups: [] },
    ...(await reader.layer(own, vendor, "base", "base.yaml")),
    ...(site ? await reader.layer(site, vendor, "site", "site.yaml") : []),
  ];
  const models = new Map<string, Layer[]>();
  const limits = new Map<string, Limits>();
  for (const folder of folders) {
    for (const { model, layer, room } of await reader.models(folder, vendor)) {
      models.set(model, [...(models.get(model) ?? []), layer]);
      limits.set(model, new Map([...(limits.get(model) ?? []), ...room]));
    }
  }
  const roles = new Map<string, Layer[]>();
  for (const role of ["supervisor", "agent"]) {
    const found: Layer[] = [];
    for (const folder of folders) found.push(...(await reader.layer(folder, vendor, "role", `${role}.yaml`)));
    roles.set(role, found);
  }
  const phones = site ? await reader.phones(site, vendor) : new Map<string, Layer[]>();
  const [first] = await reader.layer(own, vendor, "first-contact", "first-contact.yaml");
  const keys: ListedKey[] = [];
  for (const folder of folders) keys.push(...(await reader.keys(folder, vendor)));
  const make: Make = {
    vendor,
    files: { overlay: files.overlay.map(form), full: files.full.map(form) },
    words: new Map(
      Object.entries(words).map(([name, rows]) => [
        name,
        new Map(Object.entries(rows).map(([row, cells]) => [row, toMap(cells)])),
      ]),
    ),
    recipes: toMap(recipes),
    keys,
    layers: ({ mac, model, role }) => [
      ...all,
      ...(models.get(model) ?? []),
      ...(roles.get(role) ?? []),
      ...(phones.get(mac) ?? []),
    ],
    limits: (model) => limits.get(model) ?? new Map(),
    ...(first && { firstContact: { files: files["first-contact"].map(form), layer: first } }),
  };
  const layers = [all, ...models.values(), ...roles.values(), ...phones.values()].flat();
  return { make, layers: [...layers, ...(first ? [first] : [])] };
}

/** Reads data files, and keeps what is wrong in them. */
class Reader {
  readonly #problems: string[];

  constructor(problems: string[]) {
    this.#problems = problems;
  }

  say(where: string, why: string): void {
    this.#problems.push(`${where}: ${why}`);
  }

  async file<T>(folder: Folder, name: string, shape: z.ZodType<T>, needed = false) {
    const shown = `${folder.shown}/${name}`;
    const text = await readFile(join(folder.path, name), "utf8").catch((error: NodeJS.ErrnoException) => {
      if (needed || error.code !== "ENOENT") this.say(shown, `cannot be read (${error.code ?? "no reason is given"})`);
      return undefined;
    });
    if (text === undefined) return undefined;
    const read = readTree(text);
    if ("why" in read) {
      this.say(`${shown}:${read.line}`, read.why);
      return undefined;
    }
    const parsed = shape.safeParse(read.tree ?? {});
    if (parsed.success) return { value: parsed.data, shown, lineOf: read.lineOf };
    for (const { path, message } of parsed.error.issues) {
      const steps = path.filter((step) => typeof step !== "symbol");
      this.say(`${shown}:${read.lineOf(steps)}`, `${steps.join(".") || "the file"}: ${message}`);
    }
    return undefined;
  }

  /** A layer of one file; none where there is no such file. */
  async layer(folder: Folder, vendor: string, name: LayerName, file: string): Promise<readonly Layer[]> {
    const read = await this.file(folder, `${vendor}/${file}`, layerShape);
    return read ? [toLayer(name, read.value, read.shown, read.lineOf)] : [];
  }

  async models(folder: Folder, vendor: string) {
    const read = await this.file(folder, `${vendor}/models.yaml`, modelsShape);
    if (!read) return [];
    return Object.entries(read.value.models).map(([model, { limits, ...layer }]) => ({
      model,
      room: toMap(limits),
      layer: toLayer("model", layer, read.shown, (path) => read.lineOf(["models", model, ...path])),
    }));
  }

  async phones(folder: Folder, vendor: string): Promise<ReadonlyMap<string, Layer[]>> {
    const names = await readdir(join(folder.path, vendor, "phones")).catch(() => []);
    const found = new Map<string, Layer[]>();
    for (const name of names) {
      const mac = /^([0-9a-f]{12})\.yaml$/.exec(name)?.[1];
      if (mac === undefined) this.say(`${folder.shown}/${vendor}/phones/${name}`, "is not named as <mac>.yaml");
      else found.set(mac, [...(await this.layer(folder, vendor, "phone", `phones/${name}`))]);
    }
    return found;
  }

  async keys(folder: Folder, vendor: string): Promise<readonly ListedKey[]> {
    const read = await this.file(folder, `${vendor}/keys.yaml`, keysShape);
    return (read?.value.keys ?? []).map(({ room, values, number, most, secret, ...rest }) => ({
      ...rest,
      ...(room !== undefined && { room }),
      ...(values && { values }),
      ...(number && { number }),
      ...(most !== undefined && { most }),
      secret: secret === "yes",
    }));
  }
}

type LineOf = (path: readonly (string | number)[]) => number;

function toLayer(name: LayerName, { places, groups }: LayerWritten, file: string, lineOf: LineOf): Layer {
  return {
    name,
    places: toMap(places),
    groups: groups.map(({ about, in: mode, when, needed, set, without }, at): Group => {
      const key = (name: string, value: string, path: readonly (string | number)[]): GroupKey => ({
        ...{ key: name, value, file },
        line: lineOf(["groups", at, ...path]),
      });
      return {
        ...{ about, when, file },
        line: lineOf(["groups", at]),
        ...(mode && { mode }),
        needed: needed === "true",
        set: Object.entries(set).map(([name, value]) => key(name, value, ["set", name])),
        without: without.map((name, index) => key(name, "", ["without", index])),
      };
    }),
  };
}

function toMap<T>(record: Readonly<Record<string, T>>): ReadonlyMap<string, T> {
  return new Map(Object.entries(record));
}
