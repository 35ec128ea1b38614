import { describe, expect, test } from "vitest";
import type { Key, Page } from "../../../src/pages/index.ts";
import { token } from "../../unit/http/fixture.ts";
import { hrefOf, profileOf, render } from "./rendering.ts";
import { sceneNames, sceneOf } from "./scenes.ts";
import { strictPhoneOf, strictPhones } from "./strict-phones.ts";

/** What every make must keep, on the model of it that has least room, before its own strict phone. */
const scenes = Object.entries(strictPhones).flatMap(([vendor, { narrowest }]) =>
  sceneNames.map((scene) => [vendor, narrowest, scene] as const),
);

/** Everything that can be asked for on this page, leaving aside, as addresses. */
function wanted(page: Page): readonly string[] {
  const keys: readonly Pick<Key, "link">[] = page.keys;
  const rows = page.kind === "list" ? page.rows : [];
  const typed = page.kind === "input" ? [{ link: page.to }] : [];
  const links = [...keys, ...rows, ...typed].map(({ link }) => link).filter(({ to }) => to !== "exit");
  return [...new Set(links.map((link) => hrefOf(link, token)))];
}

describe("a page of the house", () => {
  test.each(scenes)("%s %s: %s is taken, and whatever it offers can be reached", (vendor, model, scene) => {
    const page = sceneOf(scene, "Zoë & Söhne", profileOf({ vendor, model }).screen);
    const { complaints, hrefs } = strictPhoneOf(vendor).read(render(page, { vendor, model }, token), model);
    expect(complaints).toEqual([]);
    expect(wanted(page).filter((href) => !hrefs.has(href))).toEqual([]);
  });

  test.each(scenes)("%s %s: %s shows nobody an address, and so no key to the phone's pages", (vendor, model, scene) => {
    const page = sceneOf(scene, "Jane", profileOf({ vendor, model }).screen);
    const { title, labels, others } = strictPhoneOf(vendor).read(render(page, { vendor, model }, token), model);
    const said = [title, ...labels, ...others].join("\n");
    expect(said).not.toContain(token);
    expect(said).not.toMatch(/https?:\/\//);
  });
});
