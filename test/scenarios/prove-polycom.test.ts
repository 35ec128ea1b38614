import { readFile } from "node:fs/promises";
import { afterEach, describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { controlClient } from "../../src/cli/index.ts";
import { provedSheet } from "../../src/cli/proved-sheet.ts";
import { systemClock } from "../../src/clock/index.ts";
import { readSheet, templatesFolder } from "../../src/http/sheets.ts";
import type { Pbx, Phone, Proved } from "../../src/model/index.ts";
import { SimulatorPbx } from "../../src/pbx/simulator/index.ts";
import { polycom } from "../../src/phones/polycom/index.ts";
import { pairwise } from "../lab/phones/pairwise.ts";
import {
  type Form,
  type Switches,
  type SwitchName,
  switchesAt,
  uncertainties,
} from "../lab/phones/polycom-switches.ts";
import { run } from "../unit/cli/fakes.ts";
import { ana, kim } from "../unit/core/world.ts";
import { GatewayBench, listen, people, phoneOf } from "./bench.ts";
import { type Model, microbrowser, vvx } from "./polycom-world.ts";
import { Admin } from "./prove-admin.ts";
import { PolycomDesk, polycomHands } from "./prove-polycom-hands.ts";

const mac = phoneOf.ana;

let desk: PolycomDesk;
let pbx: SimulatorPbx;
let bench: GatewayBench;

afterEach(async () => {
  await bench.stop();
  await desk.stop();
  expect(desk.pushed.complaints).toEqual([]);
});

/** A gateway whose Ana has such a phone, with a BLF key for her lamp. */
async function start(model: Model, switches: Partial<Switches> = {}, lamps = true): Promise<void> {
  desk = new PolycomDesk(model, switches);
  await desk.pushed.start();
  pbx = new SimulatorPbx({ people, seed: 1, clock: systemClock, script: "manual" });
  desk.pbx = pbx;
  const lamp: NonNullable<Pbx["lamp"]> = (extension, _key, lit) => {
    if (extension === ana.extension) desk.lit = lit;
    return Promise.resolve({ ok: true });
  };
  const phones: Phone[] = [
    { mac, owner: ana.id, vendor: "polycom", model: model.sheet, answer: "auto", push: desk.pushed.push },
    { mac: phoneOf.kim, owner: kim.id, vendor: "yealink", model: "T46U", answer: "auto" },
  ];
  bench = new GatewayBench({ pbx: lamps ? Object.assign(pbx, { lamp }) : pbx, config: { phones } });
  await bench.start();
  desk.launcher = await bench.launcher(mac);
}

/** `earshot phones prove`, over the real socket, with somebody at the phone. */
async function prove(words = "") {
  const admin = new Admin(desk, polycomHands);
  const asks = controlClient(await bench.data);
  const ran = await run(`phones prove ${mac} ${words}`, {
    beginProving: (_, named) => asks.beginProving({ mac: named, who: "root" }),
    showStep: (_, given) => asks.showStep(given),
    answerStep: (_, given) => asks.answerStep(given),
    endProving: (_, walk) => asks.endProving({ walk }),
    questions: () => admin,
    err: (text) => {
      admin.said += text;
    },
    now: () => Date.UTC(2026, 10, 26, 12),
  });
  return { ...ran, said: admin.said };
}

/** What each step must come to at a phone of these switches. */
function verdictsOf(form: Form, on: Switches): Readonly<Record<string, string>> {
  const told = (yes: boolean) => `${yes ? "yes" : "no"} told`;
  const seen = (yes: boolean) => `${yes ? "yes" : "no"} seen`;
  const micro = form === "microbrowser";
  const follows = micro || on.refreshHeader;
  const softkeys = micro || on.takesSoftkeys;
  const ownBack = micro && on.ownBackKey;
  return {
    list: told(true),
    softkeys: told(softkeys),
    ...(softkeys && { "four-softkeys": told(!ownBack) }),
    "own-back-key": told(ownBack),
    ...{ "row-width": told(true), "title-width": told(true), "long-page": seen(true) },
    glyphs: told(on.allGlyphs),
    refresh: follows ? seen(true) : told(false),
    ...(follows && { "refresh-cursor": told(on.refreshKeepsFocus) }),
    "secret-input": told(!micro || on.knowsPassword),
    typed: seen(true),
    redirect: told(false),
    "user-agent": seen(micro || on.namesModel),
    "call-uncovers": told(on.keepsCovered),
    ...{ "push-page": seen(true), "push-notice": told(true), "push-reply": seen(true), "push-filter": seen(true) },
    ...{ "notice-length": told(true), "notice-answer": seen(true) },
    ...{ "page-in-call": told(true), "notice-in-call": told(true), "notice-behind-notice": told(false) },
    "notice-stays": told(on.shownStays),
    ...{ "lamp-lit": told(true), "lamp-dark": told(true) },
  };
}

/** Every two switches of a form and of the push server, in each of their four ways. */
function choicesOf(form: Form): readonly Switches[] {
  const names = [...new Set([...switchesAt(form), ...switchesAt("push")])];
  const factors = Object.fromEntries(
    names.map((name) => [name, [uncertainties[name].usual, !uncertainties[name].usual]]),
  );
  const usual = Object.fromEntries(Object.entries(uncertainties).map(([name, one]) => [name, one.usual]));
  return pairwise(factors).map((choice) => ({ ...usual, ...choice }) as Switches);
}

const forms: readonly (readonly [Form, Model])[] = [
  ["microbrowser", microbrowser],
  ["vvx", vvx],
];
const walks = forms.flatMap(([form, model]) =>
  choicesOf(form).map((on) => {
    const unusual = (Object.keys(on) as SwitchName[]).filter((name) => on[name] !== uncertainties[name].usual);
    return [`${model.sheet}, ${unusual.join(", ") || "all as usual"}`, form, model, on] as const;
  }),
);

/** What the vendor's sheet says of a model once the entry and the quirks of a walk stand in it. */
async function inTheSheet(proved: Proved): Promise<object | undefined> {
  const { models, quirks } = parse(provedSheet(proved, "2026-11-26"));
  const sheet = parse(await readFile(`${templatesFolder()}polycom/models.yaml`, "utf8"), { merge: true });
  const [[name, entry]] = Object.entries<object>(models) as [[string, object]];
  const profile = sheet.profiles.find((one: { readonly models: object }) => Object.hasOwn(one.models, name));
  profile.models[name] = { ...profile.models[name], ...entry };
  const ids = new Set(quirks.map(({ id }: { readonly id: string }) => id));
  profile.quirks = [...profile.quirks.filter(({ id }: { readonly id: string }) => !ids.has(id)), ...quirks];
  return readSheet(stringify(sheet), "polycom/models.yaml", polycom.sheet).get(name);
}

function valueAt(sheet: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((inner, name) => Object(inner)[name], sheet);
}

describe("earshot phones prove at a Polycom", () => {
  it.each(walks)("finds out what there is to find out of a %s, and the sheet takes it", async (_, form, model, on) => {
    await start(model, on);
    const { code, out, said } = await prove("--json");
    expect(code, said).toBe(0);
    const proved = JSON.parse(out) as Proved;
    const came = proved.facts.map(({ step, verdict, by }) => [step, `${verdict} ${by}`]);
    expect(Object.fromEntries(came)).toEqual(verdictsOf(form, on));
    const sheet = await inTheSheet(proved);
    const wanted = Object.fromEntries(proved.facts.flatMap(({ fields }) => Object.entries(fields)));
    expect(Object.fromEntries(Object.keys(wanted).map((path) => [path, valueAt(sheet, path)]))).toEqual(wanted);
    expect(sheet).toMatchObject({
      quirks: expect.arrayContaining([expect.objectContaining({ id: "refresh-header" })]),
    });
    expect(desk.lit).toBe(false);
  });

  it.each(forms)("writes of a %s what it has shown in the form of the model sheet", async (form, model) => {
    await start(model);
    const { out } = await prove();
    await expect(out).toMatchFileSnapshot(`./prove.${form}.yaml`);
  });

  it("leaves out lamps where the PBX has none for BLF keys", async () => {
    await start(microbrowser, {}, false);
    const { said } = await prove("--step lamp-lit lamp-dark");
    expect(said).toContain("Left out, as the PBX has no lamps for BLF keys: lamp-lit, lamp-dark.");
  });

  it("tries no lamp that says in truth that somebody is there", async () => {
    await start(microbrowser);
    const asks = controlClient(await bench.data);
    const begun = await asks.beginProving({ mac, who: "root" });
    const walk = begun.ok ? begun.value.walk : "";
    pbx.incoming({ to: ana.id, number: "+44155501", name: "Jane Doe" }).answer();
    await listen(await bench.phone(phoneOf.kim), "Visible");
    await expect.poll(() => desk.lit).toBe(true);
    const shown = await asks.showStep({ walk, step: "lamp-dark" });
    expect(shown).toEqual({ ok: true, value: { waits: expect.stringMatching(/^Ana Ruiz has a call/) } });
    expect(desk.lit).toBe(true);
  });

  it("puts out a lamp that is lit for a trial when earshot stops", async () => {
    await start(microbrowser);
    const asks = controlClient(await bench.data);
    const begun = await asks.beginProving({ mac, who: "root" });
    await asks.showStep({ walk: begun.ok ? begun.value.walk : "", step: "lamp-lit" });
    expect(desk.lit).toBe(true);
    await bench.gateway.stop();
    expect(desk.lit).toBe(false);
  });
});
