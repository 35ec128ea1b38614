export { type LampProbe, probeLamps } from "./probe.js";
export { SipWatch, type SipWatchOptions } from "./sip-watch.js";
