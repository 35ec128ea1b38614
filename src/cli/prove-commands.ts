import type { Command } from "commander";
import type { Proved, ProveShown, ProveWalk, Verdict } from "../model/index.js";
import { vendors } from "../phones/index.js";
import type { AuditTools } from "./audit-commands.js";
import { type Questions, walkThrough } from "./prove-walk.js";
import { provedSheet } from "./proved-sheet.js";
import type { Answer } from "./reports.js";
import type { ConfigSource } from "./source.js";
import { table } from "./table.js";
import { newFile } from "./written.js";

/** What proving a phone needs of `main.ts`. */
export interface ProveDeps {
  beginProving(source: ConfigSource, mac: string): Promise<Answer<ProveWalk>>;
  showStep(source: ConfigSource, given: { readonly walk: string; readonly step: string }): Promise<Answer<ProveShown>>;
  answerStep(
    source: ConfigSource,
    given: { readonly walk: string; readonly step: string; readonly said: Verdict },
  ): Promise<Answer<Proved>>;
  endProving(source: ConfigSource, walk: string): Promise<Answer<Proved>>;
  /** The terminal, until it is closed; prompts go to standard error. */
  questions(): Questions;
  out(text: string): void;
  err(text: string): void;
  now(): number;
}

interface Proving {
  readonly config?: string;
  readonly json?: boolean;
  readonly list?: boolean;
  readonly step?: readonly string[];
  readonly out?: string;
}

/** `earshot phones prove`. */
export function proveCommand(
  phones: Command,
  deps: ProveDeps,
  { source, common, given, json }: Omit<AuditTools, "failed">,
): void {
  const command = common(
    phones
      .command("prove [mac]")
      .description("walk through what is not known of a model, on a real phone, and write it for the model sheet"),
  )
    .option("--list", "every step, and what it finds out; no phone is needed")
    .option("--step <id...>", "only these steps")
    .option("--out <file>", "the sheet into a new file");
  command.action(async (mac: string | undefined, options: Proving) => {
    if (options.list === true) return deps.out(options.json === true ? json(listed()) : listText());
    if (mac === undefined) return command.error("Give the phone's MAC address, or --list.", { exitCode: 2 });
    const file = options.out === undefined ? undefined : given(await newFile(options.out));
    try {
      const proved = given(await walk(source(options), mac, options.step, deps));
      const sheet = provedSheet(proved, new Date(deps.now()).toISOString().slice(0, 10));
      if (options.json === true) deps.out(json(proved));
      else if (!file) deps.out(sheet);
      await file?.write(sheet);
    } catch (error) {
      await file?.discard();
      throw error;
    }
    await file?.close();
  });
}

async function walk(
  source: ConfigSource,
  mac: string,
  only: readonly string[] | undefined,
  deps: ProveDeps,
): Promise<Answer<Proved>> {
  const known = new Set(listed().map(({ step }) => step));
  const stranger = only?.find((id) => !known.has(id));
  if (stranger !== undefined) return { ok: false, sentence: `There is no step ${stranger}; --list has them all.` };
  const begun = await deps.beginProving(source, mac);
  if (!begun.ok) return begun;
  const { walk, questions: all, left } = begun.value;
  const questions = deps.questions();
  try {
    const wanted = <T extends { readonly id: string }>(steps: readonly T[]): readonly T[] =>
      only ? steps.filter(({ id }) => only.includes(id)) : steps;
    const latest = await walkThrough(
      { ...begun.value, questions: wanted(all), left: wanted(left) },
      {
        show: (step) => deps.showStep(source, { walk, step }),
        answer: (step, said) => deps.answerStep(source, { walk, step, said }),
        questions,
        say: deps.err,
      },
    );
    const ended = await deps.endProving(source, walk);
    return ended.ok || latest === undefined ? ended : { ok: true, value: latest };
  } finally {
    questions.close();
  }
}

function listed(): readonly { readonly vendor: string; readonly step: string; readonly open: string }[] {
  return Object.entries(vendors).flatMap(([vendor, { prove }]) =>
    (prove?.steps ?? []).map(({ id, open }) => ({ vendor, step: id, open })),
  );
}

function listText(): string {
  const rows = listed().map(({ vendor, step, open }) => [vendor, step, open]);
  return `${table(["Make", "Step", "What is not known"], rows)}\n`;
}
