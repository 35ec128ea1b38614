import { describe, expect, test } from "vitest";
import { tortureTexts } from "../../../src/http/torture.ts";
import { token } from "../../unit/http/fixture.ts";
import { profileOf, read, render } from "./documents.ts";
import { sceneNames, sceneOf } from "./scenes.ts";

/** Pages as the house makes them, from a state, for each model; what they say is what people and callers are called. */
const models = ["T46U", "T42U", "T48U"] as const;

const cases = models.flatMap((model) =>
  sceneNames.flatMap((scene) => Object.keys(tortureTexts).map((name) => [model, scene, name] as const)),
);

test.each(cases)("%s: %s with %s", (model, scene, name) => {
  const page = sceneOf(scene, tortureTexts[name] ?? "", profileOf(model).screen);
  const { document, complaints } = read(render(page, model, token), model);
  expect(complaints).toEqual([]);
  if (page.kind === "list") {
    expect(page.rows.length).toBeLessThanOrEqual(profileOf(model).screen.rows);
    expect(document?.items.length).toBe(page.rows.length);
  }
});

describe("golden documents", () => {
  test.each(["board", "find", "typing digits", "found", "nothing found", "participants"])("%s", async (scene) => {
    const xml = render(sceneOf(scene, "Zoë & Söhne", profileOf("T46U").screen), "T46U", token);
    expect(read(xml, "T46U").complaints).toEqual([]);
    await expect(xml).toMatchFileSnapshot(`golden/yealink-made-${scene.replaceAll(" ", "-")}.xml`);
  });
});
