import type {
  DialSettings,
  PhoneEvent,
  PhoneOrder,
  PhoneOrders,
  PhoneSettings,
  ReferAnswer,
  ReportMessage,
} from "./phones-protocol.ts";
import type { Frame } from "./rtp.ts";
import { headerOf, parseSip, type SipHeader, summaryOf } from "./sip-message.ts";
import type { SipRecord } from "./sip-transport.ts";
import { Watch } from "./watch.ts";

type Order = <Name extends PhoneOrder>(name: Name, input: PhoneOrders[Name][0]) => Promise<PhoneOrders[Name][1]>;
type EventOf<Type extends PhoneEvent["type"]> = Extract<PhoneEvent, { type: Type }>;

/** How long a wait lasts at most, in milliseconds, when nothing else is said. */
const WITHIN_MS = 10_000;

/** The state of an extension as a BLF key shows it (RFC 4235). */
export interface LampState {
  readonly at: number;
  readonly state: string;
  /** The whole document, as it came. */
  readonly body: string;
}

/** A phone of the lab, as a test holds it in its hand. The phone itself lives in another process. */
export class Phone {
  readonly name: string;
  /** All audio received so far, in order of arrival. */
  readonly frames: Frame[] = [];
  /** Every SIP message received and sent, byte for byte. */
  readonly sip: SipRecord[] = [];
  readonly events: PhoneEvent[] = [];
  readonly #order: Order;
  readonly #taken = new Set<string>();
  readonly #watch = new Watch();
  #contact = "";

  constructor(name: string, order: Order) {
    this.name = name;
    this.#order = order;
  }

  /** This very device's registered address, `sip:2001@127.0.0.1:port;line=…`. */
  get contact(): string {
    return this.#contact;
  }

  /** Texts and notifications received (MESSAGE, NOTIFY), with headers and body. */
  get messages(): EventOf<"message">[] {
    return this.events.filter((event) => event.type === "message");
  }

  /** Called once, by `Phones.add()`. */
  async create(settings: PhoneSettings): Promise<void> {
    this.#contact = (await this.#order("create", settings)).contact;
  }

  /** Registers for so many seconds. @throws Error when the PBX refuses. */
  async register(expires = 3600): Promise<void> {
    const { code } = await this.#order("register", { expires });
    if (code !== 200) throw new Error(`${this.name} was not registered: ${code}`);
  }

  async unregister(): Promise<void> {
    await this.register(0);
  }

  /** Calls an extension; resolves as soon as the INVITE is out. */
  async dial(target: string, settings: Omit<DialSettings, "target"> = {}): Promise<PhoneCall> {
    const { call } = await this.#order("dial", { ...settings, target });
    this.#taken.add(call);
    return new PhoneCall(this, call, this.#order);
  }

  /** The next call that comes in, or came in and was not asked for yet. @throws Error when none comes in time. */
  async incoming(withinMs = WITHIN_MS): Promise<PhoneCall> {
    const event = await this.until(
      () => this.events.find((one) => one.type === "incoming" && !this.#taken.has(one.call)),
      "a call",
      withinMs,
    );
    if (event.type !== "incoming") throw new Error("unreachable");
    this.#taken.add(event.call);
    return new PhoneCall(this, event.call, this.#order, event);
  }

  /** The calls that are not over, rung or dialled or up. */
  get calls(): PhoneCall[] {
    const ended = new Set(
      this.events.filter(({ type }) => type === "ended").map((event) => "call" in event && event.call),
    );
    const rung = this.events.filter((event) => event.type === "incoming").map(({ call }) => call);
    const live = [...new Set([...rung, ...this.#taken])].filter((call) => !ended.has(call));
    return live.map((call) => new PhoneCall(this, call, this.#order));
  }

  /** Ends every call of this phone and waits until they are over. @throws Error when one does not end in time. */
  async hangUpAll(): Promise<void> {
    await Promise.all(
      this.calls.map(async (call) => {
        await call.hangUp();
        await call.ended();
      }),
    );
  }

  /** Speaks another tone from the next frame on (undefined: silence). @returns when that frame left, ms since 1970. */
  async speak(hz: number | undefined): Promise<number> {
    return (await this.#order("speak", { hz })).at;
  }

  /** Stops sending RTP altogether, or goes on. */
  async silent(silent: boolean): Promise<void> {
    await this.#order("silent", { silent });
  }

  /** Passes on what it hears in one of its calls to the others, as a desk phone's own conference does, or no more. */
  async mixes(mixes: boolean): Promise<void> {
    await this.#order("mixes", { mixes });
  }

  /** Watches an extension as a BLF key does. @throws Error when the PBX refuses. */
  async subscribe(target: string, expires = 3600): Promise<void> {
    const { code } = await this.#order("subscribe", { target, expires });
    if (code >= 300) throw new Error(`${this.name} may not watch ${target}: ${code}`);
  }

  /**
   * What the BLF key of a watched extension has shown so far: terminated (dark), early (blinks) or confirmed (lit). What a
   * later one has overtaken on the way is not shown any more (RFC 3261 section 12.2.2: a lower CSeq is out of order).
   */
  lamps(target: string): LampState[] {
    const lamps: LampState[] = [];
    const newest = new Map<string, number>();
    for (const message of this.messages) {
      const { at, body } = message;
      if (!new RegExp(`entity="sip:${target}@`).test(body)) continue;
      const dialog = headerOf(message, "call-id") ?? "";
      const count = Number.parseInt(headerOf(message, "cseq") ?? "", 10);
      if (count < (newest.get(dialog) ?? 0)) continue;
      newest.set(dialog, count);
      lamps.push({ at, state: /<state[^>]*>(\w+)<\/state>/.exec(body)?.[1] ?? "none", body });
    }
    return lamps;
  }

  /** Waits until the BLF key shows a state. @throws Error when it does not in time. */
  async lamp(target: string, state: string, withinMs = WITHIN_MS): Promise<LampState> {
    return await this.until(
      () => this.lamps(target).findLast((_, index, all) => index === all.length - 1 && all[index]?.state === state),
      `lamp ${target} ${state}`,
      withinMs,
    );
  }

  /** Sends a text to an extension. @returns the answer's code. */
  async message(target: string, body: string): Promise<number> {
    return (await this.#order("message", { target, body })).code;
  }

  /** Resolves once everything that has reached the phone by now is in `frames`, `sip` and `events`. */
  async settle(): Promise<{ worstLateMs: number }> {
    return await this.#order("settle", undefined);
  }

  /** Waits until `look` finds something; it is asked again after every report. @throws Error naming `what`. */
  until<Found>(look: () => Found | undefined, what: string, withinMs = WITHIN_MS): Promise<Found> {
    const missed = () => `${this.name} waited ${withinMs} ms for ${what}; its last messages: ${this.#recent()}`;
    return this.#watch.find(look, missed, withinMs);
  }

  /** Called by `Phones` alone, with what the phone reports. */
  report(message: Extract<ReportMessage, { kind: "event" | "sip" | "frames" }>): void {
    if (message.kind === "frames") this.frames.push(...message.frames);
    else if (message.kind === "sip") this.sip.push(message.record);
    else this.events.push(message.event);
    this.#watch.tell();
  }

  #recent(): string {
    const lines = this.sip.slice(-6).map(({ direction, text }) => {
      const message = parseSip(text);
      return `${direction} ${message === undefined ? "?" : summaryOf(message)}`;
    });
    return lines.join(", ");
  }
}

/** One call of a phone, made or received. */
export class PhoneCall {
  readonly phone: Phone;
  readonly id: string;
  /** Who calls, by the From header; undefined for a call that this phone made. */
  readonly from: EventOf<"incoming">["from"] | undefined;
  /** The headers of the INVITE that came in; empty for a call that this phone made. */
  readonly headers: readonly SipHeader[];
  readonly #order: Order;

  constructor(phone: Phone, id: string, order: Order, incoming?: EventOf<"incoming">) {
    this.phone = phone;
    this.id = id;
    this.#order = order;
    this.from = incoming?.from;
    this.headers = incoming?.headers ?? [];
  }

  /** The first value of a header of the INVITE that came in. */
  header(name: string): string | undefined {
    return headerOf(this, name);
  }

  /** The audio of this call alone. */
  get frames(): Frame[] {
    return this.phone.frames.filter(({ call }) => call === this.id);
  }

  /** The sipfrags of a transfer asked for on this call, oldest first. */
  get referProgress(): string[] {
    return this.#events("refer-progress").map(({ line }) => line);
  }

  async answer(): Promise<void> {
    await this.#order("answer", { call: this.id });
  }

  /** Lets the caller hear this phone before it answers (183 with audio). */
  async progress(): Promise<void> {
    await this.#order("progress", { call: this.id });
  }

  /** @param code 486 (busy) or 603 (declined). */
  async reject(code: 486 | 603 = 486): Promise<void> {
    await this.#order("reject", { call: this.id, code });
  }

  /** BYE, CANCEL or 603, as the call's state wants it. */
  async hangUp(): Promise<void> {
    await this.#order("hangUp", { call: this.id });
  }

  /** Holds by re-INVITE (sendonly). @returns the code it was answered with. */
  async hold(): Promise<number> {
    return (await this.#order("hold", { call: this.id })).code;
  }

  /** Resumes by re-INVITE (sendrecv). @returns the code it was answered with. */
  async resume(): Promise<number> {
    return (await this.#order("resume", { call: this.id })).code;
  }

  /** Presses a key of the keypad in this call (RFC 4733); resolves once it has been let go. */
  async press(digit: string): Promise<void> {
    await this.#order("press", { call: this.id, digit });
  }

  /** The digits that the other side has sent in this call. */
  get digits(): string[] {
    return this.#events("digit").map(({ digit }) => digit);
  }

  /** Blind transfer. @returns what the REFER was answered with; progress follows in `referProgress`. */
  async transfer(target: string): Promise<ReferAnswer> {
    return await this.#order("refer", { call: this.id, target });
  }

  /** Attended transfer: connects the other side of this call with that of another, on whichever account that is. */
  async transferTo(other: PhoneCall): Promise<ReferAnswer> {
    return await this.#order("referTo", { call: this.id, other: other.id, of: other.phone.name });
  }

  /** Waits for a provisional answer (180, 183). */
  async ringing(withinMs = WITHIN_MS): Promise<EventOf<"ringing">> {
    return await this.#first("ringing", withinMs);
  }

  /** Waits until the call is up. */
  async answered(withinMs = WITHIN_MS): Promise<EventOf<"answered">> {
    return await this.#first("answered", withinMs);
  }

  /** Waits until the call is over, whoever ended it. */
  async ended(withinMs = WITHIN_MS): Promise<EventOf<"ended">> {
    return await this.#first("ended", withinMs);
  }

  #events<Type extends PhoneEvent["type"]>(type: Type): EventOf<Type>[] {
    return this.phone.events.filter(
      (event): event is EventOf<Type> => event.type === type && "call" in event && event.call === this.id,
    );
  }

  #first<Type extends PhoneEvent["type"]>(type: Type, withinMs: number): Promise<EventOf<Type>> {
    return this.phone.until(() => this.#events(type)[0], `${type} of ${this.id}`, withinMs);
  }
}
