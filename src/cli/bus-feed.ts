import type { BusTap, PublishedMessage, PushResult } from "../model/index.js";
import type { BusLine } from "./reports.js";

export interface BusFeedParts {
  /** The gateway's clock. */
  readonly now: () => number;
  /** Whether the broker is there now. */
  readonly connected: () => boolean;
  readonly nameOf: (person: string) => string | undefined;
  /** Whose phone it is. */
  readonly ownerOf: (mac: string) => string | undefined;
  /** Whether this person may supervise. */
  readonly supervises: (person: string) => boolean;
}

interface Reader {
  readonly person: string | undefined;
  readonly tell: (line: BusLine) => void;
}

const supervisorsTopic = /\/supervisors\/[^/]+\/supervision$/;
const aboutSomebody = /\/agents\/([^/]+)\/|\/([^/]+)\/config$/;
const aboutPhone = /\/phones\/([^/]+)\/(?:state|delivery)$/;

/**
 * The bus as whoever has the command line may see it: what the broker keeps, what is published, how deliveries ended. What
 * supervisors' own devices are told is left out, how their phones fare, and the pages and calls for help there: it would
 * show hidden supervisions, and nobody can tell whether whoever reads is on that very call (R12).
 */
export class BusFeed implements BusTap {
  readonly #parts: BusFeedParts;
  readonly #readers = new Set<Reader>();
  /** What the broker has acknowledged last, of each topic that it keeps. */
  readonly #kept = new Map<string, { readonly payload: string; readonly at: number }>();

  constructor(parts: BusFeedParts) {
    this.#parts = parts;
  }

  /** Tells what is kept now, of this person or of everybody, then everything as it comes, until the returned function is called. */
  follow(person: string | undefined, tell: (line: BusLine) => void): () => void {
    const reader = { person, tell };
    tell({ kind: "broker", at: this.#parts.now(), standing: this.#standing() });
    // The phone of an agent may be a supervisor's by now.
    for (const [topic, { payload, at }] of this.#kept)
      if (!this.#tells(topic)) this.#tellOne(reader, { kind: "kept", at, topic, payload, ...this.#aboutTopic(topic) });
    this.#readers.add(reader);
    return () => this.#readers.delete(reader);
  }

  published({ topic, payload, retained, accepted, ms }: PublishedMessage): void {
    // Of a phone that has gone: what was shown is gone too.
    const takenBack = retained && payload === "" && this.#kept.has(topic);
    if (!takenBack && this.#tells(topic)) return;
    const at = this.#parts.now();
    if (accepted && retained) {
      if (payload === "") this.#kept.delete(topic);
      else this.#kept.set(topic, { payload, at });
    }
    if (this.#readers.size === 0) return;
    const about = this.#aboutTopic(topic);
    this.#tell({ kind: "published", at, topic, payload, retained, accepted, ms: rounded(ms), ...about });
  }

  pushed({ person, by, kind: what, result, ms }: Omit<PushResult, "at">): void {
    if (this.#readers.size === 0) return;
    if (by !== "mqtt" && (what === "page" || (what === "notice" && this.#parts.supervises(person)))) return;
    this.#tell({
      ...{ kind: "delivered", at: this.#parts.now(), what, by, result, ms: rounded(ms) },
      ...this.#about(person),
    });
  }

  standing(): void {
    this.#tell({ kind: "broker", at: this.#parts.now(), standing: this.#standing() });
  }

  #standing(): "connected" | "away" {
    return this.#parts.connected() ? "connected" : "away";
  }

  /** Whether a topic tells who supervises. */
  #tells(topic: string): boolean {
    if (supervisorsTopic.test(topic)) return true;
    const [, mac] = aboutPhone.exec(topic) ?? [];
    if (mac === undefined) return false;
    const owner = this.#parts.ownerOf(mac);
    return owner === undefined || this.#parts.supervises(owner);
  }

  #aboutTopic(topic: string): Pick<BusLine & { kind: "kept" }, "person" | "name"> {
    const [, agent, device] = aboutSomebody.exec(topic) ?? [];
    const [, mac] = aboutPhone.exec(topic) ?? [];
    const person = agent ?? device ?? (mac && this.#parts.ownerOf(mac));
    return person === undefined ? {} : this.#about(person);
  }

  #about(person: string): { readonly person: string; readonly name?: string } {
    const name = this.#parts.nameOf(person);
    return { person, ...(name !== undefined && { name }) };
  }

  #tell(line: BusLine): void {
    for (const reader of this.#readers) this.#tellOne(reader, line);
  }

  /** Whether the gateway and its broker are there concerns everybody. */
  #tellOne({ person, tell }: Reader, line: BusLine): void {
    const of = "person" in line ? line.person : undefined;
    if (person === undefined || of === undefined || of === person) tell(line);
  }
}

function rounded(ms: number): number {
  return Math.round(ms * 10) / 10;
}
