import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/** How long a nonce is good for; an older one is answered with a new one, which the phone then uses by itself. */
const nonceMs = 5 * 60_000;
const realm = "earshot";

/** What came of a request's credentials. `stale`: they are right, and their nonce is too old. */
export type Judged = { readonly of: string } | "none" | "wrong" | "stale";

/** Asks for credentials by digest (RFC 7616, MD5, as phones have it). Nothing is kept: the nonce says when it was made. */
export function challenge(key: Uint8Array, now: number, stale = false): string {
  const parts = [`realm="${realm}"`, 'qop="auth"', "algorithm=MD5", `nonce="${nonceAt(key, now)}"`];
  return `Digest ${[...parts, ...(stale ? ["stale=true"] : [])].join(", ")}`;
}

/** Whose credentials they are. `passwordOf` gives the password of a user name that there is. */
export function judge(
  key: Uint8Array,
  now: number,
  { method, url, authorization }: { readonly method: string; readonly url: string; readonly authorization?: string },
  passwordOf: (user: string) => string | undefined,
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
  const known = password !== "" && field("realm") === realm && field("uri") === url && (qop === "" || qop === "auth");
  if (!known || !same) return "wrong";
  // One of an earlier run is not known either, and the phone knows the password all the same.
  const age = now - Number.parseInt(nonce.split(".")[0] ?? "", 36);
  return equal(nonce, nonceAt(key, now - age)) && age >= 0 && age < nonceMs ? { of: user } : "stale";
}

function nonceAt(key: Uint8Array, at: number): string {
  const time = Number.isSafeInteger(at) ? at.toString(36) : "";
  return `${time}.${createHmac("sha256", key).update(time).digest("base64url").slice(0, 22)}`;
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
