import { connectAsync, type IClientOptions, type MqttClient } from "mqtt";
import { type Discovered, type Entity, NotTaken, readDevice, stateOf } from "./home-assistant-reader.ts";
import { Watch } from "./watch.ts";

/** A state as Home Assistant shows it: `unknown` before the first message. */
type Shown = Readonly<Record<string, unknown>>;

/** As much of Home Assistant's MQTT integration as devices see: its birth message, discovery, states, switches. */
export class StrictHomeAssistant {
  /** What it would not have taken. */
  readonly complaints: string[] = [];
  /** Every message of an entity's state that was not retained, as `topic payload`. */
  readonly live: string[] = [];
  /** Every discovery message. */
  readonly discoveries: { readonly topic: string; readonly payload: string; readonly retained: boolean }[] = [];
  readonly #client: MqttClient;
  readonly #prefix: string;
  readonly #watch = new Watch();
  readonly #devices = new Map<string, Discovered>();
  readonly #states = new Map<string, Shown>();
  readonly #available = new Map<string, string>();

  private constructor(client: MqttClient, prefix: string) {
    this.#client = client;
    this.#prefix = prefix;
    client.on("message", (topic, payload, { retain }) => {
      this.#heard(topic, payload.toString(), retain);
      this.#watch.tell();
    });
  }

  /** Signs in, subscribes to discovery, then says that it has been born, as it does at each start. */
  static async start(url: string, account: IClientOptions, prefix = "homeassistant"): Promise<StrictHomeAssistant> {
    const will = { topic: `${prefix}/status`, payload: Buffer.from("offline"), qos: 0, retain: false } as const;
    const client = await connectAsync(url, { protocolVersion: 4, clean: true, will, ...account });
    const made = new StrictHomeAssistant(client, prefix);
    await client.subscribeAsync([`${prefix}/+/+/config`, `${prefix}/+/+/+/config`], { qos: 0 });
    await client.publishAsync(`${prefix}/status`, "online", { qos: 1 });
    return made;
  }

  /** Names of the devices, sorted. */
  get devices(): readonly string[] {
    return [...this.#devices.values()].map(({ deviceName }) => deviceName).sort();
  }

  /** What an entity of a device shows: `unavailable` while the gateway is not there. */
  shows(device: string, key: string): Shown | "unavailable" | "unknown" {
    const { found, entity } = this.#entity(device, key);
    if (this.#available.get(found.availability) !== "online") return "unavailable";
    return this.#states.get(entity.uniqueId) ?? "unknown";
  }

  /** Somebody turns a switch of a device. */
  async turn(device: string, key: string, on: boolean): Promise<void> {
    const { command } = this.#entity(device, key).entity;
    if (!command) throw new Error(`${key} is no switch`);
    await this.#client.publishAsync(command.topic, on ? command.on : command.off, { qos: 1, retain: false });
  }

  /** As if it had been started again. */
  async beBorn(): Promise<void> {
    await this.#client.publishAsync(`${this.#prefix}/status`, "online", { qos: 1 });
  }

  until(what: string, holds: () => boolean, withinMs = 10_000): Promise<void> {
    return this.#watch.until(holds, () => `Home Assistant never saw ${what}`, withinMs);
  }

  async stop(): Promise<void> {
    await this.#client.endAsync(true);
  }

  #entity(device: string, key: string): { readonly found: Discovered; readonly entity: Entity } {
    const found = [...this.#devices.values()].find(({ deviceName }) => deviceName === device);
    const entity = found?.entities.find((one) => one.key === key);
    if (!found || !entity) throw new Error(`there is no ${key} of ${device}`);
    return { found, entity };
  }

  #heard(topic: string, payload: string, retained: boolean): void {
    if (topic.endsWith("/config")) {
      this.discoveries.push({ topic, payload, retained });
      this.#try(() => this.#discover(topic, payload));
      return;
    }
    for (const device of this.#devices.values()) {
      if (device.availability === topic) this.#available.set(topic, payload);
      for (const entity of device.entities) {
        if (entity.stateTopic !== topic || !entity.enabled) continue;
        if (!retained) this.live.push(`${topic} ${payload}`);
        // An event that a broker has kept is nobody's now; nothing at all is known after an empty message.
        if (payload === "" || (entity.platform === "event" && retained)) continue;
        this.#try(() => this.#states.set(entity.uniqueId, stateOf(entity, payload)));
      }
    }
  }

  #discover(topic: string, payload: string): void {
    if (payload === "") {
      this.#devices.delete(topic);
      return;
    }
    const device = readDevice(this.#prefix, topic, payload);
    const others = [...this.#devices].filter(([other]) => other !== topic).flatMap(([, { entities }]) => entities);
    const twice = device.entities.find(({ uniqueId }) => others.some((one) => one.uniqueId === uniqueId));
    if (twice) throw new NotTaken(`the unique id ${twice.uniqueId} is there twice`);
    const known = this.#devices.has(topic);
    this.#devices.set(topic, device);
    if (known) return;
    this.#client.subscribe([device.availability], { qos: 1 });
    for (const { enabled, stateTopic, qos } of device.entities)
      if (enabled) this.#client.subscribe(stateTopic, { qos });
  }

  #try(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof NotTaken)) throw error;
      this.complaints.push(error.message);
    }
  }
}
