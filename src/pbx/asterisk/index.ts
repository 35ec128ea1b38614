export { readAccounts } from "./accounts.js";
export { AsteriskPbx, type AsteriskPbxOptions } from "./asterisk-pbx.js";
export { type AsteriskCheck, asteriskChecks, type Finding } from "./check/index.js";
export {
  addressTowards,
  asteriskSetup,
  type Setup,
  type SetupFile,
  type SetupParts,
  setupText,
} from "./setup/index.js";
