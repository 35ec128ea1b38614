import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { DeskPhone } from "../../lab/phones/desk-phone.ts";
import { type PolycomOptions, PolycomPhone } from "../../lab/phones/polycom.ts";
import type { Switches } from "../../lab/phones/polycom-switches.ts";
import { YealinkPhone } from "../../lab/phones/yealink.ts";
import { PageServer, type Served } from "./polycom-corpus/server.ts";

/** What a strict Polycom does with a page that it shows, and what is on its screen when it does not. */
let server: PageServer;
let phone: PolycomPhone;
beforeEach(async () => {
  server = new PageServer();
  phone = new PolycomPhone();
  await server.start();
});
afterEach(async () => {
  await phone.stop();
  await server.stop();
});

const at = (path: string): string => `${server.origin}${path}`;
const doc = (title: string, body: string, keys = ""): string =>
  `<html><head><title>${title}</title></head><body>${body}</body>${keys}</html>`;
const list = (): string =>
  doc(
    "Live calls 2",
    `<table><tr><td><a href="${at("/17")}">Dana R.</a></td><td>0412 02:41</td></tr>
<tr><td><a href="${at("/18")}">Omar &amp; Li</a></td><td>sales 00:12</td></tr></table><p><a href="${at("/next")}">Next</a></p>`,
    `<softkey index="2" label="Exit" action="SoftKey:Exit"/><softkey index="1" label="Find" action="SoftKey:Fetch;${at("/find")}"/>`,
  );
const find = (action = "/found", more = ""): string =>
  doc(
    "Find",
    `<form method="get" action="${at(action)}">Name: <input type="text" name="typed" value="A"/>
PIN: <input type="password" name="pin"/><input type="hidden" name="h" value="1"/>
<input type="submit" name="do" value="Go"/>${more}</form>`,
  );

/** The page of that address on the screen of such a phone. */
async function showing(served: Served | string, options: PolycomOptions = {}): Promise<PolycomPhone> {
  await phone.stop();
  phone = new PolycomPhone(options);
  server.pages.set("/", typeof served === "string" ? { body: served } : served);
  await phone.open(at("/"));
  return phone;
}

const vvx = (switches: Partial<Switches> = {}): PolycomOptions => ({ model: "VVX_500", switches });
const soundPoint = (switches: Partial<Switches> = {}): PolycomOptions => ({ model: "SPIP_550", switches });
const other = (body = doc("Other", "<p>x</p>")): Served => ({ body });
const asked = (): string[] => server.asked.map(({ path }) => path);

test("it can be driven as the strict Yealink is", async () => {
  const phones: DeskPhone[] = [new YealinkPhone(), new PolycomPhone()];
  expect(phones.map(({ isOpen }) => isOpen)).toEqual([false, false]);
  await Promise.all(phones.map((each) => each.stop()));
});

describe("a page on the screen", () => {
  test("is its title, its lines, its rows and its keys by their index", async () => {
    await showing(list());
    expect(phone.title()).toBe("Live calls 2");
    expect(phone.rows()).toEqual(["Dana R. 0412 02:41", "Omar & Li sales 00:12", "Next"]);
    expect(phone.text()).toBe(phone.rows().join("\n"));
    expect(phone.keys()).toEqual(["Find", "Exit"]);
    expect(phone.labels()).toEqual(["Find", "Exit", "Dana R.", "Omar & Li", "Next"]);
    expect(phone.screen).toContain("| > Dana R. 0412 02:41");
  });

  test("on a VVX has no softkeys, but what is in its body", async () => {
    await showing(list(), vvx());
    expect(phone.keys()).toEqual(["Dana R.", "Omar & Li", "Next"]);
    await expect(phone.press("Find")).rejects.toThrow(/nothing is called "Find"/);
  });

  test("on a VVX that takes softkeys has both", async () => {
    await showing(list(), vvx({ takesSoftkeys: true }));
    expect(phone.keys()).toEqual(["Find", "Exit", "Dana R.", "Omar & Li", "Next"]);
  });

  test("has the phone's own Back key behind its own", async () => {
    await showing(list(), soundPoint({ ownBackKey: true }));
    expect(phone.keys()).toEqual(["Find", "Exit", "Back"]);
  });

  test("with more softkeys than fit has the others behind More, and they can be pressed", async () => {
    const keys = [1, 2, 3, 4].map((n) => `<softkey index="${n}" label="K${n}" action="SoftKey:Fetch;${at(`/${n}`)}"/>`);
    server.pages.set("/4", other());
    await showing(doc("t", "x", keys.join("")), { model: "SPIP_331" });
    expect(phone.screen).toContain("[K1] [K2] [More]");
    await phone.press("K4");
    expect(phone.title()).toBe("Other");
  });

  test.each([
    [true, "Ana \u540d"],
    [false, "Ana \u25a1"],
  ])("where it is %s that every glyph is there, it says so", async (allGlyphs, shown) => {
    await showing(doc("t", "<p>Ana \u540d</p>"), soundPoint({ allGlyphs }));
    expect(phone.text()).toBe(shown);
  });
});

describe("a press", () => {
  test("of a softkey fetches its address", async () => {
    server.pages.set("/find", other());
    await showing(list());
    expect(await phone.press("Find")).toMatchObject({ status: 200, url: at("/find") });
    expect(phone.title()).toBe("Other");
  });

  test("of a link in the body does too", async () => {
    server.pages.set("/18", other());
    await showing(list(), vvx());
    await phone.press("Omar & Li");
    expect(asked()).toEqual(["/", "/18"]);
  });

  test("of OK follows what is highlighted: the first, or what was selected", async () => {
    server.pages.set("/17", { body: list() });
    server.pages.set("/18", other());
    await showing(list());
    await phone.ok();
    phone.select(1);
    await phone.ok();
    expect(asked()).toEqual(["/", "/17", "/18"]);
  });

  test("of Exit closes the browser", async () => {
    await showing(list());
    expect(await phone.press("Exit")).toBeUndefined();
    expect(phone.isOpen).toBe(false);
  });

  test("of a link to an internal URI is the phone's own business", async () => {
    await showing(doc("t", '<a href="Key:MicMute">Mute</a>'));
    expect(await phone.press("Mute")).toBeUndefined();
    expect(phone.executed).toEqual(["Key:MicMute"]);
  });

  test("of Back asks again for the page before, whatever it does", async () => {
    server.pages.set("/17", { body: list() });
    await showing(list());
    await phone.press("Dana R.");
    await phone.cancel();
    expect(asked()).toEqual(["/", "/17", "/"]);
    expect(await phone.cancel()).toBeUndefined();
    expect(phone.isOpen).toBe(false);
  });

  test("of Home asks for the launcher", async () => {
    server.pages.set("/17", other(doc("t", "x", '<softkey index="1" label="Home" action="SoftKey:Home"/>')));
    await showing(list());
    await phone.press("Dana R.");
    await phone.press("Home");
    expect(phone.title()).toBe("Live calls 2");
  });

  test("of Refresh asks for the same again", async () => {
    await showing(doc("t", "x", '<softkey index="1" label="Again" action="SoftKey:Refresh"/>'));
    await phone.press("Again");
    expect(asked()).toEqual(["/", "/"]);
  });

  test("that is answered by URIs carries them out, one after the other", async () => {
    const type = { "content-type": "application/x-com-polycom-spipx" };
    server.pages.set("/17", { body: "Key:MicMute\nTel:600", headers: type });
    await showing(list());
    await phone.press("Dana R.");
    expect(phone.executed).toEqual(["Key:MicMute", "Tel:600"]);
  });
});

describe("what is typed", () => {
  test("goes into the first field, then into the query with all else of the form", async () => {
    server.pages.set("/found", other());
    await showing(find());
    phone.type("na & Li");
    expect(phone.text()).toBe("Name: [Ana & Li] PIN: [] Go");
    await phone.submit();
    expect(asked().at(-1)).toBe("/found?typed=Ana+%26+Li&pin=&h=1&do=Go");
  });

  test("OK on a field sends it", async () => {
    server.pages.set("/found", other());
    await showing(find(), vvx());
    await phone.ok();
    expect(asked().at(-1)).toBe("/found?typed=A&pin=&h=1&do=Go");
  });

  test("a softkey sends it without the button, and another makes it as it was", async () => {
    server.pages.set("/found", other());
    const keys = `<softkey index="1" label="OK" action="SoftKey:Submit"/><softkey index="2" label="Clear" action="SoftKey:Reset"/>`;
    await showing(find("/found", keys));
    phone.type("xx");
    await phone.press("Clear");
    await phone.press("OK");
    expect(asked().at(-1)).toBe("/found?typed=A&pin=&h=1");
  });

  const secret = doc(
    "PIN",
    '<form action="http://192.0.2.1/"><input type="password" name="p"/><input type="submit" value="OK"/></form>',
  );
  test.each([
    [true, "[****] OK"],
    [false, "[2580] OK"],
  ])("in secret shows dots: %s", async (knowsPassword, shown) => {
    await showing(secret, soundPoint({ knowsPassword }));
    phone.type("2580");
    expect(phone.text()).toBe(shown);
  });

  test.each([
    [true, "/found?n=7&typed=A&pin=&h=1&do=Go"],
    [false, "/found?typed=A&pin=&h=1&do=Go"],
  ])("keeps the query of the form's address: %s", async (formKeepsQuery, path) => {
    server.pages.set("/found", other());
    await showing(find("/found?n=7"), soundPoint({ formKeepsQuery }));
    await phone.submit();
    expect(asked().at(-1)).toBe(path);
  });
});

describe("a refresh", () => {
  const refreshing = (): Served => ({ body: list(), headers: { refresh: `5; url=${at("/state")}` } });

  test("is where the header says, and nothing where none does", async () => {
    server.pages.set("/state", other());
    await showing(refreshing());
    expect(await phone.refresh()).toMatchObject({ url: at("/state") });
    expect(await phone.refresh()).toBeUndefined();
  });

  test("takes the place of the page for Back", async () => {
    server.pages.set("/state", { body: list() });
    server.pages.set("/17", other());
    await showing(refreshing());
    await phone.refresh();
    await phone.press("Dana R.");
    await phone.cancel();
    expect(asked()).toEqual(["/", "/state", "/17", "/state"]);
  });

  test("does nothing on a VVX that does not know the header", async () => {
    await showing(refreshing(), vvx({ refreshHeader: false }));
    expect(await phone.refresh()).toBeUndefined();
  });

  test.each([
    [true, ["/", "/state"]],
    [false, ["/"]],
  ])("by META is followed by a VVX: %s", async (metaRefresh, paths) => {
    server.pages.set("/state", other());
    const meta = `<meta http-equiv="refresh" content="5; url=${at("/state")}"/></head>`;
    await showing(list().replace("</head>", meta), vvx({ metaRefresh }));
    await phone.refresh();
    expect(asked()).toEqual(paths);
  });

  test.each([
    [true, "/18"],
    [false, "/17"],
  ])("keeps the highlight on its place: %s", async (refreshKeepsFocus, path) => {
    server.pages.set("/17", other());
    server.pages.set("/18", other());
    server.pages.set("/state", { body: list() });
    await showing(refreshing(), soundPoint({ refreshKeepsFocus }));
    phone.select(1);
    await phone.refresh();
    await phone.ok();
    expect(asked().at(-1)).toBe(path);
  });
});

describe("a call", () => {
  test.each([true, false])("that covered the page gives it back: %s", async (keepsCovered) => {
    await showing(list(), soundPoint({ keepsCovered }));
    phone.callArrives();
    expect(phone.isOpen).toBe(false);
    expect(() => phone.text()).toThrow("a call covers the page");
    phone.callEnds();
    expect(phone.isOpen).toBe(keepsCovered);
  });

  test.each([
    [true, ["/", "/state"]],
    [false, ["/"]],
  ])("lets the page below refresh: %s", async (refreshesCovered, paths) => {
    server.pages.set("/state", other());
    const served = { body: list(), headers: { refresh: `5; url=${at("/state")}` } };
    await showing(served, soundPoint({ refreshesCovered }));
    phone.callArrives();
    await phone.refresh();
    expect(asked()).toEqual(paths);
    expect(phone.isOpen).toBe(false);
  });

  test("is covered by a page that the phone is told to open", async () => {
    server.pages.set("/session", other());
    await showing(list());
    phone.callArrives();
    await phone.get(at("/session"));
    expect(phone.title()).toBe("Other");
  });
});

describe("nothing is on the screen", () => {
  test("after a page that was refused: the one before has gone, and trying again brings it back", async () => {
    await showing(list());
    await expect(phone.press("Dana R.")).rejects.toMatchObject({ codes: ["status"] });
    expect(phone.isOpen).toBe(false);
    expect(phone.screen).toBe("(an error page)");
    server.pages.set("/17", other());
    await phone.reload();
    expect(phone.title()).toBe("Other");
  });

  test("while a server does not answer", async () => {
    server.pages.set("/17", "nothing");
    await showing(list(), { patienceMs: 300 });
    await expect(phone.press("Dana R.")).rejects.toMatchObject({ codes: ["no-reply"] });
  });

  test("where there is no server", async () => {
    await showing(list());
    await server.stop();
    await expect(phone.reload()).rejects.toMatchObject({ codes: ["no-reply"] });
    await server.start();
  });

  test("and a reply that took too long is told", async () => {
    await expect(showing(list(), { replyMs: 0 })).rejects.toMatchObject({ codes: ["slow"] });
  });

  test("once nobody has pressed anything for long", async () => {
    await showing(list());
    phone.goesIdle();
    expect(phone.screen).toBe("(no page)");
  });

  test.each([
    ["launcher-too-long", `http://192.0.2.1/${"x".repeat(74)}`],
    ["launcher-character", "http://192.0.2.1/p/$x"],
  ])("where the launcher is no macro: %s", async (code, url) => {
    await expect(phone.open(url)).rejects.toMatchObject({ codes: [code] });
  });
});

describe("what a server sees", () => {
  const agents: [string, PolycomOptions, string | RegExp][] = [
    ["a SoundPoint", soundPoint(), "Microbrowser/1.1 PolycomSoundPointIP-SPIP_550-UA/4.0.15.1047 Type/Application"],
    [
      "a SoundStation",
      { model: "SSIP_5000" },
      "Microbrowser/1.1 PolycomSoundStationIP-SSIP_5000-UA/4.0.3.7562 Type/Application",
    ],
    ["a VVX", vvx(), /^Mozilla\/5\.0 .*AppleWebKit.* PolycomVVX-VVX_500-UA\//],
    ["a VVX that does not say so", vvx({ namesModel: false }), /^Mozilla\/5\.0 .*AppleWebKit((?!Polycom).)*$/],
  ];
  test.each(agents)("of %s is its User-Agent, and no serial", async (_what, options, agent) => {
    await showing(list(), options);
    const [first] = server.asked;
    expect(first?.headers["user-agent"]).toMatch(agent);
    expect(first?.headers["user-agent"]).not.toContain("SN:");
    expect(first?.headers["cookie"]).toBeUndefined();
  });

  test.each([
    [true, [0, 0]],
    [false, [0, 1]],
  ])("where it is %s that connections are kept, they are", async (keepsConnection, sockets) => {
    await showing(list(), soundPoint({ keepsConnection }));
    await phone.reload();
    expect(server.asked.map(({ socket }) => socket)).toEqual(sockets);
  });
});
