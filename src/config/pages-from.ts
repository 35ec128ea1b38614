import { type Finding, listAt, type Path, partAt, type Reading, textAt } from "./document.js";
import { sentence } from "./issues.js";

/** Where a phone's pages are given to where it is registered alone, somebody has to tell where that is. */
export function checkPagesFrom(reading: Reading, meant: ReadonlySet<string>): readonly Finding[] {
  const path: Path = ["policy", "pagesFrom"];
  if (textAt(reading.tree, path) !== "registered") return [];
  const finding = (at: Path, words: string): Finding => ({
    ...reading.valueAt(at),
    path: at,
    sentence: sentence(at, words),
  });
  const asterisk = textAt(reading.tree, ["pbx", "kind"]) === "asterisk";
  const without = asterisk && partAt(reading.tree, ["pbx", "ami"]) === undefined && !meant.has("pbx.ami");
  const elsewhere = listAt(reading.tree, ["phones"]).flatMap((_, index): Path[] => {
    const address: Path = ["phones", index, "address"];
    return textAt(reading.tree, address) === undefined ? [] : [address];
  });
  return [
    ...(without ? [finding(path, "is `registered`, which needs `pbx.ami`: it tells where phones are")] : []),
    ...elsewhere.map((address) =>
      finding(
        address,
        "says that this phone's requests come from elsewhere; with `policy.pagesFrom: registered` none would be answered",
      ),
    ),
  ];
}
