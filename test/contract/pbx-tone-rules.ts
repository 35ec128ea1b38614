import { expect, it } from "vitest";
import type { ActionResult, LegId, SupervisionId } from "../../src/model/index.ts";
import type { Voice } from "./pbx-harness.ts";
import { joined, listening, newId, type Story } from "./pbx-story.ts";

/** The tone by which one party hears that they are supervised. The adapter has been started. */
export function toneRules(story: Story): void {
  const ok = { ok: true };

  async function play(id: SupervisionId, leg: LegId, wanted = () => true): Promise<ActionResult | undefined> {
    return await story.pbx.notificationTone?.play(id, leg, wanted);
  }

  /** A visible Listen, and both legs of its call. */
  async function heard() {
    const { call, leg } = await story.talking();
    return { id: await story.listen(leg), leg, customer: story.customerLeg(call).id };
  }

  /** Who hears whom is as it was, and so is what the PBX says. */
  async function nothingElse(id: SupervisionId, leg: LegId, who: readonly Voice[]): Promise<void> {
    expect(await story.whoHearsWhom()).toEqual(listening);
    expect(await story.harness.heardNotification()).toEqual(who);
    await story.freshSnapshot();
    expect([...story.recorder.picture().facts.values()]).toEqual([{ id, leg: "up", ear: leg }]);
  }

  it("the agent alone hears theirs, and no path is another by it: nobody hears the supervisor", async () => {
    const { id, leg } = await heard();
    expect(await play(id, leg)).toEqual(ok);
    await nothingElse(id, leg, ["agent"]);
  });

  it("the customer alone hears theirs, and no path is another by it: nobody hears the supervisor", async () => {
    const { id, leg, customer } = await heard();
    expect(await play(id, customer)).toEqual(ok);
    await nothingElse(id, leg, ["customer"]);
  });

  it("both at once, beside an open Join, which goes on", async () => {
    const { id, leg, customer } = await heard();
    await story.open(id, leg, "everyone");
    expect(await Promise.all([play(id, leg), play(id, customer)])).toEqual([ok, ok]);
    expect(await story.whoHearsWhom()).toEqual(joined);
    expect(await story.harness.heardNotification()).toEqual(["agent", "customer"]);
  });

  it("one that is wanted no more right before it would sound is heard by nobody", async () => {
    const { id, leg } = await heard();
    let asked = 0;
    const result = await play(id, leg, () => {
      asked += 1;
      return false;
    });
    expect(result).toMatchObject({ ok: false });
    expect(asked).toBeGreaterThan(0);
    await nothingElse(id, leg, []);
  });

  it("R20 none on a private call", async () => {
    const { call, leg } = await story.talking();
    const id = await story.listen(leg);
    await story.pbx.execute({ type: "set-private", call: call.id, on: true });
    expect(await play(id, leg)).toMatchObject({ ok: false });
    expect(await play(id, story.customerLeg(call).id)).toMatchObject({ ok: false });
    expect(await story.harness.heardNotification()).toEqual([]);
  });

  it("none for a supervision that hears nothing, or not this call", async () => {
    const { call, leg } = await story.talking();
    const id = newId();
    expect(await play(id, leg)).toMatchObject({ ok: false, code: "not-supervising" });
    await story.ring(id);
    await story.phones.supervisor.answer();
    await story.factsOf(id, "up", (facts) => facts.leg === "up");
    expect(await play(id, leg)).toMatchObject({ ok: false, code: "not-supervising" });
    expect(await play(id, story.customerLeg(call).id)).toMatchObject({ ok: false, code: "not-supervising" });
    expect(await story.harness.heardNotification()).toEqual([]);
  });
}
