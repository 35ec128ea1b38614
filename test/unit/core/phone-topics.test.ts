import { expect, test } from "vitest";
import { PhoneRegistry } from "../../../src/control/index.ts";
import { PhoneTopics } from "../../../src/dispatch/index.ts";
import type { Log, Mac, Phone, Pushed } from "../../../src/model/index.ts";
import { ana } from "./world.ts";

const mac = "805ec0aabbcc" as Mac;
const silent: Log = { info: () => {}, warn: () => {}, error: () => {} };

const phone: Phone = { mac, vendor: "yealink", model: "T46U", owner: ana.id, answer: "ring" };

function made(): { readonly topics: PhoneTopics; readonly phones: PhoneRegistry; readonly said: unknown[][] } {
  const said: unknown[][] = [];
  const bus = {
    phone: async (...what: unknown[]): Promise<void> => void said.push(what),
    forgetPhone: async (gone: Mac): Promise<void> => void said.push([gone, "taken back"]),
  };
  const phones = new PhoneRegistry([phone], (error) => {
    throw error;
  });
  const topics = new PhoneTopics({ phones, bus, log: silent, gateway: "gw1", epoch: 4 });
  topics.start();
  return { topics, phones, said };
}

const ended = (result: Pushed, at = 5) => ({ at, kind: "lamp", result }) as const;
const lost: Pushed = { outcome: "failed", why: "the phone does not answer in time", again: true };

test("a phone is online once it asked, or took a push; offline when a push did not reach it; said at each change", () => {
  const { topics, said } = made();
  topics.heard(mac);
  topics.heard(mac);
  topics.delivered(mac, ended(lost));
  topics.delivered(mac, ended(lost));
  topics.delivered(mac, ended({ outcome: "confirmed" }));
  expect(said.filter(([, topic]) => topic === "phoneState").map(([, , state]) => state)).toEqual([
    "online",
    "offline",
    "online",
  ]);
});

test.each([
  ["handed on to the PBX", { outcome: "sent" }],
  ["refused by the phone", { outcome: "failed", why: "the phone refuses user or password", again: false }],
] satisfies [string, Pushed][])("a push that was %s says nothing of whether the phone is there", (_what, result) => {
  const { topics, said } = made();
  topics.delivered(mac, ended(result));
  expect(said.map(([, topic]) => topic)).toEqual(["phoneDelivery"]);
});

test("the last delivery is told with its result, in its own order; both are told again after a connect", () => {
  const { topics, said } = made();
  topics.delivered(mac, ended(lost, 7));
  topics.delivered(mac, ended({ outcome: "confirmed" }, 8));
  const about = { kind: "lamp", gateway: "gw1", epoch: 4 };
  const second = { ...about, result: "confirmed", at: 8, seq: 2 };
  const deliveries = said.filter(([, topic]) => topic === "phoneDelivery").map(([, , payload]) => payload);
  expect(deliveries).toEqual([{ ...about, result: "failed", why: lost.why, at: 7, seq: 1 }, second]);
  said.length = 0;
  topics.publishAll();
  expect(said).toEqual([
    [mac, "phoneState", "online"],
    [mac, "phoneDelivery", second],
  ]);
});

test("a phone that is not one of the registry, as one drawn in a browser, has no topics", () => {
  const { topics, said } = made();
  topics.heard("000000000001" as Mac);
  topics.delivered("000000000001" as Mac, ended({ outcome: "confirmed" }));
  expect(said).toEqual([]);
});

test("what is retained of a phone that goes is taken back, and is not said again after a connect", () => {
  const { topics, phones, said } = made();
  topics.heard(mac);
  topics.delivered(mac, ended({ outcome: "sent" }));
  said.length = 0;
  phones.drop(mac);
  expect(said).toEqual([[mac, "taken back"]]);
  topics.delivered(mac, ended({ outcome: "confirmed" }));
  topics.publishAll();
  expect(said).toEqual([[mac, "taken back"]]);
});

test("a phone that comes while earshot runs has its topics, and one that comes back goes on counting", () => {
  const { topics, phones, said } = made();
  topics.delivered(mac, ended({ outcome: "sent" }));
  phones.drop(mac);
  phones.put(phone);
  said.length = 0;
  topics.delivered(mac, ended({ outcome: "sent" }));
  expect(said).toMatchObject([[mac, "phoneDelivery", { seq: 2 }]]);
});
