import { describe, expect, it } from "vitest";
import { G722Decoder, G722Encoder } from "../../lab/g722.ts";
import { derive, formatCrypto, keystream, newMasterKey, parseCrypto, SrtpStream } from "../../lab/srtp.ts";
import { levelAt, Tone } from "../../lab/tone.ts";

const bytes = (hex: string) => Buffer.from(hex.replace(/\s/g, ""), "hex");

describe("G.722", () => {
  it.each([300, 700, 1650, 3650, 5200])("carries a tone of %i Hz at its level, with little beside it", (hz) => {
    const [tone, encoder, decoder] = [new Tone(hz, -13, 16_000), new G722Encoder(), new G722Decoder()];
    for (let frame = 0; frame < 25; frame += 1) decoder.decode(encoder.encode(tone.next(320)));
    const heard = decoder.decode(encoder.encode(tone.next(320)));
    expect(levelAt(heard, hz, 16_000)).toBeCloseTo(-13, 0);
    const beside = [hz - 125, hz + 125, hz + 1000, 8000 - hz].map((other) => levelAt(heard, other, 16_000));
    expect(Math.max(...beside)).toBeLessThan(-13 - 30);
  });

  it("takes a byte for every two samples", () => {
    expect(new G722Encoder().encode(new Float64Array(320))).toHaveLength(160);
    expect(new G722Decoder().decode(Buffer.alloc(160, 0xff))).toHaveLength(320);
  });
});

describe("SRTP", () => {
  const master = bytes("E1F97A0D3E018BE0D64FA32C06DE4139 0EC675AD498AFEEBB6960B3AABE6");

  it("gives the keystream of RFC 3711 appendix B.2", () => {
    const key = bytes("2B7E151628AED2A6ABF7158809CF4F3C");
    const stream = keystream(key, bytes("F0F1F2F3F4F5F6F7F8F9FAFBFCFD"), 48);
    expect(stream).toEqual(
      bytes("E03EAD0935C95E80E166B16DD92B4EB4 D23513162B02D0F72A43A2FE4A5F97AB 41E95B3BB0A2E8DD477901E4FCA894C0"),
    );
  });

  it("derives the keys of RFC 3711 appendix B.3", () => {
    expect(derive(master, "cipher", 16)).toEqual(bytes("C61E7A93744F39EE10734AFE3FF7A087"));
    expect(derive(master, "salt", 14)).toEqual(bytes("30CBBC08863D8C85D49DB34A9AE1"));
    expect(derive(master, "auth", 20)).toEqual(bytes("CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4"));
  });

  it("protects a whole packet with these keys as libsrtp does", () => {
    const plain = Buffer.concat([bytes("800F1234DECAFBADCAFEBABE"), Buffer.alloc(16, 0xab)]);
    const expected = bytes("800F1234DECAFBADCAFEBABE 4E55DC4CE79978D88CA4D215949D2402 B78D6ACC99EA179B8DBB");
    expect(new SrtpStream(master).protect(plain)).toEqual(expected);
    expect(new SrtpStream(master).unprotect(expected)).toEqual(plain);
  });

  it("goes on where the sequence number wraps, and takes nothing that was changed or signed with another key", () => {
    const [there, here] = [new SrtpStream(master), new SrtpStream(master)];
    const packet = (seq: number) => {
      const made = Buffer.concat([bytes("80000000DECAFBADCAFEBABE"), Buffer.from("voice")]);
      made.writeUInt16BE(seq, 2);
      return made;
    };
    for (const seq of [65_534, 65_535, 0, 1]) expect(here.unprotect(there.protect(packet(seq)))).toEqual(packet(seq));
    const changed = there.protect(packet(2));
    changed[12] = (changed[12] ?? 0) ^ 1;
    expect(here.unprotect(changed)).toBeUndefined();
    expect(new SrtpStream(newMasterKey()).unprotect(there.protect(packet(3)))).toBeUndefined();
  });

  it("is offered with its key as RFC 4568 writes it", () => {
    expect(parseCrypto(formatCrypto(master))).toEqual(master);
    expect(
      parseCrypto("1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz|2^20|1:4"),
    ).toHaveLength(30);
    expect(parseCrypto("1 AES_256_CM_HMAC_SHA1_80 inline:AAAA")).toBeUndefined();
  });
});
