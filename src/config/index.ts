export { demoConfig } from "./demo.js";
export { type ConfigResult, describeProblems, readConfig } from "./read.js";
