import { randomBytes } from "node:crypto";
import { setTimeout as rhythm } from "node:timers/promises";
import type { AsteriskConfig, BrokerAccount, Config, Phone as ConfiguredPhone, Person } from "../../src/model/index.ts";
import { anaAccount, type BusyLight, desksOfBench, GatewayBench, people, phoneOf } from "../scenarios/bench.ts";
import { kim } from "../unit/core/world.ts";
import { AmiGate } from "./ami-gate.ts";
import { AsteriskLab, type AsteriskOptions } from "./asterisk.ts";
import { CuttableProxy } from "./cuttable-proxy.ts";
import { Ear } from "./meter.ts";
import type { Phone, PhoneCall } from "./phone.ts";
import type { DeskPhone } from "./phones/desk-phone.ts";
import { YealinkPhone } from "./phones/yealink.ts";
import { Phones } from "./phones.ts";
import { CODES, TONES } from "./voices.ts";

/**
 * What the supervisor's voice promises at a moment, as a frequency: `nobody` may never be heard; `agent` (and `toAgent`
 * while it opens or closes) never by the customer; `all` (and `toAll`) by both.
 */
export const VOICE = {
  nobody: CODES[0].forbidden,
  toAgent: CODES[1].grey,
  agent: CODES[1].open,
  toAll: CODES[2].grey,
  all: CODES[2].open,
} as const;

/** Tones that one frame of is a leak, at any moment of a call: for each listener, their own voice among them. */
export const FORBIDDEN = {
  agent: [VOICE.nobody, TONES.agent],
  customer: [VOICE.nobody, VOICE.toAgent, VOICE.agent, TONES.customer],
  supervisor: Object.values(VOICE),
} as const;

const BOARD_MS = 10_000;

/** A call under way, with an ear at each end. */
export interface LabCall {
  readonly agent: PhoneCall;
  readonly customer: PhoneCall;
  readonly agentEar: Ear;
  readonly customerEar: Ear;
}

export interface CallCentreOptions extends AsteriskOptions {
  /** True by default. */
  readonly supervisionEndpoint?: boolean;
  /** The site's choices; Hidden alone is allowed by default. */
  readonly policy?: Config["policy"];
  readonly teams?: Config["teams"];
  /** People beside those of every bench, each with a busy light. */
  readonly people?: readonly Person[];
  /** Desk phones of theirs, beside those of every bench. */
  readonly desks?: readonly ConfiguredPhone[];
  /** The gateway reaches ARI by a cable that can be cut, and AMI past a gate. */
  readonly cable?: boolean;
  /** Kim's desk phone, as the sheet names it, and the strict phone that stands in for it; a Yealink T46U by default. */
  readonly screen?: { readonly vendor: string; readonly model: string; phone(): DeskPhone };
  /** The desk in the browser for an administrator, and the phones that they can choose from. */
  readonly desk?: {
    readonly administrator: Person;
    readonly password: string;
    readonly phones: readonly ConfiguredPhone[];
  };
}

/** A real Asterisk with real phones, a whole gateway connected to it, and a supervisor's desk phone on its pages. */
export class CallCentre {
  readonly lab: AsteriskLab;
  readonly phones: Phones;
  readonly #supervisionEndpoint: boolean;
  readonly #more: readonly Person[];
  readonly #desks: readonly ConfiguredPhone[];
  readonly #cabled: boolean;
  readonly #desk: CallCentreOptions["desk"];
  readonly #screen: CallCentreOptions["screen"];
  readonly #policy: CallCentreOptions["policy"];
  readonly #teams: CallCentreOptions["teams"];
  #cable: CuttableProxy | undefined;
  #amiGate: AmiGate | undefined;
  #bench: GatewayBench | undefined;
  #parts: { ana: Phone; carla: Phone; kim: Phone; page: YealinkPhone; desk: DeskPhone; light: BusyLight } | undefined;

  constructor(options: CallCentreOptions = {}) {
    const {
      supervisionEndpoint = true,
      people: more = [],
      desks = [],
      cable = false,
      desk,
      screen,
      policy,
      teams,
      ...asterisk
    } = options;
    this.lab = new AsteriskLab(asterisk);
    this.phones = new Phones(this.lab);
    this.#supervisionEndpoint = supervisionEndpoint;
    this.#more = more;
    this.#desks = desks;
    this.#cabled = cable;
    this.#desk = desk;
    this.#screen = screen;
    this.#policy = policy;
    this.#teams = teams;
  }

  /** The cable to ARI, where there is one to be cut. */
  get cable(): CuttableProxy {
    return started(this.#cable);
  }

  /** The gate to AMI, where there is one. */
  get amiGate(): AmiGate {
    return started(this.#amiGate);
  }

  get bench(): GatewayBench {
    return started(this.#bench);
  }

  /**
   * Ana's desk phone, Carla the customer, the supervisor's phone for supervision legs, the page of a Yealink of Kim's, the
   * one on her desk (that Yealink, unless another is chosen), Ana's busy light.
   */
  get at() {
    return started(this.#parts);
  }

  async start(): Promise<void> {
    await this.lab.start();
    await this.phones.start();
    const { lab, phones } = this;
    const ana = await phones.add({ account: lab.account("2001"), hz: TONES.agent });
    const carla = await phones.add({ account: lab.account("trunk"), hz: TONES.customer });
    const account = lab.account(this.#supervisionEndpoint ? "3001-sup" : "3001");
    const kim = await phones.add({ account, hz: VOICE.nobody, obeyAutoAnswer: true });
    const accounts = this.#more.map(({ id }): BrokerAccount => {
      return { username: id, password: randomBytes(12).toString("hex"), agent: id };
    });
    const listen = { host: "127.0.0.1", port: 0 };
    const mqtt = {
      kind: "embedded" as const,
      base: "earshot",
      listen,
      accounts: [anaAccount, ...accounts],
    };
    if (this.#cabled) {
      this.#cable = new CuttableProxy(lab.ports.http);
      this.#amiGate = new AmiGate(lab.ports.ami);
    }
    const ariPort = (await this.#cable?.start()) ?? lab.ports.http;
    const amiPort = (await this.#amiGate?.start()) ?? lab.ports.ami;
    const config = {
      pbx: this.#pbx(ariPort, amiPort),
      people: [...people, ...this.#more],
      ...(this.#desks.length > 0 && { phones: [...desksOfBench, ...this.#desks] }),
      mqtt,
      ...this.#deskConfig(),
      ...(this.#screen && { phones: this.#screens(this.#screen) }),
      ...(this.#policy && { policy: this.#policy }),
      ...(this.#teams && { teams: this.#teams }),
    };
    this.#bench = new GatewayBench({ config });
    await this.#bench.start();
    const light = await this.#bench.busyLight();
    for (const account of accounts) await this.#bench.busyLight(undefined, account);
    const page = new YealinkPhone();
    const desk = this.#screen?.phone() ?? page;
    await desk.open(await this.#bench.launcher(phoneOf.kim));
    this.#parts = { ana, carla, kim, page, desk, light };
  }

  async stop(): Promise<void> {
    await this.#parts?.desk.stop();
    await this.#bench?.stop();
    this.#cable?.stop();
    this.#amiGate?.stop();
    await this.phones.stop();
    await this.lab.stop();
  }

  /** Carla calls `target`, Ana answers, and both hear each other. */
  async connect(target: string, name = "Carla Voss"): Promise<LabCall> {
    const { ana, carla } = this.at;
    const customer = await carla.dial(target, { identity: { number: "+4930123456", name } });
    const agent = await ana.incoming();
    await agent.answer();
    await customer.answered();
    return await this.hearing(agent, customer);
  }

  /** Waits until two parties hear each other: `agent` speaks as an agent, `customer` as a customer. */
  async hearing(agent: PhoneCall, customer: PhoneCall): Promise<LabCall> {
    const [agentEar, customerEar] = [new Ear(agent), new Ear(customer)];
    await Promise.all([agentEar.hears(TONES.customer), customerEar.hears(TONES.agent)]);
    return { agent, customer, agentEar, customerEar };
  }

  /**
   * Waits until Kim's board, opened by the launcher, has exactly these rows, in any order.
   * @throws Error when it does not in time, or when a page on the way has two rows of one agent.
   */
  async board(...wanted: readonly RegExp[]): Promise<void> {
    const { page } = this.at;
    const launcher = await this.bench.launcher(phoneOf.kim);
    const end = performance.now() + BOARD_MS;
    for (;;) {
      await page.open(launcher);
      // The last row of a board leads to its menu.
      const rows = page.rows().filter((row) => !row.startsWith("Find or sort"));
      const agents = rows.map((row) => /^. (?:rings|hold \S+|\S+) ([^:]+):/.exec(row)?.[1]);
      if (new Set(agents).size < rows.length) throw new Error(`one agent has two rows:\n${page.screen}`);
      if (rows.length === wanted.length && wanted.every((one) => rows.some((row) => one.test(row)))) return;
      if (performance.now() > end) throw new Error(`the board never had ${wanted.join(", ")} alone:\n${page.screen}`);
      await rhythm(20);
    }
  }

  /** Ends every call, and waits until Kim's launcher answers with an empty board: the supervision is over too. */
  async quiet(withinMs = 20_000): Promise<void> {
    const { desk: page } = this.at;
    await this.phones.hangUpAll();
    const launcher = await this.bench.launcher(phoneOf.kim);
    const end = performance.now() + withinMs;
    for (await page.open(launcher); !/Live calls \(0\)/.test(page.title()); await page.open(launcher)) {
      if (performance.now() > end) throw new Error(`it does not become quiet:\n${page.screen}`);
      await rhythm(20);
    }
  }

  /** What the PBX has now, ours included. */
  async leftovers(): Promise<{ channels: number; bridges: number }> {
    const [channels, bridges] = await Promise.all([this.lab.ari("GET", "/channels"), this.lab.ari("GET", "/bridges")]);
    return { channels: lengthOf(channels), bridges: lengthOf(bridges) };
  }

  #deskConfig(): Partial<Config> {
    if (!this.#desk) return {};
    const { administrator, password, phones } = this.#desk;
    return {
      people: [...people, ...this.#more, administrator],
      phones: [{ mac: phoneOf.kim, vendor: "yealink", model: "T46U", owner: kim.id, answer: "auto" }, ...phones],
      desk: { kind: "accounts", accounts: [{ person: administrator.id, password }] },
    };
  }

  #screens({ vendor, model }: NonNullable<CallCentreOptions["screen"]>): readonly ConfiguredPhone[] {
    return desksOfBench.map((phone) => (phone.mac === phoneOf.kim ? { ...phone, vendor, model } : phone));
  }

  #pbx(ariPort: number, amiPort: number): AsteriskConfig {
    const { lab } = this;
    return {
      kind: "asterisk",
      ari: { url: `http://${lab.host}:${ariPort}/ari`, ...lab.ariUser },
      ami: { host: lab.host, port: amiPort, ...lab.amiUser },
      endpoint: "PJSIP/{extension}",
      ...(this.#supervisionEndpoint && { supervisionEndpoint: "PJSIP/{extension}-sup" }),
    };
  }
}

function lengthOf(list: unknown): number {
  if (!Array.isArray(list)) throw new Error("the PBX gave no list");
  return list.length;
}

function started<T>(part: T | undefined): T {
  if (part === undefined) throw new Error("the call centre is not started");
  return part;
}
