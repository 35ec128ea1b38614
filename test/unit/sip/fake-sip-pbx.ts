import { createHash } from "node:crypto";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";
import {
  addressOf,
  formatSip,
  headerOf,
  isRequest,
  parameterOf,
  parseSip,
  type SipHeader,
  type SipRequest,
} from "../../lab/sip-message.ts";
import { Watch } from "../../lab/watch.ts";

const md5 = (text: string): string => createHash("md5").update(text).digest("hex");
const REALM = "fake";
const NONCE = "a5c1";

/** One subscription as the notifier has it. */
interface Subscribed {
  readonly socket: WebSocket;
  readonly user: string;
  readonly request: SipRequest;
  readonly tag: string;
  cseq: number;
}

/** A document about one extension, as it goes over the wire. */
export interface Document {
  readonly version: number;
  readonly state?: "full" | "partial";
  readonly user?: string;
  /** By id, the state of each dialog. */
  readonly dialogs?: Readonly<Record<string, string>>;
}

export function documentOf(user: string, { version, state = "full", user: of = user, dialogs = {} }: Document): string {
  const each = Object.entries(dialogs).map(([id, said]) => `<dialog id="${id}"><state>${said}</state></dialog>`);
  return `<?xml version="1.0"?><dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="${version}" state="${state}" entity="sip:${of}@pbx">${each.join("")}</dialog-info>`;
}

/** A PBX that speaks SIP over WebSocket: digest, SUBSCRIBE, NOTIFY and MESSAGE; a test says what it answers. */
export class FakeSipPbx {
  readonly requests: SipRequest[] = [];
  readonly account = { username: "earshot-blf", password: "rose" };
  /** What a SUBSCRIBE for this user is answered with; 200 where nothing is said. */
  readonly answers = new Map<string, number>();
  /** What the first NOTIFY of a subscription says. */
  readonly documents = new Map<string, string>();
  expires = 600;
  readonly #watch = new Watch();
  readonly #subscribed = new Map<string, Subscribed>();
  #server: WebSocketServer | undefined;
  #port = 0;

  get url(): string {
    return `ws://127.0.0.1:${this.#port}/ws`;
  }

  async start(): Promise<void> {
    const server = new WebSocketServer({ host: "127.0.0.1", port: this.#port, path: "/ws" });
    this.#server = server;
    server.on("connection", (socket) => socket.on("message", (data) => this.#receive(socket, String(data))));
    await once(server, "listening");
    this.#port = (server.address() as AddressInfo).port;
  }

  /** Gone without a word, as a PBX that is killed. */
  async stop(): Promise<void> {
    for (const client of this.#server?.clients ?? []) client.terminate();
    this.#subscribed.clear();
    const server = this.#server;
    this.#server = undefined;
    if (server) await new Promise((resolve) => server.close(resolve));
  }

  /** The SUBSCRIBEs that were let in for a user, renewals among them. */
  subscribes(user: string): readonly SipRequest[] {
    return this.requests.filter(({ start }) => start.method === "SUBSCRIBE" && userIn(start.uri) === user);
  }

  /** Waits until what was received makes `look` find something. */
  until<Found>(what: string, look: () => Found | undefined): Promise<Found> {
    return this.#watch.find(look, () => `waited for ${what}`, 5_000);
  }

  /** Tells a document in the newest subscription of a user. */
  notify(user: string, body: string, more: { readonly state?: string; readonly type?: string } = {}): void {
    const subscribed = this.#subscribed.get(user);
    if (subscribed === undefined) throw new Error(`nobody watches ${user}`);
    this.#notify(subscribed, body, more);
  }

  /** Something that is no SIP at all. */
  say(text: string): void {
    for (const client of this.#server?.clients ?? []) client.send(text);
  }

  #receive(socket: WebSocket, text: string): void {
    const message = parseSip(text);
    if (message === undefined || !isRequest(message)) return;
    const { method, uri } = message.start;
    if (!this.#isSigned(message)) {
      const challenge = `Digest realm="${REALM}", nonce="${NONCE}", algorithm=MD5`;
      this.#answer(socket, message, 401, [["WWW-Authenticate", challenge]]);
      return;
    }
    this.requests.push(message);
    if (method === "SUBSCRIBE") this.#subscribe(socket, message);
    else this.#answer(socket, message, this.answers.get(addressOf(uri).user) ?? 202, []);
    this.#watch.tell();
  }

  #subscribe(socket: WebSocket, request: SipRequest): void {
    const inside = parameterOf(headerOf(request, "to"), "tag") !== undefined;
    const user = userIn(request.start.uri);
    const code = this.answers.get(user) ?? 200;
    const known = this.#subscribed.get(user);
    const subscribed =
      inside && known ? known : { socket, user, request, tag: md5(user + this.requests.length), cseq: 1 };
    const ends = headerOf(request, "expires") === "0";
    this.#answer(socket, request, code, [["Expires", ends ? "0" : String(this.expires)]], subscribed.tag);
    if (code >= 300) return;
    this.#subscribed.set(user, subscribed);
    if (ends) this.#notify(subscribed, "", { state: "terminated;reason=timeout" });
    else this.#notify(subscribed, this.documents.get(user) ?? documentOf(user, { version: 0 }), {});
  }

  #notify(
    subscribed: Subscribed,
    body: string,
    {
      state = `active;expires=${this.expires}`,
      type = "application/dialog-info+xml",
    }: { state?: string; type?: string },
  ): void {
    const { socket, request, tag } = subscribed;
    subscribed.cseq += 1;
    const contact = addressOf(headerOf(request, "contact")).uri;
    const headers: SipHeader[] = [
      ["Via", `SIP/2.0/WS pbx;branch=z9hG4bK${md5(`${tag}${subscribed.cseq}`)}`],
      ["Max-Forwards", "70"],
      ["From", `${(headerOf(request, "to") ?? "").split(";tag=")[0]};tag=${tag}`],
      ["To", headerOf(request, "from") ?? ""],
      ["Call-ID", headerOf(request, "call-id") ?? ""],
      ["CSeq", `${subscribed.cseq} NOTIFY`],
      ["Contact", `<sip:${subscribed.user}@pbx;transport=ws>`],
      ["Event", "dialog"],
      ["Subscription-State", state],
      ...(body === "" ? [] : [["Content-Type", type] as const]),
    ];
    socket.send(formatSip({ start: { method: "NOTIFY", uri: contact }, headers, body }));
  }

  #answer(socket: WebSocket, request: SipRequest, code: number, more: readonly SipHeader[], tag = "t1"): void {
    const to = headerOf(request, "to") ?? "";
    const same = ["via", "from", "call-id", "cseq"].map((name) => [name, headerOf(request, name) ?? ""] as const);
    const headers: SipHeader[] = [
      ...same,
      ["To", to.includes(";tag=") ? to : `${to};tag=${tag}`],
      ["Contact", "<sip:pbx;transport=ws>"],
      ...more,
    ];
    socket.send(formatSip({ start: { code, reason: "Said" }, headers, body: "" }));
  }

  #isSigned(request: SipRequest): boolean {
    const said = headerOf(request, "authorization") ?? "";
    const field = (name: string): string => new RegExp(`${name}="([^"]*)"`).exec(said)?.[1] ?? "";
    const { username, password } = this.account;
    const secret = md5(`${username}:${REALM}:${password}`);
    const right = md5(`${secret}:${NONCE}:${md5(`${request.start.method}:${field("uri")}`)}`);
    return field("username") === username && field("response") === right;
  }
}

function userIn(uri: string): string {
  return decodeURIComponent(addressOf(uri).user);
}
