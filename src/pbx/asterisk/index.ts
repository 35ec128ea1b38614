export { AsteriskPbx, type AsteriskPbxOptions } from "./asterisk-pbx.js";
export { type AsteriskProbe, probeAsterisk } from "./probe.js";
