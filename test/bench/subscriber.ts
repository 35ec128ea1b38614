import { connectAsync } from "mqtt";
import { moment } from "./moment.ts";

/** A subscriber over TCP in a process of its own, which notes when each message was there. */
export interface Subscription {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly ca?: string;
  readonly topics: readonly string[];
}

export interface Heard {
  readonly at: number;
  readonly topic: string;
  readonly state: string;
}

let heard: Heard[] = [];

process.on("message", async (message: { readonly subscribe?: Subscription; readonly take?: true }) => {
  if (message.subscribe !== undefined) {
    const { topics, ca, ...account } = message.subscribe;
    const client = await connectAsync(account.url, { ...account, protocolVersion: 4, ...(ca && { ca }) });
    client.on("message", (topic, payload, { retain }) => {
      const at = moment();
      if (!retain) heard.push({ at, topic, state: (JSON.parse(payload.toString()) as { state: string }).state });
    });
    for (let from = 0; from < topics.length; from += 50) {
      await client.subscribeAsync(topics.slice(from, from + 50), { qos: 1 });
    }
    process.send?.({ subscribed: true });
  }
  if (message.take) {
    process.send?.({ heard });
    heard = [];
  }
});
process.channel?.ref();
console.log("ready");
