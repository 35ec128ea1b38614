import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../../src/clock/index.ts";
import { discoveryTopic, mosquittoAccess } from "../../src/mqtt/index.ts";
import { SimulatorPbx } from "../../src/pbx/simulator/index.ts";
import { GatewayBench, listen, people, phoneOf } from "../scenarios/bench.ts";
import { ana, personId } from "../unit/core/world.ts";
import { StrictHomeAssistant } from "./home-assistant.ts";
import { MosquittoLab } from "./mosquitto.ts";
import { mosquittoPart } from "./parts.ts";

const part = await mosquittoPart();
const WITHIN_MS = 60_000;
const passwords = { earshot: "word-of-earshot", home: "word-of-home", witness: "word-of-witness" };
const homeAssistant = { prefix: "homeassistant", username: "home" };
const site = { prefix: homeAssistant.prefix, base: "earshot", gateway: "main" };
const nobody = discoveryTopic(site, personId("7"));

describe(`Home Assistant on Mosquitto ${part.ok ? part.version : `(${part.why})`}`, () => {
  const lab = new MosquittoLab({
    accounts: passwords,
    access: (url) => {
      const mqtt = { kind: "external", base: "earshot", url, username: "earshot", homeAssistant } as const;
      const file = mosquittoAccess({ gateway: "main", people, mqtt });
      if (!file.ok) throw new Error(file.sentence);
      return `${file.text}\nuser witness\ntopic readwrite #\n`;
    },
  });
  const pbx = new SimulatorPbx({ people, seed: 1, clock: systemClock, script: "manual" });
  const account = (username: keyof typeof passwords) => ({ username, password: passwords[username], ca: lab.ca });
  let bench: GatewayBench;
  let witness: StrictHomeAssistant;

  beforeAll(async () => {
    await lab.start();
    // What an earlier run has left of somebody who is not one of the people any more.
    const left = await StrictHomeAssistant.start(lab.url, account("witness"));
    await left.retain(nobody, '{"availability_topic":"earshot/gateway/main/state"}');
    await left.stop();
    const mqtt = { kind: "external", base: "earshot", url: lab.url, ...account("earshot"), homeAssistant } as const;
    bench = new GatewayBench({ pbx, config: { mqtt } });
    await bench.start();
    witness = await StrictHomeAssistant.start(lab.url, account("witness"));
  });

  afterAll(async () => {
    await witness.stop();
    await bench.stop();
    await lab.stop();
  });

  it("finds everybody by the rights of the written access file alone, and shows what is true", async () => {
    const home = await StrictHomeAssistant.start(lab.url, account("home"));
    const lamp = (): unknown => Object(home.shows("Ana Ruiz", "lamp")).state;
    await home.until("everybody", () => home.devices.length === people.length, WITHIN_MS);
    await home.until("Ana's lamp", () => lamp() === "off", WITHIN_MS);
    pbx.incoming({ to: ana.id, number: "+44155501", name: "Jane Doe" }).answer();
    const kim = await bench.phone(phoneOf.kim);
    await listen(kim, "Hidden");
    await kim.press("Leave");
    await kim.press("Calls");
    await listen(kim, "Visible");
    await home.until("listen", () => lamp() === "listen", WITHIN_MS);
    await home.until("the notice", () => home.shows("Ana Ruiz", "notice") !== "unknown", WITHIN_MS);
    await home.turn("Ana Ruiz", "help", true);
    await home.until("the hand", () => Object(home.shows("Ana Ruiz", "help")).state === "ON", WITHIN_MS);
    const { live } = home;
    expect(live.filter((said) => said.includes("/lamp/"))).toEqual(["earshot/agents/2001/lamp/text listen"]);

    await home.beBorn();
    await home.until(
      "everybody again",
      () => home.discoveries.filter(({ retained }) => !retained).length >= people.length,
      WITHIN_MS,
    );
    expect(home.complaints).toEqual([]);
    await home.stop();
  });

  it("what an earlier run left of somebody who is gone is taken back, and the broker keeps nothing of them", async () => {
    await witness.until("everybody", () => witness.devices.length === people.length, WITHIN_MS);
    await witness.until("the end of nobody", () => !witness.knows(nobody), WITHIN_MS);
  });

  it("without the gateway what it shows is unavailable", async () => {
    const home = await StrictHomeAssistant.start(lab.url, account("home"));
    await home.until("Ana", () => home.devices.includes("Ana Ruiz"), WITHIN_MS);
    await home.until("Ana's lamp", () => Object(home.shows("Ana Ruiz", "lamp")).state !== undefined, WITHIN_MS);
    await bench.gateway.stop();
    await home.until("the end", () => home.shows("Ana Ruiz", "lamp") === "unavailable", WITHIN_MS);
    await home.stop();
  });
});
