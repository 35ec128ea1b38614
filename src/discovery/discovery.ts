import { networkInterfaces } from "node:os";
import type { Clock, Discovered, DiscoveryConfig, DiscoveryStanding, DiscoveryWay, Log, Mac } from "../model/index.js";
import { descriptionPath, deviceName } from "./description.js";
import { type Lan, lanOf } from "./lan.js";
import { Pnp } from "./pnp.js";
import type { Sightings } from "./sightings.js";
import { Ssdp } from "./ssdp.js";

/** Between two looks at the machine's interfaces: a cable is plugged in, an address is given. */
const lookMs = 15_000;

export interface DiscoveryParts {
  readonly config: DiscoveryConfig;
  readonly sightings: Sightings;
  readonly gateway: string;
  readonly version: string;
  readonly publicUrl: () => string;
  /** Where a phone is sent that asks by PnP, where the configuration does not say; undefined where nowhere. */
  readonly files?: (mac: Mac | undefined) => string;
  readonly clock: Clock;
  readonly log: Log;
}

interface Ear {
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** One way of discovery on one interface. */
class Place {
  readonly by: DiscoveryStanding["by"];
  readonly way: DiscoveryWay;
  readonly name: string;
  #lan: Lan | undefined;
  #ear: Ear | undefined;
  #why: string | undefined = "has no network yet";

  constructor(by: DiscoveryStanding["by"], way: DiscoveryWay, name: string) {
    this.by = by;
    this.way = way;
    this.name = name;
  }

  get standing(): DiscoveryStanding {
    const { name, by, way } = this;
    const about = { interface: name, by };
    if (this.#why !== undefined) return { ...about, state: "away", why: `${name} ${this.#why}.` };
    return { ...about, state: way === "answer" ? "answering" : "listening" };
  }

  /** Goes with the interface: opens, moves or closes. @returns the sentence why not, where that is news. */
  async follow(lan: Lan | undefined, make: (lan: Lan) => Ear): Promise<string | undefined> {
    if (this.#ear && this.#lan?.address === lan?.address && this.#lan?.netmask === lan?.netmask) return undefined;
    await this.close();
    const before = this.#why;
    this.#why = lan ? await this.#open(lan, make) : "has no network";
    return this.#why === before ? undefined : this.#why;
  }

  async close(): Promise<void> {
    const ear = this.#ear;
    this.#ear = undefined;
    this.#lan = undefined;
    await ear?.stop();
  }

  async #open(lan: Lan, make: (lan: Lan) => Ear): Promise<string | undefined> {
    const ear = make(lan);
    try {
      await ear.start();
    } catch (error) {
      await ear.stop().catch(() => undefined);
      const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
      const taken =
        this.by === "pnp"
          ? "UDP port 5060 is taken, as by a PBX on this machine"
          : "UDP port 1900 is taken, as by another program on this machine";
      return code === "EADDRINUSE" ? `cannot listen: ${taken}` : `cannot listen (${code})`;
    }
    this.#ear = ear;
    this.#lan = lan;
    return undefined;
  }
}

/** Sees phones and other devices that show themselves on the site's networks. A network that is missing is no error. */
export class Discovery {
  readonly #parts: DiscoveryParts;
  readonly #places: readonly Place[];
  #forget: () => void = () => {};
  #looking: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(parts: DiscoveryParts) {
    this.#parts = parts;
    this.#places = parts.config.interfaces.flatMap(({ name, pnp, ssdp }) => [
      ...(pnp === "off" ? [] : [new Place("pnp", pnp, name)]),
      ...(ssdp === "off" ? [] : [new Place("ssdp", ssdp, name)]),
    ]);
  }

  /** Resolves once every network that is there has been tried. */
  async start(): Promise<void> {
    this.#looking = this.#look();
    await this.#looking;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#forget();
    await this.#looking;
    await Promise.all(this.#places.map((place) => place.close()));
  }

  /** What has been seen, and how it stands on each interface. */
  discovered(): Discovered {
    return { standing: this.#places.map(({ standing }) => standing), seen: this.#parts.sightings.all() };
  }

  async #look(): Promise<void> {
    const { clock, log } = this.#parts;
    const all = networkInterfaces();
    for (const place of this.#places) {
      const about = { interface: place.name, by: place.by };
      try {
        const why = await place.follow(lanOf(place.name, all), (lan) => this.#ear(place, lan));
        if (why !== undefined) log.warn(about, `nothing is discovered there: it ${why}`);
      } catch (error) {
        log.error({ ...about, error: String(error) }, "a network could not be looked at");
      }
    }
    if (this.#stopped) return;
    this.#forget = clock.after(lookMs, () => {
      this.#looking = this.#look();
    });
  }

  #ear({ by, way }: Place, lan: Lan): Ear {
    const { config, sightings, gateway, version, publicUrl, files, clock, log } = this.#parts;
    const seen = sightings.take.bind(sightings);
    const answers = way === "answer";
    if (by === "pnp") {
      const { url: written } = config;
      const url = written === undefined ? files : () => written;
      return new Pnp({ lan, clock, log, seen, ...(answers && url && { url }) });
    }
    const url = publicUrl();
    const shown = { location: `${url}${descriptionPath}`, udn: deviceName(gateway, url) };
    return new Ssdp({ lan, version, clock, log, seen, ...(answers && { shown }) });
  }
}
