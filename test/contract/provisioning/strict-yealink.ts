/*
 * A Yealink's configuration file as unforgiving as its manual: yealink.md 7.1 (Auto Provisioning Guides), 5.1 and 5.2 for line
 * keys, 4.5 for action URLs. Imports nothing of earshot.
 */

/** What a Yealink takes from a file, or a complaint with its line. */
export type YealinkRead =
  | { readonly ok: true; readonly keys: ReadonlyMap<string, string>; readonly includes: readonly string[] }
  | { readonly ok: false; readonly complaint: string };

/** The DSS key types that are more than a local function of the phone (yealink.md 5.1). */
const keyTypes = new Set(["15", "16", "27"]);

/** Reads a `.cfg` or `.boot` file; the first thing that is wrong ends it. */
export function readYealink(text: string): YealinkRead {
  const wrong = (line: number, why: string): YealinkRead => ({ ok: false, complaint: `line ${line}: ${why}` });
  const lines = text.split("\n");
  if (lines[0] !== "#!version:1.0.0.1") return wrong(1, "is not exactly #!version:1.0.0.1");
  if (lines.at(-1) !== "") return wrong(lines.length, "has no line end");
  const keys = new Map<string, string>();
  const includes: string[] = [];
  for (const [index, line] of lines.slice(0, -1).entries()) {
    const at = index + 1;
    if (/[\p{Cc}\u2028\u2029]/u.test(line)) return wrong(at, "holds a control character");
    if (line.startsWith("#")) continue;
    const include = /^include:config "([^"]+\.cfg)"$/.exec(line)?.[1];
    if (include !== undefined) {
      includes.push(include);
      continue;
    }
    const [, key = "", value = ""] = /^([a-z][\w.]*) = (\S(?:.*\S)?)$/.exec(line) ?? [];
    if (key === "") return wrong(at, "is neither a comment nor key = value with a value");
    if (keys.has(key)) return wrong(at, `has ${key} a second time`);
    const why = flawOf(key, value);
    if (why !== undefined) return wrong(at, `${key} ${why}`);
    keys.set(key, value);
  }
  return { ok: true, keys, includes };
}

function flawOf(key: string, value: string): string | undefined {
  if (value === "%NULL%") return "is reset";
  if (/^linekey\.\d+\.type$/.test(key) && !keyTypes.has(value)) return `has the type ${value}`;
  if (/^(?:linekey|programablekey)\.\d+\.value$/.test(key) && value.length > 99) return "is longer than 99 characters";
  if (/^action_url\./.test(key) && value.length > 511) return "is longer than 511 characters";
  if (/\.(?:type|line|enable|port|transport_type)$/.test(key) && !/^\d+$/.test(value)) return "is no number";
  return undefined;
}
