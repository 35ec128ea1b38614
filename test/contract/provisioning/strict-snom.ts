import { SaxesParser } from "saxes";

/*
 * A Snom's file of settings as unforgiving as service.snom.com says (Desk Phone Configuration Files, <phone-settings> tag,
 * <functionKeys> tag, <certificates> tag, Function Key Types, answer_after_policy) and docs.snom.io (triggering). Imports nothing of earshot.
 */

/** What a Snom takes from a file, or a complaint. Keys: `name`, `name.idx`, and `fkey.idx` as the phone counts, from 0. */
export type SnomRead =
  | {
      readonly ok: true;
      readonly keys: ReadonlyMap<string, string>;
      /** The labels of function keys, by number from 0. */
      readonly labels: ReadonlyMap<string, string>;
      /** Where it fetches CAs from. */
      readonly certificates: readonly string[];
    }
  | { readonly ok: false; readonly complaint: string };

const sections = new Set(["phone-settings", "functionKeys", "certificates"]);
/** <permission flag>. */
const permissions = new Set(["", "R", "RW", "!", "$", "&"]);
/** Those of an identity; each needs its idx, and no other may have one. */
const ofIdentity = /^user_[a-z_]+$/;
/** Function Key Types, as far as a desk phone of earshot's has any. */
const types = new Set(["line", "url", "blf", "dest", "speed", "keyevent", "none"]);
const attributesOf = { setting: new Set(["idx", "perm"]), fkey: new Set(["idx", "context", "label", "perm"]) };

/** Reads a settings file; the first thing that is wrong ends it. */
export function readSnom(xml: string): SnomRead {
  const keys = new Map<string, string>();
  const labels = new Map<string, string>();
  const certificates: string[] = [];
  const open: string[] = [];
  const seen = new Set<string>();
  let complaint: string | undefined;
  let key = "";
  let value = "";
  const wrong = (why: string | undefined): void => {
    complaint ??= why;
  };
  if (!/^<\?xml version="1\.0" encoding="utf-8"\?>/i.test(xml)) wrong("does not begin with a declaration in UTF-8");
  const parser = new SaxesParser();
  parser.on("error", (error) => wrong(error.message));
  parser.on("opentag", ({ name, attributes }) => {
    open.push(name);
    const said = new Map(Object.entries(attributes).map(([word, text]) => [word, String(text)]));
    if (open.length === 1 && name !== "settings") wrong(`the root is ${name}`);
    if (open.length === 2 && !sections.has(name)) wrong(`${name} is no section`);
    if (open.length === 2 && seen.has(name)) wrong(`${name} is there twice`);
    if (open.length === 2) seen.add(name);
    if (open.length < 3 && said.size > 0) wrong(`${name} has attributes`);
    if (open.length > 3) wrong(`${name} stands inside a setting`);
    if (open.length !== 3) return;
    key = said.has("idx") ? `${name}.${said.get("idx")}` : name;
    value = "";
    if (open[1] === "certificates") {
      wrong(flawOfCertificate(name, said));
      certificates.push(said.get("url") ?? "");
      return;
    }
    if (keys.has(key)) wrong(`${key} is there twice`);
    wrong(open[1] === "functionKeys" ? flawOfKey(name, said) : flawOfSetting(name, said));
    const label = said.get("label");
    if (label !== undefined) labels.set(said.get("idx") ?? "", label);
  });
  parser.on("text", (text) => {
    if (open.length === 3) value += text;
    else if (text.trim() !== "") wrong(`text stands between elements: ${text.trim()}`);
  });
  parser.on("closetag", () => {
    if (open.length === 3 && open[1] !== "certificates") {
      wrong(flawOfValue(open[1] ?? "", key, value));
      keys.set(key, value);
    }
    open.pop();
  });
  parser.write(xml).close();
  return complaint === undefined ? { ok: true, keys, labels, certificates } : { ok: false, complaint };
}

type Said = ReadonlyMap<string, string>;

/** An address that the phone fetches a CA from, and nothing beside it. */
function flawOfCertificate(name: string, said: Said): string | undefined {
  if (name !== "certificate") return `${name} is no certificate`;
  const url = said.size === 1 ? said.get("url") : undefined;
  return url !== undefined && /^https?:\/\/\S+$/.test(url) ? undefined : "a certificate has no address, or more";
}

function flawOfSetting(name: string, said: Said): string | undefined {
  if (!/^[a-z][a-z0-9_]*$/.test(name)) return `${name} is no setting`;
  const idx = said.get("idx");
  if (ofIdentity.test(name) !== (idx !== undefined)) return `${name} has ${idx === undefined ? "no" : "an"} idx`;
  if (idx !== undefined && !/^(?:[1-9]|1[0-2])$/.test(idx)) return `${name} is of the identity ${idx}`;
  return flawOfAttributes(name, said, attributesOf.setting);
}

function flawOfKey(name: string, said: Said): string | undefined {
  if (name !== "fkey") return `${name} is no function key`;
  if (!/^(?:0|[1-9]\d{0,2})$/.test(said.get("idx") ?? "")) return `a function key has the number ${said.get("idx")}`;
  if (!/^(?:active|[1-9]|1[0-2])$/.test(said.get("context") ?? ""))
    return `a function key is of ${said.get("context")}`;
  return flawOfAttributes(name, said, attributesOf.fkey);
}

function flawOfAttributes(name: string, said: Said, known: ReadonlySet<string>): string | undefined {
  const strange = [...said.keys()].find((word) => !known.has(word));
  if (strange !== undefined) return `${name} has the attribute ${strange}`;
  if (!permissions.has(said.get("perm") ?? "?")) return `${name} has the permission ${said.get("perm")}`;
  return [...said.values()].some((text) => /[\p{Cc}\u2028\u2029]/u.test(text)) ? `${name} holds a control` : undefined;
}

const forms: readonly (readonly [key: RegExp, value: RegExp])[] = [
  [/^(?:user_active\.\d+|xml_notify|filter_registrar|silence_compression|auto_connect_indication)$/, /^(?:on|off)$/],
  [/^answer_after_policy$/, /^(?:off|idle|always|not_busy)$/],
  [/^timezone$/, /^[A-Z]{3}[+-]\d{1,2}$/],
  [/^setting_server$/, /^https?:\/\/\S+$/],
  [/^user_host\.\d+$/, /^[^\s:/;]+$/],
  [/^user_outbound\.\d+$/, /^[^\s:/;]+:\d{1,5};transport=(?:udp|tcp|tls)$/],
  [/^mb_trusted_hosts$/, /^[^\s:/;]+(?: [^\s:/;]+)*$/],
];

function flawOfValue(section: string, key: string, value: string): string | undefined {
  if (/[\p{Cc}\u2028\u2029]/u.test(value)) return `${key} holds a control character`;
  if (value.trim() === "") return `${key} is blank`;
  if (section === "functionKeys") {
    const [type = "", argument] = value.split(" ", 2);
    if (!types.has(type)) return `${key} is of the type ${type}`;
    if (type === "url" && !/^https?:\/\/[^\s$]+$/.test(argument ?? "")) return `${key} opens no address: ${argument}`;
  }
  const form = forms.find(([name]) => name.test(key))?.[1];
  return form === undefined || form.test(value) ? undefined : `${key} may not be ${value}`;
}
