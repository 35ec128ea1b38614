import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { audience } from "../../../src/audience/index.ts";
import { SessionPages } from "../../../src/dispatch/index.ts";
import type { PbxEvent } from "../../../src/model/index.ts";
import { awaitingPage, boardPage, endedPage, type Page, type Setting, sessionPage } from "../../../src/pages/index.ts";
import { say, texts } from "../http/words.ts";
import { PushedWorld } from "./pushed-world.ts";
import { ana, asked, customerCall, deaf, facts, kim, kimsPhone, mode, root, s1, supervisionId, told } from "./world.ts";

const policy = { hidden: "allowed" } as const;
const opens = `http://192.0.2.10/p/${kimsPhone}/session`;

let world: PushedWorld;
let sessions: SessionPages;

async function begin(made: PushedWorld): Promise<void> {
  world = made;
  world.push.always = { outcome: "sent" };
  const { writer, pushes, phones, clock } = world;
  sessions = new SessionPages({ writer, policy, pushes, phones, say: (_, on) => texts.to(undefined, on), clock });
  sessions.start();
  world.take({ type: "pbx-snapshot", snapshot: { calls: [customerCall("c1", ana)], supervisions: [] } });
  await world.clock.advance(10_000);
}

function end(): void {
  sessions.stop();
  world.stop();
}

beforeEach(() => begin(new PushedWorld()));
afterEach(end);

function setting(): Setting {
  const view = audience(world.writer.state, policy, kim);
  return {
    view,
    screen: { columns: 40, titleColumns: 30, rows: 10, labelColumns: 10, selection: true },
    say,
    now: 7_000,
  };
}

/** Kim's phone fetches a page: its session unless told otherwise. */
function fetches(page?: Page): void {
  const now = setting();
  const { own, awaits } = now.view;
  const truth = own ? sessionPage(now, own) : awaits ? awaitingPage(now, awaits) : endedPage(now);
  sessions.shown(kimsPhone, page ?? truth, now.view.step);
}

const opened = (): number => world.says(kimsPhone).filter((says) => says === opens).length;
const ended: PbxEvent = { type: "facts-ended", supervision: s1, ending: "call-ended" };

/** Kim has pressed Listen, has the page of it and has picked up. */
async function listening(): Promise<void> {
  world.take(asked("hidden"));
  fetches();
  world.take(deaf("ringing"));
  await world.clock.advance(5_000);
  world.take(facts());
  await world.clock.advance(0);
}

/** Kim has listened, has the page of how it ended and has pressed Follow. */
async function awaiting(): Promise<void> {
  await listening();
  fetches();
  await world.clock.advance(5_000);
  world.take(ended);
  fetches();
  const awaited = { agent: ana.id, visibility: "hidden", until: world.clock.now() + 600_000 } as const;
  world.take({ type: "call-awaited", supervisor: kim.id, awaited });
}

describe("a supervisor's own page", () => {
  it("is pushed when their leg is answered, at once", async () => {
    world.take(asked("hidden"));
    fetches();
    world.take(deaf("ringing"));
    await world.clock.advance(5_000);
    expect(opened()).toBe(0);
    world.take(facts());
    await world.clock.advance(0);
    expect(opened()).toBe(1);
  });

  it("is pushed on a change, and many changes at once are one push", async () => {
    await listening();
    fetches();
    await world.clock.advance(5_000);
    world.take(deaf("held"), facts(), mode("coach", "muted"), told("sending"));
    await world.clock.advance(10_000);
    expect(opened()).toBe(2);
  });

  it("R16 is pushed when another supervisor comes to the call, and when they go", async () => {
    await listening();
    fetches();
    await world.clock.advance(5_000);
    world.take(asked("hidden", root, supervisionId("s2")));
    await world.clock.advance(10_000);
    expect(opened()).toBe(2);
    fetches();
    world.take({ type: "facts-ended", supervision: supervisionId("s2"), ending: "left" });
    await world.clock.advance(10_000);
    expect(opened()).toBe(3);
  });

  it("is not pushed where nothing on it has changed but the time", async () => {
    await listening();
    fetches();
    world.take({ type: "call", call: customerCall("c1", ana) }, facts());
    await world.clock.advance(60_000);
    expect(opened()).toBe(1);
  });

  it("is not pushed where the answer to the press has brought it", async () => {
    await listening();
    fetches();
    await world.clock.advance(5_000);
    world.take(mode("coach", "muted"));
    await world.clock.advance(100);
    fetches();
    await world.clock.advance(10_000);
    expect(opened()).toBe(1);
  });

  it("comes again at most every two seconds", async () => {
    await listening();
    const from = world.clock.now();
    for (let turn = 0; turn < 20; turn += 1) {
      fetches();
      world.take(turn % 2 === 0 ? deaf("held") : facts());
      await world.clock.advance(300);
    }
    const pushes = world.push.asked.filter(({ says, at }) => says === opens && at > from).map(({ at }) => at);
    expect(pushes.length).toBeGreaterThan(1);
    expect(Math.min(...pushes.slice(1).map((at, index) => at - (pushes[index] ?? 0)))).toBeGreaterThanOrEqual(2_000);
  });

  it("never takes the place of a page that the supervisor has gone to", async () => {
    await listening();
    fetches(boardPage(setting(), 0));
    world.take(deaf("held"));
    await world.clock.advance(60_000);
    world.take(ended);
    await world.clock.advance(60_000);
    expect(opened()).toBe(1);
  });

  it("says once how it ended, and then leaves the phone alone", async () => {
    await listening();
    fetches();
    await world.clock.advance(5_000);
    world.take(ended);
    await world.clock.advance(60_000);
    expect(opened()).toBe(2);
    world.take({ type: "call-ended", call: customerCall("c1", ana).id });
    await world.clock.advance(600_000);
    expect(opened()).toBe(2);
  });

  it("is not pushed where the phone was the one that ended it and has been told", async () => {
    await listening();
    fetches();
    await world.clock.advance(5_000);
    world.take(ended);
    fetches();
    await world.clock.advance(60_000);
    expect(opened()).toBe(1);
  });

  it("R18 is pushed when the call that was waited for is begun, where the phone still shows the waiting", async () => {
    await awaiting();
    fetches();
    await world.clock.advance(60_000);
    expect(opened()).toBe(1);
    world.take(asked("hidden"), deaf("ringing"));
    await world.clock.advance(10_000);
    expect(opened()).toBe(2);
  });

  it("R18 leaves a phone alone that has gone from the waiting to the board, until the leg is answered", async () => {
    await awaiting();
    fetches();
    fetches(boardPage(setting(), 0));
    world.take(asked("hidden"), deaf("ringing"));
    await world.clock.advance(10_000);
    expect(opened()).toBe(1);
    world.take(facts());
    await world.clock.advance(0);
    expect(opened()).toBe(2);
  });

  it("follows a page that said Connecting because the answer took long", async () => {
    world.take(asked("hidden"), deaf("ringing"));
    const home = { to: "home" } as const;
    fetches({
      kind: "text",
      title: "Connecting",
      lines: [],
      keys: [],
      refresh: { seconds: 2, link: home },
      done: home,
    });
    await world.clock.advance(10_000);
    expect(opened()).toBe(1);
  });

  it("leaves nobody's timer behind", async () => {
    await listening();
    world.take(deaf("held"));
    sessions.stop();
    world.stop();
    expect(world.clock.waiting()).toBe(0);
  });
});

describe("a make whose second page would wait until the call is over", () => {
  const paths = (): string[] => world.says(kimsPhone).filter((says) => says.endsWith("/session"));

  beforeEach(async () => {
    end();
    await begin(new PushedWorld({ vendor: "polycom", model: "VVX411" }));
  });

  it("has its page opened when the leg is answered and when it has ended, and not by what changes in between", async () => {
    await listening();
    expect(paths()).toHaveLength(1);
    fetches();
    await world.clock.advance(5_000);
    world.take(mode("coach", "muted"), told("sending"));
    await world.clock.advance(10_000);
    expect(paths()).toHaveLength(1);
    fetches();
    world.take(ended);
    await world.clock.advance(10_000);
    expect(paths()).toHaveLength(2);
  });
});
