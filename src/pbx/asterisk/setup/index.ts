export { addressTowards } from "./from.js";
export { asteriskSetup, type Setup, type SetupFile, type SetupParts, setupText } from "./setup.js";
