import { Stream } from "./stream.js";

/** The page's one stream; started again after signing in. */
export const stream = new Stream("/desk/stream");
