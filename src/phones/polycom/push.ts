import type { Markup, PushDocument } from "../../model/index.js";
import { cut, documentBytes, label, plain } from "../plain.js";
import type { PushedNotice, VendorPush } from "../vendor.js";
import { keyLabel } from "./frame.js";
import { hasSoftkeys, type PolycomProfile, type Size, type Trait } from "./sheet.js";

/**
 * The one priority that a push has. The phone's filter (`apps.push.messageType`) is an exact match, and `critical` covers
 * whatever somebody is doing: that one is never ours to choose.
 */
const priorities = { critical: "Critical", high: "High", important: "Important", normal: "Normal" } as const;
type Priority = keyof typeof priorities;

/** Root, `Data` and a heading, less their texts. */
const noticeMarkup = 100;
const linkMarkup = 24;
const softkeyMarkup = 60;
/** What the web server of a phone says of a push that it is going to show; of one that it filters it says something else. */
const accepted = "displayed successfully";

/**
 * What a Polycom takes without having asked: `Data` (a text) and `URL` (the path of a page, below
 * `apps.push.serverRootURL`). There is no document that lights a lamp: those are the PBX's, by BLF.
 */
export const push: VendorPush<Trait, Size> = {
  ways: ["http"],
  priorities: Object.keys(priorities),
  // In a call what is no more urgent than the one before waits until it is over; the page refreshes by itself.
  pagesAgain: false,
  lampKeys: false,
  lamp: () => undefined,
  label: () => undefined,
  notice: (notice, profile, priority) =>
    document(
      profile,
      dataOf(notice, profile),
      "application/xhtml+xml",
      // In a call what is no more urgent than what is shown waits until it is over: Coach must not, behind Listen.
      priorityOf(priority, notice.urgent ? "high" : "important"),
    ),
  page: (url, profile, priority) =>
    profile.pages === "no"
      ? undefined
      : document(
          profile,
          { name: "URL", inside: [pathOf(url)] },
          "application/x-com-polycom-spipx",
          // It comes over the call screen of a supervisor who has just picked up.
          priorityOf(priority, "high"),
        ),
};

function document(
  { push: { documentBytes: mostBytes } }: PolycomProfile,
  { name, inside = [] }: Markup,
  contentType: string,
  priority: string,
): PushDocument {
  return {
    root: { name: "PolycomIPPhone", inside: [{ name, attributes: { priority }, inside }] },
    bare: true,
    mostBytes,
    http: { path: "/push", contentType, confirmedBy: accepted },
  };
}

function priorityOf(wanted: string | undefined, usual: Priority): string {
  return wanted !== undefined && isPriority(wanted) ? priorities[wanted] : priorities[usual];
}

function isPriority(text: string): text is Priority {
  return Object.hasOwn(priorities, text);
}

/** The phone puts its own `serverRootURL` in front. */
function pathOf(url: string): string {
  return url.replace(/^[a-z]+:\/\/[^/]*/i, "");
}

/**
 * Heading and text, with the time it is from: while its person is busy a phone holds a text back and shows it late, and
 * nothing takes it off the screen again.
 */
function dataOf(notice: PushedNotice, profile: PolycomProfile): Markup {
  const { noticeTitleColumns, noticeColumns } = profile.sizes;
  const heading: Markup = { name: "h1", inside: [within(plain(notice.title).trim() || "–", noticeTitleColumns)] };
  const most = profile.push.documentBytes - noticeMarkup - markupBytes([heading]);
  const text = fitted(`${notice.at} ${plain(notice.text).trim()}`, noticeColumns, most);
  const answers = profile.pages === "no" ? [] : answersOf(notice, profile);
  const seen = answers.reduce((columns, { inside = [] }) => columns + inside.join("").length + 1, text.length);
  const fits = seen <= noticeColumns && documentBytes(text) + markupBytes(answers) <= most;
  // Words come first: where the answers have no room beside them, the owner's page has them.
  return { name: "Data", inside: fits ? [heading, text, ...answers] : [heading, text] };
}

function answersOf({ answers = [], exit }: PushedNotice, profile: PolycomProfile): readonly Markup[] {
  const links = answers.flatMap(({ label: text, url }): Markup[] => [
    { name: "br" },
    { name: "a", attributes: { href: url }, inside: [label(text, profile.screen.columns)] },
  ]);
  if (!hasSoftkeys(profile)) return links;
  const keys = [
    ...answers.map(({ label: text, url }) => ({ text, action: `SoftKey:Fetch;${url}` })),
    { text: exit, action: "SoftKey:Exit" },
  ];
  return [
    ...links,
    ...keys.map(({ text, action }, at): Markup => {
      const attributes = { index: String(at + 1), label: keyLabel(text, profile), action };
      return { name: "softkey", attributes };
    }),
  ];
}

/** Bytes of some elements, at most. */
function markupBytes(elements: readonly Markup[]): number {
  return elements.reduce((sum, { name, attributes = {}, inside = [] }) => {
    const texts = [...Object.values(attributes), ...inside.filter((part) => typeof part === "string")];
    const own = name === "softkey" ? softkeyMarkup : linkMarkup;
    return sum + own + texts.reduce((bytes, text) => bytes + documentBytes(text), 0);
  }, 0);
}

/** As much of the text as the screen shows at once and the push has room for. */
function fitted(text: string, columns: number, bytes: number): string {
  for (let most = columns; most > 1; most = Math.floor(most * 0.8)) {
    const shorter = within(text, most);
    if (documentBytes(shorter) <= bytes) return shorter;
  }
  return "…";
}

/** At most so many characters, counted as a phone without regard to what belongs together would. */
function within(text: string, columns: number): string {
  for (let most = columns; most > 1; most -= 1) {
    const shorter = cut(text, most);
    if (shorter.length <= columns) return shorter;
  }
  return "…";
}
