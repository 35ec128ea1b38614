import { describe, expect, it } from "vitest";
import { authorization, type Challenge, challengeOf } from "../../../src/delivery/digest.ts";

/** The examples of RFC 7616, section 3.9.1. */
const nonce = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v";
const opaque = "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS";
const cnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";
const header = (algorithm: string): string =>
  `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=${algorithm}, nonce="${nonce}", opaque="${opaque}"`;
const who = { username: "Mufasa", password: "Circle of Life" };

function challenge(text: string | readonly string[]): Challenge {
  const found = challengeOf(text);
  if (!found) throw new Error("no challenge");
  return found;
}

describe("digest", () => {
  it.each([
    ["MD5", "8ca523f5e9506fed4657c9700eebdbec"],
    ["SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"],
  ])("%s answers as the RFC's own example", (algorithm, response) => {
    const line = { method: "GET", uri: "/dir/index.html", count: 1, cnonce };
    const answer = authorization(challenge(header(algorithm)), who, line);
    expect(answer).toContain(`response="${response}"`);
    expect(answer).toContain("qop=auth, nc=00000001");
    expect(answer).toContain(`opaque="${opaque}"`);
  });

  it("the strongest of several challenges is answered, in one header or in several", () => {
    const both = [header("MD5"), header("SHA-256")];
    expect(challenge(both).algorithm).toBe("SHA-256");
    expect(challenge(both.join(", ")).algorithm).toBe("SHA-256");
    expect(challenge(`Basic realm="a, Digest b=c", ${header("MD5")}`).realm).toBe("http-auth@example.org");
  });

  it("quotes and commas in a realm are read and written as they are", () => {
    const read = challenge('Digest realm="a \\"b\\", c", nonce="n"');
    expect(read).toMatchObject({ realm: 'a "b", c', algorithm: "MD5", qop: undefined, stale: false });
    const line = { method: "POST", uri: "/", count: 1 };
    expect(authorization(read, who, line)).toContain('realm="a \\"b\\", c"');
    expect(authorization(read, who, line)).not.toContain("nc=");
  });

  it.each([
    undefined,
    "Basic realm=x",
    'Digest realm="r"',
    header("SHA-512-256"),
    'Digest realm="r", nonce="n", qop="auth-int"',
  ])("what cannot be answered is no challenge: %s", (text) => expect(challengeOf(text)).toBeUndefined());
});
