import { expect, it } from "vitest";
import type { PersonId, Routing } from "../../src/model/index.ts";
import type { Story } from "./pbx-story.ts";

/** R14: pauses in queues, made and lifted by their reason alone. The adapter has been started. */
export function routingRules(story: Story): void {
  const routing = (): Routing => {
    const { routing } = story.pbx;
    if (routing === undefined) throw new Error("this PBX has no queue pause");
    return routing;
  };
  const colleague = (): PersonId => story.harness.desks.colleague.person;
  const reasons = () => story.harness.memberships.reasons();
  const byHand = (reason: string | undefined) => story.harness.memberships.byHand(reason);
  const ok = { ok: true };

  it("R14 a pause is made in every queue of theirs under our reason, and lifted again", async () => {
    await byHand(undefined);
    expect(await reasons()).toEqual(new Set([undefined]));
    expect(await routing().pause(colleague())).toEqual(ok);
    expect(await reasons()).toEqual(new Set(["earshot"]));
    expect(await routing().pause(colleague())).toEqual(ok);
    expect(await routing().lift((person) => person === colleague())).toEqual(ok);
    expect(await reasons()).toEqual(new Set([undefined]));
  });

  it("R14 a pause of their own is neither taken over nor lifted", async () => {
    await byHand("lunch");
    expect(await routing().pause(colleague())).toEqual(ok);
    expect(await reasons()).toEqual(new Set(["lunch"]));
    expect(await routing().lift(() => true)).toEqual(ok);
    expect(await reasons()).toEqual(new Set(["lunch"]));
    await byHand(undefined);
  });

  it("R14 a pause of their own in place of ours stays, and taking calls again by hand is left", async () => {
    await byHand(undefined);
    await routing().pause(colleague());
    await byHand("lunch");
    await routing().lift(() => true);
    expect(await reasons()).toEqual(new Set(["lunch"]));
    await byHand(undefined);
    await routing().lift(() => true);
    expect(await reasons()).toEqual(new Set([undefined]));
  });

  it("R14 nobody else's pause is lifted, and it outlives the gateway", async () => {
    await byHand(undefined);
    await routing().pause(colleague());
    await routing().lift((person) => person !== colleague());
    expect(await reasons()).toEqual(new Set(["earshot"]));
    await story.pbx.stop();
    expect(await reasons()).toEqual(new Set(["earshot"]));
    story.harness.succeed();
    await story.start();
    await routing().lift(() => true);
    expect(await reasons()).toEqual(new Set([undefined]));
  });
}
