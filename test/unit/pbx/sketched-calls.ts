import { expect } from "vitest";
import type { AsteriskConfig, Call, Extension, Person, PersonId } from "../../../src/model/index.js";
import { type AriEvent, parseBridge, parseChannel, parseEvent } from "../../../src/pbx/asterisk/ari-messages.js";
import { Calls } from "../../../src/pbx/asterisk/calls.js";
import { ownersOf } from "../../../src/pbx/asterisk/endpoints.js";

export const config: AsteriskConfig = {
  kind: "asterisk",
  ari: { url: "http://pbx/ari", username: "u", password: "p" },
  endpoint: "PJSIP/{extension}",
  supervisionEndpoint: "PJSIP/{extension}-sup",
};
export const people: readonly Person[] = ["2001", "2002", "3001"].map((extension) => ({
  id: extension as PersonId,
  extension: extension as Extension,
  name: extension,
  role: "agent",
  teams: [],
}));

interface Sketch {
  readonly state?: string;
  readonly number?: string;
  readonly name?: string;
  readonly app?: string;
  readonly linkedid?: string;
  readonly queue?: string;
  readonly member?: string;
  readonly exten?: string;
  readonly context?: string;
  readonly connected?: string;
}

let second = 0;
const times = new Map<string, string>();

export function stamp(): string {
  second += 1;
  return new Date(Date.UTC(2026, 10, 22, 21, 0, second)).toISOString().replace("Z", "+0000");
}

/** A channel as ARI writes it. */
export function channel(id: string, endpoint: string, sketch: Sketch = {}): object {
  const creationtime = times.get(id) ?? stamp();
  times.set(id, creationtime);
  const [app_name = "", app_data = ""] = (sketch.app ?? "").split(":");
  const half = endpoint.startsWith("Local/");
  return {
    id,
    name: half ? endpoint : `${endpoint}-${id.replace(/\D/g, "").padStart(8, "0")}`,
    state: sketch.state ?? "Up",
    caller: { name: sketch.name ?? "", number: sketch.number ?? "" },
    connected: { name: "", number: sketch.connected ?? "" },
    dialplan: { context: sketch.context ?? "x", exten: sketch.exten ?? "s", priority: 1, app_name, app_data },
    creationtime,
    channelvars: {
      "CHANNEL(linkedid)": sketch.linkedid ?? id,
      QUEUENAME: sketch.queue ?? "",
      MEMBERINTERFACE: sketch.member ?? "",
    },
  };
}

export const trunk = (id: string, sketch: Sketch = {}) =>
  channel(id, "PJSIP/trunk", { number: "+49301", name: "Carla", ...sketch });
export const ana = (id: string, sketch: Sketch = {}) => channel(id, "PJSIP/2001", { number: "2001", ...sketch });
export const ben = (id: string, sketch: Sketch = {}) => channel(id, "PJSIP/2002", { number: "2002", ...sketch });

/** Before each test: a channel of a known id is as old as when it was first sketched. */
export function forgetTimes(): void {
  times.clear();
}

/** What the adapter makes of sketched events: the board, and every change that was said. */
export class SketchedCalls {
  readonly calls = new Calls(ownersOf(config, people));
  readonly board = new Map<string, Call>();
  readonly said: string[] = [];

  send(type: string, more: object): void {
    const event = parseEvent({ type, timestamp: stamp(), ...more });
    if (event === undefined || event === "ignored") throw new Error(`${type} was not understood`);
    this.#apply(event);
  }

  create(...channels: readonly object[]): void {
    for (const made of channels) this.send("ChannelCreated", { channel: made });
  }

  destroy(gone: object, cause = 26): void {
    this.send("ChannelDestroyed", { channel: gone, cause });
  }

  dial(caller: object, peer: object, dialstatus: string): void {
    this.send("Dial", { caller, peer, dialstatus });
  }

  enter(id: string, ...members: readonly object[]): void {
    for (const member of members) {
      this.send("ChannelEnteredBridge", { channel: member, bridge: { id, bridge_type: "mixing", channels: [] } });
    }
  }

  /** The only call. @throws when there is not exactly one. */
  only(): Call {
    expect(this.board.size).toBe(1);
    const [call] = this.board.values();
    if (call === undefined) throw new Error("no call");
    return call;
  }

  /** What a gateway says that has just started and knows the lists alone; bridges as `[id, ...channel ids]`. */
  static fromLists(channels: readonly object[], bridges: ReadonlyArray<readonly [string, ...string[]]> = []): Call[] {
    const stranger = new Calls(ownersOf(config, people));
    const theirs = bridges.map(([id, ...members]) => {
      return parseBridge({ id, bridge_type: "mixing", channels: members, creationtime: stamp() });
    });
    stranger.replace(
      channels.map(parseChannel).flatMap((one) => one ?? []),
      theirs.flatMap((one) => one ?? []),
      0,
      new Map(),
    );
    return stranger.all();
  }

  #apply(event: AriEvent): void {
    for (const change of this.calls.apply(event)) {
      this.said.push(`${change.type} ${change.type === "call" ? change.call.id : change.call}`);
      if (change.type === "call") this.board.set(change.call.id, change.call);
      else this.board.delete(change.call);
    }
  }
}
