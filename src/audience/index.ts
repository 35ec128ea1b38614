export * from "./audience.js";
export * from "./floor.js";
