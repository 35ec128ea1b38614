import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { systemClock } from "../../../src/clock/index.ts";
import type { Extension, Mac, NotifyTarget } from "../../../src/model/index.ts";
import { AmiClient } from "../../../src/pbx/asterisk/ami-client.ts";
import { notify } from "../../../src/pbx/asterisk/notify.ts";
import { FakeAmi } from "./fake-ami.ts";

const log = { info: () => {}, warn: () => {}, error: () => {} };
const to: NotifyTarget = { extension: "2001" as Extension, mac: "805ec0aa2001" as Mac };
const itself = {
  uri: "sip:2001@192.0.2.7:5060",
  userAgent: "Yealink SIP-T46U 108.86.0.90 80:5e:c0:aa:20:01",
  via: "192.0.2.7:5060",
};

let fake: FakeAmi;
let ami: AmiClient;

beforeEach(async () => {
  fake = new FakeAmi();
  ami = new AmiClient({ ...(await fake.start()), username: "earshot", secret: "x" }, systemClock, log);
  ami.start();
  await vi.waitUntil(() => ami.loggedIn, { timeout: 10_000 });
});

afterEach(async () => {
  ami.stop();
  await fake.stop();
});

describe("a NOTIFY without a body, over AMI", () => {
  it.each(["check-sync", "check-sync;reboot=false"])("is its event and nothing else: %s", async (event) => {
    fake.contacts.set("2001", [itself]);
    expect(await notify(ami, "PJSIP/2001", to, { event })).toEqual({ outcome: "sent" });
    expect(fake.notified).toEqual([["Endpoint: 2001", `Variable: Event=${event}`]]);
  });

  it("is not sent where it is not wanted any more once the contacts are known", async () => {
    let wanted = true;
    fake.contacts.set("2001", [itself]);
    fake.onContacts = () => {
      wanted = false;
    };
    const result = await notify(ami, "PJSIP/2001", to, { event: "check-sync" }, () => wanted);
    expect(result).toMatchObject({ outcome: "failed", again: true });
    expect(fake.notified).toEqual([]);
  });

  it("is not sent to a phone that is not registered", async () => {
    fake.contacts.set("2001", []);
    expect(await notify(ami, "PJSIP/2001", to, { event: "check-sync" })).toMatchObject({
      outcome: "failed",
      why: "the phone is not registered",
    });
    expect(fake.notified).toEqual([]);
  });

  it("is not sent where its event is more than one", async () => {
    fake.contacts.set("2001", [itself]);
    expect(await notify(ami, "PJSIP/2001", to, { event: "check-sync\r\nAction: Originate" })).toMatchObject({
      outcome: "failed",
      again: false,
    });
    expect(fake.notified).toEqual([]);
  });
});
