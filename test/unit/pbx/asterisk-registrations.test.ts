import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { systemClock } from "../../../src/clock/index.ts";
import type { AsteriskConfig } from "../../../src/model/index.ts";
import { AmiClient } from "../../../src/pbx/asterisk/ami-client.ts";
import { ownersOf } from "../../../src/pbx/asterisk/endpoints.ts";
import { registeredByAmi } from "../../../src/pbx/asterisk/registrations.ts";
import { quietLog } from "../../lab/quiet-log.ts";
import { ana, kim } from "../core/world.ts";
import { FakeAmi } from "./fake-ami.ts";

const config: AsteriskConfig = {
  kind: "asterisk",
  ari: { url: "http://127.0.0.1:8088/ari", username: "earshot", password: "x" },
  endpoint: "PJSIP/{extension}",
  supervisionEndpoint: "PJSIP/{extension}-sup",
};
const owners = ownersOf(config, [ana, kim]);
const yealink = "Yealink SIP-T46U 108.86.0.90 80:5e:c0:aa:20:01";

let fake: FakeAmi;
let ami: AmiClient;

beforeEach(async () => {
  fake = new FakeAmi();
  ami = new AmiClient({ ...(await fake.start()), username: "earshot", secret: "x" }, systemClock, quietLog);
});

afterEach(async () => {
  ami.stop();
  await fake.stop();
});

async function asked(skewMs = 0) {
  ami.start();
  await vi.waitUntil(() => ami.loggedIn, { timeout: 10_000 });
  return registeredByAmi(ami, owners, skewMs);
}

describe("who is registered, over AMI", () => {
  it("is told by whose account it is, the second one too, with every address that the phone has", async () => {
    fake.contacts.set("2001", [
      { uri: "sip:2001@198.51.100.9:5060;x-ast-orig-host=10.0.0.5", userAgent: yealink, via: "10.0.0.5", until: 1_800 },
    ]);
    fake.contacts.set("3001-sup", [{ uri: "sip:3001@[::ffff:192.0.2.7]:5060", userAgent: "phone", via: "192.0.2.7" }]);
    fake.contacts.set("9999", [{ uri: "sip:9999@192.0.2.9", userAgent: "phone", via: "192.0.2.9" }]);
    expect(Object.fromEntries((await asked()) ?? [])).toEqual({
      [ana.extension]: [{ macs: ["805ec0aa2001"], hosts: ["198.51.100.9", "10.0.0.5"], until: 1_800_000 }],
      [kim.extension]: [{ macs: [], hosts: ["192.0.2.7"], until: Number.MAX_SAFE_INTEGER }],
    });
  });

  it("has its end by the gateway's clock", async () => {
    fake.contacts.set("2001", [{ uri: "sip:2001@192.0.2.7", userAgent: "phone", via: "192.0.2.7", until: 1_800 }]);
    expect((await asked(60_000))?.get(ana.extension)?.[0]?.until).toBe(1_740_000);
  });

  it("is nobody where there is no contact, and not known where AMI refuses or is away", async () => {
    expect(await registeredByAmi(ami, owners, 0)).toBeUndefined();
    expect([...((await asked()) ?? [["not", "known"]])]).toEqual([]);
    fake.answers.set("PJSIPShowContacts", "Response: Error\r\nMessage: Permission denied\r\n");
    expect(await registeredByAmi(ami, owners, 0)).toBeUndefined();
  });
});
