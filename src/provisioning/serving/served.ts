import type { Mac } from "../../model/index.js";
import type { Served } from "../facts.js";

/** Where phones find their files, below the public URL. */
export const filesPath = "/c/";

/**
 * What each phone is told of the server of its files. The token of its pages goes into the password, so it is dead where that
 * is: whoever has a file of before gets none of after. No SIP account has a slash in its name, so none has such a password.
 */
export function servedAt(publicUrl: string, password: (account: string) => string) {
  return (mac: Mac, launcher: string): Served | undefined => {
    const token = tokenIn(launcher);
    if (token === undefined) return undefined;
    return { url: `${publicUrl}${filesPath}`, user: mac, password: password(`provisioning/${mac}/${token}`) };
  };
}

/** The token in the address of a phone's pages. */
export function tokenIn(launcher: string): string | undefined {
  return /\/p\/([A-Za-z0-9_-]{20,})\/?$/.exec(launcher)?.[1];
}
