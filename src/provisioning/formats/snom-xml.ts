import { create } from "xmlbuilder2";
import { type Entry, type Format, flawIn, literal } from "./format.js";

/** A setting, of the phone or of an identity; and a part of a function key. Keys are counted from 1, as identities are. */
const setting = /^(?<name>[a-z]\w*)(?:\.(?<idx>[1-9]\d{0,2}))?$/;
const certificate = /^certificate\.[1-9]\.url$/;
const functionKey = /^fkey\.(?<number>[1-9]\d{0,2})\.(?<part>value|label|context)$/;

/**
 * Snom's `<settings>`: elements named as the setting, `idx` for an identity's own, and `<fkey>`, which the phone counts from 0
 * (service.snom.com, Desk Phone Configuration Files and its tags), and `<certificates>`, whose addresses it fetches CAs from. All is read-only at the phone (`perm="R"`): whoever has
 * it in hand could otherwise turn away from the registrar.
 */
export const snomXml: Format = {
  keys: (entries) => {
    const flaw = flawIn(entries);
    if (flaw) return flaw;
    const root = create({ version: "1.0", encoding: "UTF-8" }).ele("settings");
    const settings = root.ele("phone-settings");
    for (const entry of entries) {
      if (functionKey.test(entry.key) || certificate.test(entry.key)) continue;
      const { name, idx } = setting.exec(entry.key)?.groups ?? {};
      if (name === undefined) return { ok: false, key: entry.key, why: "is no name of a Snom's setting" };
      settings.ele(name, { ...(idx && { idx }), perm: "R" }).txt(literal(entry.value));
    }
    const keys = byFunctionKey(entries);
    const functionKeys = keys.size > 0 ? root.ele("functionKeys") : root;
    for (const [number, { value, label, context = "active" }] of keys) {
      if (value === undefined) return { ok: false, key: `fkey.${number}.value`, why: "is not set, and its key is" };
      functionKeys
        .ele("fkey", { idx: String(number - 1), context: literal(context), ...(label && { label: literal(label) }) })
        .att("perm", "R")
        .txt(literal(value));
    }
    const trusted = entries.filter(({ key }) => certificate.test(key));
    const certificates = trusted.length > 0 ? root.ele("certificates") : root;
    for (const { value } of trusted) certificates.ele("certificate", { url: literal(value) });
    return { ok: true, text: `${root.end({ prettyPrint: true })}\n` };
  },
};

type FunctionKey = { readonly [part in string]?: string };

function byFunctionKey(entries: readonly Entry[]): ReadonlyMap<number, FunctionKey> {
  const found = new Map<number, FunctionKey>();
  for (const { key, value } of entries) {
    const { number, part } = functionKey.exec(key)?.groups ?? {};
    if (number === undefined || part === undefined) continue;
    found.set(Number(number), { ...found.get(Number(number)), [part]: value });
  }
  return found;
}
