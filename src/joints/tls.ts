import { ageOf, readServerIdentity } from "../config/index.js";
import { Pace } from "../discovery/index.js";
import type { PhoneServerOptions } from "../http/index.js";
import type { Running } from "./running.js";

/** A phone that refuses our certificate tries again and again: that is in the log once a minute for each, and for few. */
const logged = { each: 1, all: 60, windowMs: 60_000 } as const;

/** The TLS of the one server, where it speaks https itself. */
export function serverTls(running: Running): PhoneServerOptions["tls"] {
  const { config, clock, log } = running.options;
  const files = config.http.tls;
  if (!files) return undefined;
  const pace = new Pace(logged);
  return {
    ...{ files, read: readServerIdentity, age: ageOf, clock, log },
    authorities: (config.provisioning?.certificates ?? []).map(({ ca }) => ca),
    refused: (address, why) => {
      running.sightings.refused(address, why);
      if (pace.take(address, clock.now())) log.warn({ address, why }, "A TLS handshake failed");
    },
  };
}
