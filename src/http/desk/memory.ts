import type { BusTap, DeskNews, PublishedMessage, PushResult } from "../../model/index.js";

type TopicNews = Extract<DeskNews, { type: "topic" }>;

/** Of a hundred people; where there are more, the panel says that it has the newest alone. */
const topicsKept = 500;
const pushesKept = 50;

/** What went out lately, for whoever opens the desk later: the newest of each topic, and the last pushes. */
export class SentMemory implements BusTap {
  readonly #topics = new Map<string, TopicNews>();
  readonly #pushes: PushResult[] = [];
  readonly #now: () => number;
  readonly #mayShow: (topic: string) => boolean;
  onTopic: (news: TopicNews) => void = () => {};
  onPush: (push: PushResult) => void = () => {};
  onStanding: () => void = () => {};

  /** @param mayShow whether everybody at the desk may read this topic. */
  constructor(now: () => number, mayShow: (topic: string) => boolean) {
    this.#now = now;
    this.#mayShow = mayShow;
  }

  get topics(): Iterable<TopicNews> {
    return this.#topics.values();
  }

  get pushes(): readonly PushResult[] {
    return this.#pushes;
  }

  published({ topic, payload, retained, accepted, ms }: PublishedMessage): void {
    // What the broker does not have, nobody can read there.
    if (!accepted || !this.#mayShow(topic)) return;
    const news: TopicNews = { type: "topic", at: this.#now(), topic, payload, retained, ms: rounded(ms) };
    this.#topics.delete(topic);
    this.#topics.set(topic, news);
    if (this.#topics.size > topicsKept) this.#topics.delete(this.#topics.keys().next().value ?? topic);
    this.onTopic(news);
  }

  pushed(push: Omit<PushResult, "at">): void {
    const result: PushResult = { at: this.#now(), ...push, ms: rounded(push.ms) };
    this.#pushes.push(result);
    if (this.#pushes.length > pushesKept) this.#pushes.shift();
    this.onPush(result);
  }

  standing(): void {
    this.onStanding();
  }
}

function rounded(ms: number): number {
  return Math.round(ms * 10) / 10;
}
