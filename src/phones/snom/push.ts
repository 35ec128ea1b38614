import type { Lamp, Markup, PushDocument } from "../../model/index.js";
import { cutAtWord, documentBytes } from "../plain.js";
import type { PushedNotice, VendorPush } from "../vendor.js";
import { exit } from "./frame.js";
import type { Size, SnomProfile, Trait } from "./sheet.js";
import { name, words, wrapped } from "./words.js";

const colourOf: Readonly<Record<Exclude<Lamp["lamp"], "off">, string>> = {
  listen: "green",
  coach: "orange",
  join: "red",
};
/** A notice less its texts and its URLs. */
const noticeMarkup = 250;
const keyMarkup = 70;
const longestNotice = 200;

/** What a Snom takes without having asked: a document of its minibrowser, by SIP NOTIFY alone. */
export const push: VendorPush<Trait, Size> = {
  // Its web server takes the address of a page, and no document: a notice would have to be one.
  ways: ["notify"],
  priorities: [],
  pagesAgain: true,
  lampKeys: true,
  lineKeys: ({ sizes }) => sizes.lineKeys,

  lamp: ({ lamp, mic }, key, profile) => {
    if (profile.traits.lineLamps === "no") return undefined;
    const number = String(profile.sizes.firstLamp + key - 1);
    const led: Markup =
      lamp === "off"
        ? { name: "Led", attributes: { number }, inside: ["Off"] }
        : {
            name: "Led",
            attributes: { number, color: colourOf[lamp] },
            inside: [mic === "open" ? "blinkslow" : "On"],
          };
    return document(profile, { name: "SnomIPPhoneSilent", inside: [led] });
  },

  label: () => undefined,

  notice: (notice, profile) => document(profile, noticeOf(notice, profile)),

  page: (url, profile) =>
    document(profile, {
      name: "SnomIPPhoneText",
      attributes: { track: "no" },
      inside: [
        { name: "Title", inside: ["earshot"] },
        { name: "Text", inside: ["…"] },
        // As fast as it can (docs.snom.io, examples/main_subelements, Fetch).
        { name: "Fetch", attributes: { mil: "1" }, inside: [url] },
      ],
    }),
};

function document({ push: { documentBytes: mostBytes } }: SnomProfile, root: Markup): PushDocument {
  return { root, mostBytes, notify: { event: "xml", contentType: "application/snomxml" } };
}

/** A text that closes by itself; the check mark opens the owner's page. */
function noticeOf(
  { title, text, seconds, exit: close, url, answers = [] }: PushedNotice,
  profile: SnomProfile,
): Markup {
  const { titleColumns, labelColumns } = profile.screen;
  const heading = small(title, titleColumns);
  const taken = answers.map((one) => ({ label: small(one.label, labelColumns), url: one.url }));
  const exits = [{ label: small(close, labelColumns), url: exit }];
  // Where the whole text has no room beside the keys that answer it, the check mark leads to them.
  const fits = taken.length > 0 && fitted(text, heading, url, taken, profile) === words(text).trim();
  const keys = fits ? taken : exits;
  const passes = profile.traits.otherKeys !== "no";
  return {
    name: "SnomIPPhoneText",
    attributes: { track: "no", ...(passes && { state: "others_except_mb" }) },
    inside: [
      { name: "Title", inside: [heading] },
      { name: "Text", inside: [fitted(text, heading, url, keys, profile)] },
      { name: "Fetch", attributes: { mil: String(seconds * 1_000) }, inside: [exit] },
      ...keys.map((key, at) => keyItem(`F${at + 1}`, key.url, key.label)),
      keyItem("ENTER", url),
    ],
  };
}

/** What stands beside the text takes no more of the packet than plain letters would. */
function small(text: string, columns: number): string {
  for (let most = columns; most > 1; most -= 1) {
    const shorter = name(text, most);
    if (documentBytes(shorter) <= 2 * columns) return shorter;
  }
  return "…";
}

function keyItem(key: string, url: string, label?: string): Markup {
  const parts: readonly Markup[] = [
    { name: "Name", inside: [key] },
    ...(label === undefined ? [] : [{ name: "Label", inside: [label] }]),
    { name: "URL", inside: [url] },
  ];
  return { name: "SoftKeyItem", inside: parts };
}

/** As much of the text as the packet and the screen have room for beside the rest. */
function fitted(
  text: string,
  heading: string,
  url: string,
  keys: readonly { readonly label: string; readonly url: string }[],
  { push: { documentBytes: most }, screen, sizes }: SnomProfile,
): string {
  const beside = keys.reduce(
    (sum, key) => sum + keyMarkup + documentBytes(key.label) + documentBytes(key.url),
    noticeMarkup + documentBytes(heading) + documentBytes(url),
  );
  const clean = words(text).trim();
  for (let columns = longestNotice; columns > 1; columns = Math.floor(columns * 0.8)) {
    const shorter = cutAtWord(clean, columns);
    const hasRoom = wrapped(shorter, screen.columns).length <= sizes.textLines;
    if (hasRoom && documentBytes(shorter) <= most - beside) return shorter || "–";
  }
  return "…";
}
