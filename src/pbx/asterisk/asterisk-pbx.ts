import type {
  ActionResult,
  AsteriskConfig,
  BlfKey,
  CallId,
  Capability,
  Clock,
  Extension,
  HandOver,
  Keypad,
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
import { type AriEvent, digitIn, fieldsOf, parseEvent, textOf } from "./ari-messages.js";
import { AriSocket } from "./ari-socket.js";
import { type CallEvent, Calls } from "./calls.js";
import { contactOf, contactsOf } from "./contacts.js";
import { endpointFor, type Owners, ownersOf } from "./endpoints.js";
import { HandOvers } from "./hand-overs.js";
import { handIn, isOfPress, isPress } from "./hands.js";
import { clockSkew, type Listing, listing, privacyOf } from "./listing.js";
import { Lookouts } from "./lookouts.js";
import { notify } from "./notify.js";
import { tagOf } from "./own-names.js";
import { OwnParts } from "./own-parts.js";
import { Privacy, type PrivacySite, saysPrivate } from "./privacy.js";
import { QueuePauses } from "./queue-pauses.js";
import { pauseRecording } from "./recordings.js";
import { registeredByAmi } from "./registrations.js";
import { Rooms } from "./rooms.js";
import type { Ringing } from "./session.js";
import { applicationOf, lampOf } from "./setup/needs.js";
import { type Refused, refused } from "./site.js";
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

/**
 * `reading`: connected, the lists are being read and events wait. `replaced`: another gateway has taken over our
 * application; nothing is opened or renewed any more.
 */
type Phase = "stopped" | "away" | "reading" | "live" | "replaced";

const WITH_AMI: readonly Capability[] = ["queue-pause", "take-over", "notify-push", "keep-private", "pause-recording"];
const UNKNOWN_LOGGED = 50;

/** Asterisk over ARI, and AMI where it is configured. */
export class AsteriskPbx implements Pbx {
  readonly kind = "asterisk";
  readonly keypad: Keypad = {
    follow: (told) => {
      this.#digit = told;
    },
    refuse: (supervision) => this.#supervisions.refuse(supervision),
  };
  readonly notificationTone: NotificationTone = {
    play: async (supervision, leg, wanted) =>
      this.#phase === "live"
        ? await this.#supervisions.notify(supervision, leg, () => this.#phase === "live" && wanted())
        : refused("pbx-away", "there is no connection to the PBX"),
  };
  /** Only with AMI. */
  readonly routing?: QueuePauses;
  readonly #config: AsteriskConfig;
  readonly #clock: Clock;
  readonly #log: Log;
  #owners: Owners;
  readonly #ari: AriClient;
  readonly #ami: AmiClient | undefined;
  readonly #socket: AriSocket;
  readonly #taken = new TakenOver();
  readonly #rooms: Rooms;
  readonly #handOvers: HandOvers;
  readonly #parts: OwnParts;
  readonly #calls: Calls;
  readonly #traces: Traces;
  readonly #transfers: Transfers;
  readonly #lookouts: Lookouts;
  readonly #privacy = new Privacy();
  readonly #privacySite: PrivacySite;
  readonly #supervisions: Supervisions;
  readonly #unknown = new Set<string>();
  #sink: (event: PbxEvent) => void = () => undefined;
  readonly #contexts: boolean;
  /** Undefined where nobody wants digits. */
  #digit: Parameters<Keypad["follow"]>[0] | undefined;
  #phase: Phase = "stopped";
  #stopping = false;
  /** Events since the lists began to be read: they are taken in again after the lists. */
  #recorded: AriEvent[] | undefined;
  #connection = 0;
  #skew = 0;
  #reading: Promise<void> = Promise.resolve();

  constructor({ config, people, gateway, clock, log, contexts = false }: AsteriskPbxOptions) {
    const app = applicationOf(gateway);
    const tag = tagOf(gateway);
    this.#config = config;
    this.#clock = clock;
    this.#log = log;
    this.#contexts = contexts;
    this.#owners = ownersOf(config, people);
    this.#ari = new AriClient(config.ari, app);
    this.#ami = config.ami === undefined ? undefined : new AmiClient(config.ami, clock, log);
    if (this.#ami !== undefined) {
      this.routing = new QueuePauses(this.#ami, config, people, () => this.#phase !== "replaced");
    }
    this.#parts = new OwnParts(tag, this.#taken);
    // Whoever has been given it sees who owns what now.
    const owners: Owners = {
      endpoint: (name) => this.#owners.endpoint(name),
      extension: (digits) => this.#owners.extension(digits),
    };
    this.#calls = new Calls(owners, this.#privacy.since, this.#taken);
    this.#traces = new Traces(this.#ari, this.#calls);
    this.#transfers = new Transfers(this.#calls, owners);
    this.#lookouts = new Lookouts(clock);
    this.#privacySite = { calls: this.#calls, ami: this.#ami, clock, log };
    this.#socket = new AriSocket(config.ari, app, clock, {
      open: () => this.#opened(),
      message: (message) => this.#message(message),
      away: (why) => this.#away(why),
    });
    const site = {
      ari: this.#ari,
      parts: this.#parts,
      calls: this.#calls,
      owners,
      traces: this.#traces,
      taken: this.#taken,
      tag,
      clock,
      log,
      until: <Found>(look: () => Found | undefined, withinMs: number) => this.#lookouts.until(look, withinMs),
      gone: (channel: string) => this.#gone(channel),
      silent: (supervision: SupervisionId, legs: readonly LegId[]) => this.#silent(supervision, legs),
      privacy: (channel: string) => this.#privacyOf(channel),
      look: () => this.#lookouts.look(),
    };
    this.#rooms = new Rooms({ site, ami: this.#ami, gateway });
    this.#handOvers = new HandOvers(site, this.#rooms);
    this.#supervisions = new Supervisions(
      site,
      { rooms: this.#rooms, transfers: this.#transfers },
      (action) => this.#find(action),
      (event) => this.#sink(event),
    );
  }

  start(sink: (event: PbxEvent) => void): Promise<void> {
    this.#sink = sink;
    this.#phase = "away";
    this.#stopping = false;
    this.#ami?.start();
    this.#socket.start();
    return Promise.resolve();
  }

  knows(people: readonly Person[]): void {
    this.#owners = ownersOf(this.#config, people);
    this.snapshot().catch((error: unknown) => this.#log.error({ error: String(error) }, "the calls could not be read"));
  }

  async snapshot(): Promise<void> {
    if (this.#phase !== "live") return;
    const connection = this.#connection;
    this.#reading = this.#reading.then(() => this.#read(connection));
    await this.#reading;
  }

  async execute(action: PbxAction): Promise<ActionResult> {
    // What is at the PBX is the other gateway's now, to close as well as to open.
    if (this.#phase === "replaced") return refused("pbx-away", "another gateway has taken over");
    if (action.type === "set-private") return await this.#setPrivate(action);
    if (action.type === "pause-recording")
      return await pauseRecording(this.#ami, this.#namesOn(action.call), action.on);
    if (action.type === "end" || action.type === "close-mouth" || action.type === "detach-ear") {
      return await this.#supervisions.close(action);
    }
    if (this.#stopping) return refused("stopping", "the gateway is stopping");
    if (this.#phase !== "live") return refused("pbx-away", "there is no connection to the PBX");
    return await this.#supervisions.open(action);
  }

  async handOver({ leg, agent, to }: HandOver): Promise<ActionResult> {
    if (this.#stopping) return refused("stopping", "the gateway is stopping");
    if (this.#phase !== "live") return refused("pbx-away", "there is no connection to the PBX");
    const channel = this.#calls.channelOf(leg);
    if (channel === undefined) return refused("call-gone", "the leg is not part of a call");
    return await this.#handOvers.ring({ channel, agent, endpoint: endpointFor(this.#config.endpoint, to) });
  }

  async unseen(leg: LegId): Promise<ActionResult> {
    if (this.#phase !== "live") return refused("pbx-away", "there is no connection to the PBX");
    const channel = this.#calls.channelOf(leg);
    if (channel === undefined) return refused("call-gone", "the leg is not part of a call");
    return (await this.#traces.look(channel)) ?? { ok: true };
  }

  notify(to: NotifyTarget, notification: Notification, wanted?: () => boolean): Promise<Pushed> {
    return notify(this.#ami, endpointFor(this.#config.endpoint, to.extension), to, notification, wanted);
  }

  async lamp(extension: Extension, key: BlfKey, lit: boolean): Promise<ActionResult> {
    if (this.#phase !== "live") return refused("pbx-away", "there is no connection to the PBX");
    const answer = await this.#ari.setDeviceState(`Stasis:${lampOf(extension, key)}`, lit ? "INUSE" : "NOT_INUSE");
    return answer.ok ? { ok: true } : refused("pbx-failed", answer.why);
  }

  async outOfSight(extensions: readonly Extension[]): Promise<readonly Extension[] | undefined> {
    const seen = this.#phase === "live" ? await this.#ari.endpoints() : undefined;
    if (seen?.ok !== true) return undefined;
    return extensions.filter((extension) => !seen.value.includes(endpointFor(this.#config.endpoint, extension)));
  }

  registered(): Promise<ReadonlyMap<Extension, readonly Registered[]> | undefined> {
    return registeredByAmi(this.#ami, this.#owners, this.#skew);
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    // Whoever comes next has the whole lease to come.
    if (this.#phase === "live") await this.#supervisions.renew();
    this.#supervisions.rest();
    this.#phase = "stopped";
    this.#connection += 1;
    this.#socket.stop();
    this.#ami?.stop();
    this.#lookouts.stop();
    await this.#ari.close();
  }

  capabilities(): ReadonlySet<Capability> {
    return new Set(this.#ami?.loggedIn === true ? WITH_AMI : []);
  }

  #opened(): void {
    this.#phase = "reading";
    this.#connection += 1;
    const connection = this.#connection;
    this.#recorded = [];
    this.#reading = this.#reading.then(() => this.#read(connection));
  }

  /** Reads the lists; events that arrive meanwhile are taken in again on top of them. */
  async #read(connection: number): Promise<void> {
    if (this.#connection !== connection) return;
    this.#recorded = this.#phase === "reading" ? (this.#recorded ?? []) : [];
    if (this.#phase === "reading") {
      const [subscribed, filtered] = await Promise.all([
        this.#ari.subscribe(),
        this.#ari.dropUnusedEvents({ contexts: this.#contexts, digits: this.#digit !== undefined }),
      ]);
      if (this.#connection !== connection) return;
      if (!subscribed.ok) {
        this.#recorded = undefined;
        this.#socket.restart(subscribed.why);
        return;
      }
      if (!filtered.ok) this.#log.warn({ why: filtered.why }, "the PBX goes on sending events nobody reads");
    }
    this.#supervisions.reading();
    const skew = await clockSkew(this.#ari, this.#clock);
    const lists = await listing(this.#ari);
    if (this.#connection !== connection) return;
    if (!lists.ok) {
      this.#recorded = undefined;
      this.#socket.restart(lists.why);
      return;
    }
    if (skew !== undefined && Math.abs(skew - this.#skew) > 1_000) {
      this.#skew = skew;
      if (skew !== 0) this.#log.warn({ skewMs: skew }, "the PBX's clock and this gateway's differ");
    }
    this.#replace(lists.value);
  }

  #replace({ channels, bridges, onHold, privacy }: Listing): void {
    const events = this.#recorded ?? [];
    this.#recorded = undefined;
    this.#taken.replace(channels);
    this.#parts.replace(channels, bridges, onHold);
    const theirs = channels.map(({ id }) => id).filter((id) => !this.#taken.isEarshots(id));
    this.#privacy.replace(theirs, privacy, this.#clock.now());
    const ofCalls = channels.filter((channel) => !isPress(channel, this.#owners));
    this.#calls.replace(ofCalls, bridges, this.#skew, onHold);
    // Whoever came in while nobody looked shows in the lists; whoever came and went since, in the events alone.
    const intruded = new Set(this.#parts.intrudedIn(bridges));
    for (const event of events) {
      const by = this.#parts.intruded(event);
      if (by !== undefined) intruded.add(by);
      this.#arrive(event);
      if (this.#parts.concerns(event)) this.#parts.apply(event);
      else this.#applyToCalls(event);
    }
    this.#phase = "live";
    this.#rooms.replace(channels, bridges);
    for (const call of this.#calls.all()) this.#privacy.spread(this.#privacySite, call);
    const { facts, ended } = this.#supervisions.resume(intruded);
    this.#sink({ type: "pbx-snapshot", snapshot: { calls: this.#calls.all(), supervisions: facts } });
    for (const event of ended) this.#sink(event);
    this.#lookouts.look();
  }

  #message(message: unknown): void {
    const event = parseEvent(message);
    if (event === "ignored") {
      this.#pressed(message);
      const person = this.#phase === "live" ? handIn(message, this.#owners) : undefined;
      if (person !== undefined) this.#sink({ type: "hand-raised", person });
      return;
    }
    if (event === undefined) {
      this.#sayUnknown(textOf(fieldsOf(message), "type"));
      return;
    }
    if (event.kind === "replaced") {
      this.#stepDown();
      return;
    }
    if (isOfPress(event, this.#owners, (channel) => this.#calls.node(channel) !== undefined)) return;
    this.#recorded?.push(event);
    if (this.#phase === "live") this.#receive(event);
  }

  /** A supervisor's leg that has come into the call is a party of it before anybody looks at the event. */
  #arrive(event: AriEvent): SupervisionId | undefined {
    const leg = this.#taken.arriving(event);
    if (leg === undefined) return undefined;
    const supervision = this.#parts.release(leg);
    this.#taken.add(leg);
    return supervision;
  }

  #receive(event: AriEvent): void {
    const transferring = this.#transfers.read(event);
    const tookOver = this.#arrive(event);
    const intruded = this.#parts.intruded(event);
    if (intruded !== undefined) this.#supervisions.intruded(intruded);
    if (this.#parts.concerns(event)) {
      const supervision = this.#parts.apply(event);
      this.#lookouts.look();
      if (supervision !== undefined) this.#supervisions.tend(supervision, event);
      return;
    }
    // The guard goes first: it compares with what was.
    this.#supervisions.guard(event);
    this.#tellCalls(this.#applyToCalls(event));
    if (transferring !== undefined) this.#sink(transferring);
    // The call has them before the supervision is over.
    if (tookOver !== undefined) this.#supervisions.tookOver(tookOver);
    this.#rooms.tend(event);
    if (event.kind === "destroyed") this.#taken.forget(event.channel.id);
    this.#lookouts.look();
  }

  #applyToCalls(event: AriEvent): readonly CallEvent[] {
    const changes = this.#calls.apply(event);
    if (event.kind === "destroyed") this.#privacy.forget(event.channel.id);
    if (event.kind !== "privacy") return changes;
    return [...changes, ...this.#privacy.heard(this.#privacySite, event.channel.id, event.value)];
  }

  #tellCalls(changes: readonly CallEvent[]): void {
    this.#supervisions.guardEars();
    for (const change of changes) {
      if (change.type === "call") this.#privacy.spread(this.#privacySite, change.call);
      this.#sink(change);
    }
  }

  async #setPrivate({ call, on }: Extract<PbxAction, { type: "set-private" }>): Promise<ActionResult> {
    if (on) {
      const changes = this.#privacy.mark(this.#privacySite, call);
      // What is heard no more is cut whether the PBX tells us anything or not.
      if (this.#phase === "live") this.#tellCalls(changes);
      else this.#supervisions.guardEars();
      return await this.#privacy.keep(this.#privacySite, call);
    }
    if (this.#phase !== "live") return refused("pbx-away", "there is no connection to the PBX");
    const changes = await this.#privacy.lift(this.#privacySite, call);
    if (typeof changes === "string") return refused("pbx-failed", changes);
    this.#tellCalls(changes);
    return { ok: true };
  }

  /** An event could still be on its way, or could have been missed: whether anybody may hear it, the PBX is asked. */
  async #privacyOf(channel: string): Promise<Refused | undefined> {
    const call = this.#calls.callOf(channel);
    if (call === undefined) return refused("call-gone", "the leg is not part of a call");
    const asked = this.#calls.channelsOf(call.id).map(async (id) => ({ id, value: await privacyOf(this.#ari, id) }));
    for (const { id, value } of await Promise.all(asked)) {
      if (value === undefined) return refused("call-private", "the PBX does not tell whether the call is private");
      if (saysPrivate(value) && this.#privacy.since(id) === undefined && this.#phase === "live") {
        this.#tellCalls(this.#privacy.heard(this.#privacySite, id, value));
      }
      if (saysPrivate(value)) return refused("call-private", "the call is private");
    }
    return this.#calls.callOf(channel)?.private === undefined
      ? undefined
      : refused("call-private", "the call is private");
  }

  #namesOn(call: CallId): readonly string[] {
    return this.#calls.channelsOf(call).flatMap((id) => this.#calls.node(id)?.channel.name ?? []);
  }

  /** A digit on a supervisor's leg. Those of anybody else are left unread. */
  #pressed(message: unknown): void {
    if (this.#digit === undefined || this.#phase !== "live") return;
    const pressed = digitIn(message);
    if (pressed === undefined) return;
    const own = this.#parts.channel(pressed.channel);
    if (own?.part === "leg") this.#digit(own.supervision, pressed.digit);
  }

  #gone(channel: string): void {
    const supervision = this.#parts.gone(channel);
    if (supervision === undefined) return;
    this.#lookouts.look();
    if (this.#phase !== "stopped") this.#supervisions.tell(supervision);
  }

  #silent(supervision: SupervisionId, legs: readonly LegId[]): void {
    this.#parts.silent(supervision, legs);
    if (this.#phase === "live") this.#supervisions.tell(supervision);
  }

  #away(why: string): void {
    const known = this.#phase === "live";
    this.#connection += 1;
    this.#recorded = undefined;
    if (this.#phase === "replaced" || this.#phase === "stopped") return;
    this.#phase = "away";
    this.#log.warn({ why }, "the PBX is away");
    // Transfers and intruders cannot be seen now, so nobody may be heard.
    if (known) this.#supervisions.closeMouths();
    this.#sink({ type: "pbx-away", why });
  }

  /** Another gateway has opened our application: from now on the PBX tells us nothing, on a socket that stays open. */
  #stepDown(): void {
    const why = "another gateway has taken over the PBX";
    this.#phase = "replaced";
    this.#connection += 1;
    this.#recorded = undefined;
    this.#socket.stop();
    this.#supervisions.rest();
    this.#log.error({}, `${why}: this one has stopped acting`);
    this.#sink({ type: "pbx-away", why });
  }

  #sayUnknown(type: string): void {
    if (this.#unknown.has(type) || this.#unknown.size >= UNKNOWN_LOGGED) return;
    this.#unknown.add(type);
    this.#log.warn({ event: type }, "the PBX sent an event that is unknown or broken; it is left out from now on");
  }

  async #find(action: Extract<PbxAction, { type: "ring" }>): Promise<Ringing | Refused> {
    const pattern = this.#config.supervisionEndpoint ?? this.#config.endpoint;
    const endpoint = endpointFor(pattern, action.extension);
    const contacts = await contactsOf(endpoint, this.#ari, this.#calls.channels(), this.#ami);
    if ("ok" in contacts) return contacts;
    const contact = contactOf(contacts, action);
    if ("ok" in contact) return contact;
    return { endpoint: `${endpoint}/${contact.uri}`, variables: action.answer === "auto" ? AUTO_ANSWER : {} };
  }
}

/** What desk phones take as the order to answer by themselves, each make one of the two; the hosts in it are never asked. */
const AUTO_ANSWER = {
  "PJSIP_HEADER(add,Call-Info)": "<sip:earshot>;answer-after=0",
  "PJSIP_HEADER(add,Alert-Info)": "<http://earshot>;info=alert-autoanswer",
} as const;
