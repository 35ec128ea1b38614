import type { ListedCall } from "./recording.ts";

interface OwnChannel {
  readonly id: string;
  readonly name: string;
  state: "Ringing" | "Up";
}

export interface Reply {
  readonly status: number;
  readonly body?: string;
  /** What happens once the answer is out. */
  readonly after?: () => void;
}

const OK: Reply = { status: 200, body: "{}" };
const DONE: Reply = { status: 204 };
const MISSING: Reply = { status: 404, body: '{"message":"not found"}' };

/** The channels and bridges of the bench's ARI server: calls as they were listed, and what a client made. */
export class AriWorld {
  readonly #send: (text: string) => void;
  readonly #listed = new Map<string, string>();
  readonly #listedBridges = new Map<string, string>();
  readonly #own = new Map<string, OwnChannel>();
  readonly #bridges = new Map<string, Set<string>>();
  #made = 0;

  /** @param send takes the events. */
  constructor(send: (text: string) => void) {
    this.#send = send;
  }

  /** These calls and no others are live. */
  list(calls: Iterable<ListedCall>): void {
    this.#listed.clear();
    this.#listedBridges.clear();
    for (const { channels, bridge } of calls) {
      for (const channel of channels) this.#listed.set(channel.id, JSON.stringify(channel));
      this.#listedBridges.set(bridge.id, JSON.stringify(bridge));
    }
  }

  /** A channel of a client's own that is up and in its application. */
  add(id: string, name: string): void {
    this.#own.set(id, { id, name, state: "Up" });
  }

  /** Every channel and bridge that a client made and that is still there. */
  get own(): readonly string[] {
    return [...this.#own.keys(), ...this.#bridges.keys()];
  }

  /** What Asterisk answers, and does. */
  answer(method: string, url: URL): Reply {
    const [kind, id = "", what = "", more = ""] = url.pathname.split("/").slice(1).map(decodeURIComponent);
    const query = url.searchParams;
    if (kind === "asterisk" && id === "modules") return { status: 200, body: '[{"name":"chan_pjsip.so"}]' };
    if (kind === "asterisk") {
      return { status: 200, body: JSON.stringify({ timestamp: stamp(), system: { version: "22.0.0" } }) };
    }
    if (kind === "channels") return this.#channels(method, id, what, more, query);
    return kind === "bridges" ? this.#bridge(method, id, what, query) : OK;
  }

  #channels(method: string, id: string, what: string, more: string, query: URLSearchParams): Reply {
    if (id === "") {
      const own = [...this.#own.values()].map((channel) => JSON.stringify(shown(channel)));
      return { status: 200, body: `[${[...this.#listed.values(), ...own].join(",")}]` };
    }
    if (method === "POST" && what === "") return this.#originate(id, query.get("endpoint") ?? "");
    const own = this.#own.get(id);
    const known = own === undefined ? this.#listed.get(id) : JSON.stringify(shown(own));
    if (known === undefined) return MISSING;
    if (what === "snoop") return this.#snoop(id, more);
    if (what === "variable" && method === "GET") {
      return { status: 200, body: JSON.stringify({ value: variable(query.get("variable") ?? "") }) };
    }
    if (what === "rtp_statistics") {
      const packets = Math.floor(performance.now() / 20);
      return { status: 200, body: JSON.stringify({ txcount: packets, rxcount: packets, channel_uniqueid: id }) };
    }
    if (method === "DELETE") return { ...DONE, after: () => this.#remove(id) };
    return method === "GET" && what === "" ? { status: 200, body: known } : OK;
  }

  #originate(id: string, endpoint: string): Reply {
    this.#made += 1;
    const name = `${endpoint.split("/").slice(0, 2).join("/")}-${this.#made.toString(16).padStart(8, "0")}`;
    const channel: OwnChannel = { id, name, state: "Ringing" };
    this.#own.set(id, channel);
    const after = () => {
      this.#tell("ChannelCreated", channel);
      channel.state = "Up";
      this.#tell("ChannelStateChange", channel);
      this.#tell("StasisStart", channel, { args: [] });
    };
    return { ...OK, after };
  }

  #snoop(target: string, id: string): Reply {
    this.#made += 1;
    const channel: OwnChannel = {
      id,
      name: `Snoop/${target}-${this.#made.toString(16).padStart(8, "0")}`,
      state: "Up",
    };
    this.#own.set(id, channel);
    const after = () => {
      this.#tell("ChannelCreated", channel);
      this.#tell("StasisStart", channel, { args: [] });
    };
    return { status: 200, body: JSON.stringify(shown(channel)), after };
  }

  #bridge(method: string, id: string, what: string, query: URLSearchParams): Reply {
    if (id === "") {
      const own = [...this.#bridges.keys()].map((bridge) => JSON.stringify(this.#shownBridge(bridge)));
      return { status: 200, body: `[${[...this.#listedBridges.values(), ...own].join(",")}]` };
    }
    const listed = this.#listedBridges.get(id);
    if (listed !== undefined) return { status: 200, body: listed };
    const members = this.#bridges.get(id);
    if (what === "addChannel") {
      if (members === undefined) return MISSING;
      const channels = (query.get("channel") ?? "").split(",");
      return { ...DONE, after: () => this.#enter(id, members, channels) };
    }
    if (method === "DELETE") {
      if (members === undefined) return MISSING;
      return { ...DONE, after: () => this.#destroy(id, members) };
    }
    if (method === "POST" && members === undefined) {
      this.#bridges.set(id, new Set());
      return {
        status: 200,
        body: JSON.stringify(this.#shownBridge(id)),
        after: () => this.#event("BridgeCreated", { bridge: this.#shownBridge(id) }),
      };
    }
    return { status: 200, body: JSON.stringify(this.#shownBridge(id)) };
  }

  #enter(id: string, members: Set<string>, channels: readonly string[]): void {
    for (const name of channels) {
      const channel = this.#own.get(name);
      if (channel === undefined) continue;
      members.add(name);
      this.#tell("ChannelEnteredBridge", channel, { bridge: this.#shownBridge(id) });
    }
  }

  #destroy(id: string, members: Set<string>): void {
    for (const member of [...members]) this.#leave(id, members, member);
    this.#event("BridgeDestroyed", { bridge: this.#shownBridge(id) });
    this.#bridges.delete(id);
  }

  #remove(id: string): void {
    const channel = this.#own.get(id);
    if (channel === undefined) return;
    for (const [bridge, members] of this.#bridges) if (members.has(id)) this.#leave(bridge, members, id);
    this.#own.delete(id);
    this.#tell("StasisEnd", channel);
    this.#tell("ChannelDestroyed", channel, { cause: 16, cause_txt: "Normal Clearing" });
    for (const { id: snoop, name } of [...this.#own.values()]) if (name.startsWith(`Snoop/${id}-`)) this.#remove(snoop);
  }

  #leave(bridge: string, members: Set<string>, id: string): void {
    members.delete(id);
    const channel = this.#own.get(id);
    if (channel !== undefined) this.#tell("ChannelLeftBridge", channel, { bridge: this.#shownBridge(bridge) });
  }

  #tell(type: string, channel: OwnChannel, more: object = {}): void {
    this.#event(type, { channel: shown(channel), ...more });
  }

  #event(type: string, more: object): void {
    this.#send(JSON.stringify({ type, timestamp: stamp(), ...more, application: "bench" }));
  }

  #shownBridge(id: string): object {
    const channels = [...(this.#bridges.get(id) ?? [])];
    const kinds = { technology: "simple_bridge", bridge_type: "mixing", bridge_class: "stasis", creator: "Stasis" };
    return { id, ...kinds, name: id, channels, creationtime: stamp(), video_mode: "none" };
  }
}

function shown({ id, name, state }: OwnChannel): object {
  const nobody = { name: "", number: "" };
  const names = ["QUEUENAME", "MEMBERNAME", "MEMBERINTERFACE", "QEHOLDTIME", "DIALEDPEERNUMBER", "BRIDGEPEER"];
  const empty = Object.fromEntries(names.map((each) => [each, ""]));
  return {
    ...{ id, name, state, protocol_id: "", caller: nobody, connected: nobody, accountcode: "" },
    dialplan: { context: "default", exten: "s", priority: 1, app_name: "Stasis", app_data: "bench" },
    ...{ creationtime: "2026-11-23T00:00:00.000+0000", language: "en" },
    channelvars: { ...empty, "CHANNEL(linkedid)": id },
  };
}

/** What Asterisk gives for the functions that find a phone's contact; every phone is at 127.0.0.1. */
function variable(name: string): string {
  const [, endpoint] = /^PJSIP_ENDPOINT\(([^,]+),aors\)$/.exec(name) ?? [];
  if (endpoint !== undefined) return endpoint;
  const [, aor] = /^PJSIP_AOR\(([^,]+),contact\)$/.exec(name) ?? [];
  if (aor !== undefined) return `${aor};@bench`;
  const [, contact, field] = /^PJSIP_CONTACT\(([^;]+);@bench,([^)]+)\)$/.exec(name) ?? [];
  if (field === "uri") return `sip:${contact}@127.0.0.1:5060`;
  if (field === "via_addr") return "127.0.0.1";
  return name === "CHANNEL(rtp,hold)" ? "0" : "";
}

function stamp(): string {
  return new Date().toISOString().replace("Z", "+0000");
}
