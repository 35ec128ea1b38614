import { createHmac, timingSafeEqual } from "node:crypto";
import type { LegId, Token } from "../model/index.js";

/** What a signature binds: nothing of a press can be changed, or used by another phone, without breaking it. */
export interface Signed {
  readonly token: Token;
  /** `do/<act>` or `pick/<pick>`. */
  readonly deed: string;
  readonly leg: LegId | undefined;
  readonly step: number;
}

/** Bytes of the HMAC that are kept: 96 bits. */
const keptBytes = 12;

function digest(key: Uint8Array, signed: Signed): Buffer {
  const text = ["earshot press 1", signed.token, signed.deed, signed.leg ?? "-", String(signed.step)].join("\n");
  return createHmac("sha256", key).update(text).digest().subarray(0, keptBytes);
}

/** 16 URL-safe characters. */
export function sign(key: Uint8Array, signed: Signed): string {
  return digest(key, signed).toString("base64url");
}

/** Whether this gateway signed exactly this. Takes the same time however much of the signature is right. */
export function isSigned(key: Uint8Array, signed: Signed, signature: string): boolean {
  const given = Buffer.from(signature, "base64url");
  return given.length === keptBytes && timingSafeEqual(given, digest(key, signed));
}
