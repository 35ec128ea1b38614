import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Account } from "./accounts.ts";
import { Phone } from "./phone.ts";
import type { OrderMessage, PhoneOrder, PhoneOrders, ReportMessage } from "./phones-protocol.ts";
import type { Media } from "./rtp.ts";
import type { SipPeer } from "./sip-transport.ts";

export interface PhoneOptions {
  readonly account: Account;
  /** What the phone speaks, in Hz; silent frames without it. */
  readonly hz?: number;
  /** By default the account's user; needed where two devices share an account. */
  readonly name?: string;
  /** `manual` by default. */
  readonly answer?: "manual" | "always";
  /** What it calls itself, as real phones name their model and often their MAC address. */
  readonly userAgent?: string;
  /** True by default. */
  readonly obeyAutoAnswer?: boolean;
  /** Whether the phone registers before it is handed out; true by default. */
  readonly register?: boolean;
  /** 2 by default. */
  readonly maxCalls?: number;
  /** Sends no RTP at all; false by default. */
  readonly silent?: boolean;
  /** Plain PCMU on loopback by default; a phone takes this and nothing else. */
  readonly media?: Partial<Media>;
  /** Where it registers, where it has been told so by itself. */
  readonly peer?: SipPeer;
}

interface Pending {
  readonly resolve: (output: unknown) => void;
  readonly reject: (error: Error) => void;
}

/**
 * The phones of a test, all in one process of their own, so that whatever the test does never disturbs the 20 ms beat.
 * The process ends with the test process, however that ends.
 */
export class Phones {
  readonly #peer: () => SipPeer;
  readonly #phones = new Map<string, Phone>();
  readonly #pending = new Map<number, Pending>();
  #child: ChildProcess | undefined;
  #lastId = 0;

  /** @param pbx where the phones register and call; asked when a phone is added. */
  constructor(pbx: { readonly host: string; readonly ports: { readonly sip: number } }) {
    this.#peer = () => ({ host: pbx.host, port: pbx.ports.sip });
  }

  /** Starts the process. @throws Error when it ends at once. */
  async start(): Promise<void> {
    const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
    const child = fork(fileURLToPath(new URL("phones-process.ts", import.meta.url)), [], {
      execArgv: ["--import", tsx],
      serialization: "advanced",
      env: { ...process.env, NODE_OPTIONS: "" },
    });
    this.#child = child;
    const ended = once(child, "exit").then(([code]) => {
      const error = new Error(`the phones' process ended with ${String(code)}`);
      for (const { reject } of this.#pending.values()) reject(error);
      this.#pending.clear();
      return error;
    });
    const ready = new Promise<undefined>((resolve) => {
      child.on("message", (message: ReportMessage) => {
        if (message.kind === "ready") resolve(undefined);
        else this.#receive(message);
      });
    });
    const error = await Promise.race([ready, ended]);
    if (error !== undefined) throw error;
  }

  /** Ends all phones at once, as a power cut would; nobody is told. Harmless when not started. */
  async stop(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    this.#phones.clear();
    if (child === undefined || child.exitCode !== null) return;
    const ended = once(child, "exit");
    child.disconnect();
    const late = setTimeout(() => child.kill("SIGKILL"), 3000);
    await ended;
    clearTimeout(late);
  }

  /** A phone, registered unless told otherwise. @throws Error when the PBX refuses the registration. */
  async add(options: PhoneOptions): Promise<Phone> {
    const { account } = options;
    const name = options.name ?? account.user;
    if (this.#phones.has(name)) throw new Error(`there is a phone ${name} already`);
    const phone = new Phone(name, (order, input) => this.#order(name, order, input));
    this.#phones.set(name, phone);
    await phone.create({
      user: account.user,
      password: account.password,
      displayName: account.name,
      peer: options.peer ?? this.#peer(),
      userAgent: options.userAgent ?? "earshot lab phone",
      hz: options.hz,
      answer: options.answer ?? "manual",
      obeyAutoAnswer: options.obeyAutoAnswer ?? true,
      maxCalls: options.maxCalls ?? 2,
      silent: options.silent ?? false,
      media: { codec: "PCMU", encrypted: false, address: "127.0.0.1", ...options.media },
    });
    if (options.register ?? true) await phone.register();
    return phone;
  }

  /**
   * Registers every phone anew, as each does by itself sooner or later: Asterisk writes registrations to its disk once a
   * second, so one that is killed may have forgotten the last of them.
   */
  async registerAll(): Promise<void> {
    for (const phone of this.#phones.values()) await phone.register();
  }

  /** Ends every call of every phone, as between two tests. @throws Error when one does not end in time. */
  async hangUpAll(): Promise<void> {
    for (const phone of this.#phones.values()) await phone.hangUpAll();
  }

  /** Pulls a phone's cable: it is gone, and nobody is told. */
  async remove(phone: Phone): Promise<void> {
    await this.#order(phone.name, "remove", undefined);
    this.#phones.delete(phone.name);
  }

  #order<Order extends PhoneOrder>(
    phone: string,
    order: Order,
    input: PhoneOrders[Order][0],
  ): Promise<PhoneOrders[Order][1]> {
    const child = this.#child;
    if (child === undefined) return Promise.reject(new Error("the phones are not started"));
    this.#lastId += 1;
    const message: OrderMessage = { id: this.#lastId, phone, order, input };
    return new Promise<unknown>((resolve, reject) => {
      this.#pending.set(message.id, { resolve, reject });
      child.send(message);
    }) as Promise<PhoneOrders[Order][1]>;
  }

  #receive(message: ReportMessage): void {
    if (message.kind === "done" || message.kind === "failed") {
      const pending = this.#pending.get(message.id);
      this.#pending.delete(message.id);
      if (message.kind === "done") pending?.resolve(message.output);
      else pending?.reject(new Error(message.error));
    } else if (message.kind !== "ready") {
      this.#phones.get(message.phone)?.report(message);
    }
  }
}
