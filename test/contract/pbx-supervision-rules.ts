import { expect, it } from "vitest";
import type { SupervisionFacts } from "../../src/model/index.js";
import { joined, listening, newId, onlyTheCall, type Story } from "./pbx-story.ts";

/** A supervision's own leg, from the ring to the end, and what it leaves alone. The adapter has been started. */
export function supervisionRules(story: Story): void {
  const {
    askToOpen,
    attach,
    closeMouth,
    end,
    endingOf,
    factsOf,
    freshSnapshot,
    listen,
    open,
    ring,
    talking,
    whoHearsWhom,
  } = story;

  it("ring is reported ringing, and up once the supervisor answers, with no path yet", async () => {
    const id = newId();
    expect(await ring(id)).toEqual({ ok: true });
    await factsOf(id, "ringing", (facts) => facts.leg === "ringing");
    await story.phones.supervisor.answer();
    expect(await factsOf(id, "up", (facts) => facts.leg === "up")).toEqual({ id, leg: "up" });
  });

  it("a phone that answers by itself is up without a hand", async () => {
    const id = newId();
    expect(await ring(id, story.harness.desks.supervisor, "auto")).toEqual({ ok: true });
    await factsOf(id, "up", (facts) => facts.leg === "up");
  });

  it("ring asked twice rings once", async () => {
    const id = newId();
    expect(await ring(id)).toEqual({ ok: true });
    expect(await ring(id)).toEqual({ ok: true });
    await story.phones.supervisor.answer();
    await factsOf(id, "up", (facts) => facts.leg === "up");
    expect(story.recorder.picture().facts.size).toBe(1);
  });

  it("ring to a phone that is not registered is refused with phone-not-registered", async () => {
    const result = await ring(newId(), story.harness.unplugged);
    expect(result).toMatchObject({ ok: false, code: "phone-not-registered" });
    expect(story.recorder.picture().facts.size).toBe(0);
  });

  it("a supervisor who does not take the ringing phone has declined", async () => {
    const id = newId();
    expect(await ring(id)).toEqual({ ok: true });
    await factsOf(id, "ringing", (facts) => facts.leg === "ringing");
    await story.phones.supervisor.hangUp();
    expect(await endingOf(id)).toBe("declined");
  });

  it("earshot's own legs are never calls, and change nothing in what is said of a call", async () => {
    const { call, leg } = await talking();
    const id = await listen(leg);
    await open(id, leg, "everyone");
    await freshSnapshot();
    expect([...story.recorder.picture().calls.values()]).toEqual([call]);
    const spokenOf = story.recorder.events.flatMap((event) => (event.type === "call" ? [event.call.id] : []));
    expect(new Set(spokenOf)).toEqual(new Set([call.id]));
  });

  it("a snapshot holds the supervisions that are there", async () => {
    const { leg } = await talking();
    const id = await listen(leg);
    await open(id, leg, "agent");
    await freshSnapshot();
    const snapshots = story.recorder.events.filter((event) => event.type === "pbx-snapshot");
    expect(snapshots.at(-1)?.snapshot.supervisions).toEqual([
      { id, leg: "up", ear: leg, mouth: { leg, reach: "agent" } },
    ]);
  });

  it("R10 end leaves the call untouched", async () => {
    const { call, leg } = await talking();
    const id = await listen(leg);
    await open(id, leg, "everyone");
    expect(await end(id)).toEqual({ ok: true });
    expect(await endingOf(id)).toBe("left");
    expect([...story.recorder.picture().calls.values()]).toEqual([call]);
    expect(await whoHearsWhom()).toEqual({ ...onlyTheCall, supervisor: [] });
  });

  it("end takes the mouth first, and nothing is said of a supervision after its end", async () => {
    const { leg } = await talking();
    const id = await listen(leg);
    await open(id, leg, "agent");
    const before = story.recorder.events.length;
    await end(id);
    await endingOf(id);
    const said = story.recorder.events.slice(before);
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
    expect(await ring(id)).toEqual({ ok: true });
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
    await story.phones.supervisor.hangUp();
    expect(await endingOf(id)).toBe("supervisor-hung-up");
    expect([...story.recorder.picture().calls.values()]).toEqual([call]);
    expect(await whoHearsWhom()).toEqual({ ...onlyTheCall, supervisor: [] });
  });

  it("when the call ends, ear and mouth go and the supervisor's leg stays until it is ended", async () => {
    const { leg } = await talking();
    const id = await listen(leg);
    await open(id, leg, "agent");
    await story.phones.customer.hangUp();
    const gone = (facts: SupervisionFacts) => facts.ear === undefined && facts.mouth === undefined;
    expect(await factsOf(id, "without ear and mouth", gone)).toEqual({ id, leg: "up" });
    await end(id, "call-ended");
    expect(await endingOf(id)).toBe("call-ended");
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

  it("stop hands every supervision over without a sound: the next adapter finds it, and can close and end it", async () => {
    const { leg } = await talking();
    const id = await listen(leg);
    await open(id, leg, "everyone");
    await story.pbx.stop();
    expect(await whoHearsWhom()).toEqual(joined);
    expect(await attach(id, leg)).toMatchObject({ ok: false, code: "stopping" });
    const before = story.recorder.events.length;
    story.harness.succeed();
    await story.pbx.start(story.recorder.sink);
    const found = await story.recorder.until("the successor's snapshot", () =>
      story.recorder.events.slice(before).find((event) => event.type === "pbx-snapshot"),
    );
    const adopted = { id, leg: "up", ear: leg, mouth: { leg, reach: "everyone" } };
    expect(found).toMatchObject({ snapshot: { supervisions: [adopted] } });
    expect(await whoHearsWhom()).toEqual(joined);
    expect(await closeMouth(id)).toEqual({ ok: true });
    expect(await whoHearsWhom()).toEqual(listening);
    expect(await end(id)).toEqual({ ok: true });
    expect(await whoHearsWhom()).toEqual({ ...onlyTheCall, supervisor: [] });
  });
}
