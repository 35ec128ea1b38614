import {
  type ActionResult,
  bareHost,
  type Call,
  type Capability,
  type Clock,
  type Extension,
  type HandOver,
  type Heard,
  type Keypad,
  type LegId,
  type NotificationTone,
  type Paced,
  type Pbx,
  type PbxAction,
  type PbxEvent,
  type Person,
  type PersonId,
  paceLimits,
  type RefusalCode,
  type Registered,
  type SupervisionId,
} from "../../model/index.js";
import type { CallHandle, Media } from "./call-handle.js";
import { CallLife } from "./call-life.js";
import { HandOvers } from "./hand-overs.js";
import { SimulatedHandsets } from "./handsets.js";
import { hearing, type Sounding, silentUnder } from "./hearing.js";
import { LiveCalls } from "./live-calls.js";
import { QueuePauses } from "./queue-pauses.js";
import { randomStream } from "./random.js";
import { Supervisions } from "./supervisions.js";

export interface SimulatorOptions {
  readonly people: readonly Person[];
  readonly seed: number;
  /** How many times as fast as a real call centre, at the start; 1 unless told. */
  readonly speed?: number;
  readonly clock: Clock;
  /** `call-centre` (the default) makes calls by itself; with `manual` they come by the methods alone. */
  readonly script?: "call-centre" | "manual";
  /** Whether a supervisor's ringing phone is picked up by itself after a moment; by default as the calls are. */
  readonly pickUp?: "simulated" | "by-hand";
  /** How long the PBX takes for each action. */
  readonly latencyMs?: number;
}

export interface IncomingCall {
  readonly to: PersonId;
  readonly number: string;
  readonly name: string;
  readonly queue?: string;
  readonly context?: string;
  /** False: the agent's leg is not known beyond doubt. */
  readonly certain?: boolean;
  readonly media?: Media;
}

/** Told of an agent who raises a hand for help, or takes it back. */
export type HelpListener = (person: PersonId, raised: boolean) => void;

/** Where simulated phones are. */
const simulatedHost = "127.0.0.1";

/** A supervision leg lives this long without its gateway. */
const leaseMs = 90_000;

/**
 * A PBX that is not there: a small call centre behind the same port, the same for the same seed and clock. Calls and
 * supervisions draw from streams of their own, so that a supervision leaves no trace in the calls.
 */
export class SimulatorPbx implements Pbx {
  readonly kind = "simulator";
  /** The phones on the desks, to be worked by hand. */
  readonly handsets: SimulatedHandsets;
  readonly paced: Paced;
  readonly routing: QueuePauses;
  private readonly clock: Clock;
  private readonly calls: LiveCalls;
  private readonly supervisions: Supervisions;
  private readonly handOvers: HandOvers;
  private readonly helpListeners = new Set<HelpListener>();
  private readonly life: CallLife | undefined;
  private readonly persons = new Map<Extension, PersonId>();
  private readonly unplugged = new Set<Extension>();
  private readonly hosts = new Map<Extension, string>();
  private sink: ((event: PbxEvent) => void) | undefined;
  private connected = false;
  private cancelLease: (() => void) | undefined;

  constructor(options: SimulatorOptions) {
    const { clock, people, seed } = options;
    const manual = options.script === "manual";
    const byHand = (options.pickUp ?? (manual ? "by-hand" : "simulated")) === "by-hand";
    const pickUps = randomStream(seed, "pick-ups");
    const { persons } = this;
    this.knows(people);
    const inHands = new Set<PersonId>();
    this.clock = clock;
    this.calls = new LiveCalls(
      clock,
      ({ event, legsGone, people }) => {
        this.emit(event);
        this.supervisions.legsGone(legsGone);
        this.handOvers.legsGone(legsGone);
        if (event.type === "call" && event.call.private) this.supervisions.cutOff(event.call.id);
        this.handsets.look(people);
      },
      () => this.supervisions.soundsChanged(),
      (leg, by, to) => this.emit({ type: "transferring", leg, by, to }),
    );
    const join = (leg: LegId, extension: Extension): void => {
      const person = persons.get(extension);
      if (person !== undefined) this.calls.withLeg(leg)?.add({ kind: "internal", person });
    };
    const answerFor = (leg: LegId, extension: Extension): boolean => {
      const person = persons.get(extension);
      const call = this.calls.withLeg(leg);
      const own = person === undefined ? undefined : call?.legOf(person);
      if (call === undefined || own === undefined || !call.isRung(own.id)) return false;
      call.answer();
      return true;
    };
    const handOverRefusal = (leg: LegId): ActionResult | undefined => this.handOverRefusal(leg);
    this.handOvers = new HandOvers({
      clock,
      join,
      refusal: handOverRefusal,
      registered: (extension) => persons.has(extension) && !this.unplugged.has(extension),
      pickUpAfterMs: (extension) => {
        const person = persons.get(extension);
        return byHand || (person !== undefined && inHands.has(person)) ? undefined : pickUps.between(1_500, 4_000);
      },
      changed: (extension) => this.handsets.lookAt(extension),
    });
    this.supervisions = new Supervisions({
      clock,
      join,
      handOverRefusal,
      answerFor,
      latencyMs: options.latencyMs ?? 0,
      findLeg: (leg) => this.calls.find(leg),
      traceOn: (call) => this.traceOn(call),
      silentUnder: (mouth) => silentUnder(mouth, this.sounding),
      registered: (extension) => persons.has(extension) && !this.unplugged.has(extension),
      pickUpAfterMs: () => (byHand ? undefined : pickUps.between(1_500, 4_000)),
      attended: (extension) => {
        const person = persons.get(extension);
        return person !== undefined && inHands.has(person);
      },
      connected: () => this.connected,
      report: (event, extension) => {
        this.emit(event);
        this.handsets.lookAt(extension);
      },
    });
    this.handsets = new SimulatedHandsets({
      people,
      calls: this.calls,
      supervisions: this.supervisions,
      handOvers: this.handOvers,
      inHands,
      letGo: (person) => this.life?.lookAfter(person),
    });
    const { speed = 1 } = options;
    const help: HelpListener = (person, raised) => {
      for (const listener of this.helpListeners) listener(person, raised);
    };
    this.routing = new QueuePauses(
      people,
      () => this.connected,
      (person) => this.life?.lookForWork(person),
    );
    const paused = (person: PersonId, queue: string): boolean => this.routing.isPaused(person, queue);
    this.life = manual
      ? undefined
      : new CallLife({ people, seed, speed, clock, calls: this.calls, attended: inHands, help, paused });
    this.paced = pacedBy(this.life, seed);
  }

  /** Who is new is rung and can be called by hand; the script plays those who were there at its beginning. */
  knows(people: readonly Person[]): void {
    this.persons.clear();
    for (const { extension, id } of people) this.persons.set(extension, id);
    if (this.connected) void this.snapshot();
  }

  async start(sink: (event: PbxEvent) => void): Promise<void> {
    this.sink = sink;
    this.connect();
    this.life?.start();
  }

  /** A call centre that plays by itself is over then; one that is driven by hand goes on, as a PBX does. */
  async stop(): Promise<void> {
    if (this.life !== undefined) this.supervisions.endAll("stopped");
    else if (this.connected) this.loseGateway();
    this.connected = false;
    this.sink = undefined;
    this.life?.stop();
  }

  async snapshot(): Promise<void> {
    this.emit({
      type: "pbx-snapshot",
      snapshot: { calls: this.calls.list(), supervisions: this.supervisions.facts() },
    });
  }

  async execute(action: PbxAction): Promise<ActionResult> {
    if (this.sink === undefined) return { ok: false, code: "stopping", detail: "the simulator is not running" };
    // What is to be heard no more is cut at the gateway's end, connected or not.
    if (action.type === "set-private" && action.on) this.supervisions.cutOff(action.call);
    if (!this.connected) return { ok: false, code: "pbx-away", detail: "the simulator plays away" };
    switch (action.type) {
      case "set-private":
        this.calls.setPrivate(action.call, action.on);
        return { ok: true };
      case "pause-recording":
        return this.calls.pauseRecording(action.call, action.on);
      default:
        return this.supervisions.execute(action);
    }
  }

  async handOver(handOver: HandOver): Promise<ActionResult> {
    if (!this.connected) return { ok: false, code: "pbx-away", detail: "the simulator plays away" };
    return await this.handOvers.ring(handOver);
  }

  async unseen(leg: LegId): Promise<ActionResult> {
    if (!this.connected) return { ok: false, code: "pbx-away", detail: "the simulator plays away" };
    const found = this.calls.find(leg);
    if (found === undefined) return { ok: false, code: "call-gone", detail: "the leg is gone" };
    const code = this.traceOn(found.call);
    return code === undefined ? { ok: true } : { ok: false, code, detail: "an ear would show on this call" };
  }

  capabilities(): ReadonlySet<Capability> {
    return new Set(["queue-pause", "keep-private", "pause-recording", "take-over"]);
  }

  /** The truth, connected or not: every path that carries sound now. */
  hearing(): readonly Heard[] {
    return hearing(this.sounding, this.supervisions.facts());
  }

  /** Tells `listener` whose hand is raised, and every change from then on; the returned function ends that. */
  onHelp(listener: HelpListener): () => void {
    this.helpListeners.add(listener);
    for (const person of this.life?.helpWanted ?? []) listener(person, true);
    return () => void this.helpListeners.delete(listener);
  }

  /** A customer calls an agent, directly or by a queue: the agent's phone rings. */
  incoming({ to, number, name, queue, context, certain, media }: IncomingCall): CallHandle {
    return this.calls.place({
      direction: "inbound",
      caller: { kind: "external", number, name },
      callee: { kind: "internal", person: to },
      ...(queue === undefined ? {} : { queue }),
      ...(context === undefined ? {} : { context }),
      ...(certain === undefined ? {} : { certain }),
      ...(media === undefined ? {} : { media }),
    });
  }

  /** An agent calls a customer: `answer` is the customer's. */
  outgoing(call: { readonly from: PersonId; readonly number: string; readonly name: string }): CallHandle {
    return this.calls.place({
      direction: "outbound",
      caller: { kind: "internal", person: call.from },
      callee: { kind: "external", number: call.number, name: call.name },
    });
  }

  /** One agent calls another. */
  internal(call: { readonly from: PersonId; readonly to: PersonId }): CallHandle {
    const asks = this.calls.of(call.from).length > 0;
    const placed = this.calls.place({
      direction: "internal",
      caller: { kind: "internal", person: call.from },
      callee: { kind: "internal", person: call.to },
    });
    const own = placed.legOf(call.from);
    if (asks && own !== undefined) this.emit({ type: "transferring", leg: own.id, by: call.from, to: call.to });
    return placed;
  }

  /** The supervisor picks the ringing phone up. */
  pickUp(supervision: SupervisionId): void {
    this.supervisions.pickUp(supervision);
  }

  get keypad(): Keypad {
    return this.supervisions.keypad;
  }

  get notificationTone(): NotificationTone {
    return this.supervisions.notificationTone;
  }

  /** The supervisor presses a key of their phone's keypad. */
  pressDigit(supervision: SupervisionId, digit: string): void {
    this.supervisions.press(supervision, digit);
  }

  /** Who has heard the tones of a refusal, one entry each time. */
  get tones(): readonly SupervisionId[] {
    return this.supervisions.tones;
  }

  /** The legs whose party has heard a notification tone, one entry each time. */
  get notified(): readonly LegId[] {
    return this.supervisions.notified;
  }

  /** The supervisor's phone puts the supervision leg on hold. */
  holdSupervisor(supervision: SupervisionId): void {
    this.supervisions.hold(supervision);
  }

  resumeSupervisor(supervision: SupervisionId): void {
    this.supervisions.resume(supervision);
  }

  /** The supervisor hangs up, or declines while it rings. */
  hangUpSupervisor(supervision: SupervisionId): void {
    this.supervisions.hangUp(supervision);
  }

  /** Somebody takes the call that rings there because an agent hands it over. */
  answerHandOver(extension: Extension): void {
    this.handOvers.pickUp(extension);
  }

  declineHandOver(extension: Extension): void {
    this.handOvers.decline(extension);
  }

  async registered(): Promise<ReadonlyMap<Extension, readonly Registered[]> | undefined> {
    if (!this.connected) return undefined;
    const there = [...this.persons.keys()].filter((extension) => !this.unplugged.has(extension));
    return new Map(there.map((extension) => [extension, [registeredAt(this.hosts.get(extension) ?? simulatedHost)]]));
  }

  /** The phone of that extension registers at this host from now on. */
  moveTo(extension: Extension, host: string): void {
    this.hosts.set(extension, host);
  }

  /** The phone of that extension is registered no longer. */
  unplug(extension: Extension): void {
    this.unplugged.add(extension);
  }

  plugIn(extension: Extension): void {
    this.unplugged.delete(extension);
  }

  /** The connection is lost; the PBX goes on, and ends the supervisions when nobody comes back in time. */
  goAway(why: string): void {
    if (!this.connected) return;
    this.emit({ type: "pbx-away", why });
    this.loseGateway();
  }

  /** The connection is there again. */
  comeBack(): void {
    if (this.sink !== undefined && !this.connected) this.connect();
  }

  /** The PBX is stopped and started again: no call and no supervision outlives it. */
  restart(): void {
    this.goAway("the simulated PBX was restarted");
    this.supervisions.endAll("lost");
    this.calls.clear();
    this.comeBack();
  }

  private loseGateway(): void {
    this.connected = false;
    // With nothing to end there is nothing to wait for.
    if (this.supervisions.facts().length === 0) return;
    this.cancelLease = this.clock.after(leaseMs, () => this.supervisions.endAll("lost"));
  }

  private connect(): void {
    this.cancelLease?.();
    this.cancelLease = undefined;
    this.connected = true;
    void this.snapshot();
  }

  private handOverRefusal(leg: LegId): ActionResult | undefined {
    const found = this.calls.find(leg);
    if (found === undefined) return { ok: false, code: "call-gone", detail: "the leg is gone" };
    if (found.call.private) return { ok: false, code: "call-private", detail: "the call is private" };
    if (found.call.legs.length === 2 && found.call.legs.every(({ state }) => state === "up")) return undefined;
    return { ok: false, code: "more-than-two", detail: "the call is not one of two who talk" };
  }

  private traceOn(call: Call): RefusalCode | undefined {
    const media = this.calls.mediaOf(call.id);
    return media === "pbx" ? undefined : `${media}-media`;
  }

  private get sounding(): Sounding {
    return { calls: this.calls.list(), sends: (leg) => this.calls.sends(leg) };
  }

  private emit(event: PbxEvent): void {
    if (this.connected) this.sink?.(event);
  }
}

function registeredAt(host: string): Registered {
  return { macs: [], hosts: [bareHost(host)], until: Number.MAX_SAFE_INTEGER };
}

/** Of the call centre alone: supervisions, leases and phones in somebody's hands keep real time. */
function pacedBy(life: CallLife | undefined, seed: number): Paced {
  return {
    get pace() {
      return { speed: life?.speed ?? 1, seed };
    },
    setSpeed(speed) {
      if (life === undefined || !(speed >= paceLimits.least && speed <= paceLimits.most)) return false;
      life.pace(speed);
      return true;
    },
  };
}
