import type { Code } from "../../../lab/phones/polycom-facts.ts";
import type { PolycomPushOptions } from "../../../lab/phones/polycom-push-phone.ts";

/** One push to `/push` of a phone that asks for no password. */
export interface PushCase {
  readonly name: string;
  /** Section of the reference on Polycom phones. */
  readonly source: string;
  readonly body: string;
  readonly type: string;
  readonly chunked?: boolean;
  readonly options?: PolycomPushOptions;
}

export interface RefusedPush extends Omit<PushCase, "source"> {
  readonly codes: readonly Code[];
}

const xhtml = "application/xhtml+xml";
const spipx = "application/x-com-polycom-spipx";
const root = (inner: string): string => `<PolycomIPPhone>${inner}</PolycomIPPhone>`;
const data = (inner: string, priority = "Important"): string => root(`<Data priority="${priority}">${inner}</Data>`);
const open = (path: string, priority = "High"): string => root(`<URL priority="${priority}">${path}</URL>`);
const notice = "<h1>Coach on line</h1>Supervisor Kim can hear this call since 14:02.";
const rooted = { serverRootUrl: "https://gw.example" };
const critical = { criticalAllowed: true };
const vvx300 = { model: "VVX_300" } as const;
const vvx410 = { model: "VVX_410" } as const;
const old = { software: "SIP 3.1", messageType: 3 } as const;
/** A notice of that many bytes in all; the text is too long for no SoundPoint. */
const sized = (bytes: number): string => data(`<h1>x</h1>${"x".repeat(bytes - data("<h1>x</h1>").length)}`);

export const acceptedPushes: readonly PushCase[] = [
  { name: "a notice on a Trio", source: "1.1", body: data(notice), type: xhtml, options: { model: "Trio_8800" } },
  { name: "a notice on an Edge", source: "1.1", body: data(notice), type: xhtml, options: { model: "Edge_E350" } },
  { name: "example C of the reference", source: "10 C", body: data(notice), type: xhtml },
  {
    name: "it with a small screen's text",
    source: "3",
    body: data("<h1>Coach on line</h1>Kim hears this call, 14:02."),
    type: xhtml,
    options: vvx300,
  },
  { name: "example D, which opens a page", source: "10 D", body: open("/p/T0ken/list"), type: spipx, options: rooted },
  {
    name: "example D, which updates",
    source: "10 D",
    body: data("Action:UpdateConfig", "Critical"),
    type: spipx,
    options: critical,
  },
  { name: "each priority: High", source: "3", body: data(notice, "High"), type: xhtml },
  { name: "each priority: Normal", source: "3", body: data(notice, "Normal"), type: xhtml },
  { name: "no priority, which is Normal", source: "3", body: root(`<Data>${notice}</Data>`), type: xhtml },
  { name: "a priority in small letters", source: "3", body: data(notice, "important"), type: xhtml },
  { name: "text/xml on a VVX", source: "3", body: data(notice), type: "text/xml", options: vvx410 },
  { name: "application/xml on a VVX", source: "3", body: data(notice), type: "application/xml", options: vvx410 },
  {
    name: "a title and a body with colours",
    source: "3",
    body: data(`<title/><body bgcolor="#fff" text="#000">${notice}</body>`),
    type: xhtml,
    options: vvx410,
  },
  {
    name: "softkeys in a notice",
    source: "3",
    body: data(`${notice}<softkey index="1" label="Exit" action="SoftKey:Exit"/>`),
    type: xhtml,
  },
  {
    name: "a link in a notice",
    source: "3",
    body: data(`${notice}<br/><a href="https://gw.example/p/T0ken/">Who</a>`),
    type: xhtml,
  },
  {
    name: "several URIs, a line each",
    source: "2.2, 3",
    body: data("Key:Menu\nKey:DialPad1\nTel:600;Line1", "Normal"),
    type: spipx,
  },
  { name: "the browser's end", source: "3", body: data("SoftKey:Exit", "High"), type: spipx },
  { name: "2048 bytes", source: "3, 9.5", body: sized(2048), type: xhtml },
  {
    name: "1024 bytes for SIP 3.1",
    source: "3",
    body: sized(1027).replace("Important", "Normal"),
    type: xhtml,
    options: old,
  },
  { name: "names escaped", source: "9.4", body: data("<h1>Omar &amp; Li</h1>Kim &lt;3 hears, 14:02."), type: xhtml },
];

export const refusedPushes: readonly RefusedPush[] = [
  {
    name: "a page on a phone that has no proven browser",
    body: open("/p/T0ken/"),
    type: spipx,
    options: { ...rooted, model: "CCX_600" },
    codes: ["push-no-browser"],
  },
  {
    name: "text/xml on a CCX",
    body: data(notice),
    type: "text/xml",
    options: { model: "CCX_600" },
    codes: ["push-content-type"],
  },
  { name: "not well-formed", body: data("<h1>x</h2>"), type: xhtml, codes: ["not-well-formed"] },
  { name: "an ampersand in a name", body: data("<h1>Omar & Li</h1>"), type: xhtml, codes: ["not-well-formed"] },
  { name: "an entity of HTML", body: data("<h1>a&nbsp;b</h1>"), type: xhtml, codes: ["unknown-entity"] },
  { name: "a CDATA section", body: data("<h1>x</h1><![CDATA[x]]>"), type: xhtml, codes: ["cdata"] },
  { name: "another root", body: "<YealinkIPPhoneStatus/>", type: xhtml, codes: ["push-root"] },
  { name: "a page with no wrapping", body: "<html><body>x</body></html>", type: xhtml, codes: ["push-root"] },
  { name: "nothing to show", body: root(""), type: xhtml, codes: ["push-children"] },
  {
    name: "two things at once",
    body: root(`<Data>${notice}</Data><URL>/p/T0ken/</URL>`),
    type: xhtml,
    codes: ["push-children"],
  },
  { name: "an unknown thing", body: root("<Led>on</Led>"), type: xhtml, codes: ["push-children"] },
  { name: "an empty notice", body: data(" "), type: xhtml, codes: ["push-empty"] },
  { name: "an empty address", body: open(""), type: spipx, options: rooted, codes: ["push-empty"] },
  { name: "priority all", body: data(notice, "all"), type: xhtml, codes: ["push-priority"] },
  { name: "Important for SIP 3.1", body: data(notice), type: xhtml, options: old, codes: ["push-priority"] },
  {
    name: "Critical where the site has not said so",
    body: data(notice, "Critical"),
    type: xhtml,
    codes: ["push-critical"],
  },
  {
    name: "an attribute beside the priority",
    body: root(`<Data priority="High" beep="no">${notice}</Data>`),
    type: xhtml,
    codes: ["unknown-attribute"],
  },
  { name: "2049 bytes", body: sized(2049), type: xhtml, codes: ["push-too-large"] },
  {
    name: "2049 bytes, fewer characters",
    body: sized(2048).replace("xx</Data>", "üx</Data>"),
    type: xhtml,
    codes: ["push-too-large"],
  },
  {
    name: "1025 bytes for SIP 3.1",
    body: sized(1028).replace("Important", "Normal"),
    type: xhtml,
    options: old,
    codes: ["push-too-large"],
  },
  { name: "a notice as URIs", body: data(notice), type: spipx, codes: ["push-content-type"] },
  { name: "text/xml on a SoundPoint", body: data(notice), type: "text/xml", codes: ["push-content-type"] },
  {
    name: "a form's type",
    body: data(notice),
    type: "application/x-www-form-urlencoded",
    codes: ["push-content-type"],
  },
  { name: "URIs as a notice", body: data("Key:Menu"), type: xhtml, codes: ["push-content-type"] },
  {
    name: "an address as a notice",
    body: open("/p/T0ken/"),
    type: xhtml,
    options: rooted,
    codes: ["push-content-type"],
  },
  { name: "a whole URL", body: open("https://gw.example/p/T0ken/"), type: spipx, options: rooted, codes: ["push-url"] },
  {
    name: "a path that does not begin at the root",
    body: open("p/T0ken/"),
    type: spipx,
    options: rooted,
    codes: ["push-url"],
  },
  { name: "an address on a phone without a root", body: open("/p/T0ken/"), type: spipx, codes: ["push-no-root"] },
  { name: "an address with a space", body: open("/p/T0 ken/"), type: spipx, options: rooted, codes: ["url-character"] },
  {
    name: "an address that is too long",
    body: open(`/${"x".repeat(240)}`),
    type: spipx,
    options: rooted,
    codes: ["url-too-long"],
  },
  {
    name: "an address that is no internal URI",
    body: data("https://gw.example/p/T0ken/"),
    type: spipx,
    codes: ["unknown-uri"],
  },
  { name: "a key that no phone has", body: data("Key:Lamp"), type: spipx, codes: ["unknown-uri"] },
  {
    name: "SoftKey: on a VVX",
    body: data("SoftKey:Exit"),
    type: spipx,
    options: vvx410,
    codes: ["softkey-uri-on-vvx"],
  },
  { name: "a script", body: data(`${notice}<script>x</script>`), type: xhtml, options: vvx410, codes: ["script"] },
  { name: "an unknown element", body: data("<h1>x</h1><blink>x</blink>"), type: xhtml, codes: ["unknown-element"] },
  {
    name: "colours on a SoundPoint",
    body: data(`<body bgcolor="#fff">${notice}</body>`),
    type: xhtml,
    codes: ["unknown-attribute"],
  },
  {
    name: "a heading of 19 characters on a VVX 300",
    body: data("<h1>Kim hears this call</h1>since 14:02"),
    type: xhtml,
    options: vvx300,
    codes: ["push-text-too-long"],
  },
  {
    name: "a text of 70 characters on a VVX 300",
    body: data(`<h1>x</h1>${"x".repeat(70)}`),
    type: xhtml,
    options: vvx300,
    codes: ["push-text-too-long"],
  },
  {
    name: "a text of 201 characters on a VVX 410",
    body: data(`<h1>x</h1>${"x".repeat(201)}`),
    type: xhtml,
    options: vvx410,
    codes: ["push-text-too-long"],
  },
  {
    name: "a label of 10 characters",
    body: data(`${notice}<softkey index="1" label="Refreshing" action="SoftKey:Exit"/>`),
    type: xhtml,
    codes: ["softkey-label"],
  },
  { name: "a chunked push", body: data(notice), type: xhtml, chunked: true, codes: ["push-chunked"] },
];
