export type { CallHandle, Media } from "./conversation.js";
export { type HelpListener, type IncomingCall, type SimulatorOptions, SimulatorPbx } from "./simulator-pbx.js";
