export { type BranchFile, type BranchFileResult, readBranchFile } from "./branch-file.js";
export { type BranchSecrets, branchFileText } from "./branch-written.js";
export { demoConfig } from "./demo.js";
export { type ConfigResult, describeProblems, readConfig } from "./read.js";
export { ageOf, readServerIdentity } from "./server-identity.js";
