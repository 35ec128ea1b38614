import { type Command, Option } from "commander";
import {
  answerStyles,
  type Enlisted,
  lampWays,
  type PhoneLineWish,
  type PhoneListed,
  type PhoneWish,
  pushWays,
} from "../model/index.js";
import type { AuditTools } from "./audit-commands.js";
import { enlistedText, problemText, withProblems } from "./csv-list.js";
import { type FilesNeed, nextStep } from "./phone-next-step.js";
import { phonesCsv, readPhones } from "./phones-csv.js";
import type { Answer, GatewayStatus, PhoneOrder } from "./reports.js";
import type { ConfigSource } from "./source.js";
import { type TokenDeps, tokenCommand } from "./token-command.js";

/** What the commands about phones need of `main.ts`. */
export interface PhonesDeps extends TokenDeps {
  phoneEntries(source: ConfigSource, query: { readonly passwords: boolean }): Promise<Answer<readonly PhoneListed[]>>;
  orderPhone<Order extends keyof PhoneOrder>(
    source: ConfigSource,
    order: Order,
    given: PhoneOrder[Order],
  ): Promise<Answer<PhoneListed>>;
  enlistPhones(source: ConfigSource, lines: readonly PhoneLineWish[], dryRun: boolean): Promise<Answer<Enlisted>>;
  /** How the running gateway is: what comes next depends on who gives phones their files there. */
  status(source: ConfigSource): Promise<Answer<GatewayStatus>>;
  /** What a file holds, or the sentence why it cannot be read; `-` is standard input. */
  readFile(path: string): Promise<Answer<Buffer>>;
  /** A password from whoever sits at the terminal, without showing it, twice; or the first line of what is piped in. */
  readPassword(): Promise<Answer<string>>;
  out(text: string): void;
  err(text: string): void;
}

interface Common {
  readonly config?: string;
  readonly json?: boolean;
}

interface Wished extends Common, Omit<PhoneWish, "mac" | "pushPassword"> {
  /** Whether another one is asked for. */
  readonly pushPassword?: boolean;
}

/** `earshot phones add`, `change`, `replace`, `rotate`, `retire`, `export`, `import`, `token`. */
export function phonesCommands(phones: Command, deps: PhonesDeps, tools: AuditTools): void {
  const { source, common, given, json } = tools;
  const tell = (options: Common, phone: PhoneListed, sentence: string): void =>
    deps.out(options.json === true ? json(phone) : `${sentence}\n`);
  const tellNext = async (options: Common, phone: PhoneListed, done: string, need: FilesNeed): Promise<void> => {
    if (options.json === true) return deps.out(json(phone));
    const status = await deps.status(source(options));
    // The order is done; who cannot tell more says what holds everywhere.
    tell(options, phone, `${done} ${nextStep(phone, status.ok ? status.value.phoneFiles : "elsewhere", need)}`);
  };
  const wishOf = async ({ config: _c, json: _j, pushPassword, ...wish }: Wished, add: boolean): Promise<PhoneWish> => {
    const asks = pushPassword === true || (add && wish.push === "http");
    return { ...wish, ...(asks && { pushPassword: given(await deps.readPassword()) }) };
  };

  wishes(common(phones.command("add <mac>").description("add a phone, to the database"))).action(
    async (mac: string, options: Wished) => {
      const wish = { ...(await wishOf(options, true)), mac };
      const phone = given(await deps.orderPhone(source(options), "add", { wish }));
      await tellNext(options, phone, `${phone.mac} is added for ${phone.extension}.`, "first");
    },
  );

  wishes(
    common(phones.command("change <mac>").description("change a phone of the database; `none` takes a value away")),
  ).action(async (mac: string, options: Wished) => {
    const order = { mac, wish: await wishOf(options, false) };
    const phone = given(await deps.orderPhone(source(options), "change", order));
    // Somebody else's phone has another key.
    const need = options.extension === undefined ? "with-the-same-key" : "with-another-key";
    await tellNext(options, phone, `${phone.mac} is changed.`, need);
  });

  wishes(
    common(
      phones
        .command("replace <old> <new>")
        .description("another phone of the same person, with the same settings; the old one's key is dead at once"),
    ),
  ).action(async (old: string, mac: string, options: Wished) => {
    const order = { mac: old, wish: { ...(await wishOf(options, false)), mac } };
    const phone = given(await deps.orderPhone(source(options), "replace", order));
    await tellNext(options, phone, `${phone.mac} is there in its place, and the key of the old one is dead.`, "first");
  });

  common(
    phones.command("rotate <mac>").description("another key to a phone's pages; the old one is dead at once"),
  ).action(async (mac: string, options: Common) => {
    const phone = given(await deps.orderPhone(source(options), "rotate", { mac }));
    await tellNext(options, phone, `${phone.mac} has another key, and its old one is dead.`, "with-another-key");
  });

  common(
    phones.command("retire <mac>").description("take a phone of the database away; its key is dead at once"),
  ).action(async (mac: string, options: Common) => {
    const phone = given(await deps.orderPhone(source(options), "retire", { mac }));
    tell(options, phone, `${phone.mac} is retired, and its key is dead.`);
  });

  tokenCommand(phones, "phones", deps, tools);
  csvCommands(phones, deps, tools);
}

/** `earshot phones export`, `earshot phones import`. */
function csvCommands(phones: Command, deps: PhonesDeps, { source, common, given, json, failed }: AuditTools): void {
  common(phones.command("export").description("every phone as CSV, which `phones import` reads"))
    .option("--show-passwords", "with the passwords by which phones are pushed to")
    .action(async (options: Common & { readonly showPasswords?: boolean }) => {
      const passwords = options.showPasswords === true;
      const rows = given(await deps.phoneEntries(source(options), { passwords }));
      deps.out(options.json === true ? json(rows) : phonesCsv(rows));
    });

  common(phones.command("import <file>").description("add and change phones as a CSV file says: all of them or none"))
    .option("--dry-run", "look at every line, and change nothing")
    .action(async (file: string, options: Common & { readonly dryRun?: boolean }) => {
      const read = readPhones(given(await deps.readFile(file)));
      const dryRun = options.dryRun === true;
      // What can be read is looked at all the same, so that every problem is told at once.
      const looks = dryRun || read.problems.length > 0;
      const enlisted = withProblems(given(await deps.enlistPhones(source(options), read.lines, looks)), read.problems);
      if (options.json === true) deps.out(json(enlisted));
      else if (enlisted.ok) deps.out(enlistedText(enlisted, dryRun));
      else deps.err(problemText(file, enlisted.problems, "no phone is added or changed"));
      if (!enlisted.ok) failed();
    });
}

function wishes(command: Command): Command {
  return command
    .option("--vendor <name>", "who made it")
    .option("--model <name>", "the model on its label")
    .option("--extension <extension>", "of the person who has it")
    .addOption(
      new Option("--answer <how>", "how it takes a supervision: auto only with a headset").choices(answerStyles),
    )
    .addOption(new Option("--lamp <way>", "how it shows who is there").choices([...lampWays, "none"]))
    .option("--lamp-key <number>", "the line key whose light is pushed")
    .option("--address <host>", "of its SIP contact, where its pages are fetched from another one")
    .addOption(new Option("--push <way>", "how documents reach it").choices([...pushWays, "none"]))
    .option("--push-address <url>", "its own web server, for --push http")
    .option("--push-username <name>", "whom it takes pushes from; the password is asked for")
    .option("--push-password", "ask for another push password")
    .option("--push-priority <priority>", "what everything is pushed with, for phones that have priorities")
    .addOption(new Option("--branch <id>", "refused: see the configuration file").hideHelp());
}
