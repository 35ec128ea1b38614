import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../src/clock/index.ts";
import type { Handset, HandsetAct, Handsets, Pace, Paced, Pbx, PersonId } from "../../src/model/index.ts";
import { type CallHandle, SimulatorPbx } from "../../src/pbx/simulator/index.ts";
import type { YealinkPhone } from "../lab/phones/yealink.ts";
import { ana, ben } from "../unit/core/world.ts";
import { GatewayBench, listen, people, phoneOf, until } from "./bench.ts";
import { DeskBrowser } from "./desk-browser.ts";

/** Hooks that keep what they were told to do. */
class KeepingHandsets implements Handsets {
  readonly acts: string[] = [];
  readonly attended = new Set<PersonId>();
  tell: (person: PersonId, handset: Handset) => void = () => {};

  of(): Handset {
    return { state: "idle" };
  }

  follow(told: (person: PersonId, handset: Handset) => void): () => void {
    this.tell = told;
    return () => {
      this.tell = () => {};
    };
  }

  act(person: PersonId, act: HandsetAct): boolean {
    this.acts.push(`${person} ${act}`);
    return act !== "hang-up";
  }

  attend(person: PersonId, attended: boolean): void {
    if (attended) this.attended.add(person);
    else this.attended.delete(person);
  }
}

class KeepingPace implements Paced {
  pace: Pace = { speed: 1, seed: 7 };

  setSpeed(speed: number): boolean {
    this.pace = { ...this.pace, speed };
    return true;
  }
}

/** The same PBX with hooks and a pace that tell what was done to them. */
function withHooks(simulator: SimulatorPbx, handsets: Handsets, paced: Paced): Pbx {
  return {
    kind: simulator.kind,
    start: (sink) => simulator.start(sink),
    knows: (people) => simulator.knows(people),
    snapshot: () => simulator.snapshot(),
    execute: (action) => simulator.execute(action),
    handOver: (handOver) => simulator.handOver(handOver),
    unseen: (leg) => simulator.unseen(leg),
    stop: () => simulator.stop(),
    capabilities: () => simulator.capabilities(),
    handsets,
    paced,
  };
}

let pbx: SimulatorPbx;
let bench: GatewayBench;
let call: CallHandle;
let handsets: KeepingHandsets;
let origin: string;
let browsers: DeskBrowser[];

beforeEach(async () => {
  handsets = new KeepingHandsets();
  browsers = [];
  pbx = new SimulatorPbx({ people, seed: 1, clock: systemClock, script: "manual" });
  bench = new GatewayBench({ pbx: withHooks(pbx, handsets, new KeepingPace()), config: { desk: { kind: "open" } } });
  await bench.start();
  call = pbx.incoming({ to: ana.id, number: "+44155501", name: "Jane <b>Doe", queue: "support" });
  call.answer();
  origin = new URL(await bench.launcher(phoneOf.kim)).origin;
});

afterEach(async () => {
  for (const one of browsers) await one.stop();
  await bench.stop();
});

function browser(): DeskBrowser {
  const made = new DeskBrowser(origin);
  browsers.push(made);
  return made;
}

/** A desk whose agents' lights are on. */
async function lit(): Promise<DeskBrowser> {
  const desk = await browser().open();
  await desk.until(() => desk.last("light")?.lamp !== "unknown" && desk.last("light") !== undefined);
  return desk;
}

async function kimListens(how: "Visible" | "Hidden"): Promise<YealinkPhone> {
  const phone = await bench.phone(phoneOf.kim);
  await listen(phone, how);
  return phone;
}

describe("the stream", () => {
  it("begins with who it is, how things stand, the floor, and then what every panel knows", async () => {
    const light = await bench.busyLight();
    await light.until(() => light.last("/call") !== undefined);
    const desk = await browser().open();
    await desk.until(() => desk.last("push") !== undefined);
    // A light comes when its device has read it at the broker, which may be at once.
    const order = [...new Set(desk.news.map(({ type }) => type))].filter((type) => type !== "light");
    expect(order.slice(0, 5)).toEqual(["hello", "standing", "floor", "handset", "topic"]);
    expect(desk.last("hello")).toMatchObject({ calls: "simulator", gateway: "main", pace: { speed: 1, seed: 7 } });
    expect(desk.last("hello")?.phones.map(({ name, supervises, hook }) => [name, supervises, hook])).toEqual([
      ["Kim Osei", true, "drawn"],
      ["Ana Ruiz", false, "drawn"],
      ["Max Muster", true, "drawn"],
      ["Root", true, "drawn"],
    ]);
    expect(
      desk
        .last("floor")
        ?.calls[0]?.legs.map(({ name }) => name)
        .sort(),
    ).toEqual(["Ana Ruiz", "Jane <b>Doe"]);
  });

  it("gives each phone the URL that a real one has", async () => {
    const desk = await browser().open();
    await desk.until(() => desk.last("hello") !== undefined);
    expect(desk.last("hello")?.phones[0]?.url).toBe(await bench.launcher(phoneOf.kim));
  });

  it("tells a call that comes, changes and goes", async () => {
    const desk = await browser().open();
    await desk.until(() => desk.last("floor") !== undefined);
    const other = pbx.outgoing({ from: ben.id, number: "+2", name: "Joe" });
    await desk.until(() => desk.last("call")?.call.id === other.callId);
    other.answer();
    await desk.until(() => desk.last("call")?.call.heard.length === 2);
    other.hangUp();
    await desk.until(() => desk.last("call-gone")?.call === other.callId);
  });

  it("tells many changes at once as the last of them", async () => {
    const desk = await browser().open();
    await desk.until(() => desk.last("floor") !== undefined);
    const times = Array.from({ length: 100 }, (_, index) => index);
    for (const _ of times) {
      call.hold();
      call.resume();
    }
    call.hold();
    await desk.until(() => desk.last("call")?.call.legs.some(({ holding }) => holding) === true);
    expect(desk.all("call").length).toBeLessThan(10);
  });

  it("says at once that the PBX is away, and that it is back", async () => {
    const desk = await browser().open();
    await desk.until(() => desk.last("standing")?.broker === "connected");
    pbx.goAway("a cable");
    await desk.until(() => desk.last("standing")?.pbx === "away");
    pbx.comeBack();
    await desk.until(() => desk.last("standing")?.pbx === "ready");
  });

  it("is refused to a twenty-first reader until one of them goes", async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => browser().open()));
    const refused = await browser().get("/desk/stream");
    expect([refused.status, refused.text]).toEqual([503, '{"sentence":"Too many desks are open."}']);
    await all[0]?.stop();
    const again = browser();
    await expect
      .poll(
        () =>
          again
            .open()
            .then(() => true)
            .catch(() => false),
        { timeout: 10_000 },
      )
      .toBe(true);
  });

  it("attends the drawn phones while somebody reads", async () => {
    expect(handsets.attended.size).toBe(0);
    const desk = await browser().open();
    await desk.until(() => desk.last("hello") !== undefined);
    expect([...handsets.attended].sort()).toEqual(["2001", "3001", "3003", "9001"]);
    handsets.tell(ana.id, { state: "ringing", title: "Jane" });
    await desk.until(() => desk.last("handset")?.handset.title === "Jane");
    expect(desk.last("handset")?.phone).toBe(phoneOf.ana);
  });

  it("ends when the gateway stops", async () => {
    const desk = await browser().open();
    await bench.gateway.stop();
    await desk.until(() => desk.ended);
  });
});

describe("a supervision at the desk", () => {
  it("R5 visible: the agent's light shows it, confirms the notice, and every panel has it", async () => {
    const desk = await lit();
    const phone = await kimListens("Visible");
    await until(phone, /Ana Ruiz can see you/);
    await desk.until(() => desk.all("push").some(({ push }) => push.result === "confirmed"));
    await desk.until(() => desk.all("audit").some(({ row }) => row.act === "told"));
    expect(desk.last("light")).toMatchObject({ phone: phoneOf.ana, lamp: { lamp: "listen", mic: "muted" } });
    expect(desk.last("notice")).toMatchObject({ phone: phoneOf.ana, notice: { text: /Kim Osei/ } });
    expect(desk.all("topic").map(({ topic }) => topic)).toContain("earshot/agents/2001/notice");
    expect(desk.all("audit").map(({ row }) => `${row.act} ${row.outcome}`)).toEqual(["listen allowed", "told done"]);
  });

  it("R5 hidden: it is on the floor, and no light, notice or topic of the agent changes", async () => {
    const desk = await lit();
    await desk.until(() => desk.all("topic").some(({ topic }) => topic === "earshot/agents/2001/call"));
    const toAgents = (): number =>
      desk.news.filter((one) =>
        one.type === "topic" ? one.topic.includes("/agents/") : ["light", "notice", "push"].includes(one.type),
      ).length;
    const before = toAgents();
    await kimListens("Hidden");
    await desk.until(() => desk.last("call")?.call.supervisions[0]?.facts?.ear === call.agentLeg);
    expect(desk.last("call")?.call.supervisions[0]).toMatchObject({
      visibility: "hidden",
      supervisor: { name: "Kim Osei" },
    });
    await desk.until(() => desk.all("audit").some(({ row }) => row.visibility === "hidden"));
    expect(toAgents()).toBe(before);
  });

  it("the paths are those of the PBX: a muted coach is heard by nobody, an open one by the agent", async () => {
    const desk = await lit();
    const phone = await kimListens("Visible");
    await until(phone, /Ana Ruiz can see you/);
    await phone.press("Coach");
    await desk.until(() => desk.last("call")?.call.supervisions[0]?.mode === "coach");
    const voices = (): string[] => {
      const now = desk.last("call")?.call;
      const own = now?.supervisions[0]?.id;
      return now?.heard.filter(({ speaker }) => speaker === own).map(({ listener }) => listener) ?? [];
    };
    expect(voices()).toEqual([]);
    await phone.press("Unmute");
    await desk.until(() => voices().length > 0);
    expect(voices()).toEqual([call.agentLeg]);
  });

  it("a reader who comes later has the rows of before", async () => {
    await kimListens("Hidden");
    const desk = await browser().open();
    await desk.until(() => desk.last("audit")?.row.act === "listen");
    expect(desk.all("audit")).toHaveLength(1);
  });
});

describe("what the desk asks for", () => {
  const hook = `/desk/handset/${phoneOf.ana}/answer`;

  it("works the hook of a drawn phone, and says where it cannot", async () => {
    const desk = browser();
    expect((await desk.post(hook, {})).status).toBe(204);
    const refused = await desk.post(`/desk/handset/${phoneOf.ana}/hang-up`, {});
    expect([refused.status, refused.text]).toEqual([409, '{"sentence":"The phone cannot do that now."}']);
    expect(handsets.acts).toEqual(["2001 answer", "2001 hang-up"]);
  });

  it("sets the pace, and everybody is told", async () => {
    const desk = await browser().open();
    await desk.until(() => desk.last("hello") !== undefined);
    expect((await desk.post("/desk/pace", { speed: 4 })).status).toBe(204);
    await desk.until(() => desk.last("pace")?.pace.speed === 4);
  });

  it("raises a hand as the agent's own device, at the broker", async () => {
    const light = await bench.busyLight();
    const desk = await lit();
    expect((await browser().post(`/desk/help/${phoneOf.ana}`, { raised: true })).status).toBe(204);
    await light.until(() => light.heard.some(({ topic, payload }) => topic.endsWith("/help") && payload === "ON"));
    await desk.until(() => desk.last("help")?.raised === true);
    const late = await browser().open();
    await late.until(() => late.last("help")?.raised === true);
    expect(late.last("help")?.person).toBe(ana.id);
    expect((await browser().post(`/desk/help/${phoneOf.ana}`, { raised: false })).status).toBe(204);
    await late.until(() => late.last("help")?.raised === false);
    const device = await bench.busyLight();
    await device.until(() => device.heard.some(({ topic, payload }) => topic.endsWith("/help") && payload === "OFF"));
  });

  it.each([
    ["from another site", { origin: "http://evil.example", "sec-fetch-site": "cross-site" }, 403],
    ["with another origin alone", { origin: "http://evil.example", "sec-fetch-site": "" }, 403],
    ["from another site that hides its origin", { origin: "", "sec-fetch-site": "cross-site" }, 403],
    ["with an opaque origin", { origin: "null", "sec-fetch-site": "" }, 403],
    ["that says nothing of where it comes from", { origin: "", "sec-fetch-site": "" }, 403],
    ["that is no JSON", { "content-type": "text/plain" }, 415],
    ["of a form", { "content-type": "application/x-www-form-urlencoded" }, 415],
    ["to a name that is not ours", { host: "evil.example" }, 421],
  ])("is refused %s", async (_, headers, status) => {
    expect((await browser().post(hook, {}, headers)).status).toBe(status);
    expect(handsets.acts).toEqual([]);
  });

  it.each([
    ["/desk/pace", { speed: "4" }, 400],
    ["/desk/pace", { speed: 1e9 }, 400],
    ["/desk/pace", "{", 400],
    ["/desk/pace", { speed: 1, more: "x".repeat(600) }, 413],
    ["/desk/handset/805ec0aa2001/explode", {}, 400],
    ["/desk/handset/000000000000/answer", {}, 400],
    ["/desk/help/805ec0aa2001", { raised: "yes" }, 400],
  ])("is refused in a sentence where it makes no sense: %s %j", async (path, body, status) => {
    const reply = await browser().post(path, body);
    expect([reply.status, Object.keys(JSON.parse(reply.text))]).toEqual([status, ["sentence"]]);
  });

  it("nothing but the desk takes a POST: a phone's page says so as ever, in the form of whoever asks", async () => {
    const reply = await browser().post("/p/x/", {});
    expect([reply.status, reply.text]).toEqual([405, expect.stringMatching(/^[^<]+$/)]);
    const phone = await browser().post("/p/x/", {}, { "user-agent": "Yealink SIP-T46U 108.86.0.20" });
    expect([phone.status, phone.text]).toEqual([405, expect.stringContaining("YealinkIPPhone")]);
    expect((await browser().post("/desk/nothing", {})).status).toBe(405);
    expect((await browser().post("/desk/sign-in", {})).status).toBe(405);
  });

  it("another site's page may not read the stream", async () => {
    expect((await browser().get("/desk/stream", { "sec-fetch-site": "cross-site" })).status).toBe(403);
    expect((await browser().get("/desk/stream", { host: "evil.example" })).status).toBe(421);
  });
});

describe("the log", () => {
  it("has no token of a drawn phone", async () => {
    const desk = await lit();
    await kimListens("Hidden");
    await desk.post("/desk/pace", "{");
    const tokens = desk.last("hello")?.phones.map(({ url }) => url.split("/").at(-2) ?? "") ?? [];
    expect(tokens.length).toBe(4);
    expect(tokens.filter((token) => bench.lines.some((line) => line.includes(token)))).toEqual([]);
  });
});

it("without a desk in the configuration there is none", async () => {
  const plain = new GatewayBench({ pbx: new SimulatorPbx({ people, seed: 1, clock: systemClock, script: "manual" }) });
  await plain.start();
  const desk = new DeskBrowser(new URL(await plain.launcher(phoneOf.root)).origin);
  expect([(await desk.get("/")).status, (await desk.get("/desk/stream")).status]).toEqual([404, 404]);
  await desk.stop();
  await plain.stop();
});
