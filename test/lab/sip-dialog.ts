import { randomBytes } from "node:crypto";
import { type DigestUser, digestAnswer } from "./sip-digest.ts";
import { addressOf, headerOf, parameterOf, type SipHeader, type SipMessage, type SipResponse } from "./sip-message.ts";
import type { SipTransport } from "./sip-transport.ts";

const ALLOW = "INVITE, ACK, CANCEL, BYE, OPTIONS, NOTIFY, MESSAGE, INFO, UPDATE, REFER";

/** Who a phone is, for the requests it sends. */
export interface SipIdentity extends DigestUser {
  /** The User-Agent header of every request. */
  readonly userAgent: string;
  readonly displayName: string;
  readonly host: string;
  contact(): string;
}

/** One dialog, or one that is about to become one (RFC 3261 section 12): tags, sequence numbers, remote target. */
export class SipDialog {
  readonly callId: string;
  readonly localTag = randomBytes(6).toString("hex");
  readonly #transport: SipTransport;
  readonly #identity: SipIdentity;
  #remoteTag: string | undefined;
  #remoteUri: string;
  #target: string;
  #local: string;
  #number = 0;

  private constructor(transport: SipTransport, identity: SipIdentity, callId: string, remoteUri: string) {
    this.#transport = transport;
    this.#identity = identity;
    this.callId = callId;
    this.#remoteUri = remoteUri;
    this.#target = remoteUri;
    this.#local = `"${identity.displayName}" <sip:${identity.user}@${identity.host}>`;
  }

  /** A dialog that this phone begins. */
  static to(transport: SipTransport, identity: SipIdentity, remoteUri: string): SipDialog {
    return new SipDialog(transport, identity, `${randomBytes(10).toString("hex")}@${identity.host}`, remoteUri);
  }

  /** A dialog that the other side begins by this request. */
  static by(transport: SipTransport, identity: SipIdentity, request: SipMessage): SipDialog {
    const from = headerOf(request, "from");
    const dialog = new SipDialog(transport, identity, headerOf(request, "call-id") ?? "", addressOf(from).uri);
    dialog.#remoteTag = parameterOf(from, "tag");
    dialog.#local = `<${addressOf(headerOf(request, "to")).uri}>`;
    dialog.updateTarget(request);
    return dialog;
  }

  get remoteTag(): string | undefined {
    return this.#remoteTag;
  }

  /** Where requests inside the dialog go; before it is established, the address that was called. */
  get target(): string {
    return this.#target;
  }

  get remoteUri(): string {
    return this.#remoteUri;
  }

  /** The To of a response that establishes this dialog. */
  localTo(request: SipMessage): SipHeader {
    const to = headerOf(request, "to") ?? "";
    return ["To", parameterOf(to, "tag") === undefined ? `${to};tag=${this.localTag}` : to];
  }

  /** Whether a request belongs to this dialog. */
  matches(request: SipMessage): boolean {
    if (headerOf(request, "call-id") !== this.callId) return false;
    const tag = parameterOf(headerOf(request, "to"), "tag");
    return tag === undefined || tag === this.localTag;
  }

  /** Learns the other side's tag and contact from a response. */
  learn(response: SipResponse): void {
    const tag = parameterOf(headerOf(response, "to"), "tag");
    if (tag !== undefined && response.start.code < 300) this.#remoteTag = tag;
    this.updateTarget(response);
  }

  /** Takes over a new Contact (target refresh, RFC 3261 section 12.2). */
  updateTarget(message: SipMessage): void {
    const contact = headerOf(message, "contact");
    if (contact !== undefined) this.#target = addressOf(contact).uri;
  }

  /** The headers that every request of this dialog starts with. */
  headers(method: string, number = this.#number): SipHeader[] {
    const tag = this.#remoteTag === undefined ? "" : `;tag=${this.#remoteTag}`;
    return [
      ["Max-Forwards", "70"],
      ["From", `${this.#local};tag=${this.localTag}`],
      ["To", `<${this.#remoteUri}>${tag}`],
      ["Call-ID", this.callId],
      ["CSeq", `${number} ${method}`],
      ["Contact", `<${this.#identity.contact()}>`],
      ["Allow", ALLOW],
      ["User-Agent", this.#identity.userAgent],
    ];
  }

  /**
   * Sends a request of this dialog and waits for its final answer; a challenge is answered once.
   * @param onSent is told the branch of each attempt, which a CANCEL must carry.
   */
  async request(
    method: string,
    more: readonly SipHeader[] = [],
    body = "",
    onProvisional: (response: SipResponse) => void = () => undefined,
    onSent: (branch: string, number: number) => void = () => undefined,
  ): Promise<SipResponse> {
    const uri = this.#target;
    const attempt = (authorization: readonly SipHeader[]) => {
      this.#number += 1;
      const number = this.#number;
      const headers = [...this.headers(method), ...more, ...authorization];
      const sent = (branch: string) => onSent(branch, number);
      return this.#transport.request({ method, uri, headers, body }, onProvisional, sent);
    };
    const first = await attempt([]);
    if (first.start.code !== 401 && first.start.code !== 407) return first;
    const answer = digestAnswer(first, method, uri, this.#identity);
    return answer === undefined ? first : await attempt([answer]);
  }

  /** Acknowledges the 200 of the INVITE that this response answers. */
  acknowledge(response: SipResponse): void {
    const number = Number((headerOf(response, "cseq") ?? "").split(" ")[0]);
    this.#transport.acknowledge(this.#target, this.headers("ACK", number));
  }
}
