import type {
  ActionResult,
  CallAction,
  CallId,
  Ending,
  Extension,
  LegId,
  PbxAction,
  PersonId,
  SupervisionFacts,
  SupervisionId,
} from "../../model/index.js";
import { done, overtaken, refused, unknown } from "./answers.js";
import { silentUnder } from "./hearing.js";
import { LegKeypad } from "./keypad.js";
import { NotificationTones } from "./notification-tones.js";
import { Supervision } from "./supervision.js";
import { latency, type SupervisionSettings } from "./supervision-settings.js";

type Action<Type extends PbxAction["type"]> = Extract<PbxAction, { type: Type }>;

const ringsForMs = 30_000;
const autoAnswerAfterMs = 300;

/** A supervisor's own leg, as their phone has it. */
export interface SupervisionLeg {
  readonly id: SupervisionId;
  readonly leg: SupervisionFacts["leg"];
}

/** The supervision legs of the simulated PBX, with their ears and mouths. */
export class Supervisions {
  readonly keypad: LegKeypad;
  readonly notificationTones: NotificationTones;
  private readonly live = new Map<SupervisionId, Supervision>();

  constructor(private readonly settings: SupervisionSettings) {
    const find = (id: SupervisionId): Supervision | undefined => this.live.get(id);
    this.keypad = new LegKeypad(find, () => latency(settings));
    this.notificationTones = new NotificationTones(settings, find);
  }

  /** What the PBX has now. */
  facts(): readonly SupervisionFacts[] {
    return [...this.live.values()].flatMap(({ facts }) => facts ?? []);
  }

  /** The supervision leg that rings or is up at that extension; the newest, should there be several. */
  phoneOf(extension: Extension): SupervisionLeg | undefined {
    const there = [...this.live.values()].findLast((one) => one.extension === extension && one.state !== undefined);
    return there?.state === undefined ? undefined : { id: there.id, leg: there.state };
  }

  /** Who sends sound has changed. */
  soundsChanged(): void {
    for (const one of this.live.values()) one.soundsChanged();
  }

  execute(action: Exclude<PbxAction, CallAction>): Promise<ActionResult> {
    switch (action.type) {
      case "ring":
        return this.ring(action);
      case "attach-ear":
        return this.attachEar(action);
      case "detach-ear":
        return this.close(action.supervision, (one) => one.cutEar());
      case "open-mouth":
        return this.openMouth(action);
      case "take-over":
        return this.takeOver(action);
      case "receive":
        return this.receive(action);
      case "close-mouth":
        return this.close(action.supervision, (one) => one.cutMouth());
      case "end":
        return this.end(action);
    }
  }

  /** The supervisor's phone is picked up. */
  pickUp(id: SupervisionId): void {
    this.live.get(id)?.pickUp();
  }

  hold(id: SupervisionId): void {
    this.live.get(id)?.hold();
  }

  resume(id: SupervisionId): void {
    this.live.get(id)?.resume();
  }

  /** The supervisor's leg goes at the phone's own wish. */
  hangUp(id: SupervisionId): void {
    const one = this.live.get(id);
    if (one?.state === undefined) return;
    this.finish(one, one.state === "ringing" ? "declined" : "supervisor-hung-up");
  }

  /** Legs of a call went, and what was attached to them with them. */
  legsGone(legs: readonly LegId[]): void {
    for (const one of this.live.values()) one.legsGone(legs);
  }

  /** Nobody hears this call any more, nor is heard on it. */
  cutOff(call: CallId): void {
    const isOn = (leg: LegId | undefined) => leg !== undefined && this.settings.calls.find(leg)?.call.id === call;
    for (const one of this.live.values()) {
      if (!isOn(one.ear) && !isOn(one.mouth?.leg)) continue;
      one.cutMouth();
      one.cutEar();
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
    const one = new Supervision({
      id: action.supervision,
      extension,
      silentUnder: (mouth) => silentUnder(mouth, settings.calls.sounding),
      report: (facts) => settings.report({ type: "facts", facts }, extension),
    });
    this.live.set(one.id, one);
    await latency(this.settings);
    if (this.live.get(one.id) !== one || one.ending !== undefined) return overtaken;
    const refusal = this.ringRefusal(action.extension);
    if (refusal !== undefined) {
      this.live.delete(one.id);
      return refusal;
    }
    one.ring();
    one.whileRinging(settings.clock.after(ringsForMs, () => this.finish(one, "not-answered")));
    const pickUpAfterMs = action.answer === "auto" ? autoAnswerAfterMs : settings.pickUps.afterMs();
    if (pickUpAfterMs !== undefined) {
      const unlessByHand = (): void => {
        if (action.answer === "auto" || !settings.pickUps.isAttended(extension)) one.pickUp();
      };
      one.whileRinging(settings.clock.after(pickUpAfterMs, unlessByHand));
    }
    return done;
  }

  private async attachEar(action: Action<"attach-ear">): Promise<ActionResult> {
    const one = this.live.get(action.supervision);
    if (one === undefined) return unknown;
    if (one.ear === action.leg) return done;
    one.cutEar();
    const turn = one.earTurn;
    await latency(this.settings);
    const refusal = one.earTurn === turn ? (this.pathRefusal(one, action) ?? this.trace(action)) : overtaken;
    if (refusal !== undefined) return refusal;
    one.hear(action.leg);
    return done;
  }

  private async openMouth(action: Action<"open-mouth">): Promise<ActionResult> {
    const one = this.live.get(action.supervision);
    if (one === undefined) return unknown;
    if (one.mouth?.leg === action.leg && one.mouth.reach === action.reach) return done;
    one.cutMouth();
    const turn = one.mouthTurn;
    await latency(this.settings);
    const refusal = one.mouthTurn === turn ? (this.pathRefusal(one, action) ?? this.doubt(action.leg)) : overtaken;
    if (refusal !== undefined) return refusal;
    one.speak({ leg: action.leg, reach: action.reach });
    return done;
  }

  private async takeOver(action: Action<"take-over">): Promise<ActionResult> {
    const one = this.live.get(action.supervision);
    if (one === undefined) return unknown;
    one.cutMouth();
    await latency(this.settings);
    const refusal =
      this.pathRefusal(one, action) ?? this.doubt(action.leg) ?? this.settings.calls.handOverRefusal(action.leg);
    if (refusal !== undefined) return refusal;
    const { calls, registrations } = this.settings;
    calls.join(action.leg, registrations.personAt(one.extension));
    this.finish(one, "took-over");
    return done;
  }

  private async receive(action: Action<"receive">): Promise<ActionResult> {
    const one = this.live.get(action.supervision);
    if (one === undefined) return unknown;
    one.cutMouth();
    one.cutEar();
    await latency(this.settings);
    if (this.live.get(one.id) !== one || one.ending !== undefined) return overtaken;
    if (!this.settings.connected()) return refused("pbx-away", "the connection was lost meanwhile");
    if (one.state !== "up") return refused("pbx-failed", "the supervisor's phone is not on the line");
    const found = this.settings.calls.find(action.leg);
    if (found?.call.private !== undefined) return refused("call-private", "the call is private");
    const person = this.settings.registrations.personAt(one.extension);
    if (!this.settings.calls.answerFor(action.leg, person)) return refused("call-gone", "nobody is given to them");
    this.finish(one, "took-over");
    return done;
  }

  private async close(id: SupervisionId, cut: (one: Supervision) => void): Promise<ActionResult> {
    const one = this.live.get(id);
    if (one !== undefined) cut(one);
    await latency(this.settings);
    return done;
  }

  private async end(action: Action<"end">): Promise<ActionResult> {
    const one = this.live.get(action.supervision);
    if (one !== undefined && one.ending === undefined) one.endBy(action.ending);
    await latency(this.settings);
    if (one !== undefined) this.finish(one, action.ending);
    return done;
  }

  private finish(one: Supervision, ending: Ending): void {
    if (this.live.get(one.id) !== one) return;
    this.live.delete(one.id);
    one.over();
    this.settings.report({ type: "facts-ended", supervision: one.id, ending: one.ending ?? ending }, one.extension);
  }

  private ringRefusal(extension: Extension): ActionResult | undefined {
    if (!this.settings.connected()) return refused("pbx-away", "the connection was lost meanwhile");
    if (this.settings.registrations.has(extension)) return undefined;
    return refused("phone-not-registered", `no phone is registered for ${extension}`);
  }

  private pathRefusal(
    one: Supervision,
    path: { readonly leg: LegId; readonly agent: PersonId },
  ): ActionResult | undefined {
    if (this.live.get(one.id) !== one || one.ending !== undefined) return overtaken;
    if (!this.settings.connected()) return refused("pbx-away", "the connection was lost meanwhile");
    if (one.state !== "up") return refused("pbx-failed", "the supervisor's phone is not on the line");
    const found = this.settings.calls.find(path.leg);
    if (found === undefined) return refused("call-gone", "the leg is gone");
    if (found.call.private !== undefined) return refused("call-private", "the call is private");
    const { party } = found.leg;
    if (party.kind === "internal" && party.person === path.agent) return undefined;
    return refused("leg-uncertain", "the leg is not that agent's");
  }

  private trace({ leg, unseen }: Action<"attach-ear">): ActionResult | undefined {
    const call = this.settings.calls.find(leg)?.call;
    const code = unseen && call !== undefined ? this.settings.calls.traceOn(call) : undefined;
    return code === undefined ? undefined : refused(code, "an ear would show on this call");
  }

  private doubt(leg: LegId): ActionResult | undefined {
    const certain = this.settings.calls.find(leg)?.leg.certain === true;
    return certain ? undefined : refused("leg-uncertain", "the leg is not beyond doubt that agent's device");
  }
}
