import { expect, it } from "vitest";
import type { SupervisionId } from "../../src/model/index.ts";
import { joined, newId, type Story } from "./pbx-story.ts";

/** Digits on the supervision leg, and the tones that refuse them. The adapter has not been started. */
export function keypadRules(story: Story): void {
  /** Starts an adapter whose digits somebody wants. */
  async function followed(): Promise<[SupervisionId, string][]> {
    const told: [SupervisionId, string][] = [];
    story.pbx.keypad?.follow((supervision, digit) => told.push([supervision, digit]));
    await story.start();
    return told;
  }

  it("a digit is told once, with its supervision, and none of another leg", async () => {
    const told = await followed();
    const { leg } = await story.talking();
    const id = await story.listen(leg);
    const { supervisor, agent, customer } = story.phones;
    await supervisor.press("4");
    await supervisor.press("*");
    await agent.press("5");
    await customer.press("6");
    await supervisor.press("0");
    await expect
      .poll(() => told, { timeout: 5_000 })
      .toEqual([
        [id, "4"],
        [id, "*"],
        [id, "0"],
      ]);
  });

  it("a refusal is two tones to the supervisor alone, with a mouth for everybody, and changes no path", async () => {
    await followed();
    const { leg } = await story.talking();
    const id = await story.listen(leg);
    await story.open(id, leg, "everyone");
    expect(await story.pbx.keypad?.refuse(id)).toEqual({ ok: true });
    expect(await story.whoHearsWhom()).toEqual(joined);
    expect(await story.harness.heardTones()).toEqual(["supervisor"]);
    await story.freshSnapshot();
    const now = { id, leg: "up", ear: leg, mouth: { leg, reach: "everyone" } };
    expect([...story.recorder.picture().facts.values()]).toEqual([now]);
  });

  it("nobody is refused by tones who does not supervise", async () => {
    await followed();
    expect(await story.pbx.keypad?.refuse(newId())).toMatchObject({ ok: false, code: "not-supervising" });
  });
}
