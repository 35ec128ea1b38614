import rateLimit from "@fastify/rate-limit";
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import type { DeskAnswer, PhoneRequest } from "../control/index.js";
import type { PushedPage } from "../dispatch/index.js";
import type { Clock, Listen, Log, Mac, Phone, ProbeAsked, Refusals, Token } from "../model/index.js";
import type { Page, Say, Screen } from "../pages/index.js";
import { type ProbePage, type Profile, type Vendor, vendorNamed } from "../phones/index.js";
import {
  hrefs,
  launcherUrl,
  type PhoneTold,
  parseAddress,
  probedBy,
  pushedUrl,
  type Route,
  requestOf,
  routeName,
} from "./address.js";
import { addressOf } from "./connections.js";
import type { Desk } from "./desk.js";
import { PhoneServerError } from "./errors.js";
import { limitedServer, serverLimits } from "./limits.js";
import { listenOn, movedUrl } from "./listening.js";
import { Misses, missesPerMinute } from "./misses.js";
import { bePatient } from "./patience.js";
import { type Places, strayed } from "./places.js";
import { probeStatus } from "./probe-status.js";
import { checkPublicUrl } from "./public-url.js";
import { describeError } from "./redaction.js";
import { connectingPage, type StrangersText, wrongPage } from "./sentences.js";
import type { Sheets } from "./sheets.js";
import { strangersReply } from "./strangers.js";
import { loadTemplates, type Templates } from "./templates.js";
import { ServerTls, type ServerTlsParts } from "./tls.js";

export interface PhoneServerOptions {
  readonly listen: Listen;
  /** What phones reach this server by: `http(s)://host[:port]`, as the phones' network sees it. */
  readonly publicUrl: string;
  /** A taken port moves to the next free one; for the demo. */
  readonly nextFreePort?: boolean;
  /** Without it the server speaks plain HTTP. */
  readonly tls?: ServerTlsParts;
  readonly desk: Desk;
  readonly tokens: { macOf(token: Token): Mac | undefined };
  readonly phones: (mac: Mac) => Pick<Phone, "vendor" | "model"> | undefined;
  readonly sheets: Sheets;
  /** At least 32 random bytes, the same after a restart: pages already on phones stay valid. */
  readonly signingKey: Uint8Array;
  readonly log: Log;
  readonly refusals: Refusals;
  /** Of the date in every reply; the system's unless told. */
  readonly clock?: Pick<Clock, "now">;
  /** What a phone says of itself, by an action URL. Whoever has its token can say so: nobody hears more by it. */
  readonly told?: (mac: Mac, what: PhoneTold) => void;
  /** A page by which a phone is proved, in place of its launcher or at an address of its own. */
  readonly probe?: (mac: Mac, at: { readonly step: string } & ProbeAsked) => ProbePage | undefined;
  /** Who says whether a request comes from where its phone is; without it every place will do. */
  readonly places?: Places;
  /** Told of every page that a phone is given, and the step of its presses. */
  readonly shown?: (mac: Mac, page: Page, step: number) => void;
  /** The words of the server's own few pages, for whoever has this phone; undefined is a stranger. */
  readonly say: (phone: Mac | undefined, screen: Screen) => Say;
  /** Puts other things on the same server, before the rules of the phone pages: none of them is theirs. */
  readonly beside?: (server: FastifyInstance) => Promise<void>;
  /** Another folder of templates, for tests. */
  readonly templates?: string;
}

/** A known phone with what it takes to make documents for it. */
interface Caller {
  readonly token: Token;
  readonly mac: Mac;
  readonly vendor: Vendor;
  readonly profile: Profile;
  readonly route: Route;
}

/** From arrival until a desk's answer is given up, so that every reply comes within a second. */
export const deskMs = 950;
/** A stop waits this long for replies under way. */
const farewellMs = 1500;

const replyHeaders = { "cache-control": "no-store", "referrer-policy": "no-referrer" } as const;

/** Serves the phone pages. The constructor assigns, `start` reads templates and listens, `stop` undoes it. */
export class PhoneServer {
  private app: FastifyInstance | undefined;
  private misses: Misses | undefined;
  private tls: ServerTls | undefined;
  private url: string;

  constructor(private readonly options: PhoneServerOptions) {
    this.url = options.publicUrl.replace(/\/+$/, "");
  }

  /** The public URL, with the real port once `start` has resolved. */
  get publicUrl(): string {
    return this.url;
  }

  /** The URL for a phone's launcher key. A secret: it carries the phone's token. */
  launcherUrl(token: Token): string {
    return launcherUrl(this.url, token);
  }

  /** The URL of one of a phone's own pages, for a phone that has not asked. A secret, too. */
  pushedUrl(token: Token, page: PushedPage, step: number): string {
    return pushedUrl(this.options.signingKey, this.url, token, step, page);
  }

  /**
   * Resolves with the real address and the public URL once pages are served.
   * Throws {@link PhoneServerError}: a taken port carries the code EADDRINUSE.
   */
  async start(): Promise<Listen & { readonly publicUrl: string }> {
    const { listen, publicUrl, nextFreePort = false, signingKey, sheets, clock = Date, refusals } = this.options;
    checkPublicUrl(publicUrl, sheets);
    if (signingKey.length < 32) throw new PhoneServerError("signing-key", "The signing key needs at least 32 bytes");
    const templates = await loadTemplates(sheets, this.options.templates);
    const tls = this.options.tls && new ServerTls(this.options.tls);
    const app = fastify({
      ...serverLimits,
      serverFactory: (handler) => tls?.server(handler, refusals) ?? limitedServer(handler, refusals),
      frameworkErrors: (_error, request, reply) => void miss(request, reply),
    });
    bePatient(app, clock, refusals);
    app.addHook("onRequest", async (_request, reply) => void reply.header("date", new Date(clock.now()).toUTCString()));
    await this.options.beside?.(app);
    await app.register(rateLimit, { global: false });
    const limiter = app.createRateLimit({ max: missesPerMinute, timeWindow: 60_000 });
    const misses = new Misses(limiter, refusals, (request, reply) =>
      this.sendStranger(templates, "unknown", request, reply),
    );
    const miss = (request: FastifyRequest, reply: FastifyReply) => misses.answer(request, reply, performance.now());

    app.addHook("onRequest", async (request, reply) => {
      // What is beside the phone pages has routes of its own for what it takes.
      if (request.method === "GET" || !request.is404) return;
      refusals.tell("Something was sent that nobody here takes", addressOf(request.raw.socket));
      return this.sendStranger(templates, "only-get", request, reply.code(405).header("allow", "GET"));
    });
    app.get("/healthz", (_request, reply) => reply.header("cache-control", "no-store").send("ok"));
    app.get("/p/*", (request, reply) => this.page(templates, misses, request, reply));
    app.setNotFoundHandler(miss);
    app.setErrorHandler((error, request, reply) => {
      this.options.log.error({ error: describeError(error) }, "A request failed");
      return miss(request, reply);
    });

    this.app = app;
    this.misses = misses;
    try {
      const real = await listenOn(app, listen, nextFreePort);
      this.url = movedUrl(publicUrl, listen, real);
      tls?.start();
      this.tls = tls;
      return { ...real, publicUrl: this.url };
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Takes no more requests, lets replies under way go out, then closes what is left. */
  async stop(): Promise<void> {
    const app = this.app;
    this.app = undefined;
    this.misses?.stop();
    this.tls?.stop();
    if (!app) return;
    const force = setTimeout(() => app.server.closeAllConnections(), farewellMs);
    try {
      await app.close();
    } finally {
      clearTimeout(force);
    }
  }

  private async page(templates: Templates, misses: Misses, request: FastifyRequest, reply: FastifyReply) {
    const arrivedAt = performance.now();
    const caller = this.callerOf(request.raw.url ?? "");
    if (!caller) return misses.answer(request, reply, arrivedAt);
    const { places, log, signingKey } = this.options;
    const { mac, token, route } = caller;
    const from = addressOf(request.raw.socket);
    const known = () => this.known(templates, caller, request, reply, arrivedAt);
    if (!places || places.isThere(mac, from)) return known();
    const press = () => this.ask(caller, requestOf(signingKey, token, route), request, arrivedAt);
    return misses.answer(request, reply, arrivedAt, strayed({ mac, route, from, places, log, press, known }));
  }

  private async known(
    templates: Templates,
    caller: Caller,
    request: FastifyRequest,
    reply: FastifyReply,
    arrivedAt: number,
  ): Promise<FastifyReply> {
    const { route } = caller;
    if (route.kind === "told") {
      this.options.told?.(caller.mac, route.what);
      const { contentType, ...nothing } = caller.vendor.nothing;
      return reply
        .code(200)
        .headers({ ...replyHeaders, "content-type": contentType })
        .send(templates.render({ ...nothing, contentType }));
    }
    const asked = probedBy(route, request.headers["user-agent"]);
    const probe = asked && this.options.probe?.(caller.mac, asked);
    if (probe) return this.probe(templates, caller, probe, request, reply);
    const answer = await this.ask(caller, requestOf(this.options.signingKey, caller.token, route), request, arrivedAt);
    const about = { mac: caller.mac, route: routeName(caller.route), ms: Math.round(performance.now() - arrivedAt) };
    if (caller.route.kind !== "show") this.options.log.info(about, "A press was answered");
    try {
      return this.send(templates, caller, answer, reply.code(200));
    } catch (error) {
      this.options.log.error({ ...about, error: describeError(error, caller.token) }, "A page could not be made");
      return this.send(templates, caller, { page: wrongPage(this.sayTo(caller)), step: 0 }, reply.code(200));
    }
  }

  private probe(templates: Templates, caller: Caller, probe: ProbePage, { raw }: FastifyRequest, reply: FastifyReply) {
    if (probe.reply === "lost") {
      raw.socket.destroy();
      return reply.hijack();
    }
    const profile = probe.as?.(caller.profile) ?? caller.profile;
    const href = hrefs(this.options.signingKey, this.url, caller.token, 0);
    const begun = probeStatus(reply, probe.reply, caller.route, href);
    return this.send(templates, { ...caller, profile }, { page: probe.page(profile), step: 0 }, begun);
  }

  private callerOf(url: string): Caller | undefined {
    const address = parseAddress(url);
    const mac = address && this.options.tokens.macOf(address.token);
    const phone = mac && this.options.phones(mac);
    if (!address || !mac || !phone) return undefined;
    const vendor = vendorNamed(phone.vendor);
    const profile = this.options.sheets.profile(phone.vendor, phone.model);
    if (!vendor || !profile) {
      this.options.log.error({ mac, vendor: phone.vendor, model: phone.model }, "No model sheet knows this phone");
      return undefined;
    }
    return { mac, vendor, profile, ...address };
  }

  /** The desk's answer, or a page that says why there is none yet. Never rejects. */
  private async ask(
    caller: Caller,
    asks: PhoneRequest,
    request: FastifyRequest,
    arrivedAt: number,
  ): Promise<DeskAnswer> {
    const { token, mac, profile, route } = caller;
    const from = { host: addressOf(request.raw.socket) };
    const about = { mac, route: routeName(route) };
    const asked = (async () => this.options.desk.answer(mac, asks, from, profile.screen))().catch((error) => {
      this.options.log.error({ ...about, error: describeError(error, token) }, "The desk failed");
      return { page: wrongPage(this.sayTo(caller)), step: 0 };
    });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<DeskAnswer>((resolve) => {
      timer = setTimeout(
        () => {
          this.options.log.warn(about, "The desk is slow: the phone was told to wait");
          resolve({ page: connectingPage(this.sayTo(caller)), step: 0 });
        },
        deskMs - (performance.now() - arrivedAt),
      );
    });
    return Promise.race([asked, late]).finally(() => clearTimeout(timer));
  }

  private sayTo({ mac, profile }: Caller): Say {
    return this.options.say(mac, profile.screen);
  }

  /** The reply has its status already. */
  private send(templates: Templates, caller: Caller, { page, step }: DeskAnswer, reply: FastifyReply): FastifyReply {
    const { profile, vendor, token } = caller;
    const href = hrefs(this.options.signingKey, this.url, token, step);
    const document = vendor.document(page, profile, href);
    const body = templates.render(document);
    const bytes = Buffer.byteLength(body);
    if (bytes > profile.limits.documentBytes) throw new Error(`a document of ${bytes} bytes`);
    this.options.shown?.(caller.mac, page, step);
    const refresh = profile.refreshHeader === "no" ? undefined : refreshOf(page, profile, href);
    return reply
      .headers({ "content-type": document.contentType, ...replyHeaders, ...(refresh ? { refresh } : {}) })
      .send(body);
  }

  /** For a caller of whom nothing is known but how they name themselves. The reply has its status already. */
  private sendStranger(
    templates: Templates,
    text: StrangersText,
    { headers }: FastifyRequest,
    reply: FastifyReply,
  ): FastifyReply {
    const { sheets, say } = this.options;
    const { contentType, body } = strangersReply(headers["user-agent"], text, {
      ...{ sheets, templates, say: (screen) => say(undefined, screen), home: `${this.url}/` },
    });
    return reply.headers({ ...replyHeaders, "content-type": contentType }).send(body);
  }
}

/** A page must not press by itself: a refresh that would act asks for what is true now instead. */
function refreshOf(
  page: Page,
  { limits }: Profile,
  href: (link: Page["keys"][number]["link"]) => string,
): string | undefined {
  if (!page.refresh) return undefined;
  const { link, seconds } = page.refresh;
  const acts = link.to === "press" || link.to === "pick";
  return `${Math.max(seconds, limits.refreshSeconds)}; url=${href(acts ? { to: "home" } : link)}`;
}
