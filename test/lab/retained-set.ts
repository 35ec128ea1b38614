import { vi } from "vitest";
import { MqttBus } from "../../src/mqtt/index.ts";
import type { BusyLight } from "../scenarios/bench.ts";

/** Where the gateway says whether it is there. */
export const gatewayTopic = "earshot/gateway/main/state";

/** What dispatch hands to the bus from now on, whether there is a broker or not. */
export class Handed {
  readonly #retain = vi.spyOn(MqttBus.prototype, "retain");

  /** Every payload handed over so far, in order. */
  steps(): (readonly [topic: string, payload: string])[] {
    return this.#retain.mock.calls.map(([agent, topic, payload]) => [
      `earshot/agents/${agent}/${topic}`,
      JSON.stringify(payload),
    ]);
  }

  /** The last payload on each topic. */
  projection(): ReadonlyMap<string, string> {
    return new Map(this.steps());
  }

  /** The part of it that is about one person. */
  about(person: string): ReadonlyMap<string, string> {
    return new Map([...this.projection()].filter(([topic]) => topic.startsWith(`earshot/agents/${person}/`)));
  }

  forget(): void {
    this.#retain.mockClear();
  }
}

/** The last words on each indicator that a reader heard: the gateway's own state and raised hands are left out. */
export function shown(light: BusyLight, retainedAlone = false): ReadonlyMap<string, string> {
  const indicators = light.heard.filter(({ topic }) => topic !== gatewayTopic && !topic.endsWith("/help"));
  const heard = indicators.filter(({ retain }) => retain || !retainedAlone);
  return new Map(heard.map(({ topic, payload }) => [topic, payload]));
}

/** What a reader was told last of the gateway's state. */
export function gatewayState(light: BusyLight): string | undefined {
  return light.heard.findLast(({ topic }) => topic === gatewayTopic)?.payload;
}

export function same(one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): boolean {
  return one.size === other.size && [...one].every(([topic, payload]) => other.get(topic) === payload);
}
