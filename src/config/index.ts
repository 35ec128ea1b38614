export { type BranchFile, type BranchFileResult, readBranchFile } from "./branch-file.js";
export { type BranchSecrets, branchFileText } from "./branch-written.js";
export { demoConfig } from "./demo.js";
export { type ConfigResult, type DataFolderResult, describeProblems, readConfig, readDataFolder } from "./read.js";
export { ageOf, readServerIdentity, type ServerTlsUse } from "./server-identity.js";
