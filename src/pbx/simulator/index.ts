export type { CallHandle, Media } from "./call-handle.js";
export { type HelpListener, type IncomingCall, type SimulatorOptions, SimulatorPbx } from "./simulator-pbx.js";
