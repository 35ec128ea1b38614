import { type AmiMessage, amiHeader } from "../ami-messages.js";
import { applicationOf, handedOverAt, lampPattern, lampsOf, names, placeIn } from "../setup/needs.js";
import { AmiSession } from "./ami-session.js";
import type { Checked } from "./facts.js";
import type { Seen } from "./finding.js";

/** A section of a file as Asterisk reads it, includes and templates followed. */
export interface FileSection {
  readonly name: string;
  readonly lines: ReadonlyArray<{ readonly key: string; readonly value: string }>;
}

export interface Hint {
  readonly exten: string;
  readonly context: string;
  /** The devices it watches, such as `PJSIP/2001&Custom:DND2001`. */
  readonly devices: string;
}

export interface AmiFacts {
  /** The classes that permit each action, of those this user may use. */
  readonly actions: Seen<ReadonlyMap<string, readonly string[]>>;
  /** By file name; of extensions.conf only earshot's own contexts. A file that is not there has no sections. */
  readonly files: ReadonlyMap<string, Seen<readonly FileSection[]>>;
  readonly hints: Seen<readonly Hint[]>;
  /** The devices that a key watches, by `<extension>@<context>`, variables of a pattern as they are; empty for none. */
  readonly watched: ReadonlyMap<string, string>;
  /** Whether the running dialplan has it, by `<context>,<extension>,<priority>`. */
  readonly dialplan: ReadonlyMap<string, Seen<boolean>>;
  /** Names of the queues that run. */
  readonly queues: Seen<readonly string[]>;
}

const wholeFiles = [
  "http.conf",
  "ari.conf",
  "manager.conf",
  "pjsip_notify.conf",
  "queues.conf",
  "confbridge.conf",
] as const;

/**
 * What AMI shows with the rights that setup gives it; `accounts` are the supervision accounts, `contexts` those that
 * phones' keys look into.
 */
export async function readAmi(
  { config, gateway, people, phones = [] }: Checked,
  accounts: readonly string[],
  contexts: readonly string[],
  signal: AbortSignal,
): Promise<Seen<AmiFacts>> {
  if (config.ami === undefined) return { ok: false, why: "pbx.ami is not set, and ARI does not show it" };
  const opened = await AmiSession.open(config.ami, signal);
  if (!opened.ok) return opened;
  const session = opened.value;
  try {
    const app = applicationOf(gateway);
    const files = new Map<string, Seen<readonly FileSection[]>>();
    for (const file of wholeFiles) files.set(file, await readFile(session, file));
    for (const context of [app, names.transfer, names.nowhere, names.lamps, names.messages]) {
      files.set(`extensions.conf [${context}]`, await readFile(session, "extensions.conf", context));
    }
    files.set(`pjsip.conf [${names.transfers}]`, await readFile(session, "pjsip.conf", names.transfers));
    const dialplan = new Map<string, Seen<boolean>>();
    for (const exten of handedOverAt) {
      const place = `${app},${placeIn(exten)},1`;
      dialplan.set(place, await inDialplan(session, place));
    }
    const press = `${names.lamps},${placeIn(lampPattern)},1`;
    dialplan.set(press, await inDialplan(session, press));
    for (const { role, extension } of config.transferContext === undefined ? [] : people) {
      const place = `${config.transferContext},${extension},1`;
      if (role !== "agent") dialplan.set(place, await inDialplan(session, place));
    }
    return {
      ok: true,
      value: {
        actions: await readActions(session),
        files,
        hints: await readHints(session),
        watched: await readWatched(
          session,
          [...people.flatMap((person) => lampsOf(person, phones)), ...accounts],
          contexts,
        ),
        dialplan,
        queues: await readQueues(session),
      },
    };
  } finally {
    session.close();
  }
}

async function readActions(session: AmiSession): Promise<Seen<ReadonlyMap<string, readonly string[]>>> {
  const answer = await session.ask("ListCommands");
  if (!answer.ok) return answer;
  const actions = (answer.value[0] ?? []).flatMap(([name, text]) => {
    const classes = /\(Priv: ([^)]*)\)$/.exec(text)?.[1];
    return classes === undefined ? [] : [[name, classes.split(",")] as const];
  });
  return { ok: true, value: new Map(actions) };
}

async function readFile(session: AmiSession, file: string, section?: string): Promise<Seen<readonly FileSection[]>> {
  // Otherwise a template is as if it were not there.
  const only: AmiMessage =
    section === undefined
      ? []
      : [
          ["Category", section],
          ["Filter", "TEMPLATES=include"],
        ];
  const answer = await session.ask("GetConfig", [["Filename", file], ...only]);
  if (!answer.ok) return answer.why === "Config file not found" ? { ok: true, value: [] } : answer;
  const sections = new Map<string, { name: string; lines: { key: string; value: string }[] }>();
  for (const [header, text] of answer.value[0] ?? []) {
    const [, what, number = ""] = /^(Category|Line)-(\d+)/.exec(header) ?? [];
    if (what === "Category") sections.set(number, { name: text, lines: [] });
    const equals = text.indexOf("=");
    if (what === "Line") {
      sections.get(number)?.lines.push({ key: text.slice(0, equals).trim(), value: text.slice(equals + 1).trim() });
    }
  }
  return { ok: true, value: [...sections.values()] };
}

/** AMI evaluates a dialplan function without a channel, which ARI does not. */
async function inDialplan(session: AmiSession, place: string): Promise<Seen<boolean>> {
  const answer = await session.ask("Getvar", [["Variable", `DIALPLAN_EXISTS(${place})`]]);
  return answer.ok ? { ok: true, value: amiHeader(answer.value[0] ?? [], "Value") === "1" } : answer;
}

async function readHints(session: AmiSession): Promise<Seen<readonly Hint[]>> {
  const answer = await session.ask("ExtensionStateList", [], "ExtensionStateListComplete");
  // Without a single hint the answer is an error.
  if (!answer.ok) return answer.why.startsWith("No ") ? { ok: true, value: [] } : answer;
  const events = answer.value.filter((message) => amiHeader(message, "Event") === "ExtensionStatus");
  const hints = events.map((event): Hint => {
    const header = (name: string) => amiHeader(event, name) ?? "";
    return { exten: header("Exten"), context: header("Context"), devices: header("Hint") };
  });
  return { ok: true, value: hints };
}

/** Asked as a function: the action ExtensionState would make a hint of a pattern that fits. */
async function readWatched(
  session: AmiSession,
  extens: readonly string[],
  contexts: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const watched = new Map<string, string>();
  for (const context of contexts) {
    for (const exten of extens) {
      const answer = await session.ask("Getvar", [["Variable", `HINT(${exten}@${context})`]]);
      if (answer.ok) watched.set(`${exten}@${context}`, amiHeader(answer.value[0] ?? [], "Value") ?? "");
    }
  }
  return watched;
}

async function readQueues(session: AmiSession): Promise<Seen<readonly string[]>> {
  const answer = await session.ask("QueueSummary", [], "QueueSummaryComplete");
  if (!answer.ok) return answer;
  const events = answer.value.filter((message) => amiHeader(message, "Event") === "QueueSummary");
  return { ok: true, value: events.map((event) => amiHeader(event, "Queue") ?? "") };
}
