import { describe, expect, it } from "vitest";
import type { Extension, Handset, Person, PersonId, SupervisionId } from "../../src/model/index.js";
import { people, ring, type Simulated, simulated } from "./simulated.ts";

const supervision = "s0000000000000001" as SupervisionId;
const ana = "2001" as PersonId;
const ben = "2002" as PersonId;
const kim = "3001" as PersonId;
const marta = { number: "+12025550143", name: "Marta Nowak" };

const manual = () => simulated({ seed: 7, script: "manual" });

describe("an agent's handset at the simulator", () => {
  it("rings, talks, holds and is idle again as its call does, with the other party's name", async () => {
    const { pbx } = await manual();
    const seen: Handset[] = [];
    pbx.handsets.follow((person, handset) => person === ana && seen.push(handset));
    pbx.incoming({ to: ana, ...marta });
    expect(pbx.handsets.act(ana, "answer")).toBe(true);
    expect(pbx.handsets.act(ana, "hold")).toBe(true);
    expect(pbx.handsets.act(ana, "resume")).toBe(true);
    expect(pbx.handsets.act(ana, "hang-up")).toBe(true);
    const title = "Marta Nowak";
    expect(seen).toEqual([
      { state: "ringing", title },
      { state: "talking", title },
      { state: "held", title },
      { state: "talking", title },
      { state: "idle" },
    ]);
    expect(pbx.handsets.of(ana)).toEqual({ state: "idle" });
  });

  it("changes the call that everybody sees", async () => {
    const { pbx, recorder } = await manual();
    const { callId, agentLeg } = pbx.incoming({ to: ana, ...marta });
    pbx.handsets.act(ana, "answer");
    pbx.handsets.act(ana, "hold");
    const legs = recorder.picture().calls.get(callId)?.legs;
    expect(legs?.map(({ id, holding }) => [id, holding])).toContainEqual([agentLeg, true]);
    pbx.handsets.act(ana, "hang-up");
    expect(recorder.picture().calls.size).toBe(0);
  });

  it("ignores an act that does not fit", async () => {
    const { pbx, recorder } = await manual();
    const refused = (...acts: readonly ("answer" | "hang-up" | "hold" | "resume")[]) =>
      expect(acts.map((act) => pbx.handsets.act(ana, act))).toEqual(acts.map(() => false));
    refused("answer", "hang-up", "hold", "resume");
    const call = pbx.incoming({ to: ana, ...marta });
    refused("hold", "resume");
    call.answer();
    refused("answer", "resume");
    call.hold();
    refused("answer", "hold");
    expect(pbx.handsets.act("nobody" as PersonId, "answer")).toBe(false);
    expect(recorder.picture().calls.size).toBe(1);
  });

  it("does not answer a call that it makes, and can end it", async () => {
    const { pbx, recorder } = await manual();
    pbx.outgoing({ from: ana, ...marta });
    expect(pbx.handsets.of(ana)).toEqual({ state: "talking", title: "Marta Nowak" });
    expect(pbx.handsets.act(ana, "answer")).toBe(false);
    expect(pbx.handsets.act(ana, "hold")).toBe(false);
    expect(pbx.handsets.act(ana, "hang-up")).toBe(true);
    expect(recorder.picture().calls.size).toBe(0);
  });

  it("shows a colleague by name, and a caller without a name by number", async () => {
    const { pbx } = await manual();
    pbx.internal({ from: ana, to: ben });
    expect([ana, ben].map((person) => pbx.handsets.of(person).title)).toEqual(["Person 2002", "Person 2001"]);
    pbx.handsets.act(ben, "hang-up");
    pbx.incoming({ to: ben, number: marta.number, name: "" });
    expect(pbx.handsets.of(ben)).toEqual({ state: "ringing", title: marta.number });
  });

  it("is not told to who has gone, and who comes later is told of changes alone", async () => {
    const { pbx } = await manual();
    const call = pbx.incoming({ to: ana, ...marta });
    const seen: string[] = [];
    const forget = pbx.handsets.follow((_, { state }) => seen.push(state));
    call.answer();
    call.silence(call.agentLeg, true);
    call.hangUp();
    forget();
    pbx.incoming({ to: ana, ...marta });
    expect(seen).toEqual(["talking", "idle"]);
  });
});

describe("a supervisor's handset at the simulator", () => {
  it("is neutral about the supervision leg, and works it", async () => {
    const { pbx, recorder } = await manual();
    const seen: Handset[] = [];
    pbx.handsets.follow((person, handset) => person === kim && seen.push(handset));
    await ring(pbx, supervision);
    pbx.handsets.act(kim, "answer");
    expect(recorder.picture().facts.get(supervision)?.leg).toBe("up");
    pbx.handsets.act(kim, "hold");
    expect(recorder.picture().facts.get(supervision)?.leg).toBe("held");
    pbx.handsets.act(kim, "resume");
    pbx.handsets.act(kim, "hang-up");
    expect(recorder.picture().endings.get(supervision)).toBe("supervisor-hung-up");
    const title = "earshot";
    const states = ["ringing", "talking", "held", "talking"] as const;
    expect(seen).toEqual([...states.map((state) => ({ state, title })), { state: "idle" }]);
  });

  it("declines with hang-up while it rings", async () => {
    const { pbx, recorder } = await manual();
    await ring(pbx, supervision);
    expect(pbx.handsets.act(kim, "hang-up")).toBe(true);
    expect(recorder.picture().endings.get(supervision)).toBe("declined");
  });

  it("is picked up by itself unless somebody has it in their hands", async () => {
    const { pbx, clock } = await simulated({ seed: 7 });
    pbx.handsets.attend(kim, true);
    await ring(pbx, supervision);
    await clock.advance(29_000);
    expect(pbx.handsets.of(kim).state).toBe("ringing");
    await clock.advance(1_000);
    pbx.handsets.attend(kim, false);
    await ring(pbx, "s0000000000000002" as SupervisionId);
    await clock.advance(4_000);
    expect(pbx.handsets.of(kim).state).toBe("talking");
  });

  it("that answers by itself does so in somebody's hands too", async () => {
    const { pbx, clock } = await simulated({ seed: 7 });
    pbx.handsets.attend(kim, true);
    await ring(pbx, supervision, "auto");
    await clock.advance(300);
    expect(pbx.handsets.of(kim).state).toBe("talking");
  });
});

describe("a hand at an agent's phone, before what the call centre plays", () => {
  it("has 20 seconds of real time to answer, whatever the pace", async () => {
    const { pbx, clock } = await ringingInHand(30);
    await clock.advance(19_000);
    expect(pbx.handsets.of(ana).state).toBe("ringing");
    await clock.advance(1_000);
    expect(pbx.handsets.of(ana).state).toBe("talking");
  });

  it("without one, the phone is answered at the pace of the call centre", async () => {
    const { pbx, clock } = await ringingInHand(1);
    await clock.advance(10_000);
    expect(pbx.handsets.of(ana).state).toBe("ringing");
    pbx.handsets.attend(ana, false);
    await clock.advance(2_000);
    expect(pbx.handsets.of(ana).state).toBe("talking");
  });

  it("answers once: nobody answers, holds, hands on or raises a hand for it, however often", async () => {
    const { pbx, clock } = await simulated({ seed: 4, people: two });
    const [hands, states]: [boolean[], string[]] = [[], []];
    pbx.onHelp((person, raised) => person === ana && hands.push(raised));
    pbx.handsets.attend(ana, true);
    await answerByHand({ pbx, clock }, 40, (state) => states.push(state));
    expect(hands).toEqual([]);
    expect(states).toEqual(Array.from({ length: 40 }, () => ["talking", "idle"]).flat());
  });

  it("hangs up: work afterwards, and then the next call", async () => {
    const { pbx, clock } = await ringingInHand(1);
    pbx.handsets.act(ana, "answer");
    await clock.advance(3_000);
    pbx.handsets.act(ana, "hang-up");
    await clock.advance(7_999);
    expect(pbx.handsets.of(ana).state).toBe("idle");
    await untilState({ pbx, clock }, "ringing");
    expect(pbx.handsets.of(ana).state).toBe("ringing");
  });

  it("declines a queue's call: it rings at the next agent and keeps its id", async () => {
    const { pbx, clock, recorder } = await simulated({ seed: 4, people: two });
    pbx.handsets.attend(ana, true);
    await untilState({ pbx, clock }, "ringing");
    const [call] = [...recorder.picture().calls.values()].filter(({ legs }) => legs.some(isAnas));
    expect(call?.queue).toBe("support");
    pbx.handsets.act(ana, "hang-up");
    expect(pbx.handsets.of(ana)).toEqual({ state: "idle" });
    expect(
      recorder
        .picture()
        .calls.get(call?.id as never)
        ?.legs.map(({ party }) => party),
    ).toContainEqual({
      kind: "internal",
      person: ben,
    });
  });

  it("holds: nobody resumes but the hand", async () => {
    const { pbx, clock } = await ringingInHand(1);
    pbx.handsets.act(ana, "answer");
    pbx.handsets.act(ana, "hold");
    const seen: string[] = [];
    pbx.handsets.follow((person, { state }) => person === ana && seen.push(state));
    await untilState({ pbx, clock }, "idle");
    expect(seen).toEqual(["idle"]);
  });
});

const agent = (id: PersonId): Person => ({
  ...(people[0] as Person),
  id,
  extension: id as unknown as Extension,
  name: `Person ${id}`,
});
const two = [agent(ana), agent(ben)];

/** A call centre of one agent, whose phone is in somebody's hands and rings now. */
async function ringingInHand(speed: number): Promise<Simulated> {
  const simulator = await simulated({ seed: 4, speed, people: [agent(ana)] });
  simulator.pbx.handsets.attend(ana, true);
  await untilState(simulator, "ringing");
  return simulator;
}

/** Moves on, a moment at a time, until Ana's phone is so. */
async function untilState({ pbx, clock }: Pick<Simulated, "pbx" | "clock">, state: Handset["state"]): Promise<void> {
  const last = clock.now() + 3_600_000;
  while (pbx.handsets.of(ana).state !== state) {
    if (clock.now() > last) throw new Error(`Ana's phone was not ${state} within an hour`);
    await clock.advance(250);
  }
}

/** Ana answers that many calls and does nothing else; `told` of every state from each answer to the end of its call. */
async function answerByHand(
  { pbx, clock }: Pick<Simulated, "pbx" | "clock">,
  calls: number,
  told: (state: Handset["state"]) => void,
): Promise<void> {
  for (let call = 0; call < calls; call += 1) {
    await untilState({ pbx, clock }, "ringing");
    const forget = pbx.handsets.follow((person, { state }) => person === ana && told(state));
    pbx.handsets.act(ana, "answer");
    await untilState({ pbx, clock }, "idle");
    forget();
  }
}

function isAnas({ party }: { readonly party: { readonly kind: string; readonly person?: PersonId } }): boolean {
  return party.kind === "internal" && party.person === ana;
}
