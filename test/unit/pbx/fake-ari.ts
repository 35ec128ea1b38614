import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";

export interface FakeChannel {
  readonly id: string;
  name: string;
  state: string;
  app: string;
  caller: { name: string; number: string };
  linkedid: string;
  /** What it has dialled. */
  exten?: string;
}

interface Fault {
  readonly matches: RegExp;
  readonly status: number;
}

interface Held {
  readonly matches: RegExp;
  readonly reached: () => void;
  readonly released: Promise<void>;
}

/**
 * As much of ARI as the adapter speaks, over real HTTP and a real websocket. Its only opinion is the protocol: it answers
 * and sends events as Asterisk 22 was seen to do. Requests can be held up to make races happen on purpose.
 */
export class FakeAri {
  readonly requests: string[] = [];
  /** What was sent along, by request line; the latest where a line came twice. */
  readonly bodies = new Map<string, string>();
  /** Every channel there ever was. */
  readonly created: string[] = [];
  readonly channels = new Map<string, FakeChannel>();
  readonly bridges = new Map<string, Set<string>>();
  /** The devices that it tells of, all of them PJSIP. */
  endpoints: readonly string[] = [];
  readonly variables = new Map<string, string>();
  readonly modules = new Set(["res_ari.so"]);
  /** Where a bridge is not a simple one. */
  readonly technologies = new Map<string, string>();
  /** By channel: RTP packets got from its phone. */
  readonly packets = new Map<string, number>();
  readonly #server: Server;
  readonly #sockets = new WebSocketServer({ noServer: true });
  readonly #held: Held[] = [];
  readonly #faults: Fault[] = [];
  #current: WebSocket | undefined;
  #snoops = 0;
  #port = 0;

  constructor() {
    this.#server = createServer((request, response) => void this.#serve(request, response));
    this.#server.on("upgrade", (request, socket, head) => {
      this.requests.push(
        `UPGRADE ${request.url} ${request.headers.authorization === undefined ? "no" : "with"} header`,
      );
      this.#sockets.handleUpgrade(request, socket, head, (made) => {
        this.#current = made;
      });
    });
  }

  /** @returns the URL that the configuration wants. */
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

  /** Nobody reaches it: connections break, none is taken. What it has it keeps. */
  async unplug(): Promise<void> {
    this.#port = (this.#server.address() as AddressInfo).port;
    this.#current = undefined;
    await this.stop();
  }

  /** It is reached again, where it was. */
  async plug(): Promise<void> {
    this.#server.listen(this.#port, "127.0.0.1");
    await once(this.#server, "listening");
  }

  /** Breaks the websocket, as a lost connection does; the next one is accepted. */
  drop(): void {
    this.#current?.terminate();
  }

  /** Holds up the requests that match from now on. `reached` resolves when one is there; `release` lets them go. */
  hold(matches: RegExp): { readonly reached: Promise<void>; readonly release: () => void } {
    const reached = deferred();
    const released = deferred();
    const held = { matches, reached: reached.resolve, released: released.promise };
    this.#held.push(held);
    const release = () => {
      this.#held.splice(this.#held.indexOf(held), 1);
      released.resolve();
    };
    return { reached: reached.promise, release };
  }

  /** Answers the requests that match with an error, and does nothing, until the returned function is called. */
  fail(matches: RegExp, status = 500): () => void {
    const fault = { matches, status };
    this.#faults.push(fault);
    return () => void this.#faults.splice(this.#faults.indexOf(fault), 1);
  }

  send(type: string, more: object = {}): void {
    this.#current?.send(JSON.stringify({ type, timestamp: stamp(), ...more }));
  }

  /** A channel appears, as by a call. */
  add(id: string, name: string, more: Partial<FakeChannel> = {}): FakeChannel {
    const caller = { name: "", number: "" };
    const channel = { id, name, state: "Up", app: "Dial", caller, linkedid: id, ...more };
    this.channels.set(id, channel);
    this.created.push(id);
    this.send("ChannelCreated", { channel: shown(channel) });
    return channel;
  }

  /** Puts channels into one bridge. */
  join(bridge: string, ...ids: string[]): void {
    const members = this.bridges.get(bridge) ?? new Set();
    this.bridges.set(bridge, members);
    for (const id of ids) {
      for (const [other, set] of this.bridges) if (set.delete(id)) this.#left(other, id);
      members.add(id);
      this.#withChannel("ChannelEnteredBridge", id, { bridge: this.#shownBridge(bridge) });
    }
  }

  remove(id: string, cause = 16): void {
    const channel = this.channels.get(id);
    if (channel === undefined) return;
    for (const [bridge, members] of this.bridges) if (members.delete(id)) this.#left(bridge, id);
    this.channels.delete(id);
    this.send("ChannelDestroyed", { channel: shown(channel), cause });
    for (const snoop of [...this.channels.values()]) {
      if (snoop.name.startsWith(`Snoop/${id}-`)) this.remove(snoop.id);
    }
  }

  /** A channel goes, and no event tells of it. */
  lose(id: string): void {
    for (const members of this.bridges.values()) members.delete(id);
    this.channels.delete(id);
  }

  /** The supervisor takes the phone. */
  answer(id: string): void {
    const channel = this.channels.get(id);
    if (channel === undefined) throw new Error(`no channel ${id}`);
    Object.assign(channel, { state: "Up", app: "Stasis" });
    this.#withChannel("ChannelStateChange", id);
    this.#withChannel("StasisStart", id, { args: [] });
  }

  /** A variable of a channel is set, as by the dialplan. */
  vary(id: string, variable: string, value: string): void {
    this.#withChannel("ChannelVarset", id, { variable, value });
  }

  /** An event about a channel as it is now. */
  tell(type: string, id: string, more: object = {}): void {
    this.#withChannel(type, id, more);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const line = `${request.method} ${request.url?.replace(/^\/ari/, "") ?? ""}`;
    this.requests.push(line);
    let sent = "";
    for await (const chunk of request) sent += String(chunk);
    this.bodies.set(line, sent);
    for (const { matches, reached, released } of [...this.#held]) {
      if (!matches.test(line)) continue;
      reached();
      await released;
    }
    const fault = this.#faults.find(({ matches }) => matches.test(line));
    const { status, body } = fault === undefined ? this.#answer(line) : { status: fault.status, body: undefined };
    if (response.destroyed) return;
    response.writeHead(status, { "content-type": "application/json" });
    response.end(body === undefined ? "" : JSON.stringify(body));
  }

  #answer(line: string): { readonly status: number; readonly body?: unknown } {
    const [verb = "", target = ""] = line.split(" ");
    const url = new URL(target, "http://ari");
    const [kind, id = "", what = "", more = ""] = url.pathname.split("/").slice(1).map(decodeURIComponent);
    const query = url.searchParams;
    if (kind === "asterisk" && id === "modules") {
      return { status: 200, body: [...this.modules].map((name) => ({ name, status: "Running" })) };
    }
    if (kind === "asterisk") return { status: 200, body: { timestamp: stamp(), system: { version: "22.0.0" } } };
    if (kind === "applications") return { status: 200, body: {} };
    if (kind === "deviceStates") return { status: 204 };
    if (kind === "endpoints") {
      return {
        status: 200,
        body: this.endpoints.map((resource) => ({ technology: "PJSIP", resource, state: "online" })),
      };
    }
    if (kind === "bridges") return this.#bridge(verb, id, what, query);
    if (id === "") return { status: 200, body: [...this.channels.values()].map(shown) };
    if (verb === "POST" && what === "") {
      const name = `${query.get("endpoint")?.split("/").slice(0, 2).join("/")}-000000ff`;
      this.add(id, name, { state: "Ringing", app: "AppDial2" });
      return { status: 200, body: {} };
    }
    const channel = this.channels.get(id);
    if (channel === undefined) return { status: 404, body: { message: "Channel not found" } };
    if (what === "snoop") {
      this.#snoops += 1;
      const name = `Snoop/${id}-${this.#snoops.toString(16).padStart(8, "0")}`;
      this.add(more, name, { app: "Stasis" });
      this.#withChannel("StasisStart", more, { args: [] });
    } else if (what === "rtp_statistics") {
      const rxcount = this.packets.get(id);
      return rxcount === undefined ? { status: 404 } : { status: 200, body: { rxcount, channel_uniqueid: id } };
    } else if (what === "variable" && verb === "GET") {
      return { status: 200, body: { value: this.variables.get(query.get("variable") ?? "") ?? "" } };
    } else if (verb === "DELETE") {
      this.remove(id);
    } else if (verb === "GET") {
      return { status: 200, body: shown(channel) };
    }
    return { status: 200, body: {} };
  }

  #bridge(verb: string, id: string, what: string, query: URLSearchParams): { status: number; body?: unknown } {
    if (id === "") return { status: 200, body: [...this.bridges.keys()].map((bridge) => this.#shownBridge(bridge)) };
    if (verb === "GET") {
      return this.bridges.has(id) ? { status: 200, body: this.#shownBridge(id) } : { status: 404 };
    }
    if (verb === "DELETE") {
      if (!this.bridges.has(id)) return { status: 404 };
      for (const member of [...(this.bridges.get(id) ?? [])]) {
        this.bridges.get(id)?.delete(member);
        this.#left(id, member);
      }
      this.send("BridgeDestroyed", { bridge: this.#shownBridge(id) });
      this.bridges.delete(id);
      return { status: 204 };
    }
    if (what === "addChannel") {
      const ids = (query.get("channel") ?? "").split(",");
      if (ids.some((channel) => !this.channels.has(channel))) return { status: 400, body: { message: "gone" } };
      this.join(id, ...ids);
      return { status: 204 };
    }
    this.bridges.set(id, this.bridges.get(id) ?? new Set());
    this.send("BridgeCreated", { bridge: this.#shownBridge(id) });
    return { status: 200, body: this.#shownBridge(id) };
  }

  #left(bridge: string, id: string): void {
    this.#withChannel("ChannelLeftBridge", id, { bridge: this.#shownBridge(bridge) });
  }

  #withChannel(type: string, id: string, more: object = {}): void {
    const channel = this.channels.get(id);
    if (channel !== undefined) this.send(type, { channel: shown(channel), ...more });
  }

  #shownBridge(id: string): object {
    const channels = [...(this.bridges.get(id) ?? [])];
    const technology = this.technologies.get(id) ?? "simple_bridge";
    return { id, technology, bridge_type: "mixing", channels, creationtime: stamp() };
  }
}

function shown({ id, name, state, app, caller, linkedid, exten = "" }: FakeChannel): object {
  const dialplan = { app_name: app, app_data: "", exten };
  const channelvars = { "CHANNEL(linkedid)": linkedid };
  const connected = { name: "", number: "" };
  return { id, name, state, caller, connected, dialplan, channelvars, creationtime: "2026-11-22T21:40:37.807+0000" };
}

function stamp(): string {
  return new Date().toISOString().replace("Z", "+0000");
}

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
