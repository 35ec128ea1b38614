/** One thing that no page of the maker settles, and the ways it may be. */
interface Switch<Way> {
  /** The first one is the usual way. */
  readonly ways: readonly [Way, Way, ...Way[]];
  readonly says: string;
  readonly from: string;
}

const yes = [true, false] as const;
const no = [false, true] as const;

function open<const Way>(ways: readonly [Way, Way, ...Way[]], from: string, says: string): Switch<Way> {
  return { ways, from, says };
}

/**
 * Everything that is open, in one place; `from` is the page that leaves it so. Not here, as the phone always takes the harder
 * way: names are spelled as the maker's pages spell them (index: "not case sensitive", but it may change), 10 000 bytes are
 * the end (no page gives one), a redirect is not followed, a text that has no room is cut (examples/SnomIPPhoneText).
 */
export const switches = {
  typedAs: open(["utf-8", "latin-1"], "main_tags/SnomIPPhoneInput: URL", "how what was typed is escaped"),
  callUncovers: open(no, "no page", "a page that a call has covered is there again after the call"),
  pushCoversCall: open(yes, "triggering: Via SIP NOTIFY", "what is pushed is shown over a call"),
  knowsSilent: open(yes, "service.snom.com Via SIP NOTIFY: since 10.1.82.0", "knows SnomIPPhoneSilent"),
  silentLeds: open(yes, "service.snom.com XML Minibrowser: SnomIPPhoneSilent", "a silent document lights lamps"),
  agent: open(["browser", "short"], "public code of FusionPBX; of others", "how it names itself"),
  keepsAlive: open(no, "no page", "keeps its connection"),
  asksTwice: open(no, "no page", "asks again where a reply was lost"),
} as const;

export type Switches = { readonly [Name in keyof typeof switches]: (typeof switches)[Name]["ways"][number] };

/** Every switch the usual way, but for those that are given. */
export function switched(given: Partial<Switches> = {}): Switches {
  const usual = Object.fromEntries(Object.entries(switches).map(([name, { ways }]) => [name, ways[0]]));
  return { ...usual, ...given } as Switches;
}
