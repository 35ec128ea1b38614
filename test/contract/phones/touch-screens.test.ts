import { expect, test } from "vitest";
import type { Page } from "../../../src/pages/index.ts";
import { leg, session, token } from "../../unit/http/fixture.ts";
import { read, render } from "./documents.ts";

/** A phone without an OK key (yealink.md 1.1, l. 58; 4.4, l. 202): what is behind OK alone must be reached all the same. */
const touch = ["T48U", "T57W"] as const;
const page: Page = {
  ...session,
  done: { to: "menu" },
  lines: ["Nobody hears you.", "", `A ${"very ".repeat(20)}long line.`],
};

test.each(touch)("on a %s each line of such a page leads there, whole", (model) => {
  const { document } = read(render(page, model, token), model);
  expect(document?.kind).toBe("menu");
  expect(document?.items.map(({ prompt }) => prompt).join(" ")).toBe(page.lines.filter(Boolean).join(" "));
  expect(new Set(document?.items.map(({ uri }) => uri.replace(/.*\//, "")))).toEqual(new Set(["menu"]));
  expect(document?.keys.length).toBe(page.keys.length);
  expect(document?.timeout).toBe(0);
});

const hinted: Page = { ...page, doneHint: "OK: everything.", doneRow: "Everything" };
test.each(touch)("on a %s a row leads to everything, and no word is of a key that is not there", (model) => {
  const { document } = read(render(hinted, model, token), model);
  const said = document?.items.map(({ prompt }) => prompt) ?? [];
  expect(said.at(-1)).toBe("Everything");
  expect(said.join(" ")).not.toContain("OK:");
});

test.each(["T46U", "T42U"])("on a %s the text says where OK leads", (model) => {
  expect(
    read(render(hinted, model, token), model)
      .document?.text.split("\n")
      .at(-1),
  ).toBe("OK: everything.");
});

test.each(touch)("on a %s a text that stays one does not say it either", (model) => {
  const done = { to: "call", leg: leg("c81") } as const;
  const { document } = read(render({ ...hinted, done, keys: [{ label: "Go", link: done }] }, model, token), model);
  expect([document?.kind, document?.text]).toEqual(["screen", expect.not.stringContaining("OK:")]);
});

test.each(touch)("on a %s a page whose keys lead everywhere stays a text", (model) => {
  const done = { to: "call", leg: leg("c81") } as const;
  const { document } = read(render({ ...page, done, keys: [{ label: "Go", link: done }] }, model, token), model);
  expect(document?.kind).toBe("screen");
});

test.each(["T46U", "T42U"])("on a %s, which has the key, it is a text", (model) => {
  const { document } = read(render(page, model, token), model);
  expect([document?.kind, document?.doneAction]).toEqual(["screen", expect.stringMatching(/menu$/)]);
});
