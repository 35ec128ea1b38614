import type { PbxEvent, SupervisionId } from "../../model/index.js";
import type { AriEvent } from "./ari-messages.js";
import type { CallEvent } from "./calls.js";
import { isPress } from "./hands.js";
import type { Listing } from "./listing.js";
import type { Privacy } from "./privacy.js";
import type { Rooms } from "./rooms.js";
import type { Site } from "./site.js";
import type { Supervisions } from "./supervisions.js";
import type { Transfers } from "./transfers.js";

export interface IntakeParts {
  readonly privacy: Privacy;
  readonly transfers: Transfers;
  readonly rooms: Rooms;
  readonly supervisions: Supervisions;
  readonly report: (event: PbxEvent) => void;
}

/** Takes in what the PBX tells: who of us is told of it, and who before whom. */
export class Intake {
  readonly #site: Site;
  readonly #privacy: Privacy;
  readonly #transfers: Transfers;
  readonly #rooms: Rooms;
  readonly #supervisions: Supervisions;
  readonly #report: (event: PbxEvent) => void;

  constructor(site: Site, { privacy, transfers, rooms, supervisions, report }: IntakeParts) {
    this.#site = site;
    this.#privacy = privacy;
    this.#transfers = transfers;
    this.#rooms = rooms;
    this.#supervisions = supervisions;
    this.#report = report;
  }

  /**
   * Begins anew with what the PBX has, and with the events since it began to say so. `skewMs`: how far its clock is ahead of
   * ours.
   */
  replace({ channels, bridges, onHold, privacy }: Listing, since: readonly AriEvent[], skewMs: number): void {
    const { taken, parts, calls, clock, owners } = this.#site;
    taken.replace(channels);
    parts.replace(channels, bridges, onHold);
    const theirs = channels.map(({ id }) => id).filter((id) => !taken.isEarshots(id));
    this.#privacy.replace(theirs, privacy, clock.now());
    const ofCalls = channels.filter((channel) => !isPress(channel, owners));
    calls.replace(ofCalls, bridges, skewMs, onHold);
    // Whoever came in while nobody looked shows in the lists; whoever came and went since, in the events alone.
    const intruded = new Set(parts.intrudedIn(bridges));
    for (const event of since) {
      const by = parts.intruded(event);
      if (by !== undefined) intruded.add(by);
      this.#arrive(event);
      if (parts.concerns(event)) parts.apply(event);
      else this.#applyToCalls(event);
    }
    this.#rooms.replace(channels, bridges);
    for (const call of calls.all()) this.#privacy.spread(call);
    const { facts, ended } = this.#supervisions.resume(intruded);
    this.#report({ type: "pbx-snapshot", snapshot: { calls: calls.all(), supervisions: facts } });
    for (const event of ended) this.#report(event);
    this.#site.look();
  }

  /** Takes one event in. */
  take(event: AriEvent): void {
    const { parts, taken } = this.#site;
    const transferring = this.#transfers.read(event);
    const tookOver = this.#arrive(event);
    const intruded = parts.intruded(event);
    if (intruded !== undefined) this.#supervisions.intruded(intruded);
    if (parts.concerns(event)) {
      const supervision = parts.apply(event);
      this.#site.look();
      if (supervision !== undefined) this.#supervisions.tend(supervision, event);
      return;
    }
    // The guard goes first: it compares with what was.
    this.#supervisions.guard(event);
    this.tellCalls(this.#applyToCalls(event));
    if (transferring !== undefined) this.#report(transferring);
    // The call has them before the supervision is over.
    if (tookOver !== undefined) this.#supervisions.tookOver(tookOver);
    this.#rooms.tend(event);
    if (event.kind === "destroyed") taken.forget(event.channel.id);
    this.#site.look();
  }

  /** Tells what has changed on the board, after the ears have been held against it. */
  tellCalls(changes: readonly CallEvent[]): void {
    this.#supervisions.guardEars();
    for (const change of changes) {
      if (change.type === "call") this.#privacy.spread(change.call);
      this.#report(change);
    }
  }

  /** A supervisor's leg that has come into the call is a party of it before anybody looks at the event. */
  #arrive(event: AriEvent): SupervisionId | undefined {
    const { parts, taken } = this.#site;
    const leg = taken.arriving(event);
    if (leg === undefined) return undefined;
    const supervision = parts.release(leg);
    taken.add(leg);
    return supervision;
  }

  #applyToCalls(event: AriEvent): readonly CallEvent[] {
    const changes = this.#site.calls.apply(event);
    if (event.kind === "destroyed") this.#privacy.forget(event.channel.id);
    if (event.kind !== "privacy") return changes;
    return [...changes, ...this.#privacy.heard(event.channel.id, event.value)];
  }
}
