import { systemClock } from "../../src/clock/index.ts";
import { demoConfig } from "../../src/config/index.ts";
import type { Call, CallId, Clock, Config, Mac, PbxEvent, PersonId, Voice } from "../../src/model/index.ts";
import { SimulatorPbx } from "../../src/pbx/simulator/index.ts";
import { GatewayBench } from "../scenarios/bench.ts";
import { webIsBuilt } from "./built-web.ts";

const loopback = { host: "127.0.0.1", port: 0 } as const;

export interface DeskBenchOptions {
  /** `call-centre` (the default) as a newcomer has it; with `manual` calls come by the simulator's methods alone. */
  readonly script?: "call-centre" | "manual";
  readonly seed?: number;
  readonly speed?: number;
  /** The PBX's; the gateway keeps the real one. */
  readonly clock?: Clock;
  /** What is different from the demo. */
  readonly config?: Partial<Config>;
}

/** The demo's gateway in this process, on free ports, with its page from `dist/web`, and its simulator to be asked. */
export class DeskBench {
  readonly config: Config;
  readonly pbx: SimulatorPbx;
  readonly bench: GatewayBench;
  /** The drawn phones of Kim, Ana and Ben. */
  readonly kim: Mac;
  readonly ana: Mac;
  readonly ben: Mac;
  readonly #calls = new Map<CallId, Call>();
  #origin = "";

  constructor({
    script = "call-centre",
    seed = 1,
    speed = 1,
    clock = systemClock,
    config = {},
  }: DeskBenchOptions = {}) {
    const demo = demoConfig(".earshot");
    const publicUrl = "http://127.0.0.1:0";
    if (demo.mqtt.kind !== "embedded") throw new Error("the demo has its broker inside");
    const mqtt = { ...demo.mqtt, listen: loopback };
    this.config = { ...demo, http: { listen: loopback, publicUrl }, mqtt, ...config };
    const { people, phones } = this.config;
    this.pbx = new SimulatorPbx({ people, seed, speed, clock, script });
    this.bench = new GatewayBench({ pbx: this.pbx, config: withoutData(this.config) });
    const [kim, ana, ben] = phones.map(({ mac }) => mac);
    if (!kim || !ana || !ben) throw new Error("the demo has three phones");
    [this.kim, this.ana, this.ben] = [kim, ana, ben];
    this.#watch();
  }

  get origin(): string {
    return this.#origin;
  }

  async start(): Promise<void> {
    await webIsBuilt();
    await this.bench.start();
    this.#origin = new URL(await this.bench.launcher(this.kim)).origin;
  }

  async stop(): Promise<void> {
    await this.bench.stop();
  }

  /** Whose phone that is. @throws Error where it is nobody's. */
  ownerOf(mac: Mac): PersonId {
    const owner = this.config.phones.find((phone) => phone.mac === mac)?.owner;
    if (!owner) throw new Error(`the demo has no phone ${mac}`);
    return owner;
  }

  /** The calls that the PBX has told of and not ended. */
  get calls(): readonly Call[] {
    return [...this.#calls.values()];
  }

  /**
   * Who hears whom by the simulated PBX itself, on the call that is supervised: such as `customer>supervisor`, sorted.
   * Undefined where nothing is supervised.
   */
  hearing(): readonly string[] | undefined {
    const heard = this.pbx.hearing();
    const legs = new Map(
      this.calls.flatMap((call) => call.legs.map((leg) => [String(leg.id), { call, leg }] as const)),
    );
    const kindOf = (voice: Voice): string => {
      const found = legs.get(voice);
      if (!found) return "supervisor";
      return found.leg.party.kind === "internal" ? "agent" : "customer";
    };
    const supervised = heard.find(({ listener }) => kindOf(listener) === "supervisor");
    const call = supervised && legs.get(supervised.speaker)?.call;
    if (!call) return undefined;
    const here = heard.filter(({ listener, speaker }) =>
      [listener, speaker].some((voice) => legs.get(voice)?.call.id === call.id),
    );
    return here.map(({ listener, speaker }) => `${kindOf(speaker)}>${kindOf(listener)}`).sort();
  }

  #watch(): void {
    const start = this.pbx.start.bind(this.pbx);
    this.pbx.start = (sink) =>
      start((event) => {
        this.#take(event);
        sink(event);
      });
  }

  #take(event: PbxEvent): void {
    if (event.type === "pbx-snapshot") {
      this.#calls.clear();
      for (const call of event.snapshot.calls) this.#calls.set(call.id, call);
    } else if (event.type === "call") this.#calls.set(event.call.id, event.call);
    else if (event.type === "call-ended") this.#calls.delete(event.call);
  }
}

function withoutData({ data: _, ...rest }: Config): Omit<Config, "data"> {
  return rest;
}
