import fc from "fast-check";
import { request } from "undici";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PolycomPhone } from "../../lab/phones/polycom.ts";
import { type Code, Complaints, facts, PolycomComplaint } from "../../lab/phones/polycom-facts.ts";
import { readPage, usualLimits } from "../../lab/phones/polycom-page.ts";
import { PolycomPushPhone } from "../../lab/phones/polycom-push-phone.ts";
import { type Form, switchesOf } from "../../lab/phones/polycom-switches.ts";
import { acceptedPages } from "./polycom-corpus/accepted-pages.ts";
import type { PageCase } from "./polycom-corpus/document.ts";
import { acceptedPushes, type PushCase, refusedPushes } from "./polycom-corpus/pushes.ts";
import { refusedMarkup } from "./polycom-corpus/refused-markup.ts";
import { refusedReplies } from "./polycom-corpus/refused-replies.ts";
import { PageServer } from "./polycom-corpus/server.ts";

/**
 * What Polycom phones show and what not, fixed from the reference before any page of ours was made. A change to a strict
 * phone that turns one of these is a commit of its own, and names its source.
 */
const server = new PageServer();
beforeAll(() => server.start());
afterAll(() => server.stop());

const refusedPages = [...refusedMarkup, ...refusedReplies];
const models = { microbrowser: "SPIP_550", vvx: "VVX_500" } as const;
const forms = ({ on }: Pick<PageCase, "on">): readonly Form[] => (on === "both" ? ["microbrowser", "vvx"] : [on]);

async function codesOf(one: Omit<PageCase, "source">, form: Form): Promise<readonly Code[]> {
  server.pages.set("/p/x/", one);
  const phone = new PolycomPhone({ model: models[form], ...one.options });
  try {
    await phone.open(`${server.origin}/p/x/`);
    return [];
  } catch (error) {
    if (error instanceof PolycomComplaint) return error.codes;
    throw error;
  } finally {
    await phone.stop();
  }
}

async function pushed({ body, type, chunked, options }: Omit<PushCase, "source">): Promise<PolycomPushPhone> {
  const phone = new PolycomPushPhone(options);
  phone.mood = "unguarded";
  await phone.start();
  const content = chunked === true ? [Buffer.from(body)] : body;
  const headers = { "content-type": type };
  const reply = await request(`${phone.origin}/push`, { method: "POST", headers, body: content as string });
  await reply.body.dump();
  await phone.stop();
  return phone;
}

describe("a page that is shown", () => {
  const cases = acceptedPages.flatMap((one) => forms(one).map((form) => [form, one.name, one.source, one] as const));
  test.each(cases)("%s: %s (%s)", async (form, _name, _source, one) => {
    expect(await codesOf(one, form)).toEqual([]);
  });
});

describe("a page that is not", () => {
  const cases = refusedPages.flatMap((one) => forms(one).map((form) => [form, one.name, one] as const));
  test.each(cases)("%s: %s", async (form, _name, one) => {
    expect(await codesOf(one, form)).toEqual(one.codes);
  });
});

describe("a push that is taken", () => {
  test.each(acceptedPushes.map((one) => [one.name, one.source, one] as const))("%s (%s)", async (_n, _s, one) => {
    const phone = await pushed(one);
    expect(phone.complaints).toEqual([]);
    expect(phone.statuses).toEqual([200]);
    expect(phone.taken.map(({ became }) => became)).toEqual(["shown"]);
  });
});

describe("a push that is not", () => {
  test.each(refusedPushes.map((one) => [one.name, one] as const))("%s", async (_name, one) => {
    expect((await pushed(one)).codes).toEqual(one.codes);
  });
});

test("whatever is sent is a page or is told, and never breaks the phone", () => {
  const tag = fc.constantFrom(
    "<p>",
    "</p>",
    "<a href='x'>",
    "</a>",
    "<form>",
    "</form>",
    "<input/>",
    "<softkey/>",
    "&",
    "]]>",
  );
  const body = fc.array(fc.oneof(tag, fc.string({ unit: "binary", maxLength: 9 })), { maxLength: 20 });
  const reading = { form: "vvx", switches: switchesOf(), asHtml: true, tables: true } as const;
  fc.assert(
    fc.property(body, (parts) => {
      const { complain, found } = new Complaints();
      const read = readPage(`<html><body>${parts.join("")}</body></html>`, reading, usualLimits, complain);
      expect(read !== undefined || found.length > 0).toBe(true);
    }),
  );
});

describe("the corpus", () => {
  /** What no single document can show; `polycom-standin` and `polycom-push-standin` have a case for each. */
  const elsewhere: readonly Code[] = [
    ...(["launcher-too-long", "launcher-character", "no-reply", "slow"] as const),
    ...(["push-path", "push-basic", "push-digest", "push-at-once", "push-queue-full", "push-stale"] as const),
  ];

  test("has a document for every fact", () => {
    const shown = new Set<string>([...refusedPages, ...refusedPushes].flatMap(({ codes }) => codes));
    const codes = Object.keys(facts);
    expect(codes.filter((code) => !shown.has(code)).sort()).toEqual([...elsewhere].sort());
  });

  test("is as large as was asked", () => {
    expect(acceptedPages.length).toBeGreaterThanOrEqual(30);
    expect(refusedPages.length + refusedPushes.length).toBeGreaterThanOrEqual(40);
  });

  const lists: [string, readonly { readonly name: string; readonly on?: string }[]][] = [
    ["pages that are shown", acceptedPages],
    ["pages that are not", refusedPages],
    ["pushes that are taken", acceptedPushes],
    ["pushes that are not", refusedPushes],
  ];
  test.each(lists)("names each of the %s once", (_what, list) => {
    expect(new Set(list.map(({ name, on }) => `${name}, ${on}`)).size).toBe(list.length);
  });
});
