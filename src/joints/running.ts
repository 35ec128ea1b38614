import { randomBytes } from "node:crypto";
import { BusFeed, type GatewayStatus } from "../cli/index.js";
import type { ApiKeys, Control, People, PhoneKeeper, PhonePlaces, PhoneRegistry, Walks } from "../control/index.js";
import { type Discovery, Sightings } from "../discovery/index.js";
import type { BlfLamps, BusyLamps, Dispatch, PhonePushes, PhoneTopics, Resyncs } from "../dispatch/index.js";
import type { PhoneServer, Sheets } from "../http/index.js";
import {
  type Clock,
  type Config,
  type Log,
  type Mac,
  type Pbx,
  type PeopleBook,
  type Person,
  type Phone,
  type Phones,
  type PhonesBook,
  parsePersonId,
} from "../model/index.js";
import type { BrokerLink, MqttBus } from "../mqtt/index.js";
import type { SayTo } from "../pages/index.js";
import type { FirstContact, PhoneFileServer } from "../provisioning/index.js";
import type { SipWatch } from "../sip/index.js";
import type { Writer } from "../state/index.js";
import type { AuditLog, EmbeddedStore, Secrets } from "../store/index.js";
import type { SitePolicy } from "../supervision/index.js";

/** What random ids are made for. */
export type IdFor = "notice" | "deed" | "walk";
const randomId = (): string => randomBytes(12).toString("hex");

/** What is there before anything acts, and most rooms are given. */
export interface Joints {
  readonly policy: SitePolicy;
  readonly store: EmbeddedStore;
  readonly secrets: Secrets;
  readonly audit: AuditLog;
  readonly epoch: number;
  readonly writer: Writer;
  readonly phones: Phones;
  readonly pbx: Pbx;
  /** How the broker is reached. */
  readonly link: BrokerLink;
  readonly sheets: Sheets;
  readonly say: SayTo;
  readonly sip?: SipWatch;
}

export type Data = Pick<Joints, "store" | "secrets" | "audit" | "epoch">;

/** Whatever tells people something that they have not asked for. */
export interface Telling {
  readonly dispatch: Dispatch;
  readonly phoneTopics: PhoneTopics;
  readonly pushes: PhonePushes;
  readonly lamps?: BlfLamps;
}

export interface GatewayOptions {
  readonly config: Config;
  readonly log: Log;
  readonly clock: Clock;
  /** earshot's own, for whoever reads the API's document. */
  readonly version?: string;
  /** A taken port moves to the next free one; for the demo. */
  readonly nextFreePort?: boolean;
  /** A PBX made elsewhere, for tests that drive it. */
  readonly pbx?: Pbx;
  /** Random ids, for tests that compare two runs byte by byte. */
  readonly newId?: (what: IdFor) => string;
}

/** earshot cannot start; the message is a sentence for the person who started it. */
export class StartError extends Error {
  override readonly name = "StartError";
}

/**
 * What runs, as far as it has been started. Whoever needs a part that comes later asks for it here, at the moment at which
 * they need it; `stop` undoes in reverse what was done.
 */
export class Running {
  readonly options: GatewayOptions;
  readonly sightings: Sightings;
  /** The bus for whoever watches it from the command line. */
  readonly feed: BusFeed;
  store: EmbeddedStore | undefined;
  audit: AuditLog | undefined;
  server: PhoneServer | undefined;
  writer: Writer | undefined;
  bus: MqttBus | undefined;
  pushes: PhonePushes | undefined;
  control: Control | undefined;
  pbx: Pbx | undefined;
  people: People | undefined;
  phones: PhoneRegistry | undefined;
  keeper: PhoneKeeper | undefined;
  access: ApiKeys | undefined;
  walks: Walks | undefined;
  busyLamps: BusyLamps | undefined;
  discovery: Discovery | undefined;
  files: PhoneFileServer | undefined;
  firstContact: FirstContact | undefined;
  resyncs: Resyncs | undefined;
  places: PhonePlaces | undefined;
  digest: Secrets["digest"] | undefined;
  readonly #undo: (() => Promise<void> | void)[] = [];

  constructor(options: GatewayOptions) {
    this.options = options;
    this.sightings = new Sightings(options.clock);
    this.feed = new BusFeed({
      now: () => options.clock.now(),
      connected: () => this.bus?.connected ?? false,
      nameOf: (id) => this.personNamed(id)?.name,
      ownerOf: (mac) => this.phones?.all().find((phone) => phone.mac === mac)?.owner,
      supervises: (id) => this.personNamed(id)?.role !== "agent",
    });
  }

  /** Has the part stopped when all stops. */
  own<T extends { stop(): Promise<void> | void }>(part: T): T {
    this.undoLater(() => part.stop());
    return part;
  }

  undoLater(undo: () => Promise<void> | void): void {
    this.#undo.push(undo);
  }

  async stop(): Promise<void> {
    for (let undo = this.#undo.pop(); undo; undo = this.#undo.pop()) {
      try {
        await undo();
      } catch (error) {
        this.options.log.error({ error: String(error) }, "something could not be stopped");
      }
    }
  }

  /** Has whatever this phone leads end, or is about to. */
  leaveFrom(phone: Phone): void {
    this.control?.leaveFrom(phone).catch((error: unknown) => {
      this.options.log.error({ error: String(error), mac: phone.mac }, "what a phone led could not be ended");
    });
  }

  publicUrl(): string {
    return this.server?.publicUrl ?? this.options.config.http.publicUrl;
  }

  brokerStanding(): GatewayStatus["broker"] {
    if (this.bus?.connected) return "connected";
    return (this.writer?.state.pbx ?? "starting") === "starting" ? "starting" : "away";
  }

  /** By id, else by extension. */
  personNamed(words: string): Person | undefined {
    const everybody = this.writer?.state.people;
    const id = parsePersonId(words);
    return (id && everybody?.get(id)) ?? [...(everybody?.values() ?? [])].find(({ extension }) => extension === words);
  }

  book(): PeopleBook {
    if (this.people === undefined) throw new Error("the people are not known yet");
    return this.people;
  }

  /** Whether the entry of this phone stands in `earshot.yaml`. */
  ofFile(mac: Mac): boolean {
    return this.options.config.phones.some((phone) => phone.mac === mac);
  }

  /** Not before what a phone leads can be ended, that of an earlier run too. */
  phonesBook(): PhonesBook {
    if (this.keeper === undefined || this.control === undefined) throw new Error("the phones are not known yet");
    return this.keeper;
  }

  newId(what: IdFor): string {
    return (this.options.newId ?? randomId)(what);
  }
}
