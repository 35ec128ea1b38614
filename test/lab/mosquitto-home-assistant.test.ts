import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../../src/clock/index.ts";
import { mosquittoAccess } from "../../src/mqtt/index.ts";
import { SimulatorPbx } from "../../src/pbx/simulator/index.ts";
import { desksOfBench, GatewayBench, listen, people, phoneOf } from "../scenarios/bench.ts";
import { ana } from "../unit/core/world.ts";
import { StrictHomeAssistant } from "./home-assistant.ts";
import { MosquittoLab } from "./mosquitto.ts";
import { mosquittoPart } from "./parts.ts";

const part = await mosquittoPart();
const WITHIN_MS = 60_000;
const passwords = { earshot: "word-of-earshot", home: "word-of-home" };
const homeAssistant = { prefix: "homeassistant", username: "home" };

describe(`Home Assistant on Mosquitto ${part.ok ? part.version : `(${part.why})`}`, () => {
  const lab = new MosquittoLab({
    accounts: passwords,
    access: (url) => {
      const own = { kind: "external", base: "earshot", url, username: "earshot", homeAssistant } as const;
      const file = mosquittoAccess({ gateway: "main", people, mqtt: own });
      if (!file.ok) throw new Error(file.sentence);
      return file.text;
    },
  });
  const pbx = new SimulatorPbx({ people, seed: 1, clock: systemClock, script: "manual" });
  const account = (username: keyof typeof passwords) => ({ username, password: passwords[username], ca: lab.ca });
  const mqtt = () =>
    ({ kind: "external", base: "earshot", url: lab.url, ...account("earshot"), homeAssistant }) as const;
  let bench: GatewayBench;

  beforeAll(async () => {
    await lab.start();
    bench = new GatewayBench({ pbx, config: { mqtt: mqtt() } });
    await bench.start();
  });

  afterAll(async () => {
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

  it("without the gateway what it shows is unavailable; one that starts without somebody takes back what is left of them", async () => {
    const home = await StrictHomeAssistant.start(lab.url, account("home"));
    await home.until("everybody", () => home.devices.length === people.length, WITHIN_MS);
    await home.until("Ana's lamp", () => Object(home.shows("Ana Ruiz", "lamp")).state !== undefined, WITHIN_MS);
    await bench.gateway.stop();
    await home.until("the end", () => home.shows("Ana Ruiz", "lamp") === "unavailable", WITHIN_MS);

    const fewer = people.filter(({ name }) => name !== "Max Muster");
    const phones = desksOfBench.filter(({ owner }) => fewer.some(({ id }) => id === owner));
    const without = new GatewayBench({
      pbx: new SimulatorPbx({ people: fewer, seed: 1, clock: systemClock, script: "manual" }),
      config: { ...{ mqtt: mqtt(), people: fewer, phones }, data: await bench.data },
    });
    const told = home.discoveries.length;
    await without.start();
    await home.until("Max's end", () => !home.devices.includes("Max Muster"), WITHIN_MS);
    await home.until("Ana's lamp again", () => Object(home.shows("Ana Ruiz", "lamp")).state === "off", WITHIN_MS);
    const gone = home.discoveries.slice(told).filter(({ payload }) => payload === "");
    expect(gone).toHaveLength(1);
    expect(home.complaints).toEqual([]);
    await without.stop();
    await home.stop();
  });
});
