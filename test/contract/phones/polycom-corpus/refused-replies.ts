import { field, form, gw, key, link, page, type RefusedPage, submit, xhtmlPage } from "./document.ts";

const input = (attributes: string): string => page(form(`<input ${attributes}/>${submit}`));
const ok = page(link());
const headers = (name: string, value: string) => ({ body: ok, headers: { [name]: value } });
const xhtml = { "content-type": "application/xhtml+xml" };

/** Softkeys, links, forms and replies of which the same is true; the source of each is that of its codes. */
export const refusedReplies: readonly RefusedPage[] = [
  // Softkeys
  { name: "a ninth softkey", on: "both", body: page(link(), key(9)), codes: ["softkey-index"] },
  { name: "a softkey before the first", on: "both", body: page(link(), key(0)), codes: ["softkey-index"] },
  { name: "a softkey without an index", on: "both", body: page(link(), key("")), codes: ["softkey-index"] },
  { name: "two softkeys in one slot", on: "both", body: page(link(), key(1) + key(1)), codes: ["softkey-index-twice"] },
  { name: "a label of 10 characters", on: "both", body: page(link(), key(1, "Refreshing")), codes: ["softkey-label"] },
  { name: "a label without an action", on: "both", body: page(link(), key(1, "Listen", "")), codes: ["softkey-dead"] },
  {
    name: "a word that is none",
    on: "both",
    body: page(link(), key(1, "Leave", "SoftKey:Leave")),
    codes: ["softkey-action"],
  },
  {
    name: "an address without Fetch",
    on: "both",
    body: page(link(), key(1, "Go", `${gw}/`)),
    codes: ["softkey-action"],
  },
  {
    name: "Fetch with a path",
    on: "both",
    body: page(link(), key(1, "Go", "SoftKey:Fetch;/p/T0ken/")),
    codes: ["url-not-absolute"],
  },
  {
    name: "Submit outside a form",
    on: "both",
    body: page(form(field + submit), key(1, "OK", "SoftKey:Submit")),
    codes: ["softkey-outside-form"],
  },
  // Links and forms
  { name: "a link to a path", on: "both", body: page(link("x", "/p/T0ken/")), codes: ["url-not-absolute"] },
  { name: "a space in a URL", on: "both", body: page(link("x", `${gw}/a b`)), codes: ["url-character"] },
  { name: "an umlaut in a URL", on: "both", body: page(link("x", `${gw}/ü`)), codes: ["url-character"] },
  {
    name: "a URL of 256 characters",
    on: "both",
    body: page(link("x", `${gw}/`.padEnd(256, "x"))),
    codes: ["url-too-long"],
  },
  { name: "an image at a path", on: "both", body: page('x<img src="logo.bmp"/>'), codes: ["url-not-absolute"] },
  { name: "a link without an address", on: "both", body: page("<a>Listen</a>"), codes: ["link-dead"] },
  { name: "a link without text", on: "both", body: page(`x<a href="${gw}/"></a>`), codes: ["link-dead"] },
  { name: "a link to a mailbox", on: "both", body: page(link("x", "mailto:a@b.example")), codes: ["unknown-uri"] },
  { name: "a key that no phone has", on: "both", body: page(link("x", "Key:Listen")), codes: ["unknown-uri"] },
  { name: "line 49", on: "both", body: page(link("x", "Tel:600;Line49")), codes: ["unknown-uri"] },
  { name: "a SoftKey: link", on: "vvx", body: page(link("Exit", "SoftKey:Exit")), codes: ["softkey-uri-on-vvx"] },
  {
    name: "a form by POST",
    on: "both",
    body: page(form(field + submit, `method="post" action="${gw}/find"`)),
    codes: ["form-not-get"],
  },
  {
    name: "a form to a path",
    on: "both",
    body: page(form(field + submit, 'method="get" action="/find"')),
    codes: ["url-not-absolute"],
  },
  { name: "a form that nothing sends", on: "both", body: page(form(field)), codes: ["form-dead"] },
  {
    name: "a form that only a softkey sends",
    on: "vvx",
    body: page(form(field + key(1, "OK", "SoftKey:Submit"))),
    codes: ["form-dead"],
  },
  { name: "a button outside a form", on: "vvx", body: page("x<button>Listen</button>"), codes: ["button-dead"] },
  {
    name: "a button that only a script would hear",
    on: "vvx",
    body: page(form(`${submit}<button type="button">Listen</button>`)),
    codes: ["button-dead"],
  },
  { name: "a date", on: "both", body: input('type="date" name="d"'), codes: ["input-type"] },
  { name: "a field without a name", on: "both", body: input('type="text"'), codes: ["input-name"] },
  // Internal URIs as a reply
  {
    name: "a page that says it is URIs",
    on: "both",
    body: ok,
    headers: { "content-type": "application/x-com-polycom-spipx" },
    codes: ["unknown-uri"],
  },
  {
    name: "SoftKey: among URIs",
    on: "vvx",
    body: "SoftKey:Exit",
    headers: { "content-type": "application/x-com-polycom-spipx" },
    codes: ["softkey-uri-on-vvx"],
  },
  { name: "XHTML without its namespace", on: "vvx", body: ok, headers: xhtml, codes: ["no-namespace"] },
  // HTTP
  { name: "404", on: "both", body: ok, status: 404, codes: ["status"] },
  { name: "401, as the phone has no password", on: "both", body: ok, status: 401, codes: ["status"] },
  { name: "503", on: "both", body: ok, status: 503, codes: ["status"] },
  { name: "204", on: "both", body: "", status: 204, codes: ["status"] },
  { name: "a redirect", on: "both", body: "", status: 302, headers: { location: `${gw}/` }, codes: ["redirect"] },
  { name: "plain text", on: "both", ...headers("content-type", "text/plain; charset=utf-8"), codes: ["content-type"] },
  { name: "XML", on: "both", ...headers("content-type", "text/xml; charset=utf-8"), codes: ["content-type"] },
  { name: "no type", on: "both", ...headers("content-type", ""), codes: ["content-type"] },
  {
    name: "HTML in Latin-1",
    on: "both",
    ...headers("content-type", "text/html; charset=iso-8859-1"),
    codes: ["content-type"],
  },
  {
    name: "HTML that does not say in what",
    on: "both",
    ...headers("content-type", "text/html"),
    codes: ["no-charset"],
  },
  { name: "a reply of unknown length", on: "both", body: ok, framing: "close", codes: ["no-length"] },
  { name: "a chunked reply", on: "both", body: ok, framing: "chunked", codes: ["chunked"] },
  { name: "a packed reply", on: "both", ...headers("content-encoding", "identity"), codes: ["content-coding"] },
  { name: "what may be stored", on: "both", ...headers("cache-control", "max-age=60"), codes: ["storable"] },
  { name: "nothing said of storing", on: "both", ...headers("cache-control", ""), codes: ["storable"] },
  { name: "a cookie", on: "both", ...headers("set-cookie", "sid=1"), codes: ["cookie"] },
  { name: "a refresh without an address", on: "both", ...headers("refresh", "5"), codes: ["refresh-unreadable"] },
  { name: "a refresh to a path", on: "both", ...headers("refresh", "5; url=/p/T0ken/"), codes: ["url-not-absolute"] },
  {
    name: "a refresh of every second",
    on: "both",
    ...headers("refresh", `1; url=${gw}/`),
    codes: ["refresh-too-fast"],
  },
  // More than one thing at once: all of it is told
  {
    name: "a fault of the reply and one of its page",
    on: "both",
    body: page(link("x", "/a")),
    headers: { "cache-control": "" },
    codes: ["storable", "url-not-absolute"],
  },
  {
    name: "what a slash closes is closed in XHTML, a ninth softkey is not there",
    on: "vvx",
    body: xhtmlPage(`<p/>${key(9)}x`),
    headers: xhtml,
    codes: ["softkey-index"],
  },
  {
    name: "three faults",
    on: "both",
    body: page(`${link("x", "/a")}<blink>x</blink>`, key(1, "Refreshing")),
    codes: ["softkey-label", "unknown-element", "url-not-absolute"],
  },
];
