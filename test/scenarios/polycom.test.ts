import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { phoneOf, until } from "./bench.ts";
import { microbrowser, PolycomWorld, serverRoot, vvx } from "./polycom-world.ts";

let world: PolycomWorld;
beforeEach(() => {
  world = new PolycomWorld();
});
afterEach(() => world.stop());

const forms = [microbrowser, vvx].map((model) => [model.sheet, model] as const);

describe("a supervision on a Polycom", () => {
  it.each(forms)("R3 %s: Listen asks Visible or Hidden first, on the page of the call", async (_, model) => {
    await world.start(model);
    await world.choose();
    await world.page.press("Listen");
    expect(world.page.text()).toMatch(/Hidden: nobody is told/);
    expect(world.page.labels()).toEqual(expect.arrayContaining(["Visible", "Hidden", "Back"]));
  });

  it.each(forms)("R17 %s: a refusal is a page", async (_, model) => {
    await world.start(model);
    await world.choose();
    world.call.hangUp();
    await world.page.press("Listen");
    expect(world.page.text()).toMatch(/This call is over/);
  });

  it.each(forms)("R2 %s: a call is found by what is typed", async (_, model) => {
    await world.start(model);
    await world.page.press("Find or sort …");
    await world.page.press("Find by letters");
    world.page.type("jane");
    await world.page.submit();
    expect(world.page.rows().some((row) => row.includes("Ana Ruiz"))).toBe(true);
  });

  it.each(forms)("R9 %s: what a refresh highlights unmutes nobody", async (_, model) => {
    await world.start(model, { switches: { refreshKeepsFocus: false } });
    await world.listen("Visible");
    await until(world.page, /Ana Ruiz can see you/);
    await world.page.press("Coach");
    await until(world.page, /Coaching Ana Ruiz/);
    await world.page.refresh();
    await world.page.ok();
    expect(world.page.labels()).toContain("Unmute");
    expect(world.voice()).toBe("");
  });

  it.each(forms)("%s: Back asks an old press again, and it does nothing", async (_, model) => {
    await world.start(model);
    await world.listen("Visible");
    await until(world.page, /Ana Ruiz can see you/);
    await world.page.press("Coach");
    await until(world.page, /Coaching Ana Ruiz/);
    await world.page.press("Unmute");
    await until(world.page, /Ana Ruiz hears you/);
    await world.page.press("Mute");
    await until(world.page, /Nobody hears you/);
    await world.page.cancel();
    await until(world.page, /Nobody hears you/);
    expect(world.voice()).toBe("");
  });
});

describe("what is pushed to a Polycom", () => {
  it.each(forms)("R5 %s: a visible supervisor is told by name, and the phone's word confirms it", async (_, model) => {
    await world.start(model);
    await world.listen("Visible");
    await until(world.page, /Ana Ruiz can see you/);
    expect(world.anas.notices).toEqual([expect.stringMatching(/\d\d:\d\d Kim Osei listens to your call\./)]);
  });

  it("R5 the notice of a Coach comes to the screen in the same call as the one of the Listen", async () => {
    await world.start(vvx);
    world.anas.callArrives();
    await world.listen("Visible");
    await until(world.page, /Ana Ruiz can see you/);
    await world.page.press("Coach");
    await world.anas.until(() => world.anas.notices.length === 2, "the notice of the Coach");
    expect(world.anas.held).toEqual([]);
  });

  it("R5 nothing at all of a hidden one", async () => {
    await world.start(vvx);
    await world.listen("Hidden");
    await world.page.press("Leave");
    expect(world.anas.statuses).toEqual([]);
  });

  it("R5 what the phone filters does not count as told", async () => {
    await world.start(vvx, {}, { messageType: 1 });
    await world.listen("Visible");
    await until(world.page, /None of Ana Ruiz's devices has confirmed/);
    expect(world.anas.taken.map(({ became }) => became)).toEqual(["filtered"]);
  });

  it("R5 where the site names the one priority that gets through, everything has it", async () => {
    await world.start(vvx, {}, { messageType: 1, priority: "normal" });
    await world.listen("Visible");
    await until(world.page, /Ana Ruiz can see you/);
    expect(world.anas.taken.map(({ push }) => push.priority)).toEqual(["Normal"]);
    expect(world.kims.taken.every(({ push }) => push.priority === "Normal")).toBe(true);
  });

  it("a supervisor's own page opens once their leg is answered, as its path", async () => {
    await world.start(microbrowser);
    const opened: string[] = [];
    world.kims.onOpen = (url) => void opened.push(url);
    await world.listen("Visible");
    await world.kims.until(() => opened.length > 0, "the session's page");
    const { pathname } = new URL(await world.bench.launcher(phoneOf.kim));
    expect(opened[0]).toBe(`${serverRoot}${pathname}session`);
  });

  it("a phone without a proven browser gets notices, and no page", async () => {
    await world.start({ sheet: "CCX600", phone: "VVX_410", pushed: "CCX_600" });
    await world.listen("Visible");
    await until(world.page, /Ana Ruiz can see you/);
    expect(world.anas.notices).toHaveLength(1);
    expect(world.kims.taken).toEqual([]);
  });
});
