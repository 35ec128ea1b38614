import type { BusTap, DeskNews, PublishedMessage, PushResult } from "../../model/index.js";

type TopicNews = Extract<DeskNews, { type: "topic" }>;
type PushNews = Extract<DeskNews, { type: "push" }>;

const topicsKept = 100;
const pushesKept = 50;

/** What went over the bus lately, for whoever opens the desk later: the newest of each topic, and the last pushes. */
export class BusMemory implements BusTap {
  readonly #topics = new Map<string, TopicNews>();
  readonly #pushes: PushNews[] = [];
  readonly #now: () => number;
  /** Told of all that is new. */
  onNews: (news: TopicNews | PushNews) => void = () => {};
  onStanding: () => void = () => {};

  constructor(now: () => number) {
    this.#now = now;
  }

  get topics(): Iterable<TopicNews> {
    return this.#topics.values();
  }

  get pushes(): readonly PushNews[] {
    return this.#pushes;
  }

  published({ topic, payload, retained, accepted }: PublishedMessage): void {
    // What the broker does not have, nobody can read there.
    if (!accepted) return;
    const news: TopicNews = { type: "topic", at: this.#now(), topic, payload, retained };
    this.#topics.delete(topic);
    this.#topics.set(topic, news);
    if (this.#topics.size > topicsKept) this.#topics.delete(this.#topics.keys().next().value ?? topic);
    this.onNews(news);
  }

  pushed(push: Omit<PushResult, "at">): void {
    const news: PushNews = { type: "push", push: { at: this.#now(), ...push, ms: Math.round(push.ms * 10) / 10 } };
    this.#pushes.push(news);
    if (this.#pushes.length > pushesKept) this.#pushes.shift();
    this.onNews(news);
  }

  standing(): void {
    this.onStanding();
  }
}
