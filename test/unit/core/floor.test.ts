import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { floor, floorCall } from "../../../src/audience/index.ts";
import type { Extension, FloorCall, Heard, LegId, PersonId, SupervisionId } from "../../../src/model/index.ts";
import { type CallHandle, SimulatorPbx } from "../../../src/pbx/simulator/index.ts";
import { emptyState, type State, Writer } from "../../../src/state/index.ts";
import { agentLeg } from "../../../src/supervision/index.ts";
import { VirtualClock } from "../virtual-clock.ts";
import {
  ana,
  asked,
  ben,
  customerCall,
  everybody,
  facts,
  internalCall,
  kim,
  mode,
  root,
  stateWith,
  supervisionId,
} from "./world.ts";

type Deed =
  | { readonly do: "answer" | "hold" | "resume" | "hang-up"; readonly call: number; readonly other: boolean }
  | { readonly do: "transfer" | "park" | "leave" | "second-leg"; readonly call: number; readonly other: boolean }
  | { readonly do: "silence" | "sound"; readonly call: number; readonly other: boolean }
  | {
      readonly do: "pick-up" | "hold-phone" | "resume-phone" | "close-mouth" | "detach-ear" | "end";
      readonly by: number;
    }
  | {
      readonly do: "attach-ear" | "whisper" | "talk";
      readonly by: number;
      readonly call: number;
      readonly other: boolean;
    };

const by = fc.nat(1);
const call = fc.nat(2);
const other = fc.boolean();
const without: readonly Deed["do"][] = ["silence", "sound"];
const deeds = fc.oneof(
  fc.record({ do: fc.constantFrom("answer", "hold", "resume", "hang-up"), call, other }),
  fc.record({ do: fc.constantFrom("transfer", "park", "leave", "second-leg"), call, other }),
  fc.record({ do: fc.constantFrom("silence", "sound"), call, other }),
  fc.record({ do: fc.constantFrom("pick-up", "hold-phone", "resume-phone", "close-mouth", "detach-ear", "end"), by }),
  fc.record({ do: fc.constantFrom("attach-ear", "whisper", "talk"), by, call, other }),
) as fc.Arbitrary<Deed>;

const supervisions: readonly SupervisionId[] = [supervisionId("kim"), supervisionId("root")];

/** Three calls and two supervisions at the simulator, with a state that hears of them as the gateway's does. */
class Floor {
  readonly #clock = new VirtualClock();
  readonly pbx = new SimulatorPbx({ people: everybody, seed: 1, clock: this.#clock, script: "manual" });
  readonly #writer = new Writer(emptyState(everybody, 0, 0), this.#clock, (error) => {
    throw error;
  });
  readonly #calls: CallHandle[] = [];
  /** Legs whose phones send nothing. */
  readonly silent = new Set<LegId>();

  get state(): State {
    return this.#writer.state;
  }

  async start(): Promise<void> {
    await this.pbx.start((event) => this.#writer.take(event));
    this.#calls.push(
      this.pbx.incoming({ to: ana.id, number: "+1", name: "Jane", queue: "support" }),
      this.pbx.outgoing({ from: ben.id, number: "+2", name: "Joe" }),
      this.pbx.internal({ from: ana.id, to: ben.id }),
    );
    for (const handle of this.#calls) handle.answer();
    for (const [at, supervisor] of [kim, root].entries()) {
      const id = supervisions[at] as SupervisionId;
      const leg = this.#calls[at]?.agentLeg as LegId;
      const agent = [ana, ben][at]?.id as PersonId;
      this.#writer.take({ ...asked("hidden", supervisor, id), leg, agent, call: this.#calls[at]?.callId } as never);
      const where = { extension: supervisor.extension as Extension, from: "", mac: "", answer: "ring" } as const;
      await this.pbx.execute({ type: "ring", supervision: id, ...where });
      this.pbx.pickUp(id);
    }
  }

  async take(deed: Deed): Promise<void> {
    if ("by" in deed) await this.#supervise(deed);
    else this.#call(deed);
  }

  #call({ do: what, call: at, other: far }: Extract<Deed, { call: number; other: boolean }>): void {
    const handle = this.#calls[at] as CallHandle;
    const leg = far ? handle.otherLeg : handle.agentLeg;
    if (what === "answer") handle.answer();
    if (what === "hold") handle.hold(leg);
    if (what === "resume") handle.resume(leg);
    if (what === "hang-up") handle.hangUp();
    if (what === "transfer") handle.transfer({ kind: "internal", person: (far ? ben : ana).id });
    if (what === "park") handle.park();
    if (what === "leave") handle.leave();
    if (what === "second-leg") handle.secondLeg(far);
    if (what === "silence" || what === "sound") {
      handle.silence(leg, what === "silence");
      if (what === "silence") this.silent.add(leg);
      else this.silent.delete(leg);
    }
  }

  async #supervise(deed: Extract<Deed, { by: number }>): Promise<void> {
    const supervision = supervisions[deed.by] as SupervisionId;
    if (deed.do === "pick-up") this.pbx.pickUp(supervision);
    if (deed.do === "hold-phone") this.pbx.holdSupervisor(supervision);
    if (deed.do === "resume-phone") this.pbx.resumeSupervisor(supervision);
    if (deed.do === "close-mouth" || deed.do === "detach-ear") await this.pbx.execute({ type: deed.do, supervision });
    if (deed.do === "end") await this.pbx.execute({ type: "end", supervision, ending: "left" });
    if (!("call" in deed)) return;
    const handle = this.#calls[deed.call] as CallHandle;
    const leg = deed.other ? handle.otherLeg : handle.agentLeg;
    const agent = agentLeg(this.state, leg)?.agent.id ?? ana.id;
    if (deed.do === "attach-ear")
      await this.pbx.execute({ type: "attach-ear", supervision, leg, agent, unseen: false });
    const reach = deed.do === "whisper" ? "agent" : "everyone";
    if (deed.do !== "attach-ear") await this.pbx.execute({ type: "open-mouth", supervision, leg, agent, reach });
  }
}

const paths = (heard: readonly Heard[]): string[] => heard.map((one) => `${one.listener} < ${one.speaker}`).sort();
const drawn = (calls: readonly FloorCall[]): readonly Heard[] => calls.flatMap(({ heard }) => heard);

async function live(all: readonly Deed[], after: (floor: Floor) => void): Promise<void> {
  const made = new Floor();
  await made.start();
  after(made);
  for (const deed of all) {
    await made.take(deed);
    after(made);
  }
  await made.pbx.stop();
}

describe("who hears whom on the floor", () => {
  it("is what the PBX carries, path by path, whatever happened", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          deeds.filter((deed) => !without.includes(deed.do)),
          { maxLength: 25 },
        ),
        (all) => live(all, ({ state, pbx }) => expect(paths(drawn(floor(state)))).toEqual(paths(pbx.hearing()))),
      ),
      { numRuns: 400 },
    );
  });

  it("with phones that send no sound: a voice from a supervisor is exact; else only their unreported silence differs", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(deeds, { maxLength: 25 }), (all) =>
        live(all, ({ state, pbx, silent }) => {
          const [shown, real] = [drawn(floor(state)), pbx.hearing()];
          const unreported = (one: Heard): boolean => silent.has(one.speaker as LegId);
          expect(paths(shown.filter((one) => !unreported(one)))).toEqual(paths(real));
        }),
      ),
      { numRuns: 400 },
    );
  });
});

describe("R12 the floor of one observer", () => {
  const hidden = stateWith([customerCall("c1", ana), internalCall("c2", root, ben)], asked("hidden"), facts());

  it("has every call and every supervision, hidden ones too, with names", () => {
    const [first] = floor(hidden, root.id);
    expect(first?.legs.map(({ name, number }) => [name, number])).toEqual([
      ["Ana Ruiz", "2001"],
      ["Jane Doe", "+44155501"],
    ]);
    expect(first?.supervisions).toMatchObject([{ supervisor: { name: "Kim Osei" }, visibility: "hidden" }]);
  });

  it("has no call that they are a party to, and everybody else's has it", () => {
    expect(floor(hidden, root.id).map(({ id }) => id)).toEqual(["c1"]);
    expect(floorCall(hidden, "c2" as never, root.id)).toBeUndefined();
    expect(floor(hidden).map(({ id }) => id)).toEqual(["c1", "c2"]);
  });

  it("an open mic that was asked for is heard by nobody before the PBX has a mouth", () => {
    const state = stateWith([customerCall("c1", ana)], asked("visible"), facts(), mode("join", "open"));
    expect(floor(state)[0]?.heard.some(({ speaker }) => speaker.startsWith("s1"))).toBe(false);
  });
});
