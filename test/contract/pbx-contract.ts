import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type {
  ActionResult,
  Call,
  Leg,
  LegId,
  Pbx,
  Reach,
  SupervisionFacts,
  SupervisionId,
} from "../../src/model/index.js";
import type { Desk, PbxHarness, Voice } from "./pbx-harness.ts";
import { type PbxRecorder, recordPbx } from "./pbx-recorder.ts";

export interface ContractOptions {
  /** How long a single event may take. */
  readonly deadlineMs?: number;
  /** How long a whole case may take, its audio measured. */
  readonly caseMs?: number;
}

const customer = { number: "+12025550143", name: "Marta Nowak" };

/** What a conversation sounds like when nobody of earshot is heard in it. */
const onlyTheCall = { agent: ["customer"], customer: ["agent"] };
const listening = { ...onlyTheCall, supervisor: ["agent", "customer"] };
const coaching = { ...listening, agent: ["customer", "supervisor"] };
const joined = { ...coaching, customer: ["agent", "supervisor"] };

/** The rules every PBX adapter keeps, run against any of them. */
export function pbxContract(
  name: string,
  makeHarness: () => Promise<PbxHarness>,
  { deadlineMs = 20_000, caseMs = 60_000 }: ContractOptions = {},
): void {
  describe(`the PBX contract: ${name}`, { timeout: caseMs }, () => {
    let harness: PbxHarness;
    let pbx: Pbx;
    let recorder: PbxRecorder;

    beforeEach(async () => {
      harness = await makeHarness();
      pbx = harness.pbx;
      recorder = recordPbx(deadlineMs);
    }, caseMs);

    afterEach(async () => {
      await harness.pbx.stop();
      await harness.release();
    }, caseMs);

    describe("calls", () => {
      it("the first event after start is a full snapshot", async () => {
        await start();
        expect(recorder.events[0]).toEqual({ type: "pbx-snapshot", snapshot: { calls: [], supervisions: [] } });
      });

      it("the first snapshot holds the calls that were there before", async () => {
        await harness.incomingCall(customer);
        await harness.phones.agent.answer();
        await start();
        const call = await theCall("the call of before", (one) => one.answeredAt !== undefined);
        expect(recorder.events[0]).toMatchObject({ type: "pbx-snapshot", snapshot: { calls: [{ id: call.id }] } });
        expect(agentLeg(call)).toMatchObject({ state: "up", certain: true });
      });

      it("a ringing call is reported with the agent's leg, customer number and name, and direction", async () => {
        await start();
        await harness.incomingCall(customer);
        const call = await theCall("a ringing call", (one) => one.legs.some(isOf("agent")));
        expect(call).toMatchObject({ direction: "inbound", startedAt: expect.any(Number) });
        expect(call.answeredAt).toBeUndefined();
        expect(call.queue).toBeUndefined();
        expect(agentLeg(call)).toMatchObject({ state: "ringing", holding: false, certain: true });
        expect(externalParties(call)).toEqual([{ kind: "external", ...customer }]);
      });

      it("an answered call is reported talking, with the time of the answer", async () => {
        await start();
        const { call } = await talking();
        expect(call.answeredAt).toBeGreaterThanOrEqual(call.startedAt);
        expect(call.legs.map((leg) => leg.state)).toEqual(["up", "up"]);
        expect(externalParties(call)).toEqual([{ kind: "external", ...customer }]);
      });

      it("a call keeps its id and its legs' ids from ringing to talking", async () => {
        await start();
        await harness.incomingCall(customer);
        const ringing = await theCall("a ringing call", (one) => one.legs.some(isOf("agent")));
        await harness.phones.agent.answer();
        const answered = await theCall("an answered call", (one) => one.answeredAt !== undefined);
        expect(answered.id).toBe(ringing.id);
        expect(agentLeg(answered).id).toBe(agentLeg(ringing).id);
      });

      it("the agent's hold is reported on the agent's leg, and its end", async () => {
        await start();
        const { call } = await talking();
        await harness.phones.agent.hold();
        const held = await theCall("the held call", (one) => agentLeg(one).holding);
        expect(held.answeredAt).toBe(call.answeredAt);
        await harness.phones.agent.resume();
        await theCall("the resumed call", (one) => !agentLeg(one).holding);
      });

      it("the customer's hold is reported on the customer's leg", async () => {
        await start();
        await talking();
        await harness.phones.customer.hold();
        const held = await theCall("the held call", (one) => one.legs.some((leg) => leg.holding));
        expect(agentLeg(held).holding).toBe(false);
      });

      it("a call that is hung up is reported ended, once", async () => {
        await start();
        const { call } = await talking();
        await harness.phones.customer.hangUp();
        await recorder.until("the end of the call", ({ calls }) => calls.size === 0 || undefined);
        expect(recorder.events.filter((event) => event.type === "call-ended")).toEqual([
          { type: "call-ended", call: call.id },
        ]);
      });

      it("a caller who gives up before the answer is reported ended", async () => {
        await start();
        await harness.incomingCall(customer);
        await theCall("a ringing call", (one) => one.legs.some(isOf("agent")));
        await harness.phones.customer.hangUp();
        await recorder.until("the end of the call", ({ calls }) => calls.size === 0 || undefined);
      });

      it("a call by a queue names the queue", async () => {
        await start();
        await harness.incomingCall({ ...customer, queue: harness.queue });
        await harness.phones.agent.answer();
        const call = await theCall("the queue's call", (one) => one.answeredAt !== undefined);
        expect(call).toMatchObject({ queue: harness.queue, direction: "inbound" });
        expect(agentLeg(call)).toMatchObject({ state: "up", certain: true });
        expect(externalParties(call)).toEqual([{ kind: "external", ...customer }]);
      });

      it("a call that the agent makes is outbound, with the customer's number", async () => {
        await start();
        await harness.outgoingCall({ number: customer.number });
        await harness.phones.customer.answer();
        const call = await theCall("the outbound call", (one) => one.answeredAt !== undefined);
        expect(call.direction).toBe("outbound");
        expect(agentLeg(call)).toMatchObject({ state: "up", certain: true });
        expect(externalParties(call)).toMatchObject([{ kind: "external", number: customer.number }]);
      });

      it("a call between two agents is one call with two internal legs", async () => {
        await start();
        await harness.internalCall();
        await harness.phones.colleague.answer();
        const call = await theCall("the internal call", (one) => one.answeredAt !== undefined);
        expect(recorder.picture().calls.size).toBe(1);
        expect(call.direction).toBe("internal");
        expect(call.legs).toHaveLength(2);
        expect(call.legs.filter(isOf("agent"))).toHaveLength(1);
        expect(call.legs.filter(isOf("colleague"))).toHaveLength(1);
      });

      it("a caller's name is reported as it was sent", async () => {
        const awkward = { number: "+12025550121", name: "<b>O'Neill & Söhne</b>" };
        await start();
        await harness.incomingCall(awkward);
        const call = await theCall("a ringing call", (one) => one.legs.some(isOf("agent")));
        expect(externalParties(call)).toEqual([{ kind: "external", ...awkward }]);
      });

      it("a PBX that restarts is away, and then sends a full snapshot", async () => {
        await start();
        await talking();
        const before = recorder.events.length;
        await harness.restartPbx();
        await recorder.until("the snapshot after the restart", ({ there, calls }) =>
          there && calls.size === 0 && away(before) ? true : undefined,
        );
        expect(standingsSince(before).slice(0, 2)).toEqual(["pbx-away", "pbx-snapshot"]);
        await talking();
      });
    });

    describe("supervision", () => {
      beforeEach(start, caseMs);

      it("ring is reported ringing, and up once the supervisor answers, with no path yet", async () => {
        const id = newId();
        expect(await ring(id)).toEqual({ ok: true });
        await factsOf(id, "ringing", (facts) => facts.leg === "ringing");
        await harness.phones.supervisor.answer();
        expect(await factsOf(id, "up", (facts) => facts.leg === "up")).toEqual({ id, leg: "up" });
      });

      it("a phone that answers by itself is up without a hand", async () => {
        const id = newId();
        expect(await ring(id, harness.desks.supervisor, "auto")).toEqual({ ok: true });
        await factsOf(id, "up", (facts) => facts.leg === "up");
      });

      it("ring asked twice rings once", async () => {
        const id = newId();
        expect(await ring(id)).toEqual({ ok: true });
        expect(await ring(id)).toEqual({ ok: true });
        await harness.phones.supervisor.answer();
        await factsOf(id, "up", (facts) => facts.leg === "up");
        expect(recorder.picture().facts.size).toBe(1);
      });

      it("ring to a phone that is not registered is refused with phone-not-registered", async () => {
        const result = await ring(newId(), harness.unplugged);
        expect(result).toMatchObject({ ok: false, code: "phone-not-registered" });
        expect(recorder.picture().facts.size).toBe(0);
      });

      it("a supervisor who does not take the ringing phone has declined", async () => {
        const id = newId();
        await ring(id);
        await factsOf(id, "ringing", (facts) => facts.leg === "ringing");
        await harness.phones.supervisor.hangUp();
        expect(await endingOf(id)).toBe("declined");
      });

      it("earshot's own legs are never calls, and change nothing in what is said of a call", async () => {
        const { call, leg } = await talking();
        const id = await listen(leg);
        await open(id, leg, "everyone");
        await pbx.snapshot();
        const again = recorder.events.length;
        await recorder.until("the snapshot that was asked for", () => standingsSince(0).length > 1 || undefined);
        expect(recorder.events.length).toBeGreaterThanOrEqual(again);
        expect([...recorder.picture().calls.values()]).toEqual([call]);
      });

      it("a snapshot holds the supervisions that are there", async () => {
        const { leg } = await talking();
        const id = await listen(leg);
        await open(id, leg, "agent");
        await pbx.snapshot();
        await recorder.until("the snapshot that was asked for", () => standingsSince(0).length > 1 || undefined);
        const snapshots = recorder.events.filter((event) => event.type === "pbx-snapshot");
        expect(snapshots.at(-1)?.snapshot.supervisions).toEqual([
          { id, leg: "up", ear: leg, mouth: { leg, reach: "agent" } },
        ]);
      });

      it("R4 listen: the supervisor hears agent and customer, and neither hears the supervisor", async () => {
        const { leg } = await talking();
        const id = await listen(leg);
        expect(recorder.picture().facts.get(id)).toEqual({ id, leg: "up", ear: leg });
        expect(await whoHearsWhom()).toEqual(listening);
      });

      it("R4 listen to a queue's call sounds the same", async () => {
        const { leg } = await talking(harness.queue);
        await listen(leg);
        expect(await whoHearsWhom()).toEqual(listening);
      });

      it("R4 listen goes on through the agent's hold: the customer is heard, and hears no supervisor", async () => {
        const { leg } = await talking();
        await listen(leg);
        await harness.phones.agent.hold();
        await theCall("the held call", (one) => agentLeg(one).holding);
        expect(await harness.hears("supervisor", "customer")).toBe(true);
        expect(await harness.hears("customer", "supervisor")).toBe(false);
        await harness.phones.agent.resume();
        await theCall("the resumed call", (one) => !agentLeg(one).holding);
        expect(await whoHearsWhom()).toEqual(listening);
      });

      it("attach-ear asked twice is one ear", async () => {
        const { leg } = await talking();
        const id = await listen(leg);
        expect(await attach(id, leg)).toEqual({ ok: true });
        expect(await whoHearsWhom()).toEqual(listening);
      });

      it("detach-ear takes the supervisor's hearing and leaves the call", async () => {
        const { leg } = await talking();
        const id = await listen(leg);
        expect(await pbx.execute({ type: "detach-ear", supervision: id })).toEqual({ ok: true });
        expect(await factsOf(id, "without an ear", (facts) => facts.ear === undefined)).toEqual({ id, leg: "up" });
        expect(await whoHearsWhom()).toEqual({ ...onlyTheCall, supervisor: [] });
      });

      it("R8 coach reaches the agent alone", async () => {
        const { leg } = await talking();
        const id = await listen(leg);
        await open(id, leg, "agent");
        expect(await whoHearsWhom()).toEqual(coaching);
      });

      it("R8 coach reaches the agent alone in a queue's call", async () => {
        const { leg } = await talking(harness.queue);
        const id = await listen(leg);
        await open(id, leg, "agent");
        expect(await whoHearsWhom()).toEqual(coaching);
      });

      it("R8 coach reaches the agent alone in a call that the agent made", async () => {
        await harness.outgoingCall({ number: customer.number });
        await harness.phones.customer.answer();
        const call = await theCall("the outbound call", (one) => one.answeredAt !== undefined);
        const leg = agentLeg(call).id;
        const id = await listen(leg);
        await open(id, leg, "agent");
        expect(await whoHearsWhom()).toEqual(coaching);
      });

      it("R8 join reaches all", async () => {
        const { leg } = await talking();
        const id = await listen(leg);
        await open(id, leg, "everyone");
        expect(await whoHearsWhom()).toEqual(joined);
      });

      it("R8 from coach to join one mouth replaces the other", async () => {
        const { leg } = await talking();
        const id = await listen(leg);
        await open(id, leg, "agent");
        await open(id, leg, "everyone");
        expect(await whoHearsWhom()).toEqual(joined);
      });

      it("R8 from join to coach the customer hears the supervisor no longer", async () => {
        const { leg } = await talking();
        const id = await listen(leg);
        await open(id, leg, "everyone");
        await open(id, leg, "agent");
        expect(await whoHearsWhom()).toEqual(coaching);
      });

      it("open-mouth asked twice is one mouth", async () => {
        const { leg } = await talking();
        const id = await listen(leg);
        await open(id, leg, "agent");
        await open(id, leg, "agent");
        expect(await whoHearsWhom()).toEqual(coaching);
      });

      it("muted means there is no mouth", async () => {
        const { leg } = await talking();
        const id = await listen(leg);
        await open(id, leg, "everyone");
        expect(await closeMouth(id)).toEqual({ ok: true });
        const facts = await factsOf(id, "without a mouth", ({ mouth }) => mouth === undefined);
        expect(facts).toEqual({ id, leg: "up", ear: leg });
        expect(await whoHearsWhom()).toEqual(listening);
      });

      it("close-mouth wins over an open-mouth under way", async () => {
        const { leg } = await talking();
        const id = await listen(leg);
        const opening = askToOpen(id, leg, "everyone");
        const closing = closeMouth(id);
        expect(await closing).toEqual({ ok: true });
        await opening;
        expect(await whoHearsWhom()).toEqual(listening);
        expect(recorder.picture().facts.get(id)?.mouth).toBeUndefined();
      });

      it("a mouth can be opened again after it was closed", async () => {
        const { leg } = await talking();
        const id = await listen(leg);
        await open(id, leg, "agent");
        await closeMouth(id);
        await open(id, leg, "agent");
        expect(await whoHearsWhom()).toEqual(coaching);
      });

      it("a mouth on a leg that is not the agent's is refused with leg-uncertain", async () => {
        const { call, leg } = await talking();
        const id = await listen(leg);
        const wrong = call.legs.find((one) => one.party.kind === "external");
        expect(wrong).toBeDefined();
        const result = await askToOpen(id, wrong?.id ?? leg, "agent");
        expect(result).toMatchObject({ ok: false, code: "leg-uncertain" });
        expect(await whoHearsWhom()).toEqual(listening);
      });

      it("R10 end leaves the call untouched", async () => {
        const { call, leg } = await talking();
        const id = await listen(leg);
        await open(id, leg, "everyone");
        expect(await end(id)).toEqual({ ok: true });
        expect(await endingOf(id)).toBe("left");
        expect([...recorder.picture().calls.values()]).toEqual([call]);
        expect(await whoHearsWhom()).toEqual({ ...onlyTheCall, supervisor: [] });
      });

      it("end takes the mouth first, and nothing is said of a supervision after its end", async () => {
        const { leg } = await talking();
        const id = await listen(leg);
        await open(id, leg, "agent");
        const before = recorder.events.length;
        await end(id);
        await endingOf(id);
        const said = recorder.events.slice(before);
        expect(said.filter((event) => event.type === "facts" && event.facts.mouth !== undefined)).toEqual([]);
        expect(said.filter((event) => event.type.startsWith("facts")).at(-1)?.type).toBe("facts-ended");
      });

      it("end wins over everything under way", async () => {
        const { leg } = await talking();
        const id = await listen(leg);
        const opening = askToOpen(id, leg, "everyone");
        const ending = end(id);
        expect(await ending).toEqual({ ok: true });
        await opening;
        await endingOf(id);
        expect(await whoHearsWhom()).toEqual({ ...onlyTheCall, supervisor: [] });
      });

      it("end wins over a phone that still rings", async () => {
        const id = newId();
        await ring(id);
        await factsOf(id, "ringing", (facts) => facts.leg === "ringing");
        expect(await end(id)).toEqual({ ok: true });
        expect(await endingOf(id)).toBe("left");
      });

      it("nothing opens for a supervision that has ended", async () => {
        const { leg } = await talking();
        const id = await listen(leg);
        await end(id);
        await endingOf(id);
        expect(await askToOpen(id, leg, "everyone")).toMatchObject({ ok: false });
        expect(await attach(id, leg)).toMatchObject({ ok: false });
        expect(await whoHearsWhom()).toEqual({ ...onlyTheCall, supervisor: [] });
      });

      it("R10 a supervisor who hangs up ends the supervision and never the call", async () => {
        const { call, leg } = await talking();
        const id = await listen(leg);
        await open(id, leg, "everyone");
        await harness.phones.supervisor.hangUp();
        expect(await endingOf(id)).toBe("supervisor-hung-up");
        expect([...recorder.picture().calls.values()]).toEqual([call]);
        expect(await whoHearsWhom()).toEqual({ ...onlyTheCall, supervisor: [] });
      });

      it("R21 hold cuts ear and mouth; resume does not bring the mouth back", async () => {
        const { leg } = await talking();
        const id = await listen(leg);
        await open(id, leg, "everyone");
        await harness.phones.supervisor.hold();
        const isCut = (facts: SupervisionFacts) => facts.leg === "held" && !facts.ear && !facts.mouth;
        await factsOf(id, "held, without ear and mouth", isCut);
        expect(await whoHearsWhom()).toEqual({ ...onlyTheCall, supervisor: [] });
        await harness.phones.supervisor.resume();
        await factsOf(id, "up again", (facts) => facts.leg === "up");
        // Whether the ear is back by itself is the adapter's affair; asked for, it must be there.
        expect(await attach(id, leg)).toEqual({ ok: true });
        const facts = await factsOf(id, "with an ear", ({ ear }) => ear === leg);
        expect(facts.mouth).toBeUndefined();
        expect(await whoHearsWhom()).toEqual(listening);
      });

      it("when the call ends, ear and mouth go and the supervisor's leg stays until it is ended", async () => {
        const { leg } = await talking();
        const id = await listen(leg);
        await open(id, leg, "agent");
        await harness.phones.customer.hangUp();
        const gone = (facts: SupervisionFacts) => facts.ear === undefined && facts.mouth === undefined;
        expect(await factsOf(id, "without ear and mouth", gone)).toEqual({ id, leg: "up" });
        await end(id, "call-ended");
        expect(await endingOf(id)).toBe("call-ended");
      });

      it("an ear on a call that is gone is refused with call-gone", async () => {
        const { leg } = await talking();
        const id = await listen(leg);
        await harness.phones.customer.hangUp();
        await factsOf(id, "without an ear", ({ ear }) => ear === undefined);
        await recorder.until("the end of the call", ({ calls }) => calls.size === 0 || undefined);
        expect(await attach(id, leg)).toMatchObject({ ok: false, code: "call-gone" });
      });

      it("R16 of two supervisors on one call each is heard as their own mouth says", async () => {
        const { leg } = await talking();
        const first = await listen(leg);
        const second = await listen(leg, "colleague");
        await open(first, leg, "agent");
        await open(second, leg, "everyone");
        await closeMouth(first);
        await factsOf(first, "without a mouth", ({ mouth }) => mouth === undefined);
        expect(recorder.picture().facts.get(second)?.mouth).toEqual({ leg, reach: "everyone" });
        expect(await harness.hears("agent", "supervisor")).toBe(false);
        expect(await harness.hears("agent", "colleague")).toBe(true);
        expect(await harness.hears("customer", "colleague")).toBe(true);
        expect(await harness.hears("supervisor", "agent")).toBe(true);
      });

      it("an unknown supervision: close-mouth and end are no error", async () => {
        expect(await closeMouth(newId())).toEqual({ ok: true });
        expect(await end(newId())).toEqual({ ok: true });
      });

      it("an unknown supervision: nothing can be opened", async () => {
        const { leg } = await talking();
        expect(await attach(newId(), leg)).toMatchObject({ ok: false, code: "not-supervising" });
        expect(await askToOpen(newId(), leg, "agent")).toMatchObject({ ok: false, code: "not-supervising" });
      });

      it("stop ends every supervision leg and leaves the call", async () => {
        const { leg } = await talking();
        const id = await listen(leg);
        await open(id, leg, "everyone");
        await pbx.stop();
        expect(await whoHearsWhom()).toEqual({ ...onlyTheCall, supervisor: [] });
        expect(await attach(id, leg)).toMatchObject({ ok: false, code: "stopping" });
      });
    });

    async function start(): Promise<void> {
      await pbx.start(recorder.sink);
      await recorder.until("the first snapshot", ({ there }) => there || undefined);
    }

    /** The customer and the agent talk. */
    async function talking(queue?: string): Promise<{ readonly call: Call; readonly leg: LegId }> {
      await harness.incomingCall(queue === undefined ? customer : { ...customer, queue });
      await harness.phones.agent.answer();
      const call = await theCall("a call that talks", (one) => one.answeredAt !== undefined);
      return { call, leg: agentLeg(call).id };
    }

    /** The supervisor's phone is rung and taken, and the ear is on. */
    async function listen(leg: LegId, who: "supervisor" | "colleague" = "supervisor"): Promise<SupervisionId> {
      const id = newId();
      expect(await ring(id, harness.desks[who])).toEqual({ ok: true });
      await harness.phones[who].answer();
      await factsOf(id, "up", (facts) => facts.leg === "up");
      expect(await attach(id, leg)).toEqual({ ok: true });
      await factsOf(id, "with an ear", (facts) => facts.ear === leg);
      return id;
    }

    async function open(id: SupervisionId, leg: LegId, reach: Reach): Promise<void> {
      expect(await askToOpen(id, leg, reach)).toEqual({ ok: true });
      await factsOf(id, `with a mouth for ${reach}`, ({ mouth }) => mouth?.leg === leg && mouth.reach === reach);
    }

    function ring(id: SupervisionId, desk: Desk = harness.desks.supervisor, answer: "ring" | "auto" = "ring") {
      const { extension, mac, from } = desk;
      return pbx.execute({ type: "ring", supervision: id, extension, from, mac, answer });
    }

    function attach(id: SupervisionId, leg: LegId): Promise<ActionResult> {
      return pbx.execute({ type: "attach-ear", supervision: id, leg, agent: harness.desks.agent.person });
    }

    function askToOpen(id: SupervisionId, leg: LegId, reach: Reach): Promise<ActionResult> {
      return pbx.execute({ type: "open-mouth", supervision: id, leg, agent: harness.desks.agent.person, reach });
    }

    function closeMouth(id: SupervisionId): Promise<ActionResult> {
      return pbx.execute({ type: "close-mouth", supervision: id });
    }

    function end(id: SupervisionId, ending: "left" | "call-ended" = "left"): Promise<ActionResult> {
      return pbx.execute({ type: "end", supervision: id, ending });
    }

    /** The only call there is, once it is as looked for. */
    function theCall(what: string, as: (call: Call) => boolean): Promise<Call> {
      return recorder.until(what, ({ calls }) => [...calls.values()].find(as));
    }

    function factsOf(id: SupervisionId, what: string, as: (facts: SupervisionFacts) => boolean) {
      return recorder.until(`supervision ${what}`, ({ facts }) => [facts.get(id)].find((one) => one && as(one)));
    }

    function endingOf(id: SupervisionId) {
      return recorder.until("the end of the supervision", ({ endings }) => endings.get(id));
    }

    function isOf(voice: "agent" | "colleague"): (leg: Leg) => boolean {
      const { person } = harness.desks[voice];
      return ({ party }) => party.kind === "internal" && party.person === person;
    }

    function agentLeg(call: Call): Leg {
      const leg = call.legs.find(isOf("agent"));
      if (leg === undefined) throw new Error(`no leg of the agent in ${JSON.stringify(call)}`);
      return leg;
    }

    /** `pbx-away` and `pbx-snapshot` since that event, in their order. */
    function standingsSince(place: number): readonly string[] {
      const types = recorder.events.slice(place).map((event) => event.type);
      return types.filter((type) => type === "pbx-away" || type === "pbx-snapshot");
    }

    function away(since: number): boolean {
      return standingsSince(since).includes("pbx-away");
    }

    /** Every cell of agent, customer and supervisor, their own echo among them. */
    async function whoHearsWhom(): Promise<Readonly<Record<string, readonly Voice[]>>> {
      const voices = ["agent", "customer", "supervisor"] as const;
      const rows = voices.map(async (listener) => {
        const heard = await Promise.all(voices.map((speaker) => harness.hears(listener, speaker)));
        return [listener, voices.filter((_, place) => heard[place])] as const;
      });
      return Object.fromEntries(await Promise.all(rows));
    }
  });
}

function externalParties(call: Call) {
  return call.legs.map((leg) => leg.party).filter((party) => party.kind === "external");
}

function newId(): SupervisionId {
  return randomBytes(12).toString("hex") as SupervisionId;
}
