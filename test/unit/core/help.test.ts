import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { audience } from "../../../src/audience/index.ts";
import type { Call, OwnEvent, PbxEvent } from "../../../src/model/index.ts";
import { boardOrders, parseSearchText } from "../../../src/model/index.ts";
import { agentMenuPage, agentPage, boardPage, callPage } from "../../../src/pages/index.ts";
import { say } from "../http/words.ts";
import { anasMac, PushedWorld } from "./pushed-world.ts";
import {
  ana,
  asked,
  customerCall,
  deaf,
  dita,
  internalCall,
  kim,
  kimsPhone,
  lee,
  legId,
  root,
  stateWith,
} from "./world.ts";

const screen = { columns: 40, titleColumns: 30, rows: 10, labelColumns: 10, selection: true };
const hand = (person: typeof ana, raised = true): OwnEvent => ({ type: "help-asked", person: person.id, raised });
const ended = (call: Call): PbxEvent => ({ type: "call-ended", call: call.id });
const c1 = customerCall("c1", dita);
const c2 = customerCall("c2", ana, {}, { answeredAt: 9_000 });
const setting = (by: typeof ana, calls: readonly Call[], ...events: readonly (PbxEvent | OwnEvent)[]) => ({
  view: audience(stateWith(calls, ...events), { hidden: "allowed" }, by),
  ...{ screen, say, now: 65_000 },
});

describe("a raised hand on the board", () => {
  it.each(boardOrders)("is marked and first, however the board is sorted: %s", (order) => {
    const sorted: OwnEvent = { type: "board-sorted", person: kim.id, order };
    for (const [who, first] of [
      [ana, "c2-agent"],
      [dita, "c1-agent"],
    ] as const) {
      const { view } = setting(kim, [c1, c2], hand(who), sorted);
      expect(view.board.slice(0, 9).map(({ leg, help }) => `${leg} ${help}`)).toEqual([
        `${first} true`,
        expect.stringMatching(/ false$/),
      ]);
      expect(view.board.slice(1, 9)).toHaveLength(1);
      expect(view.board.total).toBe(2);
    }
  });

  it("R2 is first among what is found, too", () => {
    const { view } = setting(kim, [c1, c2], hand(ana));
    const text = parseSearchText("200");
    expect(
      text &&
        view.board
          .search(text)
          .slice(0, 9)
          .map(({ leg }) => leg),
    ).toEqual(["c2-agent", "c1-agent"]);
  });

  it("stands in its row and on the call's page, whose first key is Listen", () => {
    const of = setting(kim, [c1, c2], hand(ana));
    const page = boardPage(of, 0);
    expect(page.kind === "list" && page.rows[0]?.text).toMatch(/^! > 0:56 Ana Ruiz/);
    const [entry] = of.view.board.slice(0, 1);
    if (!entry) throw new Error("no entry");
    const call = callPage(of, entry);
    expect(call.kind === "text" && call.lines[0]).toBe("Ana Ruiz asks for help.");
    expect(call.keys[0]?.label).toBe("Listen");
  });

  it("R1 R12 is nothing to those who may not see the call", () => {
    const outsider = setting(lee, [c1, c2], hand(ana));
    expect(outsider.view.board.total).toBe(0);
    const party = setting(root, [internalCall("c3", ana, root)], hand(ana));
    expect(party.view.board.slice(0, 9)).toEqual([]);
  });

  it("goes with the agent's last call, or when they lower it", () => {
    const help = (...events: readonly (PbxEvent | OwnEvent)[]) => setting(ana, [c2], hand(ana), ...events).view.myHand;
    expect([help(), help(hand(ana, false)), help(ended(c2))]).toEqual([true, false, false]);
    const another = customerCall("c4", ana);
    expect(help({ type: "call", call: another }, ended(c2))).toBe(true);
  });
});

describe("the agent's page", () => {
  const labels = (...events: readonly OwnEvent[]) =>
    agentPage(setting(ana, [c2], ...events)).keys.map(({ label }) => label);

  it("in a call has room for what matters first, Update and Exit; all of it is in the list behind OK", () => {
    expect(labels()).toEqual(["Private", "Help", "Update", "Exit"]);
    expect(agentMenuPage(setting(ana, [c2]))?.rows.map(({ text }) => text)).toEqual([
      "Private",
      "Help",
      "Transfer",
      "Participants",
    ]);
  });

  it("says that a hand is up, and has the key that lowers it", () => {
    const page = agentPage(setting(ana, [c2], hand(ana)));
    expect(page.kind === "text" && page.lines[0]).toBe("You have asked for help. Your supervisors are told.");
    expect(labels(hand(ana))).toEqual(["Private", "No help", "Update", "Exit"]);
  });

  it("without a call has nothing of it", () => {
    expect(agentPage(setting(ana, [])).keys.map(({ label }) => label)).toEqual(["Update", "Exit"]);
    expect(agentMenuPage(setting(ana, []))).toBeUndefined();
  });
});

describe("help wanted, on the phones of supervisors", () => {
  let world: PushedWorld;
  beforeEach(() => {
    world = new PushedWorld();
    world.push.always = { outcome: "sent" };
  });
  afterEach(() => world.stop());

  const snapshot = (...calls: readonly Call[]): PbxEvent => ({
    type: "pbx-snapshot",
    snapshot: { calls, supervisions: [] },
  });
  const told = async (...events: readonly (PbxEvent | OwnEvent)[]): Promise<readonly string[]> => {
    world.take(...events);
    await world.clock.advance(0);
    return world.says(kimsPhone);
  };

  it("opens the call's page with the team's supervisor, once for each hand", async () => {
    const page = `http://192.0.2.10/p/${kimsPhone}/call/c2-agent`;
    expect(await told(snapshot(c2), hand(ana), hand(ana))).toEqual([page]);
    // Two texts by NOTIFY are that far apart.
    await world.clock.advance(250);
    expect(await told(hand(ana, false), hand(ana))).toEqual([page, page]);
    expect(world.says(anasMac).join()).not.toContain("call/");
  });

  it("R1 is for nobody who may not see the call", async () => {
    const sales = { ...customerCall("c9", ana), legs: customerCall("c9", { ...ana, id: lee.id }).legs };
    expect(await told(snapshot(sales), hand(lee))).toEqual([]);
    expect(await told(snapshot(internalCall("c1", ana, kim)), hand(ana))).toEqual([]);
  });

  it("leaves a supervisor alone who supervises, or is on a call: their page has Mute and Leave", async () => {
    const own = customerCall("c7", kim);
    expect(await told(snapshot(customerCall("c1", ana), c2), asked("hidden"), deaf(), hand(ana))).toEqual([]);
    expect(await told(snapshot(c2, own), hand(ana, false), hand(ana))).toEqual([]);
  });

  it("is not for a call that is private, or one that is not answered", async () => {
    const rings = customerCall("c2", ana, { id: legId("c2-agent"), state: "ringing" });
    expect(await told(snapshot(rings), hand(ana))).toEqual([]);
  });

  it("what waits is taken back when the hand is lowered", async () => {
    world.push.always = { outcome: "failed", why: "away", again: true };
    expect(await told(snapshot(c2), hand(ana))).toHaveLength(1);
    world.push.always = { outcome: "sent" };
    await told(ended(c2));
    await world.clock.advance(20_000);
    expect(world.says(kimsPhone)).toHaveLength(1);
  });
});
