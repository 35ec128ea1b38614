import type { AriClient } from "./ari-client.js";
import type { Calls } from "./calls.js";
import { snoopTarget } from "./own-names.js";
import { type Refused, refused } from "./site.js";

const NATIVE = "bridge_native_rtp.so";
type TraceQuestions = Pick<AriClient, "modules" | "bridge" | "channels" | "variable">;

/** More calls than are listened to at once; a forgotten one is uncertain. */
const REMEMBERED = 2_000;

/**
 * What attaching to a leg would change on the wire. Where two parties are in a native RTP bridge, a snoop takes the call
 * out of it, and its going brings it back: the SSRC of both changes, and with direct media both get a re-INVITE. With a
 * snoop there one cannot see which kind of call it was, so what was found before the first is kept.
 */
export class Traces {
  readonly #ari: TraceQuestions;
  readonly #calls: Pick<Calls, "node">;
  readonly #before = new Map<string, { readonly members: string; readonly trace: Refused | undefined }>();

  constructor(ari: TraceQuestions, calls: Pick<Calls, "node">) {
    this.#ari = ari;
    this.#calls = calls;
  }

  /** Why an ear on this channel shows, or might; undefined when nothing changes, neither when it comes nor when it goes. */
  async look(channel: string): Promise<Refused | undefined> {
    const id = this.#calls.node(channel)?.bridge;
    const [modules, bridge] = await Promise.all([
      this.#ari.modules(),
      id === undefined ? undefined : this.#ari.bridge(id),
    ]);
    if (!modules.ok) return uncertain(modules.why);
    if (modules.value.length === 0) return uncertain("the PBX names no modules");
    if (!modules.value.includes(NATIVE)) return undefined;
    if (bridge === undefined || id === undefined) return uncertain("the leg is in no bridge");
    if (!bridge.ok) return uncertain(bridge.why);
    const { members, technology } = bridge.value;
    if (members.length < 2 || !members.includes(channel)) return uncertain("the leg is alone");
    if (technology === "native_rtp") return this.#keep(id, members, await this.#nativeTrace(channel));
    const [channels, recorded] = await Promise.all([this.#ari.channels(), this.#recorded(members)]);
    if (!channels.ok) return uncertain(channels.why);
    // A recording keeps the call out of the native bridge only until somebody stops it.
    if (recorded) return uncertain("the call is recorded");
    const listenedTo = channels.value.some(({ name }) => members.includes(snoopTarget(name) ?? ""));
    if (!listenedTo) return this.#keep(id, members, undefined);
    const before = this.#before.get(id);
    return before?.members === namesOf(members) ? before.trace : uncertain("somebody listens already");
  }

  /** Whether MixMonitor has been begun on any of these, or that cannot be told. */
  async #recorded(members: readonly string[]): Promise<boolean> {
    const files = await Promise.all(members.map((member) => this.#ari.variable(member, "MIXMONITOR_FILENAME")));
    return files.some((file) => (file.ok ? file.value !== "" : file.status !== 404));
  }

  /** Asked of the channel, because each of the two endpoints may have its own setting. */
  async #nativeTrace(channel: string): Promise<Refused> {
    const direct = await this.#ari.variable(channel, "CHANNEL(rtp,direct)");
    return direct.ok && /\d/.test(direct.value)
      ? refused("direct-media", "the phones exchange their sound directly")
      : refused("native-media", "the call is in a native RTP bridge");
  }

  #keep(bridge: string, members: readonly string[], trace: Refused | undefined): Refused | undefined {
    this.#before.delete(bridge);
    this.#before.set(bridge, { members: namesOf(members), trace });
    const [oldest] = this.#before.keys();
    if (this.#before.size > REMEMBERED && oldest !== undefined) this.#before.delete(oldest);
    return trace;
  }
}

function namesOf(members: readonly string[]): string {
  return [...members].sort().join(" ");
}

function uncertain(why: string): Refused {
  return refused("trace-uncertain", why);
}
