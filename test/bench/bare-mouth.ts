import { once } from "node:events";
import { Pool } from "undici";
import WebSocket from "ws";

export interface AriUser {
  readonly url: string;
  readonly username: string;
  readonly password: string;
}

/**
 * The mouth of a coach by bare ARI requests: the very requests that earshot makes when a coach opens the mic, as many at
 * a time, and no more is waited for than is needed to be heard. None of the rules is kept.
 */
export class BareMouth {
  readonly #pool: Pool;
  readonly #base: string;
  readonly #app: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #agent: string;
  readonly #leg: string;
  readonly #started = new Map<string, () => void>();
  #turn = 0;

  private constructor({ url, username, password }: AriUser, app: string, agent: string, leg: string) {
    const { origin, pathname } = new URL(url);
    const key = Buffer.from(`${username}:${password}`).toString("base64");
    this.#pool = new Pool(origin, { connections: 20, pipelining: 1 });
    this.#base = pathname;
    this.#headers = { authorization: `Basic ${key}`, "content-type": "application/json" };
    this.#app = app;
    this.#agent = agent;
    this.#leg = leg;
  }

  /** @param agent the agent's channel. @param leg the supervisor's, already in an application. */
  static async connect(user: AriUser, agent: string, leg: string, app = "bare"): Promise<BareMouth> {
    const mouth = new BareMouth(user, app, agent, leg);
    const query = new URLSearchParams({ app, api_key: `${user.username}:${user.password}` });
    const socket = new WebSocket(`${user.url.replace(/^http/, "ws")}/events?${query}`);
    socket.on("message", (data) => mouth.#receive(String(data)));
    await once(socket, "open");
    return mouth;
  }

  async open(): Promise<void> {
    this.#turn += 1;
    const [bridge, voice, speaker] = [this.#id("bridge"), this.#id("voice"), this.#id("agent")];
    await this.#request("GET", `/channels/${this.#agent}`);
    await Promise.all([
      this.#request("POST", `/bridges/${bridge}?type=mixing&name=${bridge}`),
      this.#snoop(this.#leg, voice, "spy=in&whisper=none"),
      this.#snoop(this.#agent, speaker, "spy=none&whisper=out"),
    ]);
    await this.#request("POST", `/bridges/${bridge}/addChannel?channel=${voice}%2C${speaker}`);
  }

  async close(): Promise<void> {
    await this.#request("DELETE", `/channels/${this.#id("agent")}`);
    await this.#request("DELETE", `/channels/${this.#id("voice")}`);
    await this.#request("DELETE", `/bridges/${this.#id("bridge")}`);
  }

  #id(part: string): string {
    return `${this.#app}-${part}-${this.#turn}`;
  }

  async #snoop(target: string, id: string, how: string): Promise<void> {
    const started = new Promise<void>((resolve) => this.#started.set(id, resolve));
    await this.#request("POST", `/channels/${target}/snoop/${id}?${how}&app=${this.#app}`);
    await started;
  }

  async #request(method: "GET" | "POST" | "DELETE", path: string): Promise<void> {
    const { statusCode, body } = await this.#pool.request({
      method,
      path: `${this.#base}${path}`,
      headers: this.#headers,
    });
    const text = await body.text();
    if (statusCode >= 300) throw new Error(`${method} ${path}: ${statusCode} ${text}`);
  }

  #receive(text: string): void {
    const event = JSON.parse(text) as { type: string; channel?: { id: string } };
    if (event.type !== "StasisStart" || event.channel === undefined) return;
    this.#started.get(event.channel.id)?.();
    this.#started.delete(event.channel.id);
  }
}
