export { demoConfig } from "./demo.js";
export { describeListenError, isPortTaken } from "./listen.js";
export { type ConfigResult, describeProblems, readConfig } from "./read.js";
export type { KnownModels } from "./rules.js";
