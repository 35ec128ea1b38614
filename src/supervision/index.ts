export * from "./following.js";
export * from "./handing-over.js";
export * from "./machine.js";
export * from "./never.js";
export * from "./policy.js";
export * from "./tones.js";
