import { randomBytes } from "node:crypto";
import { once } from "node:events";
import WebSocket from "ws";
import type { AsteriskLab } from "./asterisk.ts";

const WITHIN_MS = 10_000;

export type Whisper = "none" | "in" | "out" | "both";

/**
 * A supervision by hand: one bridge, the supervisor's leg and one snoop on the agent's leg, straight by ARI.
 * It knows nothing of earshot and keeps none of its rules, and so proves both the lab and the meter.
 */
export class RawSupervision {
  readonly #lab: AsteriskLab;
  readonly #id = `raw-${randomBytes(4).toString("hex")}`;
  readonly #started = new Set<string>();
  readonly #waiting = new Map<string, () => void>();
  #socket: WebSocket | undefined;
  #agentChannel = "";
  #snoops = 0;

  constructor(lab: AsteriskLab) {
    this.#lab = lab;
  }

  /**
   * Rings a supervisor's phone, which must answer on its own, and lets it listen to an agent's only call.
   * @param supervisor an endpoint such as `PJSIP/3001-sup`. @param agent the agent's extension. @throws Error
   */
  async start(supervisor: string, agent: string): Promise<void> {
    this.#socket = new WebSocket(this.#lab.ariEventsUrl(this.#id));
    this.#socket.on("message", (data) => this.#receive(String(data)));
    await once(this.#socket, "open");
    this.#agentChannel = await channelOf(this.#lab, agent);
    await this.#lab.ari("POST", `/bridges/${this.#id}?type=mixing`);
    const query = new URLSearchParams({ endpoint: supervisor, app: this.#id, callerId: "Supervision <0>" });
    const variables = { "PJSIP_HEADER(add,Call-Info)": "<sip:lab>;answer-after=0" };
    await this.#lab.ari("POST", `/channels/${this.#id}-leg?${query}`, { variables });
    await this.#join(`${this.#id}-leg`);
    await this.#snoop("none");
  }

  /** Replaces the snoop by one with another whisper: `both` lets everybody hear the supervisor. */
  async whisper(whisper: Whisper): Promise<void> {
    await this.#lab.ari("DELETE", `/channels/${this.#snoopId}`);
    await this.#snoop(whisper);
  }

  /** Takes everything away again. */
  async stop(): Promise<void> {
    for (const path of [`/channels/${this.#snoopId}`, `/channels/${this.#id}-leg`, `/bridges/${this.#id}`]) {
      await this.#lab.ari("DELETE", path).catch(() => undefined);
    }
    this.#socket?.close();
  }

  get #snoopId(): string {
    return `${this.#id}-snoop${this.#snoops}`;
  }

  async #snoop(whisper: Whisper): Promise<void> {
    this.#snoops += 1;
    const query = new URLSearchParams({ spy: "both", whisper, app: this.#id });
    await this.#lab.ari("POST", `/channels/${this.#agentChannel}/snoop/${this.#snoopId}?${query}`);
    await this.#join(this.#snoopId);
  }

  async #join(channel: string): Promise<void> {
    await this.#inStasis(channel);
    await this.#lab.ari("POST", `/bridges/${this.#id}/addChannel?channel=${channel}`);
  }

  #inStasis(channel: string): Promise<void> {
    if (this.#started.has(channel)) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${channel} did not enter Stasis`)), WITHIN_MS);
      this.#waiting.set(channel, () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  #receive(text: string): void {
    const event = JSON.parse(text) as { type: string; channel?: { id: string } };
    if (event.type !== "StasisStart" || event.channel === undefined) return;
    this.#started.add(event.channel.id);
    this.#waiting.get(event.channel.id)?.();
  }
}

/** The id of the only channel of an extension's phone. @throws Error when it has none, or several. */
export async function channelOf(lab: AsteriskLab, extension: string): Promise<string> {
  const channels = (await lab.ari("GET", "/channels")) as { id: string; name: string }[];
  const own = channels.filter(({ name }) => name.startsWith(`PJSIP/${extension}-0`));
  const [only] = own;
  if (only === undefined || own.length > 1) throw new Error(`${extension} has ${own.length} channels`);
  return only.id;
}
