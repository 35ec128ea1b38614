import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { DeskPhone } from "../../lab/phones/desk-phone.ts";
import { PolycomPhone } from "../../lab/phones/polycom.ts";
import { YealinkPhone } from "../../lab/phones/yealink.ts";
import { doc, other, PolycomBench, soundPoint, vvx } from "./polycom-corpus/bench.ts";

/** What a strict Polycom does with a page that it shows. */
let bench: PolycomBench;
beforeEach(async () => {
  bench = new PolycomBench();
  await bench.start();
});
afterEach(() => bench.stop());

test("it can be driven as the strict Yealink is", async () => {
  const phones: DeskPhone[] = [new YealinkPhone(), new PolycomPhone()];
  expect(phones.map(({ isOpen }) => isOpen)).toEqual([false, false]);
  await Promise.all(phones.map((each) => each.stop()));
});

test("a model whose browser is not proven is no phone for pages", () => {
  expect(() => new PolycomPhone({ model: "CCX_600" })).toThrow("no browser of a CCX_600 is proven");
});

describe("a page on the screen", () => {
  test("is its title, its lines, its rows and its keys by their index", async () => {
    const phone = await bench.showing(bench.list());
    expect(phone.title()).toBe("Live calls 2");
    expect(phone.rows()).toEqual(["Dana R. 0412 02:41", "Omar & Li sales 00:12", "Next"]);
    expect(phone.text()).toBe(phone.rows().join("\n"));
    expect(phone.keys()).toEqual(["Find", "Exit"]);
    expect(phone.labels()).toEqual(["Find", "Exit", "Dana R.", "Omar & Li", "Next"]);
    expect(phone.screen).toContain("| > Dana R. 0412 02:41");
  });

  test("on a VVX has no softkeys, but what is in its body", async () => {
    const phone = await bench.showing(bench.list(), vvx());
    expect(phone.keys()).toEqual(["Dana R.", "Omar & Li", "Next"]);
    await expect(phone.press("Find")).rejects.toThrow(/nothing is called "Find"/);
  });

  test("on a VVX that takes softkeys has both", async () => {
    const phone = await bench.showing(bench.list(), vvx({ takesSoftkeys: true }));
    expect(phone.keys()).toEqual(["Find", "Exit", "Dana R.", "Omar & Li", "Next"]);
  });

  test("has the phone's own Back key behind its own", async () => {
    const phone = await bench.showing(bench.list(), soundPoint({ ownBackKey: true }));
    expect(phone.keys()).toEqual(["Find", "Exit", "Back"]);
  });

  test("with more softkeys than fit has the others behind More, and they can be pressed", async () => {
    const keys = [1, 2, 3, 4].map(
      (n) => `<softkey index="${n}" label="K${n}" action="SoftKey:Fetch;${bench.at(`/${n}`)}"/>`,
    );
    bench.serve("/4", other());
    const phone = await bench.showing(doc("t", "x", keys.join("")), { model: "SPIP_331" });
    expect(phone.screen).toContain("[K1] [K2] [More]");
    await phone.press("K4");
    expect(phone.title()).toBe("Other");
  });

  test.each([
    [true, "Ana \u540d"],
    [false, "Ana \u25a1"],
  ])("where it is %s that every glyph is there, it says so", async (allGlyphs, shown) => {
    const phone = await bench.showing(doc("t", "<p>Ana \u540d</p>"), soundPoint({ allGlyphs }));
    expect(phone.text()).toBe(shown);
  });
});

describe("a press", () => {
  test("of a softkey fetches its address", async () => {
    bench.serve("/find", other());
    const phone = await bench.showing(bench.list());
    expect(await phone.press("Find")).toMatchObject({ status: 200, url: bench.at("/find") });
    expect(phone.title()).toBe("Other");
  });

  test("of a link in the body does too", async () => {
    bench.serve("/18", other());
    const phone = await bench.showing(bench.list(), vvx());
    await phone.press("Omar & Li");
    expect(bench.asked()).toEqual(["/", "/18"]);
  });

  test("of OK follows what is highlighted: the first, or what was selected", async () => {
    bench.serve("/17", { body: bench.list() });
    bench.serve("/18", other());
    const phone = await bench.showing(bench.list());
    await phone.ok();
    phone.select(1);
    await phone.ok();
    expect(bench.asked()).toEqual(["/", "/17", "/18"]);
  });

  test("of Exit closes the browser", async () => {
    const phone = await bench.showing(bench.list());
    expect(await phone.press("Exit")).toBeUndefined();
    expect(phone.isOpen).toBe(false);
  });

  test("of a link to an internal URI is the phone's own business", async () => {
    const phone = await bench.showing(doc("t", '<a href="Key:MicMute">Mute</a>'));
    expect(await phone.press("Mute")).toBeUndefined();
    expect(phone.executed).toEqual(["Key:MicMute"]);
  });

  test("of Back asks again for the page before, whatever it does", async () => {
    bench.serve("/17", { body: bench.list() });
    const phone = await bench.showing(bench.list());
    await phone.press("Dana R.");
    await phone.cancel();
    expect(bench.asked()).toEqual(["/", "/17", "/"]);
    expect(await phone.cancel()).toBeUndefined();
    expect(phone.isOpen).toBe(false);
  });

  test("of Home asks for the launcher", async () => {
    bench.serve("/17", other(doc("t", "x", '<softkey index="1" label="Home" action="SoftKey:Home"/>')));
    const phone = await bench.showing(bench.list());
    await phone.press("Dana R.");
    await phone.press("Home");
    expect(phone.title()).toBe("Live calls 2");
  });

  test("of Refresh asks for the same again", async () => {
    const phone = await bench.showing(doc("t", "x", '<softkey index="1" label="Again" action="SoftKey:Refresh"/>'));
    await phone.press("Again");
    expect(bench.asked()).toEqual(["/", "/"]);
  });

  test("that is answered by URIs carries them out, one after the other", async () => {
    const type = { "content-type": "application/x-com-polycom-spipx" };
    bench.serve("/17", { body: "Key:MicMute\nTel:600", headers: type });
    const phone = await bench.showing(bench.list());
    await phone.press("Dana R.");
    expect(phone.executed).toEqual(["Key:MicMute", "Tel:600"]);
  });
});

describe("what is typed", () => {
  test("goes into the first field, then into the query with all else of the form", async () => {
    bench.serve("/found", other());
    const phone = await bench.showing(bench.find());
    phone.type("na & Li");
    expect(phone.text()).toBe("Name: [Ana & Li] PIN: [] Go");
    await phone.submit();
    expect(bench.asked().at(-1)).toBe("/found?typed=Ana+%26+Li&pin=&h=1&do=Go");
  });

  test("OK on a field sends it", async () => {
    bench.serve("/found", other());
    const phone = await bench.showing(bench.find(), vvx());
    await phone.ok();
    expect(bench.asked().at(-1)).toBe("/found?typed=A&pin=&h=1&do=Go");
  });

  test("a softkey sends it without the button, and another makes it as it was", async () => {
    bench.serve("/found", other());
    const keys = `<softkey index="1" label="OK" action="SoftKey:Submit"/><softkey index="2" label="Clear" action="SoftKey:Reset"/>`;
    const phone = await bench.showing(bench.find("/found", keys));
    phone.type("xx");
    await phone.press("Clear");
    await phone.press("OK");
    expect(bench.asked().at(-1)).toBe("/found?typed=A&pin=&h=1");
  });

  const secret = doc(
    "PIN",
    '<form action="http://192.0.2.1/"><input type="password" name="p"/><input type="submit" value="OK"/></form>',
  );
  test.each([
    [true, "[****] OK"],
    [false, "[2580] OK"],
  ])("in secret shows dots: %s", async (knowsPassword, shown) => {
    const phone = await bench.showing(secret, soundPoint({ knowsPassword }));
    phone.type("2580");
    expect(phone.text()).toBe(shown);
  });

  test.each([
    [true, "/found?n=7&typed=A&pin=&h=1&do=Go"],
    [false, "/found?typed=A&pin=&h=1&do=Go"],
  ])("keeps the query of the form's address: %s", async (formKeepsQuery, path) => {
    bench.serve("/found", other());
    const phone = await bench.showing(bench.find("/found?n=7"), soundPoint({ formKeepsQuery }));
    await phone.submit();
    expect(bench.asked().at(-1)).toBe(path);
  });
});
