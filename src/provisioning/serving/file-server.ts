import { setTimeout as delay } from "node:timers/promises";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { Tries } from "../../control/index.js";
import {
  type AccountsFound,
  type Config,
  type KnownPhones,
  type Log,
  type Mac,
  type Person,
  type PersonId,
  type Phone,
  type Phones,
  parseMac,
  type Refusals,
  type Sight,
} from "../../model/index.js";
import { fileNames } from "../files.js";
import type { Make } from "../layers.js";
import { type Answer, Provisioner } from "../provisioner.js";
import { askedFor, sightOf } from "./asked.js";
import { isConfidential } from "./confidential.js";
import { challenge, type Judged, judge } from "./digest.js";
import { type Admission, Enrolments } from "./enrolments.js";
import { filesPath, servedAt } from "./served.js";
import { UsedNonces } from "./used-nonces.js";

/** From a refused request to its reply. */
export const refusalMs = 250;
/** The same for an address that has been refused often. How many wait is bounded by the connections that there may be. */
export const slowMs = 2_000;
/** Refusals of one address in a minute, before it is slowed down, before it is not listed any more, and before it may have nothing by a window. */
const triesPerMinute = { quick: 30, seen: 60, most: 300 } as const;
const longestWindow = 24 * 60;

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
  accounts(of: Pick<Config, "pbx" | "people">): Promise<AccountsFound>;
  /** The SIP password of a second account, and of a phone at this server, by its name. */
  password(account: string): string;
  seen(sight: Sight): void;
  /** What phones reach this server by. */
  publicUrl(): string;
  /** Signs nonces; 32 random bytes. */
  readonly key: Uint8Array;
  /** Milliseconds go by; for tests that look how many. */
  readonly wait?: (ms: number) => Promise<unknown>;
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
  readonly #enrolments = new Enrolments();
  readonly #nonces = new UsedNonces();
  readonly #tries: Tries;

  constructor(parts: FileServerParts) {
    this.#parts = parts;
    this.#tries = new Tries(parts.clock);
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
    for (const mac of opened) this.#enrolments.open(mac, until);
    log.warn({ macs: opened, minutes }, "The files of these phones are given to whoever asks for them");
    return { ok: true, value: { macs: opened, until, url: this.url } };
  }

  register(app: FastifyInstance): void {
    app.get<{ Params: { readonly name: string } }>(`${filesPath}:name`, (request, reply) =>
      this.#answer(request.params.name, request, reply),
    );
  }

  async #answer(name: string, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    reply.header("cache-control", "no-store");
    const { clock, key, log, refusals, publicUrl } = this.#parts;
    const address = (request.raw.socket.remoteAddress ?? "").replace(/^::ffff:(?=\d+\.)/, "");
    if (!isConfidential(request, publicUrl())) {
      refusals.tell("A phone's file was asked for without https", address);
      return reply.code(403).send("");
    }
    const asked = askedFor(name);
    if (asked?.kind === "common") return this.#nothing(reply);
    const phone = asked && this.#parts.phones.get(asked.mac);
    if (phone || this.#tries.of(address) < triesPerMinute.seen)
      this.#parts.seen(sightOf(request.headers["user-agent"] ?? "", address, asked?.mac));
    const now = clock.now();
    const served = servedAt(publicUrl(), this.#parts.password);
    const { authorization } = request.headers;
    // The same is made for a phone that there is not, so that both take as long.
    const judged = judge(
      key,
      now,
      { method: request.method, url: request.raw.url ?? "", ...(authorization && { authorization }) },
      (user) => (asked && user === asked.mac ? served(asked.mac).password : undefined),
      (user, ...nonce) => phone !== undefined && this.#nonces.take(user, ...nonce),
    );
    const signedIn = typeof judged === "object";
    // Who guesses must not meet an open window at that pace, nor take it from its phone.
    const guesses = this.#tries.of(address) >= triesPerMinute.most;
    const admission =
      !phone || signedIn || guesses ? "closed" : this.#enrolments.ask(phone.mac, asked.name, address, now);
    if (!phone || !(signedIn || admission === "open")) {
      const why = phone ? sentenceFor(judged, admission) : "A phone that there is not was asked for";
      if (why !== undefined) refusals.tell(why, address, { name: asked?.mac ?? "no phone's" });
      return this.#refuse(address, now, phone !== undefined && (judged === "stale" || judged === "replayed"), reply);
    }
    if (signedIn) this.#tries.forgive(address);
    if (!this.#names(phone).includes(asked.name)) return this.#nothing(reply);
    // Before anything is waited for: else many requests at once would each be the first.
    if (!signedIn) this.#enrolments.gave(phone.mac, asked.name);
    const files = await this.#filesOf(phone);
    if (!files.ok) {
      if (!signedIn) this.#enrolments.gaveNot(phone.mac, asked.name);
      log.error({ mac: phone.mac, why: files.sentence }, "A phone that may have its files gets none");
      return this.#nothing(reply.code(503));
    }
    const file = files.value.find((one) => one.name.toLowerCase() === asked.name);
    if (!file) return this.#nothing(reply);
    log.info({ address, mac: phone.mac, name: file.name, by: signedIn ? "password" : "window" }, "A file was given");
    return reply
      .type(file.text.startsWith("<?xml") ? "application/xml; charset=utf-8" : "text/plain; charset=utf-8")
      .send(file.text);
  }

  async #filesOf(phone: Phone) {
    const { config, known, makes, launcher, accounts, password } = this.#parts;
    const owner = this.#parts.person(phone.owner);
    const people = owner ? [owner] : [];
    const url = await launcher(phone.mac);
    const opened = await Provisioner.open({
      config: { ...config, people, phones: [phone] },
      ...{ known, makes, password },
      launchers: url === undefined ? { why: "its pages have no address" } : new Map([[phone.mac, url]]),
      accounts: await accounts({ pbx: config.pbx, people }),
      served: servedAt(this.#parts.publicUrl(), password),
    });
    return opened.ok ? opened.value.render(phone.mac, undefined, true) : opened;
  }

  /** The same for a phone that there is and one that there is not; each counts, as a count of some would tell which there are. */
  async #refuse(address: string, now: number, stale: boolean, reply: FastifyReply): Promise<FastifyReply> {
    const tries = this.#tries.count(address);
    if (tries === triesPerMinute.quick + 1)
      this.#parts.refusals.tell("An address asks for many files that it does not get", address);
    await (this.#parts.wait ?? unhurried)(tries > triesPerMinute.quick ? slowMs : refusalMs);
    if (tries > triesPerMinute.most) return reply.code(429).header("retry-after", "60").send("");
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

/** Why a phone's file is refused, for the log; a phone that begins to sign in is no news. */
function sentenceFor(judged: Judged, admission: Admission): string | undefined {
  if (judged === "wrong") return "A phone's files were asked for with wrong credentials";
  if (judged === "replayed") return "A phone's credentials have come a second time";
  if (admission === "another") return "A phone's files were asked for from a second address in its window";
  return admission === "used" ? "A phone's file was asked for once more than its window gives it" : undefined;
}

function unhurried(ms: number): Promise<unknown> {
  return delay(ms, undefined, { ref: false });
}
