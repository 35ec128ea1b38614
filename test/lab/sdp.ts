export type MediaDirection = "sendrecv" | "sendonly" | "recvonly" | "inactive";

/** What of a session description (RFC 8866) matters to a phone with one stream of PCMU. */
export interface SessionDescription {
  readonly host: string;
  readonly port: number;
  readonly direction: MediaDirection;
}

/** Writes an offer or answer: PCMU, 20 ms a packet, telephone events. */
export function formatSdp(local: SessionDescription, version: number): string {
  return [
    "v=0",
    `o=- 1 ${version} IN IP4 ${local.host}`,
    "s=-",
    `c=IN IP4 ${local.host}`,
    "t=0 0",
    `m=audio ${local.port} RTP/AVP 0 101`,
    "a=rtpmap:0 PCMU/8000",
    "a=rtpmap:101 telephone-event/8000",
    "a=fmtp:101 0-16",
    "a=ptime:20",
    `a=${local.direction}`,
    "",
  ].join("\r\n");
}

/** Reads an offer or answer. @returns undefined without an audio stream that offers PCMU. */
export function parseSdp(text: string): SessionDescription | undefined {
  const media = /^m=audio (\d+) RTP\/AVP ([\d ]+)/m.exec(text);
  if (media === null || !(media[2] ?? "").split(" ").includes("0")) return undefined;
  const host = /^c=IN IP4 (\S+)/m.exec(text)?.[1];
  if (host === undefined) return undefined;
  const direction = (["sendonly", "recvonly", "inactive"] as const).find((word) =>
    new RegExp(`^a=${word}\\s*$`, "m").test(text),
  );
  return { host, port: Number(media[1]), direction: direction ?? "sendrecv" };
}

/** The direction that answers an offered one (RFC 3264 section 6.1). */
export function answerTo(offered: MediaDirection, wanted: MediaDirection): MediaDirection {
  const sends = offered === "sendrecv" || offered === "recvonly";
  const receives = offered === "sendrecv" || offered === "sendonly";
  const mine = { sends: wanted === "sendrecv" || wanted === "sendonly", receives: wanted !== "sendonly" };
  if (sends && mine.sends) return receives && mine.receives ? "sendrecv" : "sendonly";
  return receives && mine.receives && wanted !== "inactive" ? "recvonly" : "inactive";
}
