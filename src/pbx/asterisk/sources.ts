import type { SupervisionFacts, SupervisionId } from "../../model/index.js";
import { onMusic } from "./carriers.js";
import type { Session } from "./session.js";
import { allRemoved, type Site } from "./site.js";

/** Where the sound that is sent to a leg comes from. */
interface Source {
  readonly channel: string;
  /** Whom it was alone with last. */
  readonly peer: string | undefined;
  readonly music: boolean;
}

type Change = "after music" | "another party";

/**
 * Where what is sent to a leg that ours is on comes from. Packets of another party, and those that come after music, may
 * look older than the last to whatever listens and speaks on the leg (Debian's Asterisk 22 compares their numbers; those of
 * music are all 0): then nothing of them is heard, nothing is carried by them, for up to eleven minutes, and that is
 * forgotten only once nothing of all that is on the leg is there any more. So whenever the source changes all of ours lets go
 * of the leg together, and takes it up anew.
 */
export class Sources {
  readonly #site: Site;
  readonly #before = new Map<SupervisionId, Source>();

  constructor(site: Site) {
    this.#site = site;
  }

  /** After anything has changed: says who carries voices now. @returns the channels that have got another source, and which. */
  changed(sessions: readonly Session[]): ReadonlyMap<string, Change> {
    const channels = sessions.flatMap((session): [string, Change][] => {
      session.mouth.look();
      const before = this.#before.get(session.supervision);
      const now = this.#sourceOf(session, before);
      if (now === undefined) this.#before.delete(session.supervision);
      else this.#before.set(session.supervision, now);
      if (now === undefined || now.channel !== before?.channel || now.music) return [];
      const another = before.peer !== undefined && before.peer !== now.peer;
      if (another) return [[now.channel, "another party"]];
      return before.music ? [[now.channel, "after music"]] : [];
    });
    return new Map(channels);
  }

  #sourceOf(session: Session, before: Source | undefined): Source | undefined {
    const { calls } = this.#site;
    const channel = onOf(session);
    if (channel === undefined || session.ending !== undefined) return undefined;
    const last = before?.channel === channel ? before : undefined;
    const call = calls.callOf(channel);
    // On its way from one call to another it may be in none.
    if (call === undefined) return last;
    const [first, ...more] = calls.partners(channel);
    // What several say together is mixed anew, and has no numbers.
    const peer = first === undefined || more.length > 0 ? last?.peer : first;
    return { channel, peer, music: onMusic(call, channel) };
  }

  forget(supervision: SupervisionId): void {
    this.#before.delete(supervision);
  }

  /**
   * Takes everything of ours off a leg, and has it there again, but for what would speak to a party that has come since: a
   * person decides. @returns whose it is.
   */
  async anew(channel: string, change: Change, sessions: readonly Session[]): Promise<readonly Session[]> {
    const there = sessions.filter((session) => onOf(session) === channel && session.ending === undefined);
    const again = await Promise.all(there.map((session) => this.#letGo(session, channel, change)));
    await Promise.all(again.map((one) => one()));
    return there;
  }

  /** The facts of a supervision, with what it has let go of for a moment only. */
  facts({ supervision, ending, ear, mouth }: Session): SupervisionFacts | undefined {
    return this.#site.parts.facts(supervision, ending === undefined ? { ear: ear.kept, mouth: mouth.kept } : {});
  }

  async #letGo({ supervision, ear, mouth }: Session, channel: string, change: Change): Promise<() => Promise<void>> {
    const closed = change === "another party" ? mouth.close() : undefined;
    const tones = this.#site.parts.channels(supervision, "tone").filter(({ target }) => target === channel);
    const silenced = allRemoved(
      this.#site,
      tones.map(({ id }) => id),
    );
    const [hear, speak] = await Promise.all([ear.letGo(channel), mouth.letGo(channel), silenced, closed]);
    return async () => {
      await hear();
      await speak();
    };
  }
}

function onOf({ ear, mouth }: Session): string | undefined {
  return ear.target ?? mouth.target?.channel;
}
