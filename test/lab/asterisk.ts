import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { access, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { setPriority, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Phone as ConfiguredPhone } from "../../src/model/index.js";
import { type Account, makeAccounts, type NewAccount } from "./accounts.ts";
import { asteriskFiles, type LabSipAccount } from "./asterisk-config.ts";
import { runCommand } from "./command.ts";
import { asteriskPart, type Part } from "./parts.ts";
import { freePorts } from "./ports.ts";
import { encodeMuLaw, Tone } from "./tone.ts";
import { TONES } from "./voices.ts";

export interface AsteriskOptions {
  /** Whether endpoints may send audio around the PBX; off by default, because then there is nothing to attach to. */
  readonly directMedia?: boolean;
  /** Added to the end of extensions.conf. */
  readonly dialplan?: string;
  /** Added to the end of queues.conf. */
  readonly queues?: string;
  /** Accounts beside those that every lab has. */
  readonly accounts?: readonly NewAccount[];
  /** Further modules, by name without `.so`. */
  readonly modules?: readonly string[];
  /** Whether earshot's part is written for a FreePBX. */
  readonly freepbx?: boolean;
  /** Where transfers look for their destination, where earshot is told of it. */
  readonly transferContext?: string;
  /** Desk phones that earshot knows: what their BLF keys watch, and who takes texts. */
  readonly desks?: readonly ConfiguredPhone[];
  /** earshot's own SIP account; none by default. */
  readonly sip?: LabSipAccount;
  /** What a careless site makes of a file, by its name; as it is, by default. */
  readonly edited?: (name: string, text: string) => string;
  /** A host of its own: the words before a command line there, and its address for phones; ARI and AMI stay on its loopback. */
  readonly host?: { readonly on: readonly string[]; readonly address: string };
  /** Passwords of accounts that somebody else has made, by account. */
  readonly passwords?: Readonly<Record<string, string>>;
  /** Passwords of earshot's two users; by default made now. */
  readonly secrets?: { readonly ari: string; readonly ami: string };
  /** Whether it counts as started only once ARI answers; by default it does. */
  readonly ari?: boolean;
  /** How long Asterisk may take until it is fully booted, in milliseconds; 20,000 by default. */
  readonly readyWithinMs?: number;
}

export interface AsteriskPorts {
  readonly http: number;
  readonly ami: number;
  readonly sip: number;
  /** The first of `RTP_PORTS` ports. */
  readonly rtp: number;
}

const RTP_PORTS = 400;

/**
 * A private, real Asterisk on loopback: its own folder, ports and passwords, all gone after `stop()`.
 * Ports and passwords are the same over `restart()`, and over `kill()` followed by `start()`.
 */
export class AsteriskLab {
  readonly host = "127.0.0.1";
  readonly accounts: readonly Account[];
  readonly ariUser: { readonly username: string; readonly password: string };
  readonly amiUser: { readonly username: string; readonly secret: string };
  readonly #options: AsteriskOptions;
  #part: Part | undefined;
  #folder: string | undefined;
  #ports: AsteriskPorts | undefined;
  #child: ChildProcess | undefined;
  readonly #atExit = () => {
    this.#child?.kill("SIGKILL");
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
  };

  constructor(options: AsteriskOptions = {}) {
    this.#options = options;
    this.accounts = makeAccounts(options.accounts).map((one) => ({
      ...one,
      password: options.passwords?.[one.user] ?? one.password,
    }));
    const { ari, ami } = options.secrets ?? {
      ari: randomBytes(12).toString("hex"),
      ami: randomBytes(12).toString("hex"),
    };
    this.ariUser = { username: "earshot", password: ari };
    this.amiUser = { username: "earshot", secret: ami };
  }

  /** The ports in use. @throws Error before the first `start()`. */
  get ports(): AsteriskPorts {
    if (this.#ports === undefined) throw new Error("Asterisk was not started");
    return this.#ports;
  }

  /** Where ARI answers, as earshot.yaml wants it: `http://127.0.0.1:<port>/ari`. */
  get ariUrl(): string {
    return `http://${this.host}:${this.ports.http}/ari`;
  }

  /** The websocket of an ARI application, credentials included. */
  ariEventsUrl(app: string): string {
    const key = `${this.ariUser.username}:${this.ariUser.password}`;
    const query = new URLSearchParams({ app, api_key: key });
    return `ws://${this.host}:${this.ports.http}/ari/events?${query}`;
  }

  /** Whether the process runs; false from the moment `kill()` is done. */
  get running(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** An account by its user name, such as `2001`, `3001-sup` or `trunk`. @throws Error for an unknown one. */
  account(user: string): Account {
    const account = this.accounts.find((candidate) => candidate.user === user);
    if (account === undefined) throw new Error(`the lab has no account ${user}`);
    return account;
  }

  /**
   * Starts Asterisk and resolves once it is fully booted and ARI answers with this lab's password.
   * @throws Error with the reason where no Asterisk can be had, and with the end of its log where it does not start.
   */
  async start(): Promise<void> {
    if (this.running) throw new Error("Asterisk runs already");
    const part = await asteriskPart();
    if (!part.ok) throw new Error(`no Asterisk here: ${part.why}`);
    this.#part = part;
    // Ports that were free a moment ago may be taken by now; a second start keeps the ports, so only the first moves.
    const attempts = this.#folder === undefined ? 3 : 1;
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.#configure(part);
        await this.#launch(part);
        return;
      } catch (error) {
        const log = await this.log().catch(() => "");
        await this.kill();
        if (attempt < attempts) {
          await this.#clear();
          continue;
        }
        throw new Error(`Asterisk did not start: ${String(error)}\n${log.slice(-3000)}`);
      }
    }
  }

  /** Ends Asterisk and removes its folder. Harmless when it does not run. */
  async stop(): Promise<void> {
    await this.#end("SIGTERM");
    await this.#clear();
    process.off("exit", this.#atExit);
  }

  /** Ends Asterisk in good order and starts it again, same ports, same passwords, same astdb. @throws Error */
  async restart(): Promise<void> {
    await this.#end("SIGTERM");
    await this.start();
  }

  /** Ends Asterisk at once, as a power cut does (SIGKILL); `start()` brings it back on the same ports. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  /** What a command of Asterisk's own console prints. @throws Error when Asterisk does not answer. */
  async cli(command: string): Promise<string> {
    if (this.#part === undefined || this.#folder === undefined) throw new Error("Asterisk was not started");
    const { file, args } = this.#part.command(["-C", join(this.#folder, "etc/asterisk.conf"), "-rx", command]);
    const result = await runCommand(file, args, { timeoutMs: 15_000 });
    if (result.code !== 0) throw new Error(`${command}: ${result.stdout}${result.stderr}`);
    return result.stdout;
  }

  /** Asterisk's notices, warnings and errors so far. */
  async log(): Promise<string> {
    if (this.#folder === undefined) return "";
    return await readFile(join(this.#folder, "log/messages"), "utf8");
  }

  /** Sets a variable on the channel whose name begins so, as a site's own programs do it. @throws Error without one. */
  async setVariable(channel: string, name: string, value: string): Promise<void> {
    const said = await this.cli(`dialplan set chanvar ${await this.#nameOf(channel)} ${name} ${value}`);
    if (/not found|No such/i.test(said)) throw new Error(said);
  }

  async #nameOf(beginning: string): Promise<string> {
    const channels = (await this.ari("GET", "/channels")) as readonly { readonly name: string }[];
    const found = channels.find(({ name }) => name.startsWith(beginning));
    if (found === undefined) throw new Error(`no channel is called ${beginning}…`);
    return found.name;
  }

  /** One request to ARI. @returns the parsed body (undefined where it is empty). @throws Error unless 2xx. */
  async ari(method: "GET" | "POST" | "PUT" | "DELETE", path: string, body?: unknown): Promise<unknown> {
    const key = Buffer.from(`${this.ariUser.username}:${this.ariUser.password}`).toString("base64");
    const response = await fetch(`${this.ariUrl}${path}`, {
      method,
      headers: { authorization: `Basic ${key}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(10_000),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === "" ? undefined : JSON.parse(text);
  }

  async #configure(part: Part): Promise<void> {
    if (this.#folder !== undefined) return;
    process.on("exit", this.#atExit);
    const base = await freePorts(RTP_PORTS + 4, 12);
    this.#ports = { http: base, ami: base + 1, sip: base + 2, rtp: base + 4 };
    this.#folder = await mkdtemp(join(tmpdir(), "earshot-lab-"));
    for (const name of ["etc", "lib", "lib/keys", "spool", "run", "log", "moh"]) await mkdir(join(this.#folder, name));
    const files = asteriskFiles({
      runFolder: this.#folder,
      modulesFolder: await firstFolder(part.root, /asterisk\/modules$/, "app_dial.so"),
      dataFolder: await firstFolder(part.root, /asterisk$/, "documentation/core-en_US.xml"),
      ports: this.#ports,
      rtpPorts: RTP_PORTS,
      ari: this.ariUser,
      ami: this.amiUser,
      accounts: this.accounts,
      directMedia: this.#options.directMedia ?? false,
      dialplan: this.#options.dialplan ?? "",
      queues: this.#options.queues ?? "",
      modules: this.#options.modules ?? [],
      freepbx: this.#options.freepbx ?? false,
      transferContext: this.#options.transferContext,
      desks: this.#options.desks ?? [],
      sip: this.#options.sip,
      address: this.#options.host?.address ?? this.host,
      edited: this.#options.edited ?? ((_, text) => text),
    });
    for (const [name, text] of Object.entries(files)) await writeFile(join(this.#folder, "etc", name), text);
    const music = new Tone(TONES.music).next(10 * 8000);
    await writeFile(join(this.#folder, "moh/tone.ulaw"), encodeMuLaw(music));
  }

  async #launch(part: Part): Promise<void> {
    const conf = join(this.#folder ?? "", "etc/asterisk.conf");
    const { file, args } = part.command(["-f", "-C", conf]);
    // The kernel ends Asterisk when this process ends, however it ends: an orphan would keep ports and audio going.
    const tied = (await hasSetpriv()) ? ["setpriv", "--pdeathsig", "KILL", file] : [file];
    const [first = file, ...words] = [...(this.#options.host?.on ?? []), ...tied, ...args];
    const child = spawn(first, words, { stdio: "ignore" });
    const failed = new Promise<never>((_, reject) => {
      child.once("error", reject);
      child.once("exit", (code, signal) => reject(new Error(`ended with ${code ?? signal}`)));
    });
    this.#child = child;
    try {
      // As PBXs usually run, and so that a busy test machine is not measured in its place; not everybody may.
      if (child.pid !== undefined) setPriority(child.pid, -10);
    } catch {}
    failed.catch(() => undefined);
    await Promise.race([this.#ready(), failed]);
  }

  async #ready(): Promise<void> {
    const within = this.#options.readyWithinMs ?? 20_000;
    const deadline = Date.now() + within;
    for (;;) {
      try {
        if (this.#options.ari ?? true) await this.ari("GET", "/asterisk/ping");
        await this.cli("core waitfullybooted");
        return;
      } catch (error) {
        if (!this.running) throw error;
        if (Date.now() > deadline) throw new Error(`not ready within ${within} ms: ${String(error)}`);
        await wait(50);
      }
    }
  }

  async #end(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    if (this.running) {
      const ended = once(child, "exit");
      child.kill(signal);
      const late = setTimeout(() => child.kill("SIGKILL"), 5000);
      await ended;
      clearTimeout(late);
    }
    this.#child = undefined;
  }

  async #clear(): Promise<void> {
    if (this.#folder !== undefined) await rm(this.#folder, { recursive: true, force: true });
    this.#folder = undefined;
    this.#ports = undefined;
  }
}

async function hasSetpriv(): Promise<boolean> {
  return (await runCommand("setpriv", ["--version"])).code === 0;
}

async function firstFolder(root: string, wanted: RegExp, holding: string): Promise<string> {
  const triplets = (await readdir(join(root, "usr/lib")).catch(() => [])).filter((name) => name.includes("-linux-"));
  const bases = ["usr/share", "var/lib", ...triplets.map((name) => `usr/lib/${name}`), "usr/lib", "usr/lib64"];
  for (const base of [...bases, "usr/local/lib", "usr/local/share", "usr/local/var/lib"]) {
    for (const name of ["asterisk", "asterisk/modules"]) {
      const folder = join(root, base, name);
      if (!wanted.test(folder)) continue;
      const there = await access(join(folder, holding)).then(
        () => true,
        () => false,
      );
      if (there) return folder;
    }
  }
  throw new Error(`this Asterisk has no ${holding}`);
}
