import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Child } from "./child.ts";

export interface BenchPerson {
  readonly extension: string;
  readonly name: string;
  readonly role: "administrator" | "team-manager" | "agent";
  readonly teams: readonly string[];
}

/** As `earshot.yaml` has it; what is left out is what every bench uses. */
export interface EarshotConfig {
  readonly pbx: object;
  readonly people: readonly BenchPerson[];
  /** The extensions whose owners have a phone. */
  readonly phones: readonly string[];
  readonly mqtt?: object;
  /** Who may open the desk in the browser; nobody without it. */
  readonly desk?: object;
  /** How phones are told; without it earshot serves them nothing. */
  readonly provisioning?: object;
  readonly http?: { readonly listen: string; readonly publicUrl: string; readonly tls?: object };
  /** Texts to stand beside the configuration, by name. */
  readonly files?: Readonly<Record<string, string>>;
}

const main = fileURLToPath(new URL("../../dist/main.js", import.meta.url));
const run = promisify(execFile);

/** How the ARI server of the bench is named in a configuration. */
export function ariPbx(url: string): object {
  return {
    kind: "asterisk",
    ari: { url, username: "earshot", password: "bench" },
    endpoint: "PJSIP/{extension}",
    supervisionEndpoint: "PJSIP/{extension}-sup",
  };
}

/** The built gateway in a process of its own, started as people start it, with a data folder of its own. */
export class Earshot {
  readonly #config: EarshotConfig;
  #folder = "";
  #child: Child | undefined;
  #urls: ReadonlyMap<string, string> = new Map();
  /** `host:port` of the embedded broker. */
  mqtt = "";
  publicUrl = "";
  /** Of its phones. */
  macs: readonly string[] = [];

  constructor(config: EarshotConfig) {
    this.#config = config;
  }

  get process(): Child {
    if (this.#child === undefined) throw new Error("earshot is not started");
    return this.#child;
  }

  /** What Node is started with, once the configuration is written. */
  get command(): readonly string[] {
    return [main, "start", "--config", join(this.#folder, "earshot.yaml"), "--json"];
  }

  /** The launcher URL of a phone. The same after every start. */
  launcher(extension: string): string {
    const url = this.#urls.get(extension);
    if (url === undefined) throw new Error(`${extension} has no phone`);
    return url;
  }

  /** Where one of its files is. */
  file(name: string): string {
    return join(this.#folder, name);
  }

  async start(): Promise<void> {
    if (!existsSync(main)) throw new Error("there is no dist/: npm run build");
    if (this.#folder === "") await this.#configure();
    const child = Child.plain(this.command, join(this.#folder, "log"));
    this.#child = child;
    const started = JSON.parse(await child.start()) as { publicUrl: string; mqtt?: string };
    this.publicUrl = started.publicUrl;
    this.mqtt = started.mqtt ?? "";
    const rows = JSON.parse(await this.run("phones", "list", "--json", "--show-urls")) as {
      extension: string;
      url: string;
      mac: string;
    }[];
    this.#urls = new Map(rows.map(({ extension, url }) => [extension, url]));
    this.macs = rows.map(({ mac }) => mac);
  }

  /** A command beside it. @returns what it wrote. */
  async run(...words: readonly string[]): Promise<string> {
    const args = [main, ...words, "--config", join(this.#folder, "earshot.yaml")];
    return (await run(process.execPath, args, { maxBuffer: 1 << 26 })).stdout;
  }

  /** Ends it; the data folder stays. */
  async stop(): Promise<void> {
    await this.#child?.stop();
    this.#child = undefined;
  }

  async remove(): Promise<void> {
    await this.stop();
    if (this.#folder !== "") await rm(this.#folder, { recursive: true, force: true });
  }

  async #configure(): Promise<void> {
    const { pbx, people, phones, mqtt, http, desk, provisioning, files = {} } = this.#config;
    this.#folder = await mkdtemp(join(tmpdir(), "earshot-bench-"));
    const own = {
      http: http ?? { listen: "127.0.0.1:0", publicUrl: "http://127.0.0.1:0" },
      data: join(this.#folder, "data"),
      pbx,
      policy: { hidden: "allowed", pin: "off" },
      mqtt: mqtt ?? { embedded: { listen: "127.0.0.1:0", accounts: [] } },
      people,
      ...(desk && { desk }),
      ...(provisioning && { provisioning }),
      phones: phones.map((extension, index) => ({
        mac: `805ec0${index.toString(16).padStart(6, "0")}`,
        ...{ vendor: "yealink", model: "T46U", extension, answer: "auto" },
      })),
    };
    for (const [name, text] of Object.entries(files)) await writeFile(join(this.#folder, name), text, { mode: 0o600 });
    // JSON is YAML.
    await writeFile(join(this.#folder, "earshot.yaml"), JSON.stringify(own), { mode: 0o600 });
  }
}
