export type { CallHandle, Media } from "./call-handle.js";
export type { IncomingCall } from "./call-plans.js";
export { type HelpListener, type SimulatorOptions, SimulatorPbx } from "./simulator-pbx.js";
