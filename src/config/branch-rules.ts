import { branchAccountName, nearest, parseBranchId } from "../model/index.js";
import { type Finding, listAt, type Path, partAt, type Reading, textAt } from "./document.js";
import { sentence } from "./issues.js";
import { pathText, shown } from "./paths.js";
import { isLoopback } from "./values.js";

/** What ties branch offices to the phones, the people and the broker of a configuration. */
export function checkBranches(reading: Reading, meant: ReadonlySet<string>): readonly Finding[] {
  const ids = listAt(reading.tree, ["branches"]).map((_, index) => textAt(reading.tree, ["branches", index, "id"]));
  return [
    ...ids.flatMap((id, index) => checkBranch(reading, meant, ids, id, index)),
    ...listAt(reading.tree, ["phones"]).flatMap((_, index) => checkPhone(reading, meant, ids, index)),
  ];
}

function checkBranch(
  reading: Reading,
  meant: ReadonlySet<string>,
  ids: readonly (string | undefined)[],
  id: string | undefined,
  index: number,
): readonly Finding[] {
  const path: Path = ["branches", index];
  const findings: Finding[] = [];
  const url: Path = [...path, "url"];
  if (partAt(reading.tree, url) === undefined && !meant.has(pathText(url))) {
    const which = brokerOfGateway(reading);
    const words = `is missing: how the branch reaches ${which}, such as \`mqtts://broker.example.com:8883\``;
    if (which !== undefined) findings.push(at(reading, url, words));
  }
  if (id === undefined) return findings;
  const first = ids.indexOf(id);
  if (first < index) {
    const { line } = reading.valueAt(["branches", first, "id"]);
    const words = `is ${shown(id)}, and line ${line} has the same id; each may be there once`;
    findings.push(at(reading, [...path, "id"], words));
  }
  const taken = accountTaken(reading, id);
  if (taken !== undefined) findings.push(at(reading, [...path, "id"], taken));
  return findings;
}

/** A broker whose address, as the gateway has it, is of no use to a branch; undefined for any other. */
function brokerOfGateway(reading: Reading): string | undefined {
  if (partAt(reading.tree, ["mqtt", "embedded"]) !== undefined) return "the broker inside earshot";
  const url = textAt(reading.tree, ["mqtt", "url"]) ?? "";
  return URL.canParse(url) && isLoopback(new URL(url).hostname) ? "the broker on this machine" : undefined;
}

/** Whoever signs in with the account of a branch has its rights. */
function accountTaken(reading: Reading, id: string): string | undefined {
  const branch = parseBranchId(id);
  if (branch === undefined) return undefined;
  const account = branchAccountName(branch);
  const people = listAt(reading.tree, ["people"]).map(
    (_, index) => textAt(reading.tree, ["people", index, "id"]) ?? textAt(reading.tree, ["people", index, "extension"]),
  );
  const devices: Path = ["mqtt", "embedded", "accounts"];
  const accounts = listAt(reading.tree, devices).map((_, index) =>
    textAt(reading.tree, [...devices, index, "username"]),
  );
  const words = (whose: string): string =>
    `is ${shown(id)}, which signs in at the broker as ${shown(account)}, and that is ${whose}; choose another`;
  if (people.includes(account)) return words("the id of a person");
  if (accounts.includes(account)) return words("an account of `mqtt.embedded`");
  const others = [["mqtt", "username"] as const, ["mqtt", "homeAssistant", "username"] as const];
  const other = others.find((key) => textAt(reading.tree, key) === account);
  return other && words(`\`${pathText(other)}\``);
}

function checkPhone(
  reading: Reading,
  meant: ReadonlySet<string>,
  ids: readonly (string | undefined)[],
  index: number,
): readonly Finding[] {
  const path: Path = ["phones", index, "branch"];
  const branch = textAt(reading.tree, path);
  if (branch === undefined) return [];
  const known = ids.filter((id) => id !== undefined);
  if (!known.includes(branch)) {
    // One whose id cannot be read may well be meant.
    if (known.length < ids.length) return [];
    const near = nearest(branch, known);
    const hint = near === undefined ? "" : `; did you mean ${shown(near)}?`;
    return [at(reading, path, `is ${shown(branch)}, and nothing under \`branches\` has that id${hint}`)];
  }
  const push: Path = ["phones", index, "push"];
  if (textAt(reading.tree, [...push, "by"]) === "http" || meant.has(pathText(push))) return [];
  const words = "needs `push` with `by: http`: a branch pushes straight to its phones, and nobody else does";
  return [at(reading, path, words)];
}

function at(reading: Reading, path: Path, words: string): Finding {
  return { ...reading.valueAt(path), path, sentence: sentence(path, words) };
}
