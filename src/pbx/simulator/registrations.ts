import { bareHost, type Extension, type Person, type PersonId, type Registered } from "../../model/index.js";

/** Where simulated phones are. */
const simulatedHost = "127.0.0.1";

/** Who has which extension, and where the phone is that is registered there. */
export class Registrations {
  private readonly persons = new Map<Extension, PersonId>();
  private readonly unplugged = new Set<Extension>();
  private readonly hosts = new Map<Extension, string>();

  knows(people: readonly Person[]): void {
    this.persons.clear();
    for (const { extension, id } of people) this.persons.set(extension, id);
  }

  personAt(extension: Extension): PersonId | undefined {
    return this.persons.get(extension);
  }

  /** Whether a phone is registered there. */
  has(extension: Extension): boolean {
    return this.persons.has(extension) && !this.unplugged.has(extension);
  }

  list(): ReadonlyMap<Extension, readonly Registered[]> {
    const there = [...this.persons.keys()].filter((extension) => this.has(extension));
    return new Map(there.map((extension) => [extension, [registeredAt(this.hosts.get(extension) ?? simulatedHost)]]));
  }

  /** The phone of that extension registers at this host from now on. */
  moveTo(extension: Extension, host: string): void {
    this.hosts.set(extension, host);
  }

  /** The phone of that extension is registered no longer. */
  unplug(extension: Extension): void {
    this.unplugged.add(extension);
  }

  plugIn(extension: Extension): void {
    this.unplugged.delete(extension);
  }
}

function registeredAt(host: string): Registered {
  return { macs: [], hosts: [bareHost(host)], until: Number.MAX_SAFE_INTEGER };
}
