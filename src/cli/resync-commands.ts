import { type Command, InvalidArgumentError, Option } from "commander";
import { type PhoneFilesRow, type Resynced, type ResyncTold, type ResyncWish, roles } from "../model/index.js";
import type { AuditTools } from "./audit-commands.js";
import { filesWords } from "./phones-text.js";
import { localTime } from "./record.js";
import type { Answer } from "./reports.js";
import type { ConfigSource } from "./source.js";
import { plain, table } from "./table.js";

/** What the commands about reading files again need of `main.ts`. */
export interface ResyncDeps {
  resync(source: ConfigSource, wish: ResyncWish): Promise<Answer<Resynced>>;
  phoneFiles(source: ConfigSource): Promise<Answer<readonly PhoneFilesRow[]>>;
  out(text: string): void;
}

interface Options extends Omit<ResyncWish, "macs"> {
  readonly config?: string;
  readonly json?: boolean;
}

/** `earshot provision resync` and `earshot provision state`. */
export function resyncCommands(
  provision: Command,
  deps: ResyncDeps,
  { source, common, given, json }: Omit<AuditTools, "failed">,
): void {
  common(provision.command("resync [mac...]").description("have phones read their configuration again, one by one"))
    .option("--team <team>", "phones of that team's people")
    .addOption(new Option("--role <role>", "phones of people of that role").choices([...roles]))
    .option("--vendor <vendor>", "phones of that make")
    .option("--model <model>", "phones of that model")
    .option("--changed", "phones whose files are other ones than they were given")
    .option("--all", "every phone")
    .option("--spread <minutes>", "from the first to the last (default: three seconds for each phone)", minutesOf)
    .action(async (macs: readonly string[], options: Options) => {
      const { config: _, json: asJson, ...wish } = options;
      const done = given(await deps.resync(source(options), { macs, ...wish }));
      deps.out(asJson === true ? json(done) : resyncText(done));
    });

  common(
    provision.command("state").description("which files each phone has, and how the last order to read them fared"),
  ).action(async (options: Options) => {
    const rows = given(await deps.phoneFiles(source(options)));
    if (options.json === true) return deps.out(json(rows));
    deps.out(rows.length === 0 ? "There are no phones yet.\n" : stateText(rows));
  });
}

function minutesOf(text: string): number {
  const minutes = /^\d{1,4}(?:\.\d{1,3})?$/.test(text) ? Number(text) : -1;
  if (minutes < 0 || minutes > 1440) throw new InvalidArgumentError("Give a number of minutes from 0 to 1440.");
  return minutes;
}

function resyncText({ phones, lastAt }: Resynced): string {
  if (phones.length === 0) return "No phone is meant: nothing is sent.\n";
  const cells = phones.map(({ mac, model, extension, resync }) => [mac, model, extension, askedText(resync)]);
  const last = phones.length > 1 ? `The last has its turn at ${localTime(lastAt)}. ` : "";
  return `${table(["MAC", "Model", "Extension", "Asked"], cells)}\n${last}Who has a call is asked after it; earshot provision state tells how it went.\n`;
}

function stateText(rows: readonly PhoneFilesRow[]): string {
  const cells = rows.map(({ mac, model, extension, files, given, resync }) => {
    const at = given?.at === undefined ? "" : localTime(given.at);
    return [mac, model, extension, files ? filesWords[files.kind] : "", at, given?.firmware ?? "", askedText(resync)];
  });
  const notes = rows.flatMap(({ mac, files, resync }) => [
    ...(files?.kind === "unknown" ? [`${mac}: ${plain(files.why)}`] : []),
    ...(resync?.why === undefined ? [] : [`${mac}: not asked, because ${plain(resync.why)}.`]),
  ]);
  const heading = table(["MAC", "Model", "Extension", "Files", "Given", "Firmware", "Asked"], cells);
  return `${[heading, ...(notes.length > 0 ? ["", ...notes] : [])].join("\n")}\n`;
}

function askedText(resync: ResyncTold | undefined): string {
  if (!resync) return "";
  const { state, at, fetched, why } = resync;
  const when = at === undefined ? "" : ` ${localTime(at)}`;
  switch (state) {
    case "ordered":
      return "ordered";
    case "waits":
      return "waits for its turn";
    case "asked":
      return `asked${when}${fetched === undefined ? "" : fetched ? ", has fetched its files" : ", has fetched nothing yet"}`;
    case "failed":
      return `not asked${when}: ${why ?? "nobody knows why"}`;
    default:
      return state satisfies never;
  }
}
