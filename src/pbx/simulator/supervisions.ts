import type {
  ActionResult,
  CallAction,
  CallId,
  Ending,
  Extension,
  Keypad,
  LegId,
  Mouth,
  NotificationTone,
  PbxAction,
  PersonId,
  SupervisionFacts,
  SupervisionId,
} from "../../model/index.js";

import { done, overtaken, refused, unknown } from "./answers.js";
import type { SupervisionSettings } from "./supervision-settings.js";

type Action<Type extends PbxAction["type"]> = Extract<PbxAction, { type: Type }>;

const ringsForMs = 30_000;
const autoAnswerAfterMs = 300;

/** A supervisor's own leg, as their phone has it. */
export interface SupervisionLeg {
  readonly id: SupervisionId;
  readonly leg: SupervisionFacts["leg"];
}

interface Live {
  readonly id: SupervisionId;
  readonly extension: Extension;
  /** Undefined while the PBX is still dialling. */
  leg?: SupervisionFacts["leg"];
  ear?: LegId;
  mouth?: Mouth;
  ending?: Ending;
  /** The facts told last. */
  said?: string;
  /** Raised by whatever is newer or closes: an opening that finds another turn than its own has been overtaken. */
  earTurn: number;
  mouthTurn: number;
  readonly timers: (() => void)[];
}

/** The supervision legs of the simulated PBX, with their ears and mouths. */
export class Supervisions {
  readonly keypad: Keypad = {
    follow: (told) => {
      this.digit = told;
    },
    refuse: (id) => this.refuse(id),
  };
  readonly notificationTone: NotificationTone = {
    play: (id, leg, wanted) => this.notify(id, leg, wanted),
  };
  /** Who was refused by tones, one entry each time. */
  readonly tones: SupervisionId[] = [];
  /** The legs to which a notification tone was played, one entry each time. */
  readonly notified: LegId[] = [];
  private readonly live = new Map<SupervisionId, Live>();
  private digit: Parameters<Keypad["follow"]>[0] | undefined;

  constructor(private readonly settings: SupervisionSettings) {}

  /** What the PBX has now. */
  facts(): readonly SupervisionFacts[] {
    return [...this.live.values()].flatMap((one) => this.factsOf(one) ?? []);
  }

  /** The supervision leg that rings or is up at that extension; the newest, should there be several. */
  phoneOf(extension: Extension): SupervisionLeg | undefined {
    const there = [...this.live.values()].findLast((one) => one.extension === extension && one.leg !== undefined);
    return there?.leg === undefined ? undefined : { id: there.id, leg: there.leg };
  }

  /** Who sends sound has changed. */
  soundsChanged(): void {
    for (const one of this.live.values()) {
      if (one.mouth !== undefined && JSON.stringify(this.factsOf(one)) !== one.said) this.tell(one);
    }
  }

  execute(action: Exclude<PbxAction, CallAction>): Promise<ActionResult> {
    switch (action.type) {
      case "ring":
        return this.ring(action);
      case "attach-ear":
        return this.attachEar(action);
      case "detach-ear":
        return this.close(action.supervision, (one) => this.cutEar(one));
      case "open-mouth":
        return this.openMouth(action);
      case "take-over":
        return this.takeOver(action);
      case "receive":
        return this.receive(action);
      case "close-mouth":
        return this.close(action.supervision, (one) => this.cutMouth(one));
      case "end":
        return this.end(action);
    }
  }

  /** The supervisor's phone is picked up. */
  pickUp(id: SupervisionId): void {
    const one = this.live.get(id);
    if (one?.leg !== "ringing" || one.ending !== undefined) return;
    forgetTimers(one);
    one.leg = "up";
    this.tell(one);
  }

  /** The supervisor's phone holds: nothing goes either way (R21). */
  hold(id: SupervisionId): void {
    const one = this.live.get(id);
    if (one?.leg !== "up") return;
    one.earTurn += 1;
    one.mouthTurn += 1;
    one.leg = "held";
    delete one.mouth;
    delete one.ear;
    this.tell(one);
  }

  /** The phone is back, and no path with it: each has to be asked for again. */
  resume(id: SupervisionId): void {
    const one = this.live.get(id);
    if (one?.leg !== "held") return;
    one.leg = "up";
    this.tell(one);
  }

  /** The supervisor presses a key of the phone's keypad. */
  press(id: SupervisionId, digit: string): void {
    if (this.live.get(id)?.leg === "up") this.digit?.(id, digit);
  }

  /** Two short tones in the supervisor's ear. */
  private async refuse(id: SupervisionId): Promise<ActionResult> {
    const one = this.live.get(id);
    if (one?.leg !== "up" || one.ending !== undefined) return unknown;
    this.tones.push(id);
    await this.latency();
    return done;
  }

  /** A short tone for one party to the call that is heard. */
  private async notify(id: SupervisionId, leg: LegId, wanted: () => boolean): Promise<ActionResult> {
    await this.latency();
    const one = this.live.get(id);
    const found = this.settings.findLeg(leg);
    const heard = one?.ear === undefined ? undefined : this.settings.findLeg(one.ear);
    if (!this.settings.connected()) return refused("pbx-away", "the connection was lost meanwhile");
    if (found === undefined) return refused("call-gone", "the leg is gone");
    if (one?.ending !== undefined || found.call.id !== heard?.call.id) return unknown;
    if (found.call.private !== undefined) return refused("call-private", "the call is private");
    if (!wanted()) return overtaken;
    this.notified.push(leg);
    return done;
  }

  /** The supervisor's leg goes at the phone's own wish. */
  hangUp(id: SupervisionId): void {
    const one = this.live.get(id);
    if (one?.leg === undefined) return;
    this.finish(one, one.leg === "ringing" ? "declined" : "supervisor-hung-up");
  }

  /** Legs of a call went: what was attached to them goes, the supervisor's own leg stays. */
  legsGone(legs: readonly LegId[]): void {
    for (const one of this.live.values()) {
      const ear = one.ear !== undefined && legs.includes(one.ear);
      const mouth = one.mouth !== undefined && legs.includes(one.mouth.leg);
      if (mouth) delete one.mouth;
      if (ear) delete one.ear;
      if (ear || mouth) this.tell(one);
    }
  }

  /** Nobody hears this call any more, nor is heard on it. */
  cutOff(call: CallId): void {
    const isOn = (leg: LegId | undefined) => leg !== undefined && this.settings.findLeg(leg)?.call.id === call;
    for (const one of this.live.values()) {
      if (!isOn(one.ear) && !isOn(one.mouth?.leg)) continue;
      this.cutMouth(one);
      this.cutEar(one);
    }
  }

  /** Every supervision leg goes at once. */
  endAll(ending: Ending): void {
    for (const one of [...this.live.values()]) this.finish(one, ending);
  }

  private async ring(action: Action<"ring">): Promise<ActionResult> {
    const { settings } = this;
    const known = this.live.get(action.supervision);
    if (known !== undefined) return known.ending === undefined ? done : overtaken;
    const { extension } = action;
    const one: Live = { id: action.supervision, extension, earTurn: 0, mouthTurn: 0, timers: [] };
    this.live.set(one.id, one);
    await this.latency();
    if (this.live.get(one.id) !== one || one.ending !== undefined) return overtaken;
    const refusal = this.ringRefusal(action.extension);
    if (refusal !== undefined) {
      this.live.delete(one.id);
      return refusal;
    }
    one.leg = "ringing";
    this.tell(one);
    one.timers.push(settings.clock.after(ringsForMs, () => this.finish(one, "not-answered")));
    const pickUpAfterMs = action.answer === "auto" ? autoAnswerAfterMs : settings.pickUpAfterMs();
    if (pickUpAfterMs !== undefined) {
      const unlessByHand = (): void => {
        if (action.answer === "auto" || !settings.attended(extension)) this.pickUp(one.id);
      };
      one.timers.push(settings.clock.after(pickUpAfterMs, unlessByHand));
    }
    return done;
  }

  private async attachEar(action: Action<"attach-ear">): Promise<ActionResult> {
    const one = this.live.get(action.supervision);
    if (one === undefined) return unknown;
    if (one.ear === action.leg) return done;
    this.cutEar(one);
    const turn = one.earTurn;
    await this.latency();
    const refusal = one.earTurn === turn ? (this.pathRefusal(one, action) ?? this.trace(action)) : overtaken;
    if (refusal !== undefined) return refusal;
    one.ear = action.leg;
    this.tell(one);
    return done;
  }

  private async openMouth(action: Action<"open-mouth">): Promise<ActionResult> {
    const one = this.live.get(action.supervision);
    if (one === undefined) return unknown;
    if (one.mouth?.leg === action.leg && one.mouth.reach === action.reach) return done;
    this.cutMouth(one);
    const turn = one.mouthTurn;
    await this.latency();
    const refusal = one.mouthTurn === turn ? (this.pathRefusal(one, action) ?? this.doubt(action.leg)) : overtaken;
    if (refusal !== undefined) return refusal;
    one.mouth = { leg: action.leg, reach: action.reach };
    this.tell(one);
    return done;
  }

  private async takeOver(action: Action<"take-over">): Promise<ActionResult> {
    const one = this.live.get(action.supervision);
    if (one === undefined) return unknown;
    this.cutMouth(one);
    await this.latency();
    const refusal =
      this.pathRefusal(one, action) ?? this.doubt(action.leg) ?? this.settings.handOverRefusal(action.leg);
    if (refusal !== undefined) return refusal;
    delete one.ear;
    this.settings.join(action.leg, one.extension);
    this.finish(one, "took-over");
    return done;
  }

  private async receive(action: Action<"receive">): Promise<ActionResult> {
    const one = this.live.get(action.supervision);
    if (one === undefined) return unknown;
    this.cutMouth(one);
    this.cutEar(one);
    await this.latency();
    if (this.live.get(one.id) !== one || one.ending !== undefined) return overtaken;
    if (!this.settings.connected()) return refused("pbx-away", "the connection was lost meanwhile");
    if (one.leg !== "up") return refused("pbx-failed", "the supervisor's phone is not on the line");
    const found = this.settings.findLeg(action.leg);
    if (found?.call.private !== undefined) return refused("call-private", "the call is private");
    if (!this.settings.answerFor(action.leg, one.extension)) return refused("call-gone", "nobody is given to them");
    this.finish(one, "took-over");
    return done;
  }

  private async close(id: SupervisionId, cut: (one: Live) => void): Promise<ActionResult> {
    const one = this.live.get(id);
    if (one !== undefined) cut(one);
    await this.latency();
    return done;
  }

  private async end(action: Action<"end">): Promise<ActionResult> {
    const one = this.live.get(action.supervision);
    if (one !== undefined && one.ending === undefined) {
      one.ending = action.ending;
      forgetTimers(one);
      this.cutMouth(one);
      this.cutEar(one);
    }
    await this.latency();
    if (one !== undefined) this.finish(one, action.ending);
    return done;
  }

  private cutMouth(one: Live): void {
    one.mouthTurn += 1;
    if (one.mouth === undefined) return;
    delete one.mouth;
    this.tell(one);
  }

  private cutEar(one: Live): void {
    one.earTurn += 1;
    if (one.ear === undefined) return;
    delete one.ear;
    this.tell(one);
  }

  private finish(one: Live, ending: Ending): void {
    if (this.live.get(one.id) !== one) return;
    this.live.delete(one.id);
    forgetTimers(one);
    one.mouthTurn += 1;
    one.earTurn += 1;
    this.settings.report({ type: "facts-ended", supervision: one.id, ending: one.ending ?? ending }, one.extension);
  }

  private ringRefusal(extension: Extension): ActionResult | undefined {
    if (!this.settings.connected()) return refused("pbx-away", "the connection was lost meanwhile");
    if (this.settings.registered(extension)) return undefined;
    return refused("phone-not-registered", `no phone is registered for ${extension}`);
  }

  private pathRefusal(one: Live, path: { readonly leg: LegId; readonly agent: PersonId }): ActionResult | undefined {
    if (this.live.get(one.id) !== one || one.ending !== undefined) return overtaken;
    if (!this.settings.connected()) return refused("pbx-away", "the connection was lost meanwhile");
    if (one.leg !== "up") return refused("pbx-failed", "the supervisor's phone is not on the line");
    const found = this.settings.findLeg(path.leg);
    if (found === undefined) return refused("call-gone", "the leg is gone");
    if (found.call.private !== undefined) return refused("call-private", "the call is private");
    const { party } = found.leg;
    if (party.kind === "internal" && party.person === path.agent) return undefined;
    return refused("leg-uncertain", "the leg is not that agent's");
  }

  private trace({ leg, unseen }: Action<"attach-ear">): ActionResult | undefined {
    const call = this.settings.findLeg(leg)?.call;
    const code = unseen && call !== undefined ? this.settings.traceOn(call) : undefined;
    return code === undefined ? undefined : refused(code, "an ear would show on this call");
  }

  private doubt(leg: LegId): ActionResult | undefined {
    const certain = this.settings.findLeg(leg)?.leg.certain === true;
    return certain ? undefined : refused("leg-uncertain", "the leg is not beyond doubt that agent's device");
  }

  private tell(one: Live): void {
    const facts = this.factsOf(one);
    if (facts === undefined) return;
    one.said = JSON.stringify(facts);
    this.settings.report({ type: "facts", facts }, one.extension);
  }

  private factsOf({ id, leg, ear, mouth }: Live): SupervisionFacts | undefined {
    if (leg === undefined) return undefined;
    const silent = mouth === undefined ? [] : this.settings.silentUnder(mouth);
    return {
      id,
      leg,
      ...(ear === undefined ? {} : { ear }),
      ...(mouth === undefined ? {} : { mouth }),
      ...(silent.length === 0 ? {} : { silent }),
    };
  }

  /** Even a PBX without latency answers later than it is asked, so that what closes can overtake. */
  private latency(): Promise<void> {
    const { clock, latencyMs } = this.settings;
    return latencyMs === 0 ? Promise.resolve() : new Promise((resolve) => clock.after(latencyMs, resolve));
  }
}

function forgetTimers(one: Live): void {
  for (const cancel of one.timers.splice(0)) cancel();
}
