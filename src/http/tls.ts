import { constants, type X509Certificate } from "node:crypto";
import { statSync } from "node:fs";
import type { RequestListener, Server } from "node:http";
import { type TLSSocket, type TlsOptions, Server as TlsServer } from "node:tls";
import type { Clock, Log, Refusals, TlsFiles, TlsTrouble } from "../model/index.js";
import { PhoneServerError } from "./errors.js";
import { limitedServer } from "./limits.js";
import { troubleOf } from "./tls-troubles.js";

/** Between two looks at the files of the certificate. */
export const lookMs = 60_000;

/** A certificate with its key, or why they are of no use, in words behind the key of the configuration. */
type PairRead =
  | { readonly ok: true; readonly cert: string; readonly key: string; readonly certificate: X509Certificate }
  | { readonly ok: false; readonly of: string; readonly wrong: string };

export interface ServerTlsParts {
  readonly files: TlsFiles;
  readonly read: (files: TlsFiles) => PairRead;
  /** What there is to say of a certificate's time; undefined where there is nothing. */
  readonly age: (certificate: X509Certificate, now: number) => string | undefined;
  /** Who may vouch for devices (PEM). Where there are any, each connection is asked for a certificate, and may have none. */
  readonly authorities: readonly string[];
  /** A handshake failed, and why. */
  readonly refused: (address: string, why: TlsTrouble) => void;
  readonly clock: Clock;
  readonly log: Log;
}

/** The TLS of a server: its certificate, taken up anew when its files change, and what devices are asked for. */
export class ServerTls {
  readonly #parts: ServerTlsParts;
  readonly #servers: TlsServer[] = [];
  #mark: string;
  #said: string | undefined;
  #pair: Extract<PairRead, { readonly ok: true }>;
  #forget: () => void = () => {};

  /** @throws PhoneServerError where the certificate or its key cannot be used. */
  constructor(parts: ServerTlsParts) {
    this.#parts = parts;
    this.#mark = markOf(parts.files);
    const pair = parts.read(parts.files);
    if (!pair.ok) throw new PhoneServerError("tls", `http.tls.${pair.of}: it ${pair.wrong}`);
    this.#pair = pair;
  }

  /** A server that speaks TLS, as many as a host has addresses. */
  server(handler: RequestListener, refusals: Refusals): Server {
    const { authorities, refused } = this.#parts;
    const asks = authorities.length > 0 && { requestCert: true, rejectUnauthorized: false };
    const server = limitedServer(handler, refusals, { ...this.#context(), ...asks });
    server.on("tlsClientError", (error: unknown, socket: TLSSocket) => {
      const why = troubleOf(error);
      const address = (socket.remoteAddress ?? "").replace(/^::ffff:(?=\d+\.)/, "");
      if (why && address !== "") refused(address, why);
    });
    if (server instanceof TlsServer) this.#servers.push(server);
    return server;
  }

  /** Looks at the files from now on. */
  start(): void {
    this.#forget = this.#parts.clock.after(lookMs, () => {
      this.#look();
      this.start();
    });
  }

  stop(): void {
    this.#forget();
  }

  /** What is broken is told once, and the certificate before it goes on. */
  #look(): void {
    const { files, age, clock, log } = this.#parts;
    const mark = markOf(files);
    if (mark !== this.#mark) {
      this.#mark = mark;
      this.#take(this.#parts.read(files));
    }
    const said = age(this.#pair.certificate, clock.now());
    if (said !== undefined && said !== this.#said) log.warn({}, `The certificate of \`http.tls\` is one ${said}`);
    this.#said = said;
  }

  #take(pair: PairRead): void {
    const { age, clock, log } = this.#parts;
    const now = clock.now();
    const flaw = flawOf(pair, now, age);
    if (!pair.ok || flaw !== undefined) {
      log.error({}, `The new certificate is not taken, and the one before goes on: ${flaw}`);
      return;
    }
    this.#pair = pair;
    for (const server of this.#servers) server.setSecureContext(this.#context());
    log.info({ until: pair.certificate.validTo }, "A new certificate was taken up");
  }

  /** Where certificates stand for devices nothing is resumed, as a session of before would stand for one. */
  #context(): TlsOptions {
    const { authorities } = this.#parts;
    const { cert, key } = this.#pair;
    return {
      ...{ cert, key, minVersion: "TLSv1.2" },
      ...(authorities.length > 0 && { ca: [...authorities], secureOptions: constants.SSL_OP_NO_TICKET }),
    };
  }
}

/** Why a new certificate is not taken; undefined where it is. One that is to be renewed soon is better than none. */
function flawOf(pair: PairRead, now: number, age: ServerTlsParts["age"]): string | undefined {
  if (!pair.ok) return `http.tls.${pair.of} ${pair.wrong}`;
  const { validFrom, validTo } = pair.certificate;
  const inTime = Date.parse(validFrom) <= now && now < Date.parse(validTo);
  return inTime ? undefined : `it is one ${age(pair.certificate, now)}`;
}

/** Differs whenever one of the files has been written. */
function markOf({ certFile, keyFile }: TlsFiles): string {
  return [certFile, keyFile].map(markOfFile).join(" ");
}

function markOfFile(path: string): string {
  try {
    const { ino, mtimeMs, size } = statSync(path);
    return `${ino}.${mtimeMs}.${size}`;
  } catch {
    // Not there, or out of reach: why is told by whoever reads it.
    return "none";
  }
}
