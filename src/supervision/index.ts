export * from "./machine.js";
export * from "./policy.js";
