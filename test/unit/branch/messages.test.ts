import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { BranchDelivery, Mac } from "../../../src/model/index.ts";
import {
  deliveryKey,
  opened,
  openedDelivery,
  readHello,
  readShown,
  readWelcome,
  sealed,
  sealedDelivery,
  writeHello,
  writeWelcome,
} from "../../../src/mqtt/branch-messages.ts";

const keys = generateKeyPairSync("ed25519");
const topic = "earshot/branches/hamburg/phones/805ec0aa2001/show";
const mac = "805ec0aa2001" as Mac;
const at = { epoch: 7, seq: 5 };
const message = sealed(keys.privateKey, topic, { lamp: "green" }, at);
const open = (text: string, on = topic, key = keys.publicKey) => opened(key, on, Buffer.from(text));
/** The message with one of its parts replaced. */
const changed = (more: object): string => JSON.stringify({ ...JSON.parse(message), ...more });

describe("what the gateway has signed", () => {
  it("is opened on its own topic, with its place in the order", () => {
    expect(open(message)).toEqual({ payload: { lamp: "green" }, at });
  });

  it.each([
    ["another payload", changed({ payload: '{"lamp":"off"}' })],
    ["the same payload with a blank", changed({ payload: '{"lamp": "green"}' })],
    ["a later place", changed({ seq: 6 })],
    ["a later start", changed({ epoch: 8 })],
    ["no signature", changed({ signature: "" })],
    ["half a signature", changed({ signature: (JSON.parse(message) as { signature: string }).signature.slice(0, 44) })],
    ["a further key", changed({ more: 1 })],
    ["a place that is no number", changed({ seq: "5" })],
    ["no JSON", "lamp"],
    ["nothing", ""],
    ["a great many bytes", changed({ payload: "x".repeat(70_000) })],
  ])("with %s is not", (_what, text) => {
    expect(open(text)).toBeUndefined();
  });

  it("is not opened on another topic, nor by another key", () => {
    expect(open(message, topic.replace("2001", "2002"))).toBeUndefined();
    expect(open(message, topic, generateKeyPairSync("ed25519").publicKey)).toBeUndefined();
  });

  it("no part of it can be moved into another one", () => {
    const shifted = sealed(keys.privateKey, `${topic}","x`, { a: 1 }, at);
    expect(open(shifted, topic)).toBeUndefined();
    expect(open(shifted, `${topic}","x`)).toBeDefined();
  });

  it("holds only what a phone is to show, and no more", () => {
    const document = {
      root: { name: "A", inside: ["x", { name: "B" }] },
      mostBytes: 9,
      http: { path: "/p", contentType: "t" },
    };
    const shown = { attention: "free", lamp: { id: "1", document }, unknown: {}, notices: [] };
    expect(readShown(shown)).toEqual(shown);
    for (const wrong of [
      { ...shown, attention: "asleep" },
      { ...shown, url: "http://x" },
      { ...shown, lamp: { id: "1", document: { ...document, http: { path: "//x", contentType: "t" }, root: {} } } },
      { ...shown, lamp: { id: "1", document: { ...document, http: { path: "@x/", contentType: "t" } } } },
    ])
      expect(readShown(wrong)).toBeUndefined();
  });
});

describe("a hello and its answer", () => {
  it("are read as they were written", () => {
    const hello = { nonce: "0123456789abcdef", has: new Map([[mac, at]]) };
    expect(readHello(Buffer.from(writeHello(hello)))).toEqual(hello);
    const welcome = { nonce: hello.nonce, now: 12, latest: new Map([[mac, 5]]) };
    expect(readWelcome(JSON.parse(JSON.stringify(writeWelcome(welcome))))).toEqual(welcome);
  });

  it.each(["{}", "x", '{"nonce":"short","has":[]}', '{"nonce":"0123456789abcdef","has":[["x",1,-1]]}'])(
    "%s is no hello",
    (text) => {
      expect(readHello(Buffer.from(text))).toBeUndefined();
    },
  );
});

describe("how a push ended", () => {
  const secrets = { account: "a", username: "u", password: "p" };
  const key = deliveryKey(mac, secrets);
  const delivery: BranchDelivery = { id: "1", kind: "notice", result: { outcome: "sent" }, at: 3 };
  const text = sealedDelivery(key, topic, delivery);
  const read = (written: string, on = topic, by = key) => openedDelivery(by, on, Buffer.from(written));

  it("is believed from who knows both passwords", () => {
    expect(read(text)).toEqual(delivery);
    const failed: BranchDelivery = { ...delivery, result: { outcome: "failed", why: "away", again: true } };
    expect(read(sealedDelivery(key, topic, failed))).toEqual(failed);
  });

  it.each([
    ["its result changed", { result: { outcome: "confirmed" } }],
    ["another id", { id: "2" }],
    ["another kind", { kind: "lamp" }],
    ["no seal", { seal: "" }],
    ["a further key", { more: 1 }],
  ])("is not, with %s", (_what, more) => {
    expect(read(JSON.stringify({ ...JSON.parse(text), ...more }))).toBeUndefined();
  });

  it.each([
    ["the account's password alone", { ...secrets, password: "" }],
    ["the phone's password alone", { ...secrets, account: "" }],
    ["both in one", { account: "", username: "", password: "aup" }],
  ])("is not, from who knows %s", (_what, others) => {
    expect(read(sealedDelivery(deliveryKey(mac, others), topic, delivery))).toBeUndefined();
  });

  it("is not, on the topic of another phone", () => {
    expect(read(text, topic.replace("2001", "2002"))).toBeUndefined();
  });
});
