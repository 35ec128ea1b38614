export * from "./following.js";
export * from "./machine.js";
export * from "./policy.js";
