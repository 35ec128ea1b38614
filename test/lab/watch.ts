/** Those who wait for something at one place: they look again whenever that place tells that something has happened. */
export class Watch {
  readonly #looks = new Set<() => void>();

  /** Something has happened. */
  tell(): void {
    for (const look of [...this.#looks]) look();
  }

  /** What `look` finds, as soon as it finds anything. @throws Error with the sentence of `missed` when the time is over. */
  find<Found>(look: () => Found | undefined, missed: () => string, withinMs = 10_000): Promise<Found> {
    const found = look();
    if (found !== undefined) return Promise.resolve(found);
    return new Promise((resolve, reject) => {
      const again = (): void => {
        const late = look();
        if (late === undefined) return;
        clearTimeout(timer);
        this.#looks.delete(again);
        resolve(late);
      };
      const timer = setTimeout(() => {
        this.#looks.delete(again);
        reject(new Error(missed()));
      }, withinMs);
      this.#looks.add(again);
    });
  }

  /** Resolves once `holds`. @throws Error as `find` does. */
  async until(holds: () => boolean, missed: () => string, withinMs = 10_000): Promise<void> {
    await this.find(() => holds() || undefined, missed, withinMs);
  }
}
