import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { EmbeddedBroker } from "../../src/mqtt/index.ts";
import { BrowserLab } from "./browser.ts";
import { CuttableProxy } from "./cuttable-proxy.ts";
import { DemoProcess } from "./demo-process.ts";
import { DeskBench } from "./desk-bench.ts";
import { DeskPage, phoneIn } from "./desk-page.ts";
import { quietLog } from "./quiet-log.ts";

const browser = new BrowserLab();

beforeAll(() => browser.start());
afterAll(() => browser.stop());

/** A mark that a reload would wipe out. */
const MARK = "window.notReloaded = true";
const marked = (desk: DeskPage): Promise<unknown> => desk.page.evaluate("window.notReloaded");

/** What could not be reached meanwhile is no fault of the page. */
async function faults(): Promise<readonly string[]> {
  return (await browser.takeFaults()).filter((fault) => !/ERR_CONNECTION|ERR_INCOMPLETE|ERR_EMPTY/.test(fault));
}

describe("the demo of npm start in an empty folder", () => {
  const demo = new DemoProcess();
  let desk: DeskPage;
  let address: string;

  beforeAll(async () => {
    address = await demo.start();
    desk = await DeskPage.open(await browser.page(), new URL(address).origin);
    await desk.page.evaluate(MARK);
  });
  afterAll(async () => {
    await desk.page.close();
    await demo.stop();
    expect(await faults()).toEqual([]);
  });

  it("prints one address that opens on live calls, and a page without a fault", async () => {
    const seen = await desk.until("live calls", ({ calls }) => calls > 0);
    expect(seen.troubles).toEqual([]);
    await desk.follow(1);
    const board = await desk.until("the board", ({ phones }) => (phones[0]?.rows.length ?? 0) > 0);
    expect(board.phones[0]?.complaints).toEqual([]);
    await desk.page.locator(".call-row:has(.dot.talking)").first().click();
    await desk.until("its paths", ({ paths }) => paths.length > 0);
    expect(await browser.takeFaults()).toEqual([]);
  });

  it("killed: the page names the gateway, and says what that means for who hears whom", async () => {
    await demo.kill();
    const seen = await desk.until("the trouble", ({ troubles }) => troubles.length > 0);
    expect(seen.troubles).toEqual([expect.stringMatching(/^gateway: The gateway does not answer\. /)]);
    expect(seen.known).toBe(false);
    expect(seen.paths).toEqual([]);
    expect(seen.sentence).toBe("Nobody can tell now who hears whom.");
  });

  it("started again: the page recovers by itself, its phone included", async () => {
    expect(await demo.start()).toBe(address);
    const seen = await desk.until("the recovery", ({ troubles, calls, known }) => {
      return troubles.length === 0 && calls > 0 && known;
    });
    expect(seen.phones).toHaveLength(3);
    await desk.until("the board of now", ({ phones }) => /^Live calls \([1-9]/.test(phones[0]?.title ?? ""));
    await desk.until("the lamp", ({ phones }) => phones[1]?.lamp === "off");
    expect(await marked(desk)).toBe(true);
    expect(await faults()).toEqual([]);
  });
});

describe("a PBX that goes and comes back", () => {
  const bench = new DeskBench({ script: "manual" });
  let desk: DeskPage;

  beforeAll(async () => {
    await bench.start();
    const ana = bench.config.phones[1]?.owner;
    if (ana) bench.pbx.incoming({ to: ana, number: "+441555010", name: "Jane Doe", queue: "support" }).answer();
    desk = await DeskPage.open(await browser.page(), bench.origin);
    await desk.page.evaluate(MARK);
    await desk.until("the call", ({ calls, known }) => calls === 1 && known);
    await desk.key(bench.kim, "launcher");
  });
  afterEach(async () => expect(await browser.takeFaults()).toEqual([]));
  afterAll(async () => {
    await desk.page.close();
    await bench.stop();
  });

  it("is named, nobody claims to know who hears whom, and the phone says so too", async () => {
    bench.pbx.goAway("a cable");
    const seen = await desk.until("the trouble", ({ troubles }) => troubles.length > 0);
    expect(seen.troubles).toEqual([expect.stringMatching(/^pbx: The phone system does not answer\. /)]);
    expect([seen.known, seen.paths, seen.sentence]).toEqual([false, [], "Nobody can tell now who hears whom."]);
    await desk.until("the phone's words", (now) => /phone system does not answer/.test(phoneIn(now, bench.kim).text));
  });

  it("recovers by itself", async () => {
    bench.pbx.comeBack();
    const seen = await desk.until("the recovery", ({ troubles, known }) => troubles.length === 0 && known);
    expect(seen.paths).toEqual(["agent>customer", "customer>agent"]);
    await desk.until("the board", (now) => /^Live calls \(1\)$/.test(phoneIn(now, bench.kim).title));
    expect(await marked(desk)).toBe(true);
  });
});

describe("a broker that goes and comes back", () => {
  const broker = new EmbeddedBroker(
    { listen: { host: "127.0.0.1", port: 0 }, accounts: [], base: "earshot" },
    quietLog,
  );
  let cable: CuttableProxy;
  let bench: DeskBench;
  let desk: DeskPage;

  beforeAll(async () => {
    await broker.start();
    cable = new CuttableProxy(broker.address().port);
    const { username, password } = broker.link();
    const url = `mqtt://127.0.0.1:${await cable.start()}`;
    const mqtt = {
      kind: "external",
      base: "earshot",
      url,
      ...(username && { username }),
      ...(password && { password }),
    };
    bench = new DeskBench({ script: "manual", config: { mqtt: { ...mqtt, kind: "external" } } });
    await bench.start();
    desk = await DeskPage.open(await browser.page(), bench.origin);
    await desk.page.evaluate(MARK);
  });
  afterEach(async () => expect(await browser.takeFaults()).toEqual([]));
  afterAll(async () => {
    await desk.page.close();
    await bench.stop();
    cable.stop();
    await broker.stop();
  });

  it("is named, and what it means for lamps and notices", async () => {
    const { gateway } = bench.bench;
    await expect.poll(async () => (await gateway.status()).broker, { timeout: 30_000 }).toBe("connected");
    await desk.until("no trouble", ({ troubles }) => troubles.length === 0);
    cable.cut();
    const seen = await desk.until("the trouble", ({ troubles }) => troubles.length > 0);
    expect(seen.troubles).toEqual([
      expect.stringMatching(/^broker: The MQTT broker does not answer\. Lamps and notices/),
    ]);
  });

  it("recovers by itself", async () => {
    cable.mend();
    await desk.until("the recovery", ({ troubles }) => troubles.length === 0);
    expect(await marked(desk)).toBe(true);
  });
});
