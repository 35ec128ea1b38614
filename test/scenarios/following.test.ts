import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../src/clock/index.ts";
import type { BrokerAccount, Party, Person } from "../../src/model/index.ts";
import { type CallHandle, SimulatorPbx } from "../../src/pbx/simulator/index.ts";
import type { YealinkPhone } from "../lab/phones/yealink.ts";
import { ana, ben, dita, kim } from "../unit/core/world.ts";
import { anaAccount, type BusyLight, GatewayBench, people, phoneOf, until } from "./bench.ts";
import { askedOfALegThatIsGone, GatedPbx } from "./gated-pbx.ts";
import { Waits } from "./waits.ts";

const ditaAccount: BrokerAccount = { username: "dita", password: "light-of-dita", agent: dita.id };
const everybody = [...people, dita];
const accounts = [anaAccount, ditaAccount];
const mqtt = { kind: "embedded", base: "earshot", listen: { host: "127.0.0.1", port: 0 }, accounts } as const;

const at = (person: Person): Party => ({ kind: "internal", person: person.id });
const outside: Party = { kind: "external", number: "+44155509", name: "Far Away" };

/** Real, but for the time that a call is looked for which has left its agent. */
let clock: Waits;
let inner: SimulatorPbx;
let pbx: GatedPbx;
let bench: GatewayBench;
let call: CallHandle;
let phone: YealinkPhone;
let light: BusyLight;
let ditas: BusyLight;
/** The listeners that had the supervisor's voice at any moment since the call left its agent. */
let leaks: Set<string>;

beforeEach(async () => {
  clock = new Waits(new Map([[12_000, 200]]));
  inner = new SimulatorPbx({ people: everybody, seed: 1, clock: systemClock, script: "manual" });
  pbx = new GatedPbx(inner);
  bench = new GatewayBench({ pbx, clock, config: { people: everybody, mqtt } });
  await bench.start();
  light = await bench.busyLight();
  ditas = await bench.busyLight(undefined, ditaAccount);
  call = inner.incoming({ to: ana.id, number: "+44155501", name: "Jane Doe" });
  call.answer();
  phone = await bench.phone(phoneOf.kim);
  leaks = new Set();
});

afterEach(() => bench.stop());

async function listen(how: "Visible" | "Hidden"): Promise<void> {
  await phone.press("Listen");
  await phone.press(how);
  await until(phone, /Nobody hears you/);
  if (how === "Visible") await until(phone, /Ana Ruiz can see you/);
}

/** Everybody on the call hears Kim, as bad as it can be when the call goes elsewhere. */
async function joinOpenly(): Promise<void> {
  await listen("Visible");
  await phone.press("Join");
  await phone.press("Unmute");
  await until(phone, /Everybody on the call hears you/);
}

const supervisor = (): string[] =>
  inner
    .hearing()
    .filter(({ listener }) => !listener.startsWith("sim-"))
    .map(({ speaker }) => speaker);
const heard = (): string[] =>
  inner
    .hearing()
    .filter(({ speaker }) => !speaker.startsWith("sim-"))
    .map(({ listener }) => listener);

/** From now on whoever gets the supervisor's voice is noted, after every event. */
function watch(): void {
  pbx.onEvent = () => {
    for (const listener of heard()) leaks.add(listener);
  };
}

const lampOf = (one: BusyLight): unknown => one.last("/lamp");
const noticesOf = (one: BusyLight): string[] =>
  one.heard.filter(({ topic }) => topic.endsWith("/notice")).map(({ payload }) => JSON.parse(payload).text);

async function rows(): Promise<readonly string[]> {
  const all = await bench.gateway.audit({ limit: 1_000 });
  return all.map(({ act, outcome, agent, mode, mic, ending }) =>
    [act, outcome, agent, mode, mic, ending].filter(Boolean).join(" "),
  );
}

describe("R18 a call that is transferred inside the rights", () => {
  it("is followed in a muted listen: nobody hears the supervisor without a new press, and the page says so", async () => {
    await joinOpenly();
    call.transfer(at(dita));
    watch();
    await until(phone, /The call has left Ana Ruiz/);
    expect(phone.keys()).toEqual(["Leave"]);
    expect(supervisor()).toEqual([]);
    call.answer();
    await until(phone, /Transferred: you now hear Dita Novak/);
    expect(phone.title()).toBe("Listening to Dita Novak");
    expect(phone.text()).toMatch(/Nobody hears you/);
    expect(supervisor().sort()).toEqual([call.agentLeg, call.otherLeg].sort());
    expect([...leaks]).toEqual([]);

    await phone.press("Coach");
    expect(phone.text()).not.toMatch(/Transferred/);
    await phone.press("Unmute");
    await until(phone, /Dita Novak hears you/);
    expect(heard()).toEqual([call.agentLeg]);
  });

  it("is followed too where the PBX says that the leg is gone before its event tells where to", async () => {
    await askedOfALegThatIsGone(pbx, phone);
    pbx.unfail("attach-ear");
    call.transfer(at(dita));
    await until(phone, /The call has left Ana Ruiz/);
    await expect.poll(() => clock.over, { timeout: 5_000 }).toContain(1_000);
    call.answer();
    await until(phone, /Transferred: you now hear Dita Novak/);
  });

  it("ends in one sentence where the PBX says that the leg is gone, and no event tells where to", async () => {
    await askedOfALegThatIsGone(pbx, phone);
    await until(phone, /The call of Ana Ruiz is over/);
    expect(phone.text()).not.toMatch(/This call is over/);
  });

  it("R5 the new agent is told before the first audio, and the lamp of the one before loses the name", async () => {
    await joinOpenly();
    call.transfer(at(dita));
    await light.until(() => (lampOf(light) as { lamp?: string }).lamp === "off");
    expect(lampOf(ditas)).toMatchObject({ lamp: "off", supervisors: [] });
    call.answer();
    await until(phone, /Dita Novak can see you/);
    expect(lampOf(ditas)).toMatchObject({ lamp: "listen", mic: "muted", supervisors: [{ name: kim.name }] });
    expect(noticesOf(ditas)).toEqual(["Kim Osei listens to your call."]);
    expect(lampOf(light)).toMatchObject({ lamp: "off", supervisors: [] });
  });

  it("R5 nothing is attached at the new agent while the news to them is not out", async () => {
    await listen("Visible");
    await ditas.stop();
    call.transfer(at(dita));
    call.answer();
    await until(phone, /Transferred: you now hear Dita Novak/);
    const all = await bench.gateway.audit({ limit: 1_000 });
    expect(all.find(({ act, agent }) => act === "followed" && agent === dita.id)).toMatchObject({
      outcome: "allowed",
      leg: call.agentLeg,
      visibility: "visible",
    });
    await until(phone, /None of Dita Novak's devices has confirmed/);
  });

  it("R5 hidden stays hidden: no device of either agent learns anything", async () => {
    await listen("Hidden");
    const before = [light.heard.length, ditas.heard.length];
    call.transfer(at(dita));
    call.answer();
    await until(phone, /Transferred: you now hear Dita Novak/);
    expect(phone.text()).toMatch(/Hidden: Dita Novak is not told/);
    const said = [...light.heard.slice(before[0]), ...ditas.heard.slice(before[1])].map(({ topic }) => topic);
    expect(said.filter((topic) => !topic.endsWith("/call"))).toEqual([]);
    expect(pbx.asked.findLast(({ type }) => type === "attach-ear")).toMatchObject({ agent: dita.id, unseen: true });
  });

  it("R5 hidden waits a moment where the PBX cannot tell yet whether it would show", async () => {
    await listen("Hidden");
    const unseen = pbx.unseen.bind(pbx);
    let asked = 0;
    pbx.unseen = async (leg) => {
      asked += 1;
      return asked < 3 ? { ok: false, code: "trace-uncertain", detail: "the leg is in no bridge" } : unseen(leg);
    };
    call.transfer(at(dita));
    call.answer();
    await until(phone, /Transferred: you now hear Dita Novak/);
    expect(asked).toBe(3);
  });

  it("R5 hidden ends, in words, where it would show at the new place", async () => {
    await listen("Hidden");
    call.transfer(at(dita));
    call.reroute("native");
    call.answer();
    await until(phone, /Ended, so that nothing shows/);
    expect(supervisor()).toEqual([]);
  });

  it("an attended transfer is followed too, and the consultation before it was never heard", async () => {
    await listen("Visible");
    call.hold();
    const consultation = inner.internal({ from: ana.id, to: dita.id });
    consultation.answer();
    const consulted: string[] = [];
    pbx.onEvent = () => consulted.push(...supervisor().filter((speaker) => speaker.startsWith(consultation.callId)));
    inner.incoming({ to: ben.id, number: "1", name: "" });
    expect(supervisor()).toEqual([call.otherLeg]);
    call.join(consultation);
    expect(consulted).toEqual([]);
    await until(phone, /Transferred: you now hear Dita Novak/);
    expect(supervisor().sort()).toEqual([call.agentLeg, call.otherLeg].sort());
  });

  it("a call that is parked is silent, and followed when it is taken up", async () => {
    await listen("Visible");
    call.park();
    await until(phone, /Waiting for whoever takes it/);
    expect(supervisor()).toEqual([]);
    call.transfer(at(dita));
    call.answer();
    await until(phone, /Transferred: you now hear Dita Novak/);
  });

  it("an agent who takes their own parked call again is told again", async () => {
    await listen("Visible");
    call.park();
    await until(phone, /Waiting for whoever takes it/);
    call.transfer(at(ana));
    call.answer();
    await until(phone, /Transferred: you now hear Ana Ruiz/);
    await until(phone, /Ana Ruiz can see you/);
    expect(noticesOf(light)).toEqual(["Kim Osei listens to your call.", "Kim Osei listens to your call."]);
  });

  it("a conference by the PBX goes on at the agent, and then at whoever is left of it", async () => {
    await listen("Visible");
    call.add(at(dita));
    await until(phone, /Listening to Ana Ruiz/);
    call.leave();
    await until(phone, /Transferred: you now hear Dita Novak/);
  });
});

describe("R18 a call that goes where the supervisor may not hear it", () => {
  it("to another team, ends in words, and nothing of it was heard", async () => {
    await joinOpenly();
    call.transfer(at(ben));
    watch();
    call.answer();
    await until(phone, /You may not hear where the call of Ana Ruiz went/);
    expect([...leaks, ...supervisor()]).toEqual([]);
    expect(pbx.asked.filter((action) => "agent" in action && action.agent === ben.id)).toEqual([]);
    await expect.poll(rows).toContain("ended ended 2001 listen muted not-allowed");
  });

  it("to an external number, ends in words", async () => {
    await listen("Visible");
    call.transfer(outside);
    await until(phone, /Waiting for whoever takes it/);
    call.answer();
    await until(phone, /The call of Ana Ruiz went to somebody outside/);
  });

  it("to a supervisor who is hidden, ends in words before they answer", async () => {
    await listen("Hidden");
    call.transfer(at(kim));
    await until(phone, /You may not hear where the call of Ana Ruiz went/);
  });

  it("to a voicemail or fax, ends in words", async () => {
    await listen("Visible");
    call.leave();
    await until(phone, /Waiting for whoever takes it/);
    await until(phone, /The call of Ana Ruiz went on without an agent/);
  });

  it("to a queue where nobody is free: the PBX is asked before it is called lost", async () => {
    await listen("Visible");
    const snapshot = pbx.snapshot.bind(pbx);
    // No event told that it is a queue where the caller is.
    pbx.snapshot = async () => {
      call.park();
      await snapshot();
    };
    call.leave();
    await until(phone, /Waiting for whoever takes it/);
    await expect.poll(() => inner.hearing().length).toBe(0);
    call.transfer(at(dita));
    call.answer();
    await until(phone, /Transferred: you now hear Dita Novak/);
  });
});

describe("R18 while the call is between two agents", () => {
  it("nothing can be pressed that opens, and the page says why", async () => {
    await listen("Visible");
    const coach = phone.keyUrl("Coach") ?? "";
    call.park();
    await until(phone, /Waiting for whoever takes it/);
    await phone.get(coach);
    expect(phone.keys()).toEqual(["Leave"]);
    call.transfer(at(dita));
    call.answer();
    await until(phone, /Transferred: you now hear Dita Novak/);
    await phone.get(coach);
    expect(phone.title()).toBe("Listening to Dita Novak");
  });

  it("Leave leaves", async () => {
    await listen("Visible");
    call.park();
    await until(phone, /Waiting for whoever takes it/);
    await phone.press("Leave");
    expect(phone.text()).toMatch(/You have left the call of Ana Ruiz/);
    call.transfer(at(dita));
    call.answer();
    expect(supervisor()).toEqual([]);
    expect(await rows()).not.toContainEqual(expect.stringMatching(/^followed/));
  });

  it("an Unmute that waits for its row opens nothing once the call has gone", async () => {
    await listen("Visible");
    await phone.press("Coach");
    watch();
    const pressed = phone.press("Unmute");
    call.transfer(at(dita));
    call.answer();
    await pressed;
    await until(phone, /you now hear Dita Novak/);
    expect(heard()).toEqual([]);
    expect([...leaks].filter((listener) => listener !== `${call.callId}.2`)).toEqual([]);
  });
});

describe("R18 a second leg of the agent's phone", () => {
  it("holds Coach and Join at muted until it is gone, and the page says why", async () => {
    await joinOpenly();
    call.secondLeg(true);
    await until(phone, /Ana Ruiz's phone has a second call and could pass your voice on/);
    expect(heard()).toEqual([]);
    await phone.press("Unmute");
    expect(phone.text()).toMatch(/^The agent's phone has a second call and could pass your voice on/);
    expect(heard()).toEqual([]);
    await phone.press("Coach");
    expect(phone.title()).toBe("Coaching Ana Ruiz");
    call.secondLeg(false);
    await until(phone, /Coaching Ana Ruiz\n(?!.*second call)/);
    expect(heard()).toEqual([]);
    await phone.press("Unmute");
    await until(phone, /Ana Ruiz hears you/);
  });

  it("counts from its first ringing, on a call of its own too", async () => {
    await joinOpenly();
    const second = inner.incoming({ to: ana.id, number: "2", name: "" });
    await until(phone, /second call/);
    expect(heard()).toEqual([]);
    second.hangUp();
    await phone.press("Unmute");
    await until(phone, /Everybody on the call hears you/);
  });
});
