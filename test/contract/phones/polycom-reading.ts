import { Complaints } from "../../lab/phones/polycom-facts.ts";
import {
  lineText,
  type PolycomPage as Strict,
  readPage as strictly,
  usualLimits,
} from "../../lab/phones/polycom-page.ts";
import { type Form, type Switches, switchesOf } from "../../lab/phones/polycom-switches.ts";
import { length } from "../../lab/phones/yealink-document.ts";
import { profileOf } from "./rendering.ts";

/** What a phone makes of a page, as a test looks at it. */
export interface PolycomPage {
  readonly title: string;
  /** Every link of the body, in order. */
  readonly links: readonly { readonly href: string; readonly text: string }[];
  readonly lines: readonly string[];
  /** `url` is where it leads, or the word that it does. */
  readonly softkeys: readonly { readonly index: number; readonly label: string; readonly url: string }[];
  readonly form: Strict["forms"][number] | undefined;
}

/** Which browser a model has, by its name alone. */
export function formOf(model: string): Form {
  return /^S(PIP|SIP|SDUO)/.test(model) ? "microbrowser" : "vvx";
}

/** Reads a page as the strict phone does, and as its model sheet says; `complaints` is what would not be shown. */
export function readPage(
  xml: string,
  model: string,
  switches: Partial<Switches> = {},
): { readonly page: PolycomPage; readonly complaints: readonly string[] } {
  const { limits, screen } = profileOf({ vendor: "polycom", model });
  const { found, complain } = new Complaints();
  const reading = { form: formOf(model), switches: switchesOf(switches), asHtml: true, tables: false };
  const read = strictly(xml, reading, usualLimits, complain);
  const complaints = found.map(([code, what]) => `${code}: ${what}`);
  const page = pageOf(read);
  const urls = [...page.links.map(({ href }) => href), ...page.softkeys.map(({ url }) => url)];
  complaints.push(...urls.filter((url) => url.length > limits.urlLength).map((url) => `long: ${url}`));
  if (page.title === "" || length(page.title) > screen.titleColumns) complaints.push(`the title "${page.title}"`);
  return { page, complaints };
}

function pageOf(read: Strict | undefined): PolycomPage {
  if (!read) return { title: "", links: [], lines: [], softkeys: [], form: undefined };
  const links = read.lines.flatMap(({ spots }) =>
    spots.flatMap((spot) =>
      spot.kind === "link" && spot.deed?.does === "fetch" ? [{ href: spot.deed.url, text: spot.label }] : [],
    ),
  );
  return {
    title: read.title,
    links,
    lines: read.lines.map((line) => lineText(line)),
    softkeys: read.softKeys.map(({ index, label, deed }) => ({
      index,
      label,
      url: deed.does === "fetch" ? deed.url : deed.does,
    })),
    form: read.forms[0],
  };
}
