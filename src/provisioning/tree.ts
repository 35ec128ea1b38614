import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from "yaml";

/** YAML as maps, lists and texts. Nothing is read as a number, so that what is written is what a phone gets. */
export type Tree = string | readonly Tree[] | { readonly [key: string]: Tree };

type Path = readonly (string | number)[];

/** What is written, and where. */
export interface Read {
  readonly tree: Tree | undefined;
  /** The line of a value, or of the nearest one around it; counted from 1. */
  lineOf(path: Path): number;
}

/** A data file that is no YAML; the line is where it stumbled. */
export interface Unread {
  readonly line: number;
  readonly why: string;
}

const deepest = 16;

/** Reads YAML text. Never throws. */
export function readTree(text: string): Read | Unread {
  const counter = new LineCounter();
  const document = parseDocument(text, { schema: "failsafe", prettyErrors: false, lineCounter: counter });
  const [error] = document.errors;
  if (error) return { line: counter.linePos(error.pos[0]).line, why: `is no YAML (${error.code})` };
  const lines = new Map<string, number>();
  const lineAt = (node: unknown): number | undefined => {
    const range =
      typeof node === "object" && node !== null && "range" in node && Array.isArray(node.range) && node.range;
    return range ? counter.linePos(Number(range[0])).line : undefined;
  };
  const visit = (node: unknown, path: Path): Tree => {
    if (path.length > deepest) return "";
    if (isAlias(node)) return visit(node.resolve(document), path);
    const line = lineAt(node);
    if (line !== undefined) lines.set(JSON.stringify(path), line);
    if (isSeq(node)) return node.items.map((item, at) => visit(item, [...path, at]));
    if (isMap(node)) {
      const pairs = node.items.map(({ key, value }) => {
        const name = isScalar(key) ? String(key.value) : "";
        return [name, visit(value, [...path, name])] as const;
      });
      return Object.fromEntries(pairs);
    }
    return isScalar(node) ? String(node.value ?? "") : "";
  };
  const lineOf = (path: Path): number =>
    lines.get(JSON.stringify(path)) ?? (path.length === 0 ? 1 : lineOf(path.slice(0, -1)));
  return { tree: document.contents === null ? undefined : visit(document.contents, []), lineOf };
}
