import { expect, test } from "vitest";
import { polycom } from "../../../src/phones/polycom/index.ts";
import { type SwitchName, uncertainties } from "../../lab/phones/polycom-switches.ts";
import { modelsOf, profileOf } from "./rendering.ts";

/** A step of the walk that finds it out, or why nobody need know it. */
type Asked = { readonly step: string } | { readonly why: string };

/** All that a strict phone can do one way or the other, as nobody knows it. */
const switches: Readonly<Record<SwitchName, Asked>> = {
  refreshHeader: { step: "refresh" },
  metaRefresh: { why: "no page has the element" },
  refreshKeepsFocus: { step: "refresh-cursor" },
  keepsCovered: { step: "call-uncovers" },
  refreshesCovered: { why: "what is asked behind a call shows what is true, and changes nothing" },
  readsChunked: { why: "every reply has a Content-Length" },
  keepsConnection: { why: "either is served" },
  allGlyphs: { step: "glyphs" },
  ownBackKey: { step: "own-back-key" },
  knowsPassword: { step: "secret-input" },
  formKeepsQuery: { why: "no form has an address with a query" },
  webkit: { why: "the pages are well-formed XHTML without script or style, which either shows" },
  takesSoftkeys: { step: "softkeys" },
  namesModel: { step: "user-agent" },
  nonceOnce: { why: "every nonce may be refused and is then asked for anew" },
  digestQop: { why: "the challenge says it" },
  filteredIsOk: { step: "push-filter" },
  asksBeforeDialling: { why: "no number is pushed" },
  remembersShown: { step: "notice-behind-notice" },
  shownStays: { step: "notice-stays" },
};

/** What else `polycom.md` calls uncertain, by its section. */
const marked: Readonly<Record<string, Asked>> = {
  "1.1 panels, and what is on a line": { step: "row-width" },
  "1.1 what is in a title": { step: "title-width" },
  "1.1 a browser on VVX 101 to 450, Trio, CCX, Edge": { step: "list" },
  "1.2 attributes: what a form sends": { step: "typed" },
  "1.3 cookies": { why: "none is set" },
  "1.3 sign-in of page requests": { why: "the address is the key" },
  "1.3, 7 redirects": { step: "redirect" },
  "1.4 unit of mb.main.idleTimeout": { why: "it is left as it is, which is never" },
  "1.4 mb.limits, tags and rows of a page": { step: "long-page" },
  "1.4 mb.ssawc, launch pad, toolbar": { why: "not used" },
  "2.1 four softkeys at once": { step: "four-softkeys" },
  "3 whether a pushed page is opened": { step: "push-page" },
  "3 whether a pushed text is shown": { step: "push-notice" },
  "3 how much of a text is seen": { step: "notice-length" },
  "3 links and softkeys in a text": { step: "notice-answer" },
  "3 what the reply to a push says": { step: "push-reply" },
  "3 a page over a call": { step: "page-in-call" },
  "3 a text over a call": { step: "notice-in-call" },
  "3 default of apps.push.secureTunnelRequired": { why: "it is set" },
  "4 events, polling, REST": { why: "not used" },
  "5 a BLF key for confirmed": { step: "lamp-lit" },
  "5 a BLF key for terminated": { step: "lamp-dark" },
  "5 a BLF key for early, limits of entries": { why: "neither is used" },
};

const { steps } = polycom.prove ?? { steps: [] };
const all = Object.entries({ ...switches, ...marked });

test.each(all)("what is not known of %s is asked on a real phone, or nothing depends on it", (_, asked) => {
  expect("why" in asked || steps.some(({ id }) => id === asked.step)).toBe(true);
});

test("no step asks what nobody called uncertain", () => {
  const asked = new Set(all.flatMap(([, one]) => ("step" in one ? [one.step] : [])));
  expect(steps.map(({ id }) => id).filter((id) => !asked.has(id))).toEqual([]);
});

test("there is an answer for every switch of the strict phone", () => {
  expect(Object.keys(switches).sort()).toEqual(Object.keys(uncertainties).sort());
});

const models = modelsOf("polycom");
const known = new Set(models.flatMap((model) => profileOf({ vendor: "polycom", model }).quirks.map(({ id }) => id)));
test.each(steps.map(({ id, decides }) => [id, decides.quirk]))(
  "what the step %s decides stands in the sheet already, as the quirk %s",
  (_, quirk) => expect(known).toContain(quirk),
);
