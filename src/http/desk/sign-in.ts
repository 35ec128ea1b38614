import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { Clock, DeskAccount, PersonId } from "../../model/index.js";

/** So many wrong passwords, one after the other, lock a person out. */
export const wrongOnes = 5;
export const lockedMs = 15 * 60_000;

export type SignIn =
  | { readonly ok: true; readonly person: PersonId }
  /** `lastTry`: this very one has locked the person out. */
  | { readonly ok: false; readonly why: "wrong" | "locked"; readonly person?: PersonId; readonly lastTry: boolean };

interface Known {
  readonly person: PersonId;
  readonly digest: Buffer;
  wrong: number;
  lockedUntil: number;
}

/** Who may sign in to the desk, and who is locked out of it. */
export class SignIns {
  readonly #clock: Clock;
  readonly #key = randomBytes(32);
  readonly #nobody = randomBytes(32);
  readonly #known: ReadonlyMap<string, Known>;

  constructor(accounts: readonly DeskAccount[], clock: Clock) {
    this.#clock = clock;
    this.#known = new Map(
      accounts.map(({ person, password }) => [
        person,
        { person, digest: this.#digest(password), wrong: 0, lockedUntil: 0 },
      ]),
    );
  }

  /** Takes as long for an unknown name as for a wrong password. While somebody is locked out, nothing is right. */
  try(name: string, password: string): SignIn {
    const known = this.#known.get(name);
    const same = timingSafeEqual(known?.digest ?? this.#nobody, this.#digest(password));
    if (!known) return { ok: false, why: "wrong", lastTry: false };
    const { person } = known;
    const now = this.#clock.now();
    if (now < known.lockedUntil) return { ok: false, why: "locked", person, lastTry: false };
    if (same) {
      known.wrong = 0;
      return { ok: true, person };
    }
    known.wrong += 1;
    const lastTry = known.wrong >= wrongOnes;
    if (lastTry) {
      known.wrong = 0;
      known.lockedUntil = now + lockedMs;
    }
    return { ok: false, why: lastTry ? "locked" : "wrong", person, lastTry };
  }

  #digest(password: string): Buffer {
    return createHmac("sha256", this.#key).update(password).digest();
  }
}
