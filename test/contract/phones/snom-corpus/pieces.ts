/** Pieces of documents, each sound by itself, so that an entry of the corpus shows the one thing that it is about. */
export const url = "https://gw.example.net/p/k7Qd/call/c81";
export const declaration = '<?xml version="1.0" encoding="UTF-8"?>';

export const key = (name: string, label: string, to = url): string =>
  `<SoftKeyItem><Name>${name}</Name><Label>${label}</Label><URL>${to}</URL></SoftKeyItem>`;
export const hardKey = (name: string, to = url): string =>
  `<SoftKeyItem><Name>${name}</Name><URL>${to}</URL></SoftKeyItem>`;
export const row = (name = "03:12 Ana Ruiz", to = url, more = ""): string =>
  `<MenuItem name="${name}"${more}><URL>${to}</URL></MenuItem>`;
export const menu = (inner = row(), attributes = "", title = "<Title>Live calls (1)</Title>"): string =>
  `<SnomIPPhoneMenu${attributes}>${title}${inner}</SnomIPPhoneMenu>`;
export const text = (inner = "", words = "Muted.<br/>Ana sees you.", attributes = ""): string =>
  `<SnomIPPhoneText${attributes}><Title>Coaching</Title><Text>${words}</Text>${inner}</SnomIPPhoneText>`;
export const item = (flags = "a", token = "__X__", more = ""): string =>
  `<InputItem><DisplayName>Name</DisplayName><InputToken>${token}</InputToken>${more}<InputFlags>${flags}</InputFlags></InputItem>`;
export const input = (inner = item(), to = `${url}?typed=__X__`, attributes = ""): string =>
  `<SnomIPPhoneInput${attributes}><Url>${to}</Url>${inner}</SnomIPPhoneInput>`;
export const fetch = (to = url, mil = ' mil="4000"'): string => `<Fetch${mil}>${to}</Fetch>`;
export const silent = (inner: string): string => `<SnomIPPhoneSilent>${inner}</SnomIPPhoneSilent>`;
export const led = (inner = "On", attributes = ' number="5" color="green"'): string =>
  `<Led${attributes}>${inner}</Led>`;

/**
 * One document with what it stands on: a page of docs.snom.io/xml_minibrowser and its section (Snom's own; its text is
 * Snomio/Documentation), or of service.snom.com and wiki.snom.com, where that is said.
 */
export interface Entry {
  readonly what: string;
  readonly from: string;
  readonly xml: string;
  /** D785 where nothing is said. */
  readonly model?: string;
}

export interface Refused extends Entry {
  /** What the phone complains about. */
  readonly complaint: RegExp;
}

/** One SIP NOTIFY of the corpus; the headers are right where nothing is said. */
export interface Pushed extends Entry {
  readonly event?: string;
  readonly contentType?: string;
  readonly complaint?: RegExp;
}
