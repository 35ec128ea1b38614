import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const source = resolve(import.meta.dirname, "../../src");

/** Rooms by storey (design section 4); `phones/<vendor>` and `pbx/<kind>` are rooms of their own. */
const storeys: Readonly<Record<string, number>> = {
  model: 0,
  state: 1,
  audience: 1,
  supervision: 1,
  pages: 1,
  indicators: 1,
  phones: 1,
  control: 2,
  dispatch: 2,
  pbx: 3,
  mqtt: 3,
  store: 3,
  http: 3,
  delivery: 3,
  sip: 3,
  provisioning: 3,
  discovery: 3,
  config: 3,
  cli: 3,
  health: 3,
  clock: 3,
  // What gateway.ts joins rooms with, and nobody else takes anything of.
  joints: 4,
  // What the commands of main.ts do, joined from rooms in the same way.
  commands: 4,
};
/** What holds rooms of its own kind, one folder each. */
const corridors = new Set(["phones", "pbx"]);

interface Import {
  readonly file: string;
  readonly target: string;
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(path);
    return /\.tsx?$/.test(entry.name) ? [path] : [];
  });
}

function importsOf(file: string): Import[] {
  const text = readFileSync(file, "utf8");
  const named = /(?:^|\n)(?:import|export)\s(?:[^;"]*?\sfrom\s)?"([^"]+)"/g;
  const awaited = /\bimport\("([^"]+)"\)/g;
  return [...text.matchAll(named), ...text.matchAll(awaited)].map((match) => ({ file, target: match[1] ?? "" }));
}

const room = (file: string): string => relative(source, file).split("/")[0] ?? "";
const where = ({ file, target }: Import): string => `${relative(source, file)} imports ${target}`;
const resolved = ({ file, target }: Import): string => resolve(dirname(file), target);
const files = filesBelow(source).filter((file) => !relative(source, file).startsWith("web/"));
const rooms = files.filter((file) => relative(source, file).includes("/"));
const imports = rooms.flatMap(importsOf);
const local = imports.filter(({ target }) => target.startsWith("."));
const crossing = local.filter((one) => room(one.file) !== room(resolved(one)));

describe("the import rule of design section 4", () => {
  it("every room has a storey", () => {
    expect(rooms.map(room).filter((name) => storeys[name] === undefined)).toEqual([]);
  });

  it("only main.ts and gateway.ts stand outside the rooms", () => {
    const outside = files.map((file) => relative(source, file)).filter((file) => !file.includes("/"));
    expect(outside.sort()).toEqual(["gateway.ts", "main.ts"]);
  });

  it("a room imports its own storey or a lower one", () => {
    const upward = crossing.filter((one) => (storeys[room(resolved(one))] ?? 9) > (storeys[room(one.file)] ?? -1));
    expect(upward.map(where)).toEqual([]);
  });

  it("another room is imported by its index alone", () => {
    const inside = crossing.filter((one) => !/^[^/]+(\/[^/]+)?\/index\.js$/.test(relative(source, resolved(one))));
    expect(inside.map(where)).toEqual([]);
  });

  it("nobody but gateway.ts takes anything of the joints, and nobody but main.ts anything of the commands", () => {
    const above = crossing.filter((one) => storeys[room(resolved(one))] === 4);
    expect(above.map(where)).toEqual([]);
  });

  it("adapters do not import each other", () => {
    const sideways = crossing.filter((one) => storeys[room(one.file)] === 3 && storeys[room(resolved(one))] === 3);
    expect(sideways.map(where)).toEqual([]);
  });

  it("vendors and PBX kinds do not import each other", () => {
    const kind = (file: string): string => relative(source, file).split("/").slice(0, 2).join("/");
    const sideways = local.filter((one) => {
      const [from, to] = [kind(one.file), kind(resolved(one))];
      const isKind = (name: string): boolean => name.includes("/") && !/\.[jt]s$/.test(name);
      return (
        corridors.has(room(one.file)) &&
        isKind(from) &&
        isKind(to) &&
        room(resolved(one)) === room(one.file) &&
        from !== to
      );
    });
    expect(sideways.map(where)).toEqual([]);
  });

  it("the first two storeys do no I/O: nothing from node:, no clock, no timer, no library", () => {
    const low = rooms.filter((file) => (storeys[room(file)] ?? 9) <= 1);
    const libraries = low.flatMap(importsOf).filter(({ target }) => !target.startsWith("."));
    expect(libraries.map(where)).toEqual([]);
    const impure = low.filter((file) =>
      /\b(Date\.now|new Date|performance\.|setTimeout|setInterval|Math\.random|process\.|fetch\()/.test(
        readFileSync(file, "utf8"),
      ),
    );
    expect(impure.map((file) => relative(source, file))).toEqual([]);
  });
});

describe("the browser's code", () => {
  it("takes types of the model alone, and nothing else of the house", () => {
    const web = resolve(source, "web");
    const outward = filesBelow(web).flatMap((file) =>
      [...readFileSync(file, "utf8").matchAll(/(?:^|\n)((?:import|export)\s[^;"]*"(\.[^"]+)")/g)]
        .map(([, statement = "", target = ""]) => ({ file, target, statement }))
        .filter((one) => !resolved(one).startsWith(`${web}/`)),
    );
    expect(outward.length).toBeGreaterThan(0);
    const wrong = outward.filter(
      (one) => !/^(?:import|export) type /.test(one.statement) || room(resolved(one)) !== "model",
    );
    expect(wrong.map(where)).toEqual([]);
  });
});

describe("what the package needs", () => {
  it("every library that src/ imports is a dependency, and every dependency is imported", () => {
    const { dependencies } = JSON.parse(readFileSync(resolve(source, "../package.json"), "utf8")) as {
      dependencies: Record<string, string>;
    };
    const name = (target: string): string =>
      target
        .split("/")
        .slice(0, target.startsWith("@") ? 2 : 1)
        .join("/");
    const libraries = files
      .flatMap(importsOf)
      .map(({ target }) => target)
      .filter((target) => !target.startsWith(".") && !target.startsWith("node:"));
    expect([...new Set(libraries.map(name))].sort()).toEqual(Object.keys(dependencies).sort());
  });
});
