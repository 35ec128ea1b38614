import type { ApiAccess, ApiTokens, ApiUse, Audit, Booked, Clock, Log } from "../model/index.js";

/** What is not a press waits this long for its durable row. */
const recordWithinMs = 2_000;
const unwritten = "This cannot be written now, so nothing was changed; try again soon.";

export interface ApiAccessParts {
  readonly tokens: ApiTokens;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly log: Log;
}

/** Gives and takes the tokens of the HTTP API, on record. */
export class ApiKeys implements ApiAccess {
  readonly #parts: ApiAccessParts;

  constructor(parts: ApiAccessParts) {
    this.#parts = parts;
  }

  async make(
    who: string,
    name: string,
    use: ApiUse,
  ): Promise<Booked<{ readonly name: string; readonly token: string }>> {
    const { tokens, audit, clock, log } = this.#parts;
    if (!/^[A-Za-z0-9_.-]{1,64}$/.test(name)) {
      return { ok: false, why: "not-right", sentence: "A token's name has 1 to 64 letters, digits, `_`, `.` and `-`." };
    }
    const before = tokens.useOf(name);
    if (before !== undefined && before !== use) {
      const sentence = `The token of ${name} is for ${before}; give the one for ${use} another name.`;
      return { ok: false, why: "not-right", sentence };
    }
    const row = { act: "api-token", supervisor: who } as const;
    const detail = `a token for ${name}, for ${use}`;
    const written =
      !audit.behind() && (await audit.append({ ...row, at: clock.now(), outcome: "allowed", detail }, recordWithinMs));
    if (written !== "written") return { ok: false, why: "record-unavailable", sentence: unwritten };
    try {
      return { ok: true, value: { name, token: await tokens.make(name, use, clock.now()) } };
    } catch (error) {
      log.error({ error: String(error) }, "a token could not be written");
      audit.after({ ...row, at: clock.now(), outcome: "failed", detail });
      return { ok: false, why: "record-unavailable", sentence: unwritten };
    }
  }

  /** Dead first, recorded after (R19). */
  async revoke(who: string, name: string): Promise<Booked<{ readonly name: string }>> {
    const { tokens, audit, clock, log } = this.#parts;
    const row = { at: clock.now(), act: "api-token", supervisor: who, detail: `the token of ${name} is dead` } as const;
    try {
      const was = await tokens.revoke(name);
      if (!was)
        return { ok: false, why: "not-right", sentence: `There is no token of ${JSON.stringify(name.slice(0, 64))}.` };
      audit.after({ ...row, outcome: "done" });
      return { ok: true, value: { name } };
    } catch (error) {
      log.error({ error: String(error) }, "that a token is dead could not be written");
      audit.after({ ...row, outcome: "failed" });
      const sentence = "It is dead until the next start, and that could not be written down; try again soon.";
      return { ok: false, why: "record-unavailable", sentence };
    }
  }
}
