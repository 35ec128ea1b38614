import type { AsteriskConfig, Extension, Person } from "../../model/index.js";

/** Whose device an endpoint is. */
export interface Owner {
  readonly person: Person;
  /** The person's own device and nobody else's. A second account for supervision, or a shared device, is not. */
  readonly certain: boolean;
}

export interface Owners {
  /** By endpoint, such as `PJSIP/2001`. */
  endpoint(name: string): Owner | undefined;
  /** By the digits dialled. */
  extension(digits: string): Person | undefined;
}

/** The endpoint a pattern of the configuration gives for an extension. */
export function endpointFor(pattern: string, extension: Extension): string {
  return pattern.replaceAll("{extension}", extension);
}

/** The endpoint in a channel's name: `PJSIP/2001` of `PJSIP/2001-0000001a`; undefined for a name without one. */
export function endpointOf(channelName: string): string | undefined {
  return /^([A-Za-z0-9]+\/.+)-[0-9a-f]{8}$/.exec(channelName)?.[1];
}

/** Who owns which endpoint, by the configuration alone. */
export function ownersOf(config: AsteriskConfig, people: readonly Person[]): Owners {
  const byEndpoint = new Map<string, Owner>();
  const byExtension = new Map<string, Person>();
  const claim = (endpoint: string, person: Person, certain: boolean) => {
    const other = byEndpoint.get(endpoint);
    byEndpoint.set(endpoint, other === undefined ? { person, certain } : { ...other, certain: false });
  };
  for (const person of people) {
    byExtension.set(person.extension, person);
    claim(endpointFor(config.endpoint, person.extension), person, true);
  }
  for (const person of people) {
    if (config.supervisionEndpoint === undefined) break;
    const second = endpointFor(config.supervisionEndpoint, person.extension);
    if (second !== endpointFor(config.endpoint, person.extension)) claim(second, person, false);
  }
  return {
    endpoint: (name) => byEndpoint.get(name),
    extension: (digits) => byExtension.get(digits),
  };
}
