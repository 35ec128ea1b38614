import type { DeskPhone, Get } from "./desk-phone.ts";
import { type Item, readDocument, type SnomDocument } from "./snom-document.ts";
import { Line } from "./snom-get.ts";
import { agentOf, type Model, modelOf } from "./snom-models.ts";
import { type Notified, readNotified } from "./snom-push.ts";
import { Screen } from "./snom-screen.ts";
import { type Switches, switched } from "./snom-switches.ts";
import { checkUrl, type Target, withTyped } from "./snom-uri.ts";

export interface SnomOptions extends Partial<Switches> {
  readonly model?: string;
  /** A reply that takes longer is complained about; a busy test machine takes its own time on top of the second. */
  readonly replyMs?: number;
  readonly patienceMs?: number;
}

/** All that was wrong with one reply. */
export class SnomComplaint extends Error {
  override readonly name = "SnomComplaint";
  constructor(
    readonly url: string,
    readonly complaints: readonly string[],
    readonly body: string,
  ) {
    super(`${url}\n  ${complaints.join("\n  ")}`);
  }
}

/** No page says how long the URL of a key may be. */
const launcherLength = 90;

/**
 * A strict Snom: it fetches, reads and presses what a document offers, as the maker's own pages say (see `snom-grammar.ts`)
 * and as its switches say where these leave it open, and complains about all else. It evaluates nothing: a document with a
 * callback, a condition or a repetition is refused, as nothing here may depend on what a phone makes of one.
 */
export class SnomPhone implements DeskPhone {
  readonly switches: Switches;
  readonly model: Model;
  /** What each lamp shows now, such as `9 red`. */
  readonly lamps = new Map<string, string>();
  readonly #screen = new Screen();
  readonly #line: Line;
  /** The addresses that Cancel goes back through; the last is that of the page on the screen, where it is tracked. */
  #history: string[] = [];
  #inCall = false;

  constructor(options: SnomOptions = {}) {
    const { model = "D785", replyMs = 5_000, patienceMs = 30_000, ...given } = options;
    this.model = modelOf(model);
    this.switches = switched(given);
    const { keepsAlive, asksTwice, agent } = this.switches;
    this.#line = new Line({ userAgent: agentOf(this.model, agent), keepsAlive, asksTwice, replyMs, patienceMs });
  }

  get gets(): readonly Get[] {
    return this.#line.gets;
  }

  get screen(): string {
    return this.#screen.draw();
  }

  get isOpen(): boolean {
    return this.#screen.document !== undefined && !this.#screen.covered;
  }

  /** Presses the key whose action URL this is (triggering, Via Key pressure). */
  async open(launcherUrl: string): Promise<Get> {
    const complaints: string[] = [];
    checkUrl(launcherUrl, "launcher", launcherLength, (text) => complaints.push(text));
    if (complaints.length > 0) throw new SnomComplaint(launcherUrl, complaints, "");
    this.#history = [];
    return this.get(launcherUrl);
  }

  title(): string {
    return this.#screen.page().title;
  }

  text(): string {
    return this.#screen.text();
  }

  rows(): string[] {
    return this.#screen.page().items.map(({ name }) => name);
  }

  /** The highlighted row, counted from 0. */
  get row(): number {
    return this.#screen.row;
  }

  keys(): string[] {
    return this.#screen.contextKeys().map(({ label }) => label);
  }

  /** Which context key has that label, from 1 at the left. */
  keyPlace(label: string): number {
    return Number(this.#screen.key(label).name.slice(1));
  }

  /** The URL behind a context key, for pressing it again later; undefined for what only acts on the phone. */
  keyUrl(label: string): string | undefined {
    const { target } = this.#screen.key(label);
    return target.does === "fetch" ? target.url : undefined;
  }

  select(rowIndex: number): void {
    this.#screen.select(rowIndex);
  }

  type(text: string): void {
    this.#screen.type(text);
  }

  async press(label: string): Promise<Get | undefined> {
    return this.#go(this.#screen.key(label).target);
  }

  /** The check mark: the highlighted row, what was typed, or the key ENTER where a text gives it a meaning. */
  async ok(): Promise<Get> {
    const got = await this.#go(this.#behindOk());
    if (!got) throw new Error(`OK asks nobody on\n${this.screen}`);
    return got;
  }

  /** The X: what the page gives CANCEL to do, else the page before, else the minibrowser closes. */
  async cancel(): Promise<Get | undefined> {
    const key = this.#screen.page().keys.find(({ name }) => name === "CANCEL");
    if (key) return this.#go(key.target);
    if (this.#screen.document?.tracked === true) this.#history.pop();
    const before = this.#history.pop();
    if (before !== undefined) return this.get(before);
    this.#close();
    return undefined;
  }

  async refresh(): Promise<Get | undefined> {
    const { fetch } = this.#screen.page();
    return fetch && this.#go(fetch.target);
  }

  async get(url: string): Promise<Get> {
    const reply = await this.#line.get(url).catch((error: unknown) => {
      this.#close();
      throw error;
    });
    const complaints = [...reply.complaints];
    const document = readDocument(reply.body, this.model, (text) => complaints.push(text));
    if (complaints.length > 0) {
      this.#close();
      throw new SnomComplaint(url, complaints, reply.body);
    }
    if (document) this.#take(document, url);
    return reply.get;
  }

  /** A NOTIFY arrives. @throws with all that is wrong with it. */
  async notify(notified: Notified): Promise<void> {
    const document = readNotified(notified, this.model);
    if (document.kind === "silent" && !this.switches.knowsSilent) return;
    this.#take(document, undefined);
    const { fetch } = document;
    // A page that is to be opened comes at once; anything later is a time that passes.
    if (fetch && fetch.afterMs <= 100) await this.#go(fetch.target);
    this.#screen.covered = this.#inCall && this.#screen.document !== undefined && !this.switches.pushCoversCall;
  }

  callBegins(): void {
    this.#inCall = true;
    this.#screen.covered = this.#screen.document !== undefined;
  }

  callEnds(): void {
    this.#inCall = false;
    if (this.#screen.covered && !this.switches.callUncovers) this.#close();
    this.#screen.covered = false;
  }

  async stop(): Promise<void> {
    this.#close();
    await this.#line.stop();
  }

  #take(document: SnomDocument, url: string | undefined): void {
    const silent = document.kind === "silent";
    if (!silent || this.switches.silentLeds) {
      for (const { number, color = "", state } of document.lamps) this.lamps.set(`${number} ${color}`.trim(), state);
    }
    if (silent) return;
    this.#screen.show(document);
    this.#screen.covered = false;
    if (document.tracked && url !== undefined) this.#history.push(url);
  }

  #behindOk(): Target {
    const { kind, items, keys, input } = this.#screen.page();
    if (input)
      return { does: "fetch", url: withTyped(input.url, input.token, this.#screen.typed, this.switches.typedAs) };
    const row: Item | undefined = items[this.#screen.row];
    if (kind !== "text" && row) return row.target;
    const enter = keys.find(({ name }) => name === "ENTER");
    if (!enter) throw new Error(`OK does nothing on\n${this.screen}`);
    return enter.target;
  }

  async #go(target: Target): Promise<Get | undefined> {
    if (target.does === "fetch") return this.get(target.url);
    if (target.does === "exit") this.#close();
    return undefined;
  }

  #close(): void {
    this.#screen.close();
    this.#history = [];
  }
}
