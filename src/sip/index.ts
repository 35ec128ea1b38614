export { SipWatch, type SipWatchOptions } from "./sip-watch.js";
