import { describe, expect, it } from "vitest";
import { PhoneDelivery } from "../../../src/delivery/index.ts";
import type { Extension, PersonId, PushDocument, Pushed, PushTarget } from "../../../src/model/index.ts";
import { byMessage, type PushedNotice } from "../../../src/phones/index.ts";
import { ana, kimsPhone } from "../core/world.ts";
import { sheets } from "../http/words.ts";

const said: (readonly [Extension, string])[] = [];
const message = async (to: Extension, text: string): Promise<Pushed> => {
  said.push([to, text]);
  return { outcome: "confirmed" };
};
const extensionOf = (person: PersonId) => (person === ana.id ? ana.extension : undefined);
const phone: PushTarget = { mac: kimsPhone, owner: ana.id, push: { by: "message" } };

function notice(text: string): PushDocument | undefined {
  const profile = sheets.profile("yealink", "T46U");
  if (!profile) throw new Error("there is no T46U");
  const about = { title: "earshot", at: "14:02", urgent: true, inCall: true, seconds: 20, exit: "Close" };
  const whole: PushedNotice = { ...about, text, url: "http://192.0.2.10/p/secret/" };
  return byMessage.notice(whole, profile);
}

describe("a phone that takes texts by SIP alone", () => {
  it("gets the words of a notice at its owner's extension, and no key to a page", async () => {
    const delivery = new PhoneDelivery({ extensionOf, notify: undefined, message, host: "192.0.2.10" });
    const document = notice(`<b>&"'</b> listens\u0000 to your call.`);
    expect(document && (await delivery.push(phone, document))).toEqual({ outcome: "confirmed" });
    expect(said).toEqual([["2001", `<b>&"'</b> listens to your call.`]]);
    await delivery.stop();
  });

  it("gets no more than goes into one packet, cut between words, and nothing where nothing is left", () => {
    const long = notice("word ".repeat(80))?.message ?? "";
    expect(long.length).toBeLessThanOrEqual(200);
    expect(long.replace(/word ?/g, "")).toMatch(/^…?$/);
    expect(notice("\u0000 \u0007")).toBeUndefined();
  });

  it("has no lamp, no label and no page: what is pushed there is told as failed, never sent as text", async () => {
    const profile = sheets.profile("yealink", "T46U");
    if (!profile) throw new Error("there is no T46U");
    expect(byMessage.lamp({ lamp: "coach", mic: "open", supervisors: [] }, 1, profile)).toBeUndefined();
    expect(byMessage.page("http://192.0.2.10/", profile)).toBeUndefined();
    const delivery = new PhoneDelivery({ extensionOf, notify: undefined, message, host: "192.0.2.10" });
    const before = said.length;
    expect(await delivery.push(phone, { root: { name: "x" }, mostBytes: 100 })).toMatchObject({ outcome: "failed" });
    expect(said.length).toBe(before);
    await delivery.stop();
  });

  it("says so where earshot has no SIP account", async () => {
    const delivery = new PhoneDelivery({ extensionOf, notify: undefined, host: "192.0.2.10" });
    const document = notice("Kim listens.");
    expect(document && (await delivery.push(phone, document))).toEqual({
      outcome: "failed",
      why: "there is no SIP account that sends texts",
      again: false,
    });
    await delivery.stop();
  });
});
