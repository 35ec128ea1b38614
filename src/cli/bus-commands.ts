import type { Command } from "commander";
import type { AuditTools } from "./audit-commands.js";
import type { Answer, BusLine } from "./reports.js";
import type { ConfigSource } from "./source.js";
import { pad, plain } from "./table.js";

/** What the commands of the bus need of `main.ts`. */
export interface BusDeps {
  /** Gives each line to `take`, until it is interrupted; a sentence where earshot is not there, or goes. */
  watchBus(
    source: ConfigSource,
    query: { readonly agent?: string },
    take: (line: BusLine) => void,
  ): Promise<Answer<"interrupted">>;
  out(text: string): void;
}

interface Watching {
  readonly config?: string;
  readonly json?: boolean;
  readonly agent?: string;
}

/** What of a payload stands in one line. */
const mostPayload = 110;

/** `earshot bus watch`. */
export function busCommands(
  program: Command,
  deps: BusDeps,
  { source, common, given, json }: Omit<AuditTools, "failed">,
): void {
  const bus = program.command("bus").description("the message bus, as lamps and other devices read it");
  common(
    bus
      .command("watch")
      .description("what the broker keeps, then what is published and delivered, as it happens; Ctrl-C ends it"),
  )
    .option("--agent <id>", "only what is about this person, by id or extension")
    .action(async (options: Watching) => {
      const query = options.agent === undefined ? {} : { agent: options.agent };
      const write = (line: BusLine): void => deps.out(options.json === true ? json(line) : `${busText(line)}\n`);
      given(await deps.watchBus(source(options), query, write));
    });
}

/** A line of the bus for people: time, what, about whom, how it went. */
export function busText(line: BusLine): string {
  switch (line.kind) {
    case "broker":
      return `${timeOf(line.at)}  broker     ${line.standing}`;
    case "kept":
      return `${timeOf(line.at)}  kept       ${topicText(line)}  ${payloadText(line.payload)}`;
    case "published": {
      const { retained, accepted, ms } = line;
      const how = accepted ? `${ms} ms` : "not taken by the broker";
      const what = retained ? "retained " : "published";
      return `${timeOf(line.at)}  ${what}  ${topicText(line)}  ${payloadText(line.payload, retained)}  (${how})`;
    }
    case "delivered": {
      const { what, by, result, ms } = line;
      return `${timeOf(line.at)}  delivered  ${pad(`${plain(what)} by ${plain(by)}`, 36)}  ${whose(line)}  ${plain(result)}  (${ms} ms)`;
    }
    case "missed":
      return `${line.count} lines were not read in time, and are missing here.`;
    default:
      return line satisfies never;
  }
}

function topicText(line: { readonly topic: string; readonly person?: string; readonly name?: string }): string {
  return `${pad(plain(line.topic), 36)}  ${whose(line)}`;
}

function whose({ name, person = "" }: { readonly person?: string; readonly name?: string }): string {
  return pad(plain(name ?? person), 16);
}

/** A payload in short: fields as words, without whose message it is the how manieth. */
function payloadText(payload: string, retained = true): string {
  if (payload === "") return retained ? "(taken back)" : "(empty)";
  const fields = fieldsOf(payload)?.filter(([name]) => name !== "gateway" && name !== "epoch");
  const text = plain(fields ? fields.map(([name, value]) => `${name} ${wordsOf(value)}`).join(", ") : payload);
  const signs = [...text];
  return signs.length > mostPayload ? `${signs.slice(0, mostPayload - 1).join("")}…` : text;
}

function wordsOf(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? "none" : `[${value.map(wordsOf).join("; ")}]`;
  if (typeof value !== "object" || value === null) return String(value);
  return Object.values(value).map(wordsOf).join(" ");
}

function fieldsOf(payload: string): readonly (readonly [string, unknown])[] | undefined {
  if (!payload.startsWith("{")) return undefined;
  try {
    return Object.entries(JSON.parse(payload) as object);
  } catch {
    return undefined;
  }
}

function timeOf(at: number): string {
  const moment = new Date(at);
  const two = (value: number): string => String(value).padStart(2, "0");
  const [hours, minutes, seconds] = [moment.getHours(), moment.getMinutes(), moment.getSeconds()].map(two);
  return `${hours}:${minutes}:${seconds}.${String(moment.getMilliseconds()).padStart(3, "0")}`;
}
