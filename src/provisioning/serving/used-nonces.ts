/** Nonces of one user that are kept; what was made before one that is forgotten counts as used. */
const mostEach = 64;

interface Used {
  readonly nonces: Map<string, { readonly madeAt: number; readonly count: number }>;
  /** Nonces made until then, and not kept, count as used. */
  floor: number;
}

/**
 * Which nonces a user has signed in with, and how often, so that no request can be sent again by who has overheard it. Only
 * right credentials come here, so there are no more users than phones.
 */
export class UsedNonces {
  readonly #users = new Map<string, Used>();

  /** Takes a nonce made at that time with its count; false where it, or a later count, has come before. */
  take(user: string, nonce: string, madeAt: number, count: number): boolean {
    const used: Used = this.#users.get(user) ?? { nonces: new Map(), floor: 0 };
    this.#users.set(user, used);
    const before = used.nonces.get(nonce);
    if (before === undefined ? madeAt <= used.floor : count <= before.count) return false;
    used.nonces.set(nonce, { madeAt, count });
    if (used.nonces.size <= mostEach) return true;
    const [oldest] = used.nonces;
    if (!oldest) return true;
    used.nonces.delete(oldest[0]);
    used.floor = Math.max(used.floor, oldest[1].madeAt);
    return true;
  }
}
