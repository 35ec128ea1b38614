import type { Call, CallId, LegId, PbxEvent, PersonId } from "../../model/index.js";

/** What the board is told, the legs that went with it, and those of the house who have or had a part. */
export interface CallChange {
  readonly event: Extract<PbxEvent, { type: "call" | "call-ended" }>;
  readonly legsGone: readonly LegId[];
  readonly people: readonly PersonId[];
}

/** What the board has of one conversation. */
export class BoardEntry {
  private shown: Call | undefined;

  constructor(
    private readonly id: CallId,
    private readonly report: (change: CallChange) => void,
  ) {}

  get call(): Call | undefined {
    return this.shown;
  }

  /** Tells what it is now; undefined where it is no call. */
  show(now: Call | undefined): void {
    const before = this.shown;
    this.shown = now;
    if (now !== undefined) {
      const people = [...peopleOf(before), ...peopleOf(now)];
      this.report({ event: { type: "call", call: now }, legsGone: gone(before, now), people });
    } else if (before !== undefined) {
      this.reportEnd(before, gone(before));
    }
  }

  /** Takes it off the board; `movedOn` is a leg that goes on elsewhere. @returns what tells of it. */
  takeOff(movedOn?: LegId): () => void {
    const before = this.shown;
    this.shown = undefined;
    return () => {
      if (before === undefined) return;
      const legsGone = gone(before).filter((leg) => leg !== movedOn);
      this.reportEnd(before, legsGone);
    };
  }

  private reportEnd(before: Call, legsGone: readonly LegId[]): void {
    this.report({ event: { type: "call-ended", call: this.id }, legsGone, people: peopleOf(before) });
  }
}

function peopleOf(call: Call | undefined): readonly PersonId[] {
  return (call?.legs ?? []).flatMap(({ party }) => (party.kind === "internal" ? [party.person] : []));
}

function gone(before: Call | undefined, now?: Call): readonly LegId[] {
  const there = new Set(now?.legs.map((leg) => leg.id));
  return (before?.legs ?? []).map((leg) => leg.id).filter((leg) => !there.has(leg));
}
