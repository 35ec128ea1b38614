import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import cookie from "@fastify/cookie";
import helmet from "@fastify/helmet";
import rateLimit from "@fastify/rate-limit";
import files from "@fastify/static";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { BusTap, Mac, Phone, Token } from "../../model/index.js";
import { describeError } from "../redaction.js";
import { deskActs } from "./acts.js";
import { drawnPhones } from "./hello.js";
import { DeskHub } from "./hub.js";
import { Looks } from "./looks.js";
import type { BrowserDeskParts } from "./parts.js";
import { cookieName, refuse } from "./replies.js";
import { isFromAnotherSite, isOwnHost } from "./same-origin.js";
import { type Session, Sessions } from "./sessions.js";
import { SignIns } from "./sign-in.js";

/** Where the build puts the web app; the same from `src/` and from `dist/`. */
const builtWeb = fileURLToPath(new URL("../../../dist/web/", import.meta.url));

/**
 * The desk in the browser: its page, its stream of news, and what it may ask for. On the server of the phone pages, which
 * it leaves alone.
 */
export class BrowserDesk {
  readonly #parts: BrowserDeskParts;
  readonly #sessions: Sessions;
  readonly #signIns: SignIns;
  readonly #hub: DeskHub;
  readonly #looks: Looks;
  readonly #web: string;
  #unfollow: () => void = () => {};

  constructor(parts: BrowserDeskParts) {
    this.#parts = parts;
    this.#web = parts.web ?? builtWeb;
    const { clock, phones, models, desk } = parts;
    this.#looks = new Looks(models);
    this.#sessions = new Sessions({ clock, phones, models, over: (session, why) => this.#over(session, why) });
    this.#signIns = new SignIns(desk.kind === "accounts" ? desk.accounts : [], clock);
    this.#hub = new DeskHub(parts, this.#sessions, this.#looks);
  }

  /** To be told of what goes over the bus. */
  get tap(): BusTap {
    return this.#hub.memory;
  }

  /** A phone that is drawn here, as the model that it is drawn as; undefined for any other. */
  phone(mac: Mac): Phone | undefined {
    const configured = drawnPhones(this.#parts).find((phone) => phone.mac === mac);
    return configured ? this.#looks.of(configured) : this.#sessions.phone(mac);
  }

  /** The drawn phone that has this token. */
  macOf(token: Token): Mac | undefined {
    return this.#sessions.macOf(token);
  }

  /** Follows the phones from now on. */
  start(): void {
    this.#unfollow = this.#parts.phones.follow((before, now) => {
      if (before) {
        for (const one of this.#sessions.rechoose(before.mac, now)) {
          // Its leg is at the phone that it had.
          if (one.after.phone.rings === "nobody") this.#parts.leave(one.before.phone);
        }
      }
      this.#hub.phonesChanged(before, now);
    });
  }

  stop(): void {
    this.#unfollow();
    this.#hub.stop();
    this.#sessions.closeAll();
  }

  /** Serves all of it on this server, in a context of its own: no hook and no header of it is another page's. */
  async register(server: FastifyInstance): Promise<void> {
    await server.register(async (app) => {
      await app.register(helmet, helmetOptions(this.#parts.publicUrl()));
      await app.register(cookie);
      await app.register(rateLimit, { global: false });
      await app.register(files, { root: this.#web, serve: false, preCompressed: true, cacheControl: false });
      app.removeContentTypeParser("text/plain");
      app.addHook("onRequest", async (request, reply) => {
        reply.header("cache-control", "no-store");
        if (!isOwnHost(request, this.#parts.publicUrl()))
          return refuse(reply, 421, "This is not the address of this desk.");
      });
      app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
        const { statusCode = 500 } = error;
        if (statusCode < 500) return refuse(reply, statusCode, sentenceFor(statusCode));
        this.#parts.log.error({ error: describeError(error) }, "A request of the desk failed");
        return refuse(reply, 500, "Something went wrong here; the log says what.");
      });
      app.addHook("preClose", async () => this.#hub.stop());
      app.get("/", (_request, reply) => this.#page(reply));
      app.get("/assets/*", (request: FastifyRequest<{ Params: { "*": string } }>, reply) => {
        // Their names change with what is in them. What is not there has no such promise.
        reply.removeHeader("cache-control");
        return reply.sendFile(`assets/${request.params["*"]}`, { cacheControl: true, immutable: true, maxAge: "365d" });
      });
      app.get("/desk/stream", (request, reply) => this.#stream(request, reply));
      deskActs(app, {
        parts: this.#parts,
        hub: this.#hub,
        sessions: this.#sessions,
        looks: this.#looks,
        signIns: this.#signIns,
        secretOf: (request) => request.cookies[cookieName],
      });
    });
  }

  #page(reply: FastifyReply): FastifyReply {
    if (existsSync(join(this.#web, "index.html"))) return reply.sendFile("index.html");
    return reply
      .code(404)
      .type("text/plain; charset=utf-8")
      .send("The desk is not built here: npm run build makes it.\n");
  }

  async #stream(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    if (isFromAnotherSite(request)) return refuse(reply, 403, "Only the desk's own page may read this.");
    const session = this.#sessions.of(request.cookies[cookieName]);
    if (this.#parts.desk.kind === "accounts" && !session) return refuse(reply, 401, "Sign in first.");
    if (!this.#hub.hasRoom()) return refuse(reply, 503, "Too many desks are open.");
    reply.hijack();
    // The time limits of short replies are not for this one.
    request.raw.socket.setTimeout(0);
    reply.raw.writeHead(200, {
      ...(reply.getHeaders() as Record<string, string>),
      "content-type": "text/event-stream; charset=utf-8",
      "x-accel-buffering": "no",
    });
    reply.raw.flushHeaders();
    await this.#hub.open(reply.raw, session).catch((error: unknown) => {
      this.#parts.log.error({ error: describeError(error) }, "A stream of the desk failed");
      reply.raw.destroy();
    });
    return reply;
  }

  #over(session: Session, why: "signed-out" | "expired"): void {
    const { audit, clock, leave } = this.#parts;
    this.#hub.end(session);
    leave(session.phone);
    audit.after({
      at: clock.now(),
      act: "desk-sign-out",
      outcome: "done",
      supervisor: session.person.id,
      phone: session.phone.mac,
      ...(why === "expired" && { detail: "its time was up" }),
    });
  }
}

function sentenceFor(code: number): string {
  if (code === 413) return "That is too much.";
  if (code === 429) return "Too many tries: wait a minute.";
  return code === 415 ? "Only JSON is read here." : "This cannot be read.";
}

function helmetOptions(publicUrl: string): Parameters<typeof helmet>[1] {
  const self = ["'self'"];
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: self,
        scriptSrc: self,
        styleSrc: self,
        connectSrc: self,
        imgSrc: ["'self'", "data:"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: self,
        frameAncestors: ["'none'"],
      },
    },
    strictTransportSecurity: publicUrl.startsWith("https:"),
  };
}
