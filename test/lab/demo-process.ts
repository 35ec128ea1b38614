import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { webIsBuilt } from "./built-web.ts";

const main = join(import.meta.dirname, "..", "..", "dist", "main.js");

/** The demo as `npm start` runs it: the built program in an empty folder, without a configuration. */
export class DemoProcess {
  #folder = "";
  #child: ChildProcess | undefined;
  #printed: readonly string[] = [];
  #errors = "";

  /** What it printed on its last start. */
  get printed(): string {
    return this.#printed.join("\n");
  }

  /**
   * Starts it, in the folder of the last time where there was one. @returns the address that it tells people to open.
   * @throws Error with its last words when it does not start.
   */
  async start(): Promise<string> {
    await webIsBuilt();
    if (this.#folder === "") this.#folder = await mkdtemp(join(tmpdir(), "earshot-demo-"));
    const child = spawn(process.execPath, [main, "start"], { cwd: this.#folder, stdio: ["ignore", "pipe", "pipe"] });
    this.#child = child;
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#errors += text;
    });
    const printed: string[] = [];
    this.#printed = printed;
    const says = createInterface({ input: child.stdout }).on("line", (line) => printed.push(line));
    await Promise.race([once(says, "line"), once(child, "exit")]);
    const [, address] = /^Open (\S+) in a browser$/.exec(printed[0] ?? "") ?? [];
    if (address === undefined) throw new Error(`the demo did not start:\n${printed.join("\n")}${this.#errors}`);
    return address;
  }

  /** Ends it as a power cut does; resolves once it is gone. */
  async kill(signal: "SIGKILL" | "SIGTERM" = "SIGKILL"): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, "exit");
  }

  /** Ends it and removes its folder. */
  async stop(): Promise<void> {
    await this.kill("SIGTERM");
    if (this.#folder !== "") await rm(this.#folder, { recursive: true, force: true });
  }
}
