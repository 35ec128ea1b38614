import { X509Certificate } from "node:crypto";
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import type { DeviceAuthority, Mac } from "../../model/index.js";
import { flawOfChain } from "./chain.js";
import { macOf } from "./subject.js";

/** No maker has more between a phone and its root; a longer chain is not looked at. */
const longestChain = 5;

/** What a connection has shown: whose phone it is, of which makes that may be; or why it shows nothing, in words. */
export type Shown =
  | { readonly kind: "phone"; readonly mac: Mac; readonly vendors: readonly string[] }
  | { readonly kind: "flawed"; readonly why: string };

/** Judges the certificates that phones show, each connection's once. */
export class PhoneCertificates {
  readonly #makers: readonly { readonly maker: DeviceAuthority; readonly roots: readonly X509Certificate[] }[];
  readonly #judged = new WeakMap<Socket, { readonly shown: Shown; readonly until: number }>();

  constructor(makers: readonly DeviceAuthority[]) {
    this.#makers = makers.map((maker) => ({ maker, roots: certificatesOf(maker.ca) }));
  }

  /** Undefined for a connection that has shown no certificate, or was not asked for one. */
  shownBy(socket: Socket, now: number): Shown | undefined {
    if (this.#makers.length === 0 || !(socket instanceof TLSSocket)) return undefined;
    const known = this.#judged.get(socket);
    if (known && now < known.until) return known.shown;
    const chain = chainOf(socket);
    if (!chain) return undefined;
    const shown: Shown = socket.isSessionReused()
      ? { kind: "flawed", why: "it is of an earlier connection" }
      : this.judge(chain, now);
    // A connection may outlive the certificate that it was opened with.
    this.#judged.set(socket, { shown, until: now + 60_000 });
    return shown;
  }

  /** A certificate, and those behind it that were sent along or are known. */
  judge([own, ...others]: readonly [X509Certificate, ...X509Certificate[]], now: number): Shown {
    try {
      return this.#judge(own, others, now);
    } catch {
      return { kind: "flawed", why: "it cannot be read" };
    }
  }

  #judge(own: X509Certificate, others: readonly X509Certificate[], now: number): Shown {
    const named = macOf(own);
    if (!named.ok) return { kind: "flawed", why: named.why };
    const vendors: string[] = [];
    const flaws: string[] = [];
    for (const { maker, roots } of this.#makers) {
      const flaw = flawOfChain(own, others, roots, { now, expired: maker.expired });
      if (flaw === undefined) vendors.push(maker.vendor);
      else flaws.push(`for ${maker.vendor} ${flaw}`);
    }
    return vendors.length > 0
      ? { kind: "phone", mac: named.mac, vendors }
      : { kind: "flawed", why: `${named.mac} is not vouched for: ${flaws.join(", ")}` };
  }
}

/** In the order in which each vouches for the one before; the last may be a root that was not sent. */
function chainOf(socket: TLSSocket): readonly [X509Certificate, ...X509Certificate[]] | undefined {
  const own = socket.getPeerCertificate(true);
  if (!own.raw) return undefined;
  const others: X509Certificate[] = [];
  for (let at = own; others.length < longestChain; at = at.issuerCertificate) {
    const next = at.issuerCertificate;
    if (!next?.raw || next.raw.equals(at.raw)) break;
    others.push(new X509Certificate(next.raw));
  }
  return [new X509Certificate(own.raw), ...others];
}

function certificatesOf(pem: string): readonly X509Certificate[] {
  const found = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  return found.map((one) => new X509Certificate(one));
}
