export * from "./audience.js";
export * from "./floor.js";
export * from "./phones-told.js";
