import { randomBytes } from "node:crypto";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { now } from "./clock.ts";
import {
  formatSip,
  headerOf,
  headersOf,
  isRequest,
  isResponse,
  parameterOf,
  parseSip,
  type SipHeader,
  type SipMessage,
  type SipRequest,
  type SipResponse,
} from "./sip-message.ts";

/** A message as it went over the wire. */
export interface SipRecord {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly direction: "received" | "sent";
  readonly text: string;
}

export interface SipPeer {
  readonly host: string;
  readonly port: number;
}

/** A request that waits for our answer. */
export interface ServerTransaction {
  readonly request: SipRequest;
  respond(code: number, reason: string, headers?: readonly SipHeader[], body?: string): void;
}

/** RFC 3261 section 17.1.1.1, in milliseconds. */
const T1 = 500;
const T2 = 4000;
const TIMEOUT = 64 * T1;

interface ClientTransaction {
  readonly method: string;
  provisional(response: SipResponse): void;
  final(response: SipResponse): void;
}

interface AnsweredRequest {
  last: string | undefined;
  timer: NodeJS.Timeout | undefined;
}

/**
 * SIP transactions over UDP with one peer (RFC 3261 section 17): sends requests until they are answered, answers
 * repeated requests with what was answered before, and repeats a final answer to an INVITE until its ACK is there.
 */
export class SipTransport {
  readonly #peer: SipPeer;
  readonly #address: string;
  readonly #onRequest: (transaction: ServerTransaction) => void;
  readonly #onRecord: (record: SipRecord) => void;
  readonly #socket: Socket = createSocket("udp4");
  readonly #clients = new Map<string, ClientTransaction>();
  readonly #servers = new Map<string, AnsweredRequest>();
  /** The ACK of each established INVITE, for when the peer repeats its 200. */
  readonly #acks = new Map<string, string>();
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(
    peer: SipPeer,
    address: string,
    onRequest: (transaction: ServerTransaction) => void,
    onRecord: (record: SipRecord) => void,
  ) {
    this.#peer = peer;
    this.#address = address;
    this.#onRequest = onRequest;
    this.#onRecord = onRecord;
  }

  /** The local port. @throws before `start()`. */
  get port(): number {
    return this.#socket.address().port;
  }

  async start(): Promise<void> {
    this.#socket.on("message", (data) => this.#receive(data.toString("utf8")));
    // A PBX that is down answers with ICMP; the timers deal with it.
    this.#socket.on("error", () => undefined);
    this.#socket.bind(0, this.#address);
    await once(this.#socket, "listening");
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    for (const { timer } of this.#servers.values()) clearTimeout(timer);
    this.#socket.close();
  }

  /**
   * Sends a request and waits for its final answer; `headers` without Via. A request that nobody answers for 32 s
   * becomes a 408 of our own. ACKs of refused INVITEs are sent here, those of accepted ones by `acknowledge()`.
   */
  request(
    request: { method: string; uri: string; headers: readonly SipHeader[]; body?: string },
    onProvisional: (response: SipResponse) => void = () => undefined,
    onSent: (branch: string) => void = () => undefined,
  ): Promise<SipResponse> {
    const { method, uri, headers, body = "" } = request;
    const branch = newBranch();
    const text = this.#withVia({ start: { method, uri }, headers, body }, branch);
    return new Promise((resolve) => {
      let interval = T1;
      let timer: NodeJS.Timeout;
      const again = () => {
        this.#send(text);
        interval = method === "INVITE" ? interval * 2 : Math.min(interval * 2, T2);
        timer = this.#later(interval, again);
      };
      const done = (response: SipResponse) => {
        clearTimeout(timer);
        clearTimeout(late);
        this.#clients.delete(branch);
        resolve(response);
      };
      const late = this.#later(TIMEOUT, () => done({ start: { code: 408, reason: "No answer" }, headers, body: "" }));
      this.#clients.set(branch, {
        method,
        provisional: (response) => {
          if (method === "INVITE") {
            clearTimeout(timer);
            clearTimeout(late);
          }
          onProvisional(response);
        },
        final: (response) => {
          if (method === "INVITE" && response.start.code >= 300) this.#refused(request, branch, response);
          done(response);
        },
      });
      timer = this.#later(interval, again);
      this.#send(text);
      onSent(branch);
    });
  }

  /**
   * Ends a pending INVITE: the CANCEL carries its branch (RFC 3261 section 9.1).
   * @returns what the CANCEL was answered with; undefined where nobody answered.
   */
  async cancel(branch: string, uri: string, headers: readonly SipHeader[]): Promise<number | undefined> {
    const text = this.#withVia({ start: { method: "CANCEL", uri }, headers, body: "" }, branch);
    return await new Promise<number | undefined>((resolve) => {
      const timer = this.#later(T1, () => this.#send(text));
      this.#clients.set(`${branch} CANCEL`, {
        method: "CANCEL",
        provisional: () => undefined,
        final: ({ start }) => {
          clearTimeout(timer);
          this.#clients.delete(`${branch} CANCEL`);
          resolve(start.code);
        },
      });
      this.#later(TIMEOUT, () => resolve(undefined));
      this.#send(text);
    });
  }

  /** Sends the ACK of a 200 to an INVITE, and again whenever that 200 comes again (RFC 3261 section 13.2.2.4). */
  acknowledge(uri: string, headers: readonly SipHeader[]): void {
    const text = this.#withVia({ start: { method: "ACK", uri }, headers, body: "" }, newBranch());
    this.#acks.set(dialogKey({ headers }), text);
    this.#send(text);
  }

  #refused(request: { uri: string; headers: readonly SipHeader[] }, branch: string, response: SipResponse): void {
    const kept = request.headers.filter(([name]) => /^(from|call-id|max-forwards|route)$/i.test(name));
    const number = (headerOf(request, "cseq") ?? "").split(" ")[0] ?? "";
    const headers: SipHeader[] = [...kept, ["To", headerOf(response, "to") ?? ""], ["CSeq", `${number} ACK`]];
    const ack = { start: { method: "ACK", uri: request.uri }, headers, body: "" };
    const text = this.#withVia(ack, branch);
    this.#acks.set(dialogKey(ack), text);
    this.#send(text);
  }

  #receive(text: string): void {
    const message = parseSip(text);
    if (message === undefined) return;
    this.#onRecord({ at: now(), direction: "received", text });
    if (isRequest(message)) this.#receiveRequest(message);
    else if (isResponse(message)) this.#receiveResponse(message);
  }

  #receiveResponse(response: SipResponse): void {
    const branch = parameterOf(headerOf(response, "via"), "branch") ?? "";
    const method = (headerOf(response, "cseq") ?? "").split(" ")[1] ?? "";
    const client = this.#clients.get(method === "CANCEL" ? `${branch} CANCEL` : branch);
    if (client === undefined || client.method !== method) {
      const ack = method === "INVITE" && response.start.code >= 200 ? this.#acks.get(dialogKey(response)) : undefined;
      if (ack !== undefined) this.#send(ack);
      return;
    }
    if (response.start.code < 200) client.provisional(response);
    else client.final(response);
  }

  #receiveRequest(request: SipRequest): void {
    const { method } = request.start;
    const key = `${dialogKey(request)} ${method === "ACK" ? "INVITE" : method}`;
    const earlier = this.#servers.get(key);
    if (method === "ACK") {
      clearTimeout(earlier?.timer);
      return;
    }
    if (earlier !== undefined) {
      if (earlier.last !== undefined) this.#send(earlier.last);
      return;
    }
    const server: AnsweredRequest = { last: undefined, timer: undefined };
    this.#servers.set(key, server);
    this.#later(TIMEOUT, () => this.#servers.delete(key));
    this.#onRequest({
      request,
      respond: (code, reason, headers = [], body = "") => {
        server.last = this.#response(request, { code, reason }, headers, body);
        this.#send(server.last);
        if (method === "INVITE" && code >= 200) this.#repeat(server, T1);
      },
    });
  }

  #repeat(server: AnsweredRequest, interval: number): void {
    if (interval > TIMEOUT) return;
    server.timer = this.#later(interval, () => {
      if (server.last !== undefined) this.#send(server.last);
      this.#repeat(server, interval * 2);
    });
  }

  #response(
    request: SipRequest,
    start: { code: number; reason: string },
    more: readonly SipHeader[],
    body: string,
  ): string {
    const copied: SipHeader[] = [];
    for (const via of headersOf(request, "via")) copied.push(["Via", via]);
    for (const route of headersOf(request, "record-route")) copied.push(["Record-Route", route]);
    const to = more.some(([name]) => name === "To") ? [] : ["To"];
    for (const name of ["From", ...to, "Call-ID", "CSeq"]) copied.push([name, headerOf(request, name) ?? ""]);
    return formatSip({ start, headers: [...copied, ...more], body });
  }

  #withVia(message: SipMessage, branch: string): string {
    const via: SipHeader = ["Via", `SIP/2.0/UDP ${this.#address}:${this.port};rport;branch=${branch}`];
    return formatSip({ ...message, headers: [via, ...message.headers] });
  }

  #send(text: string): void {
    this.#onRecord({ at: now(), direction: "sent", text });
    this.#socket.send(text, this.#peer.port, this.#peer.host);
  }

  #later(ms: number, act: () => void): NodeJS.Timeout {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      act();
    }, ms);
    this.#timers.add(timer);
    return timer;
  }
}

/** What an INVITE, its repetitions and its ACK have in common. */
function dialogKey(message: Pick<SipMessage, "headers">): string {
  return `${headerOf(message, "call-id")} ${(headerOf(message, "cseq") ?? "").split(" ")[0]}`;
}

function newBranch(): string {
  return `z9hG4bK${randomBytes(8).toString("hex")}`;
}
