import { describe, expect, test } from "vitest";
import { audience } from "../../../src/audience/index.ts";
import { tortureTexts } from "../../../src/http/torture.ts";
import type { Call, OwnEvent, PbxEvent, Person } from "../../../src/model/index.ts";
import { parseSearchText } from "../../../src/model/index.ts";
import {
  boardPage,
  findInputPage,
  findPage,
  foundPage,
  type Page,
  participantsPage,
  type Setting,
} from "../../../src/pages/index.ts";
import { ana, asked, customerCall, facts, kim, legId, outsideLeg, stateWith } from "../../unit/core/world.ts";
import { sure, token } from "../../unit/http/fixture.ts";
import { texts } from "../../unit/http/words.ts";
import { profileOf, read, render } from "./documents.ts";

/** Pages as the house makes them, from a state, for each model; what they say is what people and callers are called. */
const sayOn = (model: string) => texts.to(undefined, profileOf(model).screen);
const models = ["T46U", "T42U", "T48U"] as const;

interface Scene {
  readonly by: Person;
  readonly calls: readonly Call[];
  readonly events?: readonly (PbxEvent | OwnEvent)[];
  readonly page: (setting: Setting) => Page;
}

function made({ by, calls, events = [], page }: Scene, model: string): Page {
  const view = audience(stateWith(calls, ...events), { hidden: "allowed" }, by);
  return page({ view, screen: profileOf(model).screen, say: sayOn(model), now: 65_000 });
}

const named = (name: string): Call => {
  const call = customerCall("c81", ana, {}, { queue: name });
  return {
    ...call,
    legs: [...call.legs.slice(0, 1), outsideLeg("c81-c", { party: { kind: "external", name, number: name } })],
  };
};
const crowd = (name: string): readonly Call[] =>
  Array.from({ length: 30 }, (_, place) => ({ ...named(name), ...customerCall(`c${place}`, ana) }));
const text = (words: string) => sure(parseSearchText(words));

const scenes: Readonly<Record<string, (name: string) => Scene>> = {
  board: (name) => ({ by: kim, calls: [named(name)], page: (setting) => boardPage(setting, 0) }),
  "long board": (name) => ({ by: kim, calls: crowd(name), page: (setting) => boardPage(setting, 1) }),
  find: (name) => ({ by: kim, calls: [named(name)], page: findPage }),
  "typing digits": () => ({ by: kim, calls: [], page: (setting) => findInputPage(setting, "digits") }),
  "typing letters": () => ({ by: kim, calls: [], page: (setting) => findInputPage(setting, "text") }),
  found: (name) => ({
    by: kim,
    calls: [named(name)],
    page: (setting) => foundPage(setting, text("ana"), 0),
  }),
  participants: (name) => ({
    by: kim,
    calls: [named(name)],
    events: [{ ...asked("visible"), leg: legId("c81-agent") } as OwnEvent, facts({ ear: legId("c81-agent") })],
    page: participantsPage,
  }),
  "participants of an agent": (name) => ({ by: ana, calls: [named(name)], page: participantsPage }),
  "nothing found": (name) => ({
    by: kim,
    calls: [],
    page: (setting) => foundPage(setting, parseSearchText(name) ?? text("W".repeat(32)), 0),
  }),
};

const cases = models.flatMap((model) =>
  Object.keys(scenes).flatMap((scene) => Object.keys(tortureTexts).map((name) => [model, scene, name] as const)),
);

test.each(cases)("%s: %s with %s", (model, scene, name) => {
  const page = made(sure(scenes[scene])(tortureTexts[name] ?? ""), model);
  const { document, complaints } = read(render(page, model, token), model);
  expect(complaints).toEqual([]);
  if (page.kind === "list") {
    expect(page.rows.length).toBeLessThanOrEqual(profileOf(model).screen.rows);
    expect(document?.items.length).toBe(page.rows.length);
  }
});

describe("golden documents", () => {
  test.each(["board", "find", "typing digits", "found", "nothing found", "participants"])("%s", async (scene) => {
    const { events = [], ...of } = sure(scenes[scene])("Zoë & Söhne");
    const xml = render(made({ ...of, events }, "T46U"), "T46U", token);
    expect(read(xml, "T46U").complaints).toEqual([]);
    await expect(xml).toMatchFileSnapshot(`golden/yealink-made-${scene.replaceAll(" ", "-")}.xml`);
  });
});
