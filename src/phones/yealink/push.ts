import type { Lamp, Markup, PushDocument } from "../../model/index.js";
import { cutAtWord, documentBytes, label, plain } from "../plain.js";
import type { PushedNotice, VendorPush } from "../vendor.js";
import type { Size, Trait, YealinkProfile } from "./sheet.js";

type Colour = "GREEN" | "ORANGE" | "RED";

const colours: readonly Colour[] = ["GREEN", "ORANGE", "RED"];
const colourOf: Readonly<Record<Exclude<Lamp["lamp"], "off">, Colour>> = {
  listen: "GREEN",
  coach: "ORANGE",
  join: "RED",
};
/** Names the message of ours on the idle screen, so that the next one replaces it. */
const session = "earshot";
/** A notice less its texts and its URL. */
const noticeMarkup = 300;
const longestNotice = 200;
/** Of one softkey, less its texts; `noticeMarkup` counts one. */
const keyMarkup = 58;

/**
 * What a Yealink takes without having asked: Execute, Configuration, Status and TextScreen. Each is small enough for one
 * UDP packet as a SIP NOTIFY.
 */
export const push: VendorPush<Trait, Size> = {
  ways: ["notify", "http"],
  priorities: [],
  pagesAgain: true,
  lampKeys: true,
  lineKeys: ({ sizes }) => sizes.lineKeys,

  lamp: ({ lamp, mic }, key, profile) => {
    if (profile.traits.lineLamps === "no") return undefined;
    const lit = lamp === "off" ? undefined : colourOf[lamp];
    return document(profile, light(key, lit, mic === "open" ? "slowflash" : "on"));
  },

  unknown: (key, profile) =>
    profile.traits.lineLamps === "no" ? undefined : document(profile, light(key, "ORANGE", "fastflash")),

  label: (text, key, profile) => {
    if (profile.traits.keyLabel === "no") return undefined;
    const item = `linekey.${key}.label = ${label(text, profile.sizes.keyLabelColumns)}`;
    return document(profile, {
      name: "YealinkIPPhoneConfiguration",
      attributes: { Beep: "no" },
      inside: [{ name: "Item", inside: [item] }],
    });
  },

  notice: (notice, profile) => document(profile, notice.inCall ? textScreen(notice, profile) : status(notice, profile)),

  page: (url, profile) => document(profile, execute([url])),
};

function document({ push: { documentBytes: mostBytes } }: YealinkProfile, root: Markup): PushDocument {
  return {
    root,
    mostBytes,
    notify: { event: "Yealink-xml", contentType: "application/xml" },
    http: { path: "/servlet?push=xml", contentType: "text/xml; charset=utf-8" },
  };
}

/** Every colour is put out first, the wanted one last: a lamp that shows two colours at once shows neither. */
function light(key: number, lit: Colour | undefined, state: "on" | "slowflash" | "fastflash"): Markup {
  const actions = colours.filter((colour) => colour !== lit).map((colour) => `Led:LINE${key}_${colour}=off`);
  return execute(lit ? [...actions, `Led:LINE${key}_${lit}=${state}`] : actions);
}

function execute(uris: readonly string[]): Markup {
  return {
    name: "YealinkIPPhoneExecute",
    attributes: { Beep: "no" },
    inside: uris.map((uri) => ({ name: "ExecuteItem", attributes: { URI: uri } })),
  };
}

/** Shown on the idle screen alone, and gone by itself. */
function status({ text, seconds }: PushedNotice, profile: YealinkProfile): Markup {
  return {
    name: "YealinkIPPhoneStatus",
    attributes: { Beep: "no", SessionID: session, Timeout: String(seconds) },
    inside: [{ name: "Message", attributes: { Size: "normal", Align: "center" }, inside: [fitted(text, [], profile)] }],
  };
}

/**
 * Closes by any key: without LockIn the phone's own keys work as ever and leave the page, Exit (or a key that answers it)
 * and Back close it, OK opens the owner's page (a TextScreen without doneAction says "Invalid URI" there).
 */
function textScreen({ title, text, seconds, exit, url, answers = [] }: PushedNotice, profile: YealinkProfile): Markup {
  const { labelColumns } = profile.screen;
  const [heading, key] = [label(title, labelColumns * 2), label(exit, labelColumns)];
  const exits = [{ label: key, uri: "SoftKey:Exit" }];
  const taken = answers.map((one) => ({ label: label(one.label, labelColumns), uri: one.url }));
  const beside = [heading, url, ...taken.flatMap((one) => [one.label, one.uri])];
  const markup = "k".repeat(Math.max(0, taken.length - 1) * keyMarkup);
  // Where the whole text has no room beside the keys that answer it, OK leads to them.
  const fits = taken.length > 0 && fitted(text, [...beside, markup], profile) === plain(text).trim();
  const keys = fits ? taken : exits;
  const others = fits ? [...beside, markup] : [heading, key, url];
  return {
    name: "YealinkIPPhoneTextScreen",
    attributes: {
      Beep: "no",
      Timeout: String(seconds),
      LockIn: "no",
      wrapList: "yes",
      destroyOnExit: "yes",
      doneAction: url,
    },
    inside: [
      { name: "Title", attributes: { wrap: "no" }, inside: [heading] },
      { name: "Text", inside: [fitted(text, others, profile)] },
      ...keys.map((one, at) => ({
        name: "SoftKey",
        attributes: { index: String(at + 1) },
        inside: [
          { name: "Label", inside: [one.label] },
          { name: "URI", inside: [one.uri] },
        ],
      })),
    ],
  };
}

/** As much of the text as the packet has room for beside the other texts. */
function fitted(text: string, others: readonly string[], { push: { documentBytes: most } }: YealinkProfile): string {
  const room = others.reduce((left, other) => left - documentBytes(other), most - noticeMarkup);
  const clean = plain(text).trim();
  for (let columns = longestNotice; columns > 1; columns = Math.floor(columns * 0.8)) {
    const shorter = cutAtWord(clean, columns);
    if (documentBytes(shorter) <= room) return shorter || "–";
  }
  return "…";
}
