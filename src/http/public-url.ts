import { PhoneServerError } from "./errors.js";
import type { Sheets } from "./sheets.js";

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
