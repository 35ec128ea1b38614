import type { DeskPhone } from "../../lab/phones/desk-phone.ts";
import { PolycomPhone } from "../../lab/phones/polycom.ts";
import { models as polycoms, userAgentOf } from "../../lab/phones/polycom-models.ts";
import { SnomPhone } from "../../lab/phones/snom.ts";
import { readDocument } from "../../lab/phones/snom-document.ts";
import { agentOf, modelOf as snomOf } from "../../lab/phones/snom-models.ts";
import { YealinkPhone } from "../../lab/phones/yealink.ts";
import { judge } from "../../lab/phones/yealink-judge.ts";
import { modelOf, userAgent } from "../../lab/phones/yealink-models.ts";
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
  /** How its phones name themselves in a request. */
  readonly agents: readonly string[];
  /** The model on which least has room. */
  readonly narrowest: string;
  /** Models by which a whole supervision is walked: one of each form of its documents. */
  readonly walked: readonly string[];
  /** A document as this model reads it; models as the sheet names them. */
  read(xml: string, model: string): Seen;
  /** One to walk with. */
  phone(model: string): DeskPhone;
}

const yealink: StrictPhone = {
  agents: (["usual", "lower case", "no MAC"] as const).map((form) =>
    userAgent(modelOf("T46U"), "80:5e:c0:aa:bb:cc", form),
  ),
  narrowest: "T30P",
  walked: ["T48U"],
  read: (xml, model) => {
    const { document, complaints } = judge(xml, modelOf(model), switched());
    if (!document) return nothing(complaints);
    const { title, items, keys, text, fields, doneAction, cancelAction, url } = document;
    const uris = [...[...items, ...keys].map(({ uri }) => uri), doneAction, cancelAction, url].flatMap(
      (uri) => uri ?? [],
    );
    return {
      ...{ title, complaints, labels: keys.map(({ label }) => label) },
      others: [...text.split("\n"), ...[...items, ...fields].map(({ prompt }) => prompt)],
      hrefs: new Set(uris.filter((uri) => !uri.startsWith("SoftKey:") && !isOwn(uri))),
    };
  },
  phone: (model) => new YealinkPhone({ model }),
};

const polycom: StrictPhone = {
  agents: (["SPIP_550", "VVX_411", "SSIP_6000", "CCX_600"] as const).map((name) => userAgentOf(name, true)),
  narrowest: "SPIP320",
  walked: ["SPIP550", "VVX411"],
  read: (xml, model) => {
    const { page, complaints } = readPage(xml, model);
    const form = page.form?.action;
    return {
      ...{ title: page.title, complaints, labels: page.softkeys.map(({ label }) => label), others: page.lines },
      hrefs: new Set([...page.links.map(({ href }) => href), ...(form === undefined ? [] : [form])]),
    };
  },
  phone: (model) => {
    const name = Object.keys(polycoms).find((each) => each.replace("_", "") === model);
    return new PolycomPhone({ ...(name !== undefined && { model: name as keyof typeof polycoms }) });
  },
};

const snom: StrictPhone = {
  agents: (["browser", "short"] as const).map((form) => agentOf(snomOf("D785"), form)),
  narrowest: "D735",
  walked: ["D785", "D735"],
  read: (xml, model) => {
    const complaints: string[] = [];
    const document = readDocument(xml, snomOf(model), (text) => complaints.push(text));
    if (!document) return nothing(complaints);
    const { title, keys, lines, items, input, fetch } = document;
    const targets = [...items, ...keys].map(({ target }) => target);
    const all = fetch ? [...targets, fetch.target] : targets;
    const typed = input ? [input.url.replace(/[?&]typed=__TYPED__$/, "")] : [];
    return {
      ...{ title, complaints, labels: keys.flatMap(({ label }) => label || []) },
      others: [...lines, ...items.map(({ name }) => name)],
      hrefs: new Set([...typed, ...all.flatMap((target) => (target.does === "fetch" ? target.url : []))]),
    };
  },
  phone: (model) => new SnomPhone({ model }),
};

/** By the name of the make. A make is added here once, and every test of all makes has it. */
export const strictPhones: Readonly<Record<string, StrictPhone>> = { yealink, polycom, snom };

/** @throws where there is none of that make. */
export function strictPhoneOf(vendor: string): StrictPhone {
  const found = Object.hasOwn(strictPhones, vendor) ? strictPhones[vendor] : undefined;
  if (!found) throw new Error(`there is no strict phone of ${vendor}: add one to strict-phones.ts`);
  return found;
}

function nothing(complaints: readonly string[]): Seen {
  return { title: "", labels: [], others: [], hrefs: new Set(), complaints };
}
