import { type Command, Option } from "commander";
import { type Enlisted, type EnlistedLine, type PersonListed, type PersonWish, roles } from "../model/index.js";
import type { AuditTools } from "./audit-commands.js";
import { enlistedText, problemText, withProblems } from "./csv-list.js";
import { peopleCsv, readPeople } from "./people-csv.js";
import type { Answer, PeopleOrder } from "./reports.js";
import type { ConfigSource } from "./source.js";
import { table } from "./table.js";
import { type TokenDeps, tokenCommand } from "./token-command.js";

/** What the commands about people need of `main.ts`. */
export interface PeopleDeps extends TokenDeps {
  people(source: ConfigSource): Promise<Answer<readonly PersonListed[]>>;
  orderPeople<Order extends keyof PeopleOrder>(
    source: ConfigSource,
    order: Order,
    given: PeopleOrder[Order],
  ): Promise<Answer<PersonListed>>;
  enlist(source: ConfigSource, lines: readonly EnlistedLine[], dryRun: boolean): Promise<Answer<Enlisted>>;
  /** What a file holds, or the sentence why it cannot be read; `-` is standard input. */
  readFile(path: string): Promise<Answer<Buffer>>;
  /** Digits from whoever sits at the terminal, without showing them, twice; or the first line of what is piped in. */
  readPin(): Promise<Answer<string>>;
  out(text: string): void;
  err(text: string): void;
}

interface Common {
  readonly config?: string;
  readonly json?: boolean;
}

interface Wished extends Common {
  readonly id?: string;
  readonly extension?: string;
  readonly name?: string;
  readonly role?: string;
  readonly team?: readonly string[];
  readonly language?: string;
  readonly hidden?: "allowed" | "forbidden";
  readonly supervision?: "allowed" | "forbidden";
}

/** `earshot people …`. */
export function peopleCommands(
  program: Command,
  deps: PeopleDeps,
  { source, common, given, json, failed }: AuditTools,
): void {
  const people = program.command("people").description("who works here: agents and supervisors");
  const tell = (options: Common, person: PersonListed, sentence: string): void =>
    deps.out(options.json === true ? json(person) : `${sentence}\n`);

  common(people.command("list").description("everybody, and whether the entry belongs to the file")).action(
    async (options: Common) => {
      const rows = given(await deps.people(source(options)));
      if (options.json === true) return deps.out(json(rows));
      const heading = ["Extension", "Name", "Role", "Teams", "Language", "Forbidden", "PIN", "Entry", "Id"];
      deps.out(rows.length === 0 ? "There is nobody yet.\n" : `${table(heading, rows.map(cells))}\n`);
    },
  );

  wishes(common(people.command("add <extension>").description("add somebody, to the database"))).action(
    async (extension: string, options: Wished) => {
      const person = given(await deps.orderPeople(source(options), "add", { wish: { ...wishOf(options), extension } }));
      tell(options, person, `${person.name} is added.`);
    },
  );

  wishes(common(people.command("change <person>").description("change somebody of the database, by id or extension")))
    .option("--extension <extension>", "another extension")
    .action(async (named: string, options: Wished) => {
      const order = { person: named, wish: wishOf(options) };
      const person = given(await deps.orderPeople(source(options), "change", order));
      tell(options, person, `${person.name} is changed.`);
    });

  common(people.command("remove <person>").description("remove somebody of the database")).action(
    async (named: string, options: Common) => {
      const person = given(await deps.orderPeople(source(options), "remove", { person: named }));
      tell(options, person, `${person.name} is removed.`);
    },
  );

  common(
    people.command("pin <person>").description("set the PIN that is asked for before the first supervision of a shift"),
  ).action(async (named: string, options: Common) => {
    const pin = given(await deps.readPin());
    const person = given(await deps.orderPeople(source(options), "pin", { person: named, pin }));
    tell(options, person, `The PIN of ${person.name} is set.`);
  });

  common(people.command("unlock <person>").description("let somebody try again who typed five wrong PINs")).action(
    async (named: string, options: Common) => {
      const person = given(await deps.orderPeople(source(options), "unlock", { person: named }));
      tell(options, person, `${person.name} may try again.`);
    },
  );

  csvCommands(people, deps, { source, common, given, json, failed });
  tokenCommand(people, "people", deps, { source, common, given, json });
}

/** `earshot people export`, `earshot people import`. */
function csvCommands(people: Command, deps: PeopleDeps, { source, common, given, json, failed }: AuditTools): void {
  common(people.command("export").description("everybody as CSV, which `people import` reads")).action(
    async (options: Common) => {
      const rows = given(await deps.people(source(options)));
      deps.out(options.json === true ? json(rows) : peopleCsv(rows));
    },
  );

  common(people.command("import <file>").description("add and change people as a CSV file says: all of them or nobody"))
    .option("--dry-run", "look at every line, and change nothing")
    .action(async (file: string, options: Common & { readonly dryRun?: boolean }) => {
      const read = readPeople(given(await deps.readFile(file)));
      const dryRun = options.dryRun === true;
      // What can be read is looked at all the same, so that every problem is told at once.
      const looks = dryRun || read.problems.length > 0;
      const enlisted = withProblems(given(await deps.enlist(source(options), read.lines, looks)), read.problems);
      if (options.json === true) deps.out(json(enlisted));
      else if (enlisted.ok) deps.out(enlistedText(enlisted, dryRun));
      else deps.err(problemText(file, enlisted.problems, "nobody is added or changed"));
      if (!enlisted.ok) failed();
    });
}

function wishes(command: Command): Command {
  const site = ["allowed", "forbidden"];
  return command
    .option("--id <id>", "a short name (default: the extension)")
    .option("--name <name>", "the name shown on phones")
    .addOption(new Option("--role <role>", "what the person may do").choices(roles))
    .option("--team <team...>", "every team the person is in")
    .option("--language <language>", "en, de, fr or es, of what their phones show; site for the site's own")
    .addOption(new Option("--hidden <choice>", "hidden supervision of this person's calls").choices(site))
    .addOption(new Option("--supervision <choice>", "any supervision of this person's calls").choices(site));
}

function wishOf({ id, extension, name, role, team, language, hidden, supervision }: Wished): PersonWish {
  return {
    ...(id !== undefined && { id }),
    ...(extension !== undefined && { extension }),
    ...(name !== undefined && { name }),
    ...(role !== undefined && { role }),
    ...(team !== undefined && { teams: team }),
    ...(language !== undefined && { language }),
    ...(hidden !== undefined && { hidden }),
    ...(supervision !== undefined && { supervision }),
  };
}

function cells(person: PersonListed): readonly string[] {
  const { extension, name, role, teams, language = "", hidden, supervision, pin, owner, id } = person;
  const forbidden = supervision ? "supervision" : hidden ? "Hidden" : "";
  return [extension, name, role, teams.join(", "), language, forbidden, pin, owner, String(id) === extension ? "" : id];
}
