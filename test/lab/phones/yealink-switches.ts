/** One thing that yealink.md leaves open (UNCERTAIN, or asked in its section 10), and the ways it may be. */
interface Switch<Way> {
  /** The first one is the usual way. */
  readonly ways: readonly [Way, Way, ...Way[]];
  readonly says: string;
  /** Section and line of yealink.md. */
  readonly from: string;
}

const yes = [true, false] as const;
const no = [false, true] as const;

function open<const Way>(ways: readonly [Way, Way, ...Way[]], from: string, says: string): Switch<Way> {
  return { ways, from, says };
}

/**
 * Everything that is open, in one place. Not here, as the phone always takes the harder way: redirects and storing (6,
 * l. 268) are complaints, a label that may be cut (2.1, l. 118) is too long, 10 000 bytes are the end on every model
 * (1.1, l. 46), and a page without Timeout closes after 45 s (l. 55).
 */
export const switches = {
  refresh: open(yes, "1.1, l. 64; 10, l. 385", "follows the Refresh reply header"),
  selection: open(yes, "10, l. 386", "appends the highlighted row's selection to the URL of a softkey"),
  selectionOnRows: open(no, "9, l. 336", "appends it to a row's own URL, too"),
  selectionBy: open(["? or &", "?"], "10, l. 386", "what stands before it: as the URL needs it, or always the same"),
  sixKeys: open(no, "0, l. 27; 2.1, l. 117", "has softkeys 5 and 6, behind More"),
  ownKeys: open(no, "2.1, l. 116", "keeps its own softkeys in places that a page leaves free"),
  aastra: open(no, "1.1, l. 64; 1.2, l. 71; 2.2, l. 129; 2.3, l. 142", "passes over what is Aastra's"),
  okSends: open(yes, "1.5, l. 87", "OK on an input screen sends what was typed, as SoftKey:Submit does"),
  typedAs: open(["utf-8", "latin-1"], "6, l. 272", "how a character that was typed is escaped"),
  timeoutCancels: open(no, "1.1, l. 64", "asks for cancelAction when a page's Timeout is over"),
  asksTwice: open(no, "8, l. 326; 10, l. 391", "asks again where a reply was lost"),
  showsErrors: open(no, "8, l. 327; 10, l. 391", "shows a page that comes with another status than 200"),
  keepsAlive: open(no, "6, l. 268", "keeps its connection"),
  userAgent: open(["usual", "lower case", "no MAC"], "6, l. 265-266", "how it names itself"),
  callUncovers: open(yes, "5.3, l. 235", "a page that a call has covered is there again after the call"),
  pushCoversCall: open(yes, "10, l. 384", "a pushed page is shown over a call, with push_xml.block_in_calling 0"),
  blockStopsLamps: open(yes, "4.3, l. 197; 10, l. 392", "push_xml.block_in_calling 1 stops lamps, too"),
  callRepaintsLamps: open(no, "10, l. 388", "a call puts out the lamps that were set"),
  lampsOnScreens: open(no, "3.3, l. 168", "a line key on a screen changes its colour as a lamp would"),
  statusInCall: open(no, "3.1, l. 156; 10, l. 389", "shows a Status in a call"),
  checksSender: open(["address", "referer", "both"], "4.1, l. 185", "what it holds against push_xml.server"),
} as const;

export type Switches = { readonly [Name in keyof typeof switches]: (typeof switches)[Name]["ways"][number] };

/** Every switch the usual way, but for those that are given. */
export function switched(given: Partial<Switches> = {}): Switches {
  const usual = Object.fromEntries(Object.entries(switches).map(([name, { ways }]) => [name, ways[0]]));
  return { ...usual, ...given } as Switches;
}
