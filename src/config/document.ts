import {
  isAlias,
  isMap as isMapNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  Scalar,
} from "yaml";
import { type Place, pathText, shown } from "./paths.js";
import { syntaxSentence } from "./syntax.js";

/** A YAML file as maps, lists and text. Nothing is read as a number, so that `0100` and `12e4` stay what was written. */
export type Tree = string | readonly (Tree | undefined)[] | { readonly [key: string]: Tree | undefined };
export type Path = readonly (string | number)[];

/** A problem before it is known in which file it stands. */
export interface Finding extends Place {
  readonly path: Path;
  readonly sentence: string;
}

/** What is written, and where each key and value of it stands. */
export interface Reading {
  /** Undefined when nothing is written. A key with nothing behind it counts as not written. */
  readonly tree: Tree | undefined;
  readonly findings: readonly Finding[];
  /** Where a value stands, or the nearest value around it that does. */
  valueAt(path: Path): Place;
  /** Where a key stands, or the nearest value around it that does. */
  keyAt(path: Path): Place;
}

const start: Place = { line: 1, column: 1 };
const mostCharacters = 1_000_000;
const deepest = 32;
const mostNodes = 200_000;

/**
 * Reads YAML text. Never throws: syntax errors (the only findings then), keys given twice, keys that are no words and
 * trees too large or too deep are findings. Sentences never repeat a value, which may be a secret.
 */
export function readDocument(text: string): Reading {
  const lines = new LineCounter();
  const place = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  if (text.length > mostCharacters) return unreadable("The file is too large.");
  const deep = tooDeep(text);
  if (deep) return wrong({ ...deep, path: [], sentence: "This is nested too deeply." });

  const document = parseDocument(text, {
    schema: "failsafe",
    uniqueKeys: false,
    prettyErrors: false,
    lineCounter: lines,
  });
  if (document.errors.length > 0) {
    return wrong(
      ...onePerLine(
        document.errors.map((error) => ({ ...place(error.pos[0]), path: [], sentence: syntaxSentence(error.code) })),
      ),
    );
  }

  const findings: Finding[] = [];
  const values = new Map<string, Place>();
  const keys = new Map<string, Place>();
  let nodes = 0;

  const visit = (node: unknown, path: Path, fallback: Place): Tree | undefined => {
    nodes += 1;
    const at = isPlaced(node) ? place(node.range[0]) : fallback;
    if (path.length > deepest || nodes > mostNodes) {
      if (nodes <= mostNodes) findings.push({ ...at, path: [], sentence: "This is nested too deeply." });
      return undefined;
    }
    if (isAlias(node)) {
      const target = node.resolve(document);
      if (target === undefined) {
        const sentence =
          "A value that starts with `*` points to a name given with `&`, and there is none; put it in quotes.";
        findings.push({ ...at, path, sentence });
        return undefined;
      }
      return visit(target, path, at);
    }
    values.set(identity(path), at);
    if (isMapNode(node)) return visitMap(node.items, path, at);
    if (isSeq(node)) return node.items.map((item, index) => visit(item, [...path, index], at));
    return isScalar(node) ? written(node) : undefined;
  };

  const visitMap = (pairs: readonly Pair[], path: Path, fallback: Place): Tree => {
    const map: Record<string, Tree | undefined> = Object.create(null);
    const firsts = new Map<string, Place>();
    for (const { key: keyNode, value: valueNode } of pairs) {
      const at = isPlaced(keyNode) ? place(keyNode.range[0]) : fallback;
      if (!isScalar(keyNode)) {
        findings.push({ ...at, path, sentence: "A key must be a word." });
        continue;
      }
      const key = String(keyNode.value);
      const first = firsts.get(key);
      if (first) {
        const name = shown(pathText([...path, key]));
        findings.push({
          ...at,
          path: [...path, key],
          sentence: `${name} is given twice; the first is on line ${first.line}.`,
        });
        continue;
      }
      firsts.set(key, at);
      keys.set(identity([...path, key]), at);
      const value = visit(valueNode, [...path, key], at);
      if (value !== undefined) map[key] = value;
      else values.set(identity([...path, key]), at);
    }
    return map;
  };

  const tree = visit(document.contents, [], start);
  if (nodes > mostNodes) findings.push({ ...start, path: [], sentence: "The file holds too much." });

  const near = (first: ReadonlyMap<string, Place>, path: Path): Place => {
    const here = first.get(identity(path)) ?? values.get(identity(path));
    if (here) return here;
    return path.length === 0 ? start : near(values, path.slice(0, -1));
  };
  return { tree, findings, valueAt: (path) => near(values, path), keyAt: (path) => near(keys, path) };
}

/** What comes of a file of which nothing is read, for this reason. */
export function unreadable(sentence: string): Reading {
  return wrong({ ...start, path: [], sentence });
}

/** The part of a tree at a path; undefined where there is none. */
export function partAt(tree: Tree | undefined, path: Path): Tree | undefined {
  let part = tree;
  for (const step of path) {
    if (part === undefined || typeof part === "string") return undefined;
    if (isList(part)) part = typeof step === "number" ? part[step] : undefined;
    else part = Object.hasOwn(part, step) ? part[String(step)] : undefined;
  }
  return part;
}

/** The text at a path; undefined where there is none. */
export function textAt(tree: Tree | undefined, path: Path): string | undefined {
  const part = partAt(tree, path);
  return typeof part === "string" ? part : undefined;
}

/** The list at a path; empty where there is none. */
export function listAt(tree: Tree | undefined, path: Path): readonly (Tree | undefined)[] {
  const part = partAt(tree, path);
  return part !== undefined && isList(part) ? part : [];
}

/** True for the part of a tree that has keys. */
export function isMap(part: Tree): part is { readonly [key: string]: Tree | undefined } {
  return typeof part === "object" && !Array.isArray(part);
}

function isList(part: Tree): part is readonly (Tree | undefined)[] {
  return Array.isArray(part);
}

/** Unlike the text of a path, this cannot be the same for two paths. */
function identity(path: Path): string {
  return JSON.stringify(path);
}

function wrong(...findings: readonly Finding[]): Reading {
  return { tree: undefined, findings, valueAt: () => start, keyAt: () => start };
}

function isPlaced(node: unknown): node is Node & { readonly range: readonly [number, number, number] } {
  return typeof node === "object" && node !== null && "range" in node && Array.isArray(node.range);
}

function written(node: Scalar): string | undefined {
  const text = String(node.value ?? "");
  return text === "" && (node.type ?? Scalar.PLAIN) === Scalar.PLAIN ? undefined : text;
}

/** One mistake often makes the parser stumble again and again on the same line. */
function onePerLine(findings: readonly Finding[]): readonly Finding[] {
  const lines = new Map<number, Finding>();
  for (const finding of findings) if (!lines.has(finding.line)) lines.set(finding.line, finding);
  return [...lines.values()];
}

/** Where brackets are nested deeper than any configuration needs: the parser would exhaust the stack. */
function tooDeep(text: string): Place | undefined {
  let open = 0;
  for (const [index, line] of text.split("\n").entries()) {
    if (/(?:[-?:][ \t]+){33}/.test(line)) return { line: index + 1, column: 1 };
    for (let column = 0; column < line.length; column++) {
      const character = line[column];
      if (character === "[" || character === "{") open += 1;
      else if (character === "]" || character === "}") open = Math.max(0, open - 1);
      if (open > 100) return { line: index + 1, column: column + 1 };
    }
  }
  return undefined;
}
