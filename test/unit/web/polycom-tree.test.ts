import { describe, expect, it } from "vitest";
import { readTree } from "../../../src/web/phone/polycom/tree.ts";
import { acceptedPages } from "../../contract/phones/polycom-corpus/accepted-pages.ts";
import type { PageCase } from "../../contract/phones/polycom-corpus/document.ts";
import { refusedMarkup } from "../../contract/phones/polycom-corpus/refused-markup.ts";
import { refusedReplies } from "../../contract/phones/polycom-corpus/refused-replies.ts";
import type { Form } from "../../lab/phones/polycom-switches.ts";
import { drawnSeen, type Seen, strictly } from "./polycom-seen.ts";
import { treeOf } from "./xml-tree.ts";

/** What the XML itself is complained about by: not this reader's part, but that of the browser's parser. */
const ofTheXml = ["doctype", "instruction", "cdata", "wrong-encoding", "self-closed", "too-large"];
const forms = ({ on }: Pick<PageCase, "on">): readonly Form[] => (on === "both" ? ["microbrowser", "vvx"] : [on]);
/** Those that a usual phone reads: how they come, and what is not known, are for others. */
const corpus = [...acceptedPages, ...refusedMarkup, ...refusedReplies].filter(
  ({ options, status, framing, body }) => !options && !status && !framing && typeof body === "string",
);
const cases = corpus.flatMap((one) => forms(one).map((form) => [form, one.name, one] as const));

function asHtml({ headers }: Pick<PageCase, "headers">): boolean {
  return headers?.["content-type"]?.startsWith("application/xhtml+xml") !== true;
}

function drawn(one: Pick<PageCase, "body" | "headers">, form: Form): Seen | undefined {
  const codes = new Set<string>();
  const root = treeOf(String(one.body));
  if (!root) return undefined;
  const page = readTree(root, { form, asHtml: asHtml(one) }, (code) => void codes.add(code));
  return { page: page && drawnSeen(page), codes: [...codes].sort() };
}

describe("a drawn Polycom and the strict one read alike", () => {
  it.each(cases)("%s: %s", (form, _name, one) => {
    const [seen, wanted] = [drawn(one, form), strictly(String(one.body), form, asHtml(one))];
    // What is not well-formed is read by neither, and what is complained about is shown as anybody likes.
    if (!seen) expect(wanted.page).toBeUndefined();
    else expect(seen.codes).toEqual(wanted.codes.filter((code) => !ofTheXml.includes(code)));
    if (wanted.codes.length === 0) expect(seen?.page).toEqual(wanted.page);
  });

  it("and the corpus has pages that show something, and complaints of many kinds", () => {
    const read = cases.map(([form, , one]) => drawn(one, form));
    expect(read.filter((one) => one?.page && one.codes.length === 0).length).toBeGreaterThan(40);
    expect(new Set(read.flatMap((one) => one?.codes ?? [])).size).toBeGreaterThan(20);
  });
});
