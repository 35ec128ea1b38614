import { setImmediate as othersFirst } from "node:timers/promises";
import {
  type AskAccounts,
  type Config,
  type KnownPhones,
  type Mac,
  type Person,
  type Phone,
  type ProvisionExplained,
  type ProvisionedFile,
  type ProvisionedPhone,
  type ProvisioningMode,
  parseMac,
  type SipAccount,
  type Unknown,
} from "../model/index.js";
import { AccountsFile } from "./accounts-file.js";
import { readMakes } from "./data.js";
import { explain } from "./explain.js";
import { type Facts, factsOf, type Served } from "./facts.js";
import { filesOf, type PhoneFiles } from "./files.js";
import type { Make } from "./layers.js";
import { overlayAddress, overlayKey } from "./serving/overlay-address.js";

/** What came of a request: a value, or a sentence for the person who asked. */
export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly sentence: string };

export interface ProvisionerParts {
  readonly config: Config;
  readonly known: KnownPhones;
  /** The address of each phone's pages, or why nobody knows them. */
  readonly launchers: ReadonlyMap<string, string> | Unknown;
  readonly accounts: AskAccounts;
  /** The accounts that the site lists; its file is read where nobody says. */
  readonly listed?: () => Promise<Answer<ReadonlyMap<string, SipAccount>>>;
  /** The SIP password of a second account; undefined while there is no `secret.key`. */
  readonly password: ((account: string) => string) | undefined;
  /** The data, where it has been read before. */
  readonly makes?: ReadonlyMap<string, Make>;
  /** Where a phone fetches its files from, where earshot serves them. */
  readonly served?: ((mac: Mac, launcher: string) => Served | undefined) | undefined;
}

/** So many phones, and then whatever else waits has its turn. */
const atOnce = 50;
const notServed = "earshot serves no phone its files: the configuration has no `provisioning: { serve: true }`.";
const notOverlay =
  "earshot tells its phones everything itself (`provisioning.mode: full`): no other file names its own.";

interface Told {
  readonly phone: Phone;
  readonly owner: Person;
  readonly make: Make;
  readonly facts: Facts;
}

/** How a site's phones are told. */
export function modeOf({ provisioning }: Pick<Config, "provisioning">): ProvisioningMode {
  return provisioning?.mode ?? "overlay";
}

/** What each configured phone is told. Made by `open`, which reads every file once; nothing is read after that. */
export class Provisioner {
  readonly #config: Config;
  readonly #told: ReadonlyMap<Mac, Told>;
  readonly #password: ProvisionerParts["password"];

  private constructor(config: Config, told: ReadonlyMap<Mac, Told>, password: ProvisionerParts["password"]) {
    this.#config = config;
    this.#told = told;
    this.#password = password;
  }

  /** Reads the data, the site's own layers and its accounts; or tells everything that is wrong in them, a line each. */
  static async open(parts: ProvisionerParts): Promise<Answer<Provisioner>> {
    const { config, known, launchers, accounts, password } = parts;
    const read = parts.makes ? { ok: true as const, makes: parts.makes } : await readMakes(config.provisioning?.folder);
    if (!read.ok) return { ok: false, sentence: read.problems.join("\n") };
    const listed = await (parts.listed ?? (() => new AccountsFile(config.provisioning?.accounts).read()))();
    if (!listed.ok) return listed;
    const found = await accounts(config, listed.value);
    const told = new Map<Mac, Told>();
    const people = new Map(config.people.map((person) => [person.id, person]));
    for (const [at, phone] of config.phones.entries()) {
      if (at > 0 && at % atOnce === 0) await othersFirst();
      const owner = people.get(phone.owner);
      const make = read.makes.get(phone.vendor);
      if (!owner || !make) continue;
      const own = found.get(owner.id);
      const launcher =
        "why" in launchers ? launchers : (launchers.get(phone.mac) ?? { why: "earshot was started without it" });
      const facts = factsOf(config, phone, owner, {
        known,
        limits: make.limits(phone.model),
        launcher,
        account: listed.value.get(owner.extension) ?? withoutList(config, owner, own?.own),
        second: secondOf(own?.second, password),
        served: parts.served && (typeof launcher === "string" ? parts.served(phone.mac, launcher) : launcher),
      });
      told.set(phone.mac, { phone, owner, make, facts });
    }
    return { ok: true, value: new Provisioner(config, told, password) };
  }

  /** How phones are told unless somebody says otherwise. */
  get mode(): ProvisioningMode {
    return modeOf(this.#config);
  }

  /** Every phone, its files, and what it does without; with `showUrls` the address of its own file, where there is one. */
  list(mode: ProvisioningMode = this.mode, showUrls = false): readonly ProvisionedPhone[] {
    return this.#config.phones.map((phone) => {
      const { mac, vendor, model } = phone;
      const told = this.#told.get(mac);
      const extension = told?.owner.extension ?? "";
      const about = { mac, vendor, model, extension, mode };
      if (!told) return { ...about, files: [], missing: [`firmware-config has no data for ${vendor} phones.`] };
      const made = filesOf(told.make, phone, told.facts, mode, false);
      const files = made.ok ? made.files.map(({ name }) => name) : [];
      const address = showUrls ? this.address(mac) : undefined;
      return { ...about, files, missing: missingOf(made, told), ...(address?.ok && { url: address.value }) };
    });
  }

  /**
   * The files of one phone. Without `show`, secrets are asterisks. Refused while nobody knows the address of its pages: a
   * file without it would take them away.
   */
  render(mac: string, mode: ProvisioningMode = this.mode, show = false): Answer<readonly ProvisionedFile[]> {
    const told = this.#phone(mac);
    if (!told.ok) return told;
    const { make, phone, facts } = told.value;
    const away = facts.flags.has("pages") ? facts.unknown.get("launcher") : undefined;
    if (away !== undefined) return { ok: false, sentence: `There is no file, because ${away}.` };
    const made = filesOf(make, phone, facts, mode, show);
    return made.ok ? { ok: true, value: made.files } : { ok: false, sentence: made.sentences.join("\n") };
  }

  /**
   * Where the phone's own file is for another provisioner's to send it there: whoever has the address has the file. Refused
   * where earshot serves no files, or tells the phone everything itself, and for a phone of another make than was meant.
   */
  address(mac: string, vendor?: string): Answer<string> {
    const told = this.#phone(mac);
    if (!told.ok) return told;
    if (!this.#config.provisioning?.serve) return { ok: false, sentence: notServed };
    if (this.mode === "full") return { ok: false, sentence: notOverlay };
    const { make, phone, facts } = told.value;
    if (vendor !== undefined && vendor !== phone.vendor) {
      return { ok: false, sentence: `${mac} is a phone of the make ${phone.vendor}, not of ${vendor}.` };
    }
    const launcher = facts.texts.get("launcher");
    const key = launcher && this.#password && overlayKey(this.#password, phone.mac, launcher);
    const file = make.files.overlay[0]?.name.replaceAll("{mac}", phone.mac).replaceAll("{model}", phone.model);
    const why = facts.unknown.get("launcher") ?? "the data folder has no secret.key yet";
    if (!key || file === undefined) return { ok: false, sentence: `There is no address, because ${why}.` };
    return { ok: true, value: overlayAddress(this.#config.http.publicUrl, key, file) };
  }

  /** Where one key of one phone has its value from. Without `show`, a secret is asterisks. */
  explain(mac: string, key: string, mode: ProvisioningMode = this.mode, show = false): Answer<ProvisionExplained> {
    const told = this.#phone(mac);
    if (!told.ok) return told;
    const { make, phone, facts } = told.value;
    const found = explain(make, phone, facts, mode, key, show);
    return "sentence" in found ? { ok: false, sentence: found.sentence } : { ok: true, value: found };
  }

  #phone(text: string): Answer<Told> {
    const mac = parseMac(text);
    const told = mac && this.#told.get(mac);
    if (told) return { ok: true, value: told };
    const known = this.#config.phones.some((phone) => phone.mac === mac);
    const sentence = known
      ? `firmware-config has no data for the make of ${text}.`
      : `There is no phone ${text} in the configuration; earshot phones list has them all.`;
    return { ok: false, sentence };
  }
}

function withoutList(
  config: Config,
  { extension }: Person,
  found: SipAccount | Unknown | undefined,
): SipAccount | Unknown {
  if (found && !("why" in found)) return found;
  const why = found?.why ?? "the PBX was not asked";
  const csv =
    config.provisioning?.accounts === undefined
      ? "`provisioning.accounts` is not set"
      : `the accounts file has no ${extension}`;
  return { why: `nobody knows the SIP account of ${extension}: ${why}, and ${csv}` };
}

function secondOf(
  account: string | undefined,
  password: ProvisionerParts["password"],
): Parameters<typeof factsOf>[3]["second"] {
  if (account === undefined) return undefined;
  if (!password) return { why: "the data folder has no secret.key yet; start earshot once" };
  return { user: account, password: password(account) };
}

function missingOf(made: PhoneFiles, { facts, phone }: Told): readonly string[] {
  const none = facts.flags.has("no-pages")
    ? [`No browser of the ${phone.model} is proven: it gets notices, lamps and its accounts, and no pages.`]
    : [];
  const without = made.settlement.leftOut
    .filter(({ cause, needed }) => cause === "unknown" && !needed)
    .map(({ about, why }) => `Left out, because ${why}: ${about}`);
  return [...(made.ok ? [] : made.sentences), ...none, ...without];
}
