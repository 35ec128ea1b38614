import type { Say, Screen } from "../pages/index.js";
import { makeOf, vendorNamed } from "../phones/index.js";
import { type StrangersText, strangersPage } from "./sentences.js";
import type { Sheets } from "./sheets.js";
import type { Templates } from "./templates.js";

interface StrangersParts {
  readonly sheets: Sheets;
  readonly templates: Templates;
  readonly say: (screen: Screen) => Say;
  /** Where whatever is pressed leads. */
  readonly home: string;
}

/** For whoever is no phone that we know. */
const plainScreen: Screen = { columns: 80, titleColumns: 80, rows: 10, labelColumns: 20, selection: false };

/**
 * What a caller gets of whom nothing is known but how they name themselves: a page in the form of that make of phone, else
 * plain words. No phone is proven to show such a reply at all.
 */
export function strangersReply(
  agent: string | undefined,
  text: StrangersText,
  { sheets, templates, say, home }: StrangersParts,
): { readonly contentType: string; readonly body: string } {
  const make = makeOf(agent);
  const vendor = make === undefined ? undefined : vendorNamed(make);
  const profile = sheets.all().find((entry) => entry.vendor === make)?.profile;
  if (vendor && profile) {
    const document = vendor.document(strangersPage(say(profile.screen), text), profile, () => home);
    return { contentType: document.contentType, body: templates.render(document) };
  }
  const { title, lines } = strangersPage(say(plainScreen), text);
  return { contentType: "text/plain; charset=utf-8", body: `${[title, ...lines].join("\n")}\n` };
}
