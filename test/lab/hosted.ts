import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { Watch } from "./watch.ts";

/** A process on a host of its own. */
export class Hosted {
  readonly child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #watch = new Watch();
  #errors = "";

  constructor(on: readonly string[], ...words: readonly string[]) {
    const [file = "", ...rest] = [...on, "setpriv", "--pdeathsig", "KILL", ...words];
    this.child = spawn(file, rest, { stdio: ["pipe", "pipe", "pipe"] });
    this.#lines = createInterface({ input: this.child.stdout ?? process.stdin })[Symbol.asyncIterator]();
    this.child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#errors += text;
      this.#watch.tell();
    });
  }

  get errors(): string {
    return this.#errors;
  }

  async line(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(`it ended:\n${this.#errors.slice(-2_000)}`);
    return value;
  }

  async ask(work: string, on = ""): Promise<unknown> {
    this.child.stdin?.write(`${JSON.stringify({ work, on })}\n`);
    return await this.answer();
  }

  async answer(): Promise<unknown> {
    const { done, failed } = JSON.parse(await this.line()) as { readonly done?: unknown; readonly failed?: string };
    if (failed !== undefined) throw new Error(`${failed}\n${this.#errors.slice(-1_000)}`);
    return done;
  }

  says(words: RegExp, withinMs = 60_000): Promise<void> {
    return this.#watch.until(
      () => words.test(this.#errors),
      () => `it never said ${words}:\n${this.#errors}`,
      withinMs,
    );
  }

  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = once(this.child, "exit");
    this.child.kill("SIGKILL");
    await gone;
  }
}
