import type {
  ActionResult,
  Capability,
  Clock,
  Extension,
  HandOver,
  Heard,
  Keypad,
  LegId,
  NotificationTone,
  Paced,
  Pbx,
  PbxAction,
  PbxEvent,
  Person,
  PersonId,
  Registered,
  SupervisionId,
} from "../../model/index.js";
import { away, done, refused } from "./answers.js";
import type { CallHandle } from "./call-handle.js";
import { CallLife } from "./call-life.js";
import { type IncomingCall, incomingCall, internalCall, outgoingCall } from "./call-plans.js";
import { GatewayLine } from "./gateway-line.js";
import { HandOvers } from "./hand-overs.js";
import { SimulatedHandsets } from "./handsets.js";
import { hearing } from "./hearing.js";
import { LiveCalls } from "./live-calls.js";
import { pacedBy } from "./paced.js";
import { PickUps } from "./pick-ups.js";
import { QueuePauses } from "./queue-pauses.js";
import { randomStream } from "./random.js";
import { Registrations } from "./registrations.js";
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

/** Told of an agent who raises a hand for help, or takes it back. */
export type HelpListener = (person: PersonId, raised: boolean) => void;

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
  /** Which phones are registered, to be plugged in and out. */
  readonly registrations = new Registrations();
  /** Phones that ring because an agent hands a call over, to be worked by hand. */
  readonly handOvers: HandOvers;
  private readonly calls: LiveCalls;
  private readonly supervisions: Supervisions;
  private readonly helpListeners = new Set<HelpListener>();
  private readonly life: CallLife | undefined;
  private readonly line: GatewayLine;

  constructor(options: SimulatorOptions) {
    const { clock, people, seed } = options;
    const manual = options.script === "manual";
    const byHand = (options.pickUp ?? (manual ? "by-hand" : "simulated")) === "by-hand";
    const inHands = new Set<PersonId>();
    const { registrations } = this;
    registrations.knows(people);
    const pickUps = new PickUps(byHand ? undefined : randomStream(seed, "pick-ups"), inHands, registrations);
    this.line = new GatewayLine({
      clock,
      isLeased: () => this.supervisions.facts().length > 0,
      lapsed: () => this.supervisions.endAll("lost"),
    });
    this.calls = new LiveCalls(
      clock,
      ({ event, legsGone, people }) => {
        this.line.tell(event);
        this.supervisions.legsGone(legsGone);
        this.handOvers.legsGone(legsGone);
        if (event.type === "call" && event.call.private) this.supervisions.cutOff(event.call.id);
        this.handsets.look(people);
      },
      () => this.supervisions.soundsChanged(),
      (leg, by, to) => this.line.tell({ type: "transferring", leg, by, to }),
    );
    const around = { clock, calls: this.calls, registrations, pickUps };
    this.handOvers = new HandOvers({ ...around, changed: (extension) => this.handsets.lookAt(extension) });
    this.supervisions = new Supervisions({
      ...around,
      latencyMs: options.latencyMs ?? 0,
      connected: () => this.line.isConnected,
      report: (event, extension) => {
        this.line.tell(event);
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
      () => this.line.isConnected,
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
    this.registrations.knows(people);
    if (this.line.isConnected) void this.snapshot();
  }

  async start(sink: (event: PbxEvent) => void): Promise<void> {
    this.line.start(sink);
    void this.snapshot();
    this.life?.start();
  }

  /** A call centre that plays by itself is over then; one that is driven by hand goes on, as a PBX does. */
  async stop(): Promise<void> {
    if (this.life !== undefined) this.supervisions.endAll("stopped");
    else if (this.line.isConnected) this.line.lose();
    this.line.stop();
    this.life?.stop();
  }

  async snapshot(): Promise<void> {
    this.line.tell({
      type: "pbx-snapshot",
      snapshot: { calls: this.calls.list(), supervisions: this.supervisions.facts() },
    });
  }

  async execute(action: PbxAction): Promise<ActionResult> {
    if (!this.line.hasGateway) return refused("stopping", "the simulator is not running");
    // What is to be heard no more is cut at the gateway's end, connected or not.
    if (action.type === "set-private" && action.on) this.supervisions.cutOff(action.call);
    if (!this.line.isConnected) return away;
    switch (action.type) {
      case "set-private":
        this.calls.setPrivate(action.call, action.on);
        return done;
      case "pause-recording":
        return this.calls.pauseRecording(action.call, action.on);
      default:
        return this.supervisions.execute(action);
    }
  }

  async handOver(handOver: HandOver): Promise<ActionResult> {
    if (!this.line.isConnected) return away;
    return await this.handOvers.ring(handOver);
  }

  async unseen(leg: LegId): Promise<ActionResult> {
    if (!this.line.isConnected) return away;
    const found = this.calls.find(leg);
    if (found === undefined) return refused("call-gone", "the leg is gone");
    const code = this.calls.traceOn(found.call);
    return code === undefined ? done : refused(code, "an ear would show on this call");
  }

  capabilities(): ReadonlySet<Capability> {
    return new Set(["queue-pause", "keep-private", "pause-recording", "take-over"]);
  }

  /** The truth, connected or not: every path that carries sound now. */
  hearing(): readonly Heard[] {
    return hearing(this.calls.sounding, this.supervisions.facts());
  }

  /** Tells `listener` whose hand is raised, and every change from then on; the returned function ends that. */
  onHelp(listener: HelpListener): () => void {
    this.helpListeners.add(listener);
    for (const person of this.life?.helpWanted ?? []) listener(person, true);
    return () => void this.helpListeners.delete(listener);
  }

  /** A customer calls an agent, directly or by a queue: the agent's phone rings. */
  incoming(call: IncomingCall): CallHandle {
    return this.calls.place(incomingCall(call));
  }

  /** An agent calls a customer: `answer` is the customer's. */
  outgoing(call: { readonly from: PersonId; readonly number: string; readonly name: string }): CallHandle {
    return this.calls.place(outgoingCall(call.from, call));
  }

  /** One agent calls another. */
  internal(call: { readonly from: PersonId; readonly to: PersonId }): CallHandle {
    const asks = this.calls.of(call.from).length > 0;
    const placed = this.calls.place(internalCall(call.from, call.to));
    const own = placed.legOf(call.from);
    if (asks && own !== undefined) this.line.tell({ type: "transferring", leg: own.id, by: call.from, to: call.to });
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
    return this.supervisions.notificationTones;
  }

  /** The supervisor presses a key of their phone's keypad. */
  pressDigit(supervision: SupervisionId, digit: string): void {
    this.supervisions.keypad.press(supervision, digit);
  }

  /** Who has heard the tones of a refusal, one entry each time. */
  get tones(): readonly SupervisionId[] {
    return this.supervisions.keypad.tones;
  }

  /** The legs whose party has heard a notification tone, one entry each time. */
  get notified(): readonly LegId[] {
    return this.supervisions.notificationTones.notified;
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

  async registered(): Promise<ReadonlyMap<Extension, readonly Registered[]> | undefined> {
    return this.line.isConnected ? this.registrations.list() : undefined;
  }

  /** The connection is lost; the PBX goes on, and ends the supervisions when nobody comes back in time. */
  goAway(why: string): void {
    if (!this.line.isConnected) return;
    this.line.tell({ type: "pbx-away", why });
    this.line.lose();
  }

  /** The connection is there again. */
  comeBack(): void {
    if (!this.line.hasGateway || this.line.isConnected) return;
    this.line.connect();
    void this.snapshot();
  }

  /** The PBX is stopped and started again: no call and no supervision outlives it. */
  restart(): void {
    this.goAway("the simulated PBX was restarted");
    this.supervisions.endAll("lost");
    this.calls.clear();
    this.comeBack();
  }
}
