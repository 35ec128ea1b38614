import type { Clock, Sight, Sighting, TlsTrouble } from "../model/index.js";

/** More than a large site has; a flood pushes out what was seen longest ago. */
const most = 2_000;

/** The devices that have shown themselves since the start, each once: by its MAC address where it told one, else by address. */
export class Sightings {
  readonly #clock: Pick<Clock, "now">;
  /** In the order in which they were last seen. */
  readonly #seen = new Map<string, Sighting>();

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
  }

  /** Takes one sight of a device; what it does not tell this time stays as it was. */
  take({ by, secure, ...sight }: Sight): void {
    const key = sight.mac ?? sight.address;
    // Until it tells its MAC address, all that is known of who refuses our certificate is where they are.
    const nameless = key === sight.address ? undefined : this.#seen.get(sight.address);
    const refusing = nameless?.by.every((one) => one === "tls") ? nameless : undefined;
    if (refusing) this.#seen.delete(sight.address);
    const known = this.#seen.get(key);
    const { refused = refusing?.refused, ...rest } = known ?? {};
    this.#keep(key, known ?? refusing, { ...rest, ...sight, ...(refused && !secure && { refused }) }, by);
  }

  /** A device at this address has ended a TLS handshake: that of a phone, where one was seen there. */
  refused(address: string, why: TlsTrouble): void {
    const there = this.all().filter((one) => one.address === address);
    const was = there.find(({ mac }) => mac !== undefined) ?? there[0];
    this.#keep(was?.mac ?? address, was, { ...was, address, refused: why }, "tls");
  }

  #keep(
    key: string,
    was: Sighting | undefined,
    seen: Omit<Sighting, "by" | "firstAt" | "lastAt">,
    by: Sighting["by"][number],
  ): void {
    const at = this.#clock.now();
    const ways = [...(was?.by ?? []).filter((one) => one !== by), by];
    this.#seen.delete(key);
    this.#seen.set(key, { ...seen, by: ways, firstAt: was?.firstAt ?? at, lastAt: at });
    if (this.#seen.size <= most) return;
    const [oldest] = this.#seen.keys();
    if (oldest !== undefined) this.#seen.delete(oldest);
  }

  /** The newest first. */
  all(): readonly Sighting[] {
    return [...this.#seen.values()].reverse();
  }
}
