/** How much is answered: so many in a window, for each asker and for all. Times are given, as this keeps no clock. */
export class Pace {
  readonly #limits: { readonly each: number; readonly all: number; readonly windowMs: number };
  readonly #counts = new Map<string, number>();
  #all = 0;
  #since = Number.NEGATIVE_INFINITY;

  constructor(limits: { readonly each: number; readonly all: number; readonly windowMs: number }) {
    this.#limits = limits;
  }

  /** Whether one more may be answered to this asker now; it then counts. */
  take(asker: string, now: number): boolean {
    const { each, all, windowMs } = this.#limits;
    if (now - this.#since >= windowMs || now < this.#since) {
      this.#counts.clear();
      this.#all = 0;
      this.#since = now;
    }
    const count = this.#counts.get(asker) ?? 0;
    if (count >= each || this.#all >= all) return false;
    this.#counts.set(asker, count + 1);
    this.#all += 1;
    return true;
  }
}
