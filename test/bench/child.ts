import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";

/** What a process has used so far. */
export interface Usage {
  readonly cpuMs: number;
  readonly heapUsed: number;
  readonly rss: number;
  readonly external: number;
}

const probe = new URL("probe.mjs", import.meta.url).href;
const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
const READY_WITHIN_MS = 60_000;

/** A process that is measured, or helps to measure; it ends with this one, however this one ends. */
export class Child {
  readonly #args: readonly string[];
  readonly #log: string | undefined;
  #child: ChildProcess | undefined;

  private constructor(args: readonly string[], log?: string) {
    this.#args = args;
    this.#log = log;
  }

  /** A TypeScript file of the bench. */
  static script(name: string, args: readonly string[] = []): Child {
    const file = fileURLToPath(new URL(name, import.meta.url));
    return new Child(["--expose-gc", "--import", probe, "--import", tsx, file, ...args]);
  }

  /** Plain JavaScript, as people run it; what it writes to standard error goes to `log`. */
  static plain(command: readonly string[], log: string): Child {
    return new Child(["--expose-gc", "--import", probe, ...command], log);
  }

  /** Starts it and waits for the first line on standard output. @throws Error when it ends before. */
  async start(): Promise<string> {
    const log = this.#log === undefined ? "inherit" : openSync(this.#log, "a", 0o600);
    const child = spawn(process.execPath, this.#args, { stdio: ["ignore", "pipe", log, "ipc"] });
    if (typeof log === "number") closeSync(log);
    this.#child = child;
    const stdout = child.stdout;
    if (stdout === null) throw new Error("no standard output");
    return await new Promise<string>((resolve, reject) => {
      let text = "";
      const fail = (what: string) => {
        clearTimeout(late);
        reject(this.#failure(what));
      };
      const late = setTimeout(fail, READY_WITHIN_MS, "is not ready in time");
      child.once("error", ({ message }) => fail(message));
      child.once("exit", (code, signal) => fail(`ended with ${code ?? signal}`));
      stdout.on("data", (chunk: Buffer) => {
        text += String(chunk);
        const [line, rest] = text.split("\n");
        if (rest === undefined || line === undefined) return;
        clearTimeout(late);
        resolve(line);
      });
    });
  }

  /** Sends a message and waits for the next one that has this key; gives what stands there. */
  async ask<Answer>(message: object, key: string): Promise<Answer> {
    const child = this.#running();
    const answer = new Promise<Answer>((resolve, reject) => {
      const gone = () => reject(this.#failure("ended"));
      const hear = (heard: Record<string, unknown>) => {
        if (!(key in heard)) return;
        child.off("message", hear);
        child.off("exit", gone);
        resolve(heard[key] as Answer);
      };
      child.on("message", hear);
      child.once("exit", gone);
    });
    child.send(message);
    return await answer;
  }

  /** With `collect`, after all garbage is gone. */
  async usage(collect = false): Promise<Usage> {
    return await this.ask<Usage>({ ask: "usage", collect }, "usage");
  }

  async stop(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    const late = setTimeout(() => child.kill("SIGKILL"), 10_000);
    await ended;
    clearTimeout(late);
  }

  #failure(what: string): Error {
    const log = this.#log === undefined ? "" : readFileSync(this.#log, "utf8").slice(-3_000);
    return new Error(`${this.#args.at(-1)} ${what}\n${log}`);
  }

  #running(): ChildProcess {
    if (this.#child === undefined) throw new Error("the process is not started");
    return this.#child;
  }
}
