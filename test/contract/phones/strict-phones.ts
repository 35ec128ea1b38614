import { judge } from "../../lab/phones/yealink-judge.ts";
import { modelOf } from "../../lab/phones/yealink-models.ts";
import { switched } from "../../lab/phones/yealink-switches.ts";
import { isOwn } from "../../lab/phones/yealink-uri.ts";
import { readPage } from "./polycom-reading.ts";

/** What the strict phone of a make sees of a document, and what it complains about. */
export interface Seen {
  readonly title: string;
  /** Of softkeys. */
  readonly labels: readonly string[];
  /** Every other text, row by row. */
  readonly others: readonly string[];
  /** Every address that a person at the phone can ask for; a row's, a key's, a link's, that of OK and of Back. */
  readonly hrefs: ReadonlySet<string>;
  readonly complaints: readonly string[];
}

/** The strict phone of one make: all that the tests of every make have to know of it. */
export interface StrictPhone {
  /** A document as this model reads it; models as the sheet names them. */
  read(xml: string, model: string): Seen;
}

const yealink: StrictPhone = {
  read: (xml, model) => {
    const { document, complaints } = judge(xml, modelOf(model), switched());
    if (!document) return { title: "", labels: [], others: [], hrefs: new Set(), complaints };
    const { title, items, keys, text, fields, doneAction, cancelAction, url } = document;
    const uris = [...[...items, ...keys].map(({ uri }) => uri), doneAction, cancelAction, url];
    return {
      ...{ title, complaints, labels: keys.map(({ label }) => label) },
      others: [...text.split("\n"), ...[...items, ...fields].map(({ prompt }) => prompt)],
      hrefs: new Set(uris.flatMap((uri) => (uri && !uri.startsWith("SoftKey:") && !isOwn(uri) ? [uri] : []))),
    };
  },
};

const polycom: StrictPhone = {
  read: (xml, model) => {
    const { page, complaints } = readPage(xml, model);
    const form = page.form?.action;
    return {
      ...{ title: page.title, complaints, labels: page.softkeys.map(({ label }) => label), others: page.lines },
      hrefs: new Set([...page.links.map(({ href }) => href), ...(form === undefined ? [] : [form])]),
    };
  },
};

/** By the name of the make. */
export const strictPhones: Readonly<Record<string, StrictPhone>> = { yealink, polycom };

/** @throws where there is none of that make. */
export function strictPhoneOf(vendor: string): StrictPhone {
  const found = Object.hasOwn(strictPhones, vendor) ? strictPhones[vendor] : undefined;
  if (!found) throw new Error(`there is no strict phone of ${vendor}: add one to strict-phones.ts`);
  return found;
}
