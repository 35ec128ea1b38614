import type { Kysely } from "kysely";
import * as z from "zod";
import { type Log, type Mac, type PhoneState, type PhoneStates, pushKinds } from "../model/index.js";
import { patiently } from "./database.js";
import type { Tables } from "./tables.js";

/** What is lost in a crash at most. */
const writtenWithinMs = 5_000;

const time = z.number();
const order = { orderedAt: time, until: time };
const parts = {
  registration: z.object({ registered: z.boolean(), since: time, hosts: z.array(z.string()), until: time }),
  page: z.object({ at: time }),
  push: z.object({
    at: time,
    kind: z.enum(pushKinds),
    result: z.discriminatedUnion("outcome", [
      z.object({ outcome: z.enum(["sent", "confirmed"]) }),
      z.object({ outcome: z.literal("failed"), why: z.string(), again: z.boolean() }),
    ]),
  }),
  files: z.object({ digests: z.record(z.string(), z.string()), at: time, firmware: z.string().exactOptional() }),
  resync: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("waits"), ...order }),
    z.object({ kind: z.literal("asked"), ...order, at: time }),
    z.object({ kind: z.literal("failed"), ...order, at: time, why: z.string() }),
  ]),
} satisfies { readonly [Part in keyof PhoneState]-?: z.ZodType<NonNullable<PhoneState[Part]>> };

/** A part that an older or a newer earshot wrote otherwise is left out. */
const shape: z.ZodType<PhoneState> = z.object({
  registration: parts.registration.exactOptional().catch(undefined as never),
  page: parts.page.exactOptional().catch(undefined as never),
  push: parts.push.exactOptional().catch(undefined as never),
  files: parts.files.exactOptional().catch(undefined as never),
  resync: parts.resync.exactOptional().catch(undefined as never),
});

/** What is known of phones. What comes within some seconds is written together. */
export class PhoneStateTable implements PhoneStates {
  readonly #db: () => Kysely<Tables>;
  readonly #states = new Map<Mac, PhoneState>();
  readonly #changed = new Set<Mac>();
  #log: Pick<Log, "warn"> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(db: () => Kysely<Tables>) {
    this.#db = db;
  }

  /** Reads them all; the database must be open. What cannot be written later is told to `log`. */
  async read(log: Pick<Log, "warn">): Promise<void> {
    this.#log = log;
    const rows = await patiently(() => this.#db().selectFrom("phone_state").selectAll().execute());
    for (const { mac, state } of rows) this.#states.set(mac as Mac, parsed(state));
  }

  of(mac: Mac): PhoneState {
    return this.#states.get(mac) ?? {};
  }

  keep(mac: Mac, now: PhoneState): void {
    this.#states.set(mac, { ...this.#states.get(mac), ...now });
    this.#change(mac);
  }

  forget(mac: Mac): void {
    if (this.#states.delete(mac)) this.#change(mac);
  }

  /** Forgets every phone but these. */
  forgetOthers(macs: ReadonlySet<Mac>): void {
    for (const mac of [...this.#states.keys()]) if (!macs.has(mac)) this.forget(mac);
  }

  /** Resolves once all is written. */
  async settled(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#write();
  }

  #change(mac: Mac): void {
    this.#changed.add(mac);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#write();
    }, writtenWithinMs);
  }

  #write(): Promise<void> {
    this.#writing = this.#writing.then(async () => {
      if (this.#changed.size === 0) return;
      const macs = [...this.#changed];
      this.#changed.clear();
      try {
        await patiently(() => this.#writeOut(macs));
      } catch (error) {
        this.#log?.warn({ error: String(error) }, "What is known of phones could not be written down.");
      }
    });
    return this.#writing;
  }

  async #writeOut(macs: readonly Mac[]): Promise<void> {
    await this.#db()
      .transaction()
      .execute(async (tx) => {
        for (const mac of macs) {
          const known = this.#states.get(mac);
          if (known === undefined) {
            await tx.deleteFrom("phone_state").where("mac", "=", mac).execute();
            continue;
          }
          const state = JSON.stringify(known);
          await tx
            .insertInto("phone_state")
            .values({ mac, state })
            .onConflict((conflict) => conflict.column("mac").doUpdateSet({ state }))
            .execute();
        }
      });
  }
}

function parsed(text: string): PhoneState {
  try {
    const read = shape.safeParse(JSON.parse(text));
    return read.success ? read.data : {};
  } catch {
    return {};
  }
}
