import { once } from "node:events";
import { createServer as createPlain, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createSecure } from "node:https";
import type { AddressInfo } from "node:net";
import type { ServerCertificate } from "../certificate.ts";
import { Watch } from "../watch.ts";
import { PolycomDigest } from "./polycom-digest.ts";
import { type Code, type Complain, PolycomComplaint } from "./polycom-facts.ts";
import { type Priority, type Push, type PushSettings, readPush } from "./polycom-push.ts";
import { PushQueue } from "./polycom-push-queue.ts";
import { type Switches, switchesOf } from "./polycom-switches.ts";

/** What the phone does with the next requests. */
export type Mood = "well" | "not-found" | "forbidden" | "broken" | "silent" | "unguarded" | "asks-for-ever";

export interface PolycomPushOptions extends Partial<Omit<PushSettings, "switches">> {
  readonly switches?: Partial<Switches>;
  /** `apps.push.messageType`: 0 none, 1 to 4 that priority alone, 5 all (SIP 3.1: 0 off, 1 Critical, 2 Normal, 3 all). */
  readonly messageType?: number;
  /** `apps.push.username` and `.password`. */
  readonly username?: string;
  readonly password?: string;
  /** Pushes come by HTTPS alone (`apps.push.secureTunnelRequired`). */
  readonly certificate?: ServerCertificate;
}

/** A push that the phone has answered with 2xx. */
export interface Taken {
  readonly at: number;
  readonly body: string;
  readonly push: Push;
  readonly became: "shown" | "held" | "filtered";
}

/** Which priorities a `messageType` lets through: a filter, and no threshold (3, 9.1). */
const filters: Readonly<Record<PushSettings["software"], readonly (readonly Priority[])[]>> = {
  "UCS 5": [[], ["Normal"], ["Important"], ["High"], ["Critical"], ["Normal", "Important", "High", "Critical"]],
  "SIP 3.1": [[], ["Critical"], ["Normal"], ["Normal", "Critical"]],
};
const displayed = "Push Message will be displayed successfully";

/**
 * The web server of a strict Polycom that takes pushes (3), and the screen that they come to. A document that a phone may
 * not take is answered by 400 and kept as a complaint.
 */
export class PolycomPushPhone {
  mood: Mood = "well";
  readonly taken: Taken[] = [];
  /** Text of each notice that came to the screen, in order. */
  readonly notices: string[] = [];
  /** Internal URIs that were carried out, in order. */
  readonly executed: string[] = [];
  /** Of these, `tel:` that the user is asked about. */
  readonly asked: string[] = [];
  readonly codes: Code[] = [];
  readonly complaints: string[] = [];
  /** The status of every reply, in order. */
  readonly statuses: number[] = [];
  /** Called with the address of a page that the phone is told to open, when it does. */
  onOpen: (url: string) => void = () => undefined;
  readonly settings: PushSettings;
  /** `apps.push.messageType`, which can be set at any time. */
  messageType: number;
  readonly #credentials: { readonly username: string; readonly password: string };
  readonly #secure: boolean;
  readonly #digest: PolycomDigest;
  readonly #queue: PushQueue;
  readonly #server: Server;
  readonly #held: { readonly reply: ServerResponse; readonly take: () => void }[] = [];
  readonly #watch = new Watch();
  #underWay = 0;

  constructor(options: PolycomPushOptions = {}) {
    const { username = "earshot", password = "a long push password", messageType = 5, certificate } = options;
    const switches = switchesOf(options.switches);
    this.settings = {
      model: options.model ?? "SPIP_550",
      switches,
      serverRootUrl: options.serverRootUrl,
      criticalAllowed: options.criticalAllowed ?? false,
      software: options.software ?? "UCS 5",
    };
    this.messageType = messageType;
    this.#credentials = { username, password };
    this.#secure = certificate !== undefined;
    this.#digest = new PolycomDigest(switches, this.#credentials);
    this.#queue = new PushQueue(switches, ({ push, at }, waited) => this.#show(push, at, waited));
    const answer = (request: IncomingMessage, reply: ServerResponse) => void this.#answer(request, reply);
    this.#server = certificate
      ? createSecure({ key: certificate.key, cert: certificate.certificate }, answer)
      : createPlain(answer);
  }

  get origin(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `${this.#secure ? "https" : "http"}://127.0.0.1:${port}`;
  }

  /** What `phones[].push` says of this phone. */
  get push() {
    return { by: "http", origin: this.origin, ...this.#credentials } as const;
  }

  get challenges(): number {
    return this.#digest.challenges;
  }

  /** The push that is on the screen. */
  get onScreen(): Push | undefined {
    return this.#queue.onScreen;
  }

  /** Pushes that wait until the phone is idle: nobody can take them back. */
  get held(): readonly Push[] {
    return this.#queue.held;
  }

  async start(): Promise<void> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  callArrives(): void {
    this.#queue.becomesBusy();
  }

  /** The phone is idle again, and shows what waited for it. */
  callEnds(): void {
    this.#queue.becomesIdle();
    this.#watch.tell();
  }

  /** The user puts away what is on the screen. */
  dismiss(): void {
    this.#queue.dismiss();
  }

  /** Lets go what `silent` held back: it is taken after all. */
  release(): void {
    this.mood = "well";
    for (const { take } of this.#held.splice(0)) take();
  }

  /** Waits until something that happened here makes `holds` true. */
  until(holds: () => boolean, what: string, withinMs = 10_000): Promise<void> {
    const missed = () => `${what}: not within ${withinMs} ms; the phone took ${this.taken.length} pushes`;
    return this.#watch.until(holds, missed, withinMs);
  }

  readonly #complain: Complain = (code, what) => {
    this.codes.push(code);
    this.complaints.push(`${code}: ${what}`);
  };

  async #answer(request: IncomingMessage, reply: ServerResponse): Promise<void> {
    this.#underWay += 1;
    if (this.#underWay > 1) this.#complain("push-at-once", "a second request while one is under way");
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString("utf8");
    const take = () => this.#take(request, reply, body);
    switch (this.mood) {
      case "not-found":
        return this.#end(reply, 404);
      case "forbidden":
        return this.#end(reply, 403);
      case "broken":
        return this.#end(reply, 500);
      case "silent":
        this.#held.push({ reply, take });
        return this.#watch.tell();
      case "unguarded":
        return take();
      case "asks-for-ever":
        return this.#challenge(reply);
      case "well":
        break;
      default:
        this.mood satisfies never;
    }
    if (request.method !== "POST" || request.url !== "/push") {
      this.#complain("push-path", `${request.method} ${request.url}`);
      return this.#end(reply, 404);
    }
    if (this.#digest.accepts(request, this.#complain)) take();
    else this.#challenge(reply);
  }

  #challenge(reply: ServerResponse): void {
    reply.setHeader("www-authenticate", this.#digest.challenge());
    this.#end(reply, 401);
  }

  #take({ headers }: IncomingMessage, reply: ServerResponse, body: string): void {
    if (headers["transfer-encoding"] !== undefined) this.#complain("push-chunked", headers["transfer-encoding"]);
    try {
      const push = readPush(body, headers["content-type"] ?? "", this.settings);
      this.#end(reply, ...this.#keep(body, push));
    } catch (error) {
      if (!(error instanceof PolycomComplaint)) throw error;
      this.codes.push(...error.codes);
      this.complaints.push(...error.complaints);
      this.#end(reply, 400);
    }
  }

  #keep(body: string, push: Push): [status: number, text?: string] {
    const { software, switches } = this.settings;
    const at = Date.now();
    if (!filters[software][this.messageType]?.includes(push.priority)) {
      this.taken.push({ at, body, push, became: "filtered" });
      return [switches.filteredIsOk ? 200 : 403, "Push Message filtered"];
    }
    const became = this.#queue.take({ push, at });
    if (became === "full") {
      this.#complain("push-queue-full", body);
      return [400];
    }
    this.taken.push({ at, body, push, became });
    return [200, displayed];
  }

  #show({ shows }: Push, at: number, waited: boolean): void {
    switch (shows.kind) {
      case "notice":
        if (waited && !/\b\d{1,2}[:.]\d{2}\b/.test(shows.text)) {
          this.#complain("push-stale", `${Date.now() - at} ms late and does not say of when: ${shows.text}`);
        }
        this.notices.push(shows.text);
        return;
      case "open":
        this.onOpen(shows.url);
        return;
      case "uris":
        for (const deed of shows.deeds) {
          const uri = deed.does === "internal" ? deed.uri : deed.does === "fetch" ? deed.url : `SoftKey:${deed.does}`;
          if (this.settings.switches.asksBeforeDialling && /^tel:/i.test(uri)) this.asked.push(uri);
          else this.executed.push(uri);
        }
        return;
      default:
        shows satisfies never;
    }
  }

  #end(reply: ServerResponse, status: number, text = ""): void {
    this.#underWay -= 1;
    this.statuses.push(status);
    reply.statusCode = status;
    reply.end(text);
    this.#watch.tell();
  }
}
