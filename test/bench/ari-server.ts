import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";
import type { ListedCall } from "./recording.ts";

/** A request as it arrived, by `performance.now()` of this process. */
export interface Arrival {
  readonly at: number;
  readonly method: string;
  /** Below `/ari`, without the query. */
  readonly path: string;
}

interface OwnChannel {
  readonly id: string;
  readonly name: string;
  state: "Ringing" | "Up";
}

interface Reply {
  readonly status: number;
  readonly body?: string;
  /** What happens once the answer is out. */
  readonly after?: () => void;
}

const OK: Reply = { status: 200, body: "{}" };
const DONE: Reply = { status: 204 };
const MISSING: Reply = { status: 404, body: '{"message":"not found"}' };

/**
 * As much of Asterisk's ARI as a press and a board need, with the time at which every request arrived. It answers as
 * Asterisk 22 was seen to, but at once: what is measured against it is the gateway alone. Phones answer by themselves.
 */
export class AriServer {
  /** Since the last `forget()`. */
  arrivals: Arrival[] = [];
  readonly #server: Server;
  readonly #sockets = new WebSocketServer({ noServer: true });
  readonly #listed = new Map<string, string>();
  readonly #listedBridges = new Map<string, string>();
  readonly #own = new Map<string, OwnChannel>();
  readonly #bridges = new Map<string, Set<string>>();
  readonly #watchers = new Set<() => void>();
  #socket: WebSocket | undefined;
  #made = 0;

  constructor() {
    this.#server = createServer((request, response) => void this.#serve(request, response));
    this.#server.keepAliveTimeout = 60_000;
    this.#server.on("upgrade", (request, socket, head) => {
      this.#sockets.handleUpgrade(request, socket, head, (made) => {
        this.#socket = made;
        this.#look();
      });
    });
  }

  /** @returns the URL that a configuration wants. */
  async start(): Promise<string> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/ari`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  /** These calls and no others are live; whoever is connected has to read the lists again. */
  list(calls: Iterable<ListedCall>): void {
    this.#listed.clear();
    this.#listedBridges.clear();
    for (const { channels, bridge } of calls) {
      for (const channel of channels) this.#listed.set(channel.id, JSON.stringify(channel));
      this.#listedBridges.set(bridge.id, JSON.stringify(bridge));
    }
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.terminate();
  }

  /** A channel of a client's own that is up and in its application, as a supervisor's leg is. */
  addOwn(id: string, name: string): void {
    this.#own.set(id, { id, name, state: "Up" });
  }

  /** Sends recorded events to the connected application. */
  send(texts: readonly string[]): void {
    for (const text of texts) this.#socket?.send(text);
  }

  forget(): void {
    this.arrivals = [];
  }

  /** Every channel and bridge that a client made and that is still there. */
  get own(): readonly string[] {
    return [...this.#own.keys(), ...this.#bridges.keys()];
  }

  /** Waits until `holds`, which is asked again after every request. @throws Error naming `what`. */
  until(what: string, holds: () => boolean, withinMs = 10_000): Promise<void> {
    if (holds()) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const done = () => {
        clearTimeout(timer);
        this.#watchers.delete(look);
      };
      const look = () => {
        if (!holds()) return;
        done();
        resolve();
      };
      const timer = setTimeout(() => {
        done();
        reject(new Error(`the ARI server waited ${withinMs} ms for ${what}`));
      }, withinMs);
      this.#watchers.add(look);
    });
  }

  /** Waits until an application is connected. */
  async connected(): Promise<void> {
    await this.until("a websocket", () => this.#socket?.readyState === 1);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const at = performance.now();
    const url = new URL((request.url ?? "").replace(/^\/ari/, ""), "http://ari");
    const method = request.method ?? "";
    this.arrivals.push({ at, method, path: url.pathname });
    request.resume();
    if (method !== "GET" && method !== "DELETE" && !request.readableEnded) await once(request, "end");
    const { status, body, after } = this.#answer(method, url);
    response.writeHead(status, {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(body ?? ""),
    });
    response.end(body);
    after?.();
    this.#look();
  }

  #answer(method: string, url: URL): Reply {
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
    this.send([JSON.stringify({ type, timestamp: stamp(), ...more, application: "bench" })]);
  }

  #look(): void {
    for (const look of [...this.#watchers]) look();
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
