import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import type { AuditEntry } from "../../src/model/index.ts";
import { readAudit } from "../../src/store/index.ts";
import { runCommand } from "./command.ts";
import { dataFolder } from "./data-folder.ts";

const root = new URL("../..", import.meta.url).pathname;
const program = join(root, "dist/main.js");
const sources = join(root, "src/main.ts");
/** A busy machine takes longer than a minute. */
const BUILD_MS = 240_000;
let built: Promise<void> | undefined;

/** Builds the program once, so that what is killed is what people start. @throws Error with what the compiler says. */
function build(): Promise<void> {
  built ??= runCommand("npm", ["run", "build"], { cwd: root, timeoutMs: BUILD_MS }).then(({ code, stdout, stderr }) => {
    if (code !== 0) throw new Error(`earshot cannot be built\n${stdout}${stderr}`);
  });
  return built;
}

/** An earshot of its own, as `earshot start` runs it: it can be killed and started again on the same data. */
export class GatewayProcess {
  readonly #config: object;
  readonly #command: readonly string[];
  #folder = "";
  #child: ChildProcess | undefined;
  #errors = "";
  /** A test process that ends leaves no earshot behind. */
  readonly #atExit = () => void this.#child?.kill("SIGKILL");

  readonly #on: readonly string[];

  readonly #before: Readonly<Record<string, string | Buffer>>;

  /**
   * @param config what earshot.yaml holds, without `data`.
   * @param on the words before its command line, where it runs on a host of its own.
   * @param from the program as it is built, which takes a while; or its sources, for a test of something else.
   * @param before files of its folder that are there before it starts, such as `data/secret.key`.
   */
  constructor(
    config: object,
    on: readonly string[] = [],
    from: "built" | "sources" = "built",
    before: Readonly<Record<string, string | Buffer>> = {},
  ) {
    this.#before = before;
    this.#config = config;
    this.#on = on;
    this.#command = from === "built" ? [program] : ["--import", "tsx", sources];
  }

  /** All that was written to standard error, over all runs. */
  get errors(): string {
    return this.#errors;
  }

  /** Resolves once phones are served. @throws Error with its last words when it does not start. */
  async start(): Promise<void> {
    if (this.#command[0] === program) await build();
    if (this.#folder === "") {
      process.on("exit", this.#atExit);
      this.#folder = await dataFolder("process");
      for (const [name, content] of Object.entries(this.#before)) {
        await mkdir(dirname(join(this.#folder, name)), { recursive: true, mode: 0o700 });
        await writeFile(join(this.#folder, name), content, { mode: 0o600 });
      }
      await writeFile(this.#file, JSON.stringify({ ...this.#config, data: "./data" }), { mode: 0o600 });
    }
    const own = [process.execPath, ...this.#command, "start", "--json", "--config", this.#file];
    const [file = "", ...words] = [...this.#on, ...own];
    const child = spawn(file, words, {
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = child;
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#errors += text;
    });
    const says = createInterface({ input: child.stdout });
    const [first] = await Promise.race([once(says, "line"), once(child, "exit").then(() => [undefined])]);
    if (first === undefined) throw new Error(`earshot did not start:\n${this.#errors.slice(-2_000)}`);
  }

  /** Resolves once the process is gone, however it went. */
  async gone(): Promise<void> {
    const child = this.#child;
    if (child && child.exitCode === null && child.signalCode === null) await once(child, "exit");
  }

  /** Ends it at this very moment, as a power cut would; `gone()` waits for it. */
  kill(signal: "SIGKILL" | "SIGTERM" = "SIGKILL"): void {
    this.#child?.kill(signal);
  }

  /** What a command of `earshot` writes as JSON. @throws Error with what it says where it fails. */
  async ask(...words: readonly string[]): Promise<unknown> {
    const line = [...this.#command, ...words, "--json", "--config", this.#file];
    const { stdout, stderr } = await runCommand(process.execPath, line);
    if (stdout === "") throw new Error(`earshot ${words.join(" ")}: ${stderr}`);
    return JSON.parse(stdout);
  }

  /** The address behind a phone's launcher key. */
  async launcher(mac: string): Promise<string> {
    const rows = (await this.ask("phones", "list", "--show-urls")) as { readonly mac: string; readonly url?: string }[];
    const url = rows.find((row) => row.mac === mac)?.url;
    if (url === undefined) throw new Error(`there is no phone ${mac}`);
    return url;
  }

  /** How much memory it has, in KiB. */
  async memory(): Promise<number> {
    const status = await readFile(`/proc/${this.#child?.pid}/status`, "utf8");
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]);
  }

  /** The record as it stands on the disk, whether earshot runs or not. */
  async record(): Promise<readonly AuditEntry[]> {
    return await readAudit(join(this.#folder, "data"), { limit: 10_000, newest: true });
  }

  /** Ends it and removes its data. */
  async stop(): Promise<void> {
    this.kill("SIGTERM");
    await this.gone();
    process.off("exit", this.#atExit);
    await rm(this.#folder, { recursive: true, force: true });
  }

  get #file(): string {
    return join(this.#folder, "earshot.yaml");
  }
}
