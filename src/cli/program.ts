import { Command, CommanderError, InvalidArgumentError } from "commander";
import type { AuditRow } from "../model/index.js";
import { type CheckLine, checkLines, checkText, nameWidth } from "./check.js";
import { localTime, parseSince, recordTable } from "./record.js";
import type { Answer, AuditQuery, GatewayStatus, Inspection, PbxSetup, PhoneRow, SetupQuery } from "./reports.js";
import { type ConfigSource, chooseSource } from "./source.js";
import { pairs, table } from "./table.js";
import { writeFiles } from "./written.js";

/** What the commands do, given by `main.ts`; the command line itself only reads words and writes them. */
export interface ProgramDeps {
  readonly version: string;
  /** Resolves once everything listens, or with the sentence why not; earshot then runs until it is stopped. */
  start(options: { readonly source: ConfigSource; readonly json: boolean }): Promise<Answer<unknown>>;
  inspect(source: ConfigSource): Promise<Inspection>;
  phones(source: ConfigSource, query: { readonly showUrls: boolean }): Promise<Answer<readonly PhoneRow[]>>;
  audit(source: ConfigSource, query: AuditQuery): Promise<Answer<readonly AuditRow[]>>;
  status(source: ConfigSource): Promise<Answer<GatewayStatus>>;
  /** The PBX's side of this configuration. */
  pbxSetup(source: ConfigSource, query: SetupQuery): Promise<Answer<PbxSetup>>;
  /** The access file of a broker of the site's own, for this configuration. */
  accessFile(source: ConfigSource): Promise<Answer<string>>;
  /** Standard output and standard error; texts end with a line end. */
  out(text: string): void;
  err(text: string): void;
  exists(path: string): boolean;
  now(): number;
}

interface Common {
  readonly config?: string;
  readonly json?: boolean;
}

const failed = "earshot.failed";
const fewestRows = 1;
const mostRows = 10_000;

/**
 * Runs one command line (without `node` and the script) and gives its exit code: 0, 1 when it failed, 2 when it was not
 * understood. Errors are sentences on standard error. Never throws.
 */
export async function runProgram(words: readonly string[], deps: ProgramDeps): Promise<number> {
  try {
    await buildProgram(deps).parseAsync(words, { from: "user" });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.code === failed) return 1;
      return error.exitCode === 0 ? 0 : 2;
    }
    deps.err(`${error instanceof Error && error.message !== "" ? error.message : "Something went wrong."}\n`);
    return 1;
  }
}

/** The commands of `earshot`. Throws CommanderError where a process would exit (see `runProgram`). */
export function buildProgram(deps: ProgramDeps): Command {
  const program = new Command("earshot")
    .description("Supervise live calls from the desk phone you already have")
    .version(deps.version)
    .exitOverride()
    .configureOutput({
      writeOut: deps.out,
      writeErr: deps.err,
      outputError: (text, write) => write(usageSentence(text)),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .showHelpAfterError("Try --help.");

  const source = (options: Common): ConfigSource => chooseSource(options.config, deps.exists);
  const given = <T>(answer: Answer<T>): T => (answer.ok ? answer.value : fail(deps, answer.sentence));
  const asJson = (value: unknown): void => deps.out(`${JSON.stringify(value, undefined, 2)}\n`);

  common(
    program.command("start").description("start earshot (without a configuration: the demo, in .earshot/)"),
  ).action(async (options: Common) => {
    given(await deps.start({ source: source(options), json: options.json === true }));
  });

  common(program.command("check").description("check the configuration, then try the PBX and the broker")).action(
    async (options: Common) => {
      const from = source(options);
      const inspection = await deps.inspect(from);
      const width = nameWidth(inspection);
      const lines: CheckLine[] = [];
      for await (const line of checkLines(from, inspection)) {
        lines.push(line);
        if (options.json !== true) deps.out(`${checkText(line, width)}\n`);
      }
      const ok = lines.every(({ status }) => status !== "fail");
      if (options.json === true) asJson({ ok, lines });
      if (!ok) throw new CommanderError(1, failed, "");
    },
  );

  common(program.command("status").description("how the running earshot is")).action(async (options: Common) => {
    const status = given(await deps.status(source(options)));
    if (options.json === true) return asJson(status);
    const { gateway, pid, startedAt, publicUrl, pbx, broker } = status;
    const facts = { gateway, address: publicUrl, process: String(pid), since: localTime(startedAt), pbx, broker };
    deps.out(`${pairs(facts)}\n`);
  });

  const phones = program.command("phones").description("the phones that earshot knows");
  common(phones.command("list").description("every phone, its model and whose it is"))
    .option("--show-urls", "show each phone's address, which is a key to its pages")
    .action(async (options: Common & { readonly showUrls?: boolean }) => {
      const rows = given(await deps.phones(source(options), { showUrls: options.showUrls === true }));
      if (options.json === true) return asJson(rows);
      const cells = rows.map(({ mac, vendor, model, extension, url = "" }) => [mac, vendor, model, extension, url]);
      const text = table(["MAC", "Vendor", "Model", "Extension", "URL"], cells);
      deps.out(rows.length === 0 ? "There are no phones yet.\n" : `${text}\n`);
    });

  common(program.command("audit").description("the record: who supervised whose call, when and how"))
    .option("--since <when>", "from then on: 90m, 2h, 7d or a date such as 2026-11-22", (text) => since(text, deps))
    .option("--supervisor <id>", "only what this person did")
    .option("--limit <rows>", "at most so many rows, the newest", rowLimit, 200)
    .action(async (options: Common & AuditQuery) => {
      const { since, supervisor, limit } = options;
      const query = {
        limit,
        ...(since === undefined ? {} : { since }),
        ...(supervisor === undefined ? {} : { supervisor }),
      };
      const rows = given(await deps.audit(source(options), query));
      if (options.json === true) return asJson(rows);
      deps.out(rows.length === 0 ? "Nothing is on record for that.\n" : `${recordTable(rows)}\n`);
      if (rows.length === limit) deps.err(`These are the newest ${limit} rows; --limit shows more.\n`);
    });

  const pbx = program.command("pbx").description("the PBX's side");
  common(pbx.command("setup").description("all that the PBX needs, passwords included, explained line by line"))
    .option("--freepbx", "for a FreePBX: only the files that it includes and never writes")
    .option("--from <address>", "the gateway's address, as the PBX sees it (default: this machine's)")
    .option("--out <folder>", "as files in a new folder, those with passwords for you alone")
    .action(async (options: Common & { readonly freepbx?: boolean; readonly from?: string; readonly out?: string }) => {
      const { freepbx = false, from, out } = options;
      const query = { freepbx, ...(from === undefined ? {} : { from }) };
      const { files, text } = given(await deps.pbxSetup(source(options), query));
      if (out === undefined) return options.json === true ? asJson({ files }) : deps.out(text);
      const paths = given(await writeFiles(out, files));
      if (options.json === true)
        return asJson({ files: files.map(({ name, secret }, at) => ({ name, secret, path: paths[at] })) });
      const rows = files.map(({ secret }, at) => [paths[at] ?? "", secret ? "holds passwords" : ""]);
      deps.out(`${table(["File", ""], rows)}\n`);
    });

  const operate = program.command("operate").description("what else the site needs, written for its configuration");
  common(
    operate.command("mosquitto").description("the access file of a Mosquitto broker, explained line by line"),
  ).action(async (options: Common) => {
    const accessFile = given(await deps.accessFile(source(options)));
    if (options.json === true) return asJson({ accessFile });
    deps.out(accessFile);
  });

  return program;
}

function common(command: Command): Command {
  return command
    .option("--config <file>", "the configuration (default: earshot.yaml where there is one)")
    .option("--json", "for programs instead of people");
}

function fail(deps: ProgramDeps, sentence: string): never {
  deps.err(`${sentence}\n`);
  throw new CommanderError(1, failed, sentence);
}

function since(text: string, deps: ProgramDeps): number {
  const moment = parseSince(text, deps.now());
  if (moment === undefined) throw new InvalidArgumentError("Give 90m, 2h, 7d or a date such as 2026-11-22.");
  return moment;
}

function rowLimit(text: string): number {
  const rows = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (rows < fewestRows || rows > mostRows) throw new InvalidArgumentError(`Give a number from 1 to ${mostRows}.`);
  return rows;
}

/** Commander's `error: unknown command 'x'\n(Did you mean y?)` as sentences on one line. */
function usageSentence(text: string): string {
  const bare = text.replace(/^error: /, "").trim();
  const [first = "", second] = bare.split("\n");
  const sentence = `${first.charAt(0).toUpperCase()}${first.slice(1)}`;
  const ended = /[.?!]$/.test(sentence) ? sentence : `${sentence}.`;
  return second === undefined ? `${ended}\n` : `${ended} ${second.replace(/^\((.*)\)$/, "$1")}\n`;
}
