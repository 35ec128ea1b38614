import { type Command, InvalidArgumentError, Option } from "commander";
import { type AuditEntry, auditActs } from "../model/index.js";
import { csvHeading, csvLines } from "./csv.js";
import { parseSince, recordTable } from "./record.js";
import type { Answer, AuditWish, Verified } from "./reports.js";
import type { ConfigSource } from "./source.js";
import { newFile } from "./written.js";

/** What the commands of the record need of `main.ts`. */
export interface AuditDeps {
  readAudit(source: ConfigSource, wish: AuditWish & { readonly limit: number }): Promise<Answer<readonly AuditEntry[]>>;
  /** Gives every row that fits to `take`, some at a time, and then how many there were. */
  exportAudit(
    source: ConfigSource,
    wish: AuditWish,
    take: (rows: readonly AuditEntry[]) => Promise<void> | void,
  ): Promise<Answer<number>>;
  verifyAudit(source: ConfigSource, head: string | undefined): Promise<Answer<Verified>>;
  out(text: string): void;
  err(text: string): void;
  now(): number;
}

/** What every command has, given by `program.ts`. */
export interface AuditTools {
  source(options: Common): ConfigSource;
  common(command: Command): Command;
  /** The value, or the end of the command with the sentence. */
  given<T>(answer: Answer<T>): T;
  json(value: unknown): string;
  /** The end of the command, exit code 1, after everything was said. */
  failed(): never;
}

interface Common {
  readonly config?: string;
  readonly json?: boolean;
}

interface Reading extends Common, AuditWish {
  readonly limit?: number;
  readonly csv?: boolean;
  readonly out?: string;
}

const usualRows = 200;
const mostRows = 10_000;

/** `earshot audit` and `earshot audit verify`. */
export function auditCommands(program: Command, deps: AuditDeps, tools: AuditTools): void {
  const { source, common, given, json } = tools;
  const moment = (text: string): number => parseMoment(text, deps.now());

  const read = async (options: Reading, write: (text: string) => Promise<void>): Promise<void> => {
    const { limit, csv = false } = options;
    const wish = wishOf(options);
    if (csv && limit === undefined) {
      // Nothing is written where the answer is a refusal.
      let before = csvHeading();
      const take = async (rows: readonly AuditEntry[]): Promise<void> => {
        await write(`${before}${csvLines(rows)}`);
        before = "";
      };
      given(await deps.exportAudit(source(options), wish, take));
      return await take([]);
    }
    const rows = given(await deps.readAudit(source(options), { ...wish, limit: limit ?? usualRows }));
    if (csv) await write(`${csvHeading()}${csvLines(rows)}`);
    else if (options.json === true) await write(json(rows));
    else await write(rows.length === 0 ? "Nothing is on record for that.\n" : `${recordTable(rows)}\n`);
    if (rows.length === (limit ?? usualRows) && options.json !== true) {
      deps.err(`These are the newest ${rows.length} rows; --limit shows more.\n`);
    }
  };

  const audit = common(program.command("audit").description("the record: who supervised whose call, when and how"))
    .enablePositionalOptions()
    .option("--since <when>", "from then on: 90m, 2h, 7d or a date such as 2026-11-22", moment)
    .option("--until <when>", "up to then; a date is its beginning", moment)
    .option("--supervisor <id>", "only what this person did; os:<user> and gateway:<name> for the record itself")
    .option("--agent <id>", "only what was done to this person's calls")
    .option("--call <id>", "only what was done to this call")
    .addOption(new Option("--act <act>", "only this").choices(auditActs))
    .option("--limit <rows>", `at most so many rows, the newest (${usualRows}; with --csv every row)`, rowLimit)
    .option("--csv", "as CSV, for a spreadsheet")
    .option("--out <file>", "into a new file, for you alone")
    .action(async (options: Reading) => {
      const { out } = options;
      const file = out === undefined ? undefined : given(await newFile(out));
      const write = file ? file.write : async (text: string) => deps.out(text);
      try {
        await read(options, write);
      } catch (error) {
        await file?.discard();
        throw error;
      }
      await file?.close();
    });

  common(audit.command("verify").description("whether every row is there, in its place, as it was written"))
    .option("--head <head>", "also whether the record still contains this head, taken from the log")
    .action(async (options: Common & { readonly head?: string }) => {
      const { check, recorded } = given(await deps.verifyAudit(source(options), options.head));
      deps.out(options.json === true ? json({ ...check, recorded }) : verifiedText({ check, recorded }));
      if (!recorded) deps.err("earshot is not running: that the record was verified is not in it.\n");
      if (!check.ok) tools.failed();
    });
}

function verifiedText({ check }: Verified): string {
  const { rows, removed, fault, notes, heads } = check;
  const lines = [
    fault ? fault.sentence : `The record is as it was written: ${rows} rows.`,
    ...(fault && rows > 0 ? [`The ${rows} rows before that are as they were written.`] : []),
    ...(removed > 0 ? [`${removed} rows before them were taken away by retention, as signed checkpoints say.`] : []),
    ...notes,
    ...(fault ? [] : heads.map((head) => `Head: ${head}`)),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

function wishOf({ since, until, supervisor, agent, call, act }: Reading): AuditWish {
  return {
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    ...(supervisor === undefined ? {} : { supervisor }),
    ...(agent === undefined ? {} : { agent }),
    ...(call === undefined ? {} : { call }),
    ...(act === undefined ? {} : { act }),
  };
}

function parseMoment(text: string, now: number): number {
  const moment = parseSince(text, now);
  if (moment === undefined) throw new InvalidArgumentError("Give 90m, 2h, 7d or a date such as 2026-11-22.");
  return moment;
}

function rowLimit(text: string): number {
  const rows = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (rows < 1 || rows > mostRows) throw new InvalidArgumentError(`Give a number from 1 to ${mostRows}.`);
  return rows;
}
