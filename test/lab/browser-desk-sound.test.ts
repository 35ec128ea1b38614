import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { BrowserLab } from "./browser.ts";
import { Chair, type Speaker } from "./chair.ts";
import { DeskBench } from "./desk-bench.ts";
import { DeskPage, type DeskSeen } from "./desk-page.ts";

/** Below it nothing is heard: 60 dB under full scale; a voice in talk has a peak of 0.05 and more. */
const SILENCE = 0.001;
const VOICE = 0.02;
const SEATS = ["agent", "customer", "supervisor"] as const;

const browser = new BrowserLab();
const demo = new DeskBench({ script: "manual" });
let desk: DeskPage;
let chair: Chair;

beforeAll(async () => {
  await Promise.all([browser.start(), demo.start()]);
  const ana = demo.config.phones[1]?.owner;
  if (!ana) throw new Error("Ana has a phone");
  demo.pbx.incoming({ to: ana, number: "+441555010", name: "Jane Doe", queue: "support" }).answer();
  const page = await browser.page({ width: 1280, height: 1400 });
  chair = await Chair.in(page);
  desk = await DeskPage.open(page, demo.origin);
});
afterEach(async () => expect(await browser.takeFaults()).toEqual([]));
afterAll(async () => {
  await browser.stop();
  await demo.stop();
});

const mode = (name: string, microphone: string) => (seen: DeskSeen) =>
  seen.facts["mode"] === name && seen.facts["microphone"] === microphone;

/**
 * Sits in a chair until every other party has spoken there, heard or not, and gives whose voice has arrived. Whoever has a
 * path is waited for, so that silence is told from a pause; whoever has none has spoken all the same.
 */
async function heardBy(seat: Speaker, expected: readonly Speaker[]): Promise<readonly Speaker[]> {
  await chair.take(seat);
  const others = SEATS.filter((one) => one !== seat);
  await expect
    .poll(
      async () => {
        const voices = await chair.voices();
        const spoken = others.every((one) => (voices[one]?.said ?? 0) > VOICE);
        return spoken && expected.every((one) => (voices[one]?.arrived ?? 0) > VOICE);
      },
      { timeout: 60_000, message: `everybody has spoken at the ${seat}'s seat` },
    )
    .toBe(true);
  const voices = await chair.voices();
  return others.filter((one) => (voices[one]?.arrived ?? 0) > SILENCE);
}

/** Who hears whom in this mode, by ear alone: each chair in turn. */
async function heardAtEverySeat(
  expected: Readonly<Record<Speaker, readonly Speaker[]>>,
): Promise<Readonly<Record<Speaker, readonly Speaker[]>>> {
  return {
    agent: await heardBy("agent", expected.agent),
    customer: await heardBy("customer", expected.customer),
    supervisor: await heardBy("supervisor", expected.supervisor),
  };
}

const LISTEN = { agent: ["customer"], customer: ["agent"], supervisor: ["agent", "customer"] } as const;
const COACH = { ...LISTEN, agent: ["customer", "supervisor"] } as const;
const JOIN = { ...COACH, customer: ["agent", "supervisor"] } as const;

describe("what a chair hears", () => {
  it("nothing sounds before somebody asks for it, nor after", async () => {
    await desk.until("the call", ({ calls }) => calls === 1);
    expect(await chair.running()).toBe(0);
    await chair.take("agent");
    await expect.poll(() => chair.running()).toBe(1);
    await chair.take("off");
    await expect.poll(() => chair.running()).toBe(0);
  });

  it("R4 listen hidden: the supervisor hears both, and at no other seat is there a supervisor", async () => {
    await desk.key(demo.kim, "launcher");
    await desk.softkey(demo.kim, "Listen");
    await desk.softkey(demo.kim, "Hidden");
    await desk.until("a phone that rings", ({ phones }) => phones[0]?.screen === "call");
    await desk.key(demo.kim, "hook");
    await desk.until("listen", ({ paths }) => paths.includes("customer>supervisor"));
    expect(await heardAtEverySeat(LISTEN)).toEqual(LISTEN);
  });

  it("R9 coach begins muted: it sounds as listen does", async () => {
    await desk.key(demo.kim, "launcher");
    await desk.softkey(demo.kim, "Visible");
    await desk.until("visible", ({ facts }) => facts["agent"] === "Told, confirmed");
    await desk.softkey(demo.kim, "Coach");
    await desk.until("coach, muted", mode("Coach", "Muted"));
    expect(await heardAtEverySeat(LISTEN)).toEqual(LISTEN);
  });

  it("R8 coach open: the agent hears the supervisor, the customer does not", async () => {
    await desk.softkey(demo.kim, "Unmute");
    await desk.until("coach, open", mode("Coach", "Open to the agent"));
    expect(await heardAtEverySeat(COACH)).toEqual(COACH);
  });

  it("R8 join: all hear all", async () => {
    await desk.softkey(demo.kim, "Join");
    await desk.until("join, open", mode("Join", "Open to all"));
    expect(await heardAtEverySeat(JOIN)).toEqual(JOIN);
  });

  it("the caption names who speaks, and never somebody who is not heard", async () => {
    await desk.softkey(demo.kim, "Coach");
    await desk.until("coach, open", mode("Coach", "Open to the agent"));
    await chair.take("customer");
    const caption = desk.page.locator("[data-caption]");
    await expect.poll(() => caption.textContent(), { timeout: 30_000 }).toMatch(/^Ana speaking$/);
    await desk.softkey(demo.kim, "Leave");
    await desk.until("left", ({ facts }) => Object.keys(facts).length === 0);
  });

  it("the chair of somebody who leaves is empty, and silent", async () => {
    await desk.key(demo.kim, "launcher");
    await desk.softkey(demo.kim, "Listen");
    await desk.softkey(demo.kim, "Hidden");
    await desk.until("a phone that rings", ({ phones }) => phones[0]?.screen === "call");
    await desk.key(demo.kim, "hook");
    await desk.until("listen", ({ paths }) => paths.includes("customer>supervisor"));
    await chair.take("supervisor");
    await expect.poll(() => chair.running()).toBe(1);
    await desk.key(demo.kim, "hook");
    await desk.until("left", ({ facts }) => Object.keys(facts).length === 0);
    await expect.poll(() => chair.running()).toBe(0);
  });
});
