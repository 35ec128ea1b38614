import { spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join, relative } from "node:path";

/** A test by the file it stands in and its name: the titles around it and its own, joined by ` > `. */
export interface Named {
  readonly file: string;
  readonly name: string;
}

/** What became of one test; the message is the first line of why it failed. */
export interface Outcome extends Named {
  readonly status: string;
  readonly message: string;
}

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly ancestorTitles: readonly string[];
      readonly title: string;
      readonly status: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

/** A copy of the tree as it stands, uncommitted work included, to which patches can be applied. */
export class Copy {
  readonly #folder: string;
  readonly #report: string;

  private constructor(folder: string) {
    this.#folder = folder;
    this.#report = join(folder, "test", "report", "sabotage.json");
  }

  /** Copies what git lists of `root` into `folder`; the installed packages are shared. */
  static make(root: string, folder: string): Copy {
    const listed = git(root, ["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
    if (listed.status !== 0) throw new Error(`git cannot list the tree: ${listed.stderr.trim()}`);
    for (const file of new Set(listed.stdout.split("\0"))) {
      if (file === "" || !existsSync(join(root, file))) continue;
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      cpSync(join(root, file), join(folder, file));
    }
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    return new Copy(realpathSync(folder));
  }

  /** @returns undefined once the patch is in; else why it does not apply. Nothing is changed then. */
  apply(patch: string): string | undefined {
    const { status, stderr } = git(this.#folder, ["apply", patch]);
    return status === 0 ? undefined : (stderr.trim().split("\n")[0] ?? "it does not apply");
  }

  /** Takes the patch out again. */
  restore(patch: string): void {
    const { status, stderr } = git(this.#folder, ["apply", "--reverse", patch]);
    if (status !== 0) throw new Error(`a copy cannot be restored: ${stderr.trim()}`);
  }

  /**
   * Runs these tests and no others, and ends what takes longer.
   *
   * @returns what became of each that ran; undefined when vitest gave no report.
   */
  async run(tests: readonly Named[], workers: number, withinMs: number): Promise<readonly Outcome[] | undefined> {
    rmSync(this.#report, { force: true });
    const files = [...new Set(tests.map(({ file }) => file))];
    const names = tests.map(({ name }) => name.replaceAll(" > ", " ").replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    const vitest = join("node_modules", "vitest", "vitest.mjs");
    await ended(this.#folder, withinMs, [
      ...[vitest, "run", "--config", "test/vitest.config.ts", "--project", "fast", ...files],
      ...["--testNamePattern", `^(?:${names.join("|")})$`, `--maxWorkers=${workers}`],
      ...["--reporter=json", `--outputFile=${this.#report}`],
    ]);
    if (!existsSync(this.#report)) return undefined;
    const { testResults } = JSON.parse(readFileSync(this.#report, "utf8")) as Report;
    return testResults.flatMap((one) => {
      const file = relative(this.#folder, one.name);
      return one.assertionResults.map(({ ancestorTitles, title, status, failureMessages }) => {
        const [message = ""] = (failureMessages[0] ?? one.message).split("\n");
        return { file, name: [...ancestorTitles, title].join(" > "), status, message };
      });
    });
  }
}

function git(cwd: string, args: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  // Inside some other repository git would take the paths of a patch for that one's, and skip them without a word.
  const env = { ...process.env, GIT_CEILING_DIRECTORIES: dirname(cwd) };
  return spawnSync("git", args, { cwd, env, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
}

function ended(cwd: string, timeout: number, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    // With CI set no golden document is written anew.
    const env = { ...process.env, CI: "true" };
    const child = spawn(process.execPath, args, { cwd, env, stdio: "ignore", timeout, killSignal: "SIGKILL" });
    child.once("error", reject);
    child.once("exit", () => resolve());
  });
}
