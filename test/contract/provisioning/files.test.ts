import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { loadSheets } from "../../../src/http/index.js";
import { type ProvisioningMode, provisioningModes } from "../../../src/model/index.js";
import { readMakes } from "../../../src/provisioning/index.js";
import { config, opened, person, phone, token, told } from "./site.ts";
import { configFiles, readPolycom } from "./strict-polycom.ts";
import { readYealink } from "./strict-yealink.ts";

const known = (await loadSheets()).known();
const hostile = 'Kim "K" <Osei> & Söhne ]]> {launcher} $P1N12$ = # %NULL%';
const people = [
  person("3001", "team-manager", { name: hostile }),
  person("2001", "agent", { language: "es", name: "#!version:2" }),
];

/** A phone of each model for a supervisor and for an agent, with everything that can be set. */
const readers: Readonly<Record<string, typeof readYealink | typeof readPolycom>> = {
  yealink: readYealink,
  polycom: readPolycom,
};
const makes = await readMakes();
const models = Object.keys(readers).flatMap((vendor) =>
  Object.keys(known[vendor]?.models ?? {}).map((model) => ({ vendor, model })),
);
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
  readers[vendor]?.(text) ?? { ok: false as const, complaint: "no reader" };

describe("a make", () => {
  it("that has data has a reader that forgives nothing", () => {
    expect(makes.ok && [...makes.makes.keys()].sort()).toEqual(Object.keys(readers).sort());
  });
  it("without data gets no file, and the list says so", async () => {
    const other = phone("000413aabb01", "other", "D785", "2001");
    const made = await opened(config(people, [other]), known);
    expect(made.list()).toMatchObject([{ files: [], missing: ["firmware-config has no data for other phones."] }]);
    expect(made.render("000413aabb01")).toMatchObject({ ok: false });
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
  ] as const)("%s in mode %s is %s", async (mac, mode, name) => {
    const made = (await opened(config([kim, ana], desks), known)).render(mac, mode, true);
    expect(made.ok && made.value.at(-1)?.text).toBe(golden(name));
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
    ["yealink", "polycom"].map((vendor) => ({
      vendor,
      mac: supervisor.find((one) => one.vendor === vendor)?.mac ?? "",
    })),
  )("comes out of a $vendor file as it is, whatever it holds", ({ vendor, mac }) => {
    const made = full.render(mac, "full", true);
    const read = keysOf(vendor, (made.ok && made.value.at(-1)?.text) || "");
    const key = vendor === "yealink" ? "account.1.display_name" : "reg.1.displayName";
    expect(read.ok && read.keys.get(key)).toBe(hostile);
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
  it.each(["yealink", "polycom"].flatMap((vendor) => ends.map(([name, end]) => [vendor, name, end] as const)))(
    "cannot begin a line of a %s file with %s: there is no file, and it says where",
    async (vendor, _, end) => {
      const eve = person("3001", "team-manager", { name: `Eve${end}account.1.password = mine` });
      const model = vendor === "yealink" ? "T46U" : "VVX411";
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
  it.each(["yealink", "polycom"])("stands in no %s file that was not asked to show it", (vendor) => {
    const mac = everyPhone.find((one) => one.vendor === vendor && one.owner === "3001")?.mac ?? "";
    const hidden = full.render(mac, "full");
    const shown = full.render(mac, "full", true);
    const text = (made: typeof hidden): string => (made.ok ? made.value.map((file) => file.text).join("\n") : "");
    expect(secrets.filter((secret) => text(hidden).includes(secret))).toEqual([]);
    expect(text(shown)).toContain("sip-of-3001");
    expect(text(shown)).toContain(token);
  });
});
