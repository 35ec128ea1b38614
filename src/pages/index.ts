export * from "./board.js";
export * from "./find.js";
export * from "./fit.js";
export * from "./input.js";
export * from "./page.js";
export * from "./participants.js";
export * from "./session.js";
export * from "./texts.js";
