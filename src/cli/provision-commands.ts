import { type Command, InvalidArgumentError, Option } from "commander";
import {
  type ProvisionExplained,
  type ProvisionedFile,
  type ProvisionedPhone,
  type ProvisioningMode,
  type ProvisionOrigin,
  provisioningModes,
} from "../model/index.js";
import type { AuditTools } from "./audit-commands.js";
import { localTime } from "./record.js";
import type { Answer, Enrolled } from "./reports.js";
import { type ResyncDeps, resyncCommands } from "./resync-commands.js";
import type { ConfigSource } from "./source.js";
import { plain, table } from "./table.js";
import { writeFiles } from "./written.js";

/** What is asked about a phone; without `show`, secrets come as asterisks. */
export interface ProvisionAsked {
  readonly mode?: ProvisioningMode;
  readonly show: boolean;
}

/** What the commands about provisioning need of `main.ts`. */
export interface ProvisionDeps extends ResyncDeps {
  provisionList(source: ConfigSource, asked: ProvisionAsked): Promise<Answer<readonly ProvisionedPhone[]>>;
  provisionFiles(source: ConfigSource, mac: string, asked: ProvisionAsked): Promise<Answer<readonly ProvisionedFile[]>>;
  provisionExplain(
    source: ConfigSource,
    mac: string,
    key: string,
    asked: ProvisionAsked,
  ): Promise<Answer<ProvisionExplained>>;
  enrol(
    source: ConfigSource,
    given: { readonly macs: readonly string[]; readonly minutes: number },
  ): Promise<Answer<Enrolled>>;
  provisionRecipe(source: ConfigSource, vendor: string, kind: string, mac?: string): Promise<Answer<string>>;
  out(text: string): void;
}

interface Options {
  readonly config?: string;
  readonly json?: boolean;
  readonly mode?: ProvisioningMode;
  readonly out?: string;
  readonly showSecrets?: boolean;
  readonly showUrls?: boolean;
}

/** `earshot provision …`. */
export function provisionCommands(
  program: Command,
  deps: ProvisionDeps,
  { source, common, given, json }: Omit<AuditTools, "failed">,
): void {
  const provision = program.command("provision").description("what phones are told, as files for them");
  const mode = (command: Command): Command =>
    command.addOption(
      new Option("--mode <mode>", "beside another provisioner, or everything (default: as configured)").choices([
        ...provisioningModes,
      ]),
    );
  const asked = ({ mode, showSecrets }: Options): ProvisionAsked => ({
    ...(mode && { mode }),
    show: showSecrets === true,
  });

  mode(common(provision.command("list").description("every phone, its files, and what it does without")))
    .option("--show-urls", "show the address of each phone's own file, for another provisioner's to name")
    .action(async (options: Options) => {
      const show = options.showUrls === true;
      const rows = given(await deps.provisionList(source(options), { ...asked(options), show }));
      if (options.json === true) return deps.out(json(rows));
      deps.out(rows.length === 0 ? "There are no phones yet.\n" : listText(rows));
    });

  mode(common(provision.command("render <mac>").description("the files of one phone, secrets as asterisks")))
    .option("--out <folder>", "as files in a new folder, with secrets, for you alone")
    .option("--show-secrets", "show passwords and the address of the phone's pages")
    .action(async (mac: string, options: Options) => {
      const { out } = options;
      const show = out !== undefined || options.showSecrets === true;
      const files = given(await deps.provisionFiles(source(options), mac, { ...asked(options), show }));
      if (out === undefined) return deps.out(options.json === true ? json(files) : filesText(files));
      const paths = given(await writeFiles(out, files));
      if (options.json === true)
        return deps.out(json(files.map(({ name, secret }, at) => ({ name, secret, path: paths[at] }))));
      const rows = files.map(({ secret }, at) => [paths[at] ?? "", secret ? "holds secrets" : ""]);
      deps.out(`${table(["File", ""], rows)}\n`);
    });

  mode(common(provision.command("explain <mac> <key>").description("which layer a phone has a value from, and why")))
    .option("--show-secrets", "show it where it is one")
    .action(async (mac: string, key: string, options: Options) => {
      const found = given(await deps.provisionExplain(source(options), mac, key, asked(options)));
      deps.out(options.json === true ? json(found) : explainText(found));
    });

  common(
    provision
      .command("enrol <mac...>")
      .description("let these phones fetch their files without a password for a while, each file three times"),
  )
    .option("--minutes <minutes>", "for how long", minutesOf, 30)
    .action(async (macs: readonly string[], options: Options & { readonly minutes: number }) => {
      const enrolled = given(await deps.enrol(source(options), { macs, minutes: options.minutes }));
      if (options.json === true) return deps.out(json(enrolled));
      const until = localTime(enrolled.until);
      deps.out(
        `Until ${until} whoever asks ${enrolled.url} first for the files of ${enrolled.macs.join(", ")} gets them.\n`,
      );
      if (enrolled.firstContact !== undefined) {
        deps.out(`Phones that do not know your CA yet begin at ${enrolled.firstContact}\n`);
      }
    });

  resyncCommands(provision, deps, { source, common, given, json });

  common(
    provision
      .command("recipe <vendor> [kind] [mac]")
      .description("how an existing provisioner gives earshot's file too: file, address, freepbx or fusionpbx"),
  ).action(async (vendor: string, kind: string | undefined, mac: string | undefined, options: Options) => {
    const recipe = given(await deps.provisionRecipe(source(options), vendor, kind ?? "file", mac));
    deps.out(options.json === true ? json({ recipe }) : recipe);
  });
}

function minutesOf(text: string): number {
  const minutes = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (minutes < 1 || minutes > 1440) throw new InvalidArgumentError("Give a number of minutes from 1 to 1440.");
  return minutes;
}

function listText(rows: readonly ProvisionedPhone[]): string {
  const cells = rows.map(({ mac, model, extension, mode, files, missing }) => {
    const many = missing.length === 1 ? "1 thing, below" : `${missing.length} things, below`;
    return [mac, model, extension, mode, files.join(" ") || "none", missing.length === 0 ? "" : many];
  });
  const addresses = rows.flatMap(({ mac, url }) => (url === undefined ? [] : [`${mac}: ${plain(url)}`]));
  const notes = rows.flatMap(({ mac, missing }) => missing.map((sentence) => `${mac}: ${plain(sentence)}`));
  const heading = table(["MAC", "Model", "Extension", "Way", "Files", "Missing"], cells);
  const below = (lines: readonly string[]): readonly string[] => (lines.length > 0 ? ["", ...lines] : []);
  return `${[heading, ...below(addresses), ...below(notes)].join("\n")}\n`;
}

function filesText(files: readonly ProvisionedFile[]): string {
  return files.map(({ name, text }) => `==> ${name} <==\n${plainLines(text)}`).join("\n");
}

function explainText({ key, mode, set, over, not, listed }: ProvisionExplained): string {
  const from = ({ layer, file, line }: Omit<ProvisionOrigin, "value">): string => `${layer}, ${file}:${line}`;
  const lines = [
    set ? `${key} = ${set.value}` : `${key} is not set in mode ${mode}.`,
    ...(set ? [`  from  ${from(set)}`] : []),
    ...over.toReversed().map((one) => `  over  ${one.value} (${from(one)})`),
    ...not.map((one) => `  not   ${from(one)}: ${one.why}`),
    `  list  since ${listed.since}, until ${listed.until}${listed.secret ? ", secret" : ""}; ${listed.source}`,
  ];
  return `${lines.map(plain).join("\n")}\n`;
}

function plainLines(text: string): string {
  return text.split("\n").map(plain).join("\n");
}
