import { Client, type Dispatcher } from "undici";
import * as z from "zod";
import { findPlace } from "./control-place.js";
import type { Answer } from "./reports.js";

const refusal = z.object({ sentence: z.string() });

/** The line to the gateway that runs with a data folder: each question is one connection to its control socket. */
export class ControlLine {
  readonly #folder: string;
  readonly #startCommand: string;

  /** @param startCommand what the sentence advises when none runs. */
  constructor(folder: string, startCommand: string) {
    this.#folder = folder;
    this.#startCommand = startCommand;
  }

  ask<T>(path: string, shape: z.ZodType<T>, withinMs: number): Promise<Answer<T>> {
    return this.#request({ path, withinMs }, async (status, body) => understood(status, await jsonOf(body), shape));
  }

  order<T>(path: string, shape: z.ZodType<T>, given: object, withinMs: number): Promise<Answer<T>> {
    const asked = { path, withinMs, given };
    return this.#request(asked, async (status, body) => understood(status, await jsonOf(body), shape));
  }

  /** Gives each line of the answer to `take`, until it ends; one with a signal may say nothing for hours. */
  lines<T>(
    path: string,
    shape: z.ZodType<T>,
    take: (line: T) => Promise<void> | void,
    { withinMs, until }: { readonly withinMs: number; readonly until?: AbortSignal },
  ): Promise<Answer<undefined>> {
    return this.#request<undefined>({ path, withinMs, ...(until && { until }) }, async (status, body) => {
      if (status !== 200) return understood(status, await jsonOf(body), z.never());
      for await (const line of linesOf(body.setEncoding("utf8"))) {
        const told = understood(status, JSON.parse(line), shape);
        if (!told.ok) return told;
        await take(told.value);
      }
      return { ok: true, value: undefined };
    });
  }

  async #request<T>(
    { path, withinMs, given, until }: Asked,
    use: (statusCode: number, body: Dispatcher.ResponseData["body"]) => Promise<Answer<T>>,
  ): Promise<Answer<T>> {
    const place = await findPlace(this.#folder);
    if (place === undefined) return notRunning(this.#folder, this.#startCommand);
    const options = { headersTimeout: withinMs, bodyTimeout: until ? 0 : withinMs };
    const client = new Client("http://earshot", { ...options, connect: { socketPath: place.socket } });
    try {
      const signal = until ?? AbortSignal.timeout(withinMs);
      const { statusCode, body } = await client.request({ ...asRequest(given), path, signal });
      return await use(statusCode, body);
    } catch (error) {
      return unreachable(error, this.#folder, this.#startCommand);
    } finally {
      await client.destroy();
    }
  }
}

interface Asked {
  readonly path: string;
  readonly withinMs: number;
  readonly given?: object;
  readonly until?: AbortSignal;
}

async function jsonOf(body: Dispatcher.ResponseData["body"]): Promise<unknown> {
  return JSON.parse(await body.text());
}

function asRequest(given: object | undefined): Pick<Dispatcher.RequestOptions, "method" | "body" | "headers"> {
  if (given === undefined) return { method: "GET" };
  return { method: "POST", body: JSON.stringify(given), headers: { "content-type": "application/json" } };
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
