import { readFileSync } from "node:fs";
import { connectAsync } from "mqtt";
import WebSocket from "ws";

/**
 * The floor of "PBX event to MQTT subscriber": parses each event of the PBX and publishes one retained message when an
 * agent's state changes. Arguments: ARI's URL, the broker's, user name, password, the authority's certificate.
 */
const [, , ari = "", broker = "", username = "", password = "", caFile = ""] = process.argv;

interface Channel {
  readonly name: string;
  readonly state: string;
}

interface Event {
  readonly type: string;
  readonly timestamp: string;
  readonly dialstatus?: string;
  readonly channel?: Channel;
  readonly peer?: Channel;
}

const client = await connectAsync(broker, { username, password, protocolVersion: 4, ca: readFileSync(caFile) });
const states = new Map<string, string>();

function stateIn(event: Event): { readonly channel: Channel; readonly state: string } | undefined {
  const { type, channel, peer, dialstatus } = event;
  if (type === "Dial" && peer !== undefined && dialstatus === "ANSWER") return { channel: peer, state: "talking" };
  if (channel === undefined) return undefined;
  switch (type) {
    case "ChannelStateChange":
      return channel.state === "Ringing" ? { channel, state: "ringing" } : undefined;
    case "ChannelHold":
      return { channel, state: "held" };
    case "ChannelUnhold":
      return { channel, state: "talking" };
    case "ChannelDestroyed":
      return { channel, state: "idle" };
    default:
      return undefined;
  }
}

const socket = new WebSocket(`${ari.replace(/^http/, "ws")}/events?app=floor&subscribeAll=true`);
socket.on("message", (data) => {
  const event = JSON.parse(String(data)) as Event;
  const found = stateIn(event);
  const [, agent] = /^PJSIP\/(\d+)-/.exec(found?.channel.name ?? "") ?? [];
  if (found === undefined || agent === undefined || states.get(agent) === found.state) return;
  states.set(agent, found.state);
  const payload = JSON.stringify({ state: found.state, since: Date.parse(event.timestamp), extension: agent });
  client.publish(`floor/agents/${agent}/call`, payload, { qos: 1, retain: true });
});
socket.once("open", () => console.log("ready"));
