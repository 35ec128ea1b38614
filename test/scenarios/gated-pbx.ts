import { expect } from "vitest";
import type {
  ActionResult,
  Capability,
  HandOver,
  LegId,
  Pbx,
  PbxAction,
  PbxEvent,
  Person,
  RefusalCode,
} from "../../src/model/index.ts";
import type { SimulatorPbx } from "../../src/pbx/simulator/index.ts";
import type { YealinkPhone } from "../lab/phones/yealink.ts";

type ActionType = PbxAction["type"];

/**
 * The simulator behind gates: an action waits until its gate is opened, as at a PBX that is slow or stuck. What closes
 * wins over an opening under way, as the port says. Events can be put in by hand.
 */
export class GatedPbx implements Pbx {
  readonly kind = "gated";
  /** Called after every event, for whoever watches what is heard at each moment. */
  onEvent: () => void = () => {};
  readonly #inner: SimulatorPbx;
  readonly #shut = new Map<ActionType, { readonly opened: Promise<void>; open(): void }>();
  readonly #closes = new Map<string, number>();
  readonly #pretended = new Set<ActionType>();
  readonly #failing = new Map<ActionType, RefusalCode>();
  /** Every action asked, in order. */
  readonly asked: PbxAction[] = [];
  #sink: (event: PbxEvent) => void = () => {};
  #away: Promise<void> | undefined;
  #arrive: () => void = () => {};
  #stopped = false;

  constructor(inner: SimulatorPbx) {
    this.#inner = inner;
  }

  /** From now on actions of this type wait. */
  shut(type: ActionType): void {
    let open = (): void => {};
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    this.#shut.set(type, { opened, open });
  }

  /** Lets through what waits, and what comes. */
  open(type: ActionType): void {
    this.#shut.get(type)?.open();
    this.#shut.delete(type);
  }

  /** From now on actions of this type are answered with yes and not done: a PBX whose events do not reach us. */
  pretend(type: ActionType): void {
    this.#pretended.add(type);
  }

  /** From now on actions of this type are answered with no, and not done. */
  fail(type: ActionType, code: RefusalCode = "pbx-failed"): void {
    this.#failing.set(type, code);
  }

  unfail(type: ActionType): void {
    this.#failing.delete(type);
  }

  unpretend(type: ActionType): void {
    this.#pretended.delete(type);
  }

  /** Reports an event as if the PBX had. */
  put(event: PbxEvent): void {
    this.#sink(event);
    this.onEvent();
  }

  /** A gateway that starts does not reach the PBX before it arrives. */
  startAway(): void {
    this.#away = new Promise((resolve) => {
      this.#arrive = resolve;
    });
  }

  arrive(): void {
    this.#away = undefined;
    this.#arrive();
  }

  async start(sink: (event: PbxEvent) => void): Promise<void> {
    this.#sink = sink;
    this.#stopped = false;
    if (this.#away) void this.#away.then(() => this.#begin(sink));
    else await this.#begin(sink);
  }

  async #begin(sink: (event: PbxEvent) => void): Promise<void> {
    await this.#inner.start((event) => {
      sink(event);
      this.onEvent();
    });
  }

  async execute(action: PbxAction): Promise<ActionResult> {
    // A gateway that has stopped may still have a try to make.
    if (this.#stopped) return { ok: false, code: "stopping", detail: "its gateway has stopped" };
    this.asked.push(action);
    if (this.#pretended.has(action.type)) return { ok: true };
    const code = this.#failing.get(action.type);
    if (code) return { ok: false, code, detail: "it is not done" };
    const closes = action.type === "close-mouth" || action.type === "end";
    const about = "supervision" in action ? action.supervision : action.call;
    const turn = this.#closes.get(about) ?? 0;
    if (closes) this.#closes.set(about, turn + 1);
    await this.#shut.get(action.type)?.opened;
    const overtaken = !closes && turn !== (this.#closes.get(about) ?? 0);
    if (overtaken) return { ok: false, code: "pbx-failed", detail: "it was closed while it was being opened" };
    const result = await this.#inner.execute(action);
    this.onEvent();
    return result;
  }

  knows(people: readonly Person[]): void {
    this.#inner.knows(people);
  }

  snapshot(): Promise<void> {
    return this.#inner.snapshot();
  }

  handOver(handOver: HandOver): Promise<ActionResult> {
    return this.#inner.handOver(handOver);
  }

  unseen(leg: LegId): Promise<ActionResult> {
    return this.#inner.unseen(leg);
  }

  capabilities(): ReadonlySet<Capability> {
    return this.#inner.capabilities();
  }

  stop(): Promise<void> {
    this.#stopped = true;
    for (const type of [...this.#shut.keys()]) this.open(type);
    return this.#inner.stop();
  }
}

/** A visible Listen whose ear the PBX refuses, as the leg is gone; from now on it refuses every ear so. */
export async function askedOfALegThatIsGone(pbx: GatedPbx, phone: YealinkPhone): Promise<void> {
  pbx.fail("attach-ear", "call-gone");
  await phone.press("Listen");
  await phone.press("Visible");
  await expect.poll(() => pbx.asked.some(({ type }) => type === "attach-ear")).toBe(true);
}
