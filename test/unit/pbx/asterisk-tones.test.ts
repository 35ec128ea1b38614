import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../../src/clock/index.js";
import type { CallId, Extension, LegId, Person, PersonId, SupervisionId } from "../../../src/model/index.js";
import { AsteriskPbx } from "../../../src/pbx/asterisk/index.js";
import { type PbxRecorder, recordPbx } from "../../contract/pbx-recorder.ts";
import { quietLog } from "../../lab/quiet-log.ts";
import { FakeAri } from "./fake-ari.ts";

const ana = "2001" as PersonId;
const supervision = "supervision0000000001" as SupervisionId;
const agentLeg = "1.2" as LegId;
const customerLeg = "1.1" as LegId;
const people: readonly Person[] = [
  { id: ana, extension: "2001" as Extension, name: "Ana Ruiz", role: "agent", teams: [] },
  { id: "3001" as PersonId, extension: "3001" as Extension, name: "Kim Osei", role: "team-manager", teams: [] },
];

describe("a notification tone on the wire", () => {
  let ari: FakeAri;
  let url: string;
  let pbx: AsteriskPbx;
  let recorder: PbxRecorder;

  function adapter(): AsteriskPbx {
    const ari = { url, username: "earshot", password: "one" };
    const config = { kind: "asterisk", ari, endpoint: "PJSIP/{extension}" } as const;
    return new AsteriskPbx({ config, people, gateway: "gw", clock: systemClock, log: quietLog });
  }

  function onlyCall(): CallId {
    const [call] = recorder.picture().calls.keys();
    if (call === undefined) throw new Error("there is no call");
    return call;
  }

  /** Kim hears Ana and a customer. */
  beforeEach(async () => {
    ari = new FakeAri();
    recorder = recordPbx(5_000);
    url = await ari.start();
    pbx = adapter();
    ari.add(customerLeg, "PJSIP/trunk-00000001", { caller: { name: "Carla", number: "+49301" } });
    ari.add(agentLeg, "PJSIP/2001-00000002", { linkedid: customerLeg });
    ari.join("talk", customerLeg, agentLeg);
    ari.variables.set("PJSIP_ENDPOINT(3001,aors)", "3001");
    ari.variables.set("PJSIP_AOR(3001,contact)", "3001;@1");
    ari.variables.set("PJSIP_CONTACT(3001;@1,uri)", "sip:3001@192.0.2.7:5060");
    await pbx.start(recorder.sink);
    await recorder.until("a snapshot", ({ there }) => there || undefined);
    const phone = { extension: "3001" as Extension, from: "192.0.2.7", mac: "805ec0000001", answer: "ring" } as const;
    await pbx.execute({ type: "ring", supervision, ...phone });
    ari.answer(own("leg")[0] ?? "");
    await recorder.until("up", ({ facts }) => (facts.get(supervision)?.leg === "up" ? true : undefined));
    await pbx.execute({ type: "attach-ear", supervision, leg: agentLeg, agent: ana, unseen: false });
  });

  afterEach(async () => {
    await pbx.stop();
    await ari.stop();
  });

  const own = (part: string): string[] => [...ari.channels.keys()].filter((id) => id.includes(`-${part}`));
  const asked = (what: RegExp): string[] => ari.requests.filter((line) => what.test(line));
  const play = (leg: LegId, wanted = () => true) => pbx.notificationTone.play(supervision, leg, wanted);

  it.each([agentLeg, customerLeg])(
    "is whispered towards that leg alone by a snoop that hears nothing: %s",
    async (leg) => {
      expect(await play(leg)).toEqual({ ok: true });
      const made = asked(/\/snoop\/es-.*-tone-/);
      expect(made).toEqual([expect.stringContaining(`/channels/${leg}/snoop/`)]);
      const query = new URL(made[0]?.split(" ")[1] ?? "", "http://ari").searchParams;
      expect([query.get("spy"), query.get("whisper")]).toEqual(["none", "out"]);
      expect(asked(/addChannel.*-tone-/)).toEqual([]);
    },
  );

  it("its snoop would end by itself, and is gone before the tone is said to be over", async () => {
    await play(agentLeg);
    expect(asked(/-tone-\S+\/variable\?variable=TIMEOUT(?:\(|%28)absolute(?:\)|%29)&value=2$/).length).toBe(1);
    expect(own("tone")).toEqual([]);
  });

  it("one that the PBX does not play leaves nothing either", async () => {
    ari.fail(/\/play/, 500);
    expect(await play(agentLeg)).toMatchObject({ ok: false, code: "pbx-failed" });
    expect(own("tone")).toEqual([]);
  });

  it("one that is wanted no more once its snoop is there is not played, and leaves nothing", async () => {
    expect(await play(agentLeg, () => own("tone").length === 0)).toMatchObject({ ok: false });
    expect(asked(/\/snoop\/es-.*-tone-/).length).toBe(1);
    expect(asked(/\/play/)).toEqual([]);
    expect(own("tone")).toEqual([]);
  });

  it("R20 is cut off when the call becomes private", async () => {
    const playing = play(agentLeg);
    await expect.poll(() => asked(/\/play/).length).toBe(1);
    void pbx.execute({ type: "set-private", call: onlyCall(), on: true });
    expect(await playing).toMatchObject({ ok: false });
    expect(own("tone")).toEqual([]);
  });

  it("what a gateway that is gone has left of one is taken away at the next start, and nothing else", async () => {
    const heal = ari.fail(/DELETE .*-tone-/);
    void play(agentLeg);
    await expect.poll(() => asked(/\/play/).length).toBe(1);
    await pbx.stop();
    heal();
    expect(own("tone").length).toBe(1);
    pbx = adapter();
    await pbx.start(() => undefined);
    await expect.poll(() => own("tone")).toEqual([]);
    expect([own("leg").length, own("ear").length]).toEqual([1, 1]);
  });
});
