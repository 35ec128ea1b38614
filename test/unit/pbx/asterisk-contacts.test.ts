import { describe, expect, it } from "vitest";
import { bareHost } from "../../../src/model/index.js";
import { type Contact, contactOf, hostOf } from "../../../src/pbx/asterisk/contacts.js";

const YEALINK = "Yealink SIP-T46U 108.86.0.20";

function contact(uri: string, userAgent = YEALINK, via = ""): Contact {
  return { uri, userAgent, via };
}

const from = "192.0.2.7";
const mac = "805ec0aabbcc";

describe("R21 the contact that is rung", () => {
  it("is the one whose user agent names the phone's MAC, wherever its address is", () => {
    const right = contact("sip:3001@198.51.100.9:5060", `${YEALINK} 80:5E:C0:AA:BB:CC`);
    expect(contactOf([contact(`sip:3001@${from}:5060`), right], { mac, from })).toBe(right);
  });

  it("is else the one at the address that pressed, by contact or by where its REGISTER came from", () => {
    const direct = contact(`sip:3001@${from}:5060`);
    const behind = contact("sip:3001@10.0.0.5:5060", YEALINK, from);
    expect(contactOf([direct, contact("sip:3001@192.0.2.8")], { mac, from })).toBe(direct);
    expect(contactOf([behind, contact("sip:3001@192.0.2.8")], { mac, from })).toBe(behind);
  });

  it("is never one that names another phone's MAC, though it be at the same address", () => {
    const other = contact(`sip:3001@${from}:5060`, `${YEALINK} 805ec0000001`);
    expect(contactOf([other], { mac, from })).toMatchObject({ code: "phone-not-registered" });
  });

  it("is nobody where none fits, and nobody where two do", () => {
    expect(contactOf([], { mac, from })).toMatchObject({ code: "phone-not-registered" });
    expect(contactOf([contact("sip:3001@192.0.2.8")], { mac, from })).toMatchObject({ code: "phone-not-registered" });
    const two = [contact(`sip:3001@${from}:5060`), contact(`sip:3001@${from}:5062`)];
    expect(contactOf(two, { mac, from })).toMatchObject({ code: "phone-not-certain" });
  });

  it("of two left by one phone that has moved is the one it pressed from", () => {
    const old = contact("sip:3001@192.0.2.99:5060", `${YEALINK} ${mac}`);
    const now = contact(`sip:3001@${from}:5060`, `${YEALINK} ${mac}`);
    expect(contactOf([old, now], { mac, from })).toBe(now);
    expect(contactOf([old, now], { mac, from: "192.0.2.50" })).toMatchObject({ code: "phone-not-certain" });
  });

  it("is compared by address, however it is written", () => {
    expect(bareHost("::ffff:192.0.2.7")).toBe("192.0.2.7");
    expect(bareHost("[::FFFF:c000:0207]")).toBe("192.0.2.7");
    expect(bareHost("2001:DB8:0:0::1")).toBe(bareHost("[2001:db8::1]"));
    expect(hostOf("<sip:3001@[2001:db8::1]:5060;transport=tcp>")).toBe("[2001:db8::1]");
    expect(hostOf("sips:192.0.2.7")).toBe("192.0.2.7");
    expect(contactOf([contact(`sip:3001@${from}`)], { mac, from: `::ffff:${from}` })).toHaveProperty(
      "uri",
      `sip:3001@${from}`,
    );
  });
});
