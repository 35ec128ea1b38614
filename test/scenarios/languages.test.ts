import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../src/clock/index.ts";
import type { Language, Person, PersonId } from "../../src/model/index.ts";
import { SimulatorPbx } from "../../src/pbx/simulator/index.ts";
import { ana, kim, root } from "../unit/core/world.ts";
import { GatewayBench, people, phoneOf, until } from "./bench.ts";

const account = { username: "nora", password: "light-of-nora", agent: "2050" as PersonId };
const speaking = (person: Person, language: Language): Person => ({ ...person, language });

let pbx: SimulatorPbx;
let bench: GatewayBench;

beforeEach(async () => {
  const own = new Map([speaking(ana, "es"), speaking(root, "fr")].map((person) => [person.id, person]));
  const speakers = people.map((person) => own.get(person.id) ?? person);
  pbx = new SimulatorPbx({ people, seed: 1, clock: systemClock, script: "manual" });
  const listen = { host: "127.0.0.1", port: 0 };
  const mqtt = { kind: "embedded", base: "earshot", listen, accounts: [account] } as const;
  bench = new GatewayBench({ pbx, config: { language: "de", people: speakers, mqtt } });
  await bench.start();
});

afterEach(() => bench.stop());

const noticed = (light: { last(ending: string): unknown }) =>
  (light.last("/notice") as { text?: string } | undefined)?.text;

describe("what a phone shows", () => {
  it("is in the language of whose phone it is, and in the site's where they have none", async () => {
    pbx.incoming({ to: ana.id, number: "+44155501", name: "Jane Doe" }).answer();
    const [kims, roots, anas] = [
      await bench.phone(phoneOf.kim),
      await bench.phone(phoneOf.root),
      await bench.phone(phoneOf.ana),
    ];
    await until(kims, /Aktuelle Gespräche \(1\)/);
    await until(roots, /Appels en cours \(1\)/);
    expect([kims.keys(), roots.keys()]).toEqual([
      ["Mithören", "Coachen", "Mitreden", "Neu laden"],
      ["Écouter", "Coacher", "Entrer", "Actualiser"],
    ]);
    await kims.press("Mithören");
    await kims.press("Sichtbar");
    await until(kims, /Niemand hört Sie/);
    await until(anas, /Kim Osei escucha/);
    await until(kims, /Mithören: Ana Ruiz/);
    await kims.press("Verlassen");
    expect(kims.text()).toContain("Sie haben das Gespräch von Ana Ruiz verlassen.");
  });

  it("a refusal too", async () => {
    const phone = await bench.phone(phoneOf.kim);
    await phone.get(`${await bench.launcher(phoneOf.kim)}call/gone`);
    expect([phone.title(), phone.text()]).toEqual(["Nicht möglich", "Dieses Gespräch ist zu Ende."]);
  });
});

describe("a notice", () => {
  it("is in the language of the agent, and in another one as soon as that is changed", async () => {
    const nora = { extension: "2050", name: "Nora New", role: "agent", teams: ["support"], language: "fr" };
    expect(await bench.gateway.people().add("os:root", nora)).toMatchObject({ ok: true, value: { language: "fr" } });
    const light = await bench.busyLight(undefined, account);
    pbx.incoming({ to: account.agent, number: "+44155501", name: "Jane Doe" }).answer();
    const phone = await bench.phone(phoneOf.kim);
    await until(phone, /Nora New/);
    await phone.press("Mithören");
    await phone.press("Sichtbar");
    await light.until(() => noticed(light) === `${kim.name} écoute votre appel.`);
    await bench.gateway.people().change("os:root", "2050", { language: "site" });
    await until(phone, /Niemand hört Sie/);
    await phone.press("Coachen");
    await light.until(() => noticed(light) === `${kim.name} ist da, um Sie zu coachen.`);
    expect(bench.gateway.people().find("2050")).not.toHaveProperty("language");
  });
});

describe("the language of somebody of the database", () => {
  it.each([
    ["german", "did you mean `de`?"],
    ["xx", "(Spanish), not `xx`."],
  ])("that is none is refused in words: %s", async (language, words) => {
    const wish = { extension: "2050", name: "Nora New", role: "agent", language };
    const booked = await bench.gateway.people().add("os:root", wish);
    expect(booked).toMatchObject({ ok: false, why: "not-right", sentence: expect.stringContaining(words) });
  });

  it("is kept over a restart", async () => {
    const wish = { extension: "2050", name: "Nora New", role: "agent", language: "fr" };
    await bench.gateway.people().add("os:root", wish);
    await bench.gateway.stop();
    await bench.start();
    expect(bench.gateway.people().find("2050")).toMatchObject({ language: "fr", owner: "database" });
  });
});
