import type { ActionResult, PersonId } from "../../model/index.js";
import { placeOfTaker, type Rooms } from "./rooms.js";
import type { Session } from "./session.js";
import { names } from "./setup/needs.js";
import { CONFIRMED_MS, type Refused, refused, type Site } from "./site.js";
import type { Transfers } from "./transfers.js";

/** Calls that go to the supervisor who listens: their own leg becomes a party. */
export class TakeOvers {
  readonly #site: Site;
  readonly #rooms: Rooms;
  readonly #transfers: Transfers;
  readonly #has: (session: Session) => boolean;

  /** @param has whether a session is still one of ours. */
  constructor(
    site: Site,
    { rooms, transfers }: { readonly rooms: Rooms; readonly transfers: Transfers },
    has: (session: Session) => boolean,
  ) {
    this.#site = site;
    this.#rooms = rooms;
    this.#transfers = transfers;
    this.#has = has;
  }

  /**
   * Brings a session's supervisor into the call on that channel: first the two who talk, so that whatever happens to the
   * supervisor's leg leaves them together.
   */
  async takeOver(session: Session, channel: string, agent: PersonId): Promise<ActionResult> {
    const { supervision, legId } = session;
    const held = await this.#freed(session);
    if (held !== undefined) return held;
    const room = `${this.#site.tag}${supervision}`;
    const failure =
      (await this.#rooms.fill(room, channel, agent)) ??
      (await session.handOver(this.#rooms.context, placeOfTaker(room), () => this.#rooms.closed(channel)));
    if (failure !== undefined) {
      this.#rooms.settle(channel);
      return failure;
    }
    const arrived = await this.#site.until(() => {
      return !this.#has(session) || this.#site.taken.has(legId) || undefined;
    }, CONFIRMED_MS);
    if (arrived === undefined) void session.end("pbx-failed");
    if (!this.#site.taken.has(legId)) this.#rooms.settle(channel);
    const closed = this.#rooms.closed(channel);
    // They have come to it while it was becoming private.
    if (closed !== undefined) void this.#site.ari.hangUp(legId);
    return closed ?? { ok: true };
  }

  /**
   * Connects whoever is on that channel with a session's supervisor. They stay on their way until the supervisor's leg is
   * where they can be connected.
   */
  async receive(session: Session, channel: string): Promise<ActionResult> {
    const { legId } = session;
    const held = await this.#freed(session);
    if (held !== undefined) return held;
    const failure =
      (await this.#rooms.missing()) ??
      (await this.#site.privacy(channel)) ??
      (await session.handOver(this.#rooms.context, names.receives, () => this.#rooms.closed(channel)));
    if (failure !== undefined) return failure;
    const failed = await this.#rooms.connect(channel, legId, this.#transfers.placeOf(channel));
    if (failed !== undefined) {
      void session.end(failed.code === "call-gone" ? "call-ended" : "pbx-failed");
      return failed;
    }
    // Seen or not, the customer may be talking to this leg by now: nobody hangs it up any more. Not connected, it ends by
    // itself.
    await this.#site.until(() => this.#site.taken.has(legId) || undefined, CONFIRMED_MS);
    return { ok: true };
  }

  /** Why the supervisor's leg cannot leave for the call now; undefined once it can, and is heard nowhere. */
  async #freed({ supervision, mouth }: Session): Promise<Refused | undefined> {
    if (this.#site.parts.facts(supervision)?.leg !== "up") {
      return refused("still-connecting", "the supervisor's phone is not up");
    }
    return (await mouth.close()) ? undefined : refused("pbx-failed", "the PBX does not let go of the mouth");
  }
}
