export * from "./api-access.js";
export * from "./control.js";
export * from "./desk.js";
export * from "./digits.js";
export { liveRows } from "./live-rows.js";
export * from "./parts.js";
export * from "./people-book.js";
export * from "./press.js";
export { takeUp } from "./remember.js";
