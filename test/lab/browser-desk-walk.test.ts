import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { BrowserLab } from "./browser.ts";
import { DeskBench } from "./desk-bench.ts";
import { DeskPage, type DeskSeen, phoneIn } from "./desk-page.ts";

/** What the PBX, and the page, must say of who hears whom once a step is done. */
const HEARD = {
  listen: ["agent>customer", "agent>supervisor", "customer>agent", "customer>supervisor"],
  coach: ["agent>customer", "agent>supervisor", "customer>agent", "customer>supervisor", "supervisor>agent"],
  join: [
    ...["agent>customer", "agent>supervisor", "customer>agent", "customer>supervisor"],
    ...["supervisor>agent", "supervisor>customer"],
  ],
} as const;

const browser = new BrowserLab();
// At half the usual pace, so that a busy machine has done its walk before the call is over.
const demo = new DeskBench({ speed: 0.5 });
let walked = 0;
let desk: DeskPage;

beforeAll(async () => {
  await Promise.all([browser.start(), demo.start()]);
  desk = await DeskPage.open(await browser.page({ width: 1280, height: 1400 }), demo.origin);
});
afterEach(async () => expect(await browser.takeFaults()).toEqual([]));
afterAll(async () => {
  await browser.stop();
  await demo.stop();
});

/** Whoever has stumbled goes no further. */
function go(step: number): void {
  expect(walked, "the step before").toBe(step - 1);
}

/** Waits until PBX and page both say so of who hears whom, at one moment. */
async function bothSay(paths: readonly string[]): Promise<DeskSeen> {
  const wanted = JSON.stringify(paths);
  return await desk.until(`${wanted} on the page, as at the PBX`, (seen) => {
    return JSON.stringify(demo.hearing()) === wanted && JSON.stringify(seen.paths) === wanted;
  });
}

/** The phone of the agent who is supervised, by the PBX. */
function agentsPhone(seen: DeskSeen) {
  const call = demo.calls.find(({ id }) => id === seen.call);
  const person = call?.legs.flatMap(({ party }) => (party.kind === "internal" ? [party.person] : []))[0];
  const mac = demo.config.phones.find(({ owner }) => owner === person)?.mac;
  if (!mac) throw new Error(`the supervised call is of ${person}, whose phone is not on the page`);
  return { phone: phoneIn(seen, mac), name: demo.config.people.find(({ id }) => id === person)?.name ?? "" };
}

describe("the guided minute, walked by doing what it says", () => {
  it("begins at the first of five steps, with the phones and the live traffic on the page", async () => {
    const seen = await desk.until("live calls", ({ calls }) => calls > 0);
    expect(seen.tour).toMatchObject({ step: "1", done: false });
    expect(seen.phones.map(({ mac }) => mac)).toEqual([demo.kim, demo.ana, demo.ben]);
    expect(phoneIn(seen, demo.kim).screen).toBe("idle");
    expect(demo.hearing()).toBeUndefined();
    // Either of them is in talk for two minutes then (seed 1).
    await desk.until(
      "a call of Ana's or Ben's",
      ({ phones }) => phones.some(({ title }) => title === "Connected"),
      90_000,
    );
  });

  it("step 1 opens the list: the rows are the calls that the PBX has", async () => {
    go(1);
    expect(await desk.follow(1)).toEqual(["launcher"]);
    const seen = await desk.until("the board", (now) => phoneIn(now, demo.kim).rows.length > 0);
    expect(phoneIn(seen, demo.kim)).toMatchObject({ screen: "page", complaints: [] });
    expect(phoneIn(seen, demo.kim).title).toMatch(/^Live calls \(\d+\)$/);
    expect(phoneIn(seen, demo.kim).softkeys).toEqual(["Listen", "Coach", "Join", "Update"]);
    const answered = demo.calls.flatMap(({ legs }) => legs.flatMap(({ party }) => ("name" in party ? party.name : [])));
    const rows = phoneIn(seen, demo.kim).rows.join("\n");
    expect(answered.some((name) => name !== "" && rows.includes(name.slice(0, 5)))).toBe(true);
    walked = 1;
  });

  it("step 2 listens hidden: the handset rings and is lifted, Kim hears both, and the agent's phone has not changed", async () => {
    go(2);
    const pressed = await desk.follow(2);
    expect(pressed.filter((key) => !["up", "down"].includes(key))).toEqual(["Listen", "Hidden", "hook"]);
    const seen = await bothSay(HEARD.listen);
    expect(seen.facts).toMatchObject({ mode: "Listen", microphone: "Muted", visibility: "Hidden", agent: "Not told" });
    expect(seen.sentence).toContain("Nobody hears Kim.");
    expect(agentsPhone(seen).phone).toMatchObject({ lamp: "off", blinks: false, notice: null });
    // The call lies over the page, and says no more than any call of earshot's does.
    expect(phoneIn(seen, demo.kim)).toMatchObject({ screen: "call", text: "earshot", mic: "muted" });
    walked = 2;
  });

  it("step 3 becomes visible: the agent's lamp is on, the notice says the name, and the paths are what they were", async () => {
    go(3);
    expect(await desk.follow(3)).toEqual(["launcher", "Visible"]);
    await desk.until("the lamp", (seen) => agentsPhone(seen).phone.lamp === "listen");
    const seen = await bothSay(HEARD.listen);
    expect(seen.facts).toMatchObject({ mode: "Listen", microphone: "Muted", visibility: "Visible" });
    const { phone, name } = agentsPhone(
      await desk.until("the notice", (now) => agentsPhone(now).phone.notice !== null),
    );
    const own = await desk.until("the phone's words", (now) => /can see you/.test(phoneIn(now, demo.kim).text));
    expect(phoneIn(own, demo.kim).title).toBe(`Listening to ${name}`);
    expect(phoneIn(own, demo.kim).text).toMatch(/^Nobody hears you\./);
    expect(phone).toMatchObject({ lamp: "listen", blinks: false, notice: "Kim Osei listens to your call." });
    await desk.until("who is told", ({ facts }) => facts["agent"] === "Told, confirmed");
    walked = 3;
  });

  it("step 4 coaches: muted first, then the agent alone hears Kim", async () => {
    go(4);
    expect(await desk.follow(4)).toEqual(["Coach", "Unmute"]);
    const seen = await bothSay(HEARD.coach);
    expect(seen.facts).toMatchObject({ mode: "Coach", microphone: "Open to the agent" });
    expect(seen.sentence).toMatch(/does not hear Kim\.$/);
    expect(phoneIn(seen, demo.kim).mic).toBe("open");
    await desk.until("the lamp", (now) => {
      const { phone } = agentsPhone(now);
      return phone.lamp === "coach" && phone.blinks && /coach/.test(phone.notice ?? "");
    });
    const said = await desk.until("the phone's words", (now) => /hears you/.test(phoneIn(now, demo.kim).text));
    expect(phoneIn(said, demo.kim).text).toContain("The other side does not.");
    walked = 4;
  });

  it("step 5 joins: everybody hears everybody, and the lamp says so", async () => {
    go(5);
    expect(await desk.follow(5)).toEqual(["Join"]);
    const seen = await bothSay(HEARD.join);
    expect(seen.facts).toMatchObject({ mode: "Join", microphone: "Open to all" });
    expect(seen.sentence).not.toMatch(/not hear|Nobody/);
    await desk.until("the lamp", (now) => agentsPhone(now).phone.lamp === "join" && agentsPhone(now).phone.blinks);
    await desk.until("the phone's words", (now) => /Everybody on the call hears you/.test(phoneIn(now, demo.kim).text));
    walked = 5;
  });

  it("ends, is remembered over a reload, and leaving ends the supervision but not the call", async () => {
    go(6);
    await desk.until("the farewell", ({ tour }) => tour?.step === "end");
    const { call } = await desk.look();
    await desk.softkey(demo.kim, "Leave");
    await desk.until("nobody supervised", ({ facts }) => Object.keys(facts).length === 0);
    expect(demo.hearing()).toBeUndefined();
    expect(demo.calls.map(({ id }) => String(id))).toContain(call);
    await desk.page.reload();
    const again = await desk.until("the page again", ({ calls }) => calls > 0);
    expect(again.tour?.step).toBe("end");
    await desk.page.getByRole("button", { name: "Close" }).click();
    await desk.page.reload();
    expect((await desk.until("the page again", ({ calls }) => calls > 0)).tour).toBeUndefined();
  });
});
