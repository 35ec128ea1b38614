import { once } from "node:events";
import { createConnection, type Socket } from "node:net";
import type { AsteriskConfig } from "../../../model/index.js";
import { AmiInjection, type AmiMessage, amiHeader, amiReader, formatAction } from "../ami-messages.js";
import type { Seen } from "./finding.js";

type Account = NonNullable<AsteriskConfig["ami"]>;

/** An action under way; `settle` is told whether the PBX answered. */
interface Waiting {
  readonly until: string | undefined;
  readonly messages: AmiMessage[];
  settle(answered: boolean): void;
}

/** One login at AMI for a few questions, one after the other. */
export class AmiSession {
  readonly #socket: Socket;
  readonly #reader = amiReader();
  #ended = false;
  #waiting: Waiting | undefined;

  private constructor(socket: Socket, signal: AbortSignal) {
    this.#socket = socket;
    const end = () => {
      this.#ended = true;
      this.#waiting?.settle(false);
    };
    socket.on("close", end);
    signal.addEventListener("abort", end, { once: true });
    socket.setEncoding("utf8");
    socket.on("data", (chunk: string) => {
      for (const message of this.#reader.read(chunk)) this.#receive(message);
    });
  }

  /** Logs in; `why` says in words, without the secret, why that was not possible. Ends with `close()`. */
  static async open({ host, port, username, secret }: Account, signal: AbortSignal): Promise<Seen<AmiSession>> {
    const socket = createConnection({ host, port });
    socket.on("error", () => socket.destroy());
    try {
      await once(socket, "connect", { signal });
    } catch {
      socket.destroy();
      return { ok: false, why: `nobody answers at ${host}:${port}` };
    }
    const session = new AmiSession(socket, signal);
    const login = await session.ask("Login", [
      ["Username", username],
      ["Secret", secret],
      ["Events", "off"],
    ]);
    if (login.ok) return { ok: true, value: session };
    session.close();
    const why = login.why === SILENCE ? `nobody answers at ${host}:${port}` : "the PBX refused the user or secret";
    return { ok: false, why };
  }

  /** One action; `until` names the event that ends its list. The response comes first, then the events. */
  async ask(action: string, headers: AmiMessage = [], until?: string): Promise<Seen<readonly AmiMessage[]>> {
    let text: string;
    try {
      text = formatAction(action, headers);
    } catch (error) {
      if (error instanceof AmiInjection) return { ok: false, why: error.message };
      throw error;
    }
    if (this.#ended) return { ok: false, why: SILENCE };
    const messages: AmiMessage[] = [];
    const there = await new Promise<boolean>((settle) => {
      this.#waiting = { until, messages, settle };
      this.#socket.write(text);
    });
    this.#waiting = undefined;
    const [response] = messages;
    if (!there || response === undefined) return { ok: false, why: SILENCE };
    if (amiHeader(response, "Response") !== "Error") return { ok: true, value: messages };
    return { ok: false, why: amiHeader(response, "Message") ?? "an error without words" };
  }

  close(): void {
    this.#socket.destroy();
  }

  #receive(message: AmiMessage): void {
    const waiting = this.#waiting;
    if (waiting === undefined) return;
    const response = amiHeader(message, "Response");
    // What the PBX says by itself after a login is no answer.
    if (response === undefined && waiting.messages.length === 0) return;
    waiting.messages.push(message);
    if (response === "Error" || waiting.until === undefined || amiHeader(message, "Event") === waiting.until) {
      waiting.settle(true);
    }
  }
}

const SILENCE = "AMI did not answer";
