import type { Listen } from "../model/index.js";

/**
 * Why earshot cannot listen there, naming the key that says where: "http.listen: port 8080 on 127.0.0.1 is taken by
 * another program". With `nextFree`, that port is said to be used instead.
 */
export function describeListenError(key: string, listen: Listen, error: unknown, nextFree?: number): string {
  const instead = nextFree === undefined ? "" : `; using ${nextFree} instead`;
  return `${key}: ${reason(listen, error)}${instead}`;
}

/** True when another program has the port, so that the next one may be free. */
export function isPortTaken(error: unknown): boolean {
  return codeOf(error) === "EADDRINUSE";
}

function reason({ host, port }: Listen, error: unknown): string {
  const code = codeOf(error);
  switch (code) {
    case "EADDRINUSE":
      return `port ${port} on ${host} is taken by another program`;
    case "EACCES":
      return port > 0 && port < 1024
        ? `port ${port} on ${host} is not allowed for this user; ports below 1024 need special rights`
        : `port ${port} on ${host} is not allowed for this user`;
    case "EADDRNOTAVAIL":
      return `this machine does not have the address ${host}`;
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `the name ${host} is not known`;
    case "EAFNOSUPPORT":
      return `this machine does not support the kind of address ${host} is`;
    default:
      return `cannot listen on port ${port} on ${host}${code === "" ? "" : ` (the system says ${code})`}`;
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
