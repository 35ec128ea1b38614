import {
  type KnownPhones,
  nearest,
  parseExtension,
  parseMac,
  parsePersonId,
  phoneFaults,
  topicsMeet,
} from "../model/index.js";
import { checkBranches } from "./branch-rules.js";
import { type Finding, isMap, listAt, type Path, partAt, type Reading, textAt } from "./document.js";
import { sentence } from "./issues.js";
import { checkPagesFrom } from "./pages-from.js";
import { pathText, shown } from "./paths.js";
import { checkProvisioning } from "./provisioning.js";
import { parseListen } from "./values.js";

interface Entry {
  readonly path: Path;
  readonly text: string;
}

/**
 * What ties the parts of a configuration together: names that must be the only ones, names that must exist, choices
 * that exclude each other. `meant` is the right keys that mistyped ones stand for. Works on whatever is readable, so that one wrong value does not hide another.
 */
export function checkRules(reading: Reading, meant: ReadonlySet<string>, known: KnownPhones): readonly Finding[] {
  return [
    ...checkPeople(reading),
    ...checkTeams(reading),
    ...checkPhones(reading, meant, known),
    ...checkMqtt(reading, meant),
    ...checkDesk(reading, meant),
    ...checkListens(reading),
    ...checkBranches(reading, meant),
    ...checkProvisioning(reading, meant),
    ...checkDiscovery(reading, meant),
    ...checkPagesFrom(reading, meant),
  ];
}

function checkPeople(reading: Reading): readonly Finding[] {
  const extensions = entries(reading, ["people"], ["extension"]);
  const findings = [...onlyOnce(reading, extensions, "extension")];
  const ids: Entry[] = [];
  for (const index of listAt(reading.tree, ["people"]).keys()) {
    const given = textAt(reading.tree, ["people", index, "id"]);
    const extension = textAt(reading.tree, ["people", index, "extension"]);
    if (given !== undefined) ids.push({ path: ["people", index, "id"], text: given });
    else if (extension !== undefined && parsePersonId(extension)) {
      ids.push({ path: ["people", index, "extension"], text: extension });
    } else if (extension !== undefined && parseExtension(extension)) {
      const words = `is missing: the extension ${shown(extension)} cannot be the id, which has letters, digits, \`_\` and \`-\``;
      findings.push(at(reading, ["people", index, "id"], words));
    }
  }
  const told = new Set(findings.map((finding) => JSON.stringify(finding.path)));
  const clashes = onlyOnce(reading, ids, "id").filter((finding) => !told.has(JSON.stringify(finding.path)));
  return [...findings, ...clashes];
}

/** Where teams are listed, a name that is in no entry is a mistake: what the entry forbids would not be forbidden. */
function checkTeams(reading: Reading): readonly Finding[] {
  const teams = entries(reading, ["teams"], ["name"]);
  const findings = [...onlyOnce(reading, teams, "name")];
  const names = teams.map(({ text }) => text);
  if (names.length === 0 || names.length < listAt(reading.tree, ["teams"]).length) return findings;
  for (const person of listAt(reading.tree, ["people"]).keys()) {
    for (const index of listAt(reading.tree, ["people", person, "teams"]).keys()) {
      const path = ["people", person, "teams", index];
      const text = textAt(reading.tree, path);
      if (text === undefined || names.includes(text)) continue;
      const near = nearest(text, names);
      const hint =
        near === undefined ? "; where teams are listed, every one must be" : `; did you mean ${shown(near)}?`;
      findings.push(at(reading, path, `is ${shown(text)}, and \`teams\` has no such name${hint}`));
    }
  }
  return findings;
}

function checkPhones(reading: Reading, meant: ReadonlySet<string>, known: KnownPhones): readonly Finding[] {
  const findings: Finding[] = [];
  const macs = entries(reading, ["phones"], ["mac"]).map(({ path, text }) => ({ path, text: parseMac(text) ?? text }));
  findings.push(...onlyOnce(reading, macs, "mac"));
  const extensions = entries(reading, ["people"], ["extension"]).map(({ text }) => text);
  for (const { path, text } of entries(reading, ["phones"], ["extension"])) {
    if (allNamed(reading) && !extensions.includes(text))
      findings.push(at(reading, path, nobody("extension", text, extensions)));
  }
  const has = (...path: readonly string[]): boolean => partAt(reading.tree, path) !== undefined;
  const site = {
    known,
    notify: has("pbx", "ami") || meant.has("pbx.ami"),
    message: has("pbx", "sip") || meant.has("pbx.sip"),
    ...(textAt(reading.tree, ["policy", "pagesFrom"]) === "registered" && { pagesFrom: "registered" as const }),
  };
  for (const index of listAt(reading.tree, ["phones"]).keys()) {
    const here = (path: readonly string[]): Path => ["phones", index, ...path];
    const faults = phoneFaults(
      {
        text: (...path) => textAt(reading.tree, here(path)),
        has: (...path) => partAt(reading.tree, here(path)) !== undefined,
      },
      site,
    );
    for (const { path, words } of faults)
      if (!meant.has(pathText(here(path)))) findings.push(at(reading, here(path), words));
  }
  return findings;
}

function checkMqtt(reading: Reading, meant: ReadonlySet<string>): readonly Finding[] {
  const has = (key: string): boolean => partAt(reading.tree, ["mqtt", key]) !== undefined;
  const mqtt = partAt(reading.tree, ["mqtt"]);
  if (mqtt === undefined || !isMap(mqtt)) return [];
  const findings: Finding[] = [];
  if (has("embedded") && has("url")) {
    findings.push(at(reading, ["mqtt", "url"], "excludes `mqtt.embedded`: keep one of them"));
  } else if (!["embedded", "url"].some((key) => has(key) || meant.has(`mqtt.${key}`))) {
    const words = "needs either `embedded` (the broker inside earshot) or `url` (a broker you run)";
    findings.push(at(reading, ["mqtt"], words));
  }
  const login = ["username", "password", "passwordFile", "passwordEnv"].filter(has);
  if (has("embedded") && !has("url")) {
    for (const key of login) {
      findings.push(at(reading, ["mqtt", key], "belongs to an outside broker (`mqtt.url`); leave it out"));
    }
  } else if (login.length > 0 && !has("username")) {
    findings.push(
      at(reading, ["mqtt", "username"], `is missing: ${shown(login[0] ?? "")} needs a user name next to it`),
    );
  }

  const accounts: Path = ["mqtt", "embedded", "accounts"];
  const signsIn = entries(reading, accounts, ["username"]);
  findings.push(...onlyOnce(reading, signsIn, "user name"), ...checkHomeAssistant(reading, meant, signsIn));
  const people = entries(reading, ["people"], ["extension"]).map((entry) => ({
    extension: entry.text,
    id: textAt(reading.tree, [...entry.path.slice(0, -1), "id"]) ?? entry.text,
  }));
  const ids = people.map(({ id }) => id);
  for (const { path, text } of entries(reading, accounts, ["agent"])) {
    if (!allNamed(reading) || ids.includes(text)) continue;
    const other = people.find(({ extension }) => extension === text)?.id;
    const words = other === undefined ? nobody("id", text, ids) : `must be the person's id, which is ${shown(other)}`;
    findings.push(at(reading, path, words));
  }
  return findings;
}

/** At the broker inside Home Assistant signs in with an account of its own; at one elsewhere that broker knows its password. */
function checkHomeAssistant(
  reading: Reading,
  meant: ReadonlySet<string>,
  accounts: readonly Entry[],
): readonly Finding[] {
  const path: Path = ["mqtt", "homeAssistant"];
  const part = partAt(reading.tree, path);
  if (part === undefined || !isMap(part)) return [];
  const has = (key: string): boolean => partAt(reading.tree, [...path, key]) !== undefined;
  const username = textAt(reading.tree, [...path, "username"]);
  const prefix = textAt(reading.tree, [...path, "prefix"]) ?? "homeassistant";
  const base = textAt(reading.tree, ["mqtt", "base"]) ?? "earshot";
  const meet = `and \`mqtt.base\` (${shown(base)}) lie within each other: Home Assistant would read who supervises whom`;
  if (topicsMeet(prefix, base)) return [at(reading, [...path, "prefix"], `(${shown(prefix)}) ${meet}`)];
  if (partAt(reading.tree, ["mqtt", "embedded"]) === undefined) {
    const own = username !== undefined && username === textAt(reading.tree, ["mqtt", "username"]);
    const words = "is that of earshot itself (`mqtt.username`); Home Assistant has an account of its own";
    const foreign = ["password", "passwordFile", "passwordEnv"].filter(has);
    return [
      ...(own ? [at(reading, [...path, "username"], words)] : []),
      ...foreign.map((key) => at(reading, [...path, key], "belongs to the broker inside earshot; leave it out")),
    ];
  }
  if (!has("username") && !meant.has("mqtt.homeAssistant.username"))
    return [at(reading, [...path, "username"], "is missing: Home Assistant signs in to the broker inside with it")];
  if (username === undefined) return [];
  return onlyOnce(reading, [...accounts, { path: [...path, "username"], text: username }], "user name").filter(
    (finding) => finding.path[1] === "homeAssistant",
  );
}

function checkDesk(reading: Reading, meant: ReadonlySet<string>): readonly Finding[] {
  const path: Path = ["desk", "accounts"];
  const desk = partAt(reading.tree, ["desk"]);
  if (desk === undefined || !isMap(desk)) return [];
  const accounts = entries(reading, path, ["person"]);
  const findings = [...onlyOnce(reading, accounts, "person")];
  if (listAt(reading.tree, path).length === 0 && !meant.has("desk.accounts"))
    findings.push(
      at(reading, ["desk"], "has no accounts: nobody could sign in; name an administrator, or leave it out"),
    );
  const people = listAt(reading.tree, ["people"]).map((_, index) => ({
    id: textAt(reading.tree, ["people", index, "id"]) ?? textAt(reading.tree, ["people", index, "extension"]),
    role: textAt(reading.tree, ["people", index, "role"]),
  }));
  const ids = people.flatMap(({ id }) => id ?? []);
  for (const { path: where, text } of accounts) {
    const person = people.find(({ id }) => id === text);
    if (person === undefined && allNamed(reading)) findings.push(at(reading, where, nobody("id", text, ids)));
    const role = person?.role;
    if (role === undefined || role === "administrator") continue;
    const words = `is ${shown(text)}, whose role is ${shown(role)}: the desk shows every call, also hidden supervisions, so only an administrator may have it`;
    findings.push(at(reading, where, words));
  }
  return findings;
}

function checkDiscovery(reading: Reading, meant: ReadonlySet<string>): readonly Finding[] {
  const interfaces: Path = ["discovery", "interfaces"];
  const findings = [...onlyOnce(reading, entries(reading, interfaces, ["name"]), "name")];
  const url: Path = ["discovery", "url"];
  if (partAt(reading.tree, url) !== undefined || meant.has("discovery.url")) return findings;
  if (textAt(reading.tree, ["provisioning", "serve"]) === "true") return findings;
  const answers = entries(reading, interfaces, ["pnp"]).find(({ text }) => text === "answer");
  if (answers === undefined) return findings;
  return [...findings, at(reading, answers.path, "is `answer`, and `discovery.url` does not say what is answered")];
}

function checkListens(reading: Reading): readonly Finding[] {
  const mine: Path = ["mqtt", "embedded", "listen"];
  const pages = parseListen(textAt(reading.tree, ["http", "listen"]) ?? "");
  const broker = parseListen(textAt(reading.tree, mine) ?? "");
  if (!pages.ok || !broker.ok || pages.value.port === 0) return [];
  const same = pages.value.port === broker.value.port && pages.value.host === broker.value.host;
  return same ? [at(reading, mine, "is the same as `http.listen`; choose another port")] : [];
}

function entries(reading: Reading, list: Path, key: Path): readonly Entry[] {
  return listAt(reading.tree, list).flatMap((_, index) => {
    const path = [...list, index, ...key];
    const text = textAt(reading.tree, path);
    return text === undefined ? [] : [{ path, text }];
  });
}

/** While somebody's extension cannot be read, a reference that finds nobody may well be meant for them. */
function allNamed(reading: Reading): boolean {
  return entries(reading, ["people"], ["extension"]).length === listAt(reading.tree, ["people"]).length;
}

function onlyOnce(reading: Reading, all: readonly Entry[], what: string): readonly Finding[] {
  const firsts = new Map<string, Path>();
  const findings: Finding[] = [];
  for (const { path, text } of all) {
    const first = firsts.get(text);
    if (first === undefined) firsts.set(text, path);
    else {
      const line = reading.valueAt(first).line;
      findings.push(
        at(reading, path, `is ${shown(text)}, and line ${line} has the same ${what}; each may be there once`),
      );
    }
  }
  return findings;
}

function nobody(what: string, text: string, choices: readonly string[]): string {
  const near = nearest(text, choices);
  const hint = near === undefined ? "" : `; did you mean ${shown(near)}?`;
  return `is ${shown(text)}, and nobody under \`people\` has that ${what}${hint}`;
}

function at(reading: Reading, path: Path, words: string): Finding {
  return { ...reading.valueAt(path), path, sentence: sentence(path, words) };
}
