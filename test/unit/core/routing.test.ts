import { beforeEach, describe, expect, it } from "vitest";
import { Routing } from "../../../src/control/routing.ts";
import type { ActionResult, Pbx, PersonId } from "../../../src/model/index.ts";
import { Writer } from "../../../src/state/index.ts";
import { quietLog } from "../../lab/quiet-log.ts";
import { VirtualClock } from "../virtual-clock.ts";
import { ana, asked, customerCall, kim, lee, root, s1, stateWith, supervisionId } from "./world.ts";

const refused: ActionResult = { ok: false, code: "pbx-failed", detail: "AMI is not logged in" };
const s2 = supervisionId("s2");

let said: string[];
let answer: () => Promise<ActionResult>;
let clock: VirtualClock;
let writer: Writer;
let routing: Routing;

beforeEach(() => {
  said = [];
  answer = async () => ({ ok: true });
  clock = new VirtualClock();
  make();
});

/** Says what is asked of the queues: whom to pause, and of whom of three supervisors to lift. */
function make(...events: Parameters<typeof stateWith>[1][]): void {
  writer = new Writer(stateWith([customerCall("c1", ana)], ...events), clock, (error) => said.push(String(error)));
  const wish = async (words: string): Promise<ActionResult> => {
    said.push(words);
    return answer();
  };
  const pbx = {
    routing: {
      pause: (person: PersonId) => wish(`pause ${person}`),
      lift: (whose: (person: PersonId) => boolean) =>
        wish(`lift ${[kim, lee, root].map(({ id }) => id).filter(whose)}`),
    },
  } as unknown as Pbx;
  routing = new Routing({ writer, pbx, clock, log: quietLog });
}

const done = (): Promise<void> => clock.advance(0);
const ended = (supervision = s1) => writer.take({ type: "facts-ended", supervision, ending: "left" });

describe("R14 whom queues ring", () => {
  it("who begins to supervise is paused at once, before anything of their leg is known", async () => {
    routing.start();
    writer.take(asked("hidden"));
    await done();
    expect(said).toEqual(["pause 3001", "lift 3002,9001"]);
  });

  it("nothing is asked again for any change of the same supervision", async () => {
    routing.start();
    writer.take(asked("visible"));
    await done();
    writer.take({ type: "mode-asked", supervision: s1, mode: "coach", mic: "muted" });
    writer.take({ type: "facts", facts: { id: s1, leg: "up" } });
    await done();
    expect(said).toEqual(["pause 3001", "lift 3002,9001"]);
  });

  it("at the end what we have paused is lifted, and not of who still supervises", async () => {
    routing.start();
    writer.take(asked("hidden"));
    writer.take(asked("hidden", root, s2));
    await done();
    said.length = 0;
    ended();
    await done();
    expect(said).toEqual(["lift 3001,3002"]);
  });

  it("at the start what an earlier run has left is lifted, and not before the PBX has told what is live", async () => {
    make({ type: "pbx-away", why: "not there" });
    routing.start();
    writer.take({ type: "help-asked", person: ana.id, raised: true });
    await done();
    expect(said).toEqual([]);
    writer.take({ type: "pbx-snapshot", snapshot: { calls: [], supervisions: [] } });
    await done();
    expect(said).toEqual(["lift 3001,3002,9001"]);
  });

  it("one that was adopted is not paused anew: who has gone back to the queues by hand stays there", async () => {
    make(asked("hidden"));
    routing.start();
    writer.take({ type: "facts", facts: { id: s1, leg: "up" } });
    await done();
    expect(said).toEqual(["lift 3002,9001"]);
  });

  it("what the PBX did not take is asked again until it does", async () => {
    answer = async () => refused;
    routing.start();
    writer.take(asked("hidden"));
    await clock.advance(5_000);
    expect(said.length).toBeGreaterThanOrEqual(3);
    expect(new Set(said)).toEqual(new Set(["pause 3001"]));
    answer = async () => ({ ok: true });
    said.length = 0;
    await clock.advance(5_000);
    expect(said).toEqual(["pause 3001", "lift 3002,9001"]);
  });

  it("a supervision that ended before its pause was taken is not paused for any more", async () => {
    answer = async () => refused;
    routing.start();
    writer.take(asked("hidden"));
    await done();
    ended();
    said.length = 0;
    answer = async () => ({ ok: true });
    await clock.advance(5_000);
    expect(said).toEqual(["lift 3001,3002,9001"]);
  });

  it("one that ends while its pause is under way is lifted after it", async () => {
    let taken = (_: ActionResult): void => {};
    answer = () =>
      new Promise((resolve) => {
        taken = resolve;
      });
    routing.start();
    writer.take(asked("hidden"));
    await done();
    ended();
    expect(said).toEqual(["pause 3001"]);
    answer = async () => ({ ok: true });
    taken({ ok: true });
    await done();
    expect(said).toEqual(["pause 3001", "lift 3001,3002,9001"]);
  });

  it("after the stop nothing is asked: who supervises stays paused for the next run", async () => {
    routing.start();
    writer.take(asked("hidden"));
    await done();
    said.length = 0;
    routing.stop();
    ended();
    await clock.advance(10_000);
    expect(said).toEqual([]);
  });
});
