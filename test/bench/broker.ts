import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MosquittoLab } from "../lab/mosquitto.ts";
import type { Subscription } from "./subscriber.ts";

const accounts = { earshot: "", floor: "", reader: "" };

/** A real Mosquitto with TLS for both sides: one account each, and one that reads everything. */
export class Broker {
  readonly #passwords = Object.fromEntries(
    Object.keys(accounts).map((name) => [name, randomBytes(9).toString("hex")]),
  ) as typeof accounts;
  readonly #lab = new MosquittoLab({
    accounts: this.#passwords,
    access: () => "user earshot\ntopic readwrite #\nuser floor\ntopic readwrite #\nuser reader\ntopic read #\n",
  });
  #folder = "";

  /** The authority's certificate, in a file. */
  get caFile(): string {
    return join(this.#folder, "ca.crt");
  }

  get ca(): string {
    return this.#lab.ca;
  }

  async start(): Promise<void> {
    await this.#lab.start();
    this.#folder = await mkdtemp(join(tmpdir(), "earshot-bench-"));
    await writeFile(this.caFile, this.ca);
  }

  account(username: keyof typeof accounts): { url: string; username: string; password: string } {
    return { url: this.#lab.url, username, password: this.#passwords[username] };
  }

  /** What a reader of these topics signs in with. */
  reader(topics: readonly string[]): Subscription {
    return { ...this.account("reader"), ca: this.ca, topics };
  }

  async stop(): Promise<void> {
    await this.#lab.stop();
    if (this.#folder !== "") await rm(this.#folder, { recursive: true, force: true });
  }
}
