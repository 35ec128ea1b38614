import { setImmediate as othersFirst } from "node:timers/promises";
import type {
  AskAccounts,
  Config,
  KnownPhones,
  Mac,
  Person,
  PersonId,
  Phone,
  ProvisionedFile,
} from "../../model/index.js";
import { AccountsFile } from "../accounts-file.js";
import { fileNames } from "../files.js";
import type { Make } from "../layers.js";
import { type Answer, modeOf, Provisioner } from "../provisioner.js";
import { servedAt } from "./served.js";

/** So many phones, and whoever else asks has a turn: a phone's page does not wait for the files of a thousand. */
const atOnce = 10;

export interface PhoneFilesParts {
  readonly config: Config;
  readonly known: KnownPhones;
  readonly makes: ReadonlyMap<string, Make>;
  readonly accounts: AskAccounts;
  /** One of the people there are now. */
  person(id: PersonId): Person | undefined;
  /** The address of a phone's pages. */
  launcher(mac: Mac): Promise<string | undefined>;
  /** The SIP password of a second account, and of a phone at this server, by its name. */
  password(account: string): string;
  /** What phones reach this server by. */
  publicUrl(): string;
}

/** The files of phones as they would be given now. */
export class PhoneFiles {
  readonly #parts: PhoneFilesParts;
  readonly #accounts: AccountsFile;

  constructor(parts: PhoneFilesParts) {
    this.#parts = parts;
    this.#accounts = new AccountsFile(parts.config.provisioning?.accounts);
  }

  /** The names of a phone's files, in small letters. */
  names(phone: Phone): readonly string[] {
    const { makes, config } = this.#parts;
    const make = makes.get(phone.vendor);
    return make ? fileNames(make, phone, modeOf(config)).map((name) => name.toLowerCase()) : [];
  }

  /** Of each phone; of one that gets none, why. */
  async of(phones: readonly Phone[]): Promise<ReadonlyMap<Mac, Answer<readonly ProvisionedFile[]>>> {
    const opened = await this.#open(phones);
    const files = new Map<Mac, Answer<readonly ProvisionedFile[]>>();
    for (const [at, { mac }] of phones.entries()) {
      if (at > 0 && at % atOnce === 0) await othersFirst();
      files.set(mac, opened.ok ? opened.value.render(mac, undefined, true) : opened);
    }
    return files;
  }

  async #open(phones: readonly Phone[]): Promise<Answer<Provisioner>> {
    const { config, known, makes, launcher, accounts, password, person, publicUrl } = this.#parts;
    const owners = new Set(phones.map(({ owner }) => owner));
    const people = [...owners].flatMap((id) => person(id) ?? []);
    const launchers = new Map<Mac, string>();
    for (const [at, { mac }] of phones.entries()) {
      if (at > 0 && at % atOnce === 0) await othersFirst();
      const url = await launcher(mac);
      if (url !== undefined) launchers.set(mac, url);
    }
    return Provisioner.open({
      config: { ...config, people, phones },
      ...{ known, makes, password, accounts, launchers, listed: () => this.#accounts.read() },
      served: servedAt(publicUrl(), password),
    });
  }
}
