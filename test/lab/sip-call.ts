import { setTimeout as wait } from "node:timers/promises";
import { now } from "./clock.ts";
import type { DialSettings, PhoneEvent, ReferAnswer } from "./phones-protocol.ts";
import { type Frame, type Media, RtpSession } from "./rtp.ts";
import { answerTo, formatSdp, type MediaDirection, parseSdp, type SessionDescription } from "./sdp.ts";
import { SipDialog, type SipIdentity } from "./sip-dialog.ts";
import { headerOf, type SipHeader, type SipRequest, type SipResponse } from "./sip-message.ts";
import type { ServerTransaction, SipTransport } from "./sip-transport.ts";

/** What a call needs from the phone it belongs to. */
export interface CallSurroundings {
  readonly transport: SipTransport;
  readonly identity: SipIdentity;
  readonly silent: () => boolean;
  readonly hz: () => number | undefined;
  readonly media: Media;
  readonly emit: (event: PhoneEvent) => void;
  readonly onFrame: (frame: Frame) => void;
  /** What is heard in the call of this name. */
  readonly onSamples: (call: string, samples: Float64Array) => void;
}

const SDP: SipHeader = ["Content-Type", "application/sdp"];
const GLARE_TRIES = 4;

/** One call of a phone, from the first INVITE to the BYE. */
export class SipCall {
  readonly id: string;
  readonly rtp: RtpSession;
  readonly #phone: CallSurroundings;
  readonly #dialog: SipDialog;
  #invite: ServerTransaction | undefined;
  #pending: { branch: string; number: number; target: string } | undefined;
  #state: "trying" | "early" | "up" | "ended" = "trying";
  #cancelled = false;
  #remote: SessionDescription | undefined;
  #held = false;
  #heldThere = false;
  #direction: MediaDirection = "sendrecv";
  #version = 1;

  private constructor(id: string, phone: CallSurroundings, dialog: SipDialog) {
    this.id = id;
    this.#phone = phone;
    this.#dialog = dialog;
    this.rtp = new RtpSession(
      id,
      phone.hz(),
      phone.media,
      phone.onFrame,
      (samples) => phone.onSamples(id, samples),
      (digit) => phone.emit({ type: "digit", call: id, at: now(), digit }),
    );
  }

  /** A call that this phone makes; `start()` must follow. */
  static outgoing(id: string, phone: CallSurroundings, uri: string): SipCall {
    return new SipCall(id, phone, SipDialog.to(phone.transport, phone.identity, uri));
  }

  /** A call that reaches this phone; it rings once `ring()` is called. */
  static incoming(id: string, phone: CallSurroundings, invite: ServerTransaction): SipCall {
    const call = new SipCall(id, phone, SipDialog.by(phone.transport, phone.identity, invite.request));
    call.#invite = invite;
    return call;
  }

  get ended(): boolean {
    return this.#state === "ended";
  }

  get dialog(): SipDialog {
    return this.#dialog;
  }

  matches(request: SipRequest): boolean {
    return this.#dialog.matches(request);
  }

  /** Sends the INVITE; what becomes of it is told by events. */
  async start({ identity, headers = [] }: DialSettings): Promise<void> {
    await this.rtp.start();
    const host = this.#phone.identity.host;
    const asserted: SipHeader[] =
      identity === undefined
        ? []
        : [["P-Asserted-Identity", `${quoted(identity.name)} <sip:${identity.number}@${host}>`]];
    const target = this.#dialog.target;
    void this.#dialog
      .request(
        "INVITE",
        [...asserted, ...headers, SDP],
        this.#offer("sendrecv"),
        (response) => this.#progress(response),
        (branch, number) => {
          this.#pending = { branch, number, target };
        },
      )
      .then((response) => this.#settled(response));
  }

  /** Tells the caller that this phone rings. */
  async ring(): Promise<void> {
    await this.rtp.start();
    this.#invite?.respond(180, "Ringing", this.#answerHeaders());
  }

  /** Sends sound before the answer (183). @throws when it does not ring (any more), or cannot take the media. */
  progress(): void {
    const invite = this.#accepted();
    invite.respond(183, "Session Progress", [...this.#answerHeaders(), SDP], this.#offer(this.#direction));
    this.#state = "early";
    this.adjust();
  }

  /** Answers a ringing call. @throws when it does not ring (any more), or cannot take the media that it offers. */
  answer(): void {
    const invite = this.#accepted();
    invite.respond(200, "OK", [...this.#answerHeaders(), SDP], this.#offer(this.#direction));
    this.#up();
  }

  /** Refuses a ringing call. @throws when it does not ring. */
  reject(code: number): void {
    this.#ringing().respond(code, code === 486 ? "Busy Here" : "Decline", this.#answerHeaders());
    this.#end("here", code);
  }

  /** Ends the call in whatever state it is. */
  async hangUp(): Promise<void> {
    if (this.#state === "ended") return;
    if (this.#state === "up") {
      this.#end("here", 200);
      await this.#dialog.request("BYE");
    } else if (this.#invite !== undefined) {
      this.reject(603);
    } else if (this.#pending !== undefined) {
      const { branch, number, target } = this.#pending;
      this.#cancelled = true;
      const kept = this.#dialog.headers("CANCEL", number).filter(([name]) => !/^(contact|allow|to)$/i.test(name));
      const to: SipHeader = ["To", `<${this.#dialog.remoteUri}>`];
      const code = await this.#phone.transport.cancel(branch, target, [...kept, to]);
      // The PBX knows nothing of the call any more: it was started again meanwhile.
      if (code === 481) this.#end("here", code);
    }
  }

  /** Holds (`sendonly`) or resumes (`sendrecv`) by re-INVITE. @returns the code it was answered with. */
  async hold(held: boolean): Promise<number> {
    const wanted = held ? "sendonly" : "sendrecv";
    for (let attempt = 1; ; attempt += 1) {
      const response = await this.#dialog.request("INVITE", [SDP], this.#offer(wanted));
      if (response.start.code === 491 && attempt < GLARE_TRIES) {
        // Both sides asked at once (RFC 3261 section 14.1); the dialog belongs to the one who waits shorter.
        await wait(200 * attempt);
        continue;
      }
      if (response.start.code >= 300) return response.start.code;
      this.#dialog.learn(response);
      this.#dialog.acknowledge(response);
      this.#remote = this.#described(response.body) ?? this.#remote;
      this.#held = held;
      this.#direction = wanted;
      this.adjust();
      return response.start.code;
    }
  }

  /** Asks the PBX to connect the other side elsewhere (RFC 3515); with `replaces`, to that call (RFC 3891). */
  async refer(target: string, replaces?: SipDialog): Promise<ReferAnswer> {
    const host = this.#phone.identity.host;
    const query =
      replaces === undefined
        ? ""
        : `?Replaces=${encodeURIComponent(
            `${replaces.callId};to-tag=${replaces.remoteTag ?? ""};from-tag=${replaces.localTag}`,
          )}`;
    const { start } = await this.#dialog.request("REFER", [
      ["Refer-To", `<sip:${target}@${host}${query}>`],
      ["Referred-By", `<sip:${this.#phone.identity.user}@${host}>`],
    ]);
    return { code: start.code, reason: start.reason };
  }

  /** Sends or stops sending, as direction, hold and the phone's silence want it. */
  adjust(): void {
    const sends = (this.#direction === "sendrecv" || this.#direction === "sendonly") && !this.#held;
    if (
      (this.#state === "up" || this.#state === "early") &&
      sends &&
      !this.#phone.silent() &&
      this.#remote !== undefined
    ) {
      this.rtp.resume(this.#remote);
    } else {
      this.rtp.pause();
    }
  }

  /** Handles a request inside this call's dialog. */
  receive(transaction: ServerTransaction): void {
    const { request } = transaction;
    const { method } = request.start;
    if (method === "CANCEL") {
      transaction.respond(200, "OK");
      if (this.#state !== "trying" && this.#state !== "early") return;
      this.#invite?.respond(487, "Request Terminated", this.#answerHeaders());
      this.#end("there", 487);
    } else if (method === "BYE") {
      transaction.respond(200, "OK");
      this.#end("there", 200);
    } else if (method === "INVITE" || method === "UPDATE") {
      this.#renegotiate(transaction);
    } else if (method === "NOTIFY" && /^refer/i.test(headerOf(request, "event") ?? "")) {
      transaction.respond(200, "OK");
      const line = request.body.split("\r\n")[0] ?? "";
      this.#phone.emit({ type: "refer-progress", call: this.id, at: now(), line });
      // A transfer that worked leaves this phone nothing to talk to, so it hangs up, as desk phones do.
      if (/^SIP\/2\.0 2/.test(line)) void this.hangUp();
    } else if (method === "REFER") {
      transaction.respond(603, "Decline");
    } else {
      transaction.respond(200, "OK");
    }
  }

  /** Lets go of the audio without a word to anybody. */
  abandon(): void {
    this.#state = "ended";
    this.rtp.stop();
  }

  #renegotiate(transaction: ServerTransaction): void {
    const { request, respond } = transaction;
    if (this.#state === "ended") {
      // Both sides spoke at once: with direct media a re-INVITE crosses our BYE.
      respond(481, "Call/Transaction Does Not Exist", this.#answerHeaders(request));
      return;
    }
    this.#dialog.updateTarget(request);
    if (request.body === "") {
      respond(200, "OK", this.#answerHeaders(request), "");
      return;
    }
    const offer = this.#described(request.body);
    if (offer === undefined) {
      respond(488, "Not Acceptable Here", this.#answerHeaders(request));
      return;
    }
    this.#remote = offer;
    this.#direction = answerTo(offer.direction, this.#held ? "sendonly" : "sendrecv");
    respond(200, "OK", [...this.#answerHeaders(request), SDP], this.#offer(this.#direction));
    const heldThere = offer.direction === "sendonly" || offer.direction === "inactive";
    if (heldThere !== this.#heldThere) {
      this.#heldThere = heldThere;
      this.#phone.emit({ type: heldThere ? "held" : "resumed", call: this.id, at: now() });
    }
    this.adjust();
  }

  #progress(response: SipResponse): void {
    if (response.start.code === 100) return;
    this.#dialog.learn(response);
    // Early media can be heard; this phone sends nothing before the answer.
    this.#described(response.body);
    this.#phone.emit({ type: "ringing", call: this.id, at: now(), code: response.start.code });
  }

  #settled(response: SipResponse): void {
    if (response.start.code >= 300) {
      this.#end(response.start.code === 487 ? "here" : "there", response.start.code);
      return;
    }
    this.#dialog.learn(response);
    this.#dialog.acknowledge(response);
    if (this.#state === "ended") {
      if (this.#cancelled) void this.#dialog.request("BYE");
      return;
    }
    this.#remote = this.#described(response.body);
    this.#up();
    // The answer crossed our CANCEL: the call is up and takes a BYE (RFC 3261 section 9.1).
    if (this.#cancelled) void this.hangUp();
  }

  #up(): void {
    this.#state = "up";
    this.adjust();
    this.#phone.emit({ type: "answered", call: this.id, at: now() });
  }

  #end(by: "here" | "there", code: number): void {
    if (this.#state === "ended") return;
    this.#state = "ended";
    this.rtp.stop();
    this.#phone.emit({ type: "ended", call: this.id, at: now(), by, code });
  }

  #accepted(): ServerTransaction {
    const invite = this.#ringing();
    const offer = this.#described(invite.request.body);
    if (offer === undefined) {
      invite.respond(488, "Not Acceptable Here", this.#answerHeaders());
      this.#end("here", 488);
      throw new Error("the call offers no media that this phone takes");
    }
    this.#remote = offer;
    this.#direction = answerTo(offer.direction, "sendrecv");
    return invite;
  }

  #described(body: string): SessionDescription | undefined {
    const { codec, encrypted } = this.#phone.media;
    const remote = parseSdp(body, codec, encrypted);
    if (remote !== undefined) this.rtp.listen(remote);
    return remote;
  }

  #ringing(): ServerTransaction {
    const rings = this.#state === "trying" || this.#state === "early";
    if (this.#invite === undefined || !rings) throw new Error(`call ${this.id} does not ring`);
    return this.#invite;
  }

  #answerHeaders(request = this.#invite?.request): SipHeader[] {
    const to = request === undefined ? [] : [this.#dialog.localTo(request)];
    return [...to, ["Contact", `<${this.#phone.identity.contact()}>`]];
  }

  #offer(direction: MediaDirection): string {
    this.#version += 1;
    const { codec, address: host } = this.#phone.media;
    const { port, key } = this.rtp;
    return formatSdp({ host, port, direction, codec, key }, this.#version);
  }
}

/** A display name as a quoted string (RFC 3261 section 25.1). */
function quoted(name: string): string {
  return `"${name.replace(/["\\]/g, "\\$&")}"`;
}
