import type { Command } from "commander";
import type { AuditTools } from "./audit-commands.js";
import type { Answer, WrittenFile } from "./reports.js";
import type { ConfigSource } from "./source.js";
import { writtenAndTold } from "./written-told.js";

/** What branch offices need of `main.ts`. */
export interface BranchDeps {
  /** The process of a branch office: resolves once it runs, or with the sentence why not. */
  branch(file: string): Promise<Answer<unknown>>;
  /** What the machine of a branch office needs. */
  branchFiles(source: ConfigSource, branch: string): Promise<Answer<readonly WrittenFile[]>>;
  out(text: string): void;
}

/** `earshot branch`, and `earshot operate branch <id>`. */
export function branchCommands(
  program: Command,
  operate: Command,
  deps: BranchDeps,
  { source, common, given, json }: Omit<AuditTools, "failed">,
): void {
  common(operate.command("branch <id>").description("the file and the unit of a branch office, for its own machine"))
    .option("--out <folder>", "as files in a new folder, that with passwords for you alone")
    .action(
      async (id: string, options: { readonly config?: string; readonly json?: boolean; readonly out?: string }) => {
        const files = given(await deps.branchFiles(source(options), id));
        const machine = options.json === true;
        if (options.out !== undefined) deps.out(given(await writtenAndTold(options.out, files, machine)));
        // For people the file alone, so that it can be sent on; the unit is there with --out.
        else deps.out(machine ? json({ files }) : (files.find(({ secret }) => secret)?.text ?? ""));
      },
    );

  program
    .command("branch")
    .description("the process of a branch office, on a machine there that reaches its phones")
    .option("--config <file>", "what `earshot operate branch` has written", "branch.yaml")
    .action(async (options: { readonly config: string }) => void given(await deps.branch(options.config)));
}
