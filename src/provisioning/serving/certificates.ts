import { X509Certificate } from "node:crypto";
import type { Socket } from "node:net";
import { type DetailedPeerCertificate, TLSSocket } from "node:tls";
import type { DeviceAuthority, Mac } from "../../model/index.js";
import { flawOfChain } from "./chain.js";
import { macOf } from "./subject.js";

/** No maker has more between a phone and its root; a longer chain is not looked at. */
const longestChain = 5;
/** Until a judgement is made anew: a connection may outlive the certificate that it was opened with. */
const judgedMs = 60_000;
/** Chains whose judgement is kept meanwhile; each costs more than a millisecond of everybody's time. */
const mostJudged = 1_000;

/** What a connection has shown: whose phone it is, of which makes that may be; or why it shows nothing, in words. */
export type Shown =
  | { readonly kind: "phone"; readonly mac: Mac; readonly vendors: readonly string[] }
  | { readonly kind: "flawed"; readonly why: string };

interface Judgement {
  readonly shown: Shown;
  readonly until: number;
}

/** Judges the certificates that phones show, each once in a minute however often it is shown. */
export class PhoneCertificates {
  readonly #makers: readonly { readonly maker: DeviceAuthority; readonly roots: readonly X509Certificate[] }[];
  readonly #connections = new WeakMap<Socket, Judgement>();
  readonly #chains = new Map<string, Judgement>();

  constructor(makers: readonly DeviceAuthority[]) {
    this.#makers = makers.map((maker) => ({ maker, roots: certificatesOf(maker.ca) }));
  }

  /** Undefined for a connection that has shown no certificate, or was not asked for one. */
  shownBy(socket: Socket, now: number): Shown | undefined {
    if (this.#makers.length === 0 || !(socket instanceof TLSSocket)) return undefined;
    const known = this.#connections.get(socket);
    if (known && holds(known, now)) return known.shown;
    const chain = chainOf(socket);
    if (!chain) return undefined;
    const judgement: Judgement = socket.isSessionReused()
      ? { shown: { kind: "flawed", why: "it is of an earlier connection" }, until: now + judgedMs }
      : this.#judgementOf(chain, now);
    this.#connections.set(socket, judgement);
    return judgement.shown;
  }

  #judgementOf(chain: Sent, now: number): Judgement {
    const name = chain.map(({ fingerprint256 }) => fingerprint256).join(" ");
    const known = this.#chains.get(name);
    if (known && holds(known, now)) return known;
    const [own, ...others] = chain;
    const shown = this.judge([certificateOf(own), ...others.map(certificateOf)], now);
    const judgement = { shown, until: now + judgedMs };
    if (this.#chains.size >= mostJudged) this.#chains.clear();
    this.#chains.set(name, judgement);
    return judgement;
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

/** Not, either, where the clock has been set back since. */
function holds({ until }: Judgement, now: number): boolean {
  return now < until && now >= until - judgedMs;
}

type Sent = readonly [DetailedPeerCertificate, ...DetailedPeerCertificate[]];

/** In the order in which each vouches for the one before; the last may be a root that was not sent. */
function chainOf(socket: TLSSocket): Sent | undefined {
  const own = socket.getPeerCertificate(true);
  if (!own.raw) return undefined;
  const others: DetailedPeerCertificate[] = [];
  for (let at = own; others.length < longestChain; at = at.issuerCertificate) {
    const next = at.issuerCertificate;
    if (!next?.raw || next.raw.equals(at.raw)) break;
    others.push(next);
  }
  return [own, ...others];
}

function certificateOf({ raw }: DetailedPeerCertificate): X509Certificate {
  return new X509Certificate(raw);
}

function certificatesOf(pem: string): readonly X509Certificate[] {
  const found = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  return found.map((one) => new X509Certificate(one));
}
