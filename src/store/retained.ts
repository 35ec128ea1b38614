import type { Kysely } from "kysely";
import type { Log, RetainedTopics } from "../model/index.js";
import { patiently } from "./database.js";
import type { Tables } from "./tables.js";

/** Below the number of variables that SQLite takes in one statement. */
const topicsAtOnce = 500;

/** Which topics hold something retained of ours. What comes in one turn of the loop is written together. */
export class RetainedTable implements RetainedTopics {
  readonly #db: () => Kysely<Tables>;
  readonly #topics = new Set<string>();
  /** What is not written yet: added (true) or removed. */
  readonly #changes = new Map<string, boolean>();
  #log: Pick<Log, "warn"> | undefined;
  #writing: Promise<void> | undefined;

  constructor(db: () => Kysely<Tables>) {
    this.#db = db;
  }

  /** Reads them all; the database must be open. What cannot be written later is told to `log`. */
  async read(log: Pick<Log, "warn">): Promise<void> {
    this.#log = log;
    const rows = await patiently(() => this.#db().selectFrom("retained_topic").select("topic").execute());
    for (const { topic } of rows) this.#topics.add(topic);
  }

  all(): readonly string[] {
    return [...this.#topics];
  }

  add(topic: string): void {
    if (this.#topics.has(topic)) return;
    this.#topics.add(topic);
    this.#change(topic, true);
  }

  remove(topic: string): void {
    if (this.#topics.delete(topic)) this.#change(topic, false);
  }

  /** Resolves once all is written. */
  async settled(): Promise<void> {
    while (this.#writing) await this.#writing;
  }

  #change(topic: string, there: boolean): void {
    this.#changes.set(topic, there);
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
    });
  }

  async #write(): Promise<void> {
    await Promise.resolve();
    while (this.#changes.size > 0) {
      const changes = [...this.#changes].slice(0, topicsAtOnce);
      for (const [topic] of changes) this.#changes.delete(topic);
      try {
        await patiently(() => this.#writeOut(changes));
      } catch (error) {
        this.#log?.warn({ error: String(error) }, "Which topics are retained could not be written down.");
      }
    }
  }

  async #writeOut(changes: readonly (readonly [string, boolean])[]): Promise<void> {
    const those = (there: boolean): string[] => changes.filter(([, is]) => is === there).map(([topic]) => topic);
    const [added, removed] = [those(true), those(false)];
    await this.#db()
      .transaction()
      .execute(async (tx) => {
        if (removed.length > 0) await tx.deleteFrom("retained_topic").where("topic", "in", removed).execute();
        if (added.length === 0) return;
        const rows = added.map((topic) => ({ topic }));
        await tx
          .insertInto("retained_topic")
          .values(rows)
          .onConflict((on) => on.doNothing())
          .execute();
      });
  }
}
