import { join } from "node:path";
import { expect, it } from "vitest";
import { drawableModels, modelOf } from "../../../src/http/desk/drawable.ts";
import { Looks } from "../../../src/http/desk/looks.ts";
import { loadSheets, type Sheets } from "../../../src/http/index.ts";
import type { Phone } from "../../../src/model/index.ts";
import { ana, kimsPhone } from "../core/world.ts";

const sheets = await loadSheets();
const models = drawableModels(sheets);
const phone: Phone = { mac: kimsPhone, vendor: "yealink", model: "T46U", owner: ana.id, answer: "ring" };

/** The browser's own list. Named so that no compiler follows it there: what it draws with is nothing to Node. */
async function formsDrawn(): Promise<readonly string[]> {
  const registry = join(import.meta.dirname, "../../../src/web/phone/forms.ts");
  const { forms } = (await import(registry)) as { forms: Readonly<Record<string, unknown>> };
  return Object.keys(forms);
}

it("every kind of document that a vendor names is one that the browser draws, and the other way round", async () => {
  expect([...new Set(models.map(({ form }) => form))].sort()).toEqual([...(await formsDrawn())].sort());
});

it("both forms of a Polycom are offered, and a Yealink first", () => {
  expect(models[0]).toMatchObject({ vendor: "yealink", form: "yealink" });
  expect(modelOf(models, { vendor: "polycom", model: "spip550" })?.form).toBe("soundpoint");
  expect(modelOf(models, { vendor: "polycom", model: "VVX411" })?.form).toBe("vvx");
});

it("what shows no pages, or is not proven to, is not offered", () => {
  const names = models.map(({ model }) => model);
  expect(names).not.toContain("CCX400");
  expect(names).not.toContain("VVX250");
  expect(names).not.toContain("SPIP321");
});

it("a make that names no form is not offered", () => {
  const [some] = sheets.all();
  const other: Sheets = { ...sheets, all: () => (some ? [{ ...some, vendor: "another" }] : []) };
  expect(drawableModels(other)).toEqual([]);
});

it("a phone is drawn as it is until somebody chooses, and is its owner's as ever", () => {
  const looks = new Looks(models);
  expect(looks.of(phone)).toBe(phone);
  looks.choose(phone.mac, { vendor: "polycom", model: "VVX500", form: "vvx" });
  expect(looks.of(phone)).toEqual({ ...phone, vendor: "polycom", model: "VVX500" });
  expect(looks.formOf(looks.of(phone))).toBe("vvx");
  expect(looks.formOf({ vendor: "another", model: "X" })).toBeUndefined();
});
