import { TLSSocket } from "node:tls";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import {
  type Log,
  type Mac,
  type Phone,
  type Phones,
  type ProvisionedFile,
  parseMac,
  type Refusals,
  type Sight,
} from "../../model/index.js";
import type { Make } from "../layers.js";
import { type Answer, modeOf } from "../provisioner.js";
import { askedFor, sightOf } from "./asked.js";
import { PhoneCertificates, type Shown } from "./certificates.js";
import { isConfidential } from "./confidential.js";
import { Credentials } from "./credentials.js";
import { Delays } from "./delays.js";
import { challenge, type Judged } from "./digest.js";
import { type Admission, Enrolments } from "./enrolments.js";
import { PhoneFiles, type PhoneFilesParts } from "./phone-files.js";
import { filesPath } from "./served.js";

const longestWindow = 24 * 60;

export interface FileServerParts extends PhoneFilesParts {
  readonly clock: { now(): number };
  readonly log: Log;
  readonly refusals: Refusals;
  readonly phones: Pick<Phones, "get">;
  seen(sight: Sight): void;
  /** A phone has been given a file of its own. */
  given?(file: FileGiven): void;
  /** Signs nonces; 32 random bytes. */
  readonly key: Uint8Array;
  /** Milliseconds go by; for tests that look how many. */
  readonly wait?: (ms: number) => Promise<unknown>;
}

/** A file that a phone has been given. */
export interface FileGiven {
  readonly mac: Mac;
  readonly name: string;
  readonly text: string;
  /** As the phone names itself. */
  readonly firmware?: string;
}

/** Windows that were opened. */
interface Opened {
  readonly macs: readonly Mac[];
  readonly until: number;
  readonly url: string;
}

/** A request for a phone's file, with all that it has shown. */
interface Shows {
  /** Undefined where there is no such phone. */
  readonly phone: Phone | undefined;
  readonly mac: Mac | undefined;
  /** Of the file. */
  readonly name: string;
  readonly address: string;
  /** Whether its address has a key in it. */
  readonly keyed: boolean;
  readonly judged: Judged;
  readonly certificate: Shown | undefined;
}

type Verdict =
  | { readonly kind: "given"; readonly phone: Phone; readonly by: "password" | "key" | "certificate" | "window" }
  | { readonly kind: "refused"; readonly why: string | undefined; readonly about: object };

/** Gives each phone its own files: to whoever has its password, or to anybody while its window is open. */
export class PhoneFileServer {
  readonly #parts: FileServerParts;
  readonly #certificates: PhoneCertificates;
  readonly #credentials: Credentials;
  readonly #files: PhoneFiles;
  /** Whose window is open, and how who is refused is slowed: the same on every listener. */
  readonly enrolments = new Enrolments();
  readonly delays: Delays;

  constructor(parts: FileServerParts) {
    const { config, clock, refusals, wait, key, phones, password, launcher, publicUrl } = parts;
    this.#parts = parts;
    this.delays = new Delays(clock, refusals, wait);
    this.#certificates = new PhoneCertificates(config.provisioning?.certificates ?? []);
    this.#credentials = new Credentials({ key, mode: modeOf(config), phones, password, launcher, publicUrl });
    this.#files = new PhoneFiles(parts);
  }

  get makes(): ReadonlyMap<string, Make> {
    return this.#parts.makes;
  }

  /** Where phones find their files. */
  get url(): string {
    return `${this.#parts.publicUrl()}${filesPath}`;
  }

  /** Opens windows for phones that there are: all of them, or none and a sentence. */
  enrol(macs: readonly string[], minutes: number): Answer<Opened> {
    const parsed = macs.map((text) => ({ text, mac: parseMac(text) }));
    const stranger = parsed.find(({ mac }) => !mac || !this.#parts.phones.get(mac));
    if (stranger) return { ok: false, sentence: `There is no phone ${stranger.text} here; nothing is opened.` };
    if (!Number.isInteger(minutes) || minutes < 1 || minutes > longestWindow) {
      return { ok: false, sentence: `A window is open for 1 to ${longestWindow} minutes.` };
    }
    const { clock, log } = this.#parts;
    const until = clock.now() + minutes * 60_000;
    const opened = parsed.flatMap(({ mac }) => mac ?? []);
    for (const mac of opened) this.enrolments.open(mac, until);
    log.warn({ macs: opened, minutes }, "The files of these phones are given to whoever asks for them first");
    return { ok: true, value: { macs: opened, until, url: this.url } };
  }

  register(app: FastifyInstance): void {
    app.get<{ Params: { readonly name: string } }>(`${filesPath}:name`, (request, reply) =>
      this.#answer(request.params.name, request, reply),
    );
    app.get<{ Params: { readonly key: string; readonly name: string } }>(`${filesPath}:key/:name`, (request, reply) =>
      this.#answer(request.params.name, request, reply, request.params.key),
    );
  }

  /** `key` is what stands before the name where another provisioner's file sends a phone here. */
  async #answer(name: string, request: FastifyRequest, reply: FastifyReply, key?: string): Promise<FastifyReply> {
    reply.header("cache-control", "no-store");
    const { clock, refusals, publicUrl, phones, seen } = this.#parts;
    const { socket } = request.raw;
    const address = (socket.remoteAddress ?? "").replace(/^::ffff:(?=\d+\.)/, "");
    if (!isConfidential(request, publicUrl())) {
      refusals.tell("A phone's file was asked for without https", address);
      return reply.code(403).send("");
    }
    const asked = askedFor(name);
    if (asked?.kind === "common") return nothing(reply);
    const mac = asked?.mac;
    const phone = mac && phones.get(mac);
    const secure = socket instanceof TLSSocket && { secure: true as const };
    const sight: Sight = { ...sightOf(request.headers["user-agent"] ?? "", address, mac), ...secure };
    const now = clock.now();
    const credentials = this.#credentials;
    const judged = await (key === undefined ? credentials.byDigest(request, mac, now) : credentials.byKey(key, mac));
    // From here to its refusal nothing is waited for: else of many at once each would be the first.
    const certificate = this.#certificates.shownBy(socket, now);
    const device = certificate?.kind === "phone" ? certificate.mac : undefined;
    if (phone || this.delays.isListed(address, device)) seen(sight);
    const shows = { phone, mac, name: asked?.name ?? "", address, keyed: key !== undefined, judged, certificate };
    const verdict = this.#decide(shows, now);
    if (verdict.kind === "refused") {
      this.#tellRefused(shows, verdict);
      const stale = phone !== undefined && (judged === "stale" || judged === "replayed");
      await this.delays.due(address, device);
      return this.#refuse(now, stale, reply);
    }
    // A certificate is asked for by no refusal.
    if (verdict.by !== "window" && device === undefined) this.delays.forgive(address);
    return this.#give(verdict, shows, sight, reply);
  }

  #decide({ phone, mac, name, address, keyed, judged, certificate }: Shows, now: number): Verdict {
    if (!phone) {
      return { kind: "refused", why: "A phone that there is not was asked for", about: { name: mac ?? "no phone's" } };
    }
    const stranger = certificate && strangerTo(phone, certificate);
    if (stranger) {
      const why = "A phone's files were asked for with another's certificate";
      return { kind: "refused", why, about: { mac: phone.mac, ...stranger } };
    }
    if (typeof judged === "object") return { kind: "given", phone, by: keyed ? "key" : "password" };
    if (!keyed && certificate?.kind === "phone") return { kind: "given", phone, by: "certificate" };
    const shut = keyed || this.delays.guesses(address);
    const admission = shut ? "closed" : this.enrolments.ask(phone.mac, name, address, now);
    if (admission === "open") return { kind: "given", phone, by: "window" };
    return { kind: "refused", why: sentenceFor(judged, admission), about: { mac: phone.mac } };
  }

  #tellRefused({ phone, address, certificate }: Shows, { why, about }: Verdict & { kind: "refused" }): void {
    const { refusals } = this.#parts;
    if (phone && certificate?.kind === "flawed") {
      const flawed = { ...about, certificate: certificate.why };
      refusals.tell("A certificate was shown that does not count", address, flawed);
    }
    if (why !== undefined) refusals.tell(why, address, about);
  }

  async #give(
    { phone, by }: Verdict & { kind: "given" },
    { name, address, certificate }: Shows,
    { firmware }: Sight,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    const { log, given } = this.#parts;
    const { mac } = phone;
    if (!this.#files.names(phone).includes(name)) return nothing(reply);
    // Before anything is waited for: else many requests at once would each be the first.
    if (by === "window") this.enrolments.gave(mac, name);
    const made = (await this.#files.of([phone])).get(mac);
    if (!made?.ok) {
      if (by === "window") this.enrolments.gaveNot(mac, name);
      log.error({ mac, why: made?.sentence }, "A phone that may have its files gets none");
      return reply.code(503).send("");
    }
    const file = made.value.find((one) => one.name.toLowerCase() === name);
    if (!file) return nothing(reply);
    given?.({ mac, name: file.name, text: file.text, ...(firmware && { firmware }) });
    const flawed = certificate?.kind === "flawed" && { certificate: certificate.why };
    log.info({ address, mac, name: file.name, by, ...flawed }, "A file was given");
    return reply
      .type(file.text.startsWith("<?xml") ? "application/xml; charset=utf-8" : "text/plain; charset=utf-8")
      .send(file.text);
  }

  /** The files of these phones as they would be given now; of one that gets none, why. */
  async filesNow(macs: readonly Mac[]): Promise<ReadonlyMap<Mac, Answer<readonly ProvisionedFile[]>>> {
    return this.#files.of(macs.flatMap((mac) => this.#parts.phones.get(mac) ?? []));
  }

  /** The same for a phone that there is and one that there is not. */
  #refuse(now: number, stale: boolean, reply: FastifyReply): FastifyReply {
    return reply
      .code(401)
      .header("www-authenticate", challenge(this.#parts.key, now, stale))
      .send("");
  }
}

function nothing(reply: FastifyReply): FastifyReply {
  return reply.code(404).send("");
}

/** Whose certificate was shown, where it is a right one and not this phone's. */
function strangerTo({ mac, vendor }: Phone, shown: Shown): object | undefined {
  if (shown.kind !== "phone") return undefined;
  if (shown.mac !== mac) return { certificate: shown.mac };
  return shown.vendors.includes(vendor) ? undefined : { certificate: `by the CA of ${shown.vendors.join(" and ")}` };
}

/** Why a phone's file is refused, for the log; a phone that begins to sign in is no news. */
function sentenceFor(judged: Judged, admission: Admission): string | undefined {
  if (judged === "wrong") return "A phone's files were asked for with wrong credentials";
  if (judged === "replayed") return "A phone's credentials have come a second time";
  if (admission === "another") return "A phone's files were asked for from a second address in its window";
  return admission === "used" ? "A phone's file was asked for once more than its window gives it" : undefined;
}
