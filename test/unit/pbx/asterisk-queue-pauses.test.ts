import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../../src/clock/index.js";
import type { AsteriskConfig } from "../../../src/model/index.js";
import { AmiClient } from "../../../src/pbx/asterisk/ami-client.js";
import { QueuePauses } from "../../../src/pbx/asterisk/queue-pauses.js";
import { quietLog } from "../../lab/quiet-log.ts";
import { kim, lee } from "../core/world.ts";
import { FakeAmi, type FakeMember } from "./fake-ami.ts";

const config: AsteriskConfig = {
  kind: "asterisk",
  ari: { url: "http://127.0.0.1:8088/ari", username: "u", password: "p" },
  endpoint: "PJSIP/{extension}",
};
const member = (location: string, more: Partial<FakeMember> = {}): FakeMember => ({
  queue: "support",
  location,
  state: location,
  paused: false,
  reason: "",
  ...more,
});

let ami: FakeAmi;
let client: AmiClient;
let acts: boolean;
let pauses: QueuePauses;

beforeEach(async () => {
  ami = new FakeAmi();
  acts = true;
  client = new AmiClient({ ...(await ami.start()), username: "u", secret: "s" }, systemClock, quietLog);
  client.start();
  await expect.poll(() => client.loggedIn).toBe(true);
  pauses = new QueuePauses(client, config, [kim, lee], () => acts);
});

afterEach(async () => {
  client.stop();
  await ami.stop();
});

/** Every member as the queue has it: `+` is rung, else the reason of the pause. */
const standing = (): string[] => ami.members.map(({ paused, reason }) => (paused ? reason : "+"));

describe("R14 the pauses of queue members over AMI", () => {
  it.each([
    ["the device itself", member("PJSIP/3002")],
    ["the Local channel of FreePBX", member("Local/3002@from-queue/n", { state: "hint:3002@ext-local" })],
    ["the same without /n", member("Local/3002@from-queue", { state: "" })],
    ["any Local channel whose state is that of the device", member("Local/77@agents", { state: "PJSIP/3002" })],
  ])("a member is known by %s", async (_, one) => {
    ami.members.push(one);
    expect(await pauses.pause(lee.id)).toEqual({ ok: true });
    expect(standing()).toEqual(["earshot"]);
  });

  it.each([
    ["another device", member("PJSIP/3001")],
    ["a device whose name begins so", member("PJSIP/30021")],
    ["the second account", member("PJSIP/3002-sup")],
    ["the same digits in another context", member("Local/3002@elsewhere/n", { state: "" })],
    ["more digits in that context", member("Local/3002@from-queue2/n", { state: "" })],
  ])("%s is not that person's member", async (_, one) => {
    ami.members.push(one);
    expect(await pauses.pause(lee.id)).toEqual({ ok: true });
    expect(standing()).toEqual(["+"]);
  });

  it("a pause is made in each queue, and not where they have paused themselves", async () => {
    const own = { paused: true, reason: "lunch" };
    ami.members.push(member("PJSIP/3002"), member("PJSIP/3002", { queue: "sales" }));
    ami.members.push(
      member("PJSIP/3002", { queue: "night", ...own }),
      member("PJSIP/3002", { queue: "x", ...own, reason: "" }),
    );
    await pauses.pause(lee.id);
    expect(standing()).toEqual(["earshot", "earshot", "lunch", ""]);
  });

  it("only what carries our reason is lifted", async () => {
    const reasons = ["earshot", "", "lunch", "Earshot", "earshot 2"];
    ami.members.push(
      ...reasons.map((reason) => member("PJSIP/3002", { queue: `queue ${reason}`, paused: true, reason })),
    );
    await pauses.lift(() => true);
    expect(standing()).toEqual(["+", "", "lunch", "Earshot", "earshot 2"]);
  });

  it("only of those who are named, and of nobody whom the configuration does not know", async () => {
    const ours = { paused: true, reason: "earshot" };
    ami.members.push(member("PJSIP/3002", ours), member("PJSIP/3001", ours), member("PJSIP/7777", ours));
    await pauses.lift((person) => person === lee.id);
    expect(standing()).toEqual(["+", "earshot", "earshot"]);
  });

  it("a member who has gone meanwhile is no fault", async () => {
    ami.members.push(member("PJSIP/3002"));
    ami.answers.set("QueuePause", "Response: Error\r\nMessage: Interface not found\r\n");
    expect(await pauses.pause(lee.id)).toEqual({ ok: true });
  });

  it("a PBX without queues is no fault", async () => {
    ami.answers.set(
      "QueueStatus",
      "Response: Error\r\nMessage: Invalid/unknown command: QueueStatus. Use Action: x\r\n",
    );
    expect(await pauses.pause(lee.id)).toEqual({ ok: true });
  });

  it("a user without the right is told as a fault", async () => {
    ami.members.push(member("PJSIP/3002"));
    ami.answers.set("QueuePause", "Response: Error\r\nMessage: Permission denied\r\n");
    expect(await pauses.pause(lee.id)).toEqual({ ok: false, code: "pbx-failed", detail: "Permission denied" });
  });

  it("without a login nothing is done, and said", async () => {
    client.stop();
    expect(await pauses.lift(() => true)).toMatchObject({ ok: false, detail: "AMI is not logged in" });
  });

  it("once another gateway has taken over nothing is done", async () => {
    ami.members.push(member("PJSIP/3002"));
    acts = false;
    expect(await pauses.pause(lee.id)).toMatchObject({ ok: false, code: "pbx-away" });
    expect(standing()).toEqual(["+"]);
  });
});
