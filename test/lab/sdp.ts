import { type CodecName, PAYLOAD } from "./codec.ts";
import { formatCrypto, type MasterKey, parseCrypto } from "./srtp.ts";

export type MediaDirection = "sendrecv" | "sendonly" | "recvonly" | "inactive";

/** What of a session description (RFC 8866) matters to a phone with one stream of one codec. */
export interface SessionDescription {
  readonly host: string;
  readonly port: number;
  readonly direction: MediaDirection;
  readonly codec: CodecName;
  /** What this side encrypts with (RFC 4568); plain RTP without it. */
  readonly key?: MasterKey | undefined;
}

/** Writes an offer or answer: one codec, 20 ms a packet, telephone events. */
export function formatSdp(local: SessionDescription, version: number): string {
  return [
    "v=0",
    `o=- 1 ${version} IN IP4 ${local.host}`,
    "s=-",
    `c=IN IP4 ${local.host}`,
    "t=0 0",
    `m=audio ${local.port} RTP/${local.key ? "SAVP" : "AVP"} ${PAYLOAD[local.codec]} 101`,
    `a=rtpmap:${PAYLOAD[local.codec]} ${local.codec}/8000`,
    ...(local.key ? [`a=crypto:${formatCrypto(local.key)}`] : []),
    "a=rtpmap:101 telephone-event/8000",
    "a=fmtp:101 0-16",
    "a=ptime:20",
    `a=${local.direction}`,
    "",
  ].join("\r\n");
}

/** Reads an offer or answer. @returns undefined without an audio stream of this codec, encrypted or not as wanted. */
export function parseSdp(text: string, codec: CodecName = "PCMU", encrypted = false): SessionDescription | undefined {
  const media = new RegExp(`^m=audio (\\d+) RTP/${encrypted ? "SAVP" : "AVP"} ([\\d ]+)`, "m").exec(text);
  if (media === null || !(media[2] ?? "").split(" ").includes(String(PAYLOAD[codec]))) return undefined;
  const key = [...text.matchAll(/^a=crypto:(.+?)\s*$/gm)].map(([, line]) => parseCrypto(line ?? "")).find(Boolean);
  if (encrypted && key === undefined) return undefined;
  const host = /^c=IN IP4 (\S+)/m.exec(text)?.[1];
  if (host === undefined) return undefined;
  const direction = (["sendonly", "recvonly", "inactive"] as const).find((word) =>
    new RegExp(`^a=${word}\\s*$`, "m").test(text),
  );
  return { host, port: Number(media[1]), direction: direction ?? "sendrecv", codec, ...(encrypted && { key }) };
}

/** The direction that answers an offered one (RFC 3264 section 6.1). */
export function answerTo(offered: MediaDirection, wanted: MediaDirection): MediaDirection {
  const sends = offered === "sendrecv" || offered === "recvonly";
  const receives = offered === "sendrecv" || offered === "sendonly";
  const mine = { sends: wanted === "sendrecv" || wanted === "sendonly", receives: wanted !== "sendonly" };
  if (sends && mine.sends) return receives && mine.receives ? "sendrecv" : "sendonly";
  return receives && mine.receives && wanted !== "inactive" ? "recvonly" : "inactive";
}
