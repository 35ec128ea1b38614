import type { NetworkInterfaceInfo } from "node:os";

/** A network that an interface of this machine is on. */
export interface Lan {
  /** The interface's, as the system calls it. */
  readonly name: string;
  /** This machine's own address there. */
  readonly address: string;
  readonly netmask: string;
}

/** The IPv4 network of an interface; undefined while it has none, and where nobody but this machine is on it. */
export function lanOf(name: string, all: NodeJS.Dict<NetworkInterfaceInfo[]>): Lan | undefined {
  const four = (Object.hasOwn(all, name) ? (all[name] ?? []) : []).find(
    ({ family, internal }) => family === "IPv4" && !internal,
  );
  return four && { name, address: four.address, netmask: four.netmask };
}

/**
 * Whether an address is a neighbour's on that network. Whoever is not gets no answer: an address of far away in a
 * datagram that came by multicast is a forged one, and an answer would go to whoever has it.
 */
export function isNeighbour({ address, netmask }: Lan, other: string): boolean {
  const [mine, mask, theirs] = [numberOf(address), numberOf(netmask), numberOf(other)];
  if (mine === undefined || mask === undefined || theirs === undefined || mine === theirs) return false;
  const host = (~mask & theirs) >>> 0;
  const whole = ~mask >>> 0;
  return (mine & mask) === (theirs & mask) && (whole < 3 || (host !== 0 && host !== whole));
}

function numberOf(address: string): number | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(address)?.slice(1).map(Number);
  if (!parts || parts.some((part) => part > 255)) return undefined;
  return parts.reduce((sum, part) => ((sum << 8) | part) >>> 0, 0);
}
