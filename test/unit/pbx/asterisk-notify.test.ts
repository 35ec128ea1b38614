import { describe, expect, it } from "vitest";
import { type Contact, isOnly } from "../../../src/pbx/asterisk/contacts.ts";
import { variablesOf } from "../../../src/pbx/asterisk/notify.ts";

const lines = (body: string): string[] =>
  (variablesOf({ event: "Yealink-xml", contentType: "application/xml", body }) ?? [])
    .map(([, value]) => value)
    .filter((value) => value.startsWith("Content="))
    .map((value) => value.slice("Content=".length));

/** What Asterisk makes of a value: a backslash keeps the next character as it is. */
const unescaped = (line: string): string => line.replace(/\\(.)/gu, "$1");

describe("a NOTIFY as AMI lines", () => {
  it("backslash, quote and comma are escaped, nothing else is", () => {
    expect(lines(`<a b="c,d">e\\f</a>`)).toEqual([`<a b=\\"c\\,d\\">e\\\\f</a>`]);
    expect(lines("<a>(;|%[$)'é👩</a>")).toEqual(["<a>(;|%[$)'é👩</a>"]);
  });

  it("a long document is parted between elements, in lines that Asterisk takes", () => {
    const item = `<I>${"é,".repeat(100)}</I>`;
    const parted = lines(`<R>${item.repeat(9)}</R>`);
    expect(parted.length).toBeGreaterThan(3);
    expect(parted.filter((line) => Buffer.byteLength(line) > 900)).toEqual([]);
    expect(parted.map(unescaped).join("")).toBe(`<R>${item.repeat(9)}</R>`);
    expect(parted.slice(1).every((line) => line.startsWith("<"))).toBe(true);
  });

  it("a text that is longer than a line is refused rather than broken", () =>
    expect(lines(`<a>${"x".repeat(1000)}</a>`)).toEqual([]));

  it.each(["<a>\r\nAction: Originate</a>", "<a>\nb</a>", "<a>\0</a>"])(
    "a line break never becomes a header: %j",
    (body) => expect(variablesOf({ event: "Yealink-xml", contentType: "application/xml", body })).toBeUndefined(),
  );

  it.each(["a\r\nX: y", "a,b=c", 'a"b', "a b", ""])("an event that is more than one is refused: %j", (event) =>
    expect(variablesOf({ event, contentType: "application/xml", body: "<a/>" })).toBeUndefined(),
  );
});

const contact = (userAgent: string, host = "192.0.2.7"): Contact => ({
  uri: `sip:2001@${host}:5060`,
  userAgent,
  via: host,
});
const phone = { mac: "805ec0aa2001", from: "" };
const itself = contact("Yealink SIP-T46U 108.86.0.90 80:5e:c0:aa:20:01");
const other = contact("Yealink SIP-T46U 108.86.0.90 80:5e:c0:aa:20:02");

describe("a push carries the key to a phone's pages, so that", () => {
  it.each<[string, readonly Contact[], boolean]>([
    ["the phone alone gets it", [itself], true],
    [
      "the phone gets it where it has left an old contact behind",
      [itself, contact(itself.userAgent, "192.0.2.8")],
      true,
    ],
    ["a single device without a name gets it", [contact("earshot lab phone")], true],
    ["nobody gets it where nobody is registered", [], false],
    ["another phone does not", [other], false],
    ["nobody does where a softphone is registered beside it", [itself, contact("softphone")], false],
  ])("%s", (_, contacts, yes) => expect(isOnly(contacts, phone).ok).toBe(yes));

  it("a device at another address than the configured one does not", () => {
    const contacts = [contact("earshot lab phone", "192.0.2.9")];
    expect(isOnly(contacts, { ...phone, from: "192.0.2.7" }).ok).toBe(false);
    expect(isOnly(contacts, { ...phone, from: "192.0.2.9" }).ok).toBe(true);
  });
});
