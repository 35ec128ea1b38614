import { createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import * as z from "zod";
import type { Connection } from "./database.js";

/**
 * What retention took away from the beginning of the record, said of one writer's chain. Signed, so that somebody
 * without the secret can check that earshot said so.
 */
export interface Checkpoint {
  readonly writer: string;
  /** How many rows of this chain went with it; earlier ones had gone before. */
  readonly rows: number;
  /** Every row of the record up to this id is gone. */
  readonly throughId: number;
  /** The chain's last row that is gone. */
  readonly throughSeq: number;
  readonly chain: string;
  /** When, in milliseconds by the system's clock. */
  readonly at: number;
}

/** What was there before a chain began. */
export interface Begun {
  /** Rows that were written without a chain, and got one only now: what was done to them before, nobody can tell. */
  readonly takenOver?: { readonly rows: number; readonly fromId: number; readonly throughId: number };
  /** Where the chains of other writers ended. */
  readonly others?: readonly { readonly writer: string; readonly seq: number; readonly chain: string }[];
}

const whole = z.number().int().nonnegative();
const end = { writer: z.string(), chain: z.string() };
const checkpoint = z.object({ ...end, rows: whole, throughId: whole, throughSeq: whole, at: whole });
const signed = checkpoint.extend({ signature: z.string() });
const begun = z.object({
  takenOver: z.object({ rows: whole, fromId: whole, throughId: whole }).exactOptional(),
  others: z.array(z.object({ ...end, seq: whole })).exactOptional(),
});

/** The text that is signed: README, "Operating it", tells it to whoever wants to check one. */
function signedText({ writer, rows, throughId, throughSeq, chain, at }: Checkpoint): Buffer {
  return Buffer.from(
    `earshot audit checkpoint v1\n${JSON.stringify([writer, rows, throughId, throughSeq, chain, at])}`,
  );
}

/** A checkpoint as the detail of its row. */
export function checkpointText(said: Checkpoint, key: KeyObject): string {
  return JSON.stringify({ ...said, signature: sign(null, signedText(said), key).toString("base64") });
}

function unchecked(detail: string): z.output<typeof signed> | undefined {
  return signed.safeParse(json(detail)).data;
}

function isOurs({ signature, ...said }: z.output<typeof signed>, key: KeyObject): boolean {
  return verify(null, signedText(said), createPublicKey(key), Buffer.from(signature, "base64"));
}

/** Undefined for what does not tell how a chain began. */
export function readBegun(detail: string): Begun | undefined {
  return begun.safeParse(json(detail)).data;
}

/** The newest checkpoint of each writer, with the id of its row. */
export function checkpointsOf(
  connection: Connection,
  key: KeyObject,
): ReadonlyMap<string, Checkpoint & { id: number }> {
  const found = new Map<string, Checkpoint & { id: number }>();
  for (const { id, detail } of statements(connection, "audit-checkpoint").toReversed()) {
    const said = unchecked(detail);
    if (said && !found.has(said.writer) && isOurs(said, key)) found.set(said.writer, { ...said, id });
  }
  return found;
}

/** The rows of one act of earshot itself, oldest first. */
export function statements(
  connection: Connection,
  act: "audit-checkpoint" | "audit-begun",
): readonly { readonly id: number; readonly detail: string }[] {
  // The act stands in the text: an index of these few rows is used only where it does.
  const rows = connection.prepare(
    `SELECT id, coalesce(detail, '') AS detail FROM audit WHERE act = '${act}' ORDER BY id`,
  );
  return rows.all() as { id: number; detail: string }[];
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
