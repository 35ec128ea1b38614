import { describe, expect, test } from "vitest";
import { demoConfig } from "../../../src/config/index.ts";
import type { Config, Mac, Phone } from "../../../src/model/index.ts";
import { entriesOf, withDatabase } from "../../../src/provisioning/index.ts";
import { ana, ben, kim } from "../core/world.ts";

const desk = (mac: string, owner: Phone["owner"]): Phone => ({
  ...{ mac: mac as Mac, vendor: "yealink", model: "T46U", owner, answer: "ring" },
});
const [first, second] = [desk("805ec0aa0001", kim.id), desk("805ec0aa0002", kim.id)];
const config: Config = { ...demoConfig("."), people: [kim], phones: [first] };
const makes = { models: {}, ways: ["notify"], priorities: [], lampKeys: true } as const;
const site = { known: { yealink: makes }, notify: true, message: false };

describe("a configuration with what the database has", () => {
  test("has its people behind those of the file, by extension, and its phones with the way to push that the site has", () => {
    const whole = withDatabase(config, { people: [ben, ana], phones: [second] }, site);
    expect(whole.people).toEqual([kim, ana, ben]);
    expect(whole.phones).toEqual([first, { ...second, push: { by: "notify" } }]);
  });

  test("keeps what the file says of whoever and whatever stands in both", () => {
    const entries = {
      people: [
        { ...ana, id: kim.id },
        { ...ben, extension: kim.extension },
      ],
      phones: [{ ...first, model: "T54W" }],
    };
    expect(withDatabase(config, entries, site)).toEqual(config);
  });

  test("has no phone of nobody", () => {
    expect(withDatabase(config, { people: [], phones: [desk("805ec0aa0003", ben.id)] }, site)).toEqual(config);
  });

  test("takes of a running gateway what stands in its database alone", () => {
    const people = [
      { ...kim, owner: "file", pin: "none" },
      { ...ana, owner: "database", pin: "set" },
    ] as const;
    const listed = { ...{ mac: second.mac, vendor: "yealink", model: "T46U", answer: "ring" as const } };
    const phones = [
      { ...listed, extension: ana.extension, entry: "database" },
      { ...listed, mac: first.mac, extension: kim.extension, entry: "file" },
    ] as const;
    expect(entriesOf(config, { people, phones })).toEqual({ people: [ana], phones: [{ ...second, owner: ana.id }] });
  });
});
