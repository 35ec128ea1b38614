import type { Mac } from "../../model/index.js";
import type { Served } from "../facts.js";

/** Where phones find their files, below the public URL. */
export const filesPath = "/c/";

/** What each phone is told of the server of its files. No SIP account has a slash in its name, so none has such a password. */
export function servedAt(publicUrl: string, password: (account: string) => string): (mac: Mac) => Served {
  return (mac) => ({ url: `${publicUrl}${filesPath}`, user: mac, password: password(`provisioning/${mac}`) });
}
