import type {
  ActionResult,
  AsteriskConfig,
  BlfKey,
  CallId,
  Capability,
  Clock,
  Extension,
  HandOver,
  LegId,
  Log,
  Notification,
  NotificationTone,
  NotifyTarget,
  Pbx,
  PbxAction,
  PbxEvent,
  Person,
  Pushed,
  Registered,
  SupervisionId,
} from "../../model/index.js";
import { AmiClient } from "./ami-client.js";
import { AriClient } from "./ari-client.js";
import { Calls } from "./calls.js";
import { Connection } from "./connection.js";
import { contactsOf, phoneToRing } from "./contacts.js";
import { endpointFor, type Owners, ownersOf } from "./endpoints.js";
import { HandOvers } from "./hand-overs.js";
import { handIn, isOfPress } from "./hands.js";
import { Intake } from "./intake.js";
import { LegKeypad } from "./keypad.js";
import { Lookouts } from "./lookouts.js";
import { notify } from "./notify.js";
import { tagOf } from "./own-names.js";
import { OwnParts } from "./own-parts.js";
import { Privacy } from "./privacy.js";
import { PrivateCalls } from "./private-calls.js";
import { QueuePauses } from "./queue-pauses.js";
import { pauseRecording } from "./recordings.js";
import { registeredByAmi } from "./registrations.js";
import { Rooms } from "./rooms.js";
import type { Ringing } from "./session.js";
import { applicationOf, lampOf } from "./setup/needs.js";
import { type Refused, refused, type Site } from "./site.js";
import { Supervisions } from "./supervisions.js";
import { TakenOver } from "./taken-over.js";
import { Traces } from "./traces.js";
import { Transfers } from "./transfers.js";

export interface AsteriskPbxOptions {
  readonly config: AsteriskConfig;
  readonly people: readonly Person[];
  /** The gateway's name: it names the ARI application and marks what this gateway makes. */
  readonly gateway: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Whether each context that a call goes into has to be told; it costs an event for every step of the dialplan. */
  readonly contexts?: boolean;
}

const WITH_AMI: readonly Capability[] = ["queue-pause", "take-over", "notify-push", "keep-private", "pause-recording"];

const AWAY = refused("pbx-away", "there is no connection to the PBX");

/** Asterisk over ARI, and AMI where it is configured. */
export class AsteriskPbx implements Pbx {
  readonly kind = "asterisk";
  readonly keypad: LegKeypad;
  readonly notificationTone: NotificationTone = {
    play: async (supervision, leg, wanted) =>
      this.#connection.live
        ? await this.#supervisions.notify(supervision, leg, () => this.#connection.live && wanted())
        : AWAY,
  };
  /** Only with AMI. */
  readonly routing?: QueuePauses;
  readonly #config: AsteriskConfig;
  readonly #log: Log;
  #owners: Owners;
  readonly #ari: AriClient;
  readonly #ami: AmiClient | undefined;
  readonly #handOvers: HandOvers;
  readonly #parts: OwnParts;
  readonly #connection: Connection;
  readonly #intake: Intake;
  readonly #privateCalls: PrivateCalls;
  readonly #calls: Calls;
  readonly #traces: Traces;
  readonly #lookouts: Lookouts;
  readonly #supervisions: Supervisions;
  #sink: (event: PbxEvent) => void = () => undefined;
  #stopping = false;

  constructor({ config, people, gateway, clock, log, contexts = false }: AsteriskPbxOptions) {
    const app = applicationOf(gateway);
    const tag = tagOf(gateway);
    this.#config = config;
    this.#log = log;
    this.#owners = ownersOf(config, people);
    this.#ari = new AriClient(config.ari, app);
    this.#ami = config.ami === undefined ? undefined : new AmiClient(config.ami, clock, log);
    if (this.#ami !== undefined) {
      this.routing = new QueuePauses(this.#ami, config, people, () => this.#connection.phase !== "replaced");
    }
    // Whoever has been given it sees who owns what now.
    const owners: Owners = {
      endpoint: (name) => this.#owners.endpoint(name),
      extension: (digits) => this.#owners.extension(digits),
    };
    const taken = new TakenOver();
    this.#parts = new OwnParts(tag, taken);
    this.#calls = new Calls(owners, (channel) => privacy.since(channel), taken);
    const privacy = new Privacy({ calls: this.#calls, ami: this.#ami, clock, log });
    this.#traces = new Traces(this.#ari, this.#calls);
    const transfers = new Transfers(this.#calls, owners);
    this.#lookouts = new Lookouts(clock);
    const site: Site = {
      ari: this.#ari,
      parts: this.#parts,
      calls: this.#calls,
      owners,
      traces: this.#traces,
      taken,
      tag,
      clock,
      log,
      until: (look, withinMs) => this.#lookouts.until(look, withinMs),
      gone: (channel) => this.#gone(channel),
      silent: (supervision, legs) => this.#silent(supervision, legs),
      privacy: (channel) => this.#privateCalls.refusal(channel),
      look: () => this.#lookouts.look(),
    };
    const rooms = new Rooms({ site, ami: this.#ami, gateway });
    this.#handOvers = new HandOvers(site, rooms);
    const report = (event: PbxEvent): void => this.#sink(event);
    this.#supervisions = new Supervisions(site, { rooms, transfers }, (action) => this.#phoneToRing(action), report);
    this.keypad = new LegKeypad(this.#parts, (supervision) => this.#supervisions.refuse(supervision));
    this.#intake = new Intake(site, { privacy, transfers, rooms, supervisions: this.#supervisions, report });
    this.#privateCalls = new PrivateCalls({
      privacy,
      calls: this.#calls,
      ari: this.#ari,
      isLive: () => this.#connection.live,
      cut: () => this.#supervisions.guardEars(),
      tell: (changes) => this.#intake.tellCalls(changes),
    });
    this.#connection = new Connection(
      { account: config.ari, app, ari: this.#ari, clock, log },
      {
        needs: () => ({ contexts, digits: this.keypad.isFollowed }),
        isOfCalls: (event) => !isOfPress(event, owners, (channel) => this.#calls.node(channel) !== undefined),
        reading: () => this.#supervisions.reading(),
        listed: (lists, since) => this.#intake.replace(lists, since, this.#connection.skewMs),
        event: (event) => this.#intake.take(event),
        aside: (message) => this.#aside(message),
        away: (why, wasLive) => this.#away(why, wasLive),
        replaced: (why) => this.#replaced(why),
      },
    );
  }

  start(sink: (event: PbxEvent) => void): Promise<void> {
    this.#sink = sink;
    this.#stopping = false;
    this.#ami?.start();
    this.#connection.start();
    return Promise.resolve();
  }

  knows(people: readonly Person[]): void {
    this.#owners = ownersOf(this.#config, people);
    this.snapshot().catch((error: unknown) => this.#log.error({ error: String(error) }, "the calls could not be read"));
  }

  async snapshot(): Promise<void> {
    await this.#connection.readAgain();
  }

  async execute(action: PbxAction): Promise<ActionResult> {
    // What is at the PBX is the other gateway's now, to close as well as to open.
    if (this.#connection.phase === "replaced") return refused("pbx-away", "another gateway has taken over");
    if (action.type === "set-private") return await this.#privateCalls.set(action);
    if (action.type === "pause-recording")
      return await pauseRecording(this.#ami, this.#namesOn(action.call), action.on);
    if (action.type === "end" || action.type === "close-mouth" || action.type === "detach-ear") {
      return await this.#supervisions.close(action);
    }
    if (this.#stopping) return refused("stopping", "the gateway is stopping");
    if (!this.#connection.live) return AWAY;
    return await this.#supervisions.open(action);
  }

  async handOver({ leg, agent, to }: HandOver): Promise<ActionResult> {
    if (this.#stopping) return refused("stopping", "the gateway is stopping");
    if (!this.#connection.live) return AWAY;
    const channel = this.#calls.channelOf(leg);
    if (channel === undefined) return refused("call-gone", "the leg is not part of a call");
    return await this.#handOvers.ring({ channel, agent, endpoint: endpointFor(this.#config.endpoint, to) });
  }

  async unseen(leg: LegId): Promise<ActionResult> {
    if (!this.#connection.live) return AWAY;
    const channel = this.#calls.channelOf(leg);
    if (channel === undefined) return refused("call-gone", "the leg is not part of a call");
    return (await this.#traces.look(channel)) ?? { ok: true };
  }

  notify(to: NotifyTarget, notification: Notification, wanted?: () => boolean): Promise<Pushed> {
    return notify(this.#ami, endpointFor(this.#config.endpoint, to.extension), to, notification, wanted);
  }

  async lamp(extension: Extension, key: BlfKey, lit: boolean): Promise<ActionResult> {
    if (!this.#connection.live) return AWAY;
    const answer = await this.#ari.setDeviceState(`Stasis:${lampOf(extension, key)}`, lit ? "INUSE" : "NOT_INUSE");
    return answer.ok ? { ok: true } : refused("pbx-failed", answer.why);
  }

  async outOfSight(extensions: readonly Extension[]): Promise<readonly Extension[] | undefined> {
    const seen = this.#connection.live ? await this.#ari.endpoints() : undefined;
    if (seen?.ok !== true) return undefined;
    return extensions.filter((extension) => !seen.value.includes(endpointFor(this.#config.endpoint, extension)));
  }

  registered(): Promise<ReadonlyMap<Extension, readonly Registered[]> | undefined> {
    return registeredByAmi(this.#ami, this.#owners, this.#connection.skewMs);
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    // Whoever comes next has the whole lease to come.
    if (this.#connection.live) await this.#supervisions.renew();
    this.#supervisions.rest();
    this.#connection.stop();
    this.#ami?.stop();
    this.#lookouts.stop();
    await this.#ari.close();
  }

  capabilities(): ReadonlySet<Capability> {
    return new Set(this.#ami?.loggedIn === true ? WITH_AMI : []);
  }

  #namesOn(call: CallId): readonly string[] {
    return this.#calls.channelsOf(call).flatMap((id) => this.#calls.node(id)?.channel.name ?? []);
  }

  /** A key of a phone was pressed: a digit, or that of an agent's own lamp. */
  #aside(message: unknown): void {
    this.keypad.hear(message);
    const person = handIn(message, this.#owners);
    if (person !== undefined) this.#sink({ type: "hand-raised", person });
  }

  #gone(channel: string): void {
    const supervision = this.#parts.gone(channel);
    if (supervision === undefined) return;
    this.#lookouts.look();
    if (this.#connection.phase !== "stopped") this.#supervisions.tell(supervision);
  }

  #silent(supervision: SupervisionId, legs: readonly LegId[]): void {
    this.#parts.silent(supervision, legs);
    if (this.#connection.live) this.#supervisions.tell(supervision);
  }

  #away(why: string, wasLive: boolean): void {
    // Transfers and intruders cannot be seen now, so nobody may be heard.
    if (wasLive) this.#supervisions.closeMouths();
    this.#sink({ type: "pbx-away", why });
  }

  #replaced(why: string): void {
    this.#supervisions.rest();
    this.#sink({ type: "pbx-away", why });
  }

  async #phoneToRing(action: Extract<PbxAction, { type: "ring" }>): Promise<Ringing | Refused> {
    const endpoint = endpointFor(this.#config.supervisionEndpoint ?? this.#config.endpoint, action.extension);
    return phoneToRing(await contactsOf(endpoint, this.#ari, this.#calls.channels(), this.#ami), endpoint, action);
  }
}
