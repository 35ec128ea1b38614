import { resolve } from "node:path";
import * as z from "zod";
import type {
  ApiUse,
  AuditCheck,
  AuditEntry,
  Enlisted,
  EnlistedLine,
  PersonListed,
  PhoneFilesRow,
  PhoneLineWish,
  PhoneListed,
  Proved,
  ProveShown,
  ProveWalk,
  Resynced,
  ResyncWish,
  Verdict,
} from "../model/index.js";
import { auditCheck, auditRows } from "./audit-shapes.js";
import { busLine } from "./bus-shapes.js";
import { ControlLine } from "./control-line.js";
import { enlisted, personListed } from "./people-shapes.js";
import { phoneRows } from "./phone-rows.js";
import { phoneListed } from "./phones-shapes.js";
import { proved, proveShown, proveWalk } from "./prove-shapes.js";
import type {
  Answer,
  AuditQuery,
  BusLine,
  Enrolled,
  GatewayStatus,
  PeopleOrder,
  PhoneOrder,
  PhoneRow,
  PhonesAsked,
  PhonesSeen,
} from "./reports.js";
import { phoneFilesRow, resynced } from "./resync-shapes.js";
import { enrolled, phonesSeen } from "./seen-shapes.js";
import { gatewayStatus } from "./status-shapes.js";

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
  makeToken(given: {
    readonly who: string;
    readonly name: string;
    readonly use: ApiUse;
  }): Promise<Answer<{ readonly token: string }>>;
  revokeToken(given: { readonly who: string; readonly name: string }): Promise<Answer<unknown>>;
  /** Begins a walk; what it then needs is asked for by the walk's own name. */
  beginProving(given: { readonly who: string; readonly mac: string }): Promise<Answer<ProveWalk>>;
  showStep(given: { readonly walk: string; readonly step: string }): Promise<Answer<ProveShown>>;
  answerStep(given: { readonly walk: string; readonly step: string; readonly said: Verdict }): Promise<Answer<Proved>>;
  endProving(given: { readonly walk: string }): Promise<Answer<Proved>>;
}

const named = z.object({ name: z.string() });

/** The files of every phone are made for it, with what the PBX says of each account. */
const manyPatienceMs = 60_000;
/** Each line of a list is a row that has to be durable. */
const linePatienceMs = 10;
/** A large record takes its time. */
const recordPatienceMs = 600_000;

/** Asks the gateway that runs with a data folder. `startCommand` is what the sentence advises when none does. */
export function controlClient(dataDir: string, startCommand = "earshot start", patienceMs = 10_000): ControlClient {
  const line = new ControlLine(resolve(dataDir), startCommand);
  const ask = <T>(path: string, shape: z.ZodType<T>, withinMs = patienceMs): Promise<Answer<T>> =>
    line.ask(path, shape, withinMs);
  const order = <T>(path: string, shape: z.ZodType<T>, given: object, withinMs = patienceMs): Promise<Answer<T>> =>
    line.order(path, shape, given, withinMs);
  return {
    phones: ({ showUrls, files = false }) =>
      ask(`/phones?${asText({ showUrls: showUrls ? 1 : 0, files: files ? 1 : 0 })}`, phoneRows, manyPatienceMs),
    readAudit: (query) => ask(`/audit?${asText(query)}`, auditRows),
    exportAudit: async (query, take) => {
      let count = 0;
      const counted = (rows: readonly AuditEntry[]): Promise<void> | void => {
        count += rows.length;
        return take(rows);
      };
      const path = `/audit/export?${asText(query)}`;
      const ended = await line.lines(path, auditRows, counted, { withinMs: recordPatienceMs });
      return ended.ok ? { ok: true, value: count } : ended;
    },
    verifyAudit: (query) => ask(`/audit/verify?${asText(query)}`, auditCheck, recordPatienceMs),
    status: () => ask("/status", gatewayStatus),
    watchBus: async (query, take, until) => {
      const ended = await line.lines(`/bus/watch?${asText(query)}`, busLine, take, { withinMs: patienceMs, until });
      if (until.aborted) return { ok: true, value: "interrupted" };
      return ended.ok ? { ok: false, sentence: "earshot has stopped." } : ended;
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
    makeToken: (given) => order("/people/token", named.extend({ token: z.string() }), given),
    revokeToken: (given) => order("/people/revoke", named, given),
    beginProving: (given) => order("/prove/begin", proveWalk, given),
    showStep: (given) => order("/prove/show", proveShown, given),
    answerStep: (given) => order("/prove/answer", proved, given),
    endProving: (given) => order("/prove/end", proved, given),
  };
}

function patienceFor(lines: readonly unknown[]): number {
  return manyPatienceMs + lines.length * linePatienceMs;
}

function asText(query: object): string {
  return new URLSearchParams(
    Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
  ).toString();
}
