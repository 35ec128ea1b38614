import type { PushResult } from "./desk.js";
import type { PersonId } from "./ids.js";
import type { Lamp, Notice } from "./indicators.js";

/** A message that earshot published, and what came of it. */
export interface PublishedMessage {
  readonly topic: string;
  readonly payload: string;
  readonly retained: boolean;
  /** Whether the broker has acknowledged it. */
  readonly accepted: boolean;
  /** From the publishing to the answer. */
  readonly ms: number;
}

/** One who looks on at the bus. It must not throw, and must not wait. */
export interface BusTap {
  published(message: PublishedMessage): void;
  /** How something for an agent's devices fared. */
  pushed(push: Omit<PushResult, "at">): void;
  /** The broker is connected, or is no longer. */
  standing(): void;
}

/** What a device reads at the broker. */
export interface LightTold {
  /** `unknown` while the gateway is offline there, or the device itself is. */
  lamp(person: PersonId, lamp: Lamp | "unknown"): void;
  notice(person: PersonId, notice: Notice): void;
}

/** An agent's device at the broker, signed in with the agent's own account. */
export interface Lights {
  /** Signs a device in for each of these people who has an account; the returned function signs them out. */
  open(people: readonly PersonId[], told: LightTold): () => void;
  /** The device of this person asks for help, or no longer; false while it is not at the broker. */
  askHelp(person: PersonId, raised: boolean): boolean;
}
