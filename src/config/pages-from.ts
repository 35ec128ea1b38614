import { type Finding, type Path, partAt, type Reading, textAt } from "./document.js";
import { sentence } from "./issues.js";

/** Where a phone's pages are given to where it is registered alone, somebody has to tell where that is. */
export function checkPagesFrom(reading: Reading, meant: ReadonlySet<string>): readonly Finding[] {
  const path: Path = ["policy", "pagesFrom"];
  if (textAt(reading.tree, path) !== "registered") return [];
  const asterisk = textAt(reading.tree, ["pbx", "kind"]) === "asterisk";
  if (!asterisk || partAt(reading.tree, ["pbx", "ami"]) !== undefined || meant.has("pbx.ami")) return [];
  const words = "is `registered`, which needs `pbx.ami`: it tells where phones are";
  return [{ ...reading.valueAt(path), path, sentence: sentence(path, words) }];
}
