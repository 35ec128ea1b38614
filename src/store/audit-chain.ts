import { createHmac, type KeyObject } from "node:crypto";

/** What one column holds. */
export type Value = string | number | null;

/** Where a chain ends: how many rows it had from its beginning, and the last one's chain value. */
export interface End {
  readonly seq: number;
  readonly chain: string;
}

/** The end of the chain of one writer. */
export interface Head extends End {
  readonly writer: string;
}

export const notBegun: End = { seq: 0, chain: "" };

/**
 * The chain value of a row: HMAC-SHA-256 over the chain value before it and every other column, as a JSON list. With the
 * order fixed a list of texts, numbers and nulls reads one way only.
 */
export function chainValue(key: KeyObject, before: string, values: readonly Value[]): string {
  return createHmac("sha256", key)
    .update(JSON.stringify(["earshot audit row v1", before, ...values]))
    .digest("base64url");
}

/** A head as the log tells it and `audit verify --head` takes it. */
export function headText({ writer, seq, chain }: Head): string {
  return `${writer}:${seq}:${chain}`;
}

/** Undefined for what is no head. */
export function parseHead(text: string): Head | undefined {
  const [, writer, seq, chain] = /^([A-Za-z0-9_-]{1,64}):(\d{1,15}):([A-Za-z0-9_-]{43})$/.exec(text.trim()) ?? [];
  return writer && seq && chain ? { writer, seq: Number(seq), chain } : undefined;
}

/** A row as it is read by `columnList`: its place, what the chain covers, and the chain value it carries. */
export function placeOf(row: readonly Value[]): Head & { readonly id: number; readonly values: readonly Value[] } {
  const [id, writer, seq] = row;
  return {
    id: Number(id),
    writer: String(writer),
    seq: Number(seq),
    chain: String(row.at(-1)),
    values: row.slice(0, -1),
  };
}
