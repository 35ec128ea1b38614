import type {
  ActionResult,
  Capability,
  Clock,
  Extension,
  Pbx,
  PbxAction,
  PbxEvent,
  Person,
  PersonId,
  SupervisionId,
} from "../../model/index.js";
import { CallLife } from "./call-life.js";
import { type Heard, hearing } from "./hearing.js";
import { type CallHandle, type LiveCalls, makeLiveCalls } from "./live-calls.js";
import { randomStream } from "./random.js";
import { Supervisions } from "./supervisions.js";

export interface SimulatorOptions {
  readonly people: readonly Person[];
  readonly seed: number;
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
  /** False: the agent's leg is not known beyond doubt. */
  readonly certain?: boolean;
}

/** A supervision leg lives this long without its gateway. */
const leaseMs = 90_000;

/**
 * A PBX that is not there: a small call centre behind the same port, the same for the same seed and clock. Calls and
 * supervisions draw from streams of their own, so that a supervision leaves no trace in the calls.
 */
export class SimulatorPbx implements Pbx {
  readonly kind = "simulator";
  private readonly clock: Clock;
  private readonly calls: LiveCalls;
  private readonly supervisions: Supervisions;
  private readonly life: CallLife | undefined;
  private readonly unplugged = new Set<Extension>();
  private sink: ((event: PbxEvent) => void) | undefined;
  private connected = false;
  private cancelLease: (() => void) | undefined;

  constructor(options: SimulatorOptions) {
    const { clock, people, seed } = options;
    const manual = options.script === "manual";
    const byHand = (options.pickUp ?? (manual ? "by-hand" : "simulated")) === "by-hand";
    const pickUps = randomStream(seed, "pick-ups");
    const extensions = new Set(people.map((person) => person.extension));
    this.clock = clock;
    this.calls = makeLiveCalls(clock, (event, legsGone) => {
      this.emit(event);
      this.supervisions.legsGone(legsGone);
    });
    this.supervisions = new Supervisions({
      clock,
      latencyMs: options.latencyMs ?? 0,
      findLeg: (leg) => this.calls.find(leg),
      registered: (extension) => extensions.has(extension) && !this.unplugged.has(extension),
      pickUpAfterMs: () => (byHand ? undefined : pickUps.between(1_500, 4_000)),
      connected: () => this.connected,
      report: (event) => this.emit(event),
    });
    this.life = manual ? undefined : new CallLife({ people, seed, clock, calls: this.calls });
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
    if (!this.connected) return { ok: false, code: "pbx-away", detail: "the simulator plays away" };
    return this.supervisions.execute(action);
  }

  /** None yet: a supervisor of the call centre is not paused in its queues. */
  capabilities(): ReadonlySet<Capability> {
    return new Set();
  }

  /** The truth, connected or not: every path that carries sound now. */
  hearing(): readonly Heard[] {
    return hearing(this.calls.list(), this.supervisions.facts());
  }

  /** A customer calls an agent, directly or by a queue: the agent's phone rings. */
  incoming({ to, number, name, queue, certain }: IncomingCall): CallHandle {
    return this.calls.place({
      direction: "inbound",
      caller: { kind: "external", number, name },
      callee: { kind: "internal", person: to },
      ...(queue === undefined ? {} : { queue }),
      ...(certain === undefined ? {} : { certain }),
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
    return this.calls.place({
      direction: "internal",
      caller: { kind: "internal", person: call.from },
      callee: { kind: "internal", person: call.to },
    });
  }

  /** The supervisor picks the ringing phone up. */
  pickUp(supervision: SupervisionId): void {
    this.supervisions.pickUp(supervision);
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

  private emit(event: PbxEvent): void {
    if (this.connected) this.sink?.(event);
  }
}
