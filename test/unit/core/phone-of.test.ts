import { describe, expect, it } from "vitest";
import { phoneOf, settled } from "../../../src/control/phone-of.ts";
import { Roster } from "../../../src/control/roster.ts";
import type { Phone, PhoneWish } from "../../../src/model/index.ts";
import { sheets } from "../http/words.ts";
import { ana, everybody, kim } from "./world.ts";

const kims = { mac: "805ec0aa5001", vendor: "yealink", model: "T46U", extension: kim.extension } as const;
const site = { known: sheets.known(), notify: true, message: false };
const pushed = { push: "http", pushAddress: "192.0.2.31", pushUsername: "earshot", pushPassword: "hush-hush" } as const;

function made(wish: PhoneWish, before?: Phone): Phone {
  const phone = phoneOf(wish, before, new Roster(everybody), site);
  if ("ok" in phone) throw new Error(phone.sentence);
  return phone;
}

describe("a phone that somebody wishes for is held against the rules of the configuration file", () => {
  it.each<readonly [string, PhoneWish, RegExp]>([
    ["without a model", { mac: kims.mac, vendor: "yealink", extension: "3001" }, /^The model is missing\.$/],
    ["of a make that is not known", { ...kims, vendor: "yaelink" }, /did you mean `yealink`\?$/],
    ["of a make that is a word of JavaScript", { ...kims, vendor: "constructor" }, /^The vendor must be/],
    ["of a model that is not known", { ...kims, model: "T99" }, /^The model must be .*not `T99`/],
    ["whose MAC address is none", { ...kims, mac: "805ec0" }, /^The MAC address must be/],
    ["of nobody", { ...kims, extension: "9999" }, /nobody here has it/],
    ["with a lamp key that its model has not", { ...kims, lampKey: "98" }, /^The lamp key is 98, and a `T46U` has/],
    ["with a lamp of no kind", { ...kims, lamp: "neon" }, /^The lamp must be/],
    ["with a pushed lamp and no key", { ...kims, lamp: "push" }, /^The lamp key is missing/],
    ["that answers in no known way", { ...kims, answer: "always" }, /^The answer must be/],
    ["whose address is none", { ...kims, address: "192.0.2.7/x" }, /^The address must be a host/],
    ["pushed to by texts without an account", { ...kims, push: "message" }, /which needs `pbx.sip`/],
    ["pushed to without anything", { ...kims, push: "http" }, /push password is missing.*push address is missing/],
    ["pushed to at no origin", { ...kims, ...pushed, pushAddress: "192.0.2.31/x" }, /^The push address must be/],
    ["with a push address for no push", { ...kims, pushAddress: "192.0.2.31" }, /is for `http` alone/],
    ["with a priority of another make", { ...kims, ...pushed, pushPriority: "high" }, /have none; leave it out/],
    ["with a password of two lines", { ...kims, ...pushed, pushPassword: "hush\nhush" }, /^The push password must/],
    ["in a branch office", { ...kims, branch: "hamburg" }, /cannot be in a branch office/],
  ])("none %s, in words", (_, wish, sentence) => {
    const phone = phoneOf(wish, undefined, new Roster(everybody), site);
    expect(phone).toMatchObject({ ok: false, why: "not-right", sentence: expect.stringMatching(sentence) });
    expect(JSON.stringify(phone)).not.toMatch(/hush/);
  });

  it("all that is wrong is told at once", () => {
    const phone = phoneOf(
      { ...kims, extension: "9999", answer: "no", lampKey: "0" },
      undefined,
      new Roster(everybody),
      site,
    );
    if (!("ok" in phone)) throw new Error("it was taken");
    expect(phone.sentence).toMatch(/The extension .*\. The answer .*\. The lamp key /);
  });
});

describe("a change of a phone", () => {
  const before = made({ ...kims, ...pushed, lampKey: "3", answer: "auto" });

  it("leaves what is not said, and takes away what is said to be none", () => {
    expect(made({ extension: ana.extension }, before)).toEqual({ ...before, owner: ana.id });
    const { lampKey: _, ...without } = before;
    expect(made({ lampKey: "none" }, before)).toEqual(without);
  });

  it("to another way of pushing forgets the password of the one before", () => {
    const now = made({ push: "notify" }, before);
    expect(now.push).toEqual({ by: "notify" });
    expect(phoneOf({ push: "http" }, now, new Roster(everybody), site)).toMatchObject({ why: "not-right" });
  });

  it("that says nothing of a push has the site's own way, whatever that is by then", () => {
    const { push: _, ...plain } = made({ push: "none" }, before);
    expect(settled(plain, site).push).toEqual({ by: "notify" });
    expect(settled(plain, { ...site, notify: false }).push).toBeUndefined();
  });
});
