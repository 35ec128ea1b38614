export * from "./indicators.js";
