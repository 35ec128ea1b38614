import { describe, expect, test } from "vitest";
import type { KnownPhones, Phone } from "../../../src/model/index.js";
import { readMakes } from "../../../src/provisioning/data.js";
import { flawOf } from "../../../src/provisioning/key-list.js";
import { config, opened, person, phone, told } from "../../contract/provisioning/site.ts";
import { siteFolder } from "./site-folder.ts";

const full = { pages: "yes", secretInput: "yes" } as const;
const known: KnownPhones = {
  yealink: {
    models: { T46U: full, T31G: full, T30P: full, T41P: { ...full, pages: "no" } },
    ways: ["notify", "http"],
    priorities: [],
    lampKeys: true,
  },
};
const mac = "805ec0aabbcc";
const people = [person("3001", "team-manager"), person("2001", "agent")];

/** What a supervisor's T46U is told with these layers of the site's own. */
async function site(files: Readonly<Record<string, string>>, more: Partial<Phone> = {}, model = "T46U") {
  const folder = siteFolder(files);
  const desk = phone(mac, "yealink", model, "3001", more);
  const provisioner = await opened(config(people, [desk], { ...told, folder }), known);
  return {
    folder,
    provisioner,
    explain: (key: string, mode: "overlay" | "full" = "full") => {
      const found = provisioner.explain(mac, key, mode, true);
      return found.ok ? found.value : found.sentence;
    },
    lines: (mode: "overlay" | "full" = "full") => {
      const made = provisioner.render(mac, mode, true);
      return made.ok ? (made.value[0]?.text ?? "").split("\n") : made.sentence;
    },
  };
}

const setting = (value: string, rest = "") => `groups:
  - about: A choice of the site's.
    set:
      voice.vad: ${value}
${rest}`;

describe("the nearest layer", () => {
  test("wins, and explain tells file and line of it and of all that it went over, the nearest last", async () => {
    const { explain, folder } = await site({
      "yealink/site.yaml": setting("1"),
      "yealink/models.yaml": `models:\n  T46U:\n    ${setting("0").replaceAll("\n", "\n    ")}`,
      "yealink/supervisor.yaml": setting("1"),
      [`yealink/phones/${mac}.yaml`]: setting("0"),
    });
    expect(explain("voice.vad")).toMatchObject({
      set: { layer: "phone", value: "0", file: `${folder}/yealink/phones/${mac}.yaml`, line: 4 },
      over: [
        { layer: "base", value: "0", file: "firmware-config/yealink/base.yaml" },
        { layer: "site", value: "1", file: `${folder}/yealink/site.yaml`, line: 4 },
        { layer: "model", value: "0", file: `${folder}/yealink/models.yaml`, line: 6 },
        { layer: "role", value: "1", file: `${folder}/yealink/supervisor.yaml`, line: 4 },
      ],
      not: [],
    });
  });
  test("is no other phone's, model's or role's", async () => {
    const { explain } = await site({
      "yealink/models.yaml": `models:\n  T31G:\n    ${setting("1").replaceAll("\n", "\n    ")}`,
      "yealink/agent.yaml": setting("1"),
      "yealink/phones/805ec0aabb99.yaml": setting("1"),
    });
    expect(explain("voice.vad")).toMatchObject({ set: { layer: "base" }, over: [] });
  });
  test("can take a key away, and explain says who did", async () => {
    const files = { "yealink/site.yaml": "groups:\n  - about: Theirs.\n    without: [sip.trust_ctrl]\n" };
    const { explain, lines, folder } = await site(files);
    expect(lines()).not.toContain("sip.trust_ctrl = 1");
    expect(explain("sip.trust_ctrl")).toMatchObject({
      not: [{ layer: "site", file: `${folder}/yealink/site.yaml`, line: 3, why: "this layer takes it away" }],
    });
    expect(explain("sip.trust_ctrl")).not.toHaveProperty("set");
  });
  test("may set a key of the site's own, once it is in the site's key list", async () => {
    const layer = "groups:\n  - about: Theirs.\n    set: { phone_setting.backlight_time: 60 }\n";
    await expect(site({ "yealink/site.yaml": layer })).rejects.toThrow(
      /site\.yaml:3: phone_setting\.backlight_time is in no key list/,
    );
    const list = "keys: [{ key: phone_setting.backlight_time, source: a guide, since: V81, until: now, secret: no }]";
    const { lines } = await site({ "yealink/site.yaml": layer, "yealink/keys.yaml": list });
    expect(lines()).toContain("phone_setting.backlight_time = 60");
  });
});

describe("a group of keys", () => {
  test("is set whole or not at all: without the server there is no half of an account", async () => {
    const desk = phone(mac, "yealink", "T46U", "3001", { lampKey: 5 });
    const { sip: _, ...without } = told;
    const provisioner = await opened(config(people, [desk], { ...without, mode: "overlay" }), known);
    const made = provisioner.render(mac, "overlay", true);
    expect(made.ok && made.value[0]?.text).not.toMatch(/^account\./m);
    expect(provisioner.list()[0]?.missing).toEqual([
      expect.stringMatching(/^Left out, because `provisioning\.sip` is not set: The second account/),
    ]);
    expect(provisioner.explain(mac, "account.2.enable", "overlay")).toMatchObject({
      ok: true,
      value: { not: [{ layer: "role", why: "`provisioning.sip` is not set" }] },
    });
  });
  test("that is needed and cannot be filled leaves the phone without a file, and says why", async () => {
    const desk = phone(mac, "yealink", "T46U", "2001");
    const provisioner = await opened(config(people, [desk]), known, { accounts: async () => new Map() });
    const sentence =
      "There is no file, because nobody knows the SIP account of 2001: the PBX was not asked, and `provisioning.accounts` is not set.";
    expect(provisioner.render(mac)).toEqual({ ok: false, sentence });
    expect(provisioner.list()[0]).toMatchObject({ files: [], missing: [sentence] });
    expect(provisioner.list("overlay")[0]?.files).toEqual([`earshot-${mac}.cfg`]);
  });
  test("is for one mode where it says so, and explain names it", async () => {
    const { explain } = await site({});
    expect(explain("lang.gui", "overlay")).toMatchObject({
      not: [{ layer: "base", why: "it is for mode full alone" }],
    });
  });
  test("that the model has no room for is left out", async () => {
    const { lines, explain } = await site({}, { lampKey: 5 }, "T31G");
    expect(lines()).not.toContain("linekey.5.type = 27");
    expect(explain("linekey.5.type")).toMatchObject({
      not: [
        { why: "linekey.5.type has the number 5, and the model has 2 (line-keys)" },
        { why: "linekey.5.type has the number 5, and the model has 2 (line-keys)" },
      ],
    });
  });
  test("goes to a softkey on a model that has no line keys, which has no second account either", async () => {
    const { lines } = await site({}, {}, "T30P");
    expect(lines()).toEqual(expect.arrayContaining(["programablekey.1.type = 27", "programablekey.1.label = Calls"]));
    expect(lines()).not.toEqual(expect.arrayContaining([expect.stringMatching(/^(linekey|account\.2)\./)]));
  });
  test("for pages is nothing for a model whose browser nobody has proven, and the list says so", async () => {
    const { lines, provisioner } = await site({}, {}, "T41P");
    expect(lines()).not.toEqual(expect.arrayContaining([expect.stringMatching(/^(linekey\.2|action_url)\./)]));
    expect(provisioner.list()[0]?.missing[0]).toBe(
      "No browser of the T41P is proven: it gets notices, lamps and its accounts, and no pages.",
    );
  });
});

describe("a place", () => {
  test("that nobody has named takes no key of another provisioner's", async () => {
    const { lines, explain } = await site({});
    expect(lines("overlay")).not.toEqual(expect.arrayContaining([expect.stringMatching(/^linekey\./)]));
    expect(lines("full")).toContain("linekey.2.type = 27");
    expect(explain("linekey.7.type", "overlay")).toMatchObject({
      not: [
        { layer: "base", why: "no number is named for launcher-key (`places` in a layer of the site's own)" },
        { layer: "base", why: "it is for phones with lamp-key" },
      ],
    });
  });
  test("is named by the site, for all phones or one", async () => {
    const { lines } = await site({
      "yealink/site.yaml": "places: { launcher-key: { overlay: 7 } }",
      [`yealink/phones/${mac}.yaml`]: "places: { launcher-key: { overlay: 9 } }",
    });
    expect(lines("overlay")).toContain("linekey.9.type = 27");
    expect(lines("overlay")).not.toContain("linekey.7.type = 27");
  });
  test("is the lamp's key where the phone has one", async () => {
    expect((await site({}, { lampKey: 5 })).lines("overlay")).toContain("linekey.5.label = Calls");
  });
});

describe("data that is wrong", () => {
  test.each([
    [
      "yealink/site.yaml",
      "groups:\n  - about: x\n    set: { voice.vadd: 1 }\n",
      /site\.yaml:3: voice\.vadd is in no key list; did you mean voice\.vad\?/,
    ],
    [
      "yealink/site.yaml",
      "groups:\n  - about: x\n    set:\n      voice.vad: '{nane}'\n",
      /site\.yaml:4: \{nane\} is not known; did you mean name\?/,
    ],
    [
      "yealink/site.yaml",
      "groups:\n  - about: x\n    set:\n      lang.gui: '{language.guy}'\n",
      /site\.yaml:4: \{language\.guy\} is not known; did you mean gui\?/,
    ],
    ["yealink/site.yaml", "groups:\n  - about: x\n    set:\n      voice.vad:\n", /site\.yaml:4: voice\.vad is blank/],
    ["yealink/site.yaml", "groups:\n  - about: x\n    when: [page]\n", /site\.yaml:3: groups\.0\.when\.0: /],
    ["yealink/site.yaml", "gruops: []\n", /site\.yaml:1: the file: .*gruops/],
    ["yealink/site.yaml", "groups: [\n", /site\.yaml:\d: is no YAML/],
    ["yealink/phones/ana.yaml", "", /phones\/ana\.yaml: is not named as <mac>\.yaml/],
    ["yealnk/site.yaml", "", /yealnk: there is no make of that name/],
  ])("in %s is named with file and line: %j", async (file, text, words) => {
    const read = await readMakes(siteFolder({ [file]: text }));
    expect(read).toEqual({ ok: false, problems: [expect.stringMatching(words)] });
  });
  test("is none in the package's own folder", async () => {
    expect(await readMakes()).toMatchObject({ ok: true });
  });
});

describe("the key list", async () => {
  const read = await readMakes();
  const keys = (read.ok ? read.makes.get("yealink") : undefined)?.keys ?? [];
  const flaw = (key: string, value: string) => flawOf(keys, new Map([["line-keys", 27]]), key, value);
  test.each([
    ["linekey.27.type", "27", undefined],
    ["linekey.28.type", "27", "has the number 28, and the model has 27 (line-keys)"],
    ["linekey.1.type", "13", "may be 15, 16, 27"],
    ["linekey.1.value", "x".repeat(100), "has 100 characters and may have 99"],
    ["account.1.sip_server.1.port", "65536", "must be a number from 1 to 65535"],
    ["account.1.sip_server.1.port", "5060x", "must be a number from 1 to 65535"],
    ["voice.vad", " ", "is blank; a key that is not meant is left out"],
    ["voice.vad", "%NULL%", "is blank; a key that is not meant is left out"],
    ["linekey.x.type", "27", "is in no key list; did you mean linekey.1.type?"],
    ["something.else", "1", "is in no key list"],
  ])("of %s as %s says %s", (key, value, words) => {
    expect(flaw(key, value)).toBe(words);
  });
  test("says of every key where it is from, since when and until when", () => {
    expect(keys.filter(({ source, since, until }) => source === "" || since === "" || until === "")).toEqual([]);
    expect(keys.length).toBeGreaterThan(30);
  });
});
