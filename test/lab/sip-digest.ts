import { createHash, randomBytes } from "node:crypto";
import { headerOf, type SipResponse } from "./sip-message.ts";

export interface DigestUser {
  readonly user: string;
  readonly password: string;
}

const md5 = (text: string) => createHash("md5").update(text).digest("hex");

/**
 * The header that answers a 401 or 407 challenge by digest with MD5 (RFC 3261 section 22.4, RFC 2617).
 * @returns undefined when the response carries no challenge that can be answered.
 */
export function digestAnswer(
  response: SipResponse,
  method: string,
  uri: string,
  { user, password }: DigestUser,
): readonly [name: string, value: string] | undefined {
  const proxy = response.start.code === 407;
  const challenge = headerOf(response, proxy ? "proxy-authenticate" : "www-authenticate");
  if (challenge === undefined || !/^Digest\s/i.test(challenge)) return undefined;
  const field = (name: string) => new RegExp(`[\\s,]${name}=(?:"([^"]*)"|([^,\\s]*))`, "i").exec(challenge);
  const text = (name: string) => field(name)?.[1] ?? field(name)?.[2];
  const realm = text("realm") ?? "";
  const nonce = text("nonce") ?? "";
  const opaque = text("opaque");
  const first = md5(`${user}:${realm}:${password}`);
  const second = md5(`${method}:${uri}`);
  const parts = [`username="${user}"`, `realm="${realm}"`, `nonce="${nonce}"`, `uri="${uri}"`, "algorithm=MD5"];
  if ((text("qop") ?? "").split(/,\s*/).includes("auth")) {
    const cnonce = randomBytes(8).toString("hex");
    parts.push(`response="${md5(`${first}:${nonce}:00000001:${cnonce}:auth:${second}`)}"`);
    parts.push("qop=auth", "nc=00000001", `cnonce="${cnonce}"`);
  } else {
    parts.push(`response="${md5(`${first}:${nonce}:${second}`)}"`);
  }
  if (opaque !== undefined) parts.push(`opaque="${opaque}"`);
  return [proxy ? "Proxy-Authorization" : "Authorization", `Digest ${parts.join(", ")}`];
}
