import type { Phone, Push, PushDocument, Pushed } from "../../../src/model/index.ts";

/** A push as it was asked, with what it would tell the phone. */
export interface Asked {
  readonly at: number;
  readonly mac: string;
  readonly document: PushDocument;
  /** The document in words. */
  readonly says: string;
  end(result: Pushed): void;
}

/** A way to phones that a test holds in its hand: each push waits until the test ends it, unless `results` has one. */
export class HeldPush implements Push {
  readonly asked: Asked[] = [];
  /** Given to the next pushes, in order. */
  readonly results: Pushed[] = [];
  /** Given when `results` is empty; undefined: the push waits. */
  always: Pushed | undefined;
  /** The most that were under way at once, for any one phone. */
  mostAtOnce = 0;
  readonly #now: () => number;
  readonly #underWay = new Map<string, number>();

  constructor(now: () => number) {
    this.#now = now;
  }

  push({ mac }: Phone, document: PushDocument): Promise<Pushed> {
    const underWay = (this.#underWay.get(mac) ?? 0) + 1;
    this.#underWay.set(mac, underWay);
    this.mostAtOnce = Math.max(this.mostAtOnce, underWay);
    return new Promise((resolve) => {
      const end = (result: Pushed): void => {
        this.#underWay.set(mac, (this.#underWay.get(mac) ?? 1) - 1);
        resolve(result);
      };
      this.asked.push({ at: this.#now(), mac, document, says: wordsOf(document), end });
      const result = this.results.shift() ?? this.always;
      if (result) end(result);
    });
  }

  async stop(): Promise<void> {}

  get says(): string[] {
    return this.asked.map(({ says }) => says);
  }
}

/** Attributes and texts that matter, in order. */
function wordsOf({ root }: PushDocument): string {
  const words: string[] = [];
  const read = ({ attributes = {}, inside = [] }: PushDocument["root"]): void => {
    if (attributes["URI"]) words.push(attributes["URI"]);
    for (const part of inside) {
      if (typeof part === "string") words.push(part);
      else read(part);
    }
  };
  read(root);
  return words.join(" ");
}
