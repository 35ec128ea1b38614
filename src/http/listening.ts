import type { AddressInfo } from "node:net";
import type { FastifyInstance } from "fastify";
import type { Listen } from "../model/index.js";
import { PhoneServerError } from "./errors.js";

/** How far the demo looks for a free port. */
const portsTried = 50;
const sayable = ["EADDRINUSE", "EACCES", "EADDRNOTAVAIL"] as const;

function asError(error: unknown, { host, port }: Listen, key: string): PhoneServerError {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const known = sayable.find((each) => each === code);
  const why = {
    EADDRINUSE: "is taken by another program",
    EACCES: "needs a privilege that this program does not have",
    EADDRNOTAVAIL: "is no address of this machine",
  };
  return known
    ? new PhoneServerError(known, `${key}: ${host}:${port} ${why[known]}`)
    : new PhoneServerError("listen", `${key}: cannot listen on ${host}:${port}: ${String(error)}`);
}

async function listenOnce(app: FastifyInstance, at: Listen, key: string): Promise<Listen> {
  try {
    await app.listen({ host: at.host, port: at.port });
  } catch (error) {
    throw asError(error, at, key);
  }
  const address = app.server.address() as AddressInfo;
  return { host: at.host, port: address.port };
}

/**
 * Listens and says where. With `nextFree` a taken port moves to the next free one.
 * Throws {@link PhoneServerError} with the system's code (EADDRINUSE, …) and a sentence naming the configuration key.
 */
export async function listenOn(
  app: FastifyInstance,
  at: Listen,
  nextFree: boolean,
  key = "http.listen",
): Promise<Listen> {
  for (let port = at.port; ; port += 1) {
    try {
      return await listenOnce(app, { host: at.host, port }, key);
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
