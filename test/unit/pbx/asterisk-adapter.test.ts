import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../../src/clock/index.js";
import type {
  ActionResult,
  AsteriskConfig,
  Clock,
  Extension,
  LegId,
  Log,
  Person,
  PersonId,
  Reach,
  SupervisionId,
} from "../../../src/model/index.js";
import { AsteriskPbx } from "../../../src/pbx/asterisk/index.js";
import { tagOf } from "../../../src/pbx/asterisk/own-names.js";
import { type PbxRecorder, recordPbx } from "../../contract/pbx-recorder.ts";
import { VirtualClock } from "../virtual-clock.ts";
import { FakeAri } from "./fake-ari.ts";

const ANA = "2001" as PersonId;
const SUPERVISION = "supervision0000000001" as SupervisionId;
const AGENT_LEG = "1.2" as LegId;
const PASSWORD = "s3cr3t-of-the-test";
const people: readonly Person[] = ["2001", "2002", "3001"].map((extension) => ({
  id: extension as PersonId,
  extension: extension as Extension,
  name: extension,
  role: "team-manager",
  teams: [],
}));

/** The system's clock, and what waits on it for exactly so long: a test need not wait. */
function ticking(): { readonly clock: Clock; readonly due: (ms: number) => (() => void)[] } {
  const ticks = new Set<{ readonly ms: number; readonly run: () => void }>();
  const after: Clock["after"] = (ms, run) => {
    const tick = {
      ms,
      run: () => {
        if (ticks.delete(tick)) run();
      },
    };
    ticks.add(tick);
    const cancel = systemClock.after(ms, tick.run);
    return () => {
      ticks.delete(tick);
      cancel();
    };
  };
  const due = (ms: number) => [...ticks].filter((tick) => tick.ms === ms).map(({ run }) => run);
  return { clock: { now: () => Date.now(), after }, due };
}

/** The adapter against the wire protocol, where a race or a fault has to happen on purpose. */
describe("the Asterisk adapter on the wire", () => {
  let ari: FakeAri;
  let url: string;
  let pbx: AsteriskPbx;
  let recorder: PbxRecorder;
  let lines: string[];

  beforeEach(async () => {
    ari = new FakeAri();
    url = await ari.start();
    lines = [];
    recorder = recordPbx(5_000);
    pbx = adapter(systemClock);
  });

  afterEach(async () => {
    await pbx.stop();
    await ari.stop();
  });

  function adapter(clock: Clock, contexts = false): AsteriskPbx {
    const say = (about: object, sentence: string) => void lines.push(`${sentence} ${JSON.stringify(about)}`);
    const log: Log = { info: say, warn: say, error: say };
    const account = { url, username: "earshot", password: PASSWORD };
    const config: AsteriskConfig = { kind: "asterisk", ari: account, endpoint: "PJSIP/{extension}" };
    return new AsteriskPbx({ config, people, gateway: "gw", clock, log, contexts });
  }

  async function start(): Promise<void> {
    await pbx.start(recorder.sink);
    await recorder.until("a snapshot", ({ there }) => there || undefined);
  }

  /** A customer talks to 2001. */
  function aCall(): void {
    ari.add("1.1", "PJSIP/trunk-00000001", { caller: { name: "Carla", number: "+49301" } });
    ari.add(AGENT_LEG, "PJSIP/2001-00000002", { linkedid: "1.1" });
    ari.join("talk", "1.1", AGENT_LEG);
  }

  function ownIds(part: RegExp): string[] {
    return [...ari.channels.keys(), ...ari.bridges.keys()].filter((id) => id.startsWith("es-") && part.test(id));
  }

  it("whoever is added or removed is known by their device at once, in the calls that live", async () => {
    aCall();
    await start();
    const partyOf = () => [...recorder.picture().calls.values()][0]?.legs.find(({ id }) => id === AGENT_LEG)?.party;
    expect(partyOf()).toEqual({ kind: "internal", person: ANA });
    pbx.knows(people.filter(({ id }) => id !== ANA));
    await recorder.until("the call without her", () => (partyOf()?.kind === "internal" ? undefined : true));
    const nora = { ...(people[0] as Person), id: "nora" as PersonId };
    pbx.knows([nora]);
    await recorder.until("the call as hers", () => {
      const party = partyOf();
      return party?.kind === "internal" && party.person === "nora" ? true : undefined;
    });
  });

  it("the lamp of an extension is a device state, by the name that the hint watches; away it is refused", async () => {
    const anas = "2001" as Extension;
    expect(await pbx.lamp(anas, "any", true)).toMatchObject({ ok: false, code: "pbx-away" });
    await start();
    expect(await pbx.lamp(anas, "any", true)).toEqual({ ok: true });
    expect(await pbx.lamp(anas, "any", false)).toEqual({ ok: true });
    expect(await pbx.lamp(anas, "coach", true)).toEqual({ ok: true });
    const states = ari.requests.filter((line) => line.includes("deviceStates"));
    expect(states).toEqual([
      "PUT /deviceStates/Stasis%3Alamp2001?deviceState=INUSE",
      "PUT /deviceStates/Stasis%3Alamp2001?deviceState=NOT_INUSE",
      "PUT /deviceStates/Stasis%3Alamp2001-coach?deviceState=INUSE",
    ]);
    const mend = ari.fail(/deviceStates/, 404);
    expect(await pbx.lamp(anas, "any", true)).toMatchObject({ ok: false, code: "pbx-failed" });
    mend();
  });

  /** Where the supervisor's phone is registered. */
  function contact(): void {
    ari.variables.set("PJSIP_ENDPOINT(3001,aors)", "3001");
    ari.variables.set("PJSIP_AOR(3001,contact)", "3001;@1");
    ari.variables.set("PJSIP_CONTACT(3001;@1,uri)", "sip:3001@192.0.2.7:5060");
  }

  function ring(): Promise<ActionResult> {
    const phone = { extension: "3001" as Extension, from: "192.0.2.7", mac: "805ec0000001", answer: "ring" } as const;
    return pbx.execute({ type: "ring", supervision: SUPERVISION, ...phone });
  }

  async function listening(): Promise<void> {
    aCall();
    await recorder.until("the call", ({ calls }) => ([...calls.values()][0]?.legs.length === 2 ? true : undefined));
    contact();
    expect(await ring()).toEqual({ ok: true });
    ari.answer(ownIds(/-leg$/)[0] ?? "");
    await recorder.until("up", ({ facts }) => (facts.get(SUPERVISION)?.leg === "up" ? true : undefined));
    const attach = { type: "attach-ear", supervision: SUPERVISION, leg: AGENT_LEG, agent: ANA, unseen: false } as const;
    expect(await pbx.execute(attach)).toEqual({ ok: true });
  }

  function open(reach: Reach): Promise<ActionResult> {
    return pbx.execute({ type: "open-mouth", supervision: SUPERVISION, leg: AGENT_LEG, agent: ANA, reach });
  }

  function close(): Promise<ActionResult> {
    return pbx.execute({ type: "close-mouth", supervision: SUPERVISION });
  }

  async function noMouth(): Promise<void> {
    const gone = () => (ownIds(/-(agent|everyone|voice)-/).length === 0 ? true : undefined);
    await expect.poll(gone, { timeout: 5_000 }).toBe(true);
    expect(recorder.picture().facts.get(SUPERVISION)?.mouth).toBeUndefined();
  }

  it("where nobody wants digits the PBX is asked to send none: callers' card numbers are among them", async () => {
    await start();
    const filter = [...ari.bodies].find(([line]) => line.includes("/eventFilter"))?.[1] ?? "";
    expect(filter).toContain("ChannelDtmfReceived");
  });

  it.each([
    ["are never supervised the PBX is asked for every step of the dialplan", true],
    ["count for nothing it is asked for none", false],
  ])("R20 where contexts %s", async (_, contexts) => {
    pbx = adapter(systemClock, contexts);
    await start();
    const filter = [...ari.bodies].find(([line]) => line.includes("/eventFilter"))?.[1] ?? "";
    expect(filter.includes("ChannelDialplan")).toBe(!contexts);
  });

  it("of digits those on a supervision leg alone are read", async () => {
    const told: unknown[] = [];
    pbx.keypad.follow((supervision, digit) => told.push([supervision, digit]));
    await start();
    await listening();
    const filter = [...ari.bodies].find(([line]) => line.includes("/eventFilter"))?.[1] ?? "";
    expect(filter).not.toContain("ChannelDtmfReceived");
    const digit = (id: string, digit: string) => ari.send("ChannelDtmfReceived", { channel: { id }, digit });
    ["1.1", AGENT_LEG, ownIds(/-ear-/)[0] ?? "", "unknown"].map((id) => digit(id, "5"));
    digit(ownIds(/-leg$/)[0] ?? "", "55");
    digit(ownIds(/-leg$/)[0] ?? "", "*");
    await expect.poll(() => told).toEqual([[SUPERVISION, "*"]]);
    expect(lines.join("\n")).not.toMatch(/DtmfReceived/);
  });

  it("close-mouth wins over an open-mouth whose snoop hangs, and what comes of it later is taken away", async () => {
    await start();
    await listening();
    const held = ari.hold(/^POST .*\/snoop\/.*-everyone-/);
    const opening = open("everyone");
    await held.reached;
    expect(await close()).toEqual({ ok: true });
    held.release();
    expect(await opening).toMatchObject({ ok: false });
    await noMouth();
    expect(ari.requests.some((line) => line.includes("addChannel") && line.includes("-everyone-"))).toBe(false);
  });

  it("close-mouth wins over an open-mouth that hangs at the last step", async () => {
    await start();
    await listening();
    const held = ari.hold(/addChannel.*-everyone-/);
    const opening = open("everyone");
    await held.reached;
    expect(await close()).toEqual({ ok: true });
    held.release();
    expect(await opening).toMatchObject({ ok: false });
    await noMouth();
  });

  it("a snoop that the PBX makes only after nobody waits for it any more is taken away on sight", async () => {
    await start();
    await listening();
    const held = ari.hold(/^POST .*\/snoop\/.*-everyone-/);
    const opening = open("everyone");
    await held.reached;
    expect(await opening).toMatchObject({ ok: false, code: "pbx-failed" });
    held.release();
    await expect.poll(() => ari.created.some((id) => id.includes("-everyone-"))).toBe(true);
    await noMouth();
  });

  it("from everyone to agent: the wide snoop goes even when the narrow one cannot be made", async () => {
    await start();
    await listening();
    expect(await open("everyone")).toEqual({ ok: true });
    const held = ari.hold(/^POST .*\/snoop\/.*-agent-/);
    const narrowing = open("agent");
    await held.reached;
    await expect.poll(() => ownIds(/-everyone-/)).toEqual([]);
    await close();
    held.release();
    await narrowing;
    await noMouth();
  });

  it("end is done while another request hangs", async () => {
    await start();
    await listening();
    const held = ari.hold(/^POST .*\/snoop\//);
    const opening = open("everyone");
    await held.reached;
    expect(await pbx.execute({ type: "end", supervision: SUPERVISION, ending: "left" })).toEqual({ ok: true });
    expect(recorder.picture().endings.get(SUPERVISION)).toBe("left");
    held.release();
    await opening;
    await expect.poll(() => ownIds(/./)).toEqual([]);
  });

  it("a mouth is refused where the PBX names another endpoint for the leg", async () => {
    await start();
    await listening();
    const leg = ari.channels.get(AGENT_LEG);
    if (leg !== undefined) leg.name = "PJSIP/2002-00000009";
    expect(await open("agent")).toMatchObject({ ok: false, code: "leg-uncertain" });
    await noMouth();
  });

  it.each(["ChannelConnectedLine", "ChannelStateChange", "ChannelCallerId"])(
    "a %s that shows another endpoint on the leg closes mouth and ear",
    async (type) => {
      await start();
      await listening();
      expect(await open("agent")).toEqual({ ok: true });
      const leg = ari.channels.get(AGENT_LEG);
      if (leg !== undefined) leg.name = "PJSIP/2002-00000009";
      ari.tell(type, AGENT_LEG);
      await recorder.until("nothing", ({ facts }) => (facts.get(SUPERVISION)?.ear === undefined ? true : undefined));
      await noMouth();
    },
  );

  it("R18 another channel of the agent's device takes the mouth at once, its bridge first, and the ear goes on", async () => {
    await start();
    await listening();
    expect(await open("agent")).toEqual({ ok: true });
    const before = ari.requests.length;
    ari.add("7.7", "PJSIP/2001-0000000a", { linkedid: "7.7" });
    await noMouth();
    const [first] = ari.requests.slice(before);
    expect(first).toMatch(/^DELETE \/bridges\/es-.*-mouthbridge-/);
    const second = recorder.until(
      "a second leg",
      ({ calls }) =>
        [...calls.values()].some(({ legs }) => legs.some((leg) => leg.id === AGENT_LEG && leg.second)) || undefined,
    );
    expect(await second).toBe(true);
    expect(recorder.picture().facts.get(SUPERVISION)).toEqual({ id: SUPERVISION, leg: "up", ear: AGENT_LEG });
  });

  it("R18 the agent's phone that only presses the key of a lamp takes no mouth, from its beginning to its end", async () => {
    await start();
    await listening();
    expect(await open("agent")).toEqual({ ok: true });
    const before = ari.requests.length;
    ari.add("7.7", "PJSIP/2001-0000000a", { linkedid: "7.7", state: "Ring", exten: "lamp2001" });
    ari.tell("ChannelUserevent", "7.7", { eventname: "EarshotHand", userevent: {} });
    ari.tell("ChannelHangupRequest", "7.7");
    ari.remove("7.7");
    ari.add("7.8", "PJSIP/trunk-0000000b", { linkedid: "7.8" });
    ari.add("7.9", "PJSIP/2002-0000000c", { linkedid: "7.8" });
    ari.join("aside", "7.8", "7.9");
    await recorder.until("a later call", ({ calls }) => (calls.size > 1 ? true : undefined));
    // It is still there: opened again, nothing has to be made.
    expect(await open("agent")).toEqual({ ok: true });
    expect(ari.requests.slice(before).filter((line) => /^(?:POST|DELETE) /.test(line))).toEqual([]);
    expect(recorder.picture().facts.get(SUPERVISION)?.mouth).toMatchObject({ reach: "agent" });
  });

  it("R4 R8 the ear speaks to nobody, coach towards the agent alone, join both ways; neither mouth listens", async () => {
    await start();
    await listening();
    expect(await open("agent")).toEqual({ ok: true });
    expect(await open("everyone")).toEqual({ ok: true });
    const snoops = ari.requests.flatMap((line) => {
      const [, target, part, query] =
        /^POST \/channels\/([^/]+)\/snoop\/es-[^?]*-(ear|agent|everyone)-[^?]*\?(.*)$/.exec(line) ?? [];
      const { spy, whisper } = Object.fromEntries(new URLSearchParams(query));
      return part === undefined ? [] : [`${part} on ${target}: hears ${spy}, speaks ${whisper}`];
    });
    expect(snoops).toEqual([
      `ear on ${AGENT_LEG}: hears both, speaks none`,
      `agent on ${AGENT_LEG}: hears none, speaks out`,
      `everyone on ${AGENT_LEG}: hears none, speaks both`,
    ]);
  });

  it("muted means that the PBX has nothing left of the mouth, and that the ear goes on", async () => {
    await start();
    await listening();
    expect(await open("everyone")).toEqual({ ok: true });
    expect(await close()).toEqual({ ok: true });
    expect(ownIds(/-everyone-/)).toEqual([]);
    await noMouth();
    expect(recorder.picture().facts.get(SUPERVISION)).toEqual({ id: SUPERVISION, leg: "up", ear: AGENT_LEG });
  });

  it("R21 the supervisor's leg is rung without a name or a number", async () => {
    await start();
    await listening();
    const rung = ari.requests.find((line) => /^POST \/channels\/[^/]+-leg\?/.test(line)) ?? "";
    expect(new URL(rung.split(" ")[1] ?? "", "http://ari").searchParams.get("callerId")).toBe("earshot <>");
  });

  it("the lease of a supervision's leg is renewed again and again, and no more once it has ended", async () => {
    const { clock, due } = ticking();
    pbx = adapter(clock);
    await start();
    await listening();
    const renewal = /-leg\/variable\?variable=TIMEOUT\(absolute\)&value=90$/;
    const renewals = () => ari.requests.filter((line) => renewal.test(decodeURIComponent(line))).length;
    for (const times of [1, 2, 3]) {
      await expect.poll(renewals).toBe(times);
      await expect.poll(() => due(20_000).length).toBe(1);
      for (const run of due(20_000)) run();
    }
    await expect.poll(() => due(20_000).length).toBe(1);
    await pbx.execute({ type: "end", supervision: SUPERVISION, ending: "left" });
    expect(due(20_000)).toEqual([]);
  });

  it("an endpoint that changes without any event is noticed while the mouth is open", async () => {
    const { clock, due } = ticking();
    pbx = adapter(clock);
    await start();
    await listening();
    expect(await open("agent")).toEqual({ ok: true });
    const leg = ari.channels.get(AGENT_LEG);
    if (leg !== undefined) leg.name = "PJSIP/2002-00000009";
    for (const run of due(2_000)) run();
    await recorder.until("no mouth", ({ facts }) => (facts.get(SUPERVISION)?.mouth === undefined ? true : undefined));
  });

  it("R21 a channel in our bridge that we did not put there ends the supervision as intruder, and is left alone", async () => {
    await start();
    await listening();
    expect(await open("everyone")).toEqual({ ok: true });
    ari.add("9.9", "PJSIP/stranger-00000010");
    ari.join(ownIds(/-earbridge$/)[0] ?? "", "9.9");
    expect(await recorder.until("the end", ({ endings }) => endings.get(SUPERVISION))).toBe("intruder");
    await expect.poll(() => ownIds(/./)).toEqual([]);
    expect(ari.channels.has("9.9")).toBe(true);
    expect(ari.requests.filter((line) => line.startsWith("DELETE") && line.includes("9.9"))).toEqual([]);
  });

  it("R21 hold on the supervisor's leg takes mouth and ear at once; resume brings neither back", async () => {
    await start();
    await listening();
    await open("everyone");
    const leg = ownIds(/-leg$/)[0] ?? "";
    ari.tell("ChannelHold", leg);
    await recorder.until("held and cut", ({ facts }) => {
      const now = facts.get(SUPERVISION);
      return now?.leg === "held" && now.ear === undefined && now.mouth === undefined ? true : undefined;
    });
    await noMouth();
    expect(await open("everyone")).toMatchObject({ ok: false });
    ari.tell("ChannelUnhold", leg);
    await recorder.until("up", ({ facts }) => (facts.get(SUPERVISION)?.leg === "up" ? true : undefined));
    expect(recorder.picture().facts.get(SUPERVISION)).toEqual({ id: SUPERVISION, leg: "up" });
  });

  it("ApplicationReplaced: stops acting, says so, does not come back, and leaves everything to the other", async () => {
    await start();
    await listening();
    await open("agent");
    ari.send("ApplicationReplaced");
    await recorder.until("away", ({ there }) => (there ? undefined : true));
    const asked = ari.requests.length;
    expect(await open("everyone")).toMatchObject({ ok: false, code: "pbx-away" });
    // What is at the PBX is the other's to close, too: it may have opened it.
    expect(await close()).toMatchObject({ ok: false, code: "pbx-away" });
    const end = { type: "end", supervision: SUPERVISION, ending: "left" } as const;
    expect(await pbx.execute(end)).toMatchObject({ ok: false, code: "pbx-away" });
    await pbx.stop();
    expect(ari.requests.slice(asked)).toEqual([]);
    expect(ari.requests.filter((line) => line.startsWith("UPGRADE"))).toHaveLength(1);
    expect(ownIds(/-(leg|ear|agent)/)).toHaveLength(4);
    expect(lines.join("\n")).toContain("another gateway has taken over");
  });

  it("a mouth that the PBX no longer has is reported gone, though no event tells it", async () => {
    await start();
    await listening();
    expect(await open("agent")).toEqual({ ok: true });
    for (const id of ownIds(/-(agent|voice)-/)) ari.lose(id);
    expect(await close()).toEqual({ ok: true });
    expect(recorder.picture().facts.get(SUPERVISION)).toEqual({ id: SUPERVISION, leg: "up", ear: AGENT_LEG });
  });

  /** Loses the connection; what `meanwhile` does is seen by the lists alone. */
  async function away(meanwhile: () => void): Promise<void> {
    ari.drop();
    await recorder.until("away", ({ there }) => (there ? undefined : true));
    meanwhile();
    await recorder.until("back", ({ there }) => there || undefined);
  }

  it.each([
    ["a stranger in our bridge", () => ari.join(ownIds(/-earbridge$/)[0] ?? "", "9.9")],
    ["our leg in a stranger's bridge", () => ari.join("strange", "9.9", ownIds(/-leg$/)[0] ?? "")],
  ])("R21 %s since the connection was lost ends the supervision as intruder", async (_what, intrude) => {
    await start();
    await listening();
    ari.add("9.9", "PJSIP/stranger-00000010");
    const held = ari.hold(/^DELETE .*-leg$/);
    await away(intrude);
    await held.reached;
    held.release();
    expect(await recorder.until("the end", ({ endings }) => endings.get(SUPERVISION))).toBe("intruder");
    await expect.poll(() => ownIds(/./)).toEqual([]);
    expect(ari.channels.has("9.9")).toBe(true);
  });

  it("R21 a stranger who came and went while the lists were read ends the supervision as intruder", async () => {
    await start();
    await listening();
    ari.drop();
    await recorder.until("away", ({ there }) => (there ? undefined : true));
    const held = ari.hold(/^GET \/bridges/);
    await held.reached;
    ari.add("9.9", "PJSIP/stranger-00000010");
    ari.join(ownIds(/-earbridge$/)[0] ?? "", "9.9");
    ari.remove("9.9");
    held.release();
    expect(await recorder.until("the end", ({ endings }) => endings.get(SUPERVISION))).toBe("intruder");
    await expect.poll(() => ownIds(/./)).toEqual([]);
  });

  it("R21 a gateway that starts anew and finds a stranger in a bridge of its own ends the supervision", async () => {
    const leg = `es-${tagOf("gw")}-${SUPERVISION}`;
    aCall();
    ari.add(`${leg}-leg`, "PJSIP/3001-00000009", { app: "Stasis" });
    ari.add("9.9", "PJSIP/stranger-00000010");
    ari.join(`${leg}-earbridge`, `${leg}-leg`, "9.9");
    await start();
    expect(await recorder.until("the end", ({ endings }) => endings.get(SUPERVISION))).toBe("intruder");
    await expect.poll(() => ownIds(/./)).toEqual([]);
  });

  it("a supervisor's leg that went while the connection was lost leaves nothing behind", async () => {
    await start();
    await listening();
    await away(() => ari.remove(ownIds(/-leg$/)[0] ?? ""));
    expect(await recorder.until("the end", ({ endings }) => endings.get(SUPERVISION))).toBe("lost");
    await expect.poll(() => ownIds(/./)).toEqual([]);
  });

  it("a ring of which nothing was ever heard is over after the lists have been read again", async () => {
    await start();
    aCall();
    await recorder.until("the call", ({ calls }) => ([...calls.values()][0]?.legs.length === 2 ? true : undefined));
    contact();
    const send = ari.send.bind(ari);
    ari.send = () => undefined;
    expect(await ring()).toEqual({ ok: true });
    await away(() => ari.remove(ownIds(/-leg$/)[0] ?? ""));
    expect(await recorder.until("the end", ({ endings }) => endings.get(SUPERVISION))).toBe("lost");
    ari.send = send;
    expect(await ring()).toEqual({ ok: true });
    expect(ownIds(/-leg$/)).toHaveLength(1);
  });

  it("an event that comes after its channel was destroyed does not bring the channel back", async () => {
    await start();
    await listening();
    expect(await open("agent")).toEqual({ ok: true });
    const [snoop = ""] = ownIds(/-agent-/);
    const [bridge = ""] = ownIds(/-mouthbridge-/);
    const ghost = { ...ari.channels.get(snoop), creationtime: "2026-11-22T21:40:37.807+0000" };
    ari.remove(snoop);
    await noMouth();
    ari.send("ChannelEnteredBridge", {
      channel: ghost,
      bridge: { id: bridge, bridge_type: "mixing", channels: [snoop] },
    });
    ari.send("ChannelStateChange", { channel: ghost });
    const asked = ari.requests.length;
    ari.add("7.1", "PJSIP/trunk-00000007");
    ari.add("7.2", "PJSIP/2002-00000008", { linkedid: "7.1" });
    ari.join("later", "7.1", "7.2");
    await recorder.until("the later call", ({ calls }) => (calls.size === 2 ? true : undefined));
    expect(recorder.picture().facts.get(SUPERVISION)?.mouth).toBeUndefined();
    expect(await close()).toEqual({ ok: true });
    expect(ari.requests.slice(asked).filter((line) => line.includes(snoop))).toEqual([]);
  });

  it("after a lost connection a full snapshot comes first, and the mouth was closed meanwhile", async () => {
    await start();
    await listening();
    await open("everyone");
    const before = recorder.events.length;
    ari.drop();
    await recorder.until("away", ({ there }) => (there ? undefined : true));
    await recorder.until("back", ({ there }) => there || undefined);
    const standing = recorder.events.slice(before).find(({ type }) => type === "pbx-away" || type === "pbx-snapshot");
    expect(standing?.type).toBe("pbx-away");
    await noMouth();
    expect(recorder.picture().facts.get(SUPERVISION)).toEqual({ id: SUPERVISION, leg: "up", ear: AGENT_LEG });
  });

  it("events that arrive while the lists are read are not lost", async () => {
    const held = ari.hold(/^GET \/bridges/);
    await pbx.start(recorder.sink);
    await held.reached;
    aCall();
    ari.remove("1.1");
    ari.remove(AGENT_LEG);
    ari.add("2.1", "PJSIP/trunk-00000003", { caller: { name: "Late", number: "1" } });
    ari.add("2.2", "PJSIP/2001-00000004", { linkedid: "2.1" });
    ari.join("other", "2.1", "2.2");
    held.release();
    await recorder.until("a snapshot", ({ there }) => there || undefined);
    const [first] = recorder.events;
    expect(first).toMatchObject({ type: "pbx-snapshot", snapshot: { calls: [{ id: "2.1" }] } });
  });

  it("an unknown or broken event is logged once and left out", async () => {
    await start();
    for (let count = 0; count < 3; count += 1) ari.send("ChannelOfTomorrow", { channel: { id: 5 } });
    ari.send("ChannelStateChange", { channel: { id: "x" } });
    aCall();
    await recorder.until("the call", ({ calls }) => calls.get([...calls.keys()][0] ?? ("" as never)));
    expect(lines.filter((line) => line.includes("ChannelOfTomorrow"))).toHaveLength(1);
  });

  it("the password is in no URL and no log line", async () => {
    await start();
    await listening();
    ari.drop();
    await recorder.until("away", ({ there }) => (there ? undefined : true));
    expect(ari.requests.join("\n")).not.toContain(PASSWORD);
    expect(ari.requests.find((line) => line.startsWith("UPGRADE"))).toMatch(/with header$/);
    expect(lines.join("\n")).not.toContain(PASSWORD);
    expect(JSON.stringify(recorder.events)).not.toContain(PASSWORD);
  });

  it("more than half of the events are not asked for", async () => {
    await start();
    expect(ari.requests).toContain("PUT /applications/earshot-gw/eventFilter");
  });

  it("a lost connection also closes a mouth whose opening is still being verified", async () => {
    await start();
    await listening();
    const held = ari.hold(/^GET \/channels\/1\.2$/);
    const opening = open("everyone");
    await held.reached;
    ari.drop();
    await recorder.until("away", ({ there }) => (there ? undefined : true));
    held.release();
    expect(await opening).toMatchObject({ ok: false });
    expect(ari.created.filter((id) => id.includes("-everyone-"))).toEqual([]);
  });

  it("R21 a supervisor's leg of which the PBX does not say whether it is held counts as held", async () => {
    await start();
    await listening();
    ari.fail(/^GET .*-leg\/variable.*hold/);
    await away(() => undefined);
    await recorder.until("held and cut", ({ facts }) => {
      const now = facts.get(SUPERVISION);
      return now?.leg === "held" && now.ear === undefined ? true : undefined;
    });
    await expect.poll(() => ownIds(/-ear-/)).toEqual([]);
  });

  describe("with time in hand", () => {
    let clock: VirtualClock;

    beforeEach(() => {
      clock = new VirtualClock();
      pbx = adapter(clock);
    });

    function renewals(): number {
      return ari.requests.filter((line) => /^POST .*-leg\/variable\?/.test(line) && isLease(line)).length;
    }

    function isLease(line: string): boolean {
      return decodeURIComponent(line).includes("variable=TIMEOUT(absolute)&value=90");
    }

    /** Lets time pass in steps short enough for every ping to find its pong. */
    async function pass(ms: number): Promise<void> {
      for (let passed = 0; passed < ms; passed += 2_500) {
        await clock.advance(2_500);
        await fetch(`${url}/asterisk/ping`);
      }
    }

    it("the lease is set with the ring and renewed every 20 s while the leg is up, and not after the end", async () => {
      await start();
      await listening();
      const rung = ari.requests.find((line) => /^POST \/channels\/[^/]*-leg\?/.test(line)) ?? "";
      expect(JSON.parse(ari.bodies.get(rung) ?? "")).toMatchObject({ variables: { "TIMEOUT(absolute)": "90" } });
      for (let count = 1; count <= 5; count += 1) {
        // The ping of the websocket and the lease: only then is the next renewal due in 20 s.
        await expect.poll(() => clock.waiting()).toBe(2);
        expect(renewals()).toBe(count);
        await pass(17_500);
        expect(renewals()).toBe(count);
        await pass(2_500);
        await expect.poll(renewals).toBe(count + 1);
      }
      expect(await pbx.execute({ type: "end", supervision: SUPERVISION, ending: "left" })).toEqual({ ok: true });
      await pass(60_000);
      expect(renewals()).toBe(6);
    });

    it("a renewal under way when another gateway takes over is the last one", async () => {
      await start();
      await listening();
      await expect.poll(() => clock.waiting()).toBe(2);
      const held = ari.hold(/^POST .*-leg\/variable/);
      await pass(20_000);
      await held.reached;
      ari.send("ApplicationReplaced");
      await recorder.until("away", ({ there }) => (there ? undefined : true));
      held.release();
      await pass(60_000);
      expect(renewals()).toBe(2);
      expect(clock.waiting()).toBe(0);
    });

    it("a mouth that opens while another gateway takes over is not watched", async () => {
      await start();
      await listening();
      const held = ari.hold(/addChannel.*-everyone-/);
      const opening = open("everyone");
      await held.reached;
      const [voice = "", speaker = ""] = ownIds(/-(voice|everyone)-/);
      ari.join(ownIds(/-mouthbridge-/)[0] ?? "", voice, speaker);
      await recorder.until("mouth", ({ facts }) => facts.get(SUPERVISION)?.mouth);
      ari.send("ApplicationReplaced");
      await recorder.until("away", ({ there }) => (there ? undefined : true));
      held.release();
      await opening;
      expect(clock.waiting()).toBe(0);
    });

    it("R21 an intruder's end is tried again until the PBX carries it out", async () => {
      await start();
      await listening();
      const mend = ari.fail(/^DELETE .*-leg$/);
      ari.add("9.9", "PJSIP/stranger-00000010");
      ari.join(ownIds(/-earbridge$/)[0] ?? "", "9.9");
      const tries = async () => {
        await clock.advance(250);
        return ari.requests.filter((line) => /^DELETE .*-leg$/.test(line)).length;
      };
      await expect.poll(tries, { timeout: 10_000, interval: 5 }).toBeGreaterThan(20);
      mend();
      await expect.poll(tries, { timeout: 10_000, interval: 5 }).toBeGreaterThan(21);
      expect(await recorder.until("the end", ({ endings }) => endings.get(SUPERVISION))).toBe("intruder");
      await expect.poll(() => ownIds(/./)).toEqual([]);
    });
  });
});
