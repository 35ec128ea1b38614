import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { PhoneComplaint, type YealinkOptions, YealinkPhone } from "../../lab/phones/yealink.ts";
import { models } from "../../lab/phones/yealink-models.ts";
import { switches } from "../../lab/phones/yealink-switches.ts";
import { execute, field, input, key, menu, row, status, text } from "./yealink-corpus/pieces.ts";

/** What the strict phone does, each way of each switch; yealink.md is named by section and line. */
let server: Server;
let origin: string;
let asked: IncomingMessage[];
let answer: (request: IncomingMessage, reply: ServerResponse) => void;
let phones: YealinkPhone[];
const headers = { "content-type": "text/xml; charset=utf-8", "cache-control": "no-store" };

beforeEach(async () => {
  [asked, phones] = [[], []];
  server = createServer((request, reply) => {
    asked.push(request);
    answer(request, reply);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  for (const phone of phones) await phone.stop();
  server.closeAllConnections();
  server.close();
  await once(server, "close");
});

function phone(options: YealinkOptions = {}): YealinkPhone {
  const made = new YealinkPhone(options);
  phones.push(made);
  return made;
}

const serve =
  (body: string, more: Record<string, string> = {}, code = 200) =>
  (_request: IncomingMessage, reply: ServerResponse): void =>
    void reply.writeHead(code, { ...headers, ...more }).end(body);

async function showing(body: string, options: YealinkOptions = {}, more: Record<string, string> = {}) {
  answer = serve(body, more);
  const made = phone(options);
  await made.open(`${origin}/`);
  return made;
}

const paths = (): string[] => asked.map(({ url }) => url ?? "");
const two = (): string =>
  menu(
    row("one", `${origin}/r1`, "<Selection>c81</Selection>") +
      row("two", `${origin}/r2`, "<Selection>c82</Selection>") +
      key(1, "Listen", `${origin}/do`) +
      key(2, "Sort", `${origin}/do?by=name`),
  );

describe("a request of the phone", () => {
  const forms = models.flatMap((model) => switches.userAgent.ways.map((form) => [model.name, form] as const));
  // 6, l. 265: the parse that is suggested there.
  const known = /^yealink\s+(?:SIP(?: VP)?-)?([\w-]+)\s+([\d.]+)(?:\s+([0-9a-f:]{12,17}))?$/i;

  it.each(forms)("of a %s names itself: %s (6, l. 265-267)", async (model, userAgent) => {
    await showing(menu(), { model, userAgent });
    const [, name, firmware, mac] = known.exec(asked[0]?.headers["user-agent"] ?? "") ?? [];
    expect([name, firmware?.split(".").length]).toEqual([model, 4]);
    expect(mac).toBe(userAgent === "no MAC" ? undefined : "80:5e:c0:aa:bb:cc");
  });

  it("is a GET without cookies, whatever was set (6, l. 268)", async () => {
    const made = await showing(menu(row("x", `${origin}/x`)), {}, { "set-cookie": "a=b" });
    await made.ok();
    expect(asked.map(({ method, headers: { cookie } }) => [method, cookie])).toEqual(Array(2).fill(["GET", undefined]));
  });

  it.each([
    [false, 2],
    [true, 1],
  ])("keeps its connection: %s (6, l. 268)", async (keepsAlive, connections) => {
    const made = await showing(menu(row("x", `${origin}/x`)), { keepsAlive });
    await made.ok();
    expect(new Set(asked.map(({ socket }) => socket)).size).toBe(connections);
  });

  it.each([
    [false, ["/"]],
    [true, ["/", "/"]],
  ])("is sent again where a reply was lost: %s (8, l. 326)", async (asksTwice, sent) => {
    await showing(menu(), { asksTwice });
    expect(paths()).toEqual(sent);
  });
});

describe("a reply that is no page", () => {
  it("of 404 shows an error in place of the page, and is a complaint (8, l. 327)", async () => {
    const made = await showing(menu(row("x", `${origin}/x`)));
    answer = serve(text(), {}, 404);
    await expect(made.ok()).rejects.toThrow(/status 404/);
    expect(made.shows).toBe("error");
    await expect(made.ok()).rejects.toThrow(/no page is open/);
  });

  it("of 404 is shown where the phone shows such a page, and a complaint all the same (8, l. 327)", async () => {
    const made = await showing(menu(row("x", `${origin}/x`)), { showsErrors: true });
    answer = serve(text(), {}, 404);
    await expect(made.ok()).rejects.toThrow(/status 404/);
    expect([made.shows, made.title()]).toEqual(["page", "Coaching"]);
  });

  it("says that it is loading, for ever, where nobody answers (8, l. 313)", async () => {
    const made = phone({ patienceMs: 100 });
    answer = () => undefined;
    const opened = made.open(`${origin}/`);
    expect(made.shows).toBe("loading");
    await expect(opened).rejects.toThrow(/timeout/i);
    expect(made.shows).toBe("loading");
  });

  it("says that it is loading where a server cannot be reached (8, l. 313)", async () => {
    const made = await showing(menu(row("x", "http://127.0.0.1:1/")));
    await expect(made.ok()).rejects.toThrow();
    expect(made.shows).toBe("loading");
  });

  it("that is slow is a complaint, and shown (6, l. 268)", async () => {
    const made = phone({ replyMs: -1 });
    answer = serve(text());
    await expect(made.open(`${origin}/`)).rejects.toThrow(PhoneComplaint);
    expect(made.shows).toBe("page");
  });

  it.each([
    [301, /a redirect/],
    [500, /status 500/],
  ])("of %i is a complaint", async (code, complaint) => {
    answer = serve("", { location: `${origin}/y` }, code);
    await expect(phone().open(`${origin}/`)).rejects.toThrow(complaint);
  });

  it("that only does something leaves the page where it is (1.1, l. 49)", async () => {
    const made = await showing(menu(row("x", `${origin}/x`)));
    answer = serve(execute("Led:LINE5_RED=on", "Dial:2001"));
    await made.ok();
    expect([made.title(), made.did, [...made.lamps]]).toEqual(["Live calls", ["Dial:2001"], [["5 RED", "on"]]]);
  });
});

describe("the highlighted row", () => {
  it("is the first one again when a page comes anew, but where the page says another (8, l. 319)", async () => {
    const made = await showing(two(), {}, { refresh: `5; url=${origin}/again` });
    made.select(1);
    await made.refresh();
    expect(made.row).toBe(0);
    answer = serve(two().replace('Timeout="90"', 'Timeout="90" defaultIndex="2"'));
    await made.press("Listen");
    expect(made.row).toBe(1);
  });

  it.each([
    [true, "? or &", "/do?selection=c82", "/do?by=name&selection=c82"],
    [true, "?", "/do?selection=c82", "/do?by=name?selection=c82"],
    [false, "?", "/do", "/do?by=name"],
  ] as const)("goes along with a key: %s, by %s (2.2, l. 130; 10, l. 386)", async (selection, selectionBy, ...keys) => {
    const made = await showing(two(), { selection, selectionBy });
    for (const label of ["Listen", "Sort"]) {
      made.select(1);
      await made.press(label);
    }
    expect(paths().slice(1)).toEqual(keys);
  });

  it.each([
    [false, "/r1"],
    [true, "/r1?selection=c81"],
  ])("goes along with its own URL: %s (9, l. 336)", async (selectionOnRows, path) => {
    const made = await showing(two(), { selectionOnRows });
    await made.ok();
    expect(paths()[1]).toBe(path);
  });
});

describe("keys", () => {
  it.each([
    [true, ["/", "/again"]],
    [false, ["/"]],
  ])("Refresh is followed: %s (1.1, l. 64)", async (refresh, sent) => {
    const made = await showing(menu(), { refresh }, { refresh: `5; url=${origin}/again` });
    await made.refresh();
    expect(paths()).toEqual(sent);
  });

  it("of the phone's own are gone once a page has one, but where they fill what is free (2.1, l. 116)", async () => {
    const body = menu(row("x", `${origin}/x`) + key(1, "Go", `${origin}/go`));
    await expect((await showing(body)).press("Select")).rejects.toThrow(/no softkey "Select"/);
    await (await showing(body, { ownKeys: true })).press("Select");
    await (await showing(menu(row("y", `${origin}/y`)))).press("Select");
    expect(paths()).toEqual(["/", "/", "/x", "/", "/y"]);
  });

  const touch = models.filter(({ okKey }) => !okKey).map(({ name }) => name);
  it.each(touch)("a %s has no OK on a text, and a row can be tapped (1.1, l. 58; 4.4, l. 202)", async (model) => {
    const made = await showing(menu(row("x", `${origin}/x`)), { model });
    answer = serve(text("", `Beep="no" doneAction="${origin}/done"`));
    await made.ok();
    await expect(made.ok()).rejects.toThrow(`a ${model} has no OK key`);
  });

  it("the handset leaves a page, unless it is locked in (1.1, l. 56)", async () => {
    const free = await showing(menu());
    const locked = await showing(menu(row(), 'Beep="no" LockIn="yes"'));
    for (const made of [free, locked]) made.offHook();
    expect([free.shows, locked.shows]).toEqual(["nothing", "page"]);
  });

  it.each([
    [false, "0", "page", 1],
    [false, "9", "nothing", 1],
    [true, "9", "page", 2],
  ] as const)("Back at the end of a page's time: %s, Timeout %s (1.1, l. 55, 64)", async (...of) => {
    const [timeoutCancels, seconds, shows, requests] = of;
    const attributes = `Beep="no" Timeout="${seconds}" cancelAction="${origin}/back"`;
    const made = await showing(menu(row(), attributes), { timeoutCancels });
    await made.lapse();
    expect([made.shows, asked.length]).toEqual([shows, requests]);
  });
});

describe("typing", () => {
  const typing = () =>
    input(field() + key(1, "OK", "SoftKey:Submit") + key(2, "Find", `${origin}/f`), 'Beep="no"', `${origin}/t`);

  it.each([
    ["utf-8", "/t?name=Zo%C3%AB%20%E5%90%8D"],
    ["latin-1", "/t?name=Zo%EB%20%3F"],
  ] as const)("is sent as %s (6, l. 272)", async (typedAs, path) => {
    const made = await showing(typing(), { typedAs });
    made.type("Zoë 名");
    await made.press("OK");
    expect(paths()[1]).toBe(path);
  });

  it("is not sent by a key with an address of its own (1.5, l. 87)", async () => {
    const made = await showing(typing());
    made.type("Ana");
    await made.press("Find");
    expect(paths()[1]).toBe("/f");
  });

  it("is sent by OK, or not (1.5, l. 87)", async () => {
    const sends = await showing(typing());
    sends.type("Ana");
    await sends.ok();
    expect(paths().at(-1)).toBe("/t?name=Ana");
    await expect((await showing(typing(), { okSends: false })).ok()).rejects.toThrow(/OK sends nothing/);
  });
});

describe("a call", () => {
  it.each([
    [true, "page"],
    [false, "nothing"],
  ])("covers the page, and leaves it there: %s (5.3, l. 235)", async (callUncovers, after) => {
    const made = await showing(menu(), { callUncovers });
    made.callBegins();
    expect(made.shows).toBe("call");
    await expect(made.ok()).rejects.toThrow(/a call covers the page/);
    made.callEnds();
    expect(made.shows).toBe(after);
  });

  it("does not take the launcher key away (5.3, l. 233)", async () => {
    const made = await showing(menu());
    made.callBegins();
    await made.open(`${origin}/`);
    expect(made.shows).toBe("page");
  });

  it.each([
    [true, "page"],
    [false, "call"],
  ])("is covered by a page that is pushed: %s (10, l. 384)", async (pushCoversCall, shows) => {
    const made = await showing(menu(), { pushCoversCall });
    made.callBegins();
    await made.push(execute(`${origin}/session`));
    expect([made.shows, paths().at(-1)]).toEqual([shows, "/session"]);
  });

  it.each([
    [true, []],
    [false, ["5 RED"]],
  ])("with block_in_calling 1 nothing pushed is shown, and it stops lamps: %s (4.3, l. 197)", async (...of) => {
    const [blockStopsLamps, lamps] = of;
    const made = await showing(menu(), { blockStopsLamps, blockInCalling: true });
    made.callBegins();
    await made.push(execute("Led:LINE5_RED=on", `${origin}/session`));
    expect([made.shows, paths(), [...made.lamps.keys()]]).toEqual(["call", ["/"], lamps]);
  });

  it.each([
    [false, ""],
    [true, "Listening"],
  ])("a Status is seen in it: %s, and on the idle screen always (3.1, l. 152, 156)", async (statusInCall, inCall) => {
    const made = phone({ statusInCall });
    await made.push(status());
    expect(made.status).toBe("Listening");
    made.callBegins();
    expect(made.status).toBe(inCall);
  });

  it.each([
    [false, ["5 RED"]],
    [true, []],
  ])("puts out lamps when it is over: %s (10, l. 388)", async (callRepaintsLamps, lamps) => {
    const made = phone({ callRepaintsLamps });
    await made.push(execute("Led:LINE5_RED=on"));
    made.callBegins();
    made.callEnds();
    expect([...made.lamps.keys()]).toEqual(lamps);
  });
});

describe("a lamp", () => {
  it.each([
    ["T46U", false, ["5 RED"]],
    ["T48U", false, []],
    ["T57W", false, []],
    ["T57W", true, ["5 RED"]],
  ])("of a %s, whose screen's keys change their colour: %s (3.3, l. 168)", async (model, lampsOnScreens, lamps) => {
    const made = phone({ model, lampsOnScreens });
    await made.push(execute("Led:LINE5_RED=on"));
    expect([...made.lamps.keys()]).toEqual(lamps);
  });

  it("of a key that the model has not is a complaint (5.2, l. 227; 8, l. 321)", async () => {
    await expect(phone({ model: "T31G" }).push(execute("Led:LINE3_RED=on"))).rejects.toThrow(/no line key 3 on a T31G/);
  });
});
