import { randomBytes } from "node:crypto";
import { runCommand } from "./command.ts";

/** One end of a cable: a host (a network namespace), its interface, and its address with the length of the prefix. */
export interface CableEnd {
  readonly host: string;
  readonly interface: string;
  /** Such as `10.61.1.1/24`. */
  readonly address: string;
}

/** Hosts of their own, joined by cables alone: what has no cable to another cannot be reached by it. */
export class Networks {
  /** Names are the whole machine's. */
  readonly #prefix = `es${randomBytes(3).toString("hex")}`;
  readonly #hosts = new Set<string>();
  #cables = 0;

  /** @throws Error where this machine gives no network namespaces: what is shown by them cannot be shown then. */
  async host(name: string): Promise<void> {
    await ip("netns", "add", this.#name(name));
    this.#hosts.add(name);
    await ip("-n", this.#name(name), "link", "set", "lo", "up");
  }

  /** Joins two hosts. */
  async cable(one: CableEnd, other: CableEnd): Promise<void> {
    const ends = [`${this.#prefix}${this.#cables++}a`, `${this.#prefix}${this.#cables++}b`] as const;
    await ip("link", "add", "name", ends[0], "type", "veth", "peer", "name", ends[1]);
    for (const [end, { host, interface: name, address }] of [
      [ends[0], one],
      [ends[1], other],
    ] as const) {
      await ip("link", "set", end, "netns", this.#name(host), "name", name);
      await this.address(host, name, address);
      await ip("-n", this.#name(host), "link", "set", name, "up");
    }
  }

  /** Gives an interface one more address. */
  async address(host: string, name: string, address: string): Promise<void> {
    await ip("-n", this.#name(host), "address", "add", address, "dev", name);
  }

  /** Plugs a cable out, or in again. */
  async plug(host: string, name: string, state: "up" | "down"): Promise<void> {
    await ip("-n", this.#name(host), "link", "set", name, state);
  }

  /** The words before a command line that is to run on that host. */
  on(host: string): readonly string[] {
    return ["ip", "netns", "exec", this.#name(host)];
  }

  /** Takes all of it away; cables go with their hosts. */
  async stop(): Promise<void> {
    for (const host of this.#hosts) await runCommand("ip", ["netns", "delete", this.#name(host)]);
    this.#hosts.clear();
  }

  #name(host: string): string {
    return `${this.#prefix}-${host}`;
  }
}

/**
 * Whether this machine gives hosts of their own, tried by making two and a cable; `version` is that of its `ip`. They need
 * root, and are gone afterwards.
 */
export async function networksPart(): Promise<
  { readonly ok: true; readonly version: string } | { readonly ok: false; readonly why: string }
> {
  const networks = new Networks();
  try {
    await networks.host("one");
    await networks.host("other");
    await networks.cable(
      { host: "one", interface: "eth0", address: "10.61.9.1/24" },
      { host: "other", interface: "eth0", address: "10.61.9.2/24" },
    );
    const { stdout } = await runCommand("ip", ["-V"]);
    return { ok: true, version: /iproute2-([\w.-]+)/.exec(stdout)?.[1] ?? "of this machine" };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { ok: false, why: `no network namespaces here; they need root and iproute2 (${why})` };
  } finally {
    await networks.stop();
  }
}

async function ip(...words: readonly string[]): Promise<void> {
  const { code, stderr } = await runCommand("ip", words);
  if (code !== 0) throw new Error(`ip ${words.join(" ")}: ${stderr.trim()}`);
}
