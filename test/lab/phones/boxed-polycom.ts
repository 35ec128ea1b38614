import { SaxesParser } from "saxes";
import { connectOptions, type FetchedFile, fetchFile, type Lan } from "./boot-line.ts";
import { type BoxedPhone, known, type SipLine } from "./boxed.ts";
import { polycomFactory, polycomFlaw } from "./boxed-polycom-keys.ts";
import { PolycomPhone } from "./polycom.ts";

/** What no page settles, each way of it a value. */
export interface BoxedPolycomSwitches {
  /** Whether an authority that was loaded is believed though no profile's list names it (7, TLS: default not known). */
  readonly believesLoaded: boolean;
}

export interface BoxedPolycomOptions extends Partial<BoxedPolycomSwitches> {
  readonly mac: string;
  readonly lan: Lan;
  /** Authorities that the factory has put into it (PEM). */
  readonly builtIn: readonly string[];
  /** What DHCP of its network says in option 160, and in 66 (8.4). */
  readonly dhcp: { readonly 160?: string; readonly 66?: string };
}

const software = "5.9.5.0614";
const model = "VVX_411";
const mostServers = 4;
/** Administrator's Guide SIP 2.0 p. 14: a name, and all of them with commas and spaces. */
const longestName = 255;
const longestList = 2_047;

const masterAttributes = new Set([
  ...["APP_FILE_PATH", "CONFIG_FILES", "MISC_FILES", "LOG_FILE_DIRECTORY", "OVERRIDES_DIRECTORY", "CONTACTS_DIRECTORY"],
  ...["LICENSE_DIRECTORY", "USER_PROFILES_DIRECTORY", "CALL_LISTS_DIRECTORY"],
]);

/**
 * A Polycom VVX 411 from its box, as polycom.md 8 has it: its server by DHCP, the updater's and the application's requests,
 * master file, then each of CONFIG_FILES, the left-most counting; each parameter taken or complained about; a start anew where
 * a `device.prov` says another server. Parameters outlast the power.
 */
export class BoxedPolycom implements BoxedPhone {
  readonly fetched: FetchedFile[] = [];
  readonly complaints: string[] = [];
  readonly sipAgent = `PolycomVVX-${model}-UA/${software}`;
  readonly #settings = new Map<string, string>(polycomFactory);
  readonly #options: BoxedPolycomOptions;

  constructor(options: BoxedPolycomOptions) {
    this.#options = options;
  }

  async powerOn(): Promise<void> {
    const been = new Set<string>();
    for (;;) {
      const server = this.#server();
      if (server === undefined || been.has(server)) return;
      if (been.size >= mostServers) return this.#complain(`is sent from server to server: ${[...been].join(", ")}`);
      been.add(server);
      await this.#provision(server.endsWith("/") ? server : `${server}/`);
    }
  }

  /** Somebody has typed a parameter into its web page. */
  type(key: string, value: string): void {
    this.#settings.set(key, value);
  }

  setting(key: string): string | undefined {
    return this.#settings.get(key);
  }

  lines(): readonly SipLine[] {
    const of = (index: number, key: string): string => known(this.#settings, `reg.${index}.${key}`);
    const on = Array.from({ length: 12 }, (_, at) => at + 1).filter((index) => this.setting(`reg.${index}.address`));
    return on.map((index) => ({
      ...{ user: of(index, "address"), auth: of(index, "auth.userId"), password: of(index, "auth.password") },
      ...{ name: of(index, "displayName"), server: of(index, "server.1.address") },
      port: Number(of(index, "server.1.port")),
    }));
  }

  /** Whether an Alert-Info of some value has the class of an answer by itself (Administrator Guide SoundPoint p. 74). */
  get answersItself(): boolean {
    return [...this.#settings].some(([key, value]) => /alertInfo\.\d+\.class$/.test(key) && value === "autoAnswer");
  }

  /** The Applications key (1.4), and the softkey of the idle screen where there is one (6): they lead to one page. */
  launcher(): string {
    const home = known(this.#settings, "mb.main.home");
    const softkey = this.setting("softkey.1.action");
    if (softkey === undefined) return home;
    const macro = [...this.#settings].find(([key, value]) => key.endsWith(".mname") && `!${value}` === softkey)?.[0];
    const action = this.setting(`${macro?.replace(/\.mname$/, "")}.action.string`);
    const on = this.setting("feature.enhancedFeatureKeys.enabled") === "1" && this.setting("softkey.1.enable") === "1";
    if (!on || action !== home) this.#complain(`has a softkey that opens ${action}, and a home page ${home}`);
    return home;
  }

  desk(): PolycomPhone {
    return new PolycomPhone({ model, connect: connectOptions(this.#options.lan, this.#trusted("browser")) });
  }

  /** What DHCP says, or what it was told where DHCP says nothing or is not to be asked any more (8.4). */
  #server(): string | undefined {
    const { dhcp } = this.#options;
    const told = this.setting("device.prov.serverName");
    const alone = ["Static", "2"].includes(this.setting("device.dhcp.bootSrvUseOpt") ?? "");
    return alone ? told : (dhcp[160] ?? dhcp[66] ?? told);
  }

  /** 8.1: first the updater, then the application; what is not there is no fault but for what a master file names. */
  async #provision(base: string): Promise<void> {
    const { mac } = this.#options;
    const updater = (name: string, method = "GET") => this.#ask(`${base}${name}`, "Updater", method);
    const application = (name: string, method = "GET") => this.#ask(new URL(name, base).href, "Application", method);
    await updater(`${mac}-boot.log`, "PUT");
    if ((await updater(`${mac}.cfg`)) === undefined) await updater("000000000000.cfg");
    const own = await application(`${mac}.cfg`);
    const master = own ?? (await application("000000000000.cfg"));
    if (master === undefined) return;
    const read = this.#read(master, "the master file");
    await application(read.get("APP_FILE_PATH") ?? "sip.ld");
    const given = new Map<string, string>();
    for (const name of this.#named(read)) {
      const text = await application(name);
      if (text === undefined) this.#complain(`was sent to ${name}, and got nothing`);
      // On duplicates the left-most counts.
      else for (const [key, value] of this.#read(text, name)) if (!given.has(key)) given.set(key, value);
    }
    for (const name of [`${mac}-phone.cfg`, `${mac}-web.cfg`]) await application(name);
    for (const name of ["000000000000-license.cfg", `${mac}-license.cfg`, `${mac}-directory.xml`])
      await application(name);
    await application(`${mac}-app.log`, "HEAD");
    await application(`${mac}-app.log`, "PUT");
    this.#take(given);
  }

  #named(master: ReadonlyMap<string, string>): readonly string[] {
    const list = (master.get("CONFIG_FILES") ?? "").replaceAll("[PHONE_MAC_ADDRESS]", this.#options.mac);
    const names = list.split(",").map((name) => name.trim());
    if (list.length > longestList) this.#complain("CONFIG_FILES is longer than 2,047 characters");
    for (const name of names) if (name.length > longestName) this.#complain(`${name} is longer than 255 characters`);
    return names.filter((name) => name !== "");
  }

  async #ask(url: string, phase: "Updater" | "Application", method: string): Promise<string | undefined> {
    const [user, password] = [this.setting("device.prov.user"), this.setting("device.prov.password")];
    const got = await fetchFile(this.#options.lan, url, {
      ...{ method, userAgent: `FileTransport PolycomVVX-${model}-UA/${software} Type/${phase}` },
      ...(method === "PUT" && { body: "0101000000|log  |0|00|started\n" }),
      signIn: user === undefined || password === undefined ? undefined : { user, password },
      trusted: this.#trusted("provisioning"),
    });
    this.fetched.push(got);
    return got.status === 200 && method === "GET" ? got.body : undefined;
  }

  /**
   * 7, TLS: two platform profiles, each with a list of whom it believes; provisioning has the first, the browser the one that
   * is chosen.
   */
  #trusted(of: "provisioning" | "browser"): readonly string[] {
    const chosen = this.setting(`${of === "browser" ? "" : "device."}sec.TLS.profileSelection.${of}`);
    const profile = chosen === "PlatformProfile2" ? 2 : 1;
    const list = this.setting(`device.sec.TLS.profile.caCertList${profile}`);
    const { builtIn, believesLoaded = false } = this.#options;
    const loaded = (n: 1 | 2): readonly string[] => {
      const named = list === "All" || list?.includes(`Platform${n}`) === true;
      const certificate = this.setting(`device.sec.TLS.customCaCert${n}`);
      return certificate !== undefined && (named || (list === undefined && believesLoaded)) ? [pem(certificate)] : [];
    };
    const others = list === undefined || list === "All" || list.startsWith("Builtin");
    return [...(others ? builtIn : []), ...loaded(1), ...loaded(2)];
  }

  /** 8.2: one error, and nothing of a file is taken; element names mean nothing. */
  #read(xml: string, name: string): ReadonlyMap<string, string> {
    const read = new Map<string, string>();
    const wrong: string[] = [];
    const parser = new SaxesParser();
    let root = "";
    parser.on("error", (error) => void wrong.push(error.message));
    parser.on("opentag", (tag) => {
      root ||= tag.name;
      for (const [key, given] of Object.entries(tag.attributes)) {
        const value = String(given);
        const master = root === "APPLICATION";
        const flaw = master ? (masterAttributes.has(key) ? undefined : `knows no ${key}`) : polycomFlaw(key, value);
        if (flaw !== undefined) wrong.push(flaw);
        if (read.has(key)) wrong.push(`has ${key} twice`);
        read.set(key, value);
      }
    });
    parser.write(xml).close();
    for (const why of wrong) this.#complain(`${name}: ${why}`);
    return wrong.length === 0 ? read : new Map();
  }

  /** 8.2: of `device.*` nothing is taken without `device.set`, and none without its own `.set`. */
  #take(given: ReadonlyMap<string, string>): void {
    for (const [key, value] of given) {
      if (key === "device.set" || key.endsWith(".set")) continue;
      const set = given.get("device.set") === "1" && given.get(`${key}.set`) === "1";
      if (key.startsWith("device.") && !set) this.#complain(`is told ${key}, and not to set it`);
      else this.#settings.set(key, value);
    }
  }

  #complain(what: string): void {
    this.complaints.push(what);
  }
}

/** A certificate whose lines became spaces, as those of every attribute do (XML 1.0 section 3.3.3). */
function pem(text: string): string {
  const [, body = ""] = /^-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----\s*$/.exec(text) ?? [];
  const lines = body.replace(/\s/g, "").replace(/(.{64})(?=.)/g, "$1\n");
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}
