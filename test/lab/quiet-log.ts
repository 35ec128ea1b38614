import type { Log } from "../../src/model/index.js";

/** Keeps a test's output to its results. */
export const quietLog: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };
