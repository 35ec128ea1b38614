import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, rmSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { type ServerCertificate, serverCertificate } from "./certificate.ts";
import { runCommand } from "./command.ts";
import { mosquittoPart, type Part } from "./parts.ts";
import { freePorts } from "./ports.ts";

export interface MosquittoOptions {
  /** Passwords by user name: all who may sign in. */
  readonly accounts: Readonly<Record<string, string>>;
  /** The access file, given where the broker will be reached and the file with the authority's certificate. */
  access(url: string, caFile: string): string | Promise<string>;
  /** Signs in by certificates of its own authority alone, by their names, in place of passwords. */
  readonly certificates?: boolean;
  /** Whether it brings back what it retained, also after `kill()`; off by default, as earshot advises. */
  readonly persistence?: boolean;
  /** A host of its own: the words before a command line there, and its addresses, on all of which it listens. */
  readonly host?: { readonly on: readonly string[]; readonly addresses: readonly [string, ...string[]] };
}

const READY_WITHIN_MS = 20_000;

/**
 * A private, real Mosquitto, on loopback or on a host of its own: TLS, passwords and an access file, nobody anonymous; its own folder and port,
 * gone after `stop()`. Port, certificate and passwords are the same over `kill()` followed by `start()`.
 */
export class MosquittoLab {
  readonly #options: MosquittoOptions;
  readonly #certificate: ServerCertificate;
  #folder: string | undefined;
  #port: number | undefined;
  #child: ChildProcess | undefined;
  #log = "";
  readonly #atExit = () => {
    this.#child?.kill("SIGKILL");
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
  };

  constructor(options: MosquittoOptions) {
    this.#options = options;
    this.#certificate = serverCertificate(options.host?.addresses);
  }

  /** @throws Error before the first `start()`. */
  get port(): number {
    if (this.#port === undefined) throw new Error("Mosquitto was not started");
    return this.#port;
  }

  /** As earshot.yaml wants it. */
  get url(): string {
    return `mqtts://${this.#options.host?.addresses[0] ?? "127.0.0.1"}:${this.port}`;
  }

  /** The authority that vouches for it (PEM). */
  get ca(): string {
    return this.#certificate.ca;
  }

  /** What whoever has this name signs in with, where certificates are asked for (PEM). */
  client(name: string): { readonly certificate: string; readonly key: string } {
    return this.#certificate.client(name);
  }

  /** What it has logged so far. */
  get log(): string {
    return this.#log;
  }

  /** Resolves when it takes connections. @throws Error with its own words when it does not. */
  async start(): Promise<void> {
    if (this.#child !== undefined) return;
    const part = await mosquittoPart();
    if (!part.ok) throw new Error(`Mosquitto: ${part.why}`);
    try {
      await this.#configure(part);
      await this.#launch(part);
    } catch (error) {
      await this.#end("SIGKILL");
      throw error;
    }
  }

  /** Ends it and removes its folder. Harmless when it does not run. */
  async stop(): Promise<void> {
    await this.#end("SIGTERM");
    if (this.#folder !== undefined) await rm(this.#folder, { recursive: true, force: true });
    this.#folder = undefined;
    process.off("exit", this.#atExit);
  }

  /** Ends it at once, as a power cut does (SIGKILL): no last words to anybody. `start()` brings it back. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  async #configure(part: Part): Promise<void> {
    if (this.#folder !== undefined) return;
    process.on("exit", this.#atExit);
    this.#port = await freePorts(1, 1);
    const folder = await mkdtemp(join(tmpdir(), "earshot-mosquitto-"));
    this.#folder = folder;
    const at = (name: string): string => join(folder, name);
    const { accounts, access, certificates = false, persistence = false, host } = this.#options;
    const write = (name: string, text: string) => writeFile(at(name), text, { mode: 0o600 });
    await write("ca.crt", this.#certificate.ca);
    await write("server.crt", this.#certificate.certificate);
    await write("server.key", this.#certificate.key);
    await write(
      "passwords",
      Object.entries(accounts)
        .map(([user, password]) => `${user}:${password}\n`)
        .join(""),
    );
    const { file, args } = part.command(["-U", at("passwords")], "usr/bin/mosquitto_passwd");
    const hashed = await runCommand(file, args);
    if (hashed.code !== 0) throw new Error(`mosquitto_passwd: ${hashed.stderr}`);
    chmodSync(at("passwords"), 0o600);
    await write("access", await access(this.url, at("ca.crt")));
    const lines = [
      "per_listener_settings true",
      // Otherwise one that is started by root becomes a user who cannot read this folder.
      `user ${userInfo().username}`,
      "log_dest stderr",
      "set_tcp_nodelay true",
      `persistence ${persistence}`,
      ...(persistence ? [`persistence_location ${folder}/`, "autosave_on_changes true", "autosave_interval 1"] : []),
      `listener ${this.port}${host ? "" : " 127.0.0.1"}`,
      `certfile ${at("server.crt")}`,
      `keyfile ${at("server.key")}`,
      "allow_anonymous false",
      ...(certificates
        ? [`cafile ${at("ca.crt")}`, "require_certificate true", "use_identity_as_username true"]
        : [`password_file ${at("passwords")}`]),
      `acl_file ${at("access")}`,
    ];
    await write("mosquitto.conf", lines.map((line) => `${line}\n`).join(""));
  }

  async #launch(part: Part): Promise<void> {
    const { file, args } = part.command(["-c", join(this.#folder ?? "", "mosquitto.conf")]);
    // The kernel ends it when this process ends, however it ends.
    const tie = (await runCommand("setpriv", ["--version"])).code === 0 ? ["setpriv", "--pdeathsig", "KILL"] : [];
    const [program = file, ...rest] = [...(this.#options.host?.on ?? []), ...tie, file, ...args];
    const child = spawn(program, rest, { stdio: ["ignore", "ignore", "pipe"] });
    this.#child = child;
    const before = this.#log.length;
    await new Promise<void>((resolve, reject) => {
      const fail = (why: string) => reject(new Error(`Mosquitto ${why}: ${this.#log.slice(before)}`));
      const late = setTimeout(() => fail("is not ready in time"), READY_WITHIN_MS);
      child.once("error", (error) => fail(error.message));
      child.once("exit", (code, signal) => fail(`ended with ${code ?? signal}`));
      child.stderr.on("data", (chunk: Buffer) => {
        this.#log += chunk.toString();
        if (!/mosquitto version \S+ running/.test(this.#log.slice(before))) return;
        clearTimeout(late);
        resolve();
      });
    });
  }

  async #end(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill(signal);
    const late = setTimeout(() => child.kill("SIGKILL"), 5000);
    await ended;
    clearTimeout(late);
  }
}
