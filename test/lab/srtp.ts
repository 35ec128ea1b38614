import { createCipheriv, createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/** The only suite the phones speak (RFC 4568 section 6.2.1). */
export const SUITE = "AES_CM_128_HMAC_SHA1_80";

const KEY_BYTES = 16;
const SALT_BYTES = 14;
const AUTH_BYTES = 20;
const TAG_BYTES = 10;
const LABEL = { cipher: 0, auth: 1, salt: 2 } as const;

/** What one direction is encrypted with: master key and salt, 30 bytes, as SDES carries them. */
export type MasterKey = Buffer;

export function newMasterKey(): MasterKey {
  return randomBytes(KEY_BYTES + SALT_BYTES);
}

/** The value of an `a=crypto` line with this key. */
export function formatCrypto(key: MasterKey): string {
  return `1 ${SUITE} inline:${key.toString("base64")}`;
}

/** The key in the value of an `a=crypto` line; undefined for another suite or an unusable key. */
export function parseCrypto(text: string): MasterKey | undefined {
  const [, suite, inline = ""] = /^\d+ (\S+) inline:([A-Za-z0-9+/=]+)/.exec(text) ?? [];
  const key = Buffer.from(inline, "base64");
  return suite === SUITE && key.length === KEY_BYTES + SALT_BYTES ? key : undefined;
}

/** The keystream of AES in counter mode (RFC 3711 section 4.1.1). @param start the counter's first 14 bytes. */
export function keystream(key: Buffer, start: Buffer, bytes: number): Buffer {
  const counter = Buffer.concat([start, Buffer.alloc(2)]);
  return createCipheriv("aes-128-ctr", key, counter).update(Buffer.alloc(bytes));
}

/** A session key (RFC 3711 section 4.3.1, key derivation rate 0). */
export function derive(master: MasterKey, label: keyof typeof LABEL, bytes: number): Buffer {
  const start = Buffer.from(master.subarray(KEY_BYTES));
  start[7] = (start[7] ?? 0) ^ LABEL[label];
  return keystream(master.subarray(0, KEY_BYTES), start, bytes);
}

/** One direction of one stream (RFC 3711): AES counter mode, HMAC-SHA1 with a tag of 80 bits. */
export class SrtpStream {
  readonly #cipher: Buffer;
  readonly #salt: Buffer;
  readonly #auth: Buffer;
  /** The sequence number seen last and how often it has wrapped. */
  #last: { readonly seq: number; readonly wraps: number } | undefined;

  constructor(master: MasterKey) {
    this.#cipher = derive(master, "cipher", KEY_BYTES);
    this.#salt = derive(master, "salt", SALT_BYTES);
    this.#auth = derive(master, "auth", AUTH_BYTES);
  }

  /** Encrypts an RTP packet and signs it. */
  protect(packet: Buffer): Buffer {
    const wraps = this.#wraps(packet.readUInt16BE(2));
    this.#last = { seq: packet.readUInt16BE(2), wraps };
    const hidden = this.#crypt(packet, wraps);
    return Buffer.concat([hidden, this.#tag(hidden, wraps)]);
  }

  /** The RTP packet in it; undefined when it was not signed with this key. */
  unprotect(packet: Buffer): Buffer | undefined {
    if (packet.length < 12 + TAG_BYTES) return undefined;
    const hidden = packet.subarray(0, -TAG_BYTES);
    const wraps = this.#wraps(hidden.readUInt16BE(2));
    if (!timingSafeEqual(this.#tag(hidden, wraps), packet.subarray(-TAG_BYTES))) return undefined;
    const seq = hidden.readUInt16BE(2);
    const newest = this.#last ?? { seq: -1, wraps };
    if (wraps > newest.wraps || (wraps === newest.wraps && seq > newest.seq)) this.#last = { seq, wraps };
    return this.#crypt(hidden, wraps);
  }

  /** How often the sequence number had wrapped at this packet: the guess that is nearest to the last one (appendix A). */
  #wraps(seq: number): number {
    if (this.#last === undefined) return 0;
    const { seq: last, wraps } = this.#last;
    if (seq - last < -0x8000) return wraps + 1;
    return seq - last > 0x8000 ? Math.max(0, wraps - 1) : wraps;
  }

  #crypt(packet: Buffer, wraps: number): Buffer {
    const head = 12 + 4 * ((packet[0] ?? 0) & 0x0f);
    const start = Buffer.from(this.#salt);
    const index = Buffer.alloc(SALT_BYTES);
    packet.copy(index, 4, 8, 12);
    index.writeUInt32BE(wraps, 8);
    packet.copy(index, 12, 2, 4);
    for (const [at, byte] of index.entries()) start[at] = (start[at] ?? 0) ^ byte;
    const stream = keystream(this.#cipher, start, packet.length - head);
    const crypted = Buffer.from(packet);
    for (const [at, byte] of stream.entries()) crypted[head + at] = (crypted[head + at] ?? 0) ^ byte;
    return crypted;
  }

  #tag(packet: Buffer, wraps: number): Buffer {
    const times = Buffer.alloc(4);
    times.writeUInt32BE(wraps);
    return createHmac("sha1", this.#auth).update(packet).update(times).digest().subarray(0, TAG_BYTES);
  }
}
