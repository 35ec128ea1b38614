import { pino } from "pino";
import type { Log } from "../model/index.js";

/** A log on standard error, one line of JSON for each entry. */
export function logAt(level: "info" | "warn"): Log {
  const log = pino({ level, base: null }, pino.destination(2));
  return {
    info: (about, sentence) => log.info(about, sentence),
    warn: (about, sentence) => log.warn(about, sentence),
    error: (about, sentence) => log.error(about, sentence),
  };
}
