import fc from "fast-check";
import { audience } from "../../../src/audience/index.ts";
import { tortureTexts } from "../../../src/http/torture.ts";
import { type Call, type Person, parseSearchText } from "../../../src/model/index.ts";
import {
  askListenPage,
  boardPage,
  callPage,
  foundPage,
  type Page,
  participantsPage,
  type Say,
  type Screen,
  type Setting,
} from "../../../src/pages/index.ts";
import { emptyState, reduce } from "../../../src/state/index.ts";
import { customerCall, kim, legId, outsideLeg, person } from "../../unit/core/world.ts";
import { sure } from "../../unit/http/fixture.ts";
import { now } from "./makings.ts";

/** One call of a random list, with what its parties are called. */
export interface ListedCall {
  readonly agent: string;
  readonly other: string;
  readonly number: string;
  readonly queue: string;
  readonly state: "up" | "ringing";
  readonly holding: boolean;
  readonly private: boolean;
}

const piece = fc.oneof(
  fc.constantFrom("👩‍👩‍👧‍👦", "🏳️‍🌈", "👍🏽", "🇩🇪", "\u{1f9d1}\u200d", "\ufe0f", "\u200d"),
  fc.constantFrom("\u202e", "\u2067", "\u200f", "שלום", "مرحبا", "\u202c", "\u2069"),
  fc.constantFrom("e\u0301", `a${"\u0334\u0353\u0349".repeat(9)}`, "\u0e33\u0e49", "नि", "한", "\u0301"),
  fc.constantFrom(
    "\u0000",
    "\u001b[2J",
    "\r\n",
    "\t",
    "\u007f",
    "\u0085",
    "\u2028",
    "\ufeff",
    "\ufffe",
    "\ud800",
    "\udfff",
  ),
  fc.constantFrom("<b>", "</a>", "&", "&amp;", "&#0;", "&x;", "]]>", "<![CDATA[", "<!--", "-->", "<?xml?>", '"', "'"),
  fc.constantFrom("<%= it %>", "$(x)", "SoftKey:Exit", "javascript:", "%n", "\\", "|", ";"),
  fc.string({ unit: "binary", maxLength: 4 }),
  fc.string({ unit: "grapheme", maxLength: 8 }),
);
/** Names as nobody should have them: of hostile pieces, much too long, or none. */
export const anyName: fc.Arbitrary<string> = fc.oneof(
  { weight: 5, arbitrary: fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join("")) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(piece, fc.integer({ min: 50, max: 400 }))
      .map(([one, times]) => one.repeat(times).slice(0, 600)),
  },
  { weight: 2, arbitrary: fc.constantFrom(...Object.values(tortureTexts)) },
);

/** A list of up to so many calls whose names are of `names`. */
export function anyCalls(names: fc.Arbitrary<string>, most: number): fc.Arbitrary<readonly ListedCall[]> {
  const call = fc.record<ListedCall>({
    ...{ agent: names, other: names, number: names, queue: names },
    state: fc.constantFrom("up", "up", "ringing"),
    holding: fc.boolean(),
    private: fc.boolean(),
  });
  return fc.array(call, { maxLength: most });
}

const agents = Array.from({ length: 40 }, (_, at) => person(String(2100 + at), "", "agent", "support"));

/** What Kim may see of a list of calls, each of an agent of its own. */
export function settingOf(calls: readonly ListedCall[], screen: Screen, say: Say): Setting {
  const people: readonly Person[] = [kim, ...calls.map(({ agent }, at) => ({ ...sure(agents[at]), name: agent }))];
  const live = calls.map((call, at) => callOf(call, at, sure(people[at + 1])));
  const state = emptyState(people, 100, 0);
  reduce(state, { type: "pbx-snapshot", snapshot: { calls: live, supervisions: [] }, at: 5_000 });
  return { view: audience(state, { hidden: "allowed" }, kim), screen, say, now };
}

function callOf(
  { other, number, queue, state, holding, private: isPrivate }: ListedCall,
  at: number,
  agent: Person,
): Call {
  const more = { queue, startedAt: 1_000 + at * 10, ...(isPrivate && { private: { since: 2_000 } }) };
  const call = customerCall(`r${at}`, agent, { state, holding: state === "up" && holding }, more);
  const outside = outsideLeg(`r${at}-customer`, { party: { kind: "external", name: other, number } });
  return { ...call, legs: [...call.legs.slice(0, 1), outside] };
}

const first = ({ view }: Setting) => view.board.slice(0, 1)[0] ?? view.board.find(legId("r0-agent"));

/** The pages that are made of a list of calls; undefined where that list has no such page. */
export const listPages: Readonly<Record<string, (setting: Setting) => Page | undefined>> = {
  "list: board": (setting) => boardPage(setting, 0),
  "list: second page": (setting) => boardPage(setting, 1),
  "list: found by digits": (setting) => foundPage(setting, sure(parseSearchText("2")), 0),
  "list: found by letters": (setting) => foundPage(setting, sure(parseSearchText("a")), 0),
  "list: call": (setting) => {
    const entry = first(setting);
    return entry && callPage(setting, entry);
  },
  "list: visible or hidden": (setting) => {
    const entry = first(setting);
    return entry && askListenPage(setting, entry);
  },
  "list: participants": (setting) => participantsPage(setting),
};
