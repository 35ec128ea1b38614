import { Agent } from "undici";
import type { Connect, DeskPhone, Get } from "./desk-phone.ts";
import { Complaints } from "./polycom-facts.ts";
import { type ModelName, models, userAgentOf } from "./polycom-models.ts";
import { type Limits, readPage, type Spot, usualLimits } from "./polycom-page.ts";
import { ask, readRefresh } from "./polycom-reply.ts";
import { ShownPage } from "./polycom-shown.ts";
import { type Form, type Switches, switchesOf } from "./polycom-switches.ts";
import { checkUrl, type Deed, readUris } from "./polycom-uris.ts";

export interface PolycomOptions {
  /** As in its User-Agent; whether it has the microbrowser or the VVX browser follows from it. */
  readonly model?: ModelName;
  readonly switches?: Partial<Switches>;
  readonly limits?: Partial<Limits>;
  /** Software before SIP 2.2 shows no tables. */
  readonly tables?: boolean;
  readonly launcherLength?: number;
  /** A reply that takes longer is complained about; as with the Yealink, a busy test machine takes its time on top. */
  readonly replyMs?: number;
  readonly patienceMs?: number;
  /** How it reaches servers; as Node does by default. */
  readonly connect?: Connect;
}

/**
 * A strict Polycom: it fetches, reads and presses what a page offers, and throws a `PolycomComplaint` about all that the
 * hardware might not show. After one nothing is on the screen, as the page before is dropped when the next is asked for.
 */
export class PolycomPhone implements DeskPhone {
  readonly form: Form;
  readonly switches: Switches;
  readonly gets: Get[] = [];
  /** Internal URIs (`Key:`, `Tel:` and so on) that the phone has carried out, in order. */
  readonly executed: string[] = [];
  readonly #model: ModelName;
  readonly #limits: Limits;
  readonly #options: Required<Pick<PolycomOptions, "tables" | "launcherLength" | "replyMs" | "patienceMs">>;
  readonly #agent: Agent;
  /** The addresses that Back goes through; the last is that of the page on the screen, or of what was to be there. */
  #history: string[] = [];
  #home = "";
  #shown: ShownPage | undefined;
  #refreshUrl: string | undefined;
  #covered = false;

  constructor(options: PolycomOptions = {}) {
    const { tables = true, launcherLength = 90, replyMs = 5000, patienceMs = 10_000 } = options;
    this.#model = options.model ?? "SPIP_550";
    const { form, browser } = models[this.#model];
    if (!browser) throw new Error(`no browser of a ${this.#model} is proven`);
    this.form = form;
    this.switches = switchesOf(options.switches);
    this.#limits = { ...usualLimits, ...options.limits };
    this.#options = { tables, launcherLength, replyMs, patienceMs };
    this.#agent = new Agent({
      pipelining: this.switches.keepsConnection ? 1 : 0,
      connections: 1,
      ...(options.connect && { connect: options.connect }),
    });
  }

  async open(launcherUrl: string): Promise<Get> {
    const complaints = new Complaints();
    const { length } = launcherUrl;
    if (length > this.#options.launcherLength) complaints.complain("launcher-too-long", `${length} characters`);
    if (/[$!^|\\, ]/.test(launcherUrl)) complaints.complain("launcher-character", launcherUrl);
    checkUrl(launcherUrl, "launcher", complaints.complain);
    complaints.settle(launcherUrl, "");
    this.#home = launcherUrl;
    this.#history = [];
    return this.get(launcherUrl);
  }

  get isOpen(): boolean {
    return this.#shown !== undefined && !this.#covered;
  }

  title(): string {
    return this.#page().title;
  }

  text(): string {
    return this.#page().lines().join("\n");
  }

  rows(): string[] {
    return this.#page().rows();
  }

  keys(): string[] {
    return this.form === "microbrowser" ? this.#softKeyLabels() : this.labels();
  }

  /** All that can be pressed by its label: softkeys, those behind More too, then the links and buttons in the body. */
  labels(): string[] {
    return [...this.#softKeyLabels(), ...this.#page().bodyLabels()];
  }

  select(rowIndex: number): void {
    if (!this.#page().select(rowIndex)) throw new Error(`no row ${rowIndex} on\n${this.screen}`);
  }

  type(text: string): void {
    if (!this.#page().type(text)) throw new Error(`nothing can be typed on\n${this.screen}`);
  }

  async press(label: string): Promise<Get | undefined> {
    const key = this.#page()
      .softKeys()
      .find((each) => each.label === label);
    if (key) return this.#do(key.deed, key.form);
    const spot = this.#page().labelled(label);
    if (!spot) throw new Error(`nothing is called "${label}" on\n${this.screen}`);
    return this.#activate(spot);
  }

  async ok(): Promise<Get> {
    const spot = this.#page().focused;
    if (!spot) throw new Error(`nothing is highlighted on\n${this.screen}`);
    const got = spot.kind === "field" ? await this.submit() : await this.#activate(spot);
    if (!got) throw new Error(`what is highlighted fetches nothing on\n${this.screen}`);
    return got;
  }

  /** Sends what was typed into the form of the highlighted field, or into the first. */
  async submit(): Promise<Get> {
    const page = this.#page();
    const form = page.focused && page.focused.kind !== "link" ? page.focused.form : 0;
    const button = page.sender(form);
    const got = button ? await this.#activate(button) : await this.get(page.address(form));
    if (!got) throw new Error(`nothing can be sent on\n${this.screen}`);
    return got;
  }

  /** Back asks again for the page before, whatever it does (9.9), from an error page too; on the first it closes. */
  async cancel(): Promise<Get | undefined> {
    if (this.#covered || this.#history.length === 0)
      throw new Error(`there is no page to go back from: ${this.screen}`);
    this.#history.pop();
    const before = this.#history.at(-1);
    if (before !== undefined) return this.#load(before);
    this.#close();
    return undefined;
  }

  async refresh(): Promise<Get | undefined> {
    if (!this.#shown) throw new Error("no page is open on this phone");
    if (this.#refreshUrl === undefined || (this.#covered && !this.switches.refreshesCovered)) return undefined;
    const [{ focus }, covered] = [this.#shown, this.#covered];
    this.#history.splice(-1, 1, this.#refreshUrl);
    const got = await this.#load(this.#refreshUrl);
    if (this.switches.refreshKeepsFocus) this.#shown.moveTo(focus);
    this.#covered = covered;
    return got;
  }

  /** Asks once more for what is on the screen, or for what should have been: `SoftKey:Refresh`, or a user who tries again. */
  async reload(): Promise<Get> {
    const url = this.#history.at(-1);
    if (url === undefined) throw new Error("there was no page yet");
    return this.#load(url);
  }

  async get(url: string): Promise<Get> {
    this.#history.push(url);
    return this.#load(url);
  }

  /** A call covers the page: it can be neither read nor pressed. */
  callArrives(): void {
    this.#covered = true;
  }

  /** The call is over; whether the page is there again is a switch. */
  callEnds(): void {
    if (this.#covered && !this.switches.keepsCovered) this.#close();
    this.#covered = false;
  }

  /** Nobody has pressed anything for `mb.main.idleTimeout`. */
  goesIdle(): void {
    this.#close();
  }

  get screen(): string {
    if (this.#covered) return "(a call)";
    if (!this.#shown) return this.#history.length > 0 ? "(an error page)" : "(no page)";
    return this.#shown.drawn(models[this.#model].softKeysAtOnce);
  }

  async stop(): Promise<void> {
    this.#close();
    await this.#agent.close();
  }

  async #load(url: string): Promise<Get> {
    this.#forget();
    this.#covered = false;
    const complaints = new Complaints();
    checkUrl(url, "request", complaints.complain);
    const asking = {
      ...{ dispatcher: this.#agent, userAgent: userAgentOf(this.#model, this.switches.namesModel) },
      ...{ switches: this.switches, replyMs: this.#options.replyMs, patienceMs: this.#options.patienceMs },
    };
    const reply = await ask(url, asking, complaints.complain);
    this.gets.push(reply.get);
    const { body, asHtml } = reply;
    if (body !== undefined && reply.uris) return this.#execute(reply.get, body, complaints);
    const reading = { form: this.form, switches: this.switches, asHtml, tables: this.#options.tables };
    const page = body === undefined ? undefined : readPage(body, reading, this.#limits, complaints.complain);
    const byMeta = page?.metaRefresh === undefined ? undefined : readRefresh(page.metaRefresh, complaints.complain);
    complaints.settle(url, body ?? "");
    this.#shown = page && new ShownPage(page, this.form, this.switches);
    const knowsHeader = this.form === "microbrowser" || this.switches.refreshHeader;
    this.#refreshUrl = (knowsHeader ? reply.refreshUrl : undefined) ?? (this.switches.metaRefresh ? byMeta : undefined);
    return reply.get;
  }

  async #execute(get: Get, body: string, complaints: Complaints): Promise<Get> {
    const deeds = readUris(body, this.form, complaints.complain);
    complaints.settle(get.url, body);
    for (const deed of deeds) await this.#do(deed, undefined);
    return get;
  }

  async #do(deed: Deed, form: number | undefined): Promise<Get | undefined> {
    switch (deed.does) {
      case "fetch":
        return this.get(deed.url);
      case "home":
        return this.get(this.#home);
      case "back":
      case "cancel":
        return this.cancel();
      case "refresh":
        return this.reload();
      case "submit":
        return this.get(this.#page().address(form ?? 0));
      case "reset":
        return void this.#page().clear(form ?? 0);
      case "exit":
        return void this.#close();
      case "internal":
        return void this.executed.push(deed.uri);
      default:
        return deed satisfies never;
    }
  }

  async #activate(spot: Spot): Promise<Get | undefined> {
    if (spot.kind === "field") return undefined;
    if (spot.kind === "send") return this.get(this.#page().address(spot.form, spot.pair));
    return spot.deed && this.#do(spot.deed, undefined);
  }

  #forget(): void {
    this.#shown = undefined;
    this.#refreshUrl = undefined;
  }

  #close(): void {
    this.#forget();
    this.#history = [];
  }

  #page(): ShownPage {
    if (this.#covered) throw new Error("a call covers the page");
    if (!this.#shown) throw new Error(`no page is open on this phone: ${this.screen}`);
    return this.#shown;
  }

  #softKeyLabels(): string[] {
    return this.#page()
      .softKeys()
      .map(({ label }) => label);
  }
}
