import { afterEach, describe, expect, it } from "vitest";
import { systemClock } from "../../src/clock/index.ts";
import type { AsteriskConfig, Phone } from "../../src/model/index.ts";
import { SimulatorPbx } from "../../src/pbx/simulator/index.ts";
import { ana, ben, kim } from "../unit/core/world.ts";
import { GatewayBench, people, phoneOf, until } from "./bench.ts";

let bench: GatewayBench | undefined;

afterEach(() => bench?.stop());

async function withSimulator(answer: Phone["answer"] = "auto", hidden: "allowed" | "forbidden" = "allowed") {
  const pbx = new SimulatorPbx({ people, seed: 1, clock: systemClock, script: "manual" });
  bench = new GatewayBench({ pbx, answer, hidden });
  await bench.start();
  return { pbx, bench };
}

describe("the board", () => {
  it("R2 pages through more calls than the screen has rows, and back", async () => {
    const { pbx, bench } = await withSimulator();
    for (let place = 1; place <= 23; place += 1) {
      pbx.incoming({ to: ana.id, number: String(place), name: `Caller ${String(place).padStart(2, "0")}` }).answer();
    }
    const phone = await bench.phone(phoneOf.kim);
    const seen = new Set(phone.rows());
    expect(phone.rows().slice(-2)).toEqual(["Next page", "Find or sort …"]);
    phone.select(phone.rows().length - 2);
    await phone.ok();
    for (const row of phone.rows()) seen.add(row);
    expect(phone.rows().slice(-3)).toEqual(["Next page", "Previous page", "Find or sort …"]);
    phone.select(phone.rows().length - 3);
    await phone.ok();
    for (const row of phone.rows()) seen.add(row);
    phone.select(phone.rows().length - 3);
    await phone.ok();
    for (const row of phone.rows()) seen.add(row);
    expect(phone.rows().slice(-2)).toEqual(["Previous page", "Find or sort …"]);
    expect([...seen].filter((row) => row.includes("Caller")).length).toBe(23);
    expect(phone.title()).toBe("Live calls (23)");
  });

  it("a page that is no more leads to the last one there is", async () => {
    const { pbx, bench } = await withSimulator();
    pbx.incoming({ to: ana.id, number: "1", name: "Only" }).answer();
    const phone = await bench.phone(phoneOf.kim);
    await phone.get(`${await bench.launcher(phoneOf.kim)}board/7`);
    expect(phone.rows()).toEqual([expect.stringContaining("Only"), "Find or sort …"]);
  });

  it("R2 tells a call that rings, one in talk and one on hold apart", async () => {
    const { pbx, bench } = await withSimulator();
    pbx.incoming({ to: ana.id, number: "1", name: "Rita" });
    const held = pbx.incoming({ to: ana.id, number: "2", name: "Holger" });
    held.answer();
    held.hold();
    pbx.incoming({ to: ana.id, number: "3", name: "Tina" }).answer();
    const phone = await bench.phone(phoneOf.kim);
    expect(phone.rows()).toEqual([
      expect.stringMatching(/^= hold 0:0\d Ana Ruiz: Holger/),
      expect.stringMatching(/^> 0:0\d Ana Ruiz: Tina/),
      expect.stringMatching(/^~ rings Ana Ruiz: Rita/),
      "Find or sort …",
    ]);
  });

  it("a call that rings cannot be listened to yet, and the page says so", async () => {
    const { pbx, bench } = await withSimulator();
    pbx.incoming({ to: ana.id, number: "1", name: "Rita" });
    const phone = await bench.phone(phoneOf.kim);
    await phone.press("Listen");
    expect(phone.text()).toMatch(/not answered yet/);
  });

  it.each([
    ["markup, quotes and control characters", `<b>&"'\u0000\u0007\u001b[31m\u0085\u202e`, /Ana Ruiz: <b>&"' ?\[31m/],
    ["200 characters", "Wolfeschlegelstein".repeat(12).slice(0, 200), /Ana Ruiz: Wolf\S*…/],
    ["nothing", "", /Ana Ruiz: \+44155501/],
    ["a lone surrogate and a family", "\ud800👩‍👩‍👧‍👦", /Ana Ruiz: 👩‍👩‍👧‍👦/],
    ["what looks like a placeholder", "{agent}{count}", /Ana Ruiz: \{agent\}\{count\}/],
  ])("a caller whose name is %s: every page is well-formed and within the limits", async (_, name, shown) => {
    const { pbx, bench } = await withSimulator();
    await bench.busyLight();
    pbx.incoming({ to: ana.id, number: "+44155501", name }).answer();
    const phone = await bench.phone(phoneOf.kim);
    expect(phone.rows()[0]).toMatch(shown);
    await phone.ok();
    await phone.press("Listen");
    await phone.press("Visible");
    await until(phone, /can see you/);
    await phone.press("Coach");
    await phone.press("Unmute");
    await phone.press("Join");
    await phone.press("Leave");
    await phone.press("Calls");
    expect(phone.title()).toBe("Live calls (1)");
  });
});

describe("on the way to a supervision", () => {
  it("Connecting says to pick up, and can be left", async () => {
    const { pbx, bench } = await withSimulator("ring");
    pbx.incoming({ to: ana.id, number: "1", name: "Jane" }).answer();
    const phone = await bench.phone(phoneOf.kim);
    await phone.press("Listen");
    await phone.press("Hidden");
    expect(phone.title()).toBe("Connecting");
    expect(phone.text()).toBe("Your phone rings. Pick up to hear Ana Ruiz.");
    expect(phone.keys()).toEqual(["Leave"]);
    await phone.press("Leave");
    expect(phone.text()).toBe("You have left the call of Ana Ruiz.");
  });

  it("the launcher of another phone of nobody's supervision shows the board", async () => {
    const { pbx, bench } = await withSimulator("ring");
    pbx.incoming({ to: ben.id, number: "1", name: "Jane" }).answer();
    const phone = await bench.phone(phoneOf.root);
    expect(phone.title()).toBe("Live calls (1)");
  });

  it("R20 where the company forbids hidden, Listen offers Visible alone, and the session has no Hide", async () => {
    const { pbx, bench } = await withSimulator("auto", "forbidden");
    await bench.busyLight();
    pbx.incoming({ to: ana.id, number: "1", name: "Jane" }).answer();
    const phone = await bench.phone(phoneOf.kim);
    await phone.press("Listen");
    expect(phone.keys()).toEqual(["Visible", "Back"]);
    await phone.press("Visible");
    await until(phone, /can see you/);
    expect(phone.keys()).toEqual(["Heads-up", "Coach", "Join", "Leave"]);
  });

  it("R1 nobody finds a call of their own on their board", async () => {
    const { pbx, bench } = await withSimulator();
    pbx.internal({ from: ana.id, to: kim.id }).answer();
    const phone = await bench.phone(phoneOf.kim);
    await phone.press("Calls");
    expect(phone.text()).toBe("No calls now.");
  });
});

it("until the PBX has told its calls, pages say Starting and move on by themselves", async () => {
  const pbx: AsteriskConfig = {
    kind: "asterisk",
    // Port 9 (discard) of loopback: nobody answers.
    ari: { url: "http://127.0.0.1:9/ari", username: "earshot", password: "unused" },
    endpoint: "PJSIP/{extension}",
  };
  bench = new GatewayBench({ config: { pbx } });
  await bench.start();
  const phone = await bench.phone(phoneOf.kim);
  expect(phone.title()).toBe("Starting");
  expect(await phone.refresh()).toBeDefined();
});
