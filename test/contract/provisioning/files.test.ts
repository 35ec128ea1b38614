import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { loadSheets } from "../../../src/http/index.js";
import { type ProvisioningMode, provisioningModes } from "../../../src/model/index.js";
import { readMakes } from "../../../src/provisioning/index.js";
import { config, opened, person, phone, token, told } from "./site.ts";
import { configFiles, readPolycom } from "./strict-polycom.ts";
import { readSnom } from "./strict-snom.ts";
import { readYealink } from "./strict-yealink.ts";

/** For each make with a folder: who reads its files, where the owner's name stands in them, and a model. */
const readers = {
  yealink: { read: readYealink, name: "account.1.display_name", model: "T46U" },
  polycom: { read: readPolycom, name: "reg.1.displayName", model: "VVX411" },
  snom: { read: readSnom, name: "user_realname.1", model: "D785" },
} as const;
const known = (await loadSheets()).known();
const read = await readMakes();
const makes = read.ok ? [...read.makes.keys()] : [];
const readerOf = (vendor: string) => Object.entries(readers).find(([name]) => name === vendor)?.[1];
const hostile = 'Kim "K" <Osei> & Söhne ]]> {launcher} $P1N12$ = # %NULL%';
const people = [
  person("3001", "team-manager", { name: hostile }),
  person("2001", "agent", { language: "es", name: "#!version:2" }),
];

/** A phone of each model for a supervisor and for an agent, with everything that can be set. */
const models = Object.entries(known)
  .filter(([vendor]) => makes.includes(vendor))
  .flatMap(([vendor, { models: all }]) => Object.keys(all).map((model) => ({ vendor, model })));
const everyPhone = models.flatMap(({ vendor, model }, at) =>
  people.map(({ extension }, whose) =>
    phone(`805ec0${String(at).padStart(4, "0")}0${whose}`, vendor, model, extension, {
      answer: "auto",
      push: { by: "http", origin: "http://192.0.2.31", username: "earshot", password: 'p"&<' },
      ...(vendor === "yealink" && { lampKey: 2 }),
    }),
  ),
);
const full = await opened(config(people, everyPhone), known);
const overlay = await opened(config(people, everyPhone, { ...told, mode: "overlay" }), known);
const of = (mode: ProvisioningMode) => (mode === "full" ? full : overlay);

const keysOf = (vendor: string, text: string) =>
  readerOf(vendor)?.read(text) ?? { ok: false as const, complaint: `nobody reads files of ${vendor}` };

describe("a make", () => {
  it("that has data is one whose phones are known, and has a reader that forgives nothing", () => {
    expect(read).toMatchObject({ ok: true });
    expect(makes.toSorted()).toEqual(Object.keys(readers).toSorted());
    expect(makes.filter((vendor) => !Object.hasOwn(known, vendor))).toEqual([]);
  });
  it("without data gets no file, and the list says so", async () => {
    const eve = person("3001", "team-manager");
    const bare = await opened(config([eve], [phone("0c383eaabb01", "fanvil", "X4U", "3001")]), known);
    const missing = ["firmware-config has no data for fanvil phones."];
    expect(bare.list()).toMatchObject([{ mac: "0c383eaabb01", vendor: "fanvil", files: [], missing }]);
    const sentence = "firmware-config has no data for the make of 0c383eaabb01.";
    expect(bare.render("0c383eaabb01")).toEqual({ ok: false, sentence });
  });
});

describe("the files of every model, for a supervisor and for an agent", () => {
  const cases = everyPhone.flatMap(({ mac, vendor, model, owner }) =>
    provisioningModes.map((mode) => ({ mac, vendor, model, owner, mode })),
  );
  it.each(cases)(
    "$vendor $model of $owner, $mode: taken by a reader that forgives nothing",
    ({ mac, vendor, mode }) => {
      const made = of(mode).render(mac, mode, true);
      expect(made).toMatchObject({ ok: true });
      const read = (made.ok ? made.value : []).map(({ text }) => keysOf(vendor, text));
      expect(read.filter(({ ok }) => !ok)).toEqual([]);
    },
  );
});

describe("a file, read line by line", () => {
  const golden = (name: string): string => readFileSync(new URL(`./golden/${name}`, import.meta.url), "utf8");
  const desks = [
    phone("805ec0aabbcc", "yealink", "T46U", "3001", {
      answer: "auto",
      lampKey: 5,
      push: { by: "http", origin: "https://192.0.2.31", username: "earshot", password: "push-secret" },
    }),
    phone("805ec0aabb20", "yealink", "T46U", "2001", { lampKey: 5, push: { by: "notify" } }),
    phone("0004f2aabb21", "polycom", "VVX411", "3001", {
      answer: "auto",
      push: { by: "http", origin: "http://192.0.2.32", username: "earshot", password: "push-secret" },
    }),
    phone("482567aabb22", "polycom", "CCX600", "2001"),
    phone("000413aabb23", "snom", "D785", "3001", { answer: "auto", lampKey: 5, push: { by: "notify" } }),
    phone("000413aabb24", "snom", "D717", "2001"),
  ];
  const kim = person("3001", "team-manager", { name: "Kim Osei" });
  const ana = person("2001", "agent", { name: "Ana Ruiz", language: "es" });
  it.each([
    ["805ec0aabbcc", "full", "yealink-T46U-supervisor-full.cfg"],
    ["805ec0aabbcc", "overlay", "yealink-T46U-supervisor-overlay.cfg"],
    ["805ec0aabb20", "full", "yealink-T46U-agent-full.cfg"],
    ["0004f2aabb21", "full", "polycom-VVX411-supervisor-full.cfg"],
    ["0004f2aabb21", "overlay", "polycom-VVX411-supervisor-overlay.cfg"],
    ["482567aabb22", "full", "polycom-CCX600-agent-full.cfg"],
    ["000413aabb23", "full", "snom-D785-supervisor-full.xml"],
    ["000413aabb23", "overlay", "snom-D785-supervisor-overlay.xml"],
    ["000413aabb24", "full", "snom-D717-agent-full.xml"],
  ] as const)("%s in mode %s is %s", async (mac, mode, name) => {
    const made = (await opened(config([kim, ana], desks), known)).render(mac, mode, true);
    expect(made.ok && made.value.at(-1)?.text).toBe(golden(name));
  });
  it("a Snom's is named as the phone asks for it, and its function keys are counted from 0", async () => {
    const made = (await opened(config([kim, ana], desks), known)).render("000413aabb23", "full", true);
    const [file] = made.ok ? made.value : [];
    expect(file).toMatchObject({ name: "snomD785-000413aabb23.htm", secret: true });
    const taken = readSnom(file?.text ?? "");
    expect(taken.ok && [...taken.labels]).toEqual([["4", "Calls"]]);
    expect(taken.ok && [taken.keys.get("fkey.0"), taken.keys.get("fkey.4")]).toEqual([
      "line",
      `url http://192.0.2.10:8080/p/${token}/`,
    ]);
  });
  it("a Polycom's master file names the file of its parameters", async () => {
    const made = (await opened(config([kim, ana], desks), known)).render("0004f2aabb21", "full", true);
    const [master, parameters] = made.ok ? made.value : [];
    expect(master).toMatchObject({ name: "0004f2aabb21.cfg", secret: false });
    const read = readPolycom(master?.text ?? "");
    expect(read.ok && [read.root, configFiles(read.keys)]).toEqual(["APPLICATION", [parameters?.name]]);
  });
});

describe("what a person is called", () => {
  const supervisor = everyPhone.filter(({ owner }) => owner === "3001");
  it.each(
    makes.map((vendor) => ({
      vendor,
      mac: supervisor.find((one) => one.vendor === vendor)?.mac ?? "",
    })),
  )("comes out of a $vendor file as it is, whatever it holds", ({ vendor, mac }) => {
    const made = full.render(mac, "full", true);
    const read = keysOf(vendor, (made.ok && made.value.at(-1)?.text) || "");
    expect(read.ok && read.keys.get(readerOf(vendor)?.name ?? "")).toBe(hostile);
  });
  const ends = [
    ["CR LF", "\r\n"],
    ["LF", "\n"],
    ["CR", "\r"],
    ["NUL", "\u0000"],
    ["NEL", "\u0085"],
    ["LS", "\u2028"],
    ["half a character", "\ud800"],
  ] as const;
  it.each(makes.flatMap((vendor) => ends.map(([name, end]) => [vendor, name, end] as const)))(
    "cannot begin a line of a %s file with %s: there is no file, and it says where",
    async (vendor, _, end) => {
      const eve = person("3001", "team-manager", { name: `Eve${end}account.1.password = mine` });
      const model = readerOf(vendor)?.model ?? "";
      const made = await opened(config([eve], [phone("805ec0aabb01", vendor, model, "3001")]), known);
      expect(made.render("805ec0aabb01", "full", true)).toEqual({
        ok: false,
        sentence: expect.stringMatching(
          /^firmware-config\/\w+\/base\.yaml:\d+: \S+ holds a line end or another control character\.$/,
        ),
      });
    },
  );
});

describe("what nobody may read over a shoulder", () => {
  const secrets = [token, "sip-of-3001", "made-for-3001-sup", 'p"&<'];
  it.each(makes)("stands in no %s file that was not asked to show it", (vendor) => {
    const mac = everyPhone.find((one) => one.vendor === vendor && one.owner === "3001")?.mac ?? "";
    const hidden = full.render(mac, "full");
    const shown = full.render(mac, "full", true);
    const text = (made: typeof hidden): string => (made.ok ? made.value.map((file) => file.text).join("\n") : "");
    expect(secrets.filter((secret) => text(hidden).includes(secret))).toEqual([]);
    expect(text(shown)).toContain("sip-of-3001");
    expect(text(shown)).toContain(token);
  });
});
