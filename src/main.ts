#!/usr/bin/env node
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { userInfo } from "node:os";
import { type Logger, pino } from "pino";
import {
  type Answer,
  branchUnit,
  type ConfigSource,
  controlClient,
  fileAt,
  gatewayRuns,
  type Inspection,
  type Probe,
  type ProgramDeps,
  questionsAt,
  readPassword,
  readPin,
  runProgram,
  startCommand,
} from "./cli/index.js";
import { steadyClock, systemClock } from "./clock/index.js";
import {
  branchFileText,
  type ConfigResult,
  demoConfig,
  describeProblems,
  readBranchFile,
  readConfig,
} from "./config/index.js";
import { ownAddresses, PhoneDelivery } from "./delivery/index.js";
import { BranchOffice } from "./dispatch/index.js";
import { type Addresses, Gateway, StartError } from "./gateway.js";
import { loadSheets, PhoneServerError } from "./http/index.js";
import { type Config, type Log, nearest, parseMac, phoneWays } from "./model/index.js";
import {
  type AccessFile,
  asyncApi,
  contractVersion,
  deliveryKey,
  emqxAccess,
  MqttBranchLink,
  mosquittoAccess,
  probeBroker,
  topicSchemas,
} from "./mqtt/index.js";
import { phoneAccounts, probePbx, setUpPbx, setupText } from "./pbx/index.js";
import { entriesOf, Provisioner, provisioningProbe, recipe, servedAt, withDatabase } from "./provisioning/index.js";
import { probeLamps } from "./sip/index.js";
import { knownSecrets, loadSecrets, publicKeyText, readEntries, verifyAudit as verifyRecord } from "./store/index.js";

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  version: string;
};

async function read(source: ConfigSource): Promise<ConfigResult> {
  if (source.kind === "demo") return { ok: true, config: demoConfig(source.dataDir), warnings: [] };
  return readConfig(source.path, process.env, (await loadSheets()).known());
}

async function dataOf(source: ConfigSource): Promise<string> {
  if (source.kind === "demo") return source.dataDir;
  const result = await read(source);
  if (!result.ok) throw new StartError(describeProblems(result.problems));
  return result.config.data;
}

const client = async (source: ConfigSource) => controlClient(await dataOf(source), startCommand(source));

/** Who runs this command. Behind `sudo` it is the service's own user, and who asked for that says more. */
function who(): string {
  const { SUDO_USER: behind } = process.env;
  const name = ((): string => {
    try {
      return userInfo().username;
    } catch {
      // A user id without a name, as in a container.
      return String(process.getuid?.() ?? "unknown");
    }
  })();
  return behind === undefined ? name : `${name} (sudo by ${behind})`;
}

/** By the running gateway, which writes the row of it; without one the file is only read. */
const verifyAudit: ProgramDeps["verifyAudit"] = async (source, head) => {
  const data = await dataOf(source);
  if (await gatewayRuns(data)) {
    const asked = controlClient(data, startCommand(source));
    const check = await asked.verifyAudit({ who: who(), ...(head === undefined ? {} : { head }) });
    return check.ok ? { ok: true, value: { check: check.value, recorded: true } } : check;
  }
  const secrets = await knownSecrets(data);
  if (secrets === undefined) {
    return { ok: false, sentence: `There is no usable secret.key in ${data}: without it nothing can be verified.` };
  }
  return { ok: true, value: { check: await verifyRecord(data, secrets.audit, head), recorded: false } };
};

/** With the people and phones of the database: those of the gateway that runs, else as they are written down. */
async function withEntries(source: ConfigSource, config: Config): Promise<Answer<Config>> {
  const site = { known: (await loadSheets()).known(), ...phoneWays(config.pbx) };
  if (!(await gatewayRuns(config.data))) {
    const written = await readEntries(config.data);
    return written.ok ? { ok: true, value: withDatabase(config, written.value, site) } : written;
  }
  const gateway = controlClient(config.data, startCommand(source));
  const [people, phones] = [await gateway.people(), await gateway.phoneEntries({ passwords: true })];
  if (!people.ok) return people;
  if (!phones.ok) return phones;
  const entries = entriesOf(config, { people: people.value, phones: phones.value });
  return { ok: true, value: withDatabase(config, entries, site) };
}

async function inspect(source: ConfigSource): Promise<Inspection> {
  const result = await read(source);
  if (!result.ok) return { problems: result.problems, warnings: [], probes: [] };
  const { warnings } = result;
  // The demo takes whatever port is free.
  if (source.kind === "demo") return { problems: [], warnings, probes: [] };
  const whole = await withEntries(source, result.config);
  const config = whole.ok ? whole.value : result.config;
  const unread: readonly Probe[] = whole.ok
    ? []
    : [{ name: "database", run: async () => ({ status: "fail", sentence: whole.sentence }) }];
  const broker: Probe = {
    name: "mqtt",
    run: async () => {
      const { ok, sentence } = await probeBroker(config.mqtt);
      return { status: ok ? "ok" : "fail", sentence };
    },
  };
  const secrets = await knownSecrets(config.data);
  const account = config.pbx.kind === "asterisk" ? config.pbx.sip : undefined;
  const extensions = config.people.map(({ extension }) => extension);
  const lamps: readonly Probe[] = account
    ? [
        {
          name: "pbx.sip",
          run: () => {
            const password = secrets?.accountPassword(account.username);
            return probeLamps({ account, password, extensions, clock: systemClock });
          },
        },
      ]
    : [];
  const phones = provisioningProbe({
    ...{ config, password: secrets?.accountPassword },
    known: (await loadSheets()).known(),
    accounts: () => phoneAccounts(config),
  });
  return {
    problems: [],
    warnings,
    probes: [...unread, ...probePbx(config, secrets?.accountPassword), ...lamps, broker, ...phones],
  };
}

/** What phones are told, by the configuration, the PBX and, for the addresses of pages, the running gateway. */
async function provisioner(source: ConfigSource): ReturnType<typeof Provisioner.open> {
  const result = await read(source);
  if (!result.ok) return { ok: false, sentence: describeProblems(result.problems) };
  const gateway = controlClient(result.config.data, startCommand(source));
  const listed = await gateway.phones({ showUrls: true });
  const whole = await withEntries(source, result.config);
  if (!whole.ok) return whole;
  const { value: config } = whole;
  const known = (await loadSheets()).known();
  const launchers = listed.ok
    ? new Map(listed.value.flatMap(({ mac, url }): [string, string][] => (url ? [[mac, url]] : [])))
    : { why: listed.sentence.replace(/\.$/, "") };
  const password = (await knownSecrets(config.data))?.accountPassword;
  const served = config.provisioning?.serve && password ? servedAt(config.http.publicUrl, password) : undefined;
  return Provisioner.open({
    ...{ config, launchers, password, served, known },
    accounts: await phoneAccounts(config),
  });
}

const pbxSetup: ProgramDeps["pbxSetup"] = async (source, query) => {
  const result = await read(source);
  if (!result.ok) return { ok: false, sentence: describeProblems(result.problems) };
  const whole = await withEntries(source, result.config);
  if (!whole.ok) return whole;
  const { value: config } = whole;
  const passwords = async () => (await loadSecrets(config.data)).accountPassword;
  const setup = await setUpPbx(config, { ...query, passwords });
  if (!setup.ok) return setup;
  return { ok: true, value: { files: setup.files, text: setupText(setup.files, query.freepbx) } };
};

const operate: ProgramDeps["operate"] = async (source, what) => {
  const result = await read(source);
  if (!result.ok) return { ok: false, sentence: describeProblems(result.problems) };
  const { config } = result;
  switch (what) {
    case "mosquitto":
      return textOf(mosquittoAccess(config));
    case "emqx":
      return textOf(emqxAccess(config));
    case "schemas":
      return { ok: true, value: json({ version: contractVersion, topics: topicSchemas(config.mqtt.base) }) };
    case "asyncapi":
      return { ok: true, value: json(asyncApi(config)) };
    default:
      return what satisfies never;
  }
};

const branchFiles: ProgramDeps["branchFiles"] = async (source, id) => {
  const result = await read(source);
  if (!result.ok) return { ok: false, sentence: describeProblems(result.problems) };
  const { config } = result;
  const branches = config.branches ?? [];
  const branch = branches.find((one) => one.id === id);
  if (!branch) {
    const near = nearest(
      id,
      branches.map((one) => one.id),
    );
    const hint = near === undefined ? "" : ` Did you mean ${near}?`;
    return { ok: false, sentence: `Nothing under branches has the id ${JSON.stringify(id)}.${hint}` };
  }
  const { branchPassword, branchKey } = await loadSecrets(config.data);
  const secrets = { password: branchPassword(branch.id), gateway: publicKeyText(branchKey) };
  return {
    ok: true,
    value: [
      { name: "branch.yaml", text: branchFileText(config, branch, secrets), secret: true },
      { name: "earshot-branch.service", text: branchUnit(branch.id), secret: false },
    ],
  };
};

/** Joins the rooms that a branch office needs: nothing of it listens, and nothing of it is written to a disk. */
const branch: ProgramDeps["branch"] = async (path) => {
  const result = readBranchFile(path);
  if (!result.ok) return { ok: false, sentence: describeProblems(result.problems) };
  const { branch, base, broker, gateway, phones } = result.file;
  const log = logTo(pino({ level: "info", base: null }, pino.destination(2)));
  const { password: account } = broker;
  const keys = new Map(phones.map(({ mac, push }) => [mac, deliveryKey(mac, { account, ...push })]));
  const link = new MqttBranchLink({ branch, base, broker, gateway, phones: keys, log });
  const push = new PhoneDelivery({ extensionOf: () => undefined, notify: undefined, host: ownAddresses() });
  const newNonce = (): string => randomBytes(18).toString("base64url");
  const office = new BranchOffice({ phones, link, push, clock: steadyClock, log, random: Math.random, newNonce });
  office.start();
  stopOnSignal({
    stop: async () => {
      office.stop();
      await Promise.all([link.stop(), push.stop()]);
    },
  });
  process.stdout.write(`earshot ${version} pushes to ${phones.length} phones of the branch office ${branch}.\n`);
  return { ok: true, value: undefined };
};

function logTo(log: Logger): Log {
  return {
    info: (about, sentence) => log.info(about, sentence),
    warn: (about, sentence) => log.warn(about, sentence),
    error: (about, sentence) => log.error(about, sentence),
  };
}

function textOf(file: AccessFile): Answer<string> {
  return file.ok ? { ok: true, value: file.text } : file;
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

const start: ProgramDeps["start"] = async ({ source, json }) => {
  const result = await read(source);
  if (!result.ok) return { ok: false, sentence: describeProblems(result.problems) };
  const { config } = result;
  const demo = source.kind === "demo";
  const log = pino({ level: demo ? "warn" : "info", base: null }, pino.destination(2));
  for (const { file, line, sentence } of result.warnings) log.warn({ at: `${file}:${line}` }, sentence);
  const gateway = new Gateway({
    config,
    version,
    clock: systemClock,
    nextFreePort: demo,
    log: logTo(log),
  });
  try {
    const addresses = await gateway.start();
    stopOnSignal(gateway);
    const phones = await gateway.phones({ showUrls: demo });
    if (json) process.stdout.write(`${JSON.stringify({ ...addresses, phones })}\n`);
    else process.stdout.write(greeting(config, addresses, demo, phones));
    return { ok: true, value: undefined };
  } catch (error) {
    if (error instanceof StartError || error instanceof PhoneServerError) return { ok: false, sentence: error.message };
    throw error;
  }
};

function greeting(
  config: Config,
  { publicUrl, mqtt, desk }: Addresses,
  demo: boolean,
  phones: readonly { readonly model: string; readonly extension: string; readonly url?: string }[],
): string {
  const moved = demo && publicUrl !== config.http.publicUrl ? ` (${config.http.publicUrl} is taken)` : "";
  const lines = [
    ...(desk ? [`Open ${publicUrl}/ in a browser`] : []),
    `earshot ${version} runs${demo ? " as a demo: a simulated call centre, nothing to set up" : ""}.`,
    ...(demo ? ["  Hidden is allowed and no PIN is asked for: here alone, without a word from the site."] : []),
    `  phone pages  ${publicUrl}${moved}`,
    ...(mqtt ? [`  MQTT broker  ${mqtt}${demo && !mqtt.endsWith(":1883") ? " (port 1883 is taken)" : ""}`] : []),
    ...phones.flatMap(({ model, extension, url }) => {
      const name = config.people.find((person) => person.extension === extension)?.name ?? extension;
      return url ? [`  ${name}'s ${model}, as the phone gets it:`, `    ${url}`] : [];
    }),
    ...(demo ? [] : ["  phones       earshot phones list --show-urls"]),
  ];
  return `${lines.join("\n")}\n`;
}

function stopOnSignal(running: { stop(): Promise<void> }): void {
  const stop = (): void => {
    void running.stop().then(() => process.exit(0));
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
}

/** By Ctrl-C, by the end of whoever reads, or by `kill`: what was asked to go on for ever ends, and nothing has failed. */
function interruption(): AbortSignal {
  const control = new AbortController();
  const end = (): void => control.abort();
  process.once("SIGINT", end).once("SIGTERM", end);
  process.stdout.once("error", end).once("close", end);
  return control.signal;
}

// Who reads may stop reading, as `head` does; what runs goes on.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

process.exitCode = await runProgram(process.argv.slice(2), {
  version,
  start,
  inspect,
  phones: async (source, query) => (await client(source)).phones(query),
  readAudit: async (source, wish) => (await client(source)).readAudit({ ...wish, who: who() }),
  exportAudit: async (source, wish, take) => (await client(source)).exportAudit({ ...wish, who: who() }, take),
  verifyAudit,
  people: async (source) => (await client(source)).people(),
  orderPeople: async (source, order, given) => (await client(source)).orderPeople(order, { ...given, who: who() }),
  enlist: async (source, lines, dryRun) => (await client(source)).enlist({ lines, dryRun, who: who() }),
  phoneEntries: async (source, query) => (await client(source)).phoneEntries(query),
  orderPhone: async (source, order, given) => (await client(source)).orderPhone(order, { ...given, who: who() }),
  enlistPhones: async (source, lines, dryRun) => (await client(source)).enlistPhones({ lines, dryRun, who: who() }),
  readPassword: () => readPassword(process.stdin, (text) => process.stderr.write(text)),
  readFile: (path) => fileAt(path),
  makeToken: async (source, name) => (await client(source)).makeToken({ name, who: who() }),
  revokeToken: async (source, name) => (await client(source)).revokeToken({ name, who: who() }),
  readPin: () => readPin(process.stdin, (text) => process.stderr.write(text)),
  beginProving: async (source, mac) => (await client(source)).beginProving({ mac, who: who() }),
  showStep: async (source, given) => (await client(source)).showStep(given),
  answerStep: async (source, given) => (await client(source)).answerStep(given),
  endProving: async (source, walk) => (await client(source)).endProving({ walk }),
  questions: () => questionsAt(process.stdin, (text) => process.stderr.write(text)),
  watchBus: async (source, query, take) => (await client(source)).watchBus(query, take, interruption()),
  status: async (source) => (await client(source)).status(),
  provisionList: async (source, { mode, show }) => {
    const opened = await provisioner(source);
    return opened.ok ? { ok: true, value: opened.value.list(mode, show) } : opened;
  },
  provisionFiles: async (source, mac, { mode, show }) => {
    const opened = await provisioner(source);
    return opened.ok ? opened.value.render(mac, mode, show) : opened;
  },
  provisionExplain: async (source, mac, key, { mode, show }) => {
    const opened = await provisioner(source);
    return opened.ok ? opened.value.explain(mac, key, mode, show) : opened;
  },
  enrol: async (source, given) => (await client(source)).enrol(given),
  resync: async (source, wish) => (await client(source)).resync(wish),
  phoneFiles: async (source) => (await client(source)).phoneFiles(),
  provisionRecipe: async (source, vendor, kind, mac) => {
    if (mac === undefined) return recipe(vendor, kind);
    const opened = await provisioner(source);
    const address = opened.ok ? opened.value.address(mac, vendor) : opened;
    return address.ok ? recipe(vendor, kind, { mac: parseMac(mac) ?? mac, address: address.value }) : address;
  },
  seen: async (source) => (await client(source)).seen(),
  pbxSetup,
  branch,
  branchFiles,
  operate,
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  exists: existsSync,
  now: Date.now,
});
