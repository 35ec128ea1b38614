export { BlfLamps, type BlfLampsParts } from "./blf-lamps.js";
export { BusyLamps, type BusyLampsParts } from "./busy-lamps.js";
export * from "./dispatch.js";
export { HelpCalls, type HelpCallsParts } from "./help-calls.js";
export { goOnline, type OnlineParts } from "./online.js";
export { PhonePushes, type PhonePushesParts, type PushedPage } from "./phone-pushes.js";
export { PhoneTopics, type PhoneTopicsParts } from "./phone-topics.js";
export { SessionPages, type SessionPagesParts } from "./session-pages.js";
export { SupervisorTopics, type SupervisorTopicsParts } from "./supervisor-topics.js";
