import type { Command } from "commander";
import type { AuditTools } from "./audit-commands.js";
import type { Answer } from "./reports.js";
import type { ConfigSource } from "./source.js";

/** What `earshot operate` writes. `json`: the key under which `--json` has it; what is JSON anyway stays as it is. */
const operated = {
  mosquitto: { about: "the access file of a Mosquitto broker, explained line by line", json: "accessFile" },
  emqx: { about: "the access file of an EMQX broker, by its documentation; not run by us", json: "accessFile" },
  schemas: { about: "JSON Schema of what stands on each MQTT topic", json: undefined },
  asyncapi: { about: "the MQTT topics as an AsyncAPI 3.0 document", json: undefined },
} as const;

export type Operated = keyof typeof operated;

/** What writing them needs of `main.ts`. */
export interface OperateDeps {
  /** What else the site needs, for this configuration. */
  operate(source: ConfigSource, what: Operated): Promise<Answer<string>>;
  out(text: string): void;
}

/** `earshot operate …`; gives it, for what else belongs to it. */
export function operateCommands(
  program: Command,
  deps: OperateDeps,
  { source, common, given, json }: Omit<AuditTools, "failed">,
): Command {
  const operate = program.command("operate").description("what else the site needs, written for its configuration");
  for (const what of Object.keys(operated) as Operated[]) {
    const { about, json: key } = operated[what];
    common(operate.command(what).description(about)).action(
      async (options: { readonly config?: string; readonly json?: boolean }) => {
        const text = given(await deps.operate(source(options), what));
        deps.out(options.json === true && key !== undefined ? json({ [key]: text }) : text);
      },
    );
  }
  return operate;
}
