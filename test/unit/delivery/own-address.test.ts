import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { ownAddresses, PhoneDelivery } from "../../../src/delivery/index.ts";
import type { Mac } from "../../../src/model/index.ts";
import { PushPhone } from "../../lab/phones/push-phone.ts";

describe("the address that a phone takes pushes from", () => {
  it("is that of the connection to it, asked for once", async () => {
    let connections = 0;
    const server = createServer().on("connection", () => {
      connections += 1;
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => void server.close());
    const own = ownAddresses();
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect([await own(origin), await own(origin)]).toEqual(["127.0.0.1", "127.0.0.1"]);
    expect(connections).toBe(1);
  });

  it("is what a phone that compares sender and Referer with it is told", async () => {
    const phone = new PushPhone({ checksSender: "both" });
    await phone.start();
    const delivery = new PhoneDelivery({ extensionOf: () => undefined, notify: undefined, host: ownAddresses() });
    onTestFinished(async () => {
      await delivery.stop();
      await phone.stop();
    });
    const document = {
      root: {
        name: "YealinkIPPhoneExecute",
        attributes: { Beep: "no" },
        inside: [{ name: "ExecuteItem", attributes: { URI: "Led:LINE5_GREEN=on" } }],
      },
      mostBytes: 650,
      http: { path: "/servlet?push=xml", contentType: "text/xml; charset=utf-8" },
    };
    const pushed = await delivery.push({ mac: "805ec0aa2001" as Mac, push: phone.push }, document);
    expect(pushed).toEqual({ outcome: "confirmed" });
    expect(phone.complaints).toEqual([]);
  });

  it("of a phone that is not there is a push that failed, to be tried again", async () => {
    const delivery = new PhoneDelivery({ extensionOf: () => undefined, notify: undefined, host: ownAddresses() });
    onTestFinished(() => delivery.stop());
    const push = { by: "http", origin: "http://127.0.0.1:9", username: "u", password: "p" } as const;
    const document = { root: { name: "A" }, mostBytes: 650, http: { path: "/", contentType: "t" } };
    expect(await delivery.push({ mac: "805ec0aa2001" as Mac, push }, document)).toEqual({
      ...{ outcome: "failed", again: true },
      why: "nobody listens at the phone's address",
    });
  });
});
