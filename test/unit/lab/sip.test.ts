import { describe, expect, it } from "vitest";
import { answerTo, formatSdp, parseSdp } from "../../lab/sdp.ts";
import { digestAnswer } from "../../lab/sip-digest.ts";
import { addressOf, formatSip, headerOf, headersOf, isResponse, parameterOf, parseSip } from "../../lab/sip-message.ts";

describe("a SIP message", () => {
  it("is read with compact names, folded lines and a body, and written again", () => {
    const text =
      "NOTIFY sip:a@b SIP/2.0\r\nv: SIP/2.0/UDP x;branch=z9\r\nf: <sip:c@d>;tag=1\r\no: dialog;\r\n id=4\r\n\r\nbody";
    const message = parseSip(text);
    if (message === undefined) throw new Error("not read");
    expect(headerOf(message, "From")).toBe("<sip:c@d>;tag=1");
    expect(headerOf(message, "event")).toBe("dialog; id=4");
    expect(message.body).toBe("body");
    expect(parseSip(formatSip(message))?.body).toBe("body");
    expect(headersOf(message, "via")).toEqual(["SIP/2.0/UDP x;branch=z9"]);
  });

  it("is not a keep-alive", () => {
    expect(parseSip("\r\n\r\n")).toBeUndefined();
  });

  it("has addresses with quotes, without, and with parameters on both sides of the bracket", () => {
    expect(addressOf('"Ana \\"A\\" Ruiz" <sip:2001@h:5060;x=y>;tag=t')).toEqual({
      name: 'Ana "A" Ruiz',
      uri: "sip:2001@h:5060;x=y",
      user: "2001",
    });
    expect(addressOf("<sip:+49@h>").user).toBe("+49");
    expect(addressOf("sip:600@h;tag=1").user).toBe("600");
    expect(parameterOf("<sip:a@b;tag=no>;tag=yes", "tag")).toBe("yes");
    expect(parameterOf("<sip:a@b;tag=no>", "tag")).toBeUndefined();
  });
});

describe("digest", () => {
  it("answers the example of RFC 2069 as its errata have it", () => {
    const realm = 'realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="o"';
    const response = parseSip(`SIP/2.0 401 Unauthorized\r\nWWW-Authenticate: Digest ${realm}\r\n\r\n`);
    if (response === undefined || !isResponse(response)) throw new Error("not read");
    const user = { user: "Mufasa", password: "CircleOfLife" };
    const [name, value] = digestAnswer(response, "GET", "/dir/index.html", user) ?? ["", ""];
    expect(name).toBe("Authorization");
    expect(value).toContain('opaque="o"');
    expect(value).toContain('response="1949323746fe6a43ef61f9606e7febea"');
  });
});

describe("a session description", () => {
  it("is read as it is written", () => {
    const local = { host: "127.0.0.1", port: 4000, direction: "sendonly", codec: "PCMU" } as const;
    expect(parseSdp(formatSdp(local, 3))).toEqual(local);
    expect(parseSdp("m=audio 4000 RTP/AVP 8\r\nc=IN IP4 127.0.0.1\r\n")).toBeUndefined();
  });

  it("is answered as RFC 3264 section 6.1 wants it", () => {
    expect(answerTo("sendrecv", "sendrecv")).toBe("sendrecv");
    expect(answerTo("sendonly", "sendrecv")).toBe("recvonly");
    expect(answerTo("recvonly", "sendrecv")).toBe("sendonly");
    expect(answerTo("inactive", "sendrecv")).toBe("inactive");
    expect(answerTo("sendrecv", "sendonly")).toBe("sendonly");
    expect(answerTo("sendonly", "sendonly")).toBe("inactive");
  });
});
