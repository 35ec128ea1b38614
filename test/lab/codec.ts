import { G722Decoder, G722Encoder } from "./g722.ts";
import { decodeMuLaw, encodeMuLaw, SAMPLE_RATE } from "./tone.ts";

/** What a phone of the lab can speak; each phone speaks one. */
export type CodecName = "PCMU" | "G722";

/** Payload types of RFC 3551. G.722's clock is 8,000 Hz there although it has 16,000 samples a second. */
export const PAYLOAD: Readonly<Record<CodecName, number>> = { PCMU: 0, G722: 9 };

/** Both directions of one stream; samples lie between -1 and 1. */
export interface Codec {
  /** Samples a second. */
  readonly rate: number;
  encode(samples: Float64Array): Buffer;
  decode(bytes: Uint8Array): Float64Array;
}

export function newCodec(name: CodecName): Codec {
  if (name === "PCMU") return { rate: SAMPLE_RATE, encode: encodeMuLaw, decode: decodeMuLaw };
  const [encoder, decoder] = [new G722Encoder(), new G722Decoder()];
  return {
    rate: 2 * SAMPLE_RATE,
    encode: (samples) => encoder.encode(samples),
    decode: (bytes) => decoder.decode(bytes),
  };
}
