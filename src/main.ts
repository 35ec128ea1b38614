#!/usr/bin/env node
import { existsSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { fileAt, type ProgramDeps, questionsAt, readPassword, readPin, runProgram } from "./cli/index.js";
import { systemClock } from "./clock/index.js";
import {
  branch,
  branchFiles,
  client,
  inspect,
  interruption,
  logAt,
  operate,
  pbxSetup,
  provisioning,
  read,
  stopOnSignal,
  verifyAudit,
  version,
  who,
} from "./commands/index.js";
import { describeProblems } from "./config/index.js";
import { type Addresses, Gateway, StartError } from "./gateway.js";
import { PhoneServerError } from "./http/index.js";
import type { Config } from "./model/index.js";

const start: ProgramDeps["start"] = async ({ source, json }) => {
  // Hundreds of phones that live long teach V8 that what is made in the same line of Node lives long, too; then each request,
  // with its reply, stays until the next full collection, which stops every page (Node 20.20).
  setFlagsFromString("--no-allocation-site-pretenuring");
  // V8 lets the heap of a quiet program grow by a tenth before it collects all of it: two hundred new connections are as much,
  // and each time pages would wait 20 ms.
  setFlagsFromString("--heap-growing-percent=100");
  const result = await read(source, "read");
  if (!result.ok) return { ok: false, sentence: describeProblems(result.problems) };
  const { config } = result;
  const demo = source.kind === "demo";
  const log = logAt(demo ? "warn" : "info");
  for (const { file, line, sentence } of result.warnings) log.warn({ at: `${file}:${line}` }, sentence);
  const gateway = new Gateway({ config, version, clock: systemClock, nextFreePort: demo, log });
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

// Who reads may stop reading, as `head` does; what runs goes on.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

process.exitCode = await runProgram(process.argv.slice(2), {
  version,
  start,
  inspect,
  phones: async (source, query) => client(source).phones(query),
  readAudit: async (source, wish) => client(source).readAudit({ ...wish, who: who() }),
  exportAudit: async (source, wish, take) => client(source).exportAudit({ ...wish, who: who() }, take),
  verifyAudit,
  people: async (source) => client(source).people(),
  orderPeople: async (source, order, given) => client(source).orderPeople(order, { ...given, who: who() }),
  enlist: async (source, lines, dryRun) => client(source).enlist({ lines, dryRun, who: who() }),
  phoneEntries: async (source, query) => client(source).phoneEntries(query),
  orderPhone: async (source, order, given) => client(source).orderPhone(order, { ...given, who: who() }),
  enlistPhones: async (source, lines, dryRun) => client(source).enlistPhones({ lines, dryRun, who: who() }),
  readPassword: () => readPassword(process.stdin, (text) => process.stderr.write(text)),
  readFile: (path) => fileAt(path),
  makeToken: async (source, name, use) => client(source).makeToken({ name, use, who: who() }),
  revokeToken: async (source, name) => client(source).revokeToken({ name, who: who() }),
  readPin: () => readPin(process.stdin, (text) => process.stderr.write(text)),
  beginProving: async (source, mac) => client(source).beginProving({ mac, who: who() }),
  showStep: async (source, given) => client(source).showStep(given),
  answerStep: async (source, given) => client(source).answerStep(given),
  endProving: async (source, walk) => client(source).endProving({ walk }),
  questions: () => questionsAt(process.stdin, (text) => process.stderr.write(text)),
  watchBus: async (source, query, take) => client(source).watchBus(query, take, interruption()),
  status: async (source) => client(source).status(),
  ...provisioning,
  enrol: async (source, given) => client(source).enrol(given),
  resync: async (source, wish) => client(source).resync(wish),
  phoneFiles: async (source) => client(source).phoneFiles(),
  seen: async (source) => client(source).seen(),
  pbxSetup,
  branch,
  branchFiles,
  operate,
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  exists: existsSync,
  now: Date.now,
});
