import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Made by `npm run bench -- record` on the real Asterisk: one line per event, with the name of its story. */
export const recordingFile = fileURLToPath(new URL("recording.jsonl", import.meta.url));

/** A call as ARI's lists have it. */
export interface ListedCall {
  readonly channels: readonly { readonly id: string }[];
  readonly bridge: { readonly id: string };
}

/** One recorded call, told again with other channels, bridges, numbers and people. */
export class Story {
  readonly #events: readonly string[];
  readonly #words: RegExp;
  readonly #ids: readonly string[];
  readonly #bridge: string;

  constructor(events: readonly string[]) {
    const all = events.join("\n");
    const found = (shape: RegExp) => [...new Set([...all.matchAll(shape)].map(([, id]) => id ?? ""))];
    this.#events = events;
    this.#ids = found(/"id":"(\d+\.\d+)"/g);
    this.#bridge = found(/"bridge":\{"id":"([^"]+)"/g)[0] ?? "";
    const [caller = "", agent = ""] = this.#ids;
    const literal = [caller, agent, this.#bridge].map((id) => id.replaceAll(".", "\\."));
    const rest = ["trunk-[0-9a-f]{8}", "2001-[0-9a-f]{8}", "\\b2001\\b", "Ana Ruiz", "\\+4930123456", "Carla Voss"];
    const stamp = "\\d{4}-\\d\\d-\\d\\dT[0-9:.]+\\+0000";
    this.#words = new RegExp([...literal, ...rest, stamp].join("|"), "g");
  }

  /** The events of call number `call` with the agent of that extension, in their order; times are `at` throughout. */
  told(call: number, extension: string, at = new Date()): string[] {
    const put = this.#put(call, extension, at);
    return this.#events.map((text) => text.replace(this.#words, put));
  }

  /** Call number `call` while the two talk. */
  talking(call: number, extension: string, at = new Date()): ListedCall {
    const put = this.#put(call, extension, at);
    const entered = this.#events
      .filter((text) => text.includes('"type":"ChannelEnteredBridge"'))
      .map((text) => JSON.parse(text.replace(this.#words, put)) as { channel: { id: string }; bridge: { id: string } });
    const last = entered.at(-1);
    if (last === undefined) throw new Error("nobody talks in this story");
    return { channels: entered.map(({ channel }) => channel), bridge: last.bridge };
  }

  #put(call: number, extension: string, at: Date): (word: string) => string {
    const [caller = "", agent = ""] = this.#ids;
    const epoch = caller.split(".")[0];
    const hex = (n: number) => n.toString(16).padStart(8, "0");
    const stamp = at.toISOString().replace("Z", "+0000");
    const known = new Map([
      [caller, `${epoch}.${2 * call}`],
      [agent, `${epoch}.${2 * call + 1}`],
      [this.#bridge, `${hex(call)}${this.#bridge.slice(8)}`],
      ["2001", extension],
      ["Ana Ruiz", nameOf(extension)],
      ["+4930123456", `+4930${call}`],
      ["Carla Voss", `Customer ${call}`],
    ]);
    return (word) => {
      const exact = known.get(word);
      if (exact !== undefined) return exact;
      if (word.startsWith("trunk-")) return `trunk-${hex(2 * call)}`;
      return word.startsWith("2001-") ? `${extension}-${hex(2 * call + 1)}` : stamp;
    };
  }
}

/** The name of a person of the bench. */
export function nameOf(extension: string): string {
  return `Agent ${extension}`;
}

/** The recorded calls, by Dial and by Queue. */
export function stories(): { readonly dial: Story; readonly queue: Story } {
  const lines = readFileSync(recordingFile, "utf8").trim().split("\n");
  const parsed = lines.map((line) => JSON.parse(line) as { story: string; event: object });
  const of = (name: string) =>
    new Story(parsed.filter(({ story }) => story === name).map(({ event }) => JSON.stringify(event)));
  return { dial: of("dial"), queue: of("queue") };
}
