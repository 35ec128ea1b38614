import type { AddressInfo } from "node:net";
import type { FastifyInstance } from "fastify";
import type { Listen } from "../model/index.js";
import { PhoneServerError } from "./errors.js";
import type { Sheets } from "./sheets.js";

/** How far the demo looks for a free port. */
const portsTried = 50;
const sayable = ["EADDRINUSE", "EACCES", "EADDRNOTAVAIL"] as const;

function asError(error: unknown, { host, port }: Listen): PhoneServerError {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const known = sayable.find((each) => each === code);
  const why = {
    EADDRINUSE: "is taken by another program",
    EACCES: "needs a privilege that this program does not have",
    EADDRNOTAVAIL: "is no address of this machine",
  };
  return known
    ? new PhoneServerError(known, `http.listen: ${host}:${port} ${why[known]}`)
    : new PhoneServerError("listen", `http.listen: cannot listen on ${host}:${port}: ${String(error)}`);
}

async function listenOnce(app: FastifyInstance, at: Listen): Promise<Listen> {
  try {
    await app.listen({ host: at.host, port: at.port });
  } catch (error) {
    throw asError(error, at);
  }
  const address = app.server.address() as AddressInfo;
  return { host: at.host, port: address.port };
}

/**
 * Listens and says where. With `nextFree` a taken port moves to the next free one.
 * Throws {@link PhoneServerError} with the system's code (EADDRINUSE, …) and a sentence naming the configuration key.
 */
export async function listenOn(app: FastifyInstance, at: Listen, nextFree: boolean): Promise<Listen> {
  for (let port = at.port; ; port += 1) {
    try {
      return await listenOnce(app, { host: at.host, port });
    } catch (error) {
      const taken = error instanceof PhoneServerError && error.code === "EADDRINUSE";
      if (!nextFree || !taken || port >= Math.min(at.port + portsTried, 65_535)) throw error;
    }
  }
}

/** The public URL once the port is known: where it named the configured port, it names the real one. */
export function movedUrl(publicUrl: string, configured: Listen, real: Listen): string {
  const url = new URL(publicUrl);
  if (configured.port !== real.port && url.port === String(configured.port)) url.port = String(real.port);
  return url.href.replace(/\/+$/, "");
}

/** Throws where a launcher URL under this public URL would be longer than a phone takes. */
export function checkPublicUrl(publicUrl: string, sheets: Sheets): void {
  const url = URL.canParse(publicUrl) ? new URL(publicUrl) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.search || url.hash || url.username) {
    throw new PhoneServerError("public-url", `http.publicUrl: "${publicUrl}" is not an http or https address`);
  }
  const longestLauncher = publicUrl.replace(/\/+$/, "").length + "/p//".length + 26;
  const most = Math.min(...sheets.all().map((entry) => entry.profile.limits.launcherUrlLength));
  if (longestLauncher > most) {
    const spare = longestLauncher - most;
    throw new PhoneServerError("public-url", `http.publicUrl: ${spare} characters too long for a key on a phone`);
  }
}
