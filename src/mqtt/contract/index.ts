export { FreshNotices, type NoticeFate } from "./fresh-notices.js";
export { type Payload, type PayloadName, parsePayload, payloads } from "./payloads.js";
export { filterOf, type Place, type TopicName, topicNamed, topicOf, topics } from "./topics.js";
