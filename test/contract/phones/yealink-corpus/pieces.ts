import type { Switches } from "../../../lab/phones/yealink-switches.ts";

/** Pieces of documents, each sound by itself, so that an entry of the corpus shows the one thing that it is about. */
export const url = "https://gw.example.net/y/k7Qd/list";
export const declaration = '<?xml version="1.0" encoding="UTF-8"?>';

export const key = (index: number, label: string, uri = url): string =>
  `<SoftKey index="${index}"><Label>${label}</Label><URI>${uri}</URI></SoftKey>`;
export const row = (prompt = "Ana R. - 03:12", uri = url, more = ""): string =>
  `<MenuItem><Prompt>${prompt}</Prompt><URI>${uri}</URI>${more}</MenuItem>`;
export const menu = (inner = row(), attributes = 'Beep="no" Timeout="90"'): string =>
  `<YealinkIPPhoneTextMenu ${attributes}><Title wrap="no">Live calls</Title>${inner}</YealinkIPPhoneTextMenu>`;
export const text = (inner = "", attributes = `Beep="no" Timeout="0" doneAction="${url}"`): string =>
  `<YealinkIPPhoneTextScreen ${attributes}><Title>Coaching</Title><Text>Muted.</Text>${inner}</YealinkIPPhoneTextScreen>`;
export const field = (
  attributes = 'type="string"',
  inner = "<Prompt>Name</Prompt><Parameter>name</Parameter>",
): string => `<InputField ${attributes}>${inner}</InputField>`;
export const input = (inner = field(), attributes = 'Beep="no"', to = url): string =>
  `<YealinkIPPhoneInputScreen ${attributes}><Title>Find</Title><URL>${to}</URL>${inner}</YealinkIPPhoneInputScreen>`;
export const formatted = (inner: string, attributes = `Beep="no" doneAction="${url}"`): string =>
  `<YealinkIPPhoneFormattedTextScreen ${attributes}>${inner}</YealinkIPPhoneFormattedTextScreen>`;
export const execute = (...uris: readonly string[]): string =>
  `<YealinkIPPhoneExecute Beep="no">${uris.map((uri) => `<ExecuteItem URI="${uri}"/>`).join("")}</YealinkIPPhoneExecute>`;
export const status = (
  inner = "<Message>Listening</Message>",
  attributes = 'Beep="no" SessionID="n" Timeout="60"',
): string => `<YealinkIPPhoneStatus ${attributes}>${inner}</YealinkIPPhoneStatus>`;
export const item = (line: string): string =>
  `<YealinkIPPhoneConfiguration Beep="no"><Item>${line}</Item></YealinkIPPhoneConfiguration>`;

/** One document, with the section and line of yealink.md that it stands on. */
export interface Entry {
  readonly what: string;
  readonly from: string;
  readonly xml: string;
  /** T46U where nothing is said. */
  readonly model?: string;
  readonly given?: Partial<Switches>;
}

export interface Refused extends Entry {
  /** What the phone complains about; the complaint is told by these words. */
  readonly complaint: RegExp;
}
