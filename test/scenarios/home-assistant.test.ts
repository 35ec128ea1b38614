import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../src/clock/index.ts";
import { type CallHandle, SimulatorPbx } from "../../src/pbx/simulator/index.ts";
import { StrictHomeAssistant } from "../lab/home-assistant.ts";
import { ana } from "../unit/core/world.ts";
import { anaAccount, GatewayBench, listen, people, phoneOf } from "./bench.ts";

const account = { username: "home", password: "word-of-home" };
const name = "Ana Ruiz";
let bench: GatewayBench;
let home: StrictHomeAssistant;
let call: CallHandle;

beforeEach(async () => {
  const pbx = new SimulatorPbx({ people, seed: 1, clock: systemClock, script: "manual" });
  bench = new GatewayBench({
    pbx,
    config: {
      mqtt: {
        ...{ kind: "embedded", base: "earshot", listen: { host: "127.0.0.1", port: 0 }, accounts: [anaAccount] },
        homeAssistant: { prefix: "homeassistant", ...account },
      },
    },
  });
  await bench.start();
  call = pbx.incoming({ to: ana.id, number: "+44155501", name: "Jane Doe" });
  call.answer();
  home = await StrictHomeAssistant.start(`mqtt://${bench.mqtt}`, account);
  await home.until("everybody", () => home.devices.length === people.length);
  await home.until("Ana's lamp", () => lamp() === "off");
});

afterEach(async () => {
  await home.stop();
  await bench.stop();
  expect(home.complaints).toEqual([]);
});

const shown = (key: string) => home.shows(name, key);
const lamp = (): unknown => Object(shown("lamp")).state;

describe("Home Assistant", () => {
  it("sees a visible supervisor come, coach, open the mic and go, and the notice of it", async () => {
    // Without a device of Ana's own Coach asks once more: Home Assistant's word is not hers.
    await bench.busyLight();
    const kim = await bench.phone(phoneOf.kim);
    await listen(kim, "Visible");
    await home.until("listen", () => lamp() === "listen");
    await home.until("the notice", () => shown("notice") !== "unknown");
    expect(shown("notice")).toEqual({ type: "info", text: expect.stringContaining("Kim Osei") });
    await kim.press("Coach");
    await home.until("coach", () => lamp() === "coach");
    await kim.press("Unmute");
    await home.until("the open mic", () => lamp() === "coach-open");
    await kim.press("Leave");
    await home.until("off", () => lamp() === "off");
  });

  it("R5 sees nothing at all of a hidden supervisor", async () => {
    const kim = await bench.phone(phoneOf.kim);
    await listen(kim, "Hidden");
    await kim.press("Leave");
    await home.turn(name, "help", true);
    await home.until("the hand", () => Object(shown("help")).state === "ON");
    expect(home.live).toEqual(["earshot/agents/2001/help ON"]);
    // Its own birth may bring the devices once more, the very same.
    expect(new Set(home.discoveries.map(({ topic, payload }) => `${topic} ${payload}`)).size).toBe(people.length);
  });

  it("its switch raises the agent's hand, and lowers it", async () => {
    await home.turn(name, "help", true);
    await home.until("the hand", () => Object(shown("help")).state === "ON");
    await home.turn(name, "help", false);
    await home.until("no hand", () => Object(shown("help")).state === "OFF");
  });

  it("is told of everybody again once it has been born again, and whatever it shows is unavailable without the gateway", async () => {
    await home.beBorn();
    await home.until("everybody again", () => home.discoveries.length >= 2 * people.length);
    await bench.gateway.stop();
    await home.until("the end", () => shown("lamp") === "unavailable");
  });

  it("somebody who is removed is gone there too, somebody added is there", async () => {
    const book = bench.gateway.people();
    const wish = { extension: "2050", name: "Nora New", role: "agent", teams: ["support"] };
    expect(await book.add("os:test", wish)).toMatchObject({ ok: true });
    await home.until("Nora", () => home.devices.includes("Nora New"));
    expect(await book.remove("os:test", "2050")).toMatchObject({ ok: true });
    await home.until("nobody", () => !home.devices.includes("Nora New"));
    // All others may be sent once more meanwhile, as Home Assistant asked when it came.
    expect(home.discoveries.findLast(({ topic }) => topic.includes("2050"))?.payload).toBe("");
  });
});
