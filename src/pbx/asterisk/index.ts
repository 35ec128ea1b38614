export { AsteriskPbx, type AsteriskPbxOptions } from "./asterisk-pbx.js";
export { type AsteriskProbe, probeAsterisk } from "./probe.js";
export { asteriskSetup, type Setup, type SetupFile, type SetupParts, setupText } from "./setup/index.js";
