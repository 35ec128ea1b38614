import type { BranchAccount, HomeAssistantConfig, Log, MqttConfig } from "../model/index.js";
import { type BrokerLink, EmbeddedBroker } from "./embedded-broker.js";
import { ListenError } from "./listening.js";

/** How far a free port is looked for. */
const portsTried = 50;

type Configured = MqttConfig & { readonly base: string; readonly homeAssistant?: HomeAssistantConfig };
type Embedded = Extract<Configured, { readonly kind: "embedded" }>;

export interface BrokerParts {
  readonly config: Configured;
  /** This gateway's name. */
  readonly gateway: string;
  /** Of the embedded one: branch offices that sign in. */
  readonly branches?: readonly BranchAccount[];
  readonly log: Log;
  /** A taken port moves to the next free one; for the demo. */
  readonly nextFreePort: boolean;
}

/** What came of a start: how to reach the broker, or a sentence for whoever started it. */
export type BrokerStart =
  | {
      readonly ok: true;
      readonly link: BrokerLink;
      /** The embedded broker's, as `host:port`. */
      readonly address?: string;
    }
  | { readonly ok: false; readonly sentence: string };

/** The broker that the configuration names: one of the site's own, or one inside this process. */
export class Broker {
  readonly #parts: BrokerParts;
  #embedded: EmbeddedBroker | undefined;

  constructor(parts: BrokerParts) {
    this.#parts = parts;
  }

  /** The embedded one listens from now on; one of the site's own is not asked. */
  async start(): Promise<BrokerStart> {
    const { config } = this.#parts;
    if (config.kind === "external") {
      const { url, username, password, ca, identity } = config;
      const account = { ...(username && { username }), ...(password && { password }) };
      const link = { url, ...account, ...(ca && { ca }), ...(identity && { identity }) };
      return { ok: true, link };
    }
    try {
      this.#embedded = await this.#listen(config);
    } catch (error) {
      if (!(error instanceof ListenError)) throw error;
      return { ok: false, sentence: `mqtt.embedded.listen: ${error.message}` };
    }
    const { host, port } = this.#embedded.address();
    return { ok: true, link: this.#embedded.link(), address: `${host}:${port}` };
  }

  async stop(): Promise<void> {
    await this.#embedded?.stop();
  }

  async #listen({ listen, accounts, base, homeAssistant: ha }: Embedded): Promise<EmbeddedBroker> {
    const { nextFreePort, log, gateway, branches = [] } = this.#parts;
    const homeAssistant = ha && { ...ha, site: { prefix: ha.prefix, base, gateway } };
    for (let port = listen.port; ; port += 1) {
      const broker = new EmbeddedBroker(
        { listen: { ...listen, port }, accounts, branches, base, ...(homeAssistant && { homeAssistant }) },
        log,
      );
      try {
        await broker.start();
      } catch (error) {
        const taken = error instanceof ListenError && error.fault === "port-taken";
        if (!taken || !nextFreePort || port >= listen.port + portsTried) throw error;
        continue;
      }
      if (port !== listen.port)
        log.info({ port }, `mqtt.embedded.listen: port ${listen.port} is taken, ${port} is used instead`);
      return broker;
    }
  }
}
