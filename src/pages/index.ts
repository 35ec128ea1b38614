export * from "./board.js";
export * from "./fit.js";
export * from "./input.js";
export * from "./page.js";
export * from "./session.js";
export * from "./texts.js";
export * from "./transfer.js";
