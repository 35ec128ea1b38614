import type { Bus, LastDelivery, Log, Mac, Phones, PhoneTopic } from "../model/index.js";

export interface PhoneTopicsParts {
  /** A phone that is drawn in a browser has no topic. */
  readonly phones: Pick<Phones, "get" | "follow">;
  readonly bus: Pick<Bus, "phone" | "forgetPhone">;
  readonly log: Log;
  readonly gateway: string;
  readonly epoch: number;
}

interface Known {
  readonly state?: "online" | "offline";
  readonly delivery?: object;
  readonly seq: number;
}

/**
 * How phones fare, on the bus: whether each answered last, and what came of the last push to it. Of a phone that has been
 * neither heard nor asked in this run nothing is said.
 */
export class PhoneTopics {
  readonly #parts: PhoneTopicsParts;
  readonly #known = new Map<Mac, Known>();
  #forget: () => void = () => {};

  constructor(parts: PhoneTopicsParts) {
    this.#parts = parts;
  }

  /** What is retained of a phone that goes is taken back from now on. */
  start(): void {
    this.#forget = this.#parts.phones.follow((before, now) => {
      if (before && !now) this.#gone(before.mac);
    });
  }

  stop(): void {
    this.#forget();
  }

  /** The phone has asked for something by itself. */
  heard(mac: Mac): void {
    this.#is(mac, "online");
  }

  /** A push to the phone has ended. */
  delivered(mac: Mac, { at, kind, result }: LastDelivery): void {
    if (!this.#parts.phones.get(mac)) return;
    const { gateway, epoch } = this.#parts;
    const was = this.#known.get(mac);
    const seq = (was?.seq ?? 0) + 1;
    const why = result.outcome === "failed" ? { why: result.why } : {};
    const delivery = { kind, result: result.outcome, ...why, at, gateway, epoch, seq };
    this.#known.set(mac, { ...was, delivery, seq });
    this.#publish(mac, "phoneDelivery", delivery);
    if (result.outcome === "confirmed") this.#is(mac, "online");
    // One that refuses has answered; of one that was handed on nobody knows.
    if (result.outcome === "failed" && result.again) this.#is(mac, "offline");
  }

  /** Publishes all of it, as after each (re)connect of the bus. */
  publishAll(): void {
    for (const [mac, { state, delivery }] of this.#known) {
      if (state) this.#publish(mac, "phoneState", state);
      if (delivery) this.#publish(mac, "phoneDelivery", delivery);
    }
  }

  /** Should it come back, its readers would drop what counts from the beginning. */
  #gone(mac: Mac): void {
    const { bus, log } = this.#parts;
    const was = this.#known.get(mac);
    if (was) this.#known.set(mac, { seq: was.seq });
    bus.forgetPhone(mac).catch((error: unknown) => {
      log.warn({ error, mac }, "what is retained of a phone could not be taken back");
    });
  }

  #is(mac: Mac, state: "online" | "offline"): void {
    const was = this.#known.get(mac);
    if (was?.state === state || !this.#parts.phones.get(mac)) return;
    this.#known.set(mac, { seq: 0, ...was, state });
    this.#publish(mac, "phoneState", state);
  }

  #publish(mac: Mac, topic: PhoneTopic, payload: object | "online" | "offline"): void {
    const { bus, log } = this.#parts;
    bus.phone(mac, topic, payload).catch((error: unknown) => {
      log.warn({ error, mac, topic }, "how a phone fares could not be published");
    });
  }
}
