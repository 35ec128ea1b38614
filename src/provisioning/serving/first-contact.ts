import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Log, Mac, Phone, Phones, Refusals, Sight } from "../../model/index.js";
import { caForms, firstContactFiles } from "../first-contact.js";
import type { Make } from "../layers.js";
import { askedFor, sightOf } from "./asked.js";
import type { Delays } from "./delays.js";
import type { Enrolments } from "./enrolments.js";
import { filesPath } from "./served.js";

export interface FirstContactParts {
  /** The site's CA (PEM). */
  readonly ca: string;
  /** What phones reach this listener by. */
  url(): string;
  /** Where they go on, by https. */
  filesUrl(): string;
  readonly phones: Pick<Phones, "get">;
  readonly makes: ReadonlyMap<string, Make>;
  readonly enrolments: Enrolments;
  readonly delays: Delays;
  readonly refusals: Refusals;
  readonly clock: { now(): number };
  readonly log: Log;
  seen(sight: Sight): void;
}

interface Given {
  readonly type: string;
  readonly body: string | Buffer;
}

/**
 * A listener by plain http for phones that do not know the site's CA yet: in its window a phone is told of it and of the
 * https address, and of nothing else. Whatever else is asked for, and by whomever, there is nothing; no credentials are
 * asked for, as they could be read.
 */
export class FirstContact {
  readonly #parts: FirstContactParts;

  constructor(parts: FirstContactParts) {
    this.#parts = parts;
  }

  /** Where a phone begins. */
  get url(): string {
    return `${this.#parts.url()}${filesPath}`;
  }

  /** Whether a phone is to begin here: its window is open, and it has not been told. */
  awaits(mac: Mac): boolean {
    const { phones, makes, enrolments, clock } = this.#parts;
    const phone = phones.get(mac);
    const first = phone && makes.get(phone.vendor)?.firstContact?.files[0];
    return phone !== undefined && first !== undefined && enrolments.isFresh(mac, mark(first.name, phone), clock.now());
  }

  register(app: FastifyInstance): void {
    app.get<{ Params: { readonly name: string } }>(`${filesPath}:name`, (request, reply) =>
      this.#answer(request.params.name, request, reply),
    );
    app.setNotFoundHandler((request, reply) => this.refuse(request, reply));
    app.setErrorHandler((_error, request, reply) => this.refuse(request, reply));
  }

  async #answer(name: string, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { clock, log, phones, enrolments, refusals, delays } = this.#parts;
    const asked = askedFor(name);
    if (asked?.kind === "common") return nothing(reply);
    const address = addressOf(request);
    const phone = asked && phones.get(asked.mac);
    if (phone || delays.isListed(address))
      this.#parts.seen(sightOf(request.headers["user-agent"] ?? "", address, asked?.mac));
    const now = clock.now();
    if (!asked || !phone) {
      const name = asked?.mac ?? "no phone's";
      refusals.tell("A phone that there is not was asked for by plain http", address, { name });
      return this.refuse(request, reply);
    }
    const admission = delays.guesses(address)
      ? "closed"
      : enrolments.ask(phone.mac, `http ${asked.name}`, address, now);
    if (admission !== "open") {
      refusals.tell("A phone's first contact was asked for outside its window", address, { mac: phone.mac });
      return this.refuse(request, reply);
    }
    const given = this.#given(phone, asked.name);
    if (!given) return nothing(reply);
    enrolments.gave(phone.mac, `http ${asked.name}`);
    log.info({ address, mac: phone.mac, name: asked.name }, "A phone was told of the CA by plain http");
    return reply.header("cache-control", "no-store").type(given.type).send(given.body);
  }

  #given(phone: Phone, name: string): Given | undefined {
    const { ca, log, makes, filesUrl } = this.#parts;
    const forms = caForms(ca);
    if (name === `${phone.mac}-ca.pem`) return { type: "application/x-pem-file", body: `${forms.pem}\n` };
    if (name === `${phone.mac}-ca.der`) return { type: "application/x-x509-ca-cert", body: forms.der };
    const make = makes.get(phone.vendor);
    const caUrl = `${this.url}${phone.mac}-ca.`;
    const made = make && firstContactFiles(make, phone, { filesUrl: filesUrl(), ca: forms.pem, caUrl });
    if (!made?.ok || made.files.some(({ secret }) => secret)) {
      const why = made && !made.ok ? made.sentences.join(" ") : `phones of ${phone.vendor} are not told of a CA`;
      log.error({ mac: phone.mac, why }, "A phone cannot be told of the CA");
      return undefined;
    }
    const file = made.files.find((one) => one.name.toLowerCase() === name);
    if (!file) return undefined;
    const type = file.text.startsWith("<?xml") ? "application/xml" : "text/plain";
    return { type: `${type}; charset=utf-8`, body: file.text };
  }

  /** The same for whatever is asked. */
  async refuse(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    await this.#parts.delays.due(addressOf(request));
    return nothing(reply);
  }
}

/** How a file by plain http is counted in a window, beside the one of that name by https. */
function mark(name: string, { mac, model }: Phone): string {
  return `http ${name.replaceAll("{mac}", mac).replaceAll("{model}", model).toLowerCase()}`;
}

function addressOf({ raw }: FastifyRequest): string {
  return (raw.socket.remoteAddress ?? "").replace(/^::ffff:(?=\d+\.)/, "");
}

function nothing(reply: FastifyReply): FastifyReply {
  return reply.code(404).header("cache-control", "no-store").send("");
}
