import type { Mac, Person, PersonId, Phone, PhoneListed } from "../model/index.js";
import { macOf, type PhoneRefused, refusedPhone } from "./phone-of.js";
import type { PhoneRegistry } from "./phone-registry.js";

export interface PhoneEntriesParts {
  readonly registry: PhoneRegistry;
  /** Those of the database, with the push that is wanted. */
  readonly entries: readonly Phone[];
  /** Whose entries stand in `earshot.yaml`. */
  readonly ofFile: ReadonlySet<Mac>;
  readonly people: () => ReadonlyMap<PersonId, Person>;
}

/** The entries of phones, of the file and of the database, as they are wanted. */
export class PhoneEntries {
  readonly #parts: PhoneEntriesParts;
  readonly #database: Map<Mac, Phone>;

  constructor(parts: PhoneEntriesParts) {
    this.#parts = parts;
    this.#database = new Map(parts.entries.map((phone) => [phone.mac, phone]));
  }

  ofDatabase(): readonly Phone[] {
    return [...this.#database.values()];
  }

  put(phone: Phone): void {
    this.#database.set(phone.mac, phone);
  }

  drop(mac: Mac): void {
    this.#database.delete(mac);
  }

  /** Of the file as they are, of the database as they are wanted. */
  all(): ReadonlyMap<Mac, Phone> {
    const { registry, ofFile } = this.#parts;
    const files = registry.all().filter(({ mac }) => ofFile.has(mac));
    return new Map([...files.map((phone) => [phone.mac, phone] as const), ...this.#database]);
  }

  find(named: string): Phone | PhoneRefused {
    const mac = macOf(named);
    if (typeof mac !== "string") return mac;
    const sentence = `No phone here has the MAC address ${mac}; earshot phones list has them all.`;
    return this.all().get(mac) ?? refusedPhone("unknown-phone", sentence);
  }

  /** One of the database; of one of the file it is said what is done there `instead`. */
  ofDatabaseNamed(named: string, instead: string): Phone | PhoneRefused {
    const phone = this.find(named);
    if ("ok" in phone || !this.#parts.ofFile.has(phone.mac)) return phone;
    return refusedPhone("file-owned", `${phone.mac} stands in the configuration file; ${instead}`);
  }

  taken(mac: Mac): PhoneRefused | undefined {
    if (this.#parts.ofFile.has(mac)) return refusedPhone("taken", `${mac} stands in the configuration file already.`);
    return this.#database.has(mac) ? refusedPhone("taken", `There is a phone ${mac} already.`) : undefined;
  }

  /** As whoever keeps the phones sees it; its push password only where `passwords` says so. */
  listed({ owner, push, branch: _, rings: _r, ...phone }: Phone, passwords = false): PhoneListed {
    const http = push?.by === "http" ? push : undefined;
    return {
      ...phone,
      extension: this.#parts.people().get(owner)?.extension ?? "",
      ...(push && { push: push.by }),
      ...(http && { pushAddress: http.origin, pushUsername: http.username }),
      ...(http && passwords && { pushPassword: http.password }),
      ...(http?.priority !== undefined && { pushPriority: http.priority }),
      entry: this.#parts.ofFile.has(phone.mac) ? "file" : "database",
    };
  }
}
