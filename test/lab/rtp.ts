import { randomInt } from "node:crypto";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { now } from "./clock.ts";
import { type Codec, type CodecName, newCodec, PAYLOAD } from "./codec.ts";
import type { SessionDescription } from "./sdp.ts";
import { type MasterKey, newMasterKey, SrtpStream } from "./srtp.ts";
import { FRAME_SAMPLES, levelAt, SAMPLE_RATE, Tone } from "./tone.ts";
import { BESIDE_HZ, FREQUENCIES } from "./voices.ts";

/** One received RTP packet of audio. */
export interface Frame {
  /** When it arrived, in milliseconds since 1970. */
  readonly at: number;
  /** The phone's own name for the call it belongs to. */
  readonly call: string;
  readonly seq: number;
  readonly timestamp: number;
  readonly ssrc: number;
  readonly marker: boolean;
  /** dBFS at each of `FREQUENCIES`. */
  readonly levels: readonly number[];
  /** dBFS 125 Hz beside each of `FREQUENCIES`, the louder side: nobody speaks there. */
  readonly beside: readonly number[];
}

/** Packets numbered from here on look older than the number 0, which all music has, for ten minutes. */
export const LATE_SEQ = 0x9000;

const FRAME_MS = 20;
/** Digits in the order of their event codes (RFC 4733 section 3.2), and how they are sent. */
const DIGITS = "0123456789*#ABCD";
const EVENT_PAYLOAD = 101;
const EVENT_VOLUME = 10;
const EVENT_FRAMES = 5;
const EVENT_ENDS = 3;
/** What comes faster than it can be said on is dropped, the oldest first. */
const MIXED_FRAMES = 3;

/** A digit being pressed: packets sent of it so far, and its own moment (RFC 4733 section 2.5.1.2). */
interface PressedDigit {
  readonly code: number;
  readonly timestamp: number;
  sent: number;
  done(): void;
}

/** What a phone sends and takes. */
export interface Media {
  readonly codec: CodecName;
  /** SRTP with a key of its own in each direction, and nothing else. */
  readonly encrypted: boolean;
  /** The address of its host that the phone has, for sound as for signalling. */
  readonly address: string;
  /** The number of the first packet of each call; any, as RFC 3550 wants it, where it is not given. */
  readonly firstSeq?: number;
}

/**
 * One audio stream (RFC 3550) in both directions: speaks a tone in frames of 20 ms, measures every frame it hears.
 * The schedule does not drift: each frame is due 20 ms after the one before was due, late or not.
 */
export class RtpSession {
  readonly #call: string;
  readonly #onFrame: (frame: Frame) => void;
  readonly #onSamples: (samples: Float64Array) => void;
  readonly #onDigit: (digit: string) => void;
  #digit: PressedDigit | undefined;
  #heardDigit: number | undefined;
  /** What of the phone's other calls is to be said here too, a frame each. */
  #mixed: Float64Array[] = [];
  readonly #tone: Tone;
  readonly #codec: Codec;
  readonly #address: string;
  readonly #payload: number;
  /** What this side encrypts with; undefined for plain RTP. */
  readonly key: MasterKey | undefined;
  readonly #outwards: SrtpStream | undefined;
  #inwards: SrtpStream | undefined;
  #theirKey: MasterKey | undefined;
  #socket: Socket = createSocket("udp4");
  #control: Socket = createSocket("udp4");
  #remote: SessionDescription | undefined;
  #timer: NodeJS.Timeout | undefined;
  #due = 0;
  #seq: number;
  #timestamp = randomInt(0x7fffffff);
  readonly #ssrc = randomInt(0x7fffffff);
  #marker = true;
  #switched: ((at: number) => void)[] = [];
  #worstLateMs = 0;

  /**
   * @param onSamples given what is heard, before it is measured.
   * @param onDigit told of a digit that the other side sends beside the sound.
   */
  constructor(
    call: string,
    hz: number | undefined,
    { codec, encrypted, address, firstSeq = randomInt(0x10000) }: Media,
    onFrame: (frame: Frame) => void,
    onSamples: (samples: Float64Array) => void = () => undefined,
    onDigit: (digit: string) => void = () => undefined,
  ) {
    this.#onDigit = onDigit;
    this.#seq = firstSeq;
    this.#onSamples = onSamples;
    this.#call = call;
    this.#codec = newCodec(codec);
    this.#address = address;
    this.#payload = PAYLOAD[codec];
    this.#tone = new Tone(hz, undefined, this.#codec.rate);
    this.key = encrypted ? newMasterKey() : undefined;
    this.#outwards = this.key && new SrtpStream(this.key);
    this.#onFrame = onFrame;
  }

  /** The even local port (RFC 3550 section 11); valid after `start()`. */
  get port(): number {
    return this.#socket.address().port;
  }

  /** The latest a frame has left after it was due, in milliseconds. */
  get worstLateMs(): number {
    return this.#worstLateMs;
  }

  get sending(): boolean {
    return this.#timer !== undefined;
  }

  /** Takes an even port and the next one, which RTCP would use and where nothing is read. */
  async start(): Promise<void> {
    for (;;) {
      this.#socket = createSocket({ type: "udp4", recvBufferSize: 1 << 20 });
      this.#control = createSocket("udp4");
      const port = await bind(this.#socket, 0, this.#address);
      if (port !== undefined && port % 2 === 0 && (await bind(this.#control, port + 1, this.#address)) !== undefined)
        break;
      this.#socket.close();
      this.#control.close();
    }
    this.#socket.on("message", (packet) => this.#receive(packet));
    this.#socket.on("error", () => undefined);
  }

  stop(): void {
    this.pause();
    this.#socket.close();
    this.#control.close();
  }

  /** What the other side has described is from now on what is listened to. */
  listen({ key }: SessionDescription): void {
    if (key === undefined || this.#theirKey?.equals(key) === true) return;
    this.#theirKey = key;
    this.#inwards = new SrtpStream(key);
  }

  /** Starts, or goes on, sending to where the other side wants it. */
  resume(remote: SessionDescription): void {
    this.#remote = remote;
    if (this.#timer !== undefined) return;
    const pausedSince = this.#due;
    this.#due = now();
    // The timestamp goes on with the clock while nothing is sent (RFC 3550 section 5.1).
    if (pausedSince > 0) this.#timestamp += FRAME_SAMPLES * Math.round((this.#due - pausedSince) / FRAME_MS);
    this.#marker = true;
    this.#pace();
  }

  /** Stops sending; receiving goes on. */
  pause(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#mixed = [];
    // A key that is down when the call ends is let go.
    this.#digit?.done();
    this.#digit = undefined;
    for (const done of this.#switched.splice(0)) done(now());
  }

  /** Says this too, with the next frame that is free; while nothing is sent it is lost. */
  mix(samples: Float64Array): void {
    if (!this.sending) return;
    this.#mixed = [...this.#mixed, samples].slice(-MIXED_FRAMES);
  }

  /** Switches the tone. @returns when the first frame with it was sent; at once while nothing is sent. */
  speak(hz: number | undefined): Promise<number> {
    this.#tone.hz = hz;
    if (this.#timer === undefined) return Promise.resolve(now());
    return new Promise((resolve) => this.#switched.push(resolve));
  }

  /** Presses a key of the keypad, beside the sound, which is away meanwhile. @returns once the key has been let go. */
  press(digit: string): Promise<void> {
    const code = DIGITS.indexOf(digit);
    if (code < 0 || digit.length !== 1) throw new Error(`${digit} is no digit`);
    return new Promise((done) => {
      this.#digit = { code, timestamp: this.#timestamp, sent: 0, done };
    });
  }

  #pace(): void {
    this.#timer = setTimeout(
      () => {
        for (let at = now(); this.#due <= at; at = now()) {
          this.#worstLateMs = Math.max(this.#worstLateMs, at - this.#due);
          this.#sendFrame();
          this.#due += FRAME_MS;
        }
        if (this.#timer !== undefined) this.#pace();
      },
      Math.max(0, this.#due - now()),
    );
  }

  #sendFrame(): void {
    const packet = Buffer.alloc(12);
    const digit = this.#digit;
    const marker = digit === undefined ? this.#marker : digit.sent === 0;
    packet[0] = 0x80;
    packet[1] = (digit === undefined ? this.#payload : EVENT_PAYLOAD) | (marker ? 0x80 : 0);
    packet.writeUInt16BE(this.#seq, 2);
    packet.writeUInt32BE((digit?.timestamp ?? this.#timestamp) >>> 0, 4);
    packet.writeUInt32BE(this.#ssrc, 8);
    const [others, ...later] = this.#mixed;
    this.#mixed = later;
    const own = this.#tone.next((FRAME_MS * this.#codec.rate) / 1000);
    const voice = this.#codec.encode(own.map((sample, index) => sample + (others?.[index] ?? 0)));
    const plain = Buffer.concat([packet, digit === undefined ? voice : this.#eventOf(digit)]);
    const sent = this.#outwards?.protect(plain) ?? plain;
    this.#seq = (this.#seq + 1) & 0xffff;
    this.#timestamp = (this.#timestamp + FRAME_SAMPLES) >>> 0;
    this.#marker = digit !== undefined && this.#digit === undefined;
    if (this.#remote !== undefined) this.#socket.send(sent, this.#remote.port, this.#remote.host);
    const at = now();
    for (const done of this.#switched.splice(0)) done(at);
  }

  /** The next packet of a digit: five while the key is down, then its end three times. */
  #eventOf(digit: PressedDigit): Buffer {
    digit.sent += 1;
    const end = digit.sent > EVENT_FRAMES;
    const event = Buffer.from([digit.code, (end ? 0x80 : 0) | EVENT_VOLUME, 0, 0]);
    event.writeUInt16BE(FRAME_SAMPLES * Math.min(digit.sent, EVENT_FRAMES + 1), 2);
    if (digit.sent >= EVENT_FRAMES + EVENT_ENDS) {
      this.#digit = undefined;
      digit.done();
    }
    return event;
  }

  #receive(received: Buffer): void {
    const at = now();
    if (received.length <= 12 || (received[0] ?? 0) >> 6 !== 2) return;
    // An encrypted phone takes nothing that is not signed with the other side's key.
    const packet = this.key === undefined ? received : this.#inwards?.unprotect(received);
    if (packet !== undefined && ((packet[1] ?? 0) & 0x7f) === EVENT_PAYLOAD) {
      const moment = packet.readUInt32BE(4);
      if (moment !== this.#heardDigit) this.#onDigit(DIGITS[packet[12] ?? -1] ?? "?");
      this.#heardDigit = moment;
      return;
    }
    if (packet === undefined || ((packet[1] ?? 0) & 0x7f) !== this.#payload) return;
    const samples = this.#codec.decode(packet.subarray(12 + 4 * ((packet[0] ?? 0) & 0x0f)));
    this.#onSamples(samples);
    this.#onFrame({
      at,
      call: this.#call,
      seq: packet.readUInt16BE(2),
      timestamp: packet.readUInt32BE(4),
      ssrc: packet.readUInt32BE(8),
      marker: ((packet[1] ?? 0) & 0x80) !== 0,
      ...measure(samples, this.#codec.rate),
    });
  }
}

/** How loud every frequency of the lab is in a frame, and what is beside it. */
export function measure(samples: Float64Array, rate = SAMPLE_RATE): Pick<Frame, "levels" | "beside"> {
  const rounded = (hz: number) => Math.round(levelAt(samples, hz, rate) * 10) / 10;
  return {
    levels: FREQUENCIES.map(rounded),
    beside: FREQUENCIES.map((hz) => Math.max(rounded(hz - BESIDE_HZ), rounded(hz + BESIDE_HZ))),
  };
}

async function bind(socket: Socket, port: number, address: string): Promise<number | undefined> {
  try {
    socket.bind(port, address);
    await once(socket, "listening");
    return socket.address().port;
  } catch {
    return undefined;
  }
}
