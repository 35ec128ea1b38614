import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { HttpPush } from "../../../src/delivery/http-push.ts";
import { PushPhone, type PushPhoneOptions } from "../../lab/phones/push-phone.ts";
import { kimsPhone } from "../core/world.ts";

const post = {
  path: "/servlet?push=xml",
  contentType: "text/xml; charset=utf-8",
  body: '<?xml version="1.0" encoding="UTF-8"?><YealinkIPPhoneExecute Beep="no"><ExecuteItem URI="Led:LINE1_RED=on"/></YealinkIPPhoneExecute>',
};

let phone: PushPhone;
const pushes: HttpPush[] = [];

async function start(options: PushPhoneOptions = {}): Promise<HttpPush> {
  phone = new PushPhone(options);
  await phone.start();
  const made = new HttpPush("192.0.2.10");
  pushes.push(made);
  return made;
}

afterEach(async () => {
  for (const made of pushes.splice(0)) await made.stop();
  await phone.stop();
});

describe("a push by HTTP", () => {
  it.each(["MD5", "SHA-256"] as const)(
    "with digest by %s is confirmed, and each further one needs one request",
    async (algorithm) => {
      const push = await start({ algorithm });
      expect(await push.post(kimsPhone, phone.push, post)).toEqual({ outcome: "confirmed" });
      expect(await push.post(kimsPhone, phone.push, post)).toEqual({ outcome: "confirmed" });
      expect(await push.post(kimsPhone, phone.push, post)).toEqual({ outcome: "confirmed" });
      expect(phone.statuses).toEqual([401, 200, 200, 200]);
      expect(phone.taken.map(({ body }) => body)).toEqual([post.body, post.body, post.body]);
      expect(phone.complaints).toEqual([]);
    },
  );

  // We push from 127.0.0.1 and call ourselves 192.0.2.10.
  it.each([
    ["address", "127.0.0.1", "confirmed"],
    ["address", "192.0.2.10", "failed"],
    ["referer", "192.0.2.10", "confirmed"],
    ["referer", "127.0.0.1", "failed"],
    ["both", "127.0.0.1", "failed"],
  ] as const)("is held against push_xml.server by %s: %s, and is %s", async (checksSender, server, outcome) => {
    const push = await start({ checksSender, server });
    expect(await push.post(kimsPhone, phone.push, post)).toMatchObject({ outcome });
    expect(phone.taken.length).toBe(outcome === "confirmed" ? 1 : 0);
  });

  it("a stale nonce is signed in for anew", async () => {
    const push = await start({ nonceUses: 1 });
    await push.post(kimsPhone, phone.push, post);
    expect(await push.post(kimsPhone, phone.push, post)).toEqual({ outcome: "confirmed" });
    expect(phone.statuses).toEqual([401, 200, 401, 200]);
    expect(phone.complaints).toEqual([]);
  });

  it("a phone that asks for ever is given up", async () => {
    const push = await start();
    phone.mood = "asks-for-ever";
    expect(await push.post(kimsPhone, phone.push, post)).toMatchObject({ outcome: "failed", again: true });
    expect(phone.statuses.length).toBeLessThanOrEqual(3);
  });

  it("a wrong password fails for good, and is tried once", async () => {
    const push = await start();
    const answer = await push.post(kimsPhone, { ...phone.push, password: "wrong" }, post);
    expect(answer).toMatchObject({ outcome: "failed", again: false });
    expect(JSON.stringify(answer)).not.toContain("wrong");
    expect(phone.statuses).toEqual([401, 401]);
    expect(phone.taken).toEqual([]);
  });

  it("a 200 from a phone that asked for no sign-in is sent, not confirmed", async () => {
    const push = await start();
    phone.mood = "unguarded";
    expect(await push.post(kimsPhone, phone.push, post)).toEqual({ outcome: "sent" });
  });

  it("where a make says in words that it will show it, those words count and no status does", async () => {
    const push = await start();
    const asks = { ...post, confirmedBy: "displayed successfully" };
    expect(await push.post(kimsPhone, phone.push, asks)).toEqual({ outcome: "sent" });
    phone.says = "<b>Push Message will be displayed successfully</b>";
    expect(await push.post(kimsPhone, phone.push, asks)).toEqual({ outcome: "confirmed" });
    phone.says = "Filtered";
    expect(await push.post(kimsPhone, phone.push, asks)).toEqual({ outcome: "sent" });
  });

  it.each([
    ["not-found", false],
    ["forbidden", false],
    ["broken", true],
  ] as const)("a phone that is %s fails; again: %s", async (mood, again) => {
    const push = await start();
    phone.mood = mood;
    expect(await push.post(kimsPhone, phone.push, post)).toMatchObject({ outcome: "failed", again });
  });

  it("a phone that does not answer is given up within ten seconds", async () => {
    const push = await start();
    phone.mood = "silent";
    const asked = performance.now();
    expect(await push.post(kimsPhone, phone.push, post)).toMatchObject({ outcome: "failed", again: true });
    expect(performance.now() - asked).toBeLessThan(10_000);
  });

  it("a refused connection is a result", async () => {
    const push = await start();
    const nobody = createServer();
    nobody.listen(0, "127.0.0.1");
    await once(nobody, "listening");
    const { port } = nobody.address() as AddressInfo;
    nobody.close();
    await once(nobody, "close");
    const to = { ...phone.push, origin: `http://127.0.0.1:${port}` };
    expect(await push.post(kimsPhone, to, post)).toEqual({
      outcome: "failed",
      why: "nobody listens at the phone's address",
      again: true,
    });
  });
});
