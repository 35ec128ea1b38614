import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../../src/clock/index.js";
import type { AsteriskConfig, Extension, Log, Person, PersonId } from "../../../src/model/index.js";
import { AsteriskPbx } from "../../../src/pbx/asterisk/index.js";
import { type PbxRecorder, recordPbx } from "../../contract/pbx-recorder.ts";
import { FakeAri } from "./fake-ari.ts";

const people: readonly Person[] = ["2001", "2002"].map((extension) => ({
  id: extension as PersonId,
  extension: extension as Extension,
  name: extension,
  role: "agent",
  teams: [],
}));

let ari: FakeAri;
let pbx: AsteriskPbx;
let recorder: PbxRecorder;

beforeEach(async () => {
  ari = new FakeAri();
  const url = await ari.start();
  recorder = recordPbx(5_000);
  const log: Log = { info: () => {}, warn: () => {}, error: () => {} };
  const config: AsteriskConfig = {
    kind: "asterisk",
    ari: { url, username: "earshot", password: "s3cr3t" },
    endpoint: "PJSIP/{extension}",
  };
  pbx = new AsteriskPbx({ config, people, gateway: "gw", clock: systemClock, log });
  ari.add("1.1", "PJSIP/trunk-00000001", { caller: { name: "Carla", number: "+49301" } });
  ari.add("1.2", "PJSIP/2001-00000002", { linkedid: "1.1" });
  ari.join("talk", "1.1", "1.2");
});

afterEach(async () => {
  await pbx.stop();
  await ari.stop();
});

const start = async (): Promise<void> => {
  await pbx.start(recorder.sink);
  await recorder.until("a snapshot", ({ there }) => there || undefined);
};
const raised = () => recorder.events.filter(({ type }) => type === "hand-raised");
const board = (): string => JSON.stringify([...recorder.picture().calls.values()]);

/** A phone dials, and the dialplan tells that the key of a lamp was pressed. */
function press(id: string, name: string, exten: string): void {
  ari.add(id, name, { state: "Ring", exten, app: "UserEvent" });
  ari.tell("ChannelUserevent", id, { eventname: "EarshotHand", userevent: {} });
}

/** Waits until everything that was sent has been taken in. */
async function settled(): Promise<void> {
  ari.add("8.8", "PJSIP/2002-00000088");
  ari.add("8.9", "PJSIP/trunk-00000089");
  ari.join("aside", "8.8", "8.9");
  await recorder.until("the call beside it", ({ calls }) => (calls.size > 1 ? true : undefined));
  ari.remove("8.8");
  ari.remove("8.9");
  await recorder.until("its end", ({ calls }) => (calls.size === 1 ? true : undefined));
}

describe("a phone that dials the lamp of its owner", () => {
  it("raises their hand, by whichever of the keys", async () => {
    await start();
    press("9.1", "PJSIP/2001-00000009", "lamp2001");
    press("9.2", "PJSIP/2001-0000000a", "lamp2001-coach");
    await recorder.until("both", () => (raised().length === 2 ? true : undefined));
    expect(raised()).toEqual([
      { type: "hand-raised", person: "2001" },
      { type: "hand-raised", person: "2001" },
    ]);
  });

  it("is no call, and no second leg of the one it is on, from its beginning to its end", async () => {
    await start();
    const before = board();
    press("9.1", "PJSIP/2001-00000009", "lamp2001");
    await recorder.until("the hand", () => raised()[0]);
    ari.tell("ChannelStateChange", "9.1");
    ari.remove("9.1");
    await settled();
    expect(board()).toBe(before);
    expect(recorder.events.filter(({ type }) => type === "call").map((event) => JSON.stringify(event))).not.toContain(
      "9.1",
    );
    expect(JSON.stringify(recorder.events)).not.toContain("9.1");
    expect(JSON.stringify(recorder.events)).not.toContain("second");
  });

  it("is no call in the list of a gateway that comes in the middle of it", async () => {
    press("9.1", "PJSIP/2001-00000009", "lamp2001");
    await start();
    await settled();
    expect(JSON.stringify(recorder.events)).not.toContain("9.1");
  });

  it("is a leg like any other once somebody has answered it", async () => {
    await start();
    ari.add("9.1", "PJSIP/2001-00000009", { state: "Ring", exten: "lamp2001" });
    const channel = ari.channels.get("9.1");
    if (channel) channel.state = "Up";
    ari.tell("ChannelStateChange", "9.1");
    await recorder.until("the second leg", () => (board().includes("second") ? true : undefined));
  });
});

describe("no hand is raised", () => {
  it.each([
    ["by a phone of somebody else", "PJSIP/2002-00000009", "lamp2001"],
    ["by a trunk", "PJSIP/trunk-00000009", "lamp2001"],
    ["by another number", "PJSIP/2001-00000009", "600"],
    ["by the lamp of a longer number", "PJSIP/2001-00000009", "lamp20011"],
    ["by a half of a Local channel", "Local/2001@phones-00000009;1", "lamp2001"],
  ])("%s", async (_, name, exten) => {
    await start();
    press("9.1", name, exten);
    press("9.2", "PJSIP/2002-0000000a", "lamp2002");
    await recorder.until("the other", () => raised()[0]);
    expect(raised()).toEqual([{ type: "hand-raised", person: "2002" }]);
  });

  it("by whoever transfers their own leg, which is up, to a lamp of theirs", async () => {
    await start();
    const channel = ari.channels.get("1.2");
    if (channel) channel.exten = "lamp2001";
    ari.tell("ChannelUserevent", "1.2", { eventname: "EarshotHand", userevent: {} });
    press("9.2", "PJSIP/2002-0000000a", "lamp2002");
    await recorder.until("the other", () => raised()[0]);
    expect(raised()).toEqual([{ type: "hand-raised", person: "2002" }]);
  });

  it("by another event of the dialplan", async () => {
    await start();
    ari.add("9.1", "PJSIP/2001-00000009", { state: "Ring", exten: "lamp2001" });
    ari.tell("ChannelUserevent", "9.1", { eventname: "Another", userevent: {} });
    press("9.2", "PJSIP/2002-0000000a", "lamp2002");
    await recorder.until("the other", () => raised()[0]);
    expect(raised()).toHaveLength(1);
  });
});

describe("whose devices the PBX tells nothing about", () => {
  it("is told of those who have none there, and of nobody while it is away", async () => {
    const all = people.map(({ extension }) => extension);
    expect(await pbx.outOfSight(all)).toBeUndefined();
    await start();
    ari.endpoints = ["2001"];
    expect(await pbx.outOfSight(all)).toEqual(["2002"]);
  });
});
