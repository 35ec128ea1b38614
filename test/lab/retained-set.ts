import { vi } from "vitest";
import { audience } from "../../src/audience/index.ts";
import { indicators, lampText } from "../../src/indicators/index.ts";
import type { Person } from "../../src/model/index.ts";
import { MqttBus, topicOf } from "../../src/mqtt/index.ts";
import { Writer } from "../../src/state/index.ts";
import type { BusyLight } from "../scenarios/bench.ts";

/** Where the gateway says whether it is there. */
export const gatewayTopic = "earshot/gateway/main/state";

/** What dispatch hands to the bus from now on, whether there is a broker or not. */
export class Handed {
  readonly #retain = vi.spyOn(MqttBus.prototype, "retain");
  readonly #text = vi.spyOn(MqttBus.prototype, "lampText");
  readonly #help = vi.spyOn(MqttBus.prototype, "help");
  readonly #phone = vi.spyOn(MqttBus.prototype, "phone");

  /** Every JSON payload handed over so far, in order. */
  steps(): (readonly [topic: string, payload: string])[] {
    const inOrder = ({ invocationCallOrder }: { readonly invocationCallOrder: number[] }, index: number): number =>
      invocationCallOrder[index] ?? 0;
    const { mock: retain } = this.#retain;
    const { mock: help } = this.#help;
    const { mock: phone } = this.#phone;
    const told = [
      ...retain.calls.map(([person, topic, payload], index) => ({
        order: inOrder(retain, index),
        step: [topicOf("earshot", topic, { person }), JSON.stringify(payload)] as const,
      })),
      ...help.calls.map(([person, raised], index) => ({
        order: inOrder(help, index),
        step: [topicOf("earshot", "help", { person }), raised ? "ON" : "OFF"] as const,
      })),
      ...phone.calls.map(([mac, topic, payload], index) => ({
        order: inOrder(phone, index),
        step: [
          topicOf("earshot", topic, { mac }),
          typeof payload === "string" ? payload : JSON.stringify(payload),
        ] as const,
      })),
    ];
    return told.toSorted((one, other) => one.order - other.order).map(({ step }) => step);
  }

  /** The last payload on each topic. */
  projection(): ReadonlyMap<string, string> {
    const texts = this.#text.mock.calls.map(([agent, text]) => [`earshot/agents/${agent}/lamp/text`, text] as const);
    return new Map([...this.steps(), ...texts]);
  }

  /** The part of it that is about one person. */
  about(person: string): ReadonlyMap<string, string> {
    const own = new RegExp(`^earshot/(?:agents|supervisors)/${person}/`);
    return new Map([...this.projection()].filter(([topic]) => own.test(topic)));
  }

  forget(): void {
    for (const spy of [this.#retain, this.#text, this.#help, this.#phone]) spy.mockClear();
  }
}

/** How many topics are retained about this person. */
export function topicsOf(person: Person): number {
  return person.role === "agent" ? 4 : 5;
}

/** What a topic says of a person, without which gateway says it and how often it has changed. */
export type Content = Readonly<Record<string, unknown>>;

/** The state of the gateway that was started last, whatever its dispatch has made of it. */
export class LiveState {
  readonly #subscribe = vi.spyOn(Writer.prototype, "subscribe");

  /** What must be retained about a person by that state alone, by topic. @throws Error where no gateway was started. */
  about(person: Person): ReadonlyMap<string, Content> {
    const writer = this.#subscribe.mock.contexts.at(-1);
    if (!(writer instanceof Writer)) throw new Error("no gateway was started");
    const view = audience(writer.state, { hidden: "allowed" }, person);
    const { call, lamp } = indicators(view);
    const whole = (content: object): Content => JSON.parse(JSON.stringify(content));
    const topics = [
      [`earshot/agents/${person.id}/call`, whole(call)],
      [`earshot/agents/${person.id}/lamp`, whole(lamp)],
      [`earshot/agents/${person.id}/lamp/text`, { text: lampText(lamp) }],
      [`earshot/agents/${person.id}/help`, { text: writer.state.help.has(person.id) ? "ON" : "OFF" }],
      [`earshot/supervisors/${person.id}/supervision`, whole(view.supervising)],
    ] as const;
    return new Map(topics.slice(0, topicsOf(person)));
  }
}

/** What is told on each topic, as `LiveState` has it. */
export function contentOf(told: ReadonlyMap<string, string>): ReadonlyMap<string, Content> {
  const contents = [...told].map(([topic, payload]): [string, Content] => {
    if (!payload.startsWith("{")) return [topic, { text: payload }];
    const { gateway: _gateway, epoch: _epoch, seq: _seq, ...content } = JSON.parse(payload) as Content;
    return [topic, content];
  });
  return new Map(contents);
}

/** The last words on each topic that a reader heard, but for the gateway's own state and what is not kept. */
export function shown(light: BusyLight, retainedAlone = false): ReadonlyMap<string, string> {
  const kept = light.heard.filter(({ topic }) => topic !== gatewayTopic && !/\/(?:notice|help\/set)$/.test(topic));
  const heard = kept.filter(({ retain }) => retain || !retainedAlone);
  return new Map(heard.map(({ topic, payload }) => [topic, payload]));
}

/** What a reader was told last of the gateway's state. */
export function gatewayState(light: BusyLight): string | undefined {
  return light.heard.findLast(({ topic }) => topic === gatewayTopic)?.payload;
}

export function same(one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): boolean {
  return one.size === other.size && [...one].every(([topic, payload]) => other.get(topic) === payload);
}
