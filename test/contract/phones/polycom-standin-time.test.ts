import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { PolycomOptions } from "../../lab/phones/polycom.ts";
import { other, PolycomBench, soundPoint, vvx } from "./polycom-corpus/bench.ts";
import type { Served } from "./polycom-corpus/server.ts";

/** What a strict Polycom does while time passes, and what is on its screen when it is no page. */
let bench: PolycomBench;
beforeEach(async () => {
  bench = new PolycomBench();
  await bench.start();
});
afterEach(() => bench.stop());

describe("a refresh", () => {
  const refreshing = (): Served => ({ body: bench.list(), headers: { refresh: `5; url=${bench.at("/state")}` } });

  test("is where the header says, and nothing where none does", async () => {
    bench.serve("/state", other());
    const phone = await bench.showing(refreshing());
    expect(await phone.refresh()).toMatchObject({ url: bench.at("/state") });
    expect(await phone.refresh()).toBeUndefined();
  });

  test("takes the place of the page for Back", async () => {
    bench.serve("/state", { body: bench.list() });
    bench.serve("/17", other());
    const phone = await bench.showing(refreshing());
    await phone.refresh();
    await phone.press("Dana R.");
    await phone.cancel();
    expect(bench.asked()).toEqual(["/", "/state", "/17", "/state"]);
  });

  test("does nothing on a VVX that does not know the header", async () => {
    const phone = await bench.showing(refreshing(), vvx({ refreshHeader: false }));
    expect(await phone.refresh()).toBeUndefined();
  });

  test.each([
    [true, ["/", "/state"]],
    [false, ["/"]],
  ])("by META is followed by a VVX: %s", async (metaRefresh, paths) => {
    bench.serve("/state", other());
    const meta = `<meta http-equiv="refresh" content="5; url=${bench.at("/state")}"/></head>`;
    const phone = await bench.showing(bench.list().replace("</head>", meta), vvx({ metaRefresh }));
    await phone.refresh();
    expect(bench.asked()).toEqual(paths);
  });

  test.each([
    [true, "/18"],
    [false, "/17"],
  ])("keeps the highlight on its place: %s", async (refreshKeepsFocus, path) => {
    bench.serve("/17", other());
    bench.serve("/18", other());
    bench.serve("/state", { body: bench.list() });
    const phone = await bench.showing(refreshing(), soundPoint({ refreshKeepsFocus }));
    phone.select(1);
    await phone.refresh();
    await phone.ok();
    expect(bench.asked().at(-1)).toBe(path);
  });
});

describe("a call", () => {
  test.each([true, false])("that covered the page gives it back: %s", async (keepsCovered) => {
    const phone = await bench.showing(bench.list(), soundPoint({ keepsCovered }));
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
    bench.serve("/state", other());
    const served = { body: bench.list(), headers: { refresh: `5; url=${bench.at("/state")}` } };
    const phone = await bench.showing(served, soundPoint({ refreshesCovered }));
    phone.callArrives();
    await phone.refresh();
    expect(bench.asked()).toEqual(paths);
    expect(phone.isOpen).toBe(false);
  });

  test("is covered by a page that the phone is told to open", async () => {
    bench.serve("/session", other());
    const phone = await bench.showing(bench.list());
    phone.callArrives();
    await phone.get(bench.at("/session"));
    expect(phone.title()).toBe("Other");
  });
});

describe("nothing is on the screen", () => {
  test("after a page that was refused: the one before has gone, and trying again brings it back", async () => {
    const phone = await bench.showing(bench.list());
    await expect(phone.press("Dana R.")).rejects.toMatchObject({ codes: ["status"] });
    expect(phone.isOpen).toBe(false);
    expect(phone.screen).toBe("(an error page)");
    bench.serve("/17", other());
    await phone.reload();
    expect(phone.title()).toBe("Other");
  });

  test("but Back leads away from there", async () => {
    const phone = await bench.showing(bench.list());
    await expect(phone.press("Dana R.")).rejects.toMatchObject({ codes: ["status"] });
    await phone.cancel();
    expect(phone.title()).toBe("Live calls 2");
  });

  test("while a server does not answer", async () => {
    bench.serve("/17", "nothing");
    const phone = await bench.showing(bench.list(), { patienceMs: 300 });
    await expect(phone.press("Dana R.")).rejects.toMatchObject({ codes: ["no-reply"] });
  });

  test("where there is no server", async () => {
    const phone = await bench.showing(bench.list());
    await bench.server.stop();
    await expect(phone.reload()).rejects.toMatchObject({ codes: ["no-reply"] });
    await bench.server.start();
  });

  test("and a reply that took too long is told", async () => {
    await expect(bench.showing(bench.list(), { replyMs: 0 })).rejects.toMatchObject({ codes: ["slow"] });
  });

  test("once nobody has pressed anything for long", async () => {
    const phone = await bench.showing(bench.list());
    phone.goesIdle();
    expect(phone.screen).toBe("(no page)");
  });

  test.each([
    ["launcher-too-long", `http://192.0.2.1/${"x".repeat(74)}`],
    ["launcher-character", "http://192.0.2.1/p/$x"],
  ])("where the launcher is no macro: %s", async (code, url) => {
    await expect(bench.phone.open(url)).rejects.toMatchObject({ codes: [code] });
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
    await bench.showing(bench.list(), options);
    const [first] = bench.server.asked;
    expect(first?.headers["user-agent"]).toMatch(agent);
    expect(first?.headers["user-agent"]).not.toContain("SN:");
    expect(first?.headers["cookie"]).toBeUndefined();
  });

  test.each([
    [true, [0, 0]],
    [false, [0, 1]],
  ])("where it is %s that connections are kept, they are", async (keepsConnection, sockets) => {
    const phone = await bench.showing(bench.list(), soundPoint({ keepsConnection }));
    await phone.reload();
    expect(bench.server.asked.map(({ socket }) => socket)).toEqual(sockets);
  });
});
