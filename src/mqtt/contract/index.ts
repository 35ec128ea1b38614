export { asyncApi } from "./asyncapi.js";
export { FreshNotices, type NoticeFate } from "./fresh-notices.js";
export { type Payload, type PayloadName, parsePayload, payloads } from "./payloads.js";
export { contractVersion, type TopicSchema, topicSchemas } from "./schemas.js";
export { filterOf, type Place, type TopicName, topicNamed, topicOf, topics } from "./topics.js";
