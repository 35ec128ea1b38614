import type { Command } from "commander";
import type { ApiUse } from "../model/index.js";
import type { AuditTools } from "./audit-commands.js";
import type { Answer } from "./reports.js";
import type { ConfigSource } from "./source.js";

/** What the commands about tokens of the HTTP API need of `main.ts`. */
export interface TokenDeps {
  makeToken(source: ConfigSource, name: string, use: ApiUse): Promise<Answer<{ readonly token: string }>>;
  revokeToken(source: ConfigSource, name: string): Promise<Answer<unknown>>;
  out(text: string): void;
}

/** `earshot people token`, `earshot phones token`. */
export function tokenCommand(
  below: Command,
  use: ApiUse,
  deps: TokenDeps,
  { source, common, given, json }: Pick<AuditTools, "source" | "common" | "given" | "json">,
): void {
  const about = `make a token of the HTTP API for a program that keeps ${use}, in place of its old one`;
  common(below.command("token <name>").description(about))
    .option("--revoke", "take the token away, and make none")
    .action(
      async (
        name: string,
        options: { readonly config?: string; readonly json?: boolean; readonly revoke?: boolean },
      ) => {
        if (options.revoke === true) {
          given(await deps.revokeToken(source(options), name));
          return deps.out(options.json === true ? json({ name }) : `The token of ${name} is dead.\n`);
        }
        const { token } = given(await deps.makeToken(source(options), name, use));
        deps.out(options.json === true ? json({ name, token }) : `${token}\n`);
      },
    );
}
