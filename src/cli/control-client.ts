import { resolve } from "node:path";
import { Client, type Dispatcher } from "undici";
import * as z from "zod";
import {
  type AuditCheck,
  type AuditEntry,
  auditActs,
  capabilities,
  type Enlisted,
  type EnlistedLine,
  type Extension,
  endings,
  modes,
  type PersonListed,
  type PhoneFilesRow,
  type PhoneLineWish,
  type PhoneListed,
  type Proved,
  type ProveShown,
  type ProveWalk,
  parseExtension,
  type RefusalCode,
  type Resynced,
  type ResyncWish,
  refusals,
  type Verdict,
} from "../model/index.js";
import { busLine } from "./bus-shapes.js";
import { findPlace } from "./control-place.js";
import { enlisted, personListed } from "./people-shapes.js";
import { phoneRows } from "./phone-rows.js";
import { phoneListed } from "./phones-shapes.js";
import { proved, proveShown, proveWalk } from "./prove-shapes.js";
import {
  type Answer,
  type AuditQuery,
  type BusLine,
  type Enrolled,
  type GatewayStatus,
  type PeopleOrder,
  type PhoneOrder,
  type PhoneRow,
  type PhonesAsked,
  type PhonesSeen,
  phoneFilesBy,
} from "./reports.js";
import { phoneFilesRow, resynced } from "./resync-shapes.js";
import { enrolled, phonesSeen } from "./seen-shapes.js";

/** The questions of the command line to the running gateway; each is answered, or told why not in a sentence. */
export interface ControlClient {
  phones(query: PhonesAsked): Promise<Answer<readonly PhoneRow[]>>;
  readAudit(query: AuditQuery & { readonly limit: number }): Promise<Answer<readonly AuditEntry[]>>;
  /** Gives every row that fits to `take`, some at a time; then how many there were. */
  exportAudit(query: AuditQuery, take: (rows: readonly AuditEntry[]) => Promise<void> | void): Promise<Answer<number>>;
  verifyAudit(query: { readonly who: string; readonly head?: string }): Promise<Answer<AuditCheck>>;
  status(): Promise<Answer<GatewayStatus>>;
  /** Gives every line of the bus to `take`, until the signal comes; a sentence where earshot goes before that. */
  watchBus(
    query: { readonly agent?: string },
    take: (line: BusLine) => void,
    until: AbortSignal,
  ): Promise<Answer<"interrupted">>;
  seen(): Promise<Answer<PhonesSeen>>;
  enrol(given: { readonly macs: readonly string[]; readonly minutes: number }): Promise<Answer<Enrolled>>;
  resync(wish: ResyncWish): Promise<Answer<Resynced>>;
  phoneFiles(): Promise<Answer<readonly PhoneFilesRow[]>>;
  people(): Promise<Answer<readonly PersonListed[]>>;
  orderPeople<Order extends keyof PeopleOrder>(
    order: Order,
    given: PeopleOrder[Order] & { readonly who: string },
  ): Promise<Answer<PersonListed>>;
  enlist(given: {
    readonly who: string;
    readonly lines: readonly EnlistedLine[];
    readonly dryRun: boolean;
  }): Promise<Answer<Enlisted>>;
  phoneEntries(query: { readonly passwords: boolean }): Promise<Answer<readonly PhoneListed[]>>;
  orderPhone<Order extends keyof PhoneOrder>(
    order: Order,
    given: PhoneOrder[Order] & { readonly who: string },
  ): Promise<Answer<PhoneListed>>;
  enlistPhones(given: {
    readonly who: string;
    readonly lines: readonly PhoneLineWish[];
    readonly dryRun: boolean;
  }): Promise<Answer<Enlisted>>;
  /** A token of the HTTP API under that name; an old one is dead. */
  makeToken(given: { readonly who: string; readonly name: string }): Promise<Answer<{ readonly token: string }>>;
  revokeToken(given: { readonly who: string; readonly name: string }): Promise<Answer<unknown>>;
  /** Begins a walk; what it then needs is asked for by the walk's own name. */
  beginProving(given: { readonly who: string; readonly mac: string }): Promise<Answer<ProveWalk>>;
  showStep(given: { readonly walk: string; readonly step: string }): Promise<Answer<ProveShown>>;
  answerStep(given: { readonly walk: string; readonly step: string; readonly said: Verdict }): Promise<Answer<Proved>>;
  endProving(given: { readonly walk: string }): Promise<Answer<Proved>>;
}

const text = z.string();
const isRefusal = (code: string): code is RefusalCode => Object.hasOwn(refusals, code);
const link = z.enum(["starting", "connected", "away"]);

const auditRows = z.array(
  z.object({
    id: z.number(),
    writtenAt: z.number(),
    late: z.boolean(),
    at: z.number(),
    act: z.enum(auditActs),
    outcome: z.enum(["allowed", "done", "refused", "failed", "ended"]),
    supervisor: text,
    supervision: text.exactOptional(),
    agent: text.exactOptional(),
    call: text.exactOptional(),
    leg: text.exactOptional(),
    phone: text.exactOptional(),
    customer: text.exactOptional(),
    mode: z.enum(modes).exactOptional(),
    visibility: z.enum(["visible", "hidden"]).exactOptional(),
    mic: z.enum(["muted", "open"]).exactOptional(),
    refusal: text.refine(isRefusal).exactOptional(),
    ending: z.enum(endings).exactOptional(),
    detail: text.exactOptional(),
  }),
);
const auditCheck = z.object({
  ok: z.boolean(),
  rows: z.number(),
  removed: z.number(),
  heads: z.array(text),
  fault: z.object({ id: z.number().exactOptional(), sentence: text }).exactOptional(),
  notes: z.array(text),
  publicKey: text,
});
const extension = text.refine((written): written is Extension => parseExtension(written) !== undefined);
const watchReport = z.object({
  standing: z.enum(["starting", "connected", "away", "refused"]),
  seen: z.number(),
  missing: z.array(extension),
  unknown: z.array(extension),
  alone: z.array(extension),
  differences: z.array(
    z.object({
      extension,
      lamp: z.enum(["idle", "ringing", "talking", "held"]),
      pbx: z.enum(["on-a-call", "no-call"]),
      since: z.number(),
    }),
  ),
});
const gatewayStatus = z.object({
  gateway: text,
  pid: z.number(),
  startedAt: z.number(),
  publicUrl: text,
  pbx: link,
  broker: link,
  missing: z.array(z.enum(capabilities)),
  phoneFiles: z.enum(phoneFilesBy),
  blf: watchReport.exactOptional(),
});
const refusal = z.object({ sentence: text });

/** The files of every phone are made for it, with what the PBX says of each account. */
const manyPatienceMs = 60_000;
/** Each line of a list is a row that has to be durable. */
const linePatienceMs = 10;
/** A large record takes its time. */
const recordPatienceMs = 600_000;

/** Asks the gateway that runs with a data folder. `startCommand` is what the sentence advises when none does. */
export function controlClient(dataDir: string, startCommand = "earshot start", patienceMs = 10_000): ControlClient {
  const folder = resolve(dataDir);
  const request = async <T>(
    path: string,
    withinMs: number,
    use: (statusCode: number, body: Dispatcher.ResponseData["body"]) => Promise<Answer<T>>,
    given?: object,
    until?: AbortSignal,
  ): Promise<Answer<T>> => {
    const place = await findPlace(folder);
    if (place === undefined) return notRunning(folder, startCommand);
    // What is watched may say nothing for hours.
    const options = { headersTimeout: withinMs, bodyTimeout: until ? 0 : withinMs };
    const client = new Client("http://earshot", { ...options, connect: { socketPath: place.socket } });
    try {
      const signal = until ?? AbortSignal.timeout(withinMs);
      const { statusCode, body } = await client.request({ ...asRequest(given), path, signal });
      return await use(statusCode, body);
    } catch (error) {
      return unreachable(error, folder, startCommand);
    } finally {
      await client.destroy();
    }
  };
  const order = <T>(path: string, shape: z.ZodType<T>, given: object, withinMs = patienceMs): Promise<Answer<T>> =>
    request(
      path,
      withinMs,
      async (statusCode, body) => understood(statusCode, JSON.parse(await body.text()), shape),
      given,
    );
  const ask = <T>(path: string, shape: z.ZodType<T>, withinMs = patienceMs): Promise<Answer<T>> =>
    request(path, withinMs, async (statusCode, body) => understood(statusCode, JSON.parse(await body.text()), shape));
  return {
    phones: ({ showUrls, files = false }) =>
      ask(`/phones?${asText({ showUrls: showUrls ? 1 : 0, files: files ? 1 : 0 })}`, phoneRows, manyPatienceMs),
    readAudit: (query) => ask(`/audit?${asText(query)}`, auditRows),
    exportAudit: (query, take) =>
      request<number>(`/audit/export?${asText(query)}`, recordPatienceMs, async (statusCode, body) => {
        if (statusCode !== 200) return understood(statusCode, JSON.parse(await body.text()), z.never());
        let count = 0;
        for await (const line of linesOf(body.setEncoding("utf8"))) {
          const rows = understood(statusCode, JSON.parse(line), auditRows);
          if (!rows.ok) return rows;
          count += rows.value.length;
          await take(rows.value);
        }
        return { ok: true, value: count };
      }),
    verifyAudit: (query) => ask(`/audit/verify?${asText(query)}`, auditCheck, recordPatienceMs),
    status: () => ask("/status", gatewayStatus),
    watchBus: async (query, take, until) => {
      const watched = await request<"interrupted">(
        `/bus/watch?${asText(query)}`,
        patienceMs,
        async (statusCode, body) => {
          if (statusCode !== 200) return understood(statusCode, JSON.parse(await body.text()), z.never());
          for await (const line of linesOf(body.setEncoding("utf8"))) {
            const told = understood(statusCode, JSON.parse(line), busLine);
            if (!told.ok) return told;
            take(told.value);
          }
          return { ok: false, sentence: "earshot has stopped." };
        },
        undefined,
        until,
      );
      return until.aborted ? { ok: true, value: "interrupted" } : watched;
    },
    seen: () => ask("/seen", phonesSeen),
    enrol: (given) => order("/provision/enrol", enrolled, given),
    resync: (wish) => order("/provision/resync", resynced, wish, manyPatienceMs),
    phoneFiles: () => ask("/provision/files", z.array(phoneFilesRow), manyPatienceMs),
    people: () => ask("/people", z.array(personListed)),
    orderPeople: (verb, given) => order(`/people/${verb}`, personListed, given),
    enlist: (given) => order("/people/enlist", enlisted, given, patienceFor(given.lines)),
    phoneEntries: ({ passwords }) => ask(`/phones/entries${passwords ? "?passwords=1" : ""}`, z.array(phoneListed)),
    orderPhone: (verb, given) => order(`/phones/${verb}`, phoneListed, given),
    enlistPhones: (given) => order("/phones/enlist", enlisted, given, patienceFor(given.lines)),
    makeToken: (given) => order("/people/token", z.object({ name: text, token: text }), given),
    revokeToken: (given) => order("/people/revoke", z.object({ name: text }), given),
    beginProving: (given) => order("/prove/begin", proveWalk, given),
    showStep: (given) => order("/prove/show", proveShown, given),
    answerStep: (given) => order("/prove/answer", proved, given),
    endProving: (given) => order("/prove/end", proved, given),
  };
}

function patienceFor(lines: readonly unknown[]): number {
  return manyPatienceMs + lines.length * linePatienceMs;
}

function asRequest(given: object | undefined): Pick<Dispatcher.RequestOptions, "method" | "body" | "headers"> {
  if (given === undefined) return { method: "GET" };
  return { method: "POST", body: JSON.stringify(given), headers: { "content-type": "application/json" } };
}

function asText(query: object): string {
  return new URLSearchParams(
    Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
  ).toString();
}

/** Lines end at a line feed alone: the separators U+2028 and U+2029 stand in JSON as they are. */
async function* linesOf(body: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of body) {
    const parts = `${rest}${chunk}`.split("\n");
    rest = parts.pop() ?? "";
    yield* parts;
  }
}

function understood<T>(statusCode: number, body: unknown, shape: z.ZodType<T>): Answer<T> {
  const parsed = statusCode === 200 ? shape.safeParse(body) : undefined;
  if (parsed?.success) return { ok: true, value: parsed.data };
  const refused = refusal.safeParse(body);
  if (statusCode !== 200 && refused.success) return { ok: false, sentence: refused.data.sentence };
  return { ok: false, sentence: "The earshot that runs is of another version; start it again to use this command." };
}

function unreachable(error: unknown, folder: string, startCommand: string): Answer<never> {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code === "ENOENT" || code === "ECONNREFUSED" || code === "ENOTDIR") return notRunning(folder, startCommand);
  if (code === "EACCES" || code === "EPERM") {
    return {
      ok: false,
      sentence: `This user may not ask the earshot with data in ${folder}; use the user it runs as.`,
    };
  }
  if (error instanceof Error && error.name === "TimeoutError") {
    return { ok: false, sentence: `The earshot with data in ${folder} runs but does not answer.` };
  }
  return { ok: false, sentence: `The earshot with data in ${folder} broke off its answer.` };
}

function notRunning(folder: string, startCommand: string): Answer<never> {
  return { ok: false, sentence: `earshot is not running with data in ${folder}; start it with \`${startCommand}\`.` };
}
