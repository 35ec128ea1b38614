import { randomBytes } from "node:crypto";
import { createConnection, type Socket } from "node:net";
import type { Clock, Log } from "../../model/index.js";
import { AmiInjection, type AmiMessage, amiHeader, amiReader, formatAction } from "./ami-messages.js";

export interface AmiAccount {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly secret: string;
}

export type AmiAnswer =
  | { readonly ok: true; readonly response: AmiMessage; readonly events: readonly AmiMessage[] }
  /** `perhaps`: it was sent, and nobody knows what has become of it. */
  | { readonly ok: false; readonly why: string; readonly perhaps?: true };

interface Pending {
  readonly settle: (answer: AmiAnswer) => void;
  /** Set for an action that answers with a list: the event that ends it. */
  readonly until: string | undefined;
  response: AmiMessage | undefined;
  readonly events: AmiMessage[];
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;
const TIMEOUT_MS = 3_000;
const PING_EVERY_MS = 15_000;

/**
 * A login at Asterisk's manager interface that comes back for ever. Events are off: it is for actions and their answers.
 * An action that meets no login is refused at once, never kept for later.
 */
export class AmiClient {
  readonly #account: AmiAccount;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #pending = new Map<string, Pending>();
  #socket: Socket | undefined;
  #loggedIn = false;
  #stopped = true;
  #waitMs = FIRST_WAIT_MS;
  #cancel: () => void = () => undefined;
  #said = "";

  constructor(account: AmiAccount, clock: Clock, log: Log) {
    this.#account = account;
    this.#clock = clock;
    this.#log = log;
  }

  get loggedIn(): boolean {
    return this.#loggedIn;
  }

  start(): void {
    this.#stopped = false;
    this.#connect();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
    this.#drop("the gateway is stopping");
  }

  /**
   * Sends an action; `until` names the event that ends its list, for actions that answer with one. Never rejects: an
   * injection, an error answer and silence for 3 s are all `ok: false`.
   */
  async action(name: string, headers: AmiMessage, until?: string): Promise<AmiAnswer> {
    if (!this.#loggedIn) return { ok: false, why: "AMI is not logged in" };
    return await this.#send(name, headers, until);
  }

  #connect(): void {
    const { host, port, username, secret } = this.#account;
    const socket = createConnection({ host, port, noDelay: true, keepAlive: true });
    const reader = amiReader();
    this.#socket = socket;
    socket.setEncoding("utf8");
    socket.on("data", (chunk: string) => {
      if (this.#socket === socket) for (const message of reader.read(chunk)) this.#receive(message);
    });
    socket.on("error", () => this.#lost(socket, `nobody answers at ${host}:${port}`));
    socket.on("close", () => this.#lost(socket, "the AMI connection was lost"));
    socket.on("connect", () => {
      const login: AmiMessage = [
        ["Username", username],
        ["Secret", secret],
        ["Events", "off"],
      ];
      void this.#send("Login", login).then((answer) => {
        if (this.#socket !== socket) return;
        if (!answer.ok) {
          this.#lost(socket, `AMI refused the login: ${answer.why}`);
          return;
        }
        this.#loggedIn = true;
        this.#waitMs = FIRST_WAIT_MS;
        this.#said = "";
        this.#log.info({ host, port }, "AMI is logged in");
        this.#cancel = this.#clock.after(PING_EVERY_MS, () => this.#ping(socket));
      });
    });
  }

  #ping(socket: Socket): void {
    void this.#send("Ping", []).then((answer) => {
      if (this.#socket !== socket) return;
      if (!answer.ok) this.#lost(socket, "AMI does not answer any more");
      else this.#cancel = this.#clock.after(PING_EVERY_MS, () => this.#ping(socket));
    });
  }

  async #send(name: string, headers: AmiMessage, until?: string): Promise<AmiAnswer> {
    const socket = this.#socket;
    if (socket === undefined) return { ok: false, why: "AMI is not connected" };
    const id = randomBytes(8).toString("hex");
    let text: string;
    try {
      text = formatAction(name, [["ActionID", id], ...headers]);
    } catch (error) {
      if (error instanceof AmiInjection) return { ok: false, why: error.message };
      throw error;
    }
    return await new Promise((resolve) => {
      const cancel = this.#clock.after(TIMEOUT_MS, () =>
        settle({ ok: false, why: "AMI did not answer in time", perhaps: true }),
      );
      const settle = (answer: AmiAnswer) => {
        cancel();
        this.#pending.delete(id);
        resolve(answer);
      };
      this.#pending.set(id, { settle, until, response: undefined, events: [] });
      socket.write(text);
    });
  }

  #receive(message: AmiMessage): void {
    const pending = this.#pending.get(amiHeader(message, "ActionID") ?? "");
    if (pending === undefined) return;
    const event = amiHeader(message, "Event");
    if (event !== undefined) {
      pending.events.push(message);
      if (event !== pending.until || pending.response === undefined) return;
      pending.settle({ ok: true, response: pending.response, events: pending.events });
      return;
    }
    if (amiHeader(message, "Response") === "Error") {
      pending.settle({ ok: false, why: amiHeader(message, "Message") ?? "an error without words" });
    } else if (pending.until === undefined) {
      pending.settle({ ok: true, response: message, events: [] });
    } else {
      pending.response = message;
    }
  }

  #lost(socket: Socket, why: string): void {
    if (this.#socket !== socket) return;
    this.#drop(why);
    if (this.#stopped) return;
    if (this.#said !== why) this.#log.warn({}, `without AMI for now: ${why}`);
    this.#said = why;
    this.#cancel = this.#clock.after(this.#waitMs, () => this.#connect());
    this.#waitMs = Math.min(this.#waitMs * 2, LONGEST_WAIT_MS);
  }

  #drop(why: string): void {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#loggedIn = false;
    this.#cancel();
    for (const { settle } of [...this.#pending.values()]) settle({ ok: false, why, perhaps: true });
    socket?.destroy();
  }
}
