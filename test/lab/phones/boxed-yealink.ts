import { createSocket } from "node:dgram";
import { once } from "node:events";
import { connectOptions, type FetchedFile, fetchFile, type Lan } from "./boot-line.ts";
import { type BoxedPhone, known, type SipLine } from "./boxed.ts";
import { yealinkFactory, yealinkFlaw } from "./boxed-yealink-keys.ts";
import { askPnp } from "./pnp.ts";
import { YealinkPhone } from "./yealink.ts";

/** What no page settles, each way of it a value. */
export interface BoxedYealinkSwitches {
  /** Whether it goes to another server that it was told as soon as it has its files, or when it is started again (7.1, 7.5). */
  readonly followsAtOnce: boolean;
}

export interface BoxedYealinkOptions extends Partial<BoxedYealinkSwitches> {
  readonly mac: string;
  readonly lan: Lan;
  /** Authorities that the factory has put into it (PEM). */
  readonly builtIn: readonly string[];
}

const firmware = "108.86.0.90";
const agentModel = "SIP-T46U";
const mostAuthorities = 10;
const mostBytes = 5 * 1024 * 1024;
/** New addresses in a row, before somebody must have made a circle. */
const mostServers = 4;

/**
 * A Yealink T46U from its box, as yealink.md 7.1 and 7.5 have it: asks its network for a server by PnP, fetches boot files,
 * common file and its own, takes each setting or complains, fetches authorities it is told to trust, and begins anew where
 * it was told another server. Settings outlast the power. A name that is not in a certificate is refused, as if `cn_validation` were on.
 */
export class BoxedYealink implements BoxedPhone {
  readonly fetched: FetchedFile[] = [];
  readonly complaints: string[] = [];
  readonly sipAgent = `Yealink ${agentModel} ${firmware}`;
  readonly #settings = new Map<string, string>(yealinkFactory);
  /** Authorities that were loaded, by their address (6, TLS). */
  readonly #loaded = new Map<string, string>();
  readonly #options: BoxedYealinkOptions;
  readonly #colons: string;

  constructor(options: BoxedYealinkOptions) {
    this.#options = options;
    this.#colons = options.mac.match(/../g)?.join(":") ?? "";
  }

  async powerOn(): Promise<void> {
    let server = (await this.#byPnp()) ?? this.setting("static.auto_provision.server.url");
    const been = new Set<string>();
    while (server !== undefined && !been.has(server)) {
      if (been.size >= mostServers) return this.#complain(`is sent from server to server: ${[...been].join(", ")}`);
      been.add(server);
      await this.#provision(server);
      server = this.#options.followsAtOnce === false ? undefined : this.setting("static.auto_provision.server.url");
    }
  }

  /** Somebody has typed a setting into its web page. */
  type(key: string, value: string): void {
    this.#settings.set(key, value);
  }

  setting(key: string): string | undefined {
    return this.#settings.get(key);
  }

  lines(): readonly SipLine[] {
    const of = (index: number, key: string): string => known(this.#settings, `account.${index}.${key}`);
    const on = Array.from({ length: 16 }, (_, at) => at + 1).filter(
      (index) => this.setting(`account.${index}.enable`) === "1",
    );
    return on.map((index) => ({
      ...{ user: of(index, "user_name"), auth: of(index, "auth_name"), password: of(index, "password") },
      ...{ name: of(index, "display_name"), server: of(index, "sip_server.1.address") },
      port: Number(of(index, "sip_server.1.port")),
    }));
  }

  /** `features.intercom.allow`: whether an Alert-Info that asks for it is answered (T5 Administrator Guide p. 476). */
  get answersItself(): boolean {
    return this.setting("features.intercom.allow") === "1";
  }

  /** The first line key of type 27, XML browser (5.1). */
  launcher(): string {
    const key = Array.from({ length: 27 }, (_, at) => at + 1).find((n) => this.setting(`linekey.${n}.type`) === "27");
    return known(this.#settings, `linekey.${key}.value`);
  }

  desk(): YealinkPhone {
    return new YealinkPhone({
      ...{ model: "T46U", mac: this.#colons, connect: connectOptions(this.#options.lan, this.#trusted()) },
    });
  }

  async #byPnp(): Promise<string | undefined> {
    if (this.setting("static.auto_provision.pnp_enable") !== "1") return undefined;
    const { lan, mac } = this.#options;
    const socket = createSocket("udp4");
    socket.bind(0, lan.address);
    await once(socket, "listening");
    socket.setMulticastInterface(lan.address);
    try {
      const profile = { mac, vendor: "Yealink", model: agentModel, version: firmware };
      const { url, wrong } = await askPnp(profile, lan.address, socket);
      for (const why of wrong) this.#complain(`was answered wrongly by PnP: ${why}`);
      return url;
    } finally {
      socket.close();
    }
  }

  /** 7.1: its own boot file, else the common one, and what that includes; without one the common file and its own. */
  async #provision(server: string): Promise<void> {
    const base = server.endsWith("/") ? server : `${server}/`;
    const { mac } = this.#options;
    const own = await this.#get(`${base}${mac}.boot`);
    const boot = own ?? (await this.#get(`${base}y000000000000.boot`));
    const names = boot === undefined ? ["y000000000108.cfg", `${mac}.cfg`] : this.#included(boot);
    const given = new Map<string, string>();
    for (const name of names) {
      const text = await this.#get(new URL(name, base).href);
      // Later files go over earlier ones.
      if (text !== undefined) for (const [key, value] of this.#read(text, name)) given.set(key, value);
      else if (boot !== undefined) this.#complain(`was sent to ${name}, and got nothing`);
    }
    for (const [key, value] of given) this.#settings.set(key, value);
    await this.#load(given.get("static.trusted_certificates.url"));
  }

  async #get(url: string): Promise<string | undefined> {
    const told = (key: string): string | undefined => this.setting(`static.auto_provision.server.${key}`);
    const [user, password] = [told("username"), told("password")];
    const got = await fetchFile(this.#options.lan, url, {
      userAgent: `Yealink ${agentModel} ${firmware} ${this.#colons}`,
      signIn: user === undefined || password === undefined ? undefined : { user, password },
      trusted: this.#trusted(),
    });
    this.fetched.push(got);
    return got.status === 200 ? got.body : undefined;
  }

  #trusted(): readonly string[] {
    const which = this.setting("static.security.ca_cert");
    return [...(which === "1" ? [] : this.#options.builtIn), ...(which === "0" ? [] : this.#loaded.values())];
  }

  /** A boot file: comments, includes, `overwrite_mode`, and nothing else. */
  #included(text: string): readonly string[] {
    return this.#lines(text, "boot file").flatMap((line) => {
      const name = /^include:config (?:"([^"]+)"|<([^>]+)>)$/.exec(line)?.slice(1).find(Boolean);
      if (name?.endsWith(".cfg")) return [name];
      if (!/^overwrite_mode = [01]$/.test(line)) this.#complain(`cannot read in its boot file: ${line}`);
      return [];
    });
  }

  #read(text: string, name: string): ReadonlyMap<string, string> {
    const read = new Map<string, string>();
    for (const line of this.#lines(text, name)) {
      const [, key = "", value = ""] = /^([a-z][\w.]*) = (\S(?:.*\S)?)$/.exec(line) ?? [];
      const flaw = key === "" ? `cannot read: ${line}` : yealinkFlaw(key, value);
      if (flaw !== undefined) this.#complain(`${name}: ${flaw}`);
      else if (read.has(key)) this.#complain(`${name}: has ${key} twice`);
      else read.set(key, value);
    }
    return read;
  }

  #lines(text: string, name: string): readonly string[] {
    const [first, ...lines] = text.split("\n");
    if (first !== "#!version:1.0.0.1") this.#complain(`${name}: does not begin with #!version:1.0.0.1`);
    return lines.filter((line) => line !== "" && !line.startsWith("#"));
  }

  /** 6, TLS: at most ten authorities, at most 5 MB, in a form that it knows. */
  async #load(url: string | undefined): Promise<void> {
    if (url === undefined || this.#loaded.has(url)) return;
    const text = await this.#get(url);
    const certificates = text?.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
    if (text === undefined || certificates.length !== 1 || text.length > mostBytes) {
      return this.#complain(`was to trust ${url}, where there is no certificate`);
    }
    if (this.#loaded.size >= mostAuthorities) return this.#complain("has no room for another authority");
    this.#loaded.set(url, text);
  }

  #complain(what: string): void {
    this.complaints.push(what);
  }
}
