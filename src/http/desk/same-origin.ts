import { isIP } from "node:net";
import type { FastifyRequest } from "fastify";

/**
 * Whether the request's own address is one that nobody else can give a meaning to: the public one, an IP address or
 * localhost. Any other name may be a stranger's, pointed at this machine.
 */
export function isOwnHost(request: FastifyRequest, publicUrl: string): boolean {
  const { host } = request.headers;
  if (host === undefined || !URL.canParse(`http://${host}`)) return false;
  const { hostname } = new URL(`http://${host}`);
  const bare = hostname.replace(/^\[|\]$/g, "");
  return isIP(bare) !== 0 || bare === "localhost" || hostname === new URL(publicUrl).hostname;
}

/** Whether a page of this very server sent the request. A browser says so itself, and no page can make it say otherwise. */
export function isFromOwnPage(request: FastifyRequest, publicUrl: string): boolean {
  const { origin, host } = request.headers;
  const site = request.headers["sec-fetch-site"];
  if (origin === undefined && site === undefined) return false;
  if (site !== undefined && site !== "same-origin") return false;
  if (origin === undefined) return true;
  if (!URL.canParse(origin)) return false;
  const from = new URL(origin);
  return from.host === host || from.origin === new URL(publicUrl).origin;
}

/** Whether another site's page asks, by what the browser says. Where it says nothing, nobody's cookie came along. */
export function isFromAnotherSite(request: FastifyRequest): boolean {
  const site = request.headers["sec-fetch-site"];
  return site !== undefined && site !== "same-origin" && site !== "none";
}
