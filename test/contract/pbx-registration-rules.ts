import { expect, it } from "vitest";
import { bareHost, type Registered } from "../../src/model/index.ts";
import type { Desk } from "./pbx-harness.ts";
import type { Story } from "./pbx-story.ts";

/** Where phones are registered, as whoever guards their pages asks. */
export function registrationRules(story: Story): void {
  const registered = async () => {
    const all = await story.pbx.registered?.();
    if (all === undefined) throw new Error("the PBX does not tell who is registered");
    return all;
  };
  const of = async ({ extension }: Desk): Promise<readonly Registered[]> => (await registered()).get(extension) ?? [];

  it("every phone that is registered is told, with its host and an end that is to come", async () => {
    await story.start();
    await story.harness.connected();
    const { agent, colleague, supervisor } = story.harness.desks;
    const found = [...(await of(agent)), ...(await of(colleague)), ...(await of(supervisor))];
    expect(found.length).toBeGreaterThanOrEqual(3);
    expect(found.filter(({ hosts }) => !hosts.includes(bareHost(agent.from)))).toEqual([]);
    expect(found.filter(({ until }) => until <= Date.now())).toEqual([]);
  });

  it("a phone that is not registered is in no list", async () => {
    await story.start();
    await story.harness.connected();
    expect(await of(story.harness.unplugged)).toEqual([]);
  });

  it("of whoever is known no more nothing is told", async () => {
    await story.start();
    await story.harness.connected();
    story.pbx.knows([]);
    expect([...(await registered())]).toEqual([]);
  });

  it("nothing is told before it is connected, and after it has stopped", async () => {
    expect(await story.pbx.registered?.()).toBeUndefined();
    await story.start();
    await story.pbx.stop();
    expect(await story.pbx.registered?.()).toBeUndefined();
  });
}
