import { resolve } from "node:path";
import { Client } from "undici";
import * as z from "zod";
import { type AuditRow, auditActs, endings, modes, pushKinds, type RefusalCode, refusals } from "../model/index.js";
import { findPlace } from "./control-place.js";
import type { Answer, AuditQuery, GatewayStatus, PhoneRow } from "./reports.js";

/** The questions of the command line to the running gateway; each is answered, or told why not in a sentence. */
export interface ControlClient {
  phones(query: { readonly showUrls: boolean }): Promise<Answer<readonly PhoneRow[]>>;
  audit(query: AuditQuery): Promise<Answer<readonly AuditRow[]>>;
  status(): Promise<Answer<GatewayStatus>>;
}

const text = z.string();
const isRefusal = (code: string): code is RefusalCode => Object.hasOwn(refusals, code);
const link = z.enum(["starting", "connected", "away"]);

const lastPush = z.object({
  at: z.number(),
  kind: z.enum(pushKinds),
  result: z.discriminatedUnion("outcome", [
    z.object({ outcome: z.enum(["sent", "confirmed"]) }),
    z.object({ outcome: z.literal("failed"), why: text, again: z.boolean() }),
  ]),
});
const phoneRows = z.array(
  z.object({
    mac: text,
    vendor: text,
    model: text,
    extension: text,
    url: text.exactOptional(),
    lastPush: lastPush.exactOptional(),
  }),
);
const auditRows = z.array(
  z.object({
    at: z.number(),
    act: z.enum(auditActs),
    outcome: z.enum(["allowed", "done", "refused", "failed", "ended"]),
    supervisor: text,
    supervision: text.exactOptional(),
    agent: text.exactOptional(),
    call: text.exactOptional(),
    customer: text.exactOptional(),
    mode: z.enum(modes).exactOptional(),
    visibility: z.enum(["visible", "hidden"]).exactOptional(),
    mic: z.enum(["muted", "open"]).exactOptional(),
    refusal: text.refine(isRefusal).exactOptional(),
    ending: z.enum(endings).exactOptional(),
    detail: text.exactOptional(),
  }),
);
const gatewayStatus = z.object({
  gateway: text,
  pid: z.number(),
  startedAt: z.number(),
  publicUrl: text,
  pbx: link,
  broker: link,
});
const refusal = z.object({ sentence: text });

/** Asks the gateway that runs with a data folder. `startCommand` is what the sentence advises when none does. */
export function controlClient(dataDir: string, startCommand = "earshot start", patienceMs = 10_000): ControlClient {
  const folder = resolve(dataDir);
  const ask = async <T>(path: string, shape: z.ZodType<T>): Promise<Answer<T>> => {
    const place = await findPlace(folder);
    if (place === undefined) return notRunning(folder, startCommand);
    const client = new Client("http://earshot", { connect: { socketPath: place.socket } });
    try {
      const signal = AbortSignal.timeout(patienceMs);
      const { statusCode, body } = await client.request({ method: "GET", path, signal });
      return understood(statusCode, JSON.parse(await body.text()), shape);
    } catch (error) {
      return unreachable(error, folder, startCommand);
    } finally {
      await client.destroy();
    }
  };
  return {
    phones: ({ showUrls }) => ask(`/phones${showUrls ? "?showUrls=1" : ""}`, phoneRows),
    audit: ({ since, supervisor, limit }) => {
      const query = new URLSearchParams({ limit: String(limit) });
      if (since !== undefined) query.set("since", String(since));
      if (supervisor !== undefined) query.set("supervisor", supervisor);
      return ask(`/audit?${query}`, auditRows);
    },
    status: () => ask("/status", gatewayStatus),
  };
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
