/**
 * What a Polycom does not show, by code. `section` is that of the reference on Polycom phones that was written before any
 * page was; `says` is what stands there, or why a stand-in is strict where it is silent.
 */
const table = {
  // Markup
  "not-well-formed": ["1.2", "one XML well-formedness error = error page, nothing rendered"],
  "unknown-entity": [
    "1.2",
    "well-formed XML without a DTD that is read: only &amp; &lt; &gt; &quot; &apos; and numbers",
  ],
  "wrong-encoding": ["1.3", "encoding UTF-8"],
  "not-utf8": ["1.3", "encoding UTF-8"],
  doctype: ["1.2, 10 A", "XHTML 1.0 subset; a DOCTYPE of html and nothing declared in it"],
  instruction: ["1.2", "only the listed tags are reported working"],
  cdata: ["3", "raw child markup (no CDATA); a WebKit takes one in HTML for a comment"],
  "control-character": ["9.4", "strip control characters"],
  "upper-case": ["1.2", "lower-case tags"],
  "unknown-element": ["1.2", "unknown but well-formed tags are ignored: what is in them is not relied upon"],
  "no-tables": ["1.2", "tables were not supported before SIP 2.2"],
  "unknown-attribute": ["1.2", "exact attribute matrix per tag not confirmed: keep to the list above"],
  "attribute-value": ["1.2", "XHTML 1.0 subset: numbers, percentages, left, center, right"],
  nesting: ["1.2", "XHTML 1.0 subset: rows in tables, cells in rows, items in lists, no link in a link"],
  "loose-text": ["1.2", "XHTML 1.0 subset: no text between rows, cells, items or options"],
  "not-a-page": ["1.2, 10 A", "html with a head or none and one body"],
  "no-namespace": [
    "1.1, 1.2",
    "application/xhtml+xml in a WebKit: without the namespace of XHTML it is XML, and no link is one",
  ],
  "self-closed": ["1.2, 1.3", "text/html in a WebKit: <title/> or <td/> is not closed by its slash"],
  script: ["1.2", "no scripting; on the VVX browser the API is not known: don't depend on it"],
  css: ["1.2", "CSS only on the VVX browser"],
  "meta-refresh": ["1.3", "the META refresh/cache tag is not supported by the microbrowser"],
  "too-many-tags": ["1.4", "page budget: fewer than about 250 tags (mb.limits.nodes: 256 for each browser)"],
  "too-large": ["1.4", "page budget: less than about 10 KB"],
  "too-many-rows": ["1.4", "page budget: at most 16 list rows"],
  "nothing-shown": ["0.1", "what is to be seen or pressed stands in the body"],
  // Softkeys
  "softkey-index": ["2.1", "index 1-8; above 8 ignored"],
  "softkey-index-twice": ["2.1", "the index is the slot"],
  "softkey-label": ["2.1", "label max 9 characters"],
  "softkey-dead": ["2.1", "empty action: tag ignored, so its label is not shown"],
  "softkey-action": ["2.1, 2.3", "action = one supported action"],
  "softkey-outside-form": ["2.1", "Submit and Reset must sit inside the form they act on"],
  // Links and forms
  "link-dead": ["0.1, 1.2", "a link has an address and something to press"],
  "url-not-absolute": ["2.1, 10 A", "SoftKey:Fetch;<absolute URL>; every address of the examples is absolute"],
  "url-character": ["1.2", "quote attributes, &amp; in URLs: a URL as it can be sent"],
  "url-too-long": ["1.4", "mb.main.home and mb.idleDisplay.home: at most 255 characters"],
  "unknown-uri": ["2.3", "the list of internal URIs"],
  "softkey-uri-on-vvx": ["0.1, 2.3", "soft-key-related URIs are not supported by the browser on VVX"],
  "form-not-get": ["issue 6, 1", "GET only: the phone could POST (1.2), the gateway takes no other press than a GET"],
  "form-dead": ["2.1", "nothing sends what was typed: no submit, no button, no SoftKey:Submit inside"],
  "button-dead": ["1.2", "a button does something in a form only, where no script runs"],
  "input-type": ["1.2", "input type text, hidden, submit (password: see the switches)"],
  "input-name": ["1.2", "a field without a name is not sent"],
  // HTTP
  "no-reply": ["1.3, 9.16", "a server that does not answer leaves nothing on the screen"],
  slow: ["9.16, design 5", "must return quickly; every reply within 1 s"],
  status: ["1.3", "asking for a new page drops the previous one; another status than 200 is no page"],
  redirect: ["7", "don't redirect microbrowser"],
  "content-type": ["1.3", "text/html; charset=utf-8 or application/xhtml+xml; spipx is no page"],
  "no-charset": ["1.3", "apps in the field send text/html with charset=utf-8"],
  "no-length": ["1.3", "send Content-Length"],
  chunked: ["1.3", "chunked handling UNCERTAIN: avoid"],
  "content-coding": ["1.3", "HTTP/1.1 client that asks for no coding"],
  storable: ["1.3", "send no-cache headers"],
  cookie: ["1.3, 11.4", "cookies UNCERTAIN: don't use"],
  "refresh-unreadable": ["1.3, 10 A", "Refresh: 5; url=<token URL>"],
  "refresh-too-fast": ["1.3, 9.8", "keep 5 s as the floor"],
  // The launcher
  "launcher-too-long": ["6, design 5", "macro of 100 characters at most: launcher at most 90"],
  "launcher-character": ["6", "assume $ ! ^ | \\ , and space are forbidden in an EFK action"],
  // Pushes
  "push-path": ["3", "POST http(s)://<phone-ip>/push"],
  "push-basic": ["3, 9.2", "digest only"],
  "push-digest": ["3", 'realm "PUSH Authentication"; RFC 2617 fields as sent by the phone'],
  "push-chunked": ["1.3, 3", "chunked handling UNCERTAIN: avoid"],
  "push-content-type": [
    "3",
    "Data page: application/xhtml+xml (on VVX also text/xml, application/xml); URIs and URL: spipx",
  ],
  "push-too-large": ["3, 9.5", "2 KB for the whole push, counted in UTF-8 bytes; 1 KB in SIP 3.1"],
  "push-root": ["3", "root PolycomIPPhone"],
  "push-children": ["3", "one child: Data or URL"],
  "push-priority": ["3", 'Critical, High, Important, Normal (SIP 3.1: critical, normal); "all" is not documented'],
  "push-empty": ["3", "a Data or URL with something in it"],
  "push-url": ["3", "/relative/path, appended to apps.push.serverRootURL"],
  "push-no-root": ["3", "apps.push.serverRootURL Null: nothing to append to"],
  "push-no-browser": ["1.1", "Trio, CCX, Edge: no proven browser that could open a page"],
  "push-text-too-long": [
    "3",
    "VVX 300: about 18 characters of heading and 69 of text; VVX 400 and up: about 200 visible",
  ],
  "push-critical": ["3, 9.6", "Critical takes the agent's screen and keys: only where the site says so"],
  "push-at-once": ["9.2, 9.10", "the phone's httpd is slow: one request at a time"],
  "push-queue-full": ["3", "FIFO queue; max 10 queued pushes"],
  "push-stale": ["9.6, 11.6", "what waited for idle arrives late: stamp the time in the text"],
} as const satisfies Readonly<Record<string, readonly [section: string, says: string]>>;

export type Code = keyof typeof table;

/** Every code with its source. */
export const facts: Readonly<Record<Code, readonly [section: string, says: string]>> = table;

/** Tells what a real phone would not show; `what` is for a reader. */
export type Complain = (code: Code, what: string) => void;

/** All that was wrong with one document, reply or push. */
export class PolycomComplaint extends Error {
  override readonly name = "PhoneComplaint";
  readonly codes: readonly Code[];
  readonly complaints: readonly string[];

  constructor(
    readonly url: string,
    found: readonly (readonly [code: Code, what: string])[],
    readonly body: string,
  ) {
    const complaints = found.map(([code, what]) => `${code}: ${what} (reference ${facts[code][0]}: ${facts[code][1]})`);
    super(`${url}\n  ${complaints.join("\n  ")}`);
    this.codes = [...new Set(found.map(([code]) => code))].sort();
    this.complaints = complaints;
  }
}

/** Collects complaints, and throws all of them at once. */
export class Complaints {
  readonly found: (readonly [Code, string])[] = [];
  readonly complain: Complain = (code, what) => void this.found.push([code, what]);

  /** @throws PolycomComplaint where there was any. */
  settle(url: string, body: string): void {
    if (this.found.length > 0) throw new PolycomComplaint(url, this.found, body);
  }
}
