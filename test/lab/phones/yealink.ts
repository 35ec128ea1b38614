import { Agent, request } from "undici";
import { checkUrl, type Item, type Limits, length, readDocument, type YealinkDocument } from "./yealink-document.ts";

/** One GET as it went, in milliseconds since 1970 with fractions. */
export interface Get {
  readonly url: string;
  readonly status: number;
  readonly start: number;
  /** When the whole reply had arrived. */
  readonly end: number;
  readonly bytes: number;
}

/** What is not known of real phones, so that both answers are tried. */
export interface Switches {
  /** Follows the `Refresh` reply header when {@link YealinkPhone.refresh} is called. */
  readonly refresh: boolean;
  /** Appends the highlighted row's selection to the URL of a softkey. */
  readonly selection: boolean;
  /** Appends it to a row's own URL, too. */
  readonly selectionOnRows: boolean;
}

export interface YealinkOptions extends Partial<Switches>, Partial<Limits> {
  readonly userAgent?: string;
  readonly launcherLength?: number;
  /**
   * A reply that takes longer is complained about. The promise is a second (design section 5); a busy test machine takes
   * its own time on top.
   */
  readonly replyMs?: number;
}

/** All that was wrong with one reply. */
export class PhoneComplaint extends Error {
  override readonly name = "PhoneComplaint";
  constructor(
    readonly url: string,
    readonly complaints: readonly string[],
    readonly body: string,
  ) {
    super(`${url}\n  ${complaints.join("\n  ")}`);
  }
}

/** A strict Yealink T4xU/T5xW: it fetches, reads and presses what a page offers, and complains about all else. */
export class YealinkPhone {
  readonly switches: Switches;
  /** Every GET so far. */
  readonly gets: Get[] = [];
  private readonly limits: Limits;
  private readonly userAgent: string;
  private readonly launcherLength: number;
  private readonly replyMs: number;
  // A connection per GET: nothing is known of keep-alive, and a restarted gateway must not trip over an old one.
  private readonly agent = new Agent({ pipelining: 0 });
  private shown: YealinkDocument | undefined;
  private refreshUrl: string | undefined;
  private row = 0;
  /** What stands in the fields of an input screen. */
  private typed: string[] = [];

  constructor(options: YealinkOptions = {}) {
    this.switches = {
      refresh: options.refresh ?? true,
      selection: options.selection ?? true,
      selectionOnRows: options.selectionOnRows ?? false,
    };
    this.limits = {
      bytes: options.bytes ?? 10_000,
      items: options.items ?? 30,
      softKeys: options.softKeys ?? 4,
      labelColumns: options.labelColumns ?? 10,
      urlLength: options.urlLength ?? 255,
    };
    this.userAgent = options.userAgent ?? "Yealink SIP-T46U 108.86.0.90 80:5e:c0:aa:bb:cc";
    this.launcherLength = options.launcherLength ?? 90;
    this.replyMs = options.replyMs ?? 5000;
  }

  /** Presses the launcher key. */
  async open(launcherUrl: string): Promise<Get> {
    const complaints: string[] = [];
    checkUrl(launcherUrl, "launcher", this.launcherLength, (text) => complaints.push(text));
    if (complaints.length > 0) throw new PhoneComplaint(launcherUrl, complaints, "");
    return this.get(launcherUrl);
  }

  /** Whether a page is on the screen. */
  get isOpen(): boolean {
    return this.shown !== undefined;
  }

  title(): string {
    return this.page().title;
  }

  /** The text of a text screen; the rows of a menu, or the fields of an input screen, a line each. */
  text(): string {
    const page = this.page();
    return page.kind === "screen"
      ? page.text
      : page.kind === "menu"
        ? this.rows().join("\n")
        : this.fields().join("\n");
  }

  /** Types into the field that can be typed into, behind what stands there. @throws where it has no such key. */
  type(text: string): void {
    const at = this.field();
    const { type } = this.page().fields[at] ?? {};
    if (!(type === "number" ? /^[0-9*#]*$/ : /^[^\p{C}]*$/u).test(text)) throw new Error(`"${text}" into a ${type}`);
    this.typed[at] = `${this.typed[at]}${text}`;
  }

  rows(): string[] {
    return this.page().items.map((item) => item.prompt);
  }

  /** Labels of the softkeys, left to right. */
  keys(): string[] {
    return this.page().keys.map((key) => key.label);
  }

  /** Which softkey has that label, from 1 at the left. */
  keyPlace(label: string): number {
    return this.key(label).index;
  }

  /** The URL behind a softkey, for pressing it again later; undefined for a word of the phone's own. */
  keyUrl(label: string): string | undefined {
    const key = this.key(label);
    return key.uri.startsWith("SoftKey:") ? undefined : this.withSelection(key.uri, this.switches.selection);
  }

  /** Moves the highlight, counted from 0. */
  select(rowIndex: number): void {
    if (!this.page().items[rowIndex]) throw new Error(`no row ${rowIndex} on\n${this.screen}`);
    this.row = rowIndex;
  }

  /** Presses the softkey of that label; undefined where it only acts on the phone. */
  async press(label: string): Promise<Get | undefined> {
    const { uri } = this.key(label);
    if (uri === "SoftKey:Select" || uri === "SoftKey:Submit") return this.ok();
    if (uri === "SoftKey:BackSpace") this.typed[this.field()] = this.typed[this.field()]?.slice(0, -1) ?? "";
    if (uri.startsWith("SoftKey:") && uri !== "SoftKey:Exit") return undefined;
    const url = this.keyUrl(label);
    if (url !== undefined) return this.get(url);
    this.close();
    return undefined;
  }

  /** The OK key: the highlighted row's URL, doneAction, or what was typed is sent. */
  async ok(): Promise<Get> {
    const page = this.page();
    if (page.kind === "input") return this.get(this.withTyped(page), page.url);
    if (page.kind === "menu") return this.get(this.withSelection(this.item().uri, this.switches.selectionOnRows));
    return this.get(page.doneAction ?? "");
  }

  /** The Back key: cancelAction; without one the page closes. */
  async cancel(): Promise<Get | undefined> {
    const { cancelAction } = this.page();
    if (cancelAction !== undefined) return this.get(cancelAction);
    this.close();
    return undefined;
  }

  /** Follows the Refresh header of the page at once; undefined where there is none or this phone does not know it. */
  async refresh(): Promise<Get | undefined> {
    this.page();
    return this.switches.refresh && this.refreshUrl !== undefined ? this.get(this.refreshUrl) : undefined;
  }

  /** Fetches any URL as this phone, e.g. one that was served earlier; `served` is that of it which a document had. */
  async get(url: string, served = url): Promise<Get> {
    const complaints: string[] = [];
    const complain = (text: string) => complaints.push(text);
    checkUrl(served, "request", this.limits.urlLength, complain);
    const start = performance.timeOrigin + performance.now();
    const reply = await request(url, {
      dispatcher: this.agent,
      headers: { "user-agent": this.userAgent, accept: "text/xml, application/xml" },
    });
    const bytes = await reply.body.bytes();
    const end = performance.timeOrigin + performance.now();
    const get: Get = { url, status: reply.statusCode, start, end, bytes: bytes.length };
    this.gets.push(get);

    if (end - start > this.replyMs) complain(`the reply took ${Math.round(end - start)} ms`);
    if (get.status >= 300 && get.status < 400) complain(`a redirect (${get.status})`);
    else if (get.status !== 200) complain(`status ${get.status}`);
    const type = String(reply.headers["content-type"] ?? "none");
    if (!/^(text|application)\/xml; ?charset=utf-8$/i.test(type)) complain(`content type ${type}`);
    if (reply.headers["cache-control"] !== "no-store") complain("it may be stored: no Cache-Control: no-store");
    const body = decode(bytes, complain);
    const document = readDocument(body, this.limits, complain);
    const refreshUrl = readRefresh(reply.headers["refresh"], this.limits, complain);
    if (complaints.length > 0) throw new PhoneComplaint(url, complaints, body);

    this.shown = document;
    this.refreshUrl = refreshUrl;
    this.typed = document?.fields.map(({ value }) => value) ?? [];
    this.row = Math.min(Math.max(0, (document?.defaultIndex ?? 1) - 1), Math.max(0, (document?.items.length ?? 1) - 1));
    return get;
  }

  /** What the screen shows, drawn for a report. */
  get screen(): string {
    const page = this.shown;
    if (!page) return "(no page)";
    const lines =
      page.kind === "menu"
        ? page.items.map((item, at) => `${at === this.row ? ">" : " "} ${item.prompt}`)
        : (page.kind === "input" ? this.fields() : page.text.split("\n")).map((line) => `  ${line}`);
    const keys = page.keys.map((key) => `[${key.label}]`).join(" ");
    const width = Math.max(40, ...[page.title, keys, ...lines].map((line) => length(line) + 2));
    const boxed = (line: string) => `| ${line}${" ".repeat(width - 2 - length(line))} |`;
    const rule = `+${"-".repeat(width)}+`;
    return [rule, boxed(page.title), rule, ...lines.map(boxed), rule, boxed(keys), rule].join("\n");
  }

  /** Gives its connections back. */
  async stop(): Promise<void> {
    this.close();
    await this.agent.close();
  }

  private close(): void {
    this.shown = undefined;
    this.refreshUrl = undefined;
    this.row = 0;
    this.typed = [];
  }

  private page(): YealinkDocument {
    if (!this.shown) throw new Error("no page is open on this phone");
    return this.shown;
  }

  private fields(): string[] {
    return this.page().fields.map(({ prompt, password }, at) => {
      const typed = this.typed[at] ?? "";
      return `${prompt} ${password ? "*".repeat(typed.length) : typed}`;
    });
  }

  private field(): number {
    const { fields, defaultIndex } = this.page();
    const at = fields.findIndex(
      ({ type, editable }, place) => editable && type !== "empty" && place >= defaultIndex - 1,
    );
    if (at === -1) throw new Error(`nothing can be typed on\n${this.screen}`);
    return at;
  }

  private withTyped({ url = "", fields }: YealinkDocument): string {
    const query = fields
      .map(({ parameter }, at) => `${parameter}=${encodeURIComponent(this.typed[at] ?? "")}`)
      .join("&");
    return `${url}${url.includes("?") ? "&" : "?"}${query}`;
  }

  private key(label: string) {
    const key = this.page().keys.find((each) => each.label === label);
    if (!key) throw new Error(`no softkey "${label}" on\n${this.screen}`);
    return key;
  }

  private item(): Item {
    const item = this.page().items[this.row];
    if (!item) throw new Error(`no row is highlighted on\n${this.screen}`);
    return item;
  }

  private withSelection(url: string, appends: boolean): string {
    const selection = this.shown?.kind === "menu" ? this.shown.items[this.row]?.selection : undefined;
    if (!appends || selection === undefined) return url;
    return `${url}${url.includes("?") ? "&" : "?"}selection=${selection}`;
  }
}

function decode(bytes: Uint8Array, complain: (text: string) => void): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    complain("it is not UTF-8");
    return "";
  }
}

function readRefresh(header: unknown, limits: Limits, complain: (text: string) => void): string | undefined {
  if (header === undefined) return undefined;
  const [, url] = /^\d{1,4}; ?url=(\S+)$/.exec(String(header)) ?? [];
  if (url === undefined) complain(`a Refresh header that cannot be read: ${String(header)}`);
  else checkUrl(url, "Refresh", limits.urlLength, complain);
  return url;
}
