import { randomBytes } from "node:crypto";
import { now } from "./clock.ts";
import type { DialSettings, PhoneEvent, PhoneSettings, ReferAnswer } from "./phones-protocol.ts";
import type { Frame } from "./rtp.ts";
import { type CallSurroundings, SipCall } from "./sip-call.ts";
import { SipDialog, type SipIdentity } from "./sip-dialog.ts";
import { addressOf, headerOf, type SipRequest } from "./sip-message.ts";
import { type ServerTransaction, type SipRecord, SipTransport } from "./sip-transport.ts";

/** Where a phone tells what happens to it. */
export interface PhoneReports {
  event(event: PhoneEvent): void;
  sip(record: SipRecord): void;
  frame(frame: Frame): void;
}

/**
 * A desk phone's stand-in: one SIP account over UDP, up to two calls, one voice.
 * It records every SIP message and measures every audio frame it gets.
 */
export class SipPhone {
  readonly #settings: PhoneSettings;
  readonly #reports: PhoneReports;
  readonly #transport: SipTransport;
  readonly #identity: SipIdentity;
  readonly #instance = randomBytes(4).toString("hex");
  /** Ended calls too: their dialogs may still be asked about. */
  readonly #calls = new Map<string, SipCall>();
  readonly #subscriptions = new Map<string, SipDialog>();
  #registration: SipDialog | undefined;
  #hz: number | undefined;
  #silent: boolean;
  #mixes = false;
  #lastCall = 0;

  constructor(settings: PhoneSettings, reports: PhoneReports) {
    this.#settings = settings;
    this.#reports = reports;
    this.#hz = settings.hz;
    this.#silent = settings.silent;
    this.#transport = new SipTransport(
      settings.peer,
      settings.media.address,
      (transaction) => this.#receive(transaction),
      reports.sip,
    );
    this.#identity = {
      user: settings.user,
      password: settings.password,
      displayName: settings.displayName,
      host: settings.peer.host,
      userAgent: settings.userAgent,
      contact: () => `sip:${settings.user}@${settings.media.address}:${this.#transport.port};line=${this.#instance}`,
    };
  }

  /** This very device's address, as it registers it: how the PBX can ring it and no other of the same account. */
  get contact(): string {
    return this.#identity.contact();
  }

  /** The latest any frame of this phone left after it was due, in milliseconds. */
  get worstLateMs(): number {
    return Math.max(0, ...[...this.#calls.values()].map(({ rtp }) => rtp.worstLateMs));
  }

  async start(): Promise<void> {
    await this.#transport.start();
  }

  /** Falls silent at once, without a word to the PBX, as when its cable is pulled. */
  stop(): void {
    for (const call of this.#calls.values()) if (!call.ended) call.abandon();
    this.#transport.stop();
  }

  /** Registers this device (RFC 3261 section 10) for so many seconds; 0 takes it away. @returns the answer's code. */
  async register(expires: number): Promise<number> {
    this.#registration ??= SipDialog.to(this.#transport, this.#identity, this.#uri(this.#settings.user));
    const { start } = await this.#registration.request("REGISTER", [["Expires", String(expires)]]);
    return start.code;
  }

  /** Calls an extension. @returns the new call's name; what becomes of it is told by events. */
  async dial(settings: DialSettings): Promise<string> {
    const call = SipCall.outgoing(this.#newId(), this.#surroundings(), this.#uri(settings.target));
    this.#calls.set(call.id, call);
    await call.start(settings);
    return call.id;
  }

  answer(call: string): void {
    this.#call(call).answer();
  }

  progress(call: string): void {
    this.#call(call).progress();
  }

  reject(call: string, code: number): void {
    this.#call(call).reject(code);
  }

  async hangUp(call: string): Promise<void> {
    await this.#call(call).hangUp();
  }

  async hold(call: string, held: boolean): Promise<number> {
    return await this.#call(call).hold(held);
  }

  /** Presses a key of the keypad in a call. */
  async press(call: string, digit: string): Promise<void> {
    await this.#call(call).rtp.press(digit);
  }

  /** Blind transfer of a call to an extension. */
  async refer(call: string, target: string): Promise<ReferAnswer> {
    return await this.#call(call).refer(target);
  }

  /** The dialog of one of this phone's calls. */
  dialogOf(call: string): SipDialog {
    return this.#call(call).dialog;
  }

  /** Attended transfer: connects the other side of a call with that of another dialog. */
  async referTo(call: string, dialog: SipDialog): Promise<ReferAnswer> {
    return await this.#call(call).refer(addressOf(`<${dialog.remoteUri}>`).user, dialog);
  }

  /** Speaks another tone (undefined: silence). @returns when the first frame with it left, ms since 1970. */
  async speak(hz: number | undefined): Promise<number> {
    this.#hz = hz;
    const live = [...this.#calls.values()].filter(({ ended }) => !ended);
    const times = await Promise.all(live.map((call) => call.rtp.speak(hz)));
    return Math.max(0, ...times) || now();
  }

  /** Joins all its calls by itself, as the Conference key of a desk phone does, or keeps them apart again. */
  setMixes(mixes: boolean): void {
    this.#mixes = mixes;
  }

  /** Stops sending RTP altogether, or goes on. */
  setSilent(silent: boolean): void {
    this.#silent = silent;
    for (const call of this.#calls.values()) if (!call.ended) call.adjust();
  }

  /** Subscribes to an extension's dialog state (RFC 4235, 6665); every NOTIFY becomes a message event. */
  async subscribe(target: string, expires: number): Promise<number> {
    const known = this.#subscriptions.get(target);
    const dialog = known ?? SipDialog.to(this.#transport, this.#identity, this.#uri(target));
    this.#subscriptions.set(target, dialog);
    const response = await dialog.request("SUBSCRIBE", [
      ["Event", "dialog"],
      ["Accept", "application/dialog-info+xml"],
      ["Expires", String(expires)],
    ]);
    if (response.start.code < 300) dialog.learn(response);
    if (known === undefined || response.start.code !== 481) return response.start.code;
    // A PBX that was started again does not know it (RFC 6665 section 4.1.2.3).
    this.#subscriptions.delete(target);
    return await this.subscribe(target, expires);
  }

  /** Sends a text to an extension (RFC 3428). @returns the answer's code. */
  async message(target: string, body: string): Promise<number> {
    const dialog = SipDialog.to(this.#transport, this.#identity, this.#uri(target));
    const response = await dialog.request("MESSAGE", [["Content-Type", "text/plain"]], body);
    return response.start.code;
  }

  #receive(transaction: ServerTransaction): void {
    const { request, respond } = transaction;
    const { method } = request.start;
    const call = [...this.#calls.values()].find((candidate) => candidate.matches(request));
    if (method === "NOTIFY" || method === "MESSAGE") {
      const { headers, body } = request;
      this.#reports.event({ type: "message", at: now(), method, headers, body });
    }
    if (call !== undefined) call.receive(transaction);
    else if (method === "INVITE") void this.#ring(transaction);
    else if (method === "NOTIFY" || method === "MESSAGE" || method === "OPTIONS") respond(200, "OK");
    else respond(481, "Call/Transaction Does Not Exist");
  }

  async #ring(transaction: ServerTransaction): Promise<void> {
    const { request, respond } = transaction;
    const live = [...this.#calls.values()].filter(({ ended }) => !ended).length;
    if (live >= this.#settings.maxCalls) {
      respond(486, "Busy Here");
      return;
    }
    const call = SipCall.incoming(this.#newId(), this.#surroundings(), transaction);
    this.#calls.set(call.id, call);
    const from = addressOf(headerOf(request, "from"));
    await call.ring();
    this.#reports.event({ type: "incoming", call: call.id, at: now(), from, headers: request.headers });
    const obeys = this.#settings.obeyAutoAnswer && asksForAutoAnswer(request);
    if ((this.#settings.answer === "always" || obeys) && !call.ended) call.answer();
  }

  #surroundings(): CallSurroundings {
    return {
      transport: this.#transport,
      identity: this.#identity,
      silent: () => this.#silent,
      hz: () => this.#hz,
      media: this.#settings.media,
      emit: (event) => this.#reports.event(event),
      onFrame: this.#reports.frame,
      onSamples: (call, samples) => this.#mix(call, samples),
    };
  }

  #mix(from: string, samples: Float64Array): void {
    if (!this.#mixes) return;
    for (const call of this.#calls.values()) if (call.id !== from && !call.ended) call.rtp.mix(samples);
  }

  #call(id: string): SipCall {
    const call = this.#calls.get(id);
    if (call === undefined) throw new Error(`${this.#settings.user} has no call ${id}`);
    return call;
  }

  #newId(): string {
    this.#lastCall += 1;
    return `${this.#settings.user}#${this.#lastCall}`;
  }

  #uri(user: string): string {
    return `sip:${user}@${this.#settings.peer.host}`;
  }
}

/** Whether an INVITE wants to be answered at once: Call-Info answer-after=0, or Alert-Info info=alert-autoanswer. */
function asksForAutoAnswer(request: SipRequest): boolean {
  const info = headerOf(request, "call-info") ?? "";
  return /answer-after=0/i.test(info) || /info=alert-autoanswer/i.test(headerOf(request, "alert-info") ?? "");
}
