import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { loadTexts, templatesFolder } from "../../../src/http/index.ts";
import { readSheet } from "../../../src/http/sheets.ts";
import type { Language } from "../../../src/model/index.ts";
import { vendorNamed } from "../../../src/phones/index.ts";
import { mac, otherToken, served, sure, token } from "./fixture.ts";
import { sheets, texts } from "./words.ts";

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function folderWith(language: string, change: (text: string) => string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "earshot-texts-"));
  closing.push(() => rm(folder, { recursive: true }));
  await cp(templatesFolder(), folder, { recursive: true });
  const file = `${folder}/texts/${language}.yaml`;
  await writeFile(file, change(await readFile(file, "utf8").catch(() => "")));
  return folder;
}

const without = (id: string) => (text: string) => text.replace(new RegExp(`^${id}: .*\n`, "m"), "");
const as = (id: string, wording: string) => (text: string) =>
  text.replace(new RegExp(`^${id}: .*$`, "m"), `${id}: ${wording}`);

describe("texts that are not right stop the start, naming file and text", () => {
  test.each<[string, string, (text: string) => string, RegExp]>([
    ["missing", "fr", without("label.coach"), /texts\/fr\.yaml cannot be used: the text label\.coach is missing$/],
    ["of no use", "es", (text) => `${text}label.couch: x\n`, /texts\/es\.yaml .*: no page uses the text label\.couch$/],
    [
      "an unknown brace",
      "de",
      as("call.with", '"Mit {wem}"'),
      /texts\/de\.yaml .*: call\.with knows no \{wem\}; there are \{other\}$/,
    ],
    [
      "too long for a softkey",
      "de",
      as("label.coach", "Einflüstern"),
      /texts\/de\.yaml .*: label\.coach needs a wording that has at most 8 characters, not 11, for a label \(yealink T\w+\)$/,
    ],
    [
      "too long in its shortest wording",
      "en",
      as("label.coach", "{ long: Coach somebody, short: Coaching! }"),
      /texts\/en\.yaml .*: label\.coach needs .* not 9, for a label/,
    ],
    [
      "too long for a title",
      "fr",
      as("menu.title", "Que voulez-vous faire maintenant ?"),
      /texts\/fr\.yaml .*: menu\.title needs .* 24 characters, not 34, for a title/,
    ],
    [
      "a wording of no known length",
      "es",
      as("label.coach", "{ long: Asesorar, tiny: As }"),
      /texts\/es\.yaml cannot be used: [\s\S]*label\.coach/,
    ],
    ["no YAML", "fr", (text) => `${text}label.coach: [\n`, /texts\/fr\.yaml cannot be used: /],
    ["twice", "fr", (text) => `${text}label.coach: Coacher\n`, /texts\/fr\.yaml cannot be used: .*unique/],
    [
      "of a language that there is not",
      "xx",
      () => "label.coach: x\n",
      /texts\/xx\.yaml cannot be used: earshot knows no such language$/,
    ],
  ])("%s", async (_what, language, change, sentence) => {
    const failed = expect(loadTexts(sheets, "en", `${await folderWith(language, change)}/`)).rejects;
    await failed.toMatchObject({ code: "texts", message: expect.stringMatching(sentence) });
  });

  test("a whole file", async () => {
    const folder = await folderWith("en", (text) => text);
    await rm(`${folder}/texts/de.yaml`);
    await expect(loadTexts(sheets, "en", folder)).rejects.toThrow(`The texts texts/de.yaml are missing in ${folder}`);
  });

  test("of several files that are not right, it is always the first language's that is named", async () => {
    const folder = await folderWith("en", as("label.coach", "Einflüstern"));
    // A file that is not there is refused sooner than one that is read and wrong.
    await rm(`${folder}/texts/fr.yaml`);
    await expect(loadTexts(sheets, "en", folder)).rejects.toThrow(/texts\/en\.yaml .*: label\.coach needs /);
  });

  test("a model that comes with narrower softkeys is one, too", async () => {
    const sheet = await readFile(`${templatesFolder()}yealink/models.yaml`, "utf8");
    const { sheet: known = { traits: [], sizes: [] } } = vendorNamed("yealink") ?? {};
    const narrower = readSheet(sheet.replaceAll("labelColumns: 8", "labelColumns: 7"), "yealink/models.yaml", known);
    const all = [...narrower].map(([model, profile]) => ({ vendor: "yealink", model, profile }));
    await expect(loadTexts({ ...sheets, all: () => all })).rejects.toThrow(
      /texts\/en\.yaml .* at most 7 characters, not 8, for a label \(yealink T/,
    );
  });
});

describe("what the server says by itself", () => {
  const title = (body: string) => /<Title[^>]*>(.*)<\/Title>/.exec(body)?.[1];

  test("is in the language of whoever has the phone, and in the site's to a stranger", async () => {
    const spoken = (language: Language) => ({ language });
    const at = await served({
      say: (phone, screen) =>
        texts.to(phone === undefined ? spoken("es") : spoken(phone === mac ? "fr" : "de"), screen),
    });
    closing.push(() => at.server.stop());
    at.desk.before = () => Promise.reject(new Error("broken"));
    const got = async (url: string) => title(await (await fetch(url)).text());
    expect(await got(at.server.launcherUrl(token))).toBe("Désolé");
    expect(await got(at.server.launcherUrl(otherToken))).toBe("Entschuldigung");
    expect(await (await fetch(`${at.url}/nothing`)).text()).toContain("No encontrado");
  });
});

test("each screen's words are chosen once for each language", () => {
  const { screen } = sure(sheets.profile("yealink", "T46U"));
  expect(texts.to({ language: "fr" }, screen)).toBe(texts.to({ language: "fr" }, screen));
  expect(texts.to({}, screen)("label.leave")).toBe("Leave");
});
