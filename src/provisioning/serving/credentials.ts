import type { FastifyRequest } from "fastify";
import type { Mac, ProvisioningMode } from "../../model/index.js";
import { type Judged, judge } from "./digest.js";
import { overlayKey, sameKey } from "./overlay-address.js";
import { servedAt } from "./served.js";
import { UsedNonces } from "./used-nonces.js";

/** In place of the address of pages that there are not. */
const nobodysPages = `/p/${"-".repeat(22)}/`;

export interface CredentialsParts {
  /** Signs nonces; 32 random bytes. */
  readonly key: Uint8Array;
  readonly mode: ProvisioningMode;
  readonly phones: { get(mac: Mac): unknown };
  /** The SIP password of a second account, and of a phone at this server, by its name. */
  password(account: string): string;
  /** The address of a phone's pages. */
  launcher(mac: Mac): Promise<string | undefined>;
  /** What phones reach this server by. */
  publicUrl(): string;
}

/** What a request signs in with: a phone's password by digest, or the key in the address of its overlay. */
export class Credentials {
  readonly #parts: CredentialsParts;
  readonly #nonces = new UsedNonces();

  constructor(parts: CredentialsParts) {
    this.#parts = parts;
  }

  /** The same is made for a phone that there is not, so that both take as long. */
  async byDigest({ method, raw, headers }: FastifyRequest, mac: Mac | undefined, now: number): Promise<Judged> {
    const { authorization } = headers;
    if (authorization === undefined) return "none";
    const { key, phones, publicUrl, password, launcher } = this.#parts;
    const url = (mac && (await launcher(mac))) ?? nobodysPages;
    const right = mac && servedAt(publicUrl(), password)(mac, url)?.password;
    return judge(
      key,
      now,
      { method, url: raw.url ?? "", authorization },
      (user) => (user === mac ? right : undefined),
      (user, ...nonce) => mac !== undefined && phones.get(mac) !== undefined && this.#nonces.take(user, ...nonce),
    );
  }

  /** A key opens the overlay of its own phone, and nothing where phones are told everything. */
  async byKey(key: string, mac: Mac | undefined): Promise<Judged> {
    const { mode, launcher, password } = this.#parts;
    const url = mac && (await launcher(mac));
    const right = mac && url && overlayKey(password, mac, url);
    return mac && right && sameKey(key, right) && mode === "overlay" ? { of: mac } : "wrong";
  }
}
