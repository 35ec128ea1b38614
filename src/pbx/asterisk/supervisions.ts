import type {
  ActionResult,
  CallAction,
  LegId,
  PbxAction,
  PbxEvent,
  SupervisionFacts,
  SupervisionId,
} from "../../model/index.js";
import type { AriEvent } from "./ari-messages.js";
import type { Rooms } from "./rooms.js";
import { type Ringing, Session } from "./session.js";
import { type Refused, refused, type Site } from "./site.js";
import { Sources } from "./sources.js";
import { TakeOvers } from "./take-overs.js";
import { notificationTone, refusalTones } from "./tones.js";
import type { Transfers } from "./transfers.js";

type FactsEvent = Extract<PbxEvent, { type: "facts" | "facts-ended" }>;
type ActionOf<Type extends PbxAction["type"]> = Extract<PbxAction, { type: Type }>;

/** Finds out what to ring for the phone that pressed. */
export type Finder = (action: ActionOf<"ring">) => Promise<Ringing | Refused>;

/** All supervisions of this gateway: carries out what is asked, and says what the PBX says of each. */
export class Supervisions {
  readonly #site: Site;
  readonly #find: Finder;
  readonly #takeOvers: TakeOvers;
  readonly #report: (event: FactsEvent) => void;
  readonly #sources: Sources;
  readonly #sessions = new Map<SupervisionId, Session>();
  readonly #said = new Map<SupervisionId, string>();
  /** Rung before the lists began to be read: those that the lists do not have are over. */
  #rung: ReadonlySet<Session> = new Set();

  constructor(
    site: Site,
    { rooms, transfers }: { readonly rooms: Rooms; readonly transfers: Transfers },
    find: Finder,
    report: (event: FactsEvent) => void,
  ) {
    this.#site = site;
    this.#takeOvers = new TakeOvers(site, { rooms, transfers }, (session) => this.#has(session));
    this.#find = find;
    this.#report = report;
    this.#sources = new Sources(site);
  }

  /** What lets somebody hear more. */
  async open(
    action: Exclude<PbxAction, { type: "end" | "close-mouth" | "detach-ear" } | CallAction>,
  ): Promise<ActionResult> {
    if (action.type === "ring") return await this.#ring(action);
    const session = this.#sessions.get(action.supervision);
    if (session === undefined || session.ending !== undefined) {
      return refused("not-supervising", "there is no such supervision");
    }
    const channel = this.#site.calls.channelOf(action.leg);
    if (channel === undefined) return refused("call-gone", "the leg is not part of a call");
    switch (action.type) {
      case "attach-ear":
        return await session.ear.attach(channel, action.agent, action.unseen);
      case "open-mouth":
        return await session.open(channel, action.agent, action.reach);
      case "take-over":
        return await this.#takeOvers.takeOver(session, channel, action.agent);
      case "receive":
        return await this.#takeOvers.receive(session, channel);
      default:
        return action satisfies never;
    }
  }

  /** The supervisor's leg of this supervision has become a party of the call. */
  tookOver(supervision: SupervisionId): void {
    const session = this.#sessions.get(supervision);
    if (session === undefined) return;
    session.handedOver();
    this.#report({ type: "facts-ended", supervision, ending: "took-over" });
    this.#forget(session);
  }

  /** What lets somebody hear less: always done, whatever else is under way. */
  async close(action: ActionOf<"end" | "close-mouth" | "detach-ear">): Promise<ActionResult> {
    const session = this.#sessions.get(action.supervision);
    if (session === undefined) return { ok: true };
    const done =
      action.type === "end"
        ? await session.end(action.ending)
        : action.type === "close-mouth"
          ? await session.mouth.close()
          : await session.ear.detach();
    return done ? { ok: true } : refused("pbx-failed", "the PBX has not confirmed it");
  }

  /** Two short tones on the supervisor's leg. */
  async refuse(supervision: SupervisionId): Promise<ActionResult> {
    const session = this.#sessions.get(supervision);
    if (session === undefined || session.ending !== undefined) {
      return refused("not-supervising", "there is no such supervision");
    }
    return await refusalTones(this.#site, supervision, () => session.ending !== undefined);
  }

  /** A short tone for one party to the call that is heard. */
  async notify(supervision: SupervisionId, leg: LegId, wanted: () => boolean): Promise<ActionResult> {
    const session = this.#sessions.get(supervision);
    if (session === undefined) return refused("not-supervising", "there is no such supervision");
    return await notificationTone(this.#site, supervision, leg, () => session.ending === undefined && wanted());
  }

  /** Renews every lease now. */
  async renew(): Promise<void> {
    await Promise.all([...this.#sessions.values()].map((session) => session.renew()));
  }

  /** Closes every mouth: nobody may be heard while nothing can be seen. */
  closeMouths(): void {
    // Those without a target as well: an opening may be about to have one.
    for (const session of this.#sessions.values()) void session.mouth.close();
  }

  /** Renews and watches nothing any more; what is at the PBX stays. Closing still works. */
  rest(): void {
    for (const session of this.#sessions.values()) session.rest();
  }

  /** Before the lists are read. */
  reading(): void {
    this.#rung = new Set([...this.#sessions.values()].filter(({ rung }) => rung));
  }

  /**
   * After the lists have been read again; `intruded` are those that somebody else is in.
   * @returns the facts of every supervision, and what has ended meanwhile.
   */
  resume(intruded: ReadonlySet<SupervisionId>): { readonly facts: SupervisionFacts[]; readonly ended: FactsEvent[] } {
    const { parts } = this.#site;
    const facts: SupervisionFacts[] = [];
    const ended: FactsEvent[] = [];
    for (const supervision of parts.orphans()) {
      if (this.#sessions.has(supervision)) continue;
      this.#takeAway(supervision);
    }
    for (const supervision of parts.supervisions()) {
      const known = this.#sessions.get(supervision);
      const now = known === undefined ? parts.facts(supervision) : this.#sources.facts(known);
      if (now === undefined) continue;
      facts.push(now);
      this.#said.set(supervision, JSON.stringify(now));
      if (intruded.has(supervision)) {
        const session = known ?? new Session(this.#site, supervision);
        this.#sessions.set(supervision, session);
        void session.end("intruder");
        continue;
      }
      if (known !== undefined) {
        known.tend(undefined);
        known.guardEar();
        continue;
      }
      const session = new Session(this.#site, supervision);
      this.#sessions.set(supervision, session);
      session.adopt();
    }
    for (const [supervision, session] of this.#sessions) {
      if (parts.facts(supervision) !== undefined) continue;
      if (!this.#said.has(supervision) && !this.#rung.has(session)) continue;
      const there = this.#site.taken.has(session.legId) ? "took-over" : "lost";
      const ending = session.ending ?? (intruded.has(supervision) ? "intruder" : there);
      ended.push({ type: "facts-ended", supervision, ending });
      this.#forget(session);
      // Its ear and its mouth do not go with the leg, and no event will come of it any more.
      this.#takeAway(supervision);
    }
    this.#lookAtSources();
    return { facts, ended };
  }

  /** An event about anything that is not ours. */
  guard(event: AriEvent): void {
    const bridgeOf = (channel: string) => this.#site.calls.node(channel)?.bridge;
    for (const session of this.#sessions.values()) session.guard(event, bridgeOf);
  }

  /** The board has taken an event about a channel in. */
  guardEars(): void {
    for (const session of this.#sessions.values()) session.guardEar();
    this.#lookAtSources();
  }

  /** Somebody who does not belong there is in a bridge of ours, or ours in theirs. */
  intruded(supervision: SupervisionId): void {
    void this.#sessions.get(supervision)?.end("intruder");
  }

  /** An event about a channel or bridge of ours, already taken into the parts. */
  tend(supervision: SupervisionId, event: AriEvent): void {
    const session = this.#sessions.get(supervision);
    if (session === undefined) {
      this.#takeAway(supervision);
      return;
    }
    session.tend(event);
    this.#lookAtSources();
    this.tell(supervision, event);
  }

  /** Says what has changed of a supervision; `event` where one has changed it. */
  tell(supervision: SupervisionId, event?: AriEvent): void {
    const session = this.#sessions.get(supervision);
    if (session === undefined) return;
    const facts = this.#sources.facts(session);
    if (facts === undefined) {
      const { parts } = this.#site;
      // As long as something speaks the supervision is not over, whoever has hung up.
      if (!this.#said.has(supervision) || parts.channels(supervision, "agent", "everyone").length > 0) return;
      const cause = event?.kind === "destroyed" && event.channel.id === session.legId ? event.cause : undefined;
      const ending = session.endingBy(cause);
      this.#report({ type: "facts-ended", supervision, ending });
      void session.end(ending);
      this.#forget(session);
      return;
    }
    const text = JSON.stringify(facts);
    if (this.#said.get(supervision) === text) return;
    this.#said.set(supervision, text);
    this.#report({ type: "facts", facts });
  }

  async #ring(action: ActionOf<"ring">): Promise<ActionResult> {
    const { supervision } = action;
    const known = this.#sessions.get(supervision);
    if (known !== undefined) {
      return known.ending === undefined ? { ok: true } : refused("stopping", "the supervision is ending");
    }
    const session = new Session(this.#site, supervision);
    this.#sessions.set(supervision, session);
    const ringing = await this.#find(action);
    if ("ok" in ringing) {
      this.#forget(session);
      return ringing;
    }
    if (session.ending !== undefined) {
      this.#forget(session);
      return refused("pbx-failed", "it was ended while the phone was being looked for");
    }
    const result = await session.ring(ringing);
    if (!result.ok && this.#site.parts.facts(supervision) === undefined) this.#forget(session);
    return result;
  }

  #lookAtSources(): void {
    for (const [channel, change] of this.#sources.changed([...this.#sessions.values()])) {
      void this.#sources.anew(channel, change, [...this.#sessions.values()]).then((those) => {
        for (const { supervision } of those) this.tell(supervision);
      });
    }
  }

  /** Parts of a supervision that is over, made by a request that was under way then. */
  #takeAway(supervision: SupervisionId): void {
    const { parts, ari } = this.#site;
    for (const { id } of parts.channels(supervision, "leg", "ear", "voice", "tone", "agent", "everyone"))
      void ari.hangUp(id);
    for (const id of parts.bridges(supervision)) void ari.destroyBridge(id);
  }

  #has(session: Session): boolean {
    return this.#sessions.get(session.supervision) === session;
  }

  #forget(session: Session): void {
    session.rest();
    this.#said.delete(session.supervision);
    this.#sources.forget(session.supervision);
    if (this.#has(session)) this.#sessions.delete(session.supervision);
  }
}
