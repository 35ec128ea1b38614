import type { Mac, PersonId } from "./ids.js";
import type { LampText, Notice } from "./indicators.js";

/** Retained topics below `<base>/agents/<id>/` that dispatch keeps true. */
export type AgentTopic = "call" | "lamp";
/** Every retained topic about one person; `supervision` is below `<base>/supervisors/<id>/`, for their own account alone. */
export type PersonTopic = AgentTopic | "supervision";

/** Retained topics below `<base>/phones/<mac>/`. */
export type PhoneTopic = "phoneState" | "phoneDelivery";

/** The message bus towards lamps and branch offices. Of what is on it, the gateway acts on wishes for help alone. */
export interface Bus {
  /**
   * `onConnect` is called after every (re)connect: all retained topics are then published again. `onHelp` when a device
   * of an agent asks for help, or no longer.
   */
  start(onConnect: () => void, onHelp?: (agent: PersonId, raised: boolean) => void): Promise<void>;
  /** Publishes retained; resolves when the broker has it, or at once when it is away (`onConnect` brings it again). */
  retain(person: PersonId, topic: PersonTopic, payload: object): Promise<void>;
  /** Publishes, retained, the lamp of an agent in one word. */
  lampText(agent: PersonId, text: LampText): Promise<void>;
  /** Publishes, retained, whether this agent asks for help. */
  help(agent: PersonId, raised: boolean): Promise<void>;
  /** Publishes, retained, how a phone fares. */
  phone(mac: Mac, topic: PhoneTopic, payload: object | "online" | "offline"): Promise<void>;
  /** Takes back all that is retained of a phone that is gone. */
  forgetPhone(mac: Mac): Promise<void>;
  /** Takes back what is retained on one of a person's topics. */
  withdraw(person: PersonId, topic: PersonTopic): Promise<void>;
  /** Takes back all that is retained of an agent who is gone. */
  forget(agent: PersonId): Promise<void>;
  /** Publishes a notice (QoS 1); true once a device that signed in as that agent has acknowledged it. */
  notice(agent: PersonId, notice: Notice, withinMs: number): Promise<boolean>;
  stop(): Promise<void>;
}
