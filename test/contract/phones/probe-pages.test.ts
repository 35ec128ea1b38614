import { expect, test } from "vitest";
import { vendorNamed } from "../../../src/phones/index.ts";
import { token } from "../../unit/http/fixture.ts";
import { profileOf, read, render } from "./documents.ts";

/** One of each width and kind: no line key, touch screen, monochrome. */
const models = ["T46U", "T42U", "T48U", "T30P", "T40G", "T54S"] as const;
const { steps = [] } = vendorNamed("yealink")?.prove ?? {};
/** Six softkeys are the question of their own step. */
const asked = steps.filter(({ id }) => id !== "more-softkeys");
const cases = models.flatMap((model) =>
  asked.flatMap(({ id, pages = {} }) => Object.keys(pages).map((word) => [model, id, word] as const)),
);

test.each(cases)("%s takes the page of the step %s %s", (model, id, word) => {
  const made = steps.find((step) => step.id === id)?.pages?.[word];
  if (!made) throw new Error(`${id} ${word}`);
  const page = made.page(profileOf(model));
  const { document, complaints } = read(render(page, model, token, `https://${"h".repeat(52)}`, 0), model);
  expect(complaints).toEqual([]);
  expect(document?.keys.length).toBeGreaterThanOrEqual(page.keys.length);
});

test("each step is named once, so that it can stand in an address", () => {
  const ids = steps.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.filter((id) => !/^[a-z-]{1,40}$/.test(id))).toEqual([]);
});

test.each([
  ["Yealink SIP-T46U 108.86.0.90 80:5e:c0:aa:bb:cc", { model: "T46U", firmware: "108.86.0.90" }],
  ["yealink  SIP-T46U 108.86.0.90 80:5e:c0:aa:bb:cc", { model: "T46U", firmware: "108.86.0.90" }],
  ["Yealink SIP-T57W 96.86.0.100", { model: "T57W", firmware: "96.86.0.100" }],
  ["Yealink SIP-T58 58.86.0.20 805ec0aabbcc", { model: "T58", firmware: "58.86.0.20" }],
  ["Mozilla/5.0", undefined],
  ["Yealink SIP-T46U: &x 1\n2", undefined],
])("%j names itself", (agent, itself) => {
  expect(vendorNamed("yealink")?.prove?.itself(agent)).toEqual(itself);
});
