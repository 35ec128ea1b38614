export * from "./dispatch.js";
