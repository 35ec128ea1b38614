import { isIPv6 } from "node:net";
import type { Listen } from "../model/index.js";

export type ListenFault = "port-taken" | "no-such-address" | "not-permitted" | "failed";

const faults: Readonly<Record<string, ListenFault>> = {
  EADDRINUSE: "port-taken",
  EADDRNOTAVAIL: "no-such-address",
  EACCES: "not-permitted",
};

const sentences: Readonly<Record<ListenFault, string>> = {
  "port-taken": "is taken by another program",
  "no-such-address": "is no address of this machine",
  "not-permitted": "may not be listened on by this user",
  failed: "cannot be listened on",
};

/** The broker cannot listen where it was told to. */
export class ListenError extends Error {
  readonly fault: ListenFault;
  readonly listen: Listen;

  constructor(listen: Listen, cause: Error) {
    const code = (cause as NodeJS.ErrnoException).code ?? "";
    const fault = faults[code] ?? "failed";
    super(`${hostInUrl(listen.host)}:${listen.port} ${sentences[fault]}${fault === "failed" ? `: ${code}` : ""}`, {
      cause,
    });
    this.name = "ListenError";
    this.fault = fault;
    this.listen = listen;
  }
}

/** The host as it stands in a URL: an IPv6 address in brackets. */
export function hostInUrl(host: string): string {
  return isIPv6(host) ? `[${host}]` : host;
}
