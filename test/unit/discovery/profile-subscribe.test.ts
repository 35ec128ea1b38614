import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { acceptance, answered, notification, parseProfileSubscribe } from "../../../src/discovery/profile-subscribe.js";

const lines = [
  "SUBSCRIBE sip:MAC%3a805ec0aabbcc@224.0.1.75 SIP/2.0",
  "Via: SIP/2.0/UDP 192.0.2.31:5059;branch=z9hG4bK1461573510",
  "From: <sip:MAC%3a805ec0aabbcc@224.0.1.75>;tag=1553180106",
  "To: <sip:MAC%3a805ec0aabbcc@224.0.1.75>",
  "Call-ID: 1106573431@192.0.2.31",
  "CSeq: 1 SUBSCRIBE",
  "Contact: <sip:MAC%3a805ec0aabbcc@192.0.2.31:5059>",
  "Max-Forwards: 70",
  "Expires: 0",
  'Event: ua-profile;profile-type="device";vendor="Yealink";model="SIP-T46U";version="108.86.0.20"',
  "Accept: application/url",
  "Content-Length: 0",
];
const datagram = (from: readonly string[]): Buffer => Buffer.from(`${from.join("\r\n")}\r\n\r\n`, "latin1");
const changed = (name: string, line?: string): Buffer =>
  datagram(lines.flatMap((one) => (one.startsWith(name) ? (line === undefined ? [] : [line]) : [one])));
const own = { tag: "ours", host: "192.0.2.1", port: 40_000 };

describe("a phone that asks for its configuration", () => {
  test("is read: MAC address, vendor, model, firmware, and where it is reached", () => {
    expect(parseProfileSubscribe(datagram(lines))).toMatchObject({
      ...{ mac: "805ec0aabbcc", vendor: "Yealink", model: "SIP-T46U", firmware: "108.86.0.20" },
      contact: { uri: "sip:MAC%3a805ec0aabbcc@192.0.2.31:5059", host: "192.0.2.31", port: 5059 },
      answerPort: 5059,
    });
  });

  test("with rport is answered at the port it asked from", () => {
    const asked = parseProfileSubscribe(changed("Via", "Via: SIP/2.0/UDP 192.0.2.31:5059;rport;branch=z9hG4bK1"));
    expect(asked).toBeDefined();
    expect(asked).not.toHaveProperty("answerPort");
  });

  test("may write headers in their short form and in any case", () => {
    const short = changed("Via", "v:SIP/2.0/UDP 192.0.2.31;branch=z9hG4bK1").toString("latin1");
    const asked = parseProfileSubscribe(
      Buffer.from(short.replace("From:", "F :").replace("Event:", "o:").replace("Call-ID:", "I:"), "latin1"),
    );
    expect(asked).toMatchObject({ mac: "805ec0aabbcc", answerPort: 5060, callId: "1106573431@192.0.2.31" });
  });

  test("is shown with nothing that a terminal or a page would obey", () => {
    const event = 'Event: ua-profile;vendor="<b>\u009b31m&";model="";version="';
    expect(parseProfileSubscribe(changed("Event", event))).toMatchObject({ vendor: "<b>?31m&" });
    expect(parseProfileSubscribe(changed("Event", event))).not.toHaveProperty("model");
  });
});

describe("what is no such question is nothing", () => {
  test.each([
    ["an INVITE", changed("SUBSCRIBE", "INVITE sip:MAC%3a805ec0aabbcc@224.0.1.75 SIP/2.0")],
    ["another event", changed("Event", "Event: presence")],
    ["an event that begins alike", changed("Event", "Event: ua-profiler;vendor=x")],
    ["no Via", changed("Via")],
    ["no From", changed("From")],
    ["a From without a tag", changed("From", "From: <sip:a@192.0.2.31>")],
    ["a To of a dialog", changed("To", "To: <sip:a@224.0.1.75>;tag=x")],
    ["two Call-IDs", datagram([...lines, "Call-ID: other"])],
    ["a CSeq of another method", changed("CSeq", "CSeq: 1 INVITE")],
    ["a Contact with a name to look up", changed("Contact", "Contact: <sip:a@phone.example.com>")],
    ["a Contact with port 0", changed("Contact", "Contact: <sip:a@192.0.2.31:0>")],
    ["TCP", changed("Via", "Via: SIP/2.0/TCP 192.0.2.31:5059;branch=z9hG4bK1")],
    ["a bare line feed in a header", changed("Accept", "Accept: a\nContact: <sip:b@192.0.2.99>")],
    ["a bare carriage return", changed("Accept", "Accept: a\rX: b")],
    ["a NUL", changed("From", "From: <sip:a\0@192.0.2.31>;tag=1")],
    ["a line that is no header", changed("Accept", "nonsense")],
    ["no end of the headers", Buffer.from(lines.join("\r\n"))],
    ["a flood of headers", datagram([...lines, ...Array.from({ length: 60 }, (_, at) => `X-${at}: y`)])],
    ["a huge datagram", Buffer.concat([datagram(lines), Buffer.alloc(5_000)])],
  ])("%s", (_, hostile) => {
    expect(parseProfileSubscribe(hostile)).toBeUndefined();
  });

  test("bytes at random, and one byte changed anywhere, never break the parser", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1_500 }), (bytes) => {
        expect(parseProfileSubscribe(Buffer.from(bytes))).toBeUndefined();
      }),
    );
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 0, max: 255 }), (where, byte) => {
        const bytes = datagram(lines);
        bytes[where % bytes.length] = byte;
        const asked = parseProfileSubscribe(bytes);
        if (asked) expect(acceptance(asked, own).split("\r\n\r\n")).toEqual([expect.any(String), ""]);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("the answer", () => {
  const asked = parseProfileSubscribe(datagram(lines));
  if (!asked) throw new Error("the question is right");

  test("echoes headers byte by byte, and ends the subscription at once", () => {
    expect(acceptance(asked, own)).toBe(
      [
        "SIP/2.0 200 OK",
        ...lines.slice(1, 3),
        `${lines[3]};tag=ours`,
        ...lines.slice(4, 6),
        "Contact: <sip:earshot@192.0.2.1:40000>",
        "Expires: 0",
        "Content-Length: 0",
        "",
        "",
      ].join("\r\n"),
    );
  });

  test("is followed by a NOTIFY of the same dialog with the address and nothing else", () => {
    expect(notification(asked, own, "z9hG4bKours", "https://phones.example.com/")).toBe(
      [
        "NOTIFY sip:MAC%3a805ec0aabbcc@192.0.2.31:5059 SIP/2.0",
        "Via: SIP/2.0/UDP 192.0.2.1:40000;branch=z9hG4bKours;rport",
        "Max-Forwards: 70",
        "From: <sip:MAC%3a805ec0aabbcc@224.0.1.75>;tag=ours",
        "To: <sip:MAC%3a805ec0aabbcc@224.0.1.75>;tag=1553180106",
        "Call-ID: 1106573431@192.0.2.31",
        "CSeq: 1 NOTIFY",
        "Contact: <sip:earshot@192.0.2.1:40000>",
        lines[9],
        "Subscription-State: terminated;reason=timeout",
        "Content-Type: application/url",
        "Content-Length: 27",
        "",
        "https://phones.example.com/",
      ].join("\r\n"),
    );
  });

  test("to the NOTIFY ends its repetition, whatever it says; a provisional one does not", () => {
    const reply = (status: string): Buffer =>
      Buffer.from(`SIP/2.0 ${status}\r\nCall-ID: 1106573431@192.0.2.31\r\nCSeq: 1 NOTIFY\r\nContent-Length: 0\r\n\r\n`);
    expect(answered(reply("200 OK"))).toBe("1106573431@192.0.2.31");
    expect(answered(reply("481 Gone"))).toBe("1106573431@192.0.2.31");
    expect(answered(reply("100 Trying"))).toBeUndefined();
    expect(answered(datagram(lines))).toBeUndefined();
  });
});
