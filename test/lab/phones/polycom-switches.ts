/** A browser of SoundPoint and SoundStation phones, or that of the VVX. */
export type Form = "microbrowser" | "vvx";

interface Uncertainty {
  /** What the phone does where the switch is on. */
  readonly on: string;
  /** What it does where it is off. */
  readonly off: string;
  /** Which it is where a test does not say. */
  readonly usual: boolean;
  readonly where: readonly (Form | "push")[];
  /** Section of the reference. */
  readonly source: string;
}

const pages: readonly Form[] = ["microbrowser", "vvx"];

/** Everything that is not known of real Polycom phones, so that both answers are tried. */
const table = {
  refreshHeader: {
    on: "follows the Refresh header",
    off: "the VVX browser does not know it: only the microbrowser's is documented",
    ...{ usual: true, where: ["vvx"], source: "1.3" },
  },
  metaRefresh: {
    on: "follows a META refresh where no header says so",
    off: "does not",
    ...{ usual: false, where: ["vvx"], source: "1.3 (presumably works on the VVX browser), 11.2" },
  },
  refreshKeepsFocus: {
    on: "the highlight stays on its place over a refresh",
    off: "a refresh puts it on the first",
    ...{ usual: false, where: pages, source: "1.3, 11.2" },
  },
  keepsCovered: {
    on: "a page that a call covered is there again after it",
    off: "the call has closed it",
    ...{ usual: true, where: pages, source: "issue 6, 1; 1.4 (up.idleTimeout, mb.main.idleTimeout)" },
  },
  refreshesCovered: {
    on: "a covered page goes on refreshing",
    off: "it waits",
    ...{ usual: false, where: pages, source: "1.3 says nothing of calls" },
  },
  readsChunked: {
    on: "reads a chunked reply",
    off: "shows nothing of it",
    ...{ usual: false, where: pages, source: "1.3, 11.4" },
  },
  keepsConnection: {
    on: "keeps its connection for the next request",
    off: "a connection for each request",
    ...{ usual: false, where: pages, source: "1.3 says HTTP/1.1 and no more" },
  },
  allGlyphs: {
    on: "has a glyph for every character",
    off: "shows a box for what is not Latin",
    ...{ usual: true, where: pages, source: "1.3 (glyph coverage limited by phone fonts, Latin fine), 9.4" },
  },
  ownBackKey: {
    on: "adds a Back softkey of its own (mb.main.autoBackKey=1)",
    off: "does not",
    ...{ usual: false, where: ["microbrowser"], source: "1.4 (default inferred), 2.1" },
  },
  knowsPassword: {
    on: "shows dots for a field of type password",
    off: "takes it for a text and shows what is typed",
    ...{ usual: true, where: ["microbrowser"], source: "1.2 (attribute matrix)" },
  },
  formKeepsQuery: {
    on: "appends what was typed to the query of the form's address",
    off: "puts it in the place of that query, as browsers do",
    ...{ usual: false, where: ["microbrowser"], source: "1.2 (attribute matrix)" },
  },
  webkit: {
    on: "the browser is a WebKit: CSS and simple HTML beyond the XHTML subset are shown",
    off: "it is the microbrowser's engine, as may be on VVX 3xx and 4xx; buttons are shown all the same",
    ...{ usual: true, where: ["vvx"], source: "1.1 (note on VVX 3xx/4xx), 11.1" },
  },
  takesSoftkeys: {
    on: "shows <softkey> tags",
    off: "ignores them",
    ...{ usual: false, where: ["vvx"], source: "0.1, 2.1, 11.1" },
  },
  namesModel: {
    on: "the User-Agent names the model",
    off: "it is a WebKit's and nothing else",
    ...{ usual: true, where: ["vvx"], source: "7" },
  },
  nonceOnce: {
    on: "a nonce counts for one request, and the next gets a new challenge",
    off: "it counts until it is stale",
    ...{ usual: true, where: ["push"], source: "9.2" },
  },
  digestQop: {
    on: "the challenge offers qop=auth (RFC 2617)",
    off: "it has no qop (RFC 2069)",
    ...{ usual: true, where: ["push"], source: "3 says digest and no more" },
  },
  filteredIsOk: {
    on: "a push that messageType filters is answered by 200 and another text",
    off: "by 403",
    ...{ usual: true, where: ["push"], source: "3 (a 200 with another text can mean filtered; 4xx refused)" },
  },
  asksBeforeDialling: {
    on: "a pushed tel: asks the user",
    off: "it dials at once",
    ...{ usual: false, where: ["push"], source: "9.7, 11.9" },
  },
  remembersShown: {
    on: "the last shown push counts for the order until the phone is idle again",
    off: "only while it is on the screen",
    ...{ usual: true, where: ["push"], source: "3 (waits for idle if last shown message has same/higher priority)" },
  },
  shownStays: {
    on: "what was pushed stays until the user puts it away or another push comes",
    off: "it goes by itself when the phone becomes idle",
    ...{ usual: true, where: ["push"], source: "3 (no retract verb; UNCERTAIN), 11.6" },
  },
} as const satisfies Readonly<Record<string, Uncertainty>>;

export type SwitchName = keyof typeof table;
export type Switches = Readonly<Record<SwitchName, boolean>>;

/** The switches with what they mean and their source. */
export const uncertainties: Readonly<Record<SwitchName, Uncertainty>> = table;
const names = Object.keys(table) as SwitchName[];

/** The switches as they usually are, but for those that are given. */
export function switchesOf(given: Partial<Switches> = {}): Switches {
  const usual = Object.fromEntries(names.map((name) => [name, uncertainties[name].usual]));
  return { ...(usual as Record<SwitchName, boolean>), ...given };
}

/** The names of the switches that a form of the browser, or the push server, has. */
export function switchesAt(where: Form | "push"): readonly SwitchName[] {
  return names.filter((name) => uncertainties[name].where.includes(where));
}

/**
 * A few settings of all its switches in which every two of them stand in each of their four ways: for contract tests, which
 * run once for each setting. The first is the usual one.
 */
export function pairwise(where: Form | "push"): readonly Partial<Switches>[] {
  const at = switchesAt(where);
  const bits = Math.ceil(Math.log2(at.length + 1));
  // A column for each switch: the bits of its number, none alike, and the same inverted; with two rows of all alike.
  const columns = at.map((_, place) => Array.from({ length: bits }, (__, bit) => (((place + 1) >> bit) & 1) === 1));
  const rows = Array.from({ length: bits }, (_, bit) => columns.map((column) => column[bit] === true));
  const all = [at.map(() => false), at.map(() => true), ...rows, ...rows.map((row) => row.map((on) => !on))];
  const distinct = [...new Map(all.map((row) => [row.join(), row])).values()];
  return distinct.map((row) =>
    Object.fromEntries(
      at.map((name, place) => [name, row[place] === true ? !uncertainties[name].usual : uncertainties[name].usual]),
    ),
  );
}
