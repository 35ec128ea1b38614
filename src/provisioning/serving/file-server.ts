import { TLSSocket } from "node:tls";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import {
  type AskAccounts,
  type Config,
  type KnownPhones,
  type Log,
  type Mac,
  type Person,
  type PersonId,
  type Phone,
  type Phones,
  type ProvisionedFile,
  parseMac,
  type Refusals,
  type Sight,
} from "../../model/index.js";
import { AccountsFile } from "../accounts-file.js";
import { fileNames } from "../files.js";
import type { Make } from "../layers.js";
import { type Answer, Provisioner } from "../provisioner.js";
import { askedFor, sightOf } from "./asked.js";
import { PhoneCertificates, type Shown } from "./certificates.js";
import { isConfidential } from "./confidential.js";
import { Delays } from "./delays.js";
import { challenge, type Judged, judge } from "./digest.js";
import { type Admission, Enrolments } from "./enrolments.js";
import { overlayKey, sameKey } from "./overlay-address.js";
import { filesPath, servedAt } from "./served.js";
import { UsedNonces } from "./used-nonces.js";

const longestWindow = 24 * 60;
/** In place of the address of pages that there are not. */
const nobodysPages = `/p/${"-".repeat(22)}/`;

export interface FileServerParts {
  readonly config: Config;
  readonly known: KnownPhones;
  readonly makes: ReadonlyMap<string, Make>;
  readonly clock: { now(): number };
  readonly log: Log;
  readonly refusals: Refusals;
  readonly phones: Pick<Phones, "get">;
  /** One of the people there are now. */
  person(id: PersonId): Person | undefined;
  /** The address of a phone's pages. */
  launcher(mac: Mac): Promise<string | undefined>;
  readonly accounts: AskAccounts;
  /** The SIP password of a second account, and of a phone at this server, by its name. */
  password(account: string): string;
  seen(sight: Sight): void;
  /** A phone has been given a file of its own. */
  given?(file: FileGiven): void;
  /** What phones reach this server by. */
  publicUrl(): string;
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

/** Gives each phone its own files: to whoever has its password, or to anybody while its window is open. */
export class PhoneFileServer {
  readonly #parts: FileServerParts;
  readonly #certificates: PhoneCertificates;
  /** Whose window is open, and how who is refused is slowed: the same on every listener. */
  readonly enrolments = new Enrolments();
  readonly delays: Delays;
  readonly #nonces = new UsedNonces();
  readonly #accountsFile: AccountsFile;

  constructor(parts: FileServerParts) {
    this.#parts = parts;
    this.#accountsFile = new AccountsFile(parts.config.provisioning?.accounts);
    this.delays = new Delays(parts.clock, parts.refusals, parts.wait);
    this.#certificates = new PhoneCertificates(parts.config.provisioning?.certificates ?? []);
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
    const { clock, log, refusals, publicUrl } = this.#parts;
    const address = (request.raw.socket.remoteAddress ?? "").replace(/^::ffff:(?=\d+\.)/, "");
    if (!isConfidential(request, publicUrl())) {
      refusals.tell("A phone's file was asked for without https", address);
      return reply.code(403).send("");
    }
    const asked = askedFor(name);
    if (asked?.kind === "common") return this.#nothing(reply);
    const secure = request.raw.socket instanceof TLSSocket && { secure: true as const };
    const sight: Sight = { ...sightOf(request.headers["user-agent"] ?? "", address, asked?.mac), ...secure };
    const phone = asked && this.#parts.phones.get(asked.mac);
    const now = clock.now();
    const judged =
      key === undefined ? await this.#judge(request, asked?.mac, now) : await this.#judgeKey(key, asked?.mac);
    // From here to its refusal nothing is waited for: else of many at once each would be the first.
    if (phone || this.delays.isListed(address)) this.#parts.seen(sight);
    const shown = this.#certificates.shownBy(request.raw.socket, now);
    const flawed = shown?.kind === "flawed" && { certificate: shown.why };
    const stranger = phone && shown && strangerTo(phone, shown);
    const right = typeof judged === "object";
    const certified = key === undefined && shown?.kind === "phone";
    const admission =
      !phone || stranger || right || certified || key !== undefined || this.delays.guesses(address)
        ? "closed"
        : this.enrolments.ask(phone.mac, asked.name, address, now);
    const by = right ? (key === undefined ? "password" : "key") : certified ? "certificate" : "window";
    if (!phone || stranger || (by === "window" && admission !== "open")) {
      const why = phone ? sentenceFor(judged, admission, stranger) : "A phone that there is not was asked for";
      const about = phone ? { mac: phone.mac, ...stranger } : { name: asked?.mac ?? "no phone's" };
      if (phone && flawed)
        refusals.tell("A certificate was shown that does not count", address, { ...about, ...flawed });
      if (why !== undefined) refusals.tell(why, address, about);
      return this.#refuse(address, now, phone !== undefined && (judged === "stale" || judged === "replayed"), reply);
    }
    if (by !== "window") this.delays.forgive(address);
    if (!this.#names(phone).includes(asked.name)) return this.#nothing(reply);
    // Before anything is waited for: else many requests at once would each be the first.
    if (by === "window") this.enrolments.gave(phone.mac, asked.name);
    const files = await this.#filesOf(phone);
    if (!files.ok) {
      if (by === "window") this.enrolments.gaveNot(phone.mac, asked.name);
      log.error({ mac: phone.mac, why: files.sentence }, "A phone that may have its files gets none");
      return this.#nothing(reply.code(503));
    }
    const file = files.value.find((one) => one.name.toLowerCase() === asked.name);
    if (!file) return this.#nothing(reply);
    const { firmware } = sight;
    this.#parts.given?.({ mac: phone.mac, name: file.name, text: file.text, ...(firmware && { firmware }) });
    log.info({ address, mac: phone.mac, name: file.name, by, ...flawed }, "A file was given");
    return reply
      .type(file.text.startsWith("<?xml") ? "application/xml; charset=utf-8" : "text/plain; charset=utf-8")
      .send(file.text);
  }

  /** The files of these phones as they would be given now; of one that gets none, why. */
  async filesNow(macs: readonly Mac[]): Promise<ReadonlyMap<Mac, Answer<readonly ProvisionedFile[]>>> {
    const phones = macs.flatMap((mac) => this.#parts.phones.get(mac) ?? []);
    const opened = await this.#open(phones);
    return new Map(phones.map(({ mac }) => [mac, opened.ok ? opened.value.render(mac, undefined, true) : opened]));
  }

  /** The same is made for a phone that there is not, so that both take as long. */
  async #judge({ method, raw, headers }: FastifyRequest, mac: Mac | undefined, now: number): Promise<Judged> {
    const { authorization } = headers;
    if (authorization === undefined) return "none";
    const { publicUrl, password, launcher } = this.#parts;
    const url = (mac && (await launcher(mac))) ?? nobodysPages;
    const right = mac && servedAt(publicUrl(), password)(mac, url)?.password;
    return judge(
      this.#parts.key,
      now,
      { method, url: raw.url ?? "", authorization },
      (user) => (user === mac ? right : undefined),
      (user, ...nonce) =>
        mac !== undefined && this.#parts.phones.get(mac) !== undefined && this.#nonces.take(user, ...nonce),
    );
  }

  /** A key opens the overlay of its own phone, and nothing where phones are told everything. */
  async #judgeKey(key: string, mac: Mac | undefined): Promise<Judged> {
    const { config, launcher, password } = this.#parts;
    const url = mac && (await launcher(mac));
    const right = mac && url && overlayKey(password, mac, url);
    const overlay = (config.provisioning?.mode ?? "overlay") === "overlay";
    return mac && right && sameKey(key, right) && overlay ? { of: mac } : "wrong";
  }

  async #filesOf(phone: Phone) {
    const opened = await this.#open([phone]);
    return opened.ok ? opened.value.render(phone.mac, undefined, true) : opened;
  }

  async #open(phones: readonly Phone[]): Promise<Answer<Provisioner>> {
    const { config, known, makes, launcher, accounts, password } = this.#parts;
    const owners = new Set(phones.map(({ owner }) => owner));
    const people = [...owners].flatMap((id) => this.#parts.person(id) ?? []);
    const urls = await Promise.all(phones.map(async ({ mac }) => [mac, await launcher(mac)] as const));
    return Provisioner.open({
      config: { ...config, people, phones },
      ...{ known, makes, password, accounts, listed: () => this.#accountsFile.read() },
      launchers: new Map(urls.flatMap(([mac, url]): [Mac, string][] => (url === undefined ? [] : [[mac, url]]))),
      served: servedAt(this.#parts.publicUrl(), password),
    });
  }

  /** The same for a phone that there is and one that there is not. */
  async #refuse(address: string, now: number, stale: boolean, reply: FastifyReply): Promise<FastifyReply> {
    if ((await this.delays.due(address)) === "too-many") return reply.code(429).header("retry-after", "60").send("");
    return reply
      .code(401)
      .header("www-authenticate", challenge(this.#parts.key, now, stale))
      .send("");
  }

  /** The names of a phone's files, in small letters. */
  #names(phone: Phone): readonly string[] {
    const make = this.#parts.makes.get(phone.vendor);
    const { mode = "overlay" } = this.#parts.config.provisioning ?? {};
    return make ? fileNames(make, phone, mode).map((name) => name.toLowerCase()) : [];
  }

  #nothing(reply: FastifyReply): FastifyReply {
    return (reply.statusCode === 503 ? reply : reply.code(404)).send("");
  }
}

/** Whose certificate was shown, where it is a right one and not this phone's. */
function strangerTo({ mac, vendor }: Phone, shown: Shown): object | undefined {
  if (shown.kind !== "phone") return undefined;
  if (shown.mac !== mac) return { certificate: shown.mac };
  return shown.vendors.includes(vendor) ? undefined : { certificate: `by the CA of ${shown.vendors.join(" and ")}` };
}

/** Why a phone's file is refused, for the log; a phone that begins to sign in is no news. */
function sentenceFor(judged: Judged, admission: Admission, stranger: object | undefined): string | undefined {
  if (stranger) return "A phone's files were asked for with another's certificate";
  if (judged === "wrong") return "A phone's files were asked for with wrong credentials";
  if (judged === "replayed") return "A phone's credentials have come a second time";
  if (admission === "another") return "A phone's files were asked for from a second address in its window";
  return admission === "used" ? "A phone's file was asked for once more than its window gives it" : undefined;
}
