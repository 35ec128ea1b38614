import type { Clock, PersonId } from "../model/index.js";
import type { Change, Writer } from "../state/index.js";
import { discoveredDevice, discoveryTopic, type HomeAssistantSite, statusTopic } from "./home-assistant-device.js";
import type { BusGuest, GuestPublish } from "./mqtt-bus.js";

export interface HomeAssistantParts extends HomeAssistantSite {
  /** earshot's own, told to whoever looks where a device comes from. */
  readonly version: string;
  readonly writer: Writer;
  readonly clock: Pick<Clock, "after">;
  /** From 0 to below 1. */
  readonly random: () => number;
}

/** Its documentation asks for some random delay, as everybody answers a birth message. */
const longestDelayMs = 2_000;

/**
 * Announces a device for each person to Home Assistant: after every connect, when somebody comes, goes or is called
 * otherwise, and whenever Home Assistant says that it has been started. One message after the other, each once the broker
 * has the one before. What an earlier run has left of people who are gone, the bus takes back.
 */
export class HomeAssistant implements BusGuest {
  readonly filters: readonly string[];
  readonly #parts: HomeAssistantParts;
  /** The names that were announced. */
  readonly #named = new Map<PersonId, string>();
  #publish: GuestPublish | undefined;
  /** Of all that were ever begun: an announcement that is not the newest ends. */
  #turn = 0;
  #cancel: (() => void) | undefined;
  #unsubscribe: () => void = () => {};

  constructor(parts: HomeAssistantParts) {
    this.#parts = parts;
    this.filters = [statusTopic(parts)];
  }

  /** Follows the people from now on. */
  start(): void {
    this.#unsubscribe = this.#parts.writer.subscribe((change) => this.#follow(change));
  }

  stop(): void {
    this.#unsubscribe();
    this.#cancel?.();
    this.#turn += 1;
  }

  *topics(): Iterable<string> {
    for (const id of this.#parts.writer.state.people.keys()) yield discoveryTopic(this.#parts, id);
  }

  connected(publish: GuestPublish): void {
    this.#publish = publish;
    this.#cancel?.();
    void this.#announceAll();
  }

  heard(topic: string, payload: Buffer, retained: boolean): void {
    // One that a broker has kept may be old, and after a connect all are announced anyway.
    if (topic === statusTopic(this.#parts) && !retained && payload.toString("latin1") === "online") this.#born();
  }

  #born(): void {
    this.#cancel?.();
    this.#cancel = this.#parts.clock.after(this.#parts.random() * longestDelayMs, () => void this.#announceAll());
  }

  async #announceAll(): Promise<void> {
    this.#turn += 1;
    const turn = this.#turn;
    for (const id of [...this.#parts.writer.state.people.keys()]) {
      if (turn !== this.#turn || !(await this.#announce(id))) return;
    }
  }

  #follow({ people }: Change): void {
    for (const id of people) {
      const name = this.#parts.writer.state.people.get(id)?.name;
      if (this.#named.get(id) !== name) void this.#announce(id);
    }
  }

  /** Or takes it back, where there is no such person; false when the broker does not have it. */
  async #announce(id: PersonId): Promise<boolean> {
    const person = this.#parts.writer.state.people.get(id);
    if (person) this.#named.set(id, person.name);
    else this.#named.delete(id);
    const payload = person ? JSON.stringify(discoveredDevice(this.#parts, person, this.#parts.version)) : undefined;
    return (await this.#publish?.(discoveryTopic(this.#parts, id), payload)) ?? false;
  }
}
