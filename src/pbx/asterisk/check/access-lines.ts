import type { AsteriskConfig } from "../../../model/index.js";
import { ariConf, httpConf, managerConf } from "../setup/access.js";
import type { ConfFile, ConfLine } from "../setup/conf.js";
import { amiActions, amiClasses, channelVariables, modulesFor, nativeBridge } from "../setup/needs.js";
import type { AmiFacts, FileSection } from "./ami-facts.js";
import type { Checked, Facts } from "./facts.js";
import { byFile, type Finding, fail, judged, listed, note, ok, type Seen, unseen } from "./finding.js";

/** One line that `earshot check` tells: the setting by the name it has in the file, and how it is judged. */
export interface CheckedLine {
  readonly name: string;
  judge(facts: Facts): Finding;
}

/** http.conf, ari.conf, manager.conf and modules.conf. */
export function accessLines({ config }: Checked): readonly CheckedLine[] {
  const ari = settings(ariConf(config)).map(({ name, section, line }): CheckedLine => {
    return { name, judge: (facts) => ariLine(facts, section, line) };
  });
  const http = settings(httpConf(config)).map(({ name, line }): CheckedLine => {
    return { name, judge: (facts) => httpLine(facts, line) };
  });
  const { ami } = config;
  const manager =
    ami === undefined
      ? []
      : settings(managerConf(ami, "127.0.0.1")).map(({ name, section, line }): CheckedLine => {
          return { name, judge: (facts) => managerLine(facts, section, line) };
        });
  return [...moduleLines(config), ...http, ...ari, ...manager];
}

interface Setting {
  readonly name: string;
  readonly section: string;
  readonly line: ConfLine;
}

function settings({ name: file, sections }: ConfFile): readonly Setting[] {
  const all = sections.flatMap(({ name = "", lines }) =>
    lines
      .filter(({ off }) => off !== true)
      .map((line) => ({ name: `${file} [${name}] ${line.key}`, section: name, line })),
  );
  return all.filter(({ name }, index) => all.findIndex((other) => other.name === name) === index);
}

function moduleLines(config: AsteriskConfig): readonly CheckedLine[] {
  const load = "modules.conf [modules] load";
  const wanted = modulesFor(config);
  return [
    {
      name: `modules.conf [modules] noload ${nativeBridge}`,
      judge: ({ modules }) => judged(modules, nativeBridgeLine),
    },
    { name: load, judge: ({ modules, version }) => judged(modules, (names) => loadLine(wanted, names, version)) },
  ];
}

function nativeBridgeLine(running: ReadonlySet<string>): Finding {
  if (!running.has(nativeBridge)) return ok("it is not loaded");
  return note(
    `${nativeBridge} is loaded: the RTP streams (SSRC) of both parties change when a Listen begins and ends, unless every Dial to an agent has option t or T; who records packets could tell that a hidden supervisor came`,
  );
}

function loadLine(
  modules: ReturnType<typeof modulesFor>,
  running: ReadonlySet<string>,
  version: Seen<string>,
): Finding {
  const major = version.ok ? Number.parseInt(version.value, 10) : Number.NaN;
  const missing = modules.filter(({ name, since = 0 }) => !running.has(name) && !(major < since));
  if (missing.length === 0) return ok("all modules that earshot needs are loaded");
  return fail(`not loaded: ${listed(missing.map(({ name, why }) => (why === "" ? name : `${name} (${bare(why)})`)))}`);
}

function bare(why: string): string {
  return why.replace(/\.$/, "").replace(/^these \w+: /, "");
}

/** The address is read from the file: that ARI answers does not tell where else it does. */
function httpLine(facts: Facts, line: ConfLine): Finding {
  if (line.key !== "bindaddr") return neededLine(facts, "http.conf", "general", line);
  return judged(fileOf(facts.ami, "http.conf"), (file) => bindLine(file, line.value));
}

/** What ARI does not answer without. */
const needed = new Set("enabled bindport prefix tlsenable tlsbindaddr type password password_format".split(" "));
const noRule = unseen("no rule is known for it");

/** Without it ARI would not answer, so that it is in force where ARI does; else the file may tell what is wrong. */
function neededLine({ version, ami }: Facts, name: string, section: string, { key, value }: ConfLine): Finding {
  if (!needed.has(key)) return noRule;
  if (version.ok) return ok("in force: ARI answers");
  return judged(fileOf(ami, name), (file) => {
    const [set] = values(file, section, key);
    if (set === value) return byFile(key === "password" ? "as configured" : value);
    if (set === undefined) return fail("is not in the file, and ARI does not answer");
    return fail(key === "password" ? "is another in the file" : `is ${set} in the file, not ${value}`);
  });
}

function bindLine(file: readonly FileSection[], wanted: string): Finding {
  const [set] = values(file, "general", "bindaddr");
  if (set === wanted) return byFile(wanted);
  if (set === undefined) return note(`is not set: Asterisk listens at every address, and ${wanted} would do`);
  const wide = set === "0.0.0.0" || set === "::";
  return wide ? note(`is ${set}: every address of the PBX, and ${wanted} would do`) : byFile(set);
}

function ariLine(facts: Facts, section: string, line: ConfLine): Finding {
  const { key } = line;
  if (key === "channelvars") return channelvarsLine(facts);
  if (key === "read_only") {
    return judged(facts.mayWrite, (may) =>
      may ? ok("in force: the user may write") : fail("the user may only read: earshot can ring nobody"),
    );
  }
  return neededLine(facts, "ari.conf", section, line);
}

function channelvarsLine({ channelVariables: seen, ami }: Facts): Finding {
  const judge = (there: ReadonlySet<string>, where: string): Finding | undefined => {
    const missing = channelVariables.filter((name) => !there.has(name));
    if (missing.length === 0) return undefined;
    return fail(
      `without ${missing.join(", ")}, ${where}: earshot cannot tell queues, members and transferred legs apart`,
    );
  };
  const there = seen.ok ? seen.value : undefined;
  if (there !== undefined) return judge(there, "as a call shows") ?? ok("in force: all are there, as a call shows");
  return judged(fileOf(ami, "ari.conf"), (file) => {
    const [set = ""] = values(file, "general", "channelvars");
    const right = unseen("only a call shows it, and there is none now; the file is right");
    return judge(new Set(set.split(",").map((name) => name.trim())), "by the file") ?? right;
  });
}

function managerLine({ ami, modules: running }: Facts, section: string, { key, value }: ConfLine): Finding {
  if (key === "write") return judged(ami, ({ actions }) => judged(actions, (known) => writeLine(known, running)));
  if (key === "enabled" || key === "port") return judged(ami, () => ok("in force: AMI answers there"));
  if (key === "secret") return judged(ami, () => ok("in force: the login is accepted"));
  return judged(fileOf(ami, "manager.conf"), (file) => {
    const set = values(file, section, key);
    switch (key) {
      case "bindaddr":
        return bindLine(file, value);
      case "deny":
        return denyLine(set);
      case "permit":
        return permitLine(set);
      case "read":
        return readLine(set);
      default:
        return noRule;
    }
  });
}

function writeLine(actions: ReadonlyMap<string, readonly string[]>, running: Seen<ReadonlySet<string>>): Finding {
  const there = (module?: string) => module === undefined || !running.ok || running.value.has(module);
  const missing = amiActions.filter(({ action, module }) => !actions.has(action) && there(module));
  if (missing.length > 0) {
    const words = missing.map(({ action, permission, why }) => `${action} (${permission}: ${why})`);
    return fail(`does not permit ${listed(words)}`);
  }
  // An action that no class of ours permits is there by another one.
  const beyond = [...actions].filter(([, classes]) => {
    return !classes.includes("<none>") && !classes.some((name) => amiClasses.includes(name));
  });
  if (beyond.length === 0) return ok(`in force: what earshot needs (${amiClasses.join(", ")}) and no more`);
  const classes = new Set(beyond.flatMap(([, names]) => names.filter((name) => name !== "all")));
  return note(`permits more than earshot needs: ${[...classes].join(", ")}; ${amiClasses.join(",")} would do`);
}

function denyLine(set: readonly string[]): Finding {
  const four = set.some((rule) => /^0\.0\.0\.0(?:\/|$)/.test(rule));
  const six = set.some((rule) => rule.startsWith("::/"));
  if (four && six) return byFile("nobody but those permitted");
  if (four) return note("lets IPv6 addresses in (deny = ::/0 is missing)");
  return note("is not set, so that permit keeps nobody out: anybody who reaches the port may try the secret");
}

function permitLine(set: readonly string[]): Finding {
  const wide = set.filter((rule) => {
    const [address = "", mask] = rule.split("/");
    return mask !== undefined && mask !== "255.255.255.255" && mask !== (address.includes(":") ? "128" : "32");
  });
  if (set.length === 0) return note("is not set: the login is accepted from everywhere");
  if (wide.length > 0) return note(`lets more in than the gateway's address: ${listed(wide)}`);
  return byFile(listed(set));
}

function readLine(set: readonly string[]): Finding {
  const classes = set
    .join(",")
    .split(",")
    .filter((name) => name.trim() !== "");
  return classes.length === 0 ? byFile("nothing") : note(`tells more than earshot needs: ${classes.join(",")}`);
}

/** A file of the PBX as its disk has it: whether Asterisk has read it since, nobody can see. */
export function fileOf(ami: Seen<AmiFacts>, name: string): Seen<readonly FileSection[]> {
  if (!ami.ok) return ami;
  return ami.value.files.get(name) ?? { ok: false, why: `${name} was not asked for` };
}

/** All values of a key in the sections of a name. */
export function values(file: readonly FileSection[], section: string, key: string): readonly string[] {
  const lines = file.filter(({ name }) => name === section).flatMap((found) => found.lines);
  return lines.filter((line) => line.key === key).map(({ value }) => value);
}
