import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Watch } from "../watch.ts";
import type { YealinkPhone } from "./yealink.ts";
import { type PushedAct, readPush } from "./yealink-push.ts";
import type { Switches } from "./yealink-switches.ts";

/** What the phone does with the next requests. */
export type Mood = "well" | "not-found" | "forbidden" | "broken" | "silent" | "unguarded" | "asks-for-ever";

export interface PushPhoneOptions {
  readonly algorithm?: "MD5" | "SHA-256";
  readonly username?: string;
  readonly password?: string;
  readonly realm?: string;
  /** How often a nonce may be used before it is stale. */
  readonly nonceUses?: number;
  /** `push_xml.server`: who may push (yealink.md 4.1, l. 182). */
  readonly server?: string;
  readonly checksSender?: Switches["checksSender"];
  /** Where its web server is. */
  readonly address?: string;
}

/** One document that the phone has taken. */
export interface Taken {
  readonly at: number;
  readonly body: string;
  readonly acts: readonly PushedAct[];
}

/**
 * The web server of a strict Yealink that takes pushes by digest (RFC 7616): every nonce count must be the next one. It
 * complains about what a real phone may not take, and about a second push while one is under way.
 */
export class PushPhone {
  mood: Mood = "well";
  /** What a reply to a document that was taken says. */
  says = "";
  readonly taken: Taken[] = [];
  readonly complaints: string[] = [];
  /** The status of every reply, in order. */
  readonly statuses: number[] = [];
  /** What each lamp shows now, such as `5 GREEN`. */
  readonly lamps = new Map<string, string>();
  /** Called with the address of a page that the phone is told to open. */
  onOpen: (url: string) => void = () => undefined;
  /** The phone around this web server; it takes what was pushed once that is answered. */
  handset: YealinkPhone | undefined;
  readonly #options: Required<PushPhoneOptions>;
  readonly #server: Server;
  readonly #nonces = new Map<string, number>();
  readonly #watch = new Watch();
  readonly #held = new Set<ServerResponse>();
  #underWay = 0;
  #acting = 0;

  constructor(options: PushPhoneOptions = {}) {
    this.#options = {
      algorithm: "MD5",
      username: "earshot",
      password: 'a, "quoted" one',
      realm: 'Yealink "push", here',
      nonceUses: 1_000,
      server: "127.0.0.1",
      checksSender: "address",
      address: "127.0.0.1",
      ...options,
    };
    this.#server = createServer((request, reply) => void this.#answer(request, reply));
  }

  get origin(): string {
    return `http://${this.#options.address}:${(this.#server.address() as AddressInfo).port}`;
  }

  /** What `phones[].push` says of this phone. */
  get push() {
    const { username, password } = this.#options;
    return { by: "http", origin: this.origin, username, password } as const;
  }

  /** How often a challenge was sent. */
  get challenges(): number {
    return this.#nonces.size;
  }

  /** Whether the handset has done all that was pushed so far. */
  get settled(): boolean {
    return this.#acting === 0 && this.#underWay === 0;
  }

  async start(): Promise<void> {
    this.#server.listen(0, this.#options.address);
    await once(this.#server, "listening");
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  /** Lets go what `silent` held back: it is taken after all. */
  release(): void {
    this.mood = "well";
    for (const reply of this.#held) this.#end(reply, 200);
    this.#held.clear();
  }

  /** Waits until something that happened here makes `holds` true. */
  until(holds: () => boolean, what: string, withinMs = 10_000): Promise<void> {
    const missed = () => `${what}: not within ${withinMs} ms; the phone took ${this.taken.length} documents`;
    return this.#watch.until(holds, missed, withinMs);
  }

  async #answer(request: IncomingMessage, reply: ServerResponse): Promise<void> {
    this.#underWay += 1;
    if (this.#underWay > 1) this.complaints.push("a second push while one is under way");
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString("utf8");
    switch (this.mood) {
      case "not-found":
        return this.#end(reply, 404);
      case "forbidden":
        return this.#end(reply, 403);
      case "broken":
        return this.#end(reply, 500);
      case "silent":
        this.#held.add(reply);
        this.#watch.tell();
        return;
      case "unguarded":
        return this.#take(reply, body);
      case "asks-for-ever":
        return this.#challenge(reply, true);
      case "well":
        break;
    }
    this.#checkRequest(request);
    if (!this.#mayPush(request)) return this.#end(reply, 403);
    const signed = this.#judge(request);
    if (signed === "yes") this.#take(reply, body);
    else this.#challenge(reply, signed === "stale");
  }

  #checkRequest({ method, url, headers }: IncomingMessage): void {
    if (method !== "POST" || url !== "/servlet?push=xml") this.complaints.push(`${method} ${url}`);
    if (!/^text\/xml(; charset=utf-8)?$/.test(headers["content-type"] ?? "")) {
      this.complaints.push(`content type ${headers["content-type"]}`);
    }
    if (!headers.referer || /\/p\//.test(headers.referer)) this.complaints.push(`referer ${headers.referer}`);
  }

  /** 4.1, l. 185: which of the two counts is not known. */
  #mayPush({ socket, headers }: IncomingMessage): boolean {
    const { server, checksSender } = this.#options;
    const address = socket.remoteAddress?.replace(/^::ffff:/, "") === server;
    const referer = headers.referer === server;
    return { address, referer, both: address && referer }[checksSender];
  }

  #judge({ headers, method = "", url = "" }: IncomingMessage): "yes" | "no" | "stale" {
    const { authorization } = headers;
    if (!authorization?.startsWith("Digest ")) return "no";
    const field = (name: string): string => {
      const [, quoted, bare] =
        new RegExp(`[ ,]${name}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^,\\s"]+))`).exec(authorization) ?? [];
      return quoted?.replace(/\\(.)/g, "$1") ?? bare ?? "";
    };
    const { algorithm, username, password, realm, nonceUses } = this.#options;
    const hash = (text: string) => createHash(algorithm.replace("-", "").toLowerCase()).update(text).digest("hex");
    const uses = this.#nonces.get(field("nonce"));
    if (uses === undefined) return "stale";
    const nc = Number.parseInt(field("nc"), 16);
    if (nc !== uses + 1) this.complaints.push(`nc=${field("nc")} after ${uses} uses`);
    if (/qop="/.test(authorization) || /nc="/.test(authorization)) this.complaints.push("qop or nc in quotes");
    if (field("uri") !== url) this.complaints.push(`uri ${field("uri")}`);
    const secret = hash(`${username}:${realm}:${password}`);
    const wanted = `${secret}:${field("nonce")}:${field("nc")}:${field("cnonce")}:auth:${hash(`${method}:${url}`)}`;
    if (field("username") !== username || field("realm") !== realm || field("response") !== hash(wanted)) return "no";
    if (uses >= nonceUses) return "stale";
    this.#nonces.set(field("nonce"), uses + 1);
    return "yes";
  }

  #challenge(reply: ServerResponse, stale: boolean): void {
    const nonce = randomBytes(12).toString("hex");
    this.#nonces.set(nonce, 0);
    const { realm, algorithm } = this.#options;
    const quoted = realm.replace(/[\\"]/g, "\\$&");
    const fields = [`realm="${quoted}"`, `nonce="${nonce}"`, 'qop="auth,auth-int"', `algorithm=${algorithm}`];
    reply.setHeader("www-authenticate", `Basic realm="x", Digest ${fields.join(", ")}${stale ? ", stale=true" : ""}`);
    this.#end(reply, 401);
  }

  /** 4.1, l. 181: with or without `xml=` before the document. */
  #take(reply: ServerResponse, sent: string): void {
    const body = sent.replace(/^xml=/, "");
    try {
      const acts = readPush(body, this.handset?.model, this.handset?.switches);
      this.taken.push({ at: Date.now(), body, acts });
      for (const act of acts) {
        if (act.act === "led") this.lamps.set(`${act.line} ${act.colour}`, act.state);
        if (act.act === "open") this.onOpen(act.url);
      }
    } catch (error) {
      this.complaints.push(String(error));
    }
    this.#end(reply, 200);
    if (!this.handset) return;
    this.#acting += 1;
    void this.handset
      .push(body)
      .catch((error: unknown) => this.complaints.push(String(error)))
      .finally(() => {
        this.#acting -= 1;
        this.#watch.tell();
      });
  }

  #end(reply: ServerResponse, status: number): void {
    this.#underWay -= 1;
    this.statuses.push(status);
    reply.statusCode = status;
    reply.end(status === 200 ? this.says : "");
    this.#watch.tell();
  }
}
