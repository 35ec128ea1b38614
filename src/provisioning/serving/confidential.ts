import type { FastifyRequest } from "fastify";

/**
 * Whether nobody on the way can read the reply, as far as the site wants it: where phones reach earshot by https, a request
 * has come by TLS, or a proxy in front says that it has.
 */
export function isConfidential({ raw, headers }: FastifyRequest, publicUrl: string): boolean {
  if (!publicUrl.startsWith("https:") || "encrypted" in raw.socket) return true;
  const said = [headers["x-forwarded-proto"]].flat()[0]?.split(",")[0]?.trim();
  return said?.toLowerCase() === "https" || /(?:^|;)\s*proto="?https"?\s*(?:;|,|$)/i.test(headers.forwarded ?? "");
}
