/** What the drawn phones read by, alone: for a test to import in a browser. */
export { readPage } from "./polycom/reader.js";
export { readDocument } from "./yealink/reader.js";
