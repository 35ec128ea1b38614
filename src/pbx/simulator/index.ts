export type { Heard, Voice } from "./hearing.js";
export type { CallHandle, Media } from "./live-calls.js";
export { type IncomingCall, type SimulatorOptions, SimulatorPbx } from "./simulator-pbx.js";
