import { createHash } from "node:crypto";
import { Agent, request } from "undici";
import { afterEach, describe, expect, test } from "vitest";
import { serverCertificate } from "../../lab/certificate.ts";
import type { Priority } from "../../lab/phones/polycom-push.ts";
import { type PolycomPushOptions, PolycomPushPhone } from "../../lab/phones/polycom-push-phone.ts";
import type { Switches } from "../../lab/phones/polycom-switches.ts";

/** Whom a strict Polycom takes a push from, and when it shows what it took. */
let phone: PolycomPushPhone | undefined;
afterEach(async () => {
  await phone?.stop();
  phone = undefined;
});

async function started(options: PolycomPushOptions = {}): Promise<PolycomPushPhone> {
  phone = new PolycomPushPhone({ serverRootUrl: "https://gw.example", criticalAllowed: true, ...options });
  await phone.start();
  return phone;
}
const switched = (switches: Partial<Switches>) => started({ switches });

const xhtml = "application/xhtml+xml";
const spipx = "application/x-com-polycom-spipx";
const md5 = (text: string): string => createHash("md5").update(text).digest("hex");
const notice = (priority: Priority, text = "since 14:02."): string =>
  `<PolycomIPPhone><Data priority="${priority}"><h1>x</h1>${text}</Data></PolycomIPPhone>`;

interface Sent {
  readonly authorization?: string;
  readonly path?: string;
  readonly method?: "POST" | "GET";
  readonly type?: string;
  readonly agent?: Agent;
}

async function send(to: PolycomPushPhone, body: string, sent: Sent = {}) {
  const { authorization, path = "/push", method = "POST", type = xhtml, agent } = sent;
  const headers = { "content-type": type, ...(authorization !== undefined && { authorization }) };
  const options = { method, headers, ...(method === "POST" && { body }), ...(agent && { dispatcher: agent }) };
  const reply = await request(`${to.origin}${path}`, options);
  const text = await reply.body.text();
  return { status: reply.statusCode, text, challenge: String(reply.headers["www-authenticate"] ?? "") };
}

interface Signed {
  /** What becomes of the fields at last. */
  readonly written?: (authorization: string) => string;
  readonly password?: string;
  readonly uri?: string;
  readonly nc?: string;
}

/** The `Authorization` that answers a challenge, by RFC 2617, or by RFC 2069 where it offers no qop. */
function answering(
  challenge: string,
  { password = "a long push password", uri = "/push", nc = "00000001", written = (it) => it }: Signed = {},
) {
  const [, nonce = ""] = /nonce="([^"]*)"/.exec(challenge) ?? [];
  const [ha1, ha2] = [md5(`earshot:PUSH Authentication:${password}`), md5(`POST:${uri}`)];
  const withQop = challenge.includes("qop=");
  const response = md5(withQop ? `${ha1}:${nonce}:${nc}:c0:auth:${ha2}` : `${ha1}:${nonce}:${ha2}`);
  const qop = withQop ? `, qop=auth, nc=${nc}, cnonce="c0"` : "";
  const fields = `username="earshot", realm="PUSH Authentication", nonce="${nonce}", uri="${uri}", response="${response}"`;
  return written(`Digest ${fields}${qop}`);
}

async function push(to: PolycomPushPhone, body: string, sent: Sent = {}, signed: Signed = {}) {
  const { challenge } = await send(to, body, sent);
  return send(to, body, { ...sent, authorization: answering(challenge, signed) });
}

describe("a push is taken", () => {
  test("by digest, after a challenge, and said to be displayed", async () => {
    const to = await started();
    const { status, challenge } = await send(to, notice("Important"));
    expect([status, challenge]).toEqual([401, expect.stringContaining('Digest realm="PUSH Authentication"')]);
    const taken = await send(to, notice("Important"), { authorization: answering(challenge) });
    expect(taken).toMatchObject({ status: 200, text: "Push Message will be displayed successfully" });
    expect(to.notices).toEqual(["x\nsince 14:02."]);
    expect(to.complaints).toEqual([]);
  });

  test("with a challenge that has no qop, too", async () => {
    expect(await push(await switched({ digestQop: false }), notice("High"))).toMatchObject({ status: 200 });
  });

  test.each([
    [true, 401],
    [false, 200],
  ])("again with the same nonce where it counts once: %s", async (nonceOnce, status) => {
    const to = await switched({ nonceOnce });
    const { challenge } = await send(to, notice("High"));
    await send(to, notice("High"), { authorization: answering(challenge) });
    const again = answering(challenge, { nc: "00000002" });
    expect(await send(to, notice("High"), { authorization: again })).toMatchObject({ status });
  });

  test("by HTTPS", async () => {
    const certificate = serverCertificate();
    const agent = new Agent({ connect: { ca: certificate.ca } });
    const to = await started({ certificate });
    expect(await push(to, notice("High"), { agent })).toMatchObject({ status: 200 });
    await agent.close();
  });

  const wrong: [string, Sent, Signed, number, string[]][] = [
    ["with another password", {}, { password: "456" }, 401, []],
    ["for another address", {}, { uri: "/servlet" }, 401, ["push-digest"]],
    ["with qop in quotes", {}, { written: (it) => it.replace("qop=auth", 'qop="auth"') }, 200, ["push-digest"]],
    [
      "as if no qop had been offered",
      {},
      { written: (it) => it.replace(/, qop=.*$/, "") },
      401,
      ["push-digest", "push-digest"],
    ],
    ["with a count that is not the next", {}, { nc: "00000007" }, 200, ["push-digest"]],
    ["at another path", { path: "/servlet?push=xml" }, {}, 404, ["push-path", "push-path"]],
    ["by GET", { method: "GET" }, {}, 404, ["push-path", "push-path"]],
  ];
  test.each(wrong)("not, or not without a word, %s", async (_what, sent, signed, status, codes) => {
    const to = await started();
    expect(await push(to, notice("High"), sent, signed)).toMatchObject({ status });
    expect(to.codes).toEqual(codes);
  });

  test("not by Basic", async () => {
    const to = await started();
    const authorization = `Basic ${Buffer.from("earshot:a long push password").toString("base64")}`;
    expect(await send(to, notice("High"), { authorization })).toMatchObject({ status: 401 });
    expect(to.codes).toEqual(["push-basic"]);
  });

  test("not while another is under way", async () => {
    const to = await started();
    to.mood = "silent";
    const both = [send(to, notice("High")), send(to, notice("High"))];
    await to.until(() => to.codes.length > 0, "the second is noticed");
    to.release();
    await Promise.all(both);
    expect(to.codes).toEqual(["push-at-once"]);
  });

  const moods = [
    ["not-found", 404],
    ["forbidden", 403],
    ["broken", 500],
    ["asks-for-ever", 401],
    ["unguarded", 200],
  ] as const;
  test.each(moods)("or answered as a phone may: %s", async (mood, status) => {
    const to = await started();
    to.mood = mood;
    expect(await push(to, notice("High"))).toMatchObject({ status });
  });
});

describe("messageType is a filter and no threshold", () => {
  /** Those that came to the screen. */
  async function shownOf(to: PolycomPushPhone, given: readonly Priority[]): Promise<Priority[]> {
    for (const priority of given) await push(to, notice(priority));
    return to.taken.filter(({ became }) => became === "shown").map((taken) => taken.push.priority);
  }

  const all: Priority[] = ["Normal", "Important", "High", "Critical"];
  test.each<[number, PolycomPushOptions["software"] & string, Priority[]]>([
    [0, "UCS 5", []],
    [1, "UCS 5", ["Normal"]],
    [2, "UCS 5", ["Important"]],
    [3, "UCS 5", ["High"]],
    [4, "UCS 5", ["Critical"]],
    [5, "UCS 5", all],
  ])("%i on %s lets through %j", async (messageType, software, through) => {
    const to = await started({ messageType, software });
    expect(await shownOf(to, all)).toEqual(through);
  });

  test.each<[number, Priority[]]>([
    [0, []],
    [1, ["Critical"]],
    [2, ["Normal"]],
    [3, ["Normal", "Critical"]],
  ])("%i on SIP 3.1 lets through %j", async (messageType, through) => {
    const to = await started({ messageType, software: "SIP 3.1" });
    expect(await shownOf(to, ["Normal", "Critical"])).toEqual(through);
  });

  test.each([
    [true, { status: 200, text: "Push Message filtered" }],
    [false, { status: 403 }],
  ])("and what it holds back is answered by 200: %s", async (filteredIsOk, reply) => {
    const to = await started({ messageType: 4, switches: { filteredIsOk } });
    expect(await push(to, notice("Normal"))).toMatchObject(reply);
    expect(to.notices).toEqual([]);
  });
});

describe("what is shown when", () => {
  /** Takes them one after the other in a call; what became of each. */
  async function inCall(to: PolycomPushPhone, ...given: Priority[]): Promise<string[]> {
    to.callArrives();
    for (const priority of given) await push(to, notice(priority, `${priority} 14:02`));
    return to.taken.map(({ became }) => became);
  }

  test.each<[Priority[], string[]]>([
    [
      ["Critical", "Critical"],
      ["shown", "shown"],
    ],
    [["High"], ["shown"]],
    [["Important"], ["shown"]],
    [["Normal"], ["held"]],
    [
      ["Important", "High"],
      ["shown", "shown"],
    ],
    [
      ["High", "High"],
      ["shown", "held"],
    ],
    [
      ["Important", "Important"],
      ["shown", "held"],
    ],
    [
      ["Critical", "Important"],
      ["shown", "held"],
    ],
  ])("in a call %j are %j", async (given, became) => {
    expect(await inCall(await started(), ...given)).toEqual(became);
  });

  test.each([
    [true, "held"],
    [false, "shown"],
  ])("what was put away counts until the call is over: %s", async (remembersShown, became) => {
    const to = await switched({ remembersShown });
    await inCall(to, "Important");
    to.dismiss();
    await push(to, notice("Important"));
    expect(to.taken.at(-1)?.became).toBe(became);
  });

  test("what waited comes once the phone is idle, the most urgent first", async () => {
    const to = await started();
    await inCall(to, "Critical", "Normal", "Important", "High", "Normal");
    expect(to.held.map(({ priority }) => priority)).toEqual(["High", "Important", "Normal", "Normal"]);
    to.callEnds();
    expect(to.notices).toEqual(["Critical", "High", "Important", "Normal", "Normal"].map((each) => `x\n${each} 14:02`));
    expect(to.held).toEqual([]);
    expect(to.complaints).toEqual([]);
  });

  test("what comes late and does not say of when is stale", async () => {
    const to = await started();
    to.callArrives();
    await push(to, notice("Normal", "Kim hears this call."));
    to.callEnds();
    expect(to.codes).toEqual(["push-stale"]);
  });

  test("ten wait, and no more", async () => {
    const to = await started();
    await inCall(to, ...Array.from({ length: 11 }, () => "Normal" as const));
    expect(to.held.length).toBe(10);
    expect([to.statuses.at(-1), to.codes]).toEqual([400, ["push-queue-full"]]);
  });

  test.each([
    [true, "Important"],
    [false, undefined],
  ])("what was shown stays after the call: %s", async (shownStays, priority) => {
    const to = await switched({ shownStays });
    await inCall(to, "Important");
    to.callEnds();
    expect(to.onScreen?.priority).toBe(priority);
  });

  test("a page is opened when its turn has come", async () => {
    const to = await started();
    const opened: string[] = [];
    to.onOpen = (url) => opened.push(url);
    to.callArrives();
    await push(to, '<PolycomIPPhone><URL priority="Normal">/p/T0ken/</URL></PolycomIPPhone>', { type: spipx });
    expect(opened).toEqual([]);
    to.callEnds();
    expect(opened).toEqual(["https://gw.example/p/T0ken/"]);
  });

  test.each([
    [true, [], ["Tel:600"]],
    [false, ["Tel:600"], []],
  ])("a pushed tel: asks the user: %s", async (asksBeforeDialling, executed, asked) => {
    const to = await switched({ asksBeforeDialling });
    await push(to, '<PolycomIPPhone><Data priority="High">Tel:600</Data></PolycomIPPhone>', { type: spipx });
    expect([to.executed, to.asked]).toEqual([executed, asked]);
  });
});
