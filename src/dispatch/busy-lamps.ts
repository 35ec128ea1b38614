import type {
  EpochMs,
  Extension,
  LampShown,
  LampStanding,
  Log,
  Person,
  PersonId,
  SipAgent,
  WatchReport,
} from "../model/index.js";
import { type Change, personOf, type State, type Writer } from "../state/index.js";

export interface BusyLampsParts {
  readonly writer: Writer;
  readonly sip: SipAgent;
  /** Of these extensions, those about whose devices the PBX tells nothing; undefined where it cannot be asked now. */
  readonly outOfSight: (extensions: readonly Extension[]) => Promise<readonly Extension[] | undefined>;
  readonly now: () => EpochMs;
  readonly log: Log;
}

interface Watched {
  readonly person: PersonId;
  standing: LampStanding;
  /** They supervise, or did and their lamp has not been dark since: it may be a leg of ours that lights it. */
  ours?: boolean;
  /** Since when lamp and PBX say different things; undefined while they agree, or cannot be compared. */
  differsSince?: EpochMs;
}

/** What the two say of one moment comes by two ways: only what stays so is a difference. */
const settledAfterMs = 5_000;

/**
 * Busy lamps beside what the PBX's own events say. They are compared, and where they differ that is health's to tell; of
 * somebody whose device the PBX tells nothing about, the lamp alone says whether they are on a call.
 */
export class BusyLamps {
  readonly #parts: BusyLampsParts;
  readonly #watched = new Map<Extension, Watched>();
  readonly #extensionOf = new Map<PersonId, Extension>();
  #blind: ReadonlySet<Extension> = new Set();
  #ready = false;
  #unsubscribe: () => void = () => {};

  constructor(parts: BusyLampsParts) {
    this.#parts = parts;
  }

  start(): void {
    const { writer, sip } = this.#parts;
    this.#unsubscribe = writer.subscribe((change) => this.#follow(change));
    sip.start((extension, standing) => this.#told(extension, standing));
    this.#watchAll();
  }

  async stop(): Promise<void> {
    this.#unsubscribe();
    await this.#parts.sip.stop();
  }

  report(): WatchReport {
    const { sip, now, writer } = this.#parts;
    const at = now();
    const all = [...this.#watched];
    const of = (kind: LampStanding["kind"]): Extension[] =>
      all.flatMap(([extension, { standing }]) => (standing.kind === kind ? [extension] : []));
    const differences = all.flatMap(([extension, { standing, differsSince, person }]) => {
      if (differsSince === undefined || at - differsSince < settledAfterMs || standing.kind !== "seen") return [];
      const calls = isOnCall(writer.state, person) ? "on-a-call" : "no-call";
      return [{ extension, lamp: standing.shown, pbx: calls, since: differsSince } as const];
    });
    return {
      standing: sip.standing(),
      seen: of("seen").length,
      missing: of("missing"),
      unknown: of("unknown"),
      alone: of("seen").filter((extension) => this.#blind.has(extension)),
      differences,
    };
  }

  #follow({ people, supervisions, ended }: Change): void {
    const { state } = this.#parts.writer;
    const ready = state.pbx === "ready";
    const back = ready && !this.#ready;
    this.#ready = ready;
    const known = [...people].every((id) => state.people.get(id)?.extension === this.#extensionOf.get(id));
    if (!known) this.#watchAll();
    else if (back) void this.#look();
    for (const id of people) {
      const extension = this.#extensionOf.get(id);
      if (extension !== undefined) this.#compare(extension);
    }
    const begun = [...supervisions].flatMap((id) => state.supervisions.get(id) ?? []);
    for (const { supervisor } of [...begun, ...ended.map(({ supervision }) => supervision)]) {
      const extension = this.#extensionOf.get(supervisor);
      if (extension === undefined) continue;
      this.#compare(extension);
      this.#relay(extension);
    }
  }

  #watchAll(): void {
    const { writer, sip } = this.#parts;
    const people = [...writer.state.people.values()];
    this.#extensionOf.clear();
    const before = new Map(this.#watched);
    this.#watched.clear();
    for (const { id, extension } of people) {
      this.#extensionOf.set(id, extension);
      const known = before.get(extension);
      const fresh: Watched = { person: id, standing: { kind: "unknown", why: "it has not been told yet" } };
      this.#watched.set(
        extension,
        known?.person === id ? known : { ...fresh, ...(known && { standing: known.standing }) },
      );
    }
    sip.watch(people.map(({ extension }: Person) => extension));
    void this.#look();
  }

  /** Who is out of the PBX's sight is asked when it comes back, and when somebody is new. */
  async #look(): Promise<void> {
    if (!this.#ready) return;
    const { outOfSight, log } = this.#parts;
    const blind = await outOfSight([...this.#watched.keys()]);
    if (blind === undefined) return;
    const fresh = blind.filter((extension) => !this.#blind.has(extension));
    const seen = [...this.#blind].filter((extension) => !blind.includes(extension));
    this.#blind = new Set(blind);
    if (fresh.length > 0) log.info({ extensions: fresh }, "the PBX tells nothing of these: their busy lamps alone do");
    for (const extension of seen) this.#say(extension, undefined);
    for (const extension of blind) this.#relay(extension);
  }

  #told(extension: Extension, standing: LampStanding): void {
    const watched = this.#watched.get(extension);
    if (watched === undefined) return;
    watched.standing = standing;
    this.#compare(extension);
    this.#relay(extension);
  }

  /** While nothing is known of a lamp, what it showed last stays: it is no news that somebody's call is over. */
  #relay(extension: Extension): void {
    const watched = this.#watched.get(extension);
    if (watched === undefined || this.#isOurs(watched)) return;
    const { standing } = watched;
    if (!this.#blind.has(extension) || standing.kind === "unknown") return;
    this.#say(extension, standing.kind === "seen" ? standing.shown : undefined);
  }

  /** Whoever supervises has a leg of ours, and that is nobody's business (R5): what was said of them before stays. */
  #isOurs(watched: Watched): boolean {
    const { standing, person } = watched;
    const dark = standing.kind === "missing" || (standing.kind === "seen" && standing.shown === "idle");
    if (this.#parts.writer.state.bySupervisor.has(person)) watched.ours = true;
    else if (dark) watched.ours = false;
    return watched.ours === true;
  }

  #say(extension: Extension, shown: LampShown | undefined): void {
    const person = this.#watched.get(extension)?.person;
    if (person !== undefined) this.#parts.writer.take({ type: "blf-told", person, ...(shown && { shown }) });
  }

  /** By whether there is a call at all: how a key shows one that is being dialled, or held, is each PBX's own. */
  #compare(extension: Extension): void {
    const watched = this.#watched.get(extension);
    if (watched === undefined) return;
    const { state } = this.#parts.writer;
    const { standing, person } = watched;
    const comparable =
      standing.kind === "seen" && state.pbx === "ready" && !this.#blind.has(extension) && !this.#isOurs(watched);
    const differs = comparable && (standing.shown !== "idle") !== isOnCall(state, person);
    if (!differs) delete watched.differsSince;
    else watched.differsSince ??= this.#parts.now();
  }
}

function isOnCall(state: State, person: PersonId): boolean {
  return [...(state.callsOfPerson.get(person) ?? [])].some((id) =>
    state.calls.get(id)?.legs.some(({ party }) => personOf(party) === person),
  );
}
