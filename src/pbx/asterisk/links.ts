/** Two channels that belong together because one dialled the other; `met` once they have shared a bridge. */
interface Link {
  readonly ends: readonly [string, string];
  met: boolean;
}

/** Which channel dialled which, both ways. */
export class Links {
  readonly #links = new Map<string, Set<Link>>();

  clear(): void {
    this.#links.clear();
  }

  /** The channels linked with this one. */
  of(id: string): string[] {
    return [...(this.#links.get(id) ?? [])].map((link) => otherEnd(link, id));
  }

  link(a: string, b: string): void {
    if (this.of(a).includes(b)) return;
    const link: Link = { ends: [a, b], met: false };
    for (const end of link.ends) this.#links.set(end, (this.#links.get(end) ?? new Set()).add(link));
  }

  /** The channel shares a bridge with those of its links that `here` says are in it. */
  meet(id: string, here: (other: string) => boolean): void {
    for (const link of this.#links.get(id) ?? []) if (here(otherEnd(link, id))) link.met = true;
  }

  /** Takes links of a channel away. @returns the channels at their other ends. */
  unlink(id: string, which: (other: string, met: boolean) => boolean): string[] {
    const touched: string[] = [];
    for (const link of [...(this.#links.get(id) ?? [])]) {
      const other = otherEnd(link, id);
      if (!which(other, link.met)) continue;
      for (const end of link.ends) {
        this.#links.get(end)?.delete(link);
        if (this.#links.get(end)?.size === 0) this.#links.delete(end);
      }
      touched.push(other);
    }
    return touched;
  }
}

function otherEnd(link: Link, end: string): string {
  return link.ends[0] === end ? link.ends[1] : link.ends[0];
}
