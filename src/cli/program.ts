import { Command, CommanderError } from "commander";
import { type AuditDeps, auditCommands } from "./audit-commands.js";
import { type BranchDeps, branchCommands } from "./branch-commands.js";
import { type BusDeps, busCommands } from "./bus-commands.js";
import { type CheckLine, checkLines, checkText, nameWidth } from "./check.js";
import { type OperateDeps, operateCommands } from "./operate-commands.js";
import { type PeopleDeps, peopleCommands } from "./people-commands.js";
import { type PhonesDeps, phonesCommands } from "./phones-commands.js";
import { phonesText } from "./phones-text.js";
import { type ProveDeps, proveCommand } from "./prove-commands.js";
import { type ProvisionDeps, provisionCommands } from "./provision-commands.js";
import { localTime } from "./record.js";
import type { Answer, GatewayStatus, Inspection, PbxSetup, PhoneRow, PhonesAsked, SetupQuery } from "./reports.js";
import { type SeenDeps, seenCommand } from "./seen-commands.js";
import { type ConfigSource, chooseSource } from "./source.js";
import { pairs } from "./table.js";
import { busyLamps } from "./watch-words.js";
import { writtenAndTold } from "./written-told.js";

/** What the commands do, given by `main.ts`; the command line itself only reads words and writes them. */
export interface ProgramDeps
  extends AuditDeps,
    BranchDeps,
    BusDeps,
    OperateDeps,
    PeopleDeps,
    PhonesDeps,
    ProveDeps,
    ProvisionDeps,
    SeenDeps {
  readonly version: string;
  /** Resolves once everything listens, or with the sentence why not; earshot then runs until it is stopped. */
  start(options: { readonly source: ConfigSource; readonly json: boolean }): Promise<Answer<unknown>>;
  inspect(source: ConfigSource): Promise<Inspection>;
  phones(source: ConfigSource, query: PhonesAsked): Promise<Answer<readonly PhoneRow[]>>;
  status(source: ConfigSource): Promise<Answer<GatewayStatus>>;
  /** The PBX's side of this configuration. */
  pbxSetup(source: ConfigSource, query: SetupQuery): Promise<Answer<PbxSetup>>;
  /** Standard output and standard error; texts end with a line end. */
  out(text: string): void;
  err(text: string): void;
  exists(path: string): boolean;
}

interface Common {
  readonly config?: string;
  readonly json?: boolean;
}

const failed = "earshot.failed";

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
    // Else `audit` would take the options of `audit verify` for its own.
    .enablePositionalOptions()
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
  const asJson = (value: unknown): void => deps.out(json(value));

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
    const { gateway, pid, startedAt, publicUrl, pbx, broker, missing, blf } = status;
    const facts = { gateway, address: publicUrl, process: String(pid), since: localTime(startedAt), pbx, broker };
    const without = missing.length > 0 && { missing: missing.join(", ") };
    deps.out(`${pairs({ ...facts, ...without, ...(blf && busyLamps(blf)) })}\n`);
  });

  const phones = program.command("phones").description("the phones that earshot knows");
  common(phones.command("list").description("every phone, its model and whose it is"))
    .option("--show-urls", "show each phone's address, which is a key to its pages")
    .option("--files", "whether each has its files as they are now, for which those of every phone are made")
    .action(async (options: Common & { readonly showUrls?: boolean; readonly files?: boolean }) => {
      const asked = { showUrls: options.showUrls === true, files: options.files === true };
      const rows = given(await deps.phones(source(options), asked));
      if (options.json === true) return asJson(rows);
      deps.out(rows.length === 0 ? "There are no phones yet.\n" : phonesText(rows));
    });

  const ended = (): never => {
    throw new CommanderError(1, failed, "");
  };
  phonesCommands(phones, deps, { source, common, given, json, failed: ended });

  seenCommand(phones, deps, { source, common, given, json });

  proveCommand(phones, deps, { source, common, given, json });

  peopleCommands(program, deps, { source, common, given, json, failed: ended });

  provisionCommands(program, deps, { source, common, given, json });

  auditCommands(program, deps, { source, common, given, json, failed: ended });

  busCommands(program, deps, { source, common, given, json: jsonLine });

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
      deps.out(given(await writtenAndTold(out, files, options.json === true)));
    });

  const operate = operateCommands(program, deps, { source, common, given, json });

  branchCommands(program, operate, deps, { source, common, given, json });

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

/** JSON that a terminal obeys nothing of: what JSON itself lets stand is escaped too. */
function json(value: unknown, indent = 2): string {
  const text = JSON.stringify(value, undefined, indent);
  return `${text.replace(/[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, escaped)}\n`;
}

/** The same on one line, for what goes on and on. */
function jsonLine(value: unknown): string {
  return json(value, 0);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** Commander's `error: unknown command 'x'\n(Did you mean y?)` as sentences on one line. */
function usageSentence(text: string): string {
  const bare = text.replace(/^error: /, "").trim();
  const [first = "", second] = bare.split("\n");
  const sentence = `${first.charAt(0).toUpperCase()}${first.slice(1)}`;
  const ended = /[.?!]$/.test(sentence) ? sentence : `${sentence}.`;
  return second === undefined ? `${ended}\n` : `${ended} ${second.replace(/^\((.*)\)$/, "$1")}\n`;
}
