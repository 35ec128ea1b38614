import type { ProvisioningMode } from "../model/index.js";
import type { Facts } from "./facts.js";
import { formatNamed } from "./formats/index.js";
import { flawOf, listedKey } from "./key-list.js";
import type { Make } from "./layers.js";
import { type Settled, type Settlement, settle } from "./settle.js";

/** A file for one phone. */
export interface PhoneFile {
  readonly name: string;
  readonly text: string;
  /** Whether something stands in it that nobody else may have. */
  readonly secret: boolean;
}

/** The files of one phone, or the sentences that say why it gets none. */
export type PhoneFiles =
  | { readonly ok: true; readonly files: readonly PhoneFile[]; readonly settlement: Settlement }
  | { readonly ok: false; readonly sentences: readonly string[]; readonly settlement: Settlement };

/** What a secret is shown as where nobody has asked for it. */
export const hidden = "********";

/** All that a phone is told. `show` gives secrets as they are; without it they are asterisks, and the files of no use. */
export function filesOf(
  make: Make,
  phone: { readonly mac: string; readonly model: string },
  facts: Facts,
  mode: ProvisioningMode,
  show: boolean,
): PhoneFiles {
  const layers = make.layers({ ...phone, role: facts.role });
  const settlement = settle(make, phone.model, layers, facts, mode);
  const refused = (sentences: readonly string[]): PhoneFiles => ({ ok: false, sentences, settlement });
  const lacking = settlement.leftOut.filter(({ needed, cause }) => needed && cause === "unknown");
  if (lacking.length > 0) return refused(lacking.map(({ why }) => `There is no file, because ${why}.`));

  const limits = make.limits(phone.model);
  const flaws = settlement.keys.flatMap((one) => {
    const why = flawOf(make.keys, limits, one.key, one.value);
    return why === undefined ? [] : [`${one.file}:${one.line}: ${one.key} ${why}.`];
  });
  if (flaws.length > 0) return refused(flaws);

  const nameOf = (name: string): string => namedFor(phone, name);
  const holding = make.files[mode].filter(({ holds }) => holds === "keys").map(({ name }) => nameOf(name));
  const secret = settlement.keys.some(({ key }) => isSecret(make, key));
  const entries = settlement.keys.map(({ key, value }) => ({
    key,
    value: !show && isSecret(make, key) ? hidden : value,
  }));
  const files: PhoneFile[] = [];
  for (const { name, holds, format } of make.files[mode]) {
    const form = formatNamed(format);
    const written = holds === "keys" ? form?.keys(entries) : form?.list?.(holding);
    if (written === undefined) throw new Error(`no format ${format} writes ${name}`);
    if (!written.ok) return refused([`${whereOf(settlement.keys, written.key)}${written.key} ${written.why}.`]);
    files.push({ name: nameOf(name), text: written.text, secret: secret && holds === "keys" });
  }
  return { ok: true, files, settlement };
}

/** The names of a phone's files, whether or not they can be made. */
export function fileNames(
  make: Pick<Make, "files">,
  phone: { readonly mac: string; readonly model: string },
  mode: ProvisioningMode,
): readonly string[] {
  return make.files[mode].map(({ name }) => namedFor(phone, name));
}

/** Whether what a key holds is for this phone alone. A key that is in no list may hold anything. */
export function isSecret(make: Make, key: string): boolean {
  return listedKey(make.keys, key)?.secret ?? true;
}

function namedFor({ mac, model }: { readonly mac: string; readonly model: string }, name: string): string {
  return name.replaceAll("{mac}", mac).replaceAll("{model}", model);
}

function whereOf(keys: readonly Settled[], key: string): string {
  const found = keys.find((one) => one.key === key);
  return found ? `${found.file}:${found.line}: ` : "";
}
