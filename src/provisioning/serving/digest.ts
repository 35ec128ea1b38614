import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/** How long a nonce is good for; an older one is answered with a new one, which the phone then uses by itself. */
const nonceMs = 5 * 60_000;
const realm = "earshot";

/**
 * What came of a request's credentials. `stale`: they are right, and their nonce is too old; `replayed`: right too, and
 * they have come before.
 */
export type Judged = { readonly of: string } | "none" | "wrong" | "stale" | "replayed";

/** Takes a nonce with its count; false where that has come before. */
export type TakeNonce = (user: string, nonce: string, madeAt: number, count: number) => boolean;

/** Asks for credentials by digest (RFC 7616, MD5, as phones have it). The nonce says itself when it was made. */
export function challenge(key: Uint8Array, now: number, stale = false): string {
  const nonce = nonceAt(key, now, randomBytes(9).toString("base64url"));
  const parts = [`realm="${realm}"`, 'qop="auth"', "algorithm=MD5", `nonce="${nonce}"`];
  return `Digest ${[...parts, ...(stale ? ["stale=true"] : [])].join(", ")}`;
}

/** Whose credentials they are. `passwordOf` gives the password of a user name that there is. */
export function judge(
  key: Uint8Array,
  now: number,
  { method, url, authorization }: { readonly method: string; readonly url: string; readonly authorization?: string },
  passwordOf: (user: string) => string | undefined,
  take: TakeNonce,
): Judged {
  const fields = authorization === undefined ? undefined : fieldsOf(authorization);
  if (!fields) return "none";
  const field = (name: string): string => fields.get(name) ?? "";
  const user = field("username");
  const password = passwordOf(user) ?? "";
  const [nonce, nc, cnonce, qop] = [field("nonce"), field("nc"), field("cnonce"), field("qop")];
  const first = md5(`${user}:${realm}:${password}`);
  const second = md5(`${method}:${field("uri")}`);
  const right = md5([first, nonce, ...(qop === "" ? [] : [nc, cnonce, qop]), second].join(":"));
  const same = equal(right, field("response").toLowerCase());
  // Without a quality of protection nothing counts the uses of a nonce, so it has one.
  const counted = qop === "" || (qop === "auth" && /^[0-9a-f]{8}$/i.test(nc));
  const known = password !== "" && field("realm") === realm && field("uri") === url && counted;
  if (!known || !same) return "wrong";
  // One of an earlier run is not known either, and the phone knows the password all the same.
  const [time = "", random = ""] = nonce.split(".");
  const madeAt = Number.parseInt(time, 36);
  const age = now - madeAt;
  if (!equal(nonce, nonceAt(key, madeAt, random)) || age < 0 || age >= nonceMs) return "stale";
  return take(user, nonce, madeAt, qop === "" ? 0xffffffff : Number.parseInt(nc, 16)) ? { of: user } : "replayed";
}

function nonceAt(key: Uint8Array, at: number, random: string): string {
  const begun = `${Number.isSafeInteger(at) ? at.toString(36) : ""}.${random}`;
  return `${begun}.${createHmac("sha256", key).update(begun).digest("base64url").slice(0, 22)}`;
}

/** The fields of `Digest a="b", c=d`; undefined for any other scheme, and where a field is there twice. */
function fieldsOf(header: string): ReadonlyMap<string, string> | undefined {
  const [, rest] = /^Digest\s+(.{1,2000})$/i.exec(header) ?? [];
  if (rest === undefined) return undefined;
  const fields = new Map<string, string>();
  for (const [, name = "", quoted, bare = ""] of rest.matchAll(/([A-Za-z]+)\s*=\s*(?:"([^"]*)"|([^\s",]+))/g)) {
    if (fields.has(name.toLowerCase())) return undefined;
    fields.set(name.toLowerCase(), quoted ?? bare);
  }
  return fields;
}

function md5(text: string): string {
  return createHash("md5").update(text).digest("hex");
}

function equal(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}
