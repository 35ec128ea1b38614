import * as z from "zod";
import { isText, type PayloadName, payloads } from "./payloads.js";
import { filterOf, type TopicName, topics } from "./topics.js";

/** The contract's own; it rises with each change that a reader could not bear. */
export const contractVersion = 1;

export type JsonSchema = Readonly<Record<string, unknown>>;

/** What stands on one kind of topic, for whoever writes or reads it in another language. */
export interface TopicSchema {
  /** With `+` for what differs. */
  readonly filter: string;
  readonly about: string;
  readonly retained: boolean;
  readonly qos: 1;
  readonly contentType: "application/json" | "text/plain";
  /** JSON Schema (draft 7) of the JSON; of the text itself where it is no JSON. */
  readonly schema: JsonSchema;
}

/** JSON Schema (draft 7) of each payload, without `$schema`. */
export function payloadSchemas(): Readonly<Record<PayloadName, JsonSchema>> {
  const entries = (Object.keys(payloads) as PayloadName[]).map((name): [PayloadName, JsonSchema] => {
    const { $schema: _same, ...schema } = z.toJSONSchema(payloads[name], { target: "draft-7" });
    return [name, schema];
  });
  return Object.fromEntries(entries) as Record<PayloadName, JsonSchema>;
}

/** Every topic of a site with this base, by its name in the contract. */
export function topicSchemas(base: string): Readonly<Record<TopicName, TopicSchema>> {
  const schemas = payloadSchemas();
  const entries = (Object.keys(topics) as TopicName[]).map((name): [TopicName, TopicSchema] => {
    const { about, retained, payload } = topics[name];
    const schema = { $schema: "http://json-schema.org/draft-07/schema#", ...schemas[payload] };
    return [
      name,
      { filter: filterOf(base, name), about, retained, qos: 1, contentType: contentTypeOf(payload), schema },
    ];
  });
  return Object.fromEntries(entries) as Record<TopicName, TopicSchema>;
}

export function contentTypeOf(payload: PayloadName): "application/json" | "text/plain" {
  return isText(payload) ? "text/plain" : "application/json";
}
