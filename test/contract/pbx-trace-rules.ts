import { expect, it } from "vitest";
import type { LegId } from "../../src/model/index.js";
import { listening, newId, onlyTheCall, type Story } from "./pbx-story.ts";

/** Where an ear would show on the call, hidden is refused (R5). The adapter has been started. */
export function traceRules(story: Story): void {
  const { attach, factsOf, listen, ring, talking, whoHearsWhom } = story;
  const shows = { ok: false, code: "native-media" };

  /** Two parties who are answered are joined only some moments later. */
  async function inTalk(how?: { readonly native: boolean }) {
    const talk = await talking(how);
    await expect.poll(whoHearsWhom, { timeout: 10_000 }).toEqual({ ...onlyTheCall, supervisor: [] });
    return talk;
  }

  async function ready() {
    const id = newId();
    expect(await ring(id)).toEqual({ ok: true });
    await story.phones.supervisor.answer();
    await factsOf(id, "up", (facts) => facts.leg === "up");
    return id;
  }

  it("R5 a call that an ear does not change takes an unseen one", async () => {
    const { leg } = await inTalk();
    expect(await story.pbx.unseen(leg)).toEqual({ ok: true });
    const id = await ready();
    expect(await attach(id, leg, true)).toEqual({ ok: true });
    await factsOf(id, "with an ear", (facts) => facts.ear === leg);
    expect(await whoHearsWhom()).toEqual(listening);
    expect(await story.pbx.unseen(leg)).toEqual({ ok: true });
  });

  it("R5 a call that an ear would change refuses an unseen one, and nobody hears anything", async () => {
    const { leg } = await inTalk({ native: true });
    expect(await story.pbx.unseen(leg)).toMatchObject(shows);
    const id = await ready();
    expect(await attach(id, leg, true)).toMatchObject(shows);
    expect(story.recorder.picture().facts.get(id)).toEqual({ id, leg: "up" });
    expect(await whoHearsWhom()).toEqual({ ...onlyTheCall, supervisor: [] });
  });

  it("R5 what was visible on such a call cannot become unseen, nor can another join it unseen", async () => {
    const { leg } = await inTalk({ native: true });
    await listen(leg);
    expect(await whoHearsWhom()).toEqual(listening);
    expect(await story.pbx.unseen(leg)).toMatchObject(shows);
  });

  it("a leg that is not there is refused with call-gone", async () => {
    expect(await story.pbx.unseen("nobody" as LegId)).toMatchObject({ ok: false, code: "call-gone" });
  });
}
