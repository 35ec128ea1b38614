import { rm } from "node:fs/promises";
import { setTimeout as rhythm } from "node:timers/promises";
import { connectAsync, type IClientOptions, type MqttClient } from "mqtt";
import { systemClock } from "../../src/clock/index.ts";
import { Gateway } from "../../src/gateway.ts";
import type { BrokerAccount, Clock, Config, Log, Pbx, Person, Phone } from "../../src/model/index.ts";
import { dataFolder } from "../lab/data-folder.ts";
import type { DeskPhone } from "../lab/phones/desk-phone.ts";
import { type YealinkOptions, YealinkPhone } from "../lab/phones/yealink.ts";
import { Watch } from "../lab/watch.ts";
import { ana, ben, kim, kimsPhone, lee, person, root } from "../unit/core/world.ts";

/** Everything a device of an agent heard on the bus. */
export interface Heard {
  readonly topic: string;
  readonly payload: string;
  readonly retain: boolean;
}

/** An agent's busy light: signed in with the agent's own account, it acknowledges what it gets. */
export class BusyLight {
  readonly heard: Heard[] = [];
  readonly #client: MqttClient;
  readonly #watch = new Watch();

  private constructor(client: MqttClient) {
    this.#client = client;
    client.on("message", (topic, payload, { retain }) => {
      this.heard.push({ topic, payload: payload.toString(), retain });
      this.#watch.tell();
    });
  }

  /** At an address (`host:port`) or a URL. */
  static async connect(
    address: string,
    { username, password }: Pick<BrokerAccount, "username" | "password">,
    filters: readonly string[],
    more: IClientOptions = {},
  ): Promise<BusyLight> {
    const url = address.includes("://") ? address : `mqtt://${address}`;
    const client = await connectAsync(url, { username, password, protocolVersion: 4, ...more });
    const light = new BusyLight(client);
    await client.subscribeAsync([...filters], { qos: 1 });
    return light;
  }

  /** The newest payload on the topic that ends so, parsed; undefined before the first. */
  last(ending: string): unknown {
    const found = this.heard.findLast(({ topic }) => topic.endsWith(ending));
    return found && JSON.parse(found.payload);
  }

  /** Whether what was retained on the topic that ends so has been taken back. */
  emptied(ending: string): boolean {
    return this.heard.findLast(({ topic }) => topic.endsWith(ending))?.payload === "";
  }

  /** Waits until something heard makes `holds` true. */
  until(holds: () => boolean, withinMs = 10_000): Promise<void> {
    const missed = () => `it did not come true within ${withinMs} ms: ${holds.toString()}`;
    return this.#watch.until(holds, missed, withinMs);
  }

  /** Publishes (QoS 1); resolves when the broker has it. */
  async say(topic: string, payload: string): Promise<void> {
    await this.#client.publishAsync(topic, payload, { qos: 1 });
  }

  async stop(): Promise<void> {
    await this.#client.endAsync(true);
  }
}

const max: Person = person("3003", "Max Muster", "team-manager", "support");
export const people = [kim, lee, root, ana, ben, max];
export const phoneOf = {
  kim: kimsPhone,
  ana: "805ec0aa2001" as Phone["mac"],
  max: "805ec0aa3003" as Phone["mac"],
  root: "805ec0aa9001" as Phone["mac"],
} as const;
/** The desk phones of every bench. */
export const desksOfBench = desksAnsweredBy("auto");
export const anaAccount: BrokerAccount = { username: "ana", password: "light-of-ana", agent: ana.id };
const benAccount: BrokerAccount = { username: "ben", password: "light-of-ben", agent: ben.id };

export interface BenchOptions {
  /** The adapter that the test drives; without it the configured one. */
  readonly pbx?: Pbx;
  readonly clock?: Clock;
  readonly hidden?: "allowed" | "forbidden";
  readonly answer?: Phone["answer"];
  readonly newId?: (what: string) => string;
  readonly config?: Partial<Config>;
}

/** A whole gateway on free ports and a folder of its own: the very rooms that `earshot start` joins. */
export class GatewayBench {
  readonly lines: string[] = [];
  readonly data: Promise<string> = dataFolder("bench");
  readonly #options: BenchOptions;
  readonly #phones: YealinkPhone[] = [];
  readonly #lights: BusyLight[] = [];
  #gateway: Gateway | undefined;
  #mqtt = "";

  constructor(options: BenchOptions) {
    this.#options = options;
  }

  get gateway(): Gateway {
    if (!this.#gateway) throw new Error("the bench is not started");
    return this.#gateway;
  }

  /** The embedded broker's address, as `host:port`. */
  get mqtt(): string {
    return this.#mqtt;
  }

  async start(): Promise<void> {
    const { pbx, clock = systemClock, hidden = "allowed", answer = "auto", newId } = this.#options;
    const config: Config = {
      gateway: "main",
      http: { listen: { host: "127.0.0.1", port: 0 }, publicUrl: "http://127.0.0.1:0" },
      data: await this.data,
      pbx: { kind: "simulator", seed: 1, speed: 1 },
      policy: { hidden },
      mqtt: {
        kind: "embedded",
        base: "earshot",
        listen: { host: "127.0.0.1", port: 0 },
        accounts: [anaAccount, benAccount],
      },
      people,
      phones: desksAnsweredBy(answer),
      ...this.#options.config,
    };
    const write = (level: string) => (about: object, sentence: string) => {
      this.lines.push(`${level} ${sentence} ${JSON.stringify(about)}`);
    };
    const log: Log = { info: write("info"), warn: write("warn"), error: write("error") };
    this.#gateway = new Gateway({ config, log, clock, ...(pbx && { pbx }), ...(newId && { newId }) });
    const { mqtt } = await this.#gateway.start();
    this.#mqtt = mqtt ?? "";
  }

  /** A strict phone with the launcher of this MAC open. */
  async phone(mac: Phone["mac"], options: YealinkOptions = {}): Promise<YealinkPhone> {
    const phone = new YealinkPhone(options);
    this.#phones.push(phone);
    await phone.open(await this.launcher(mac));
    return phone;
  }

  async launcher(mac: Phone["mac"]): Promise<string> {
    const found = (await this.gateway.phones({ showUrls: true })).find((one) => one.mac === mac);
    if (!found?.url) throw new Error(`there is no phone ${mac}`);
    return found.url;
  }

  /** A busy light of Ana's or of another account, hearing all that it may hear. */
  async busyLight(filters?: readonly string[], account = anaAccount): Promise<BusyLight> {
    const light = await BusyLight.connect(this.#mqtt, account, filters ?? [`earshot/agents/${account.agent}/#`]);
    this.#lights.push(light);
    return light;
  }

  async stop(): Promise<void> {
    for (const phone of this.#phones.splice(0)) await phone.stop();
    for (const light of this.#lights.splice(0)) await light.stop();
    await this.#gateway?.stop();
    await rm(await this.data, { recursive: true, force: true });
  }
}

function desksAnsweredBy(answer: Phone["answer"]): readonly Phone[] {
  const owners = { kim, ana, max, root };
  const desk = (name: keyof typeof phoneOf): Phone => {
    return { mac: phoneOf[name], owner: owners[name].id, vendor: "yealink", model: "T46U", answer };
  };
  return [desk("kim"), desk("ana"), desk("max"), desk("root")];
}

/** From the board to a Listen, as a supervisor presses it. */
export async function listen(phone: YealinkPhone, how: "Visible" | "Hidden"): Promise<void> {
  await phone.press("Listen");
  await phone.press(how);
  await until(phone, /Nobody hears you/);
}

/** Follows Refresh, in a quicker rhythm than a phone's, until the page says so. */
export async function until(phone: DeskPhone, says: RegExp, withinMs = 10_000): Promise<void> {
  const end = performance.now() + withinMs;
  while (!says.test(`${phone.title()}\n${phone.text()}`)) {
    if (performance.now() > end) throw new Error(`the phone never said ${says}:\n${phone.screen}`);
    if (!(await phone.refresh())) throw new Error(`this page does not move on by itself:\n${phone.screen}`);
    await rhythm(20);
  }
}
