import type { DeskPhone, Get } from "./desk-phone.ts";
import { Line } from "./yealink-get.ts";
import { judge } from "./yealink-judge.ts";
import { type Model, modelOf, userAgent } from "./yealink-models.ts";
import { PhoneComplaint, type YealinkOptions } from "./yealink-options.ts";
import { type PushedAct, readPush } from "./yealink-push.ts";
import { Screen } from "./yealink-screen.ts";
import { type Switches, switched } from "./yealink-switches.ts";
import { checkUrl, isOwn, withSelection, withTyped } from "./yealink-uri.ts";

export type { Get } from "./desk-phone.ts";
export { PhoneComplaint, type YealinkOptions } from "./yealink-options.ts";
export type { Switches } from "./yealink-switches.ts";

const urlLength = 255;

/**
 * A strict Yealink, as unforgiving as yealink.md says that one is (named by section and line) and as its switches say
 * where that is open: it fetches, reads and presses what a page offers, and complains about all else.
 */
export class YealinkPhone implements DeskPhone {
  readonly switches: Switches;
  readonly model: Model;
  /** What it has done by itself, such as `Dial:2001`. */
  readonly did: string[] = [];
  /** What each lamp shows now, such as `5 GREEN`. */
  readonly lamps = new Map<string, string>();
  /** What stands beside each line key. */
  readonly labels = new Map<number, string>();
  readonly #options: YealinkOptions;
  readonly #screen: Screen;
  readonly #line: Line;
  #status = "";
  #inCall = false;
  #openedInCall = false;
  #waiting = 0;

  constructor(options: YealinkOptions = {}) {
    const { model = "T46U", mac = "80:5e:c0:aa:bb:cc", replyMs = 5_000, patienceMs = 30_000, ...given } = options;
    this.model = modelOf(model);
    this.switches = switched(given);
    this.#options = options;
    this.#screen = new Screen(this.switches.ownKeys);
    const { keepsAlive, asksTwice } = this.switches;
    this.#line = new Line({
      ...{ userAgent: userAgent(this.model, mac, this.switches.userAgent), urlLength },
      ...{ keepsAlive, asksTwice, replyMs, patienceMs },
      ...(options.connect && { connect: options.connect }),
    });
  }

  /** Every GET so far. */
  get gets(): readonly Get[] {
    return this.#line.gets;
  }

  /** Presses the launcher key, which can be done in a call, too (5.3, l. 233). */
  async open(launcherUrl: string): Promise<Get> {
    const complaints: string[] = [];
    checkUrl(launcherUrl, "launcher", this.#options.launcherLength ?? 90, (text) => complaints.push(text));
    if (complaints.length > 0) throw new PhoneComplaint(launcherUrl, complaints, "");
    this.#openedInCall = this.#inCall;
    this.#screen.covered = false;
    return this.get(launcherUrl);
  }

  /** Whether a page is on the screen, or below a call. */
  get isOpen(): boolean {
    return this.#screen.showing !== undefined;
  }

  /** What a person sees: `loading` where no answer has come, for as long as they care to look (8, l. 313). */
  get shows(): "nothing" | "page" | "loading" | "error" | "call" {
    if (this.#screen.covered || (this.#inCall && !this.isOpen)) return "call";
    if (this.#waiting > 0) return "loading";
    return this.isOpen ? "page" : this.#screen.instead;
  }

  title(): string {
    return this.#screen.page().title;
  }

  /** The text of a text screen; the rows of a menu, or the fields of an input screen, a line each. */
  text(): string {
    return this.#screen.text();
  }

  /** Types into the field that can be typed into, behind what stands there. @throws where it has no such key. */
  type(text: string): void {
    this.#screen.type(text);
  }

  rows(): string[] {
    return this.#screen.page().items.map((item) => item.prompt);
  }

  /** The highlighted row, counted from 0. */
  get row(): number {
    return this.#screen.row;
  }

  /** Labels of the softkeys, left to right. */
  keys(): string[] {
    return this.#screen.page().keys.map((key) => key.label);
  }

  /** Which softkey has that label, from 1 at the left. */
  keyPlace(label: string): number {
    return this.#screen.key(label).index;
  }

  /** The URL behind a softkey, for pressing it again later; undefined for a word of the phone's own. */
  keyUrl(label: string): string | undefined {
    const { uri } = this.#screen.key(label);
    return uri.startsWith("SoftKey:") || isOwn(uri) ? undefined : this.#selected(uri, this.switches.selection);
  }

  /** Moves the highlight, counted from 0. */
  select(rowIndex: number): void {
    this.#screen.select(rowIndex);
  }

  /** Presses the softkey of that label; undefined where it only acts on the phone. */
  async press(label: string): Promise<Get | undefined> {
    const { uri } = this.#screen.key(label);
    switch (uri) {
      case "SoftKey:Select":
        return this.#go(this.#selected(this.#screen.item().uri, this.switches.selectionOnRows));
      case "SoftKey:Submit":
        return this.#submit();
      case "SoftKey:BackSpace":
        this.#screen.erase();
        return undefined;
      case "SoftKey:Dial":
        return this.#go(this.#screen.item().uri);
      case "SoftKey:Exit":
        this.#screen.close();
        return undefined;
      default:
        return uri.startsWith("SoftKey:") ? undefined : this.#go(this.keyUrl(label) ?? uri);
    }
  }

  /**
   * The OK key: the highlighted row's URL, doneAction, or what was typed is sent; on a touch screen a row is tapped.
   * @throws where there is no such key (1.1, l. 58; 4.4, l. 202), or it does nothing here.
   */
  async ok(): Promise<Get> {
    const page = this.#screen.page();
    const row = page.items.length > 0;
    if (!row && !this.model.okKey) throw new Error(`a ${this.model.name} has no OK key for\n${this.screen}`);
    if (page.kind === "input" && !this.switches.okSends) throw new Error(`OK sends nothing of\n${this.screen}`);
    if (page.kind === "input") return this.#submit();
    const uri = row ? this.#selected(this.#screen.item().uri, this.switches.selectionOnRows) : (page.doneAction ?? "");
    const got = await this.#go(uri);
    if (!got) throw new Error(`OK asked nobody: ${uri}`);
    return got;
  }

  /** The Back key: cancelAction; without one the page closes (1.1, l. 57). */
  async cancel(): Promise<Get | undefined> {
    const { cancelAction } = this.#screen.page();
    if (cancelAction !== undefined) return this.#go(cancelAction);
    this.#screen.close();
    return undefined;
  }

  /** Follows the Refresh header of the page at once; undefined where there is none or this phone does not know it. */
  async refresh(): Promise<Get | undefined> {
    this.#screen.page();
    const url = this.#screen.showing?.refreshUrl;
    return this.switches.refresh && url !== undefined ? this.get(url) : undefined;
  }

  /** The time of the page is over (1.1, l. 55): it closes. A page of Timeout 0 stays. */
  async lapse(): Promise<Get | undefined> {
    const { document } = this.#screen.showing ?? {};
    if (!document || document.timeout === 0) return undefined;
    if (this.switches.timeoutCancels && document.cancelAction !== undefined) return this.#go(document.cancelAction);
    this.#screen.close();
    return undefined;
  }

  /** A call rings or begins: it lies over the page (5.3, l. 235). */
  callBegins(): void {
    this.#inCall = true;
    this.#openedInCall = false;
    this.#screen.covered = this.isOpen;
  }

  callEnds(): void {
    this.#inCall = false;
    if (this.switches.callRepaintsLamps) this.lamps.clear();
    if (this.#screen.covered && !this.switches.callUncovers) this.#screen.close();
    this.#screen.covered = false;
  }

  /** The handset is lifted: the page is left for dialling, unless it locks the phone in (1.1, l. 56; 5.3, l. 234). */
  offHook(): void {
    if (this.#screen.showing?.lockIn !== true) this.#screen.close();
  }

  /** What a Status says, where it can be seen now (3.1, l. 152). */
  get status(): string {
    return this.isOpen || (this.#inCall && !this.switches.statusInCall) ? "" : this.#status;
  }

  /** A pushed document arrives. @throws with all that is wrong with it. */
  async push(xml: string): Promise<void> {
    const acts = readPush(xml, this.model, this.switches);
    const blocked = this.#inCall && this.#options.blockInCalling === true;
    for (const one of acts) {
      if (!blocked || (one.act === "led" && !this.switches.blockStopsLamps)) await this.#act(one, xml);
    }
  }

  /** Fetches any URL as this phone, e.g. one that was served earlier; `served` is that of it which a document had. */
  async get(url: string, served = url): Promise<Get> {
    const complaints: string[] = [];
    checkUrl(served, "request", urlLength, (text) => complaints.push(text));
    this.#waiting += 1;
    const reply = await this.#line
      .get(url)
      .catch((error: unknown) => {
        this.#screen.close("loading");
        throw error;
      })
      .finally(() => {
        this.#waiting -= 1;
      });
    const read = judge(reply.body, this.model, this.switches);
    complaints.push(...reply.complaints, ...read.complaints);
    if (reply.get.status !== 200 && !this.switches.showsErrors) this.#screen.close("error");
    else if (read.page) this.#screen.show({ ...read.page, refreshUrl: reply.refreshUrl });
    if (complaints.length > 0) throw new PhoneComplaint(url, complaints, reply.body);
    for (const one of read.acts) await this.#act(one, reply.body);
    return reply.get;
  }

  /** What the screen shows, drawn for a report. */
  get screen(): string {
    return this.#screen.draw();
  }

  /** Gives its connections back. */
  async stop(): Promise<void> {
    this.#screen.close();
    await this.#line.stop();
  }

  async #act(one: PushedAct, xml: string): Promise<void> {
    switch (one.act) {
      case "led":
        if (this.model.lamps === "yes" || this.switches.lampsOnScreens) {
          this.lamps.set(`${one.line} ${one.colour}`, one.state);
        }
        return;
      case "open":
        await this.get(one.url);
        break;
      case "screen": {
        const { page } = judge(xml, this.model, this.switches);
        if (page) this.#screen.show({ ...page, refreshUrl: undefined });
        break;
      }
      case "label":
        this.labels.set(one.line, one.text);
        return;
      case "status":
        this.#status = one.text;
        return;
      case "own":
        if (one.uri !== "") this.did.push(one.uri);
        return;
      default:
        throw new Error(`${String(one satisfies never)}`);
    }
    // What was opened over a call stays over it.
    this.#screen.covered = this.#inCall && !this.switches.pushCoversCall && !this.#openedInCall;
  }

  /** Does what a URI says: the phone asks for it, or acts by itself. */
  async #go(uri: string): Promise<Get | undefined> {
    if (!isOwn(uri)) return this.get(uri);
    this.did.push(uri);
    return undefined;
  }

  async #submit(): Promise<Get> {
    const { url = "" } = this.#screen.page();
    return this.get(withTyped(url, this.#screen.typed(), this.switches.typedAs), url);
  }

  #selected(url: string, appends: boolean): string {
    const { kind, items } = this.#screen.page();
    const selection = kind === "menu" ? items[this.#screen.row]?.selection : undefined;
    if (!appends || selection === undefined || isOwn(url)) return url;
    return withSelection(url, selection, this.switches.selectionBy);
  }
}
