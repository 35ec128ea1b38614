import { Pool } from "undici";
import {
  type AriBridge,
  type AriChannel,
  fieldsOf,
  parseBridge,
  parseChannel,
  textOf,
  timeOf,
} from "./ari-messages.js";

/** What the PBX answered. `status` 0: it did not answer (in time); `why` is a sentence without secrets. */
export type Answer<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly status: number; readonly why: string };

export interface AriAccount {
  readonly url: string;
  readonly username: string;
  readonly password: string;
}

export interface SnoopSettings {
  readonly spy: "none" | "in" | "both";
  readonly whisper: "none" | "out" | "both";
}

export interface Origination {
  readonly id: string;
  readonly endpoint: string;
  readonly callerId: string;
  readonly timeoutSeconds: number;
  readonly variables: Readonly<Record<string, string>>;
}

export interface OrdinaryCall extends Omit<Origination, "variables"> {
  readonly context: string;
  readonly extension: string;
}

/** More than this many requests at once only queue up inside Asterisk. */
const IN_FLIGHT = 20;
const IN_FLIGHT_CLOSING = 6;
const TIMEOUT_MS = 2_000;
/** `GET /channels` of a big site takes a while to write. */
const LIST_TIMEOUT_MS = 10_000;
const ORIGINATE_TIMEOUT_MS = 5_000;

/** The `Authorization` header of an ARI account. */
export function basicAuth({ username, password }: AriAccount): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
}

/**
 * ARI's REST side. Every request ends within its timeout. What takes away has connections of its own, so that no number
 * of hanging requests can keep a mouth from being closed.
 */
export class AriClient {
  /** `host:port` that is asked. */
  readonly host: string;
  readonly #app: string;
  readonly #authorization: string;
  readonly #base: string;
  readonly #pool: Pool;
  readonly #closing: Pool;

  constructor(account: AriAccount, app: string) {
    const url = new URL(account.url);
    this.host = url.host;
    this.#app = app;
    this.#authorization = basicAuth(account);
    this.#base = url.pathname.replace(/\/$/, "");
    this.#pool = new Pool(url.origin, { connections: IN_FLIGHT, pipelining: 1 });
    this.#closing = new Pool(url.origin, { connections: IN_FLIGHT_CLOSING, pipelining: 1 });
  }

  async close(): Promise<void> {
    await Promise.all([this.#pool.destroy(), this.#closing.destroy()]);
  }

  /** What a path such as `/asterisk/modules` gives. */
  async read(path: string): Promise<Answer<unknown>> {
    return await this.#request("GET", path, {}, { timeoutMs: LIST_TIMEOUT_MS });
  }

  /** Asterisk's version, e.g. `22.10.1`. */
  async version(): Promise<Answer<string>> {
    const answer = await this.#request("GET", "/asterisk/info", {});
    return answer.ok ? { ok: true, value: textOf(fieldsOf(fieldsOf(answer.value)?.["system"]), "version") } : answer;
  }

  /** The PBX's own clock, in ms since 1970; undefined when it does not say. */
  async time(): Promise<number | undefined> {
    const answer = await this.#request("GET", "/asterisk/ping", {});
    return answer.ok ? timeOf(textOf(fieldsOf(answer.value), "timestamp")) : undefined;
  }

  async channels(): Promise<Answer<AriChannel[]>> {
    return await this.#list("/channels", parseChannel);
  }

  async bridges(): Promise<Answer<AriBridge[]>> {
    return await this.#list("/bridges", parseBridge);
  }

  /** @returns status 404 when there is no such bridge. */
  async bridge(id: string): Promise<Answer<AriBridge>> {
    const answer = await this.#request("GET", `/bridges/${encodeURIComponent(id)}`, {});
    if (!answer.ok) return answer;
    const bridge = parseBridge(answer.value);
    return bridge === undefined
      ? { ok: false, status: 200, why: "the PBX described no bridge" }
      : { ok: true, value: bridge };
  }

  /** Every device that the PBX tells of, such as `PJSIP/2001`. */
  async endpoints(): Promise<Answer<string[]>> {
    return await this.#list("/endpoints", (value) => {
      const [technology, resource] = ["technology", "resource"].map((name) => textOf(fieldsOf(value), name));
      return technology && resource ? `${technology}/${resource}` : undefined;
    });
  }

  /** The names of the modules that are loaded, such as `bridge_native_rtp.so`. */
  async modules(): Promise<Answer<string[]>> {
    return await this.#list("/asterisk/modules", (value) => textOf(fieldsOf(value), "name") || undefined);
  }

  /** How many RTP packets a channel has got from its phone; an error for a channel without RTP. Works outside Stasis. */
  async packetsReceived(channel: string): Promise<Answer<number>> {
    const answer = await this.#request("GET", `/channels/${encodeURIComponent(channel)}/rtp_statistics`, {});
    if (!answer.ok) return answer;
    const count = fieldsOf(answer.value)?.["rxcount"];
    return typeof count === "number"
      ? { ok: true, value: count }
      : { ok: false, status: 200, why: "the PBX counted no packets" };
  }

  /** @returns status 404 when there is no such channel. */
  async channel(id: string): Promise<Answer<AriChannel>> {
    const answer = await this.#request("GET", `/channels/${encodeURIComponent(id)}`, {});
    if (!answer.ok) return answer;
    const channel = parseChannel(answer.value);
    return channel === undefined
      ? { ok: false, status: 200, why: "the PBX described no channel" }
      : { ok: true, value: channel };
  }

  /**
   * A variable, or what a dialplan function gives, read on a channel. Only there: `GET /asterisk/variable` evaluates no
   * functions (Asterisk 22).
   */
  async variable(channel: string, name: string): Promise<Answer<string>> {
    const answer = await this.#request("GET", `/channels/${encodeURIComponent(channel)}/variable`, { variable: name });
    if (!answer.ok) return answer;
    const value = fieldsOf(answer.value)?.["value"];
    return { ok: true, value: typeof value === "string" ? value : "" };
  }

  async setVariable(channel: string, variable: string, value: string): Promise<Answer<unknown>> {
    return await this.#request("POST", `/channels/${encodeURIComponent(channel)}/variable`, { variable, value });
  }

  /** Rings an endpoint; once answered the channel is in our application. @returns status 500 where nothing can be rung. */
  async originate({ id, endpoint, callerId, timeoutSeconds, variables }: Origination): Promise<Answer<unknown>> {
    const query = { endpoint, app: this.#app, callerId, timeout: String(timeoutSeconds) };
    const path = `/channels/${encodeURIComponent(id)}`;
    return await this.#request("POST", path, query, { body: { variables }, timeoutMs: ORIGINATE_TIMEOUT_MS });
  }

  /** Rings an endpoint by an ordinary call; once answered it goes on at an extension. @returns status 500 where nothing can be rung. */
  async call({ id, endpoint, callerId, timeoutSeconds, context, extension }: OrdinaryCall): Promise<Answer<unknown>> {
    const query = { endpoint, context, extension, priority: "1", callerId, timeout: String(timeoutSeconds) };
    const path = `/channels/${encodeURIComponent(id)}`;
    return await this.#request("POST", path, query, { timeoutMs: ORIGINATE_TIMEOUT_MS });
  }

  async snoop(target: string, id: string, { spy, whisper }: SnoopSettings): Promise<Answer<unknown>> {
    const path = `/channels/${encodeURIComponent(target)}/snoop/${encodeURIComponent(id)}`;
    return await this.#request("POST", path, { spy, whisper, app: this.#app });
  }

  /** Plays to a channel of our application that is in no bridge, until that channel or the sound ends. */
  async play(channel: string, media: string): Promise<Answer<unknown>> {
    // In a query a comma would part it.
    return await this.#request("POST", `/channels/${encodeURIComponent(channel)}/play`, {}, { body: { media } });
  }

  async createBridge(id: string): Promise<Answer<unknown>> {
    return await this.#request("POST", `/bridges/${encodeURIComponent(id)}`, { type: "mixing", name: id });
  }

  async addToBridge(bridge: string, channels: readonly string[]): Promise<Answer<unknown>> {
    const path = `/bridges/${encodeURIComponent(bridge)}/addChannel`;
    return await this.#request("POST", path, { channel: channels.join(",") });
  }

  /** Sends a channel out of our application, on in the dialplan at the first line of an extension. */
  async goOn(channel: string, context: string, extension: string): Promise<Answer<unknown>> {
    const path = `/channels/${encodeURIComponent(channel)}/continue`;
    return await this.#request("POST", path, { context, extension, priority: "1" });
  }

  /** Sets a device state of ARI's own, which hints can watch. It outlasts our application, and the PBX. */
  async setDeviceState(device: string, deviceState: "INUSE" | "NOT_INUSE"): Promise<Answer<unknown>> {
    return await this.#request("PUT", `/deviceStates/${encodeURIComponent(device)}`, { deviceState });
  }

  /** Asks the PBX to hang a channel up. That it is gone is told by an event, or by `channel()` with status 404. */
  async hangUp(channel: string): Promise<Answer<unknown>> {
    return await this.#request("DELETE", `/channels/${encodeURIComponent(channel)}`, {}, { closing: true });
  }

  async destroyBridge(bridge: string): Promise<Answer<unknown>> {
    return await this.#request("DELETE", `/bridges/${encodeURIComponent(bridge)}`, {}, { closing: true });
  }

  /** Whether a channel is still there, asked on the connections kept for closing; undefined when nobody answers. */
  async exists(channel: string): Promise<boolean | undefined> {
    const answer = await this.#request("GET", `/channels/${encodeURIComponent(channel)}`, {}, { closing: true });
    return answer.ok ? true : answer.status === 404 ? false : undefined;
  }

  /**
   * Has the events of all channels and bridges sent to our application, and nothing else. Device states must not be
   * among them (`subscribeAll` has them): when a websocket ends while one is being sent, all of ARI hangs until Asterisk
   * is restarted (Asterisk 20 and 22, its issue 2170; met on 22.10.1).
   */
  async subscribe(): Promise<Answer<unknown>> {
    const path = `/applications/${encodeURIComponent(this.#app)}/subscription`;
    return await this.#request("POST", path, { eventSource: "channel:,bridge:" });
  }

  /**
   * Steps of the dialplan come only where its contexts count: nothing else tells that a call has gone into one. Variables
   * have to come, all of them: no filter of ARI tells one from another, and one of them cuts supervisors off at once.
   * Digits of callers (card numbers among them) come only where those of supervisors are wanted, for the same reason.
   */
  async dropUnusedEvents(wanted: { readonly contexts: boolean; readonly digits: boolean }): Promise<Answer<unknown>> {
    const unused = [...(wanted.contexts ? [] : ["ChannelDialplan"]), ...(wanted.digits ? [] : ["ChannelDtmfReceived"])];
    const body = { disallowed: unused.map((type) => ({ type })) };
    return await this.#request("PUT", `/applications/${encodeURIComponent(this.#app)}/eventFilter`, {}, { body });
  }

  async #list<Item>(path: string, parse: (value: unknown) => Item | undefined): Promise<Answer<Item[]>> {
    const answer = await this.#request("GET", path, {}, { timeoutMs: LIST_TIMEOUT_MS });
    if (!answer.ok) return answer;
    const items = Array.isArray(answer.value) ? answer.value : [];
    return {
      ok: true,
      value: items.map(parse).filter((item): item is Item & NonNullable<typeof item> => item !== undefined),
    };
  }

  async #request(
    method: "GET" | "POST" | "PUT" | "DELETE",
    path: string,
    query: Readonly<Record<string, string>>,
    options: { readonly body?: unknown; readonly timeoutMs?: number; readonly closing?: boolean } = {},
  ): Promise<Answer<unknown>> {
    const again = method === "GET" || method === "DELETE";
    const answer = await this.#once(method, path, query, options);
    // Asterisk may close an idle connection just as it is taken up again; what is safe to ask twice is asked twice.
    return again && !answer.ok && answer.status === 0 && answer.why.startsWith("connection")
      ? await this.#once(method, path, query, options)
      : answer;
  }

  async #once(
    method: "GET" | "POST" | "PUT" | "DELETE",
    path: string,
    query: Readonly<Record<string, string>>,
    { body, timeoutMs = TIMEOUT_MS, closing = false }: { body?: unknown; timeoutMs?: number; closing?: boolean },
  ): Promise<Answer<unknown>> {
    try {
      const { statusCode, body: reply } = await (closing ? this.#closing : this.#pool).request({
        method,
        path: `${this.#base}${path}`,
        query,
        headers: { authorization: this.#authorization, "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(timeoutMs),
      });
      const text = await reply.text();
      if (statusCode >= 200 && statusCode < 300) return { ok: true, value: text === "" ? undefined : JSON.parse(text) };
      return { ok: false, status: statusCode, why: whyRefused(statusCode, text) };
    } catch (error) {
      return { ok: false, status: 0, why: whyUnanswered(error) };
    }
  }
}

function whyRefused(status: number, text: string): string {
  if (status === 401 || status === 403) return "the PBX refused the user or password";
  let message = "";
  try {
    message = textOf(fieldsOf(JSON.parse(text)), "message");
  } catch {
    // Not JSON: the status has to do.
  }
  return `the PBX answered ${status}${message === "" ? "" : `: ${message}`}`;
}

function whyUnanswered(error: unknown): string {
  const name = error instanceof Error ? error.name : "";
  if (name === "TimeoutError" || name === "AbortError") return "the PBX did not answer in time";
  const code = fieldsOf(error)?.["code"];
  return `connection failed${typeof code === "string" ? ` (${code})` : ""}`;
}
