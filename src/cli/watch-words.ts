import type { WatchReport } from "../model/index.js";
import { localTime } from "./record.js";

const NAMED = 8;

/** What `earshot status` says of busy lamps: nothing of what is as it should be. */
export function busyLamps(report: WatchReport): Readonly<Record<string, string>> {
  const { standing, seen, missing, unknown, alone, differences } = report;
  const words = differences.map(({ extension, lamp, pbx, since }) => {
    const calls = pbx === "on-a-call" ? "is on a call" : "has no call";
    return `${extension} shows ${lamp}, and ${calls}, since ${localTime(since)}`;
  });
  return {
    "busy lamps": `${standing}, ${seen} seen`,
    ...(missing.length > 0 && { "no hint for": listed(missing) }),
    ...(unknown.length > 0 && { "not known": listed(unknown) }),
    ...(alone.length > 0 && { "by lamp alone": listed(alone) }),
    ...(words.length > 0 && { differs: listed(words, "; ") }),
  };
}

function listed(names: readonly string[], between = ", "): string {
  const more = names.length - NAMED;
  const named = names.slice(0, NAMED).join(between);
  return more > 0 ? `${named} and ${more} more` : named;
}
