import { expect, test } from "vitest";
import { vendorNamed, vendors } from "../../../src/phones/index.ts";
import { token } from "../../unit/http/fixture.ts";
import { profileOf, read, render } from "./documents.ts";
import { readPage } from "./polycom-reading.ts";
import { profileOf as profileOfAny, render as renderAny } from "./rendering.ts";

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

const polycoms = ["SPIP430", "SPIP670", "SSIP6000", "VVX301"] as const;
const { steps: polycomSteps = [] } = vendorNamed("polycom")?.prove ?? {};
const polycomCases = polycoms.flatMap((model) =>
  polycomSteps.flatMap(({ id, pages = {} }) => Object.keys(pages).map((word) => [model, id, word] as const)),
);

test.each(polycomCases)("%s takes the page of the step %s %s", (model, id, word) => {
  const made = polycomSteps.find((step) => step.id === id)?.pages?.[word];
  if (!made) throw new Error(`${id} ${word}`);
  const page = made.page(profileOfAny({ vendor: "polycom", model }));
  const { complaints } = readPage(renderAny(page, { vendor: "polycom", model }, token), model);
  expect(complaints).toEqual([]);
});

test("each step of a Polycom is named once, so that it can stand in an address", () => {
  const ids = polycomSteps.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.filter((id) => !/^[a-z-]{1,40}$/.test(id))).toEqual([]);
});

test.each([
  [
    "FileTransport PolycomSoundPointIP-SPIP_550-UA/4.0.15.1047 (SN:0004f2aabbcc) Type/Application",
    { model: "SPIP550", firmware: "4.0.15.1047" },
  ],
  ["Microbrowser/1.0 PolycomVVX-VVX_411-UA/5.9.5.0614", { model: "VVX411", firmware: "5.9.5.0614" }],
  ["Mozilla/5.0", undefined],
])("a Polycom that says %j names itself", (agent, itself) => {
  expect(vendorNamed("polycom")?.prove?.itself(agent)).toEqual(itself);
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

const inCalls = Object.entries(vendors).flatMap(([vendor, { prove }]) =>
  (prove?.steps ?? []).filter(({ inCall }) => inCall).map((step) => [vendor, step.id, step] as const),
);

test.each(inCalls)(
  "%s: the step %s in a call shows its page by a push, as the launcher is the call's then",
  (...of) => {
    const [, , { pages = {}, push }] = of;
    expect(Object.keys(pages)).not.toContain("");
    expect(push).toBeDefined();
  },
);
