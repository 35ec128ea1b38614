export * from "./board-lists.js";
export * from "./folding.js";
export { isOpen } from "./heads-ups.js";
export * from "./reduce.js";
export * from "./state.js";
export * from "./writer.js";
