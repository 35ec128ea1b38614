import type { Ending, Extension, LegId, Mouth, SupervisionFacts, SupervisionId } from "../../model/index.js";

export interface SupervisionParts {
  readonly id: SupervisionId;
  readonly extension: Extension;
  /** The legs that a mouth rides on and that send no sound now. */
  readonly silentUnder: (mouth: Mouth) => readonly LegId[];
  readonly report: (facts: SupervisionFacts) => void;
}

/** One supervision at the simulated PBX: the supervisor's leg, its ear and its mouth. Says so whenever one of them changes. */
export class Supervision {
  readonly id: SupervisionId;
  readonly extension: Extension;
  ending: Ending | undefined;
  private leg: SupervisionFacts["leg"] | undefined;
  private heard: LegId | undefined;
  private spoken: Mouth | undefined;
  /** The facts told last. */
  private said: string | undefined;
  private earTurns = 0;
  private mouthTurns = 0;
  private readonly timers: (() => void)[] = [];

  constructor(private readonly parts: SupervisionParts) {
    this.id = parts.id;
    this.extension = parts.extension;
  }

  /** The supervisor's own leg; undefined while the PBX is still dialling. */
  get state(): SupervisionFacts["leg"] | undefined {
    return this.leg;
  }

  get ear(): LegId | undefined {
    return this.heard;
  }

  get mouth(): Mouth | undefined {
    return this.spoken;
  }

  /** Raised by whatever is newer or closes: an opening that finds another turn than its own has been overtaken. */
  get earTurn(): number {
    return this.earTurns;
  }

  /** As `earTurn`. */
  get mouthTurn(): number {
    return this.mouthTurns;
  }

  get facts(): SupervisionFacts | undefined {
    const { id, leg, ear, mouth } = this;
    if (leg === undefined) return undefined;
    const silent = mouth === undefined ? [] : this.parts.silentUnder(mouth);
    return {
      id,
      leg,
      ...(ear === undefined ? {} : { ear }),
      ...(mouth === undefined ? {} : { mouth }),
      ...(silent.length === 0 ? {} : { silent }),
    };
  }

  ring(): void {
    this.leg = "ringing";
    this.tell();
  }

  /** `cancel` ends a timer of the ringing, which nobody waits for once the phone is up or the supervision ends. */
  whileRinging(cancel: () => void): void {
    this.timers.push(cancel);
  }

  pickUp(): void {
    if (this.leg !== "ringing" || this.ending !== undefined) return;
    this.forgetTimers();
    this.leg = "up";
    this.tell();
  }

  /** The supervisor's phone holds: nothing goes either way (R21). */
  hold(): void {
    if (this.leg !== "up") return;
    this.overtake();
    this.leg = "held";
    this.spoken = undefined;
    this.heard = undefined;
    this.tell();
  }

  /** The phone is back, and no path with it: each has to be asked for again. */
  resume(): void {
    if (this.leg !== "held") return;
    this.leg = "up";
    this.tell();
  }

  hear(leg: LegId): void {
    this.heard = leg;
    this.tell();
  }

  speak(mouth: Mouth): void {
    this.spoken = mouth;
    this.tell();
  }

  cutEar(): void {
    this.earTurns += 1;
    if (this.heard === undefined) return;
    this.heard = undefined;
    this.tell();
  }

  cutMouth(): void {
    this.mouthTurns += 1;
    if (this.spoken === undefined) return;
    this.spoken = undefined;
    this.tell();
  }

  /** Legs of a call went: what was attached to them goes, the supervisor's own leg stays. */
  legsGone(legs: readonly LegId[]): void {
    const ear = this.heard !== undefined && legs.includes(this.heard);
    const mouth = this.spoken !== undefined && legs.includes(this.spoken.leg);
    if (mouth) this.spoken = undefined;
    if (ear) this.heard = undefined;
    if (ear || mouth) this.tell();
  }

  /** Who sends sound has changed. */
  soundsChanged(): void {
    if (this.spoken !== undefined && JSON.stringify(this.facts) !== this.said) this.tell();
  }

  /** Is about to end, for this reason. */
  endBy(ending: Ending): void {
    this.ending = ending;
    this.forgetTimers();
    this.cutMouth();
    this.cutEar();
  }

  /** Is no more: whatever is under way for it has been overtaken. */
  over(): void {
    this.forgetTimers();
    this.overtake();
  }

  private overtake(): void {
    this.earTurns += 1;
    this.mouthTurns += 1;
  }

  private forgetTimers(): void {
    for (const cancel of this.timers.splice(0)) cancel();
  }

  private tell(): void {
    const { facts } = this;
    if (facts === undefined) return;
    this.said = JSON.stringify(facts);
    this.parts.report(facts);
  }
}
