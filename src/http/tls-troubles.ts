import type { TlsTrouble } from "../model/index.js";

/** Names of OpenSSL's reasons, of several of its versions, by what they mean to whoever has the device. */
const reasons: readonly (readonly [RegExp, TlsTrouble])[] = [
  [/ALERT_UNKNOWN_CA$/, "unknown-ca"],
  [/ALERT_CERTIFICATE_EXPIRED$/, "expired"],
  [
    /ALERT_(?:BAD_CERTIFICATE|UNSUPPORTED_CERTIFICATE|CERTIFICATE_UNKNOWN|CERTIFICATE_REVOKED|DECRYPT_ERROR|ACCESS_DENIED)$/,
    "certificate",
  ],
  [/ALERT_(?:PROTOCOL_VERSION|HANDSHAKE_FAILURE|INSUFFICIENT_SECURITY)$/, "version"],
  [/_(?:UNSUPPORTED_PROTOCOL|WRONG_SSL_VERSION|VERSION_TOO_LOW|NO_SHARED_CIPHER)$/, "version"],
  [/_HTTP_REQUEST$/, "plain"],
];

/** What a failed handshake tells; undefined where it tells nothing, as of whoever just hung up. */
export function troubleOf(error: unknown): TlsTrouble | undefined {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return reasons.find(([name]) => name.test(code))?.[1];
}
