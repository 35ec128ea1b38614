import { timingSafeEqual } from "node:crypto";
import type { Mac } from "../../model/index.js";
import { filesPath, tokenIn } from "./served.js";

/**
 * The key by which another provisioner's file sends a phone to its own file here: 144 bits of `secret.key`, for this phone and
 * this use alone. The token of the phone's pages goes into it, so it is dead where that is, rotated or retired.
 */
export function overlayKey(password: (account: string) => string, mac: Mac, launcher: string): string | undefined {
  const token = tokenIn(launcher);
  // No SIP account has a slash in its name, so none has such a password.
  return token === undefined ? undefined : password(`overlay/${mac}/${token}`);
}

/** Where that file is, below the public URL. Whoever has the address has the file. */
export function overlayAddress(publicUrl: string, key: string, file: string): string {
  return `${publicUrl}${filesPath}${key}/${file}`;
}

/** Whether two keys are the same, in a time that tells nothing of where they differ. */
export function sameKey(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}
