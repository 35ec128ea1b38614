import type { Clock, Sight, Sighting } from "../model/index.js";

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
  take({ by, ...sight }: Sight): void {
    const at = this.#clock.now();
    const key = sight.mac ?? sight.address;
    const was = this.#seen.get(key);
    const ways = [...(was?.by ?? []).filter((one) => one !== by), by];
    this.#seen.delete(key);
    this.#seen.set(key, { ...was, ...sight, by: ways, firstAt: was?.firstAt ?? at, lastAt: at });
    if (this.#seen.size <= most) return;
    const [oldest] = this.#seen.keys();
    if (oldest !== undefined) this.#seen.delete(oldest);
  }

  /** The newest first. */
  all(): readonly Sighting[] {
    return [...this.#seen.values()].reverse();
  }
}
