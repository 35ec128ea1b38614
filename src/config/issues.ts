import type * as z from "zod";
import { nearest } from "../model/index.js";
import { type Finding, isMap, type Path, type Reading, type Tree, textAt } from "./document.js";
import { listed, pathText, shown } from "./paths.js";
import { pbxKinds } from "./pbx-shape.js";
import { schema, type Written } from "./schema.js";
import { choiceWords } from "./shapes.js";

/** What the schema says of a tree: everything that is wrong, and the values when nothing is. */
export interface Checked<Shape = Written> {
  readonly written: Shape | undefined;
  readonly findings: readonly Finding[];
  /** Right keys that mistyped ones stand for, such as `policy.hidden`. */
  readonly meant: ReadonlySet<string>;
}

/**
 * Holds a reading against the schema. A key that is missing because it was mistyped is told once, as the mistyped key,
 * not a second time as the missing one.
 */
export function checkShape(reading: Reading): Checked {
  const kind = mistypedKind(reading);
  const { findings, ...checked } = checkAgainst(schema, reading, withSections(reading.tree, kind?.near));
  return { ...checked, findings: [...(kind?.findings ?? []), ...findings] };
}

/** The same for any other file and its shape. */
export function checkAgainst<Shape>(shape: z.ZodType<Shape>, reading: Reading, tree: unknown): Checked<Shape> {
  const result = shape.safeParse(tree);
  if (result.success) return { written: result.data, findings: [], meant: new Set() };
  const unknown = result.error.issues.flatMap((issue) => unknownKeys(reading, issue));
  const meant = new Set(unknown.flatMap((found) => found.meant ?? []));
  const findings: Finding[] = [...unknown.map((found) => found.finding)];
  for (const issue of result.error.issues) {
    if (issue.code === "unrecognized_keys") continue;
    const path = issue.path.filter((step) => typeof step !== "symbol");
    if (meant.has(pathText(path))) continue;
    findings.push({ ...reading.valueAt(path), path, sentence: sentence(path, issue.message) });
  }
  return { written: undefined, findings, meant };
}

/** The name of a key and what is to be said of it, as one sentence. */
export function sentence(path: Path, predicate: string): string {
  const subject = path.length === 0 ? "The file" : shown(pathText(path));
  return `${subject} ${predicate}${/[.?!]$/.test(predicate) ? "" : "."}`;
}

/** A kind of PBX that is nearly right: the rest of `pbx` is held against the one that was meant. */
function mistypedKind(reading: Reading): { readonly near: string; readonly findings: readonly Finding[] } | undefined {
  const path: Path = ["pbx", "kind"];
  const given = textAt(reading.tree, path);
  if (given === undefined || pbxKinds.some((kind) => kind === given)) return undefined;
  const near = nearest(given, pbxKinds);
  if (near === undefined) return undefined;
  const words = sentence(path, choiceWords(pbxKinds, given, ""));
  return { near, findings: [{ ...reading.valueAt(path), path, sentence: words }] };
}

/** Sections whose keys are asked for one by one are there even when nothing is written. */
function withSections(tree: Tree | undefined, kind: string | undefined): unknown {
  const sections = { http: {}, policy: {} };
  if (tree === undefined) return sections;
  if (!isMap(tree)) return tree;
  const pbx = tree["pbx"];
  const meant = kind !== undefined && pbx !== undefined && isMap(pbx) ? { pbx: { ...pbx, kind } } : {};
  return { ...sections, ...tree, ...meant };
}

interface UnknownKey {
  readonly finding: Finding;
  /** The key that was meant, as text. */
  readonly meant?: string;
}

function unknownKeys(reading: Reading, issue: z.core.$ZodIssue): readonly UnknownKey[] {
  if (issue.code !== "unrecognized_keys") return [];
  const right = issue.message.split("\n");
  const parent = issue.path.filter((step) => typeof step !== "symbol");
  return issue.keys.map((key) => {
    const path = [...parent, key];
    const near = nearest(key, right);
    const hint = near === undefined ? `; the keys here are ${listed(right, "and")}` : `; did you mean ${shown(near)}?`;
    const finding = { ...reading.keyAt(path), path, sentence: sentence(path, `is not a key here${hint}`) };
    return near === undefined ? { finding } : { finding, meant: pathText([...parent, near]) };
  });
}
