import { SaxesParser } from "saxes";

/*
 * A Polycom's configuration files as unforgiving as polycom.md 8.2 (master file; attribute names count, element names do not),
 * 1.4 (mb.*), 3 (apps.push.*) and 6 (EFK) say. Imports nothing of earshot.
 */

/** What a Polycom takes from a file, or a complaint. */
export type PolycomRead =
  | { readonly ok: true; readonly root: string; readonly keys: ReadonlyMap<string, string> }
  | { readonly ok: false; readonly complaint: string };

const masterAttributes = new Set([
  "APP_FILE_PATH",
  "CONFIG_FILES",
  "MISC_FILES",
  "LOG_FILE_DIRECTORY",
  "OVERRIDES_DIRECTORY",
  "CONTACTS_DIRECTORY",
  "LICENSE_DIRECTORY",
  "USER_PROFILES_DIRECTORY",
  "CALL_LISTS_DIRECTORY",
]);

const pem = /^-----BEGIN CERTIFICATE-----\n(?:[A-Za-z0-9+/=]{1,64}\n)+-----END CERTIFICATE-----\n?$/;

/** Reads a master file or a file of parameters; the first thing that is wrong ends it. */
export function readPolycom(xml: string): PolycomRead {
  const keys = new Map<string, string>();
  let root = "";
  let complaint: string | undefined;
  const parser = new SaxesParser();
  parser.on("error", (error) => {
    complaint ??= error.message;
  });
  parser.on("opentag", ({ name, attributes }) => {
    root ||= name;
    for (const [key, value] of Object.entries(attributes)) {
      if (keys.has(key)) complaint ??= `${key} is there twice`;
      complaint ??= flawOf(root, key, String(value));
      keys.set(key, String(value));
    }
  });
  parser.on("text", (text) => {
    if (text.trim() !== "") complaint ??= `text stands between elements: ${text.trim()}`;
  });
  parser.write(xml).close();
  for (const key of keys.keys()) {
    const sets = key.startsWith("device.") && !key.endsWith(".set") && key !== "device.set";
    if (sets && (keys.get("device.set") !== "1" || keys.get(`${key}.set`) !== "1")) complaint ??= `${key} is not set`;
  }
  return complaint === undefined ? { ok: true, root, keys } : { ok: false, complaint };
}

/** The files that a master file names, in the order in which the left-most counts. */
export function configFiles(master: ReadonlyMap<string, string>): readonly string[] {
  return (master.get("CONFIG_FILES") ?? "").split(",").map((name) => name.trim());
}

function flawOf(root: string, key: string, value: string): string | undefined {
  // polycom.md 6: customCaCert is PEM, whose lines a reader of XML keeps where they are written as references.
  if (/^device\.sec\.TLS\.customCaCert[12]$/.test(key)) return pem.test(value) ? undefined : `${key} is no certificate`;
  if (/[\p{Cc}\u2028\u2029]/u.test(value)) return `${key} holds a control character`;
  if (value.trim() === "") return `${key} is blank`;
  if (root === "APPLICATION") return masterAttributes.has(key) ? undefined : `${key} belongs into no master file`;
  if (!/^[A-Za-z]\w*(?:\.\w+)+$/.test(key)) return `${key} is no parameter`;
  if (key === "mb.main.home" && value.length > 255) return `${key} is longer than 255 characters`;
  if (/^efk\.efklist\.\d+\.action\.string$/.test(key) && (value.length > 100 || /[$!^, ]/.test(value))) {
    return `${key} is no macro of one address`;
  }
  if (key === "apps.push.messageType" && value !== "5") return `${key} lets one priority through`;
  if (/\.(?:enable|enabled|status)$/.test(key) && !/^[01]$/.test(value)) return `${key} is neither 0 nor 1`;
  return undefined;
}
