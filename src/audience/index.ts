export * from "./audience.js";
