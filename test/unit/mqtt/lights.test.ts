import { expect, onTestFinished, test } from "vitest";
import type { Clock, Lamp, Notice, PersonId } from "../../../src/model/index.js";
import { DeviceLights } from "../../../src/mqtt/index.js";
import { VirtualClock } from "../virtual-clock.js";
import { ana, ben, broker, bus, Device, person, url, wire } from "./rig.js";

const agent = person("2001");
const lamp = (mode: Lamp["lamp"], seq: number, epoch = 1): object => ({
  ...{ lamp: mode, mic: "muted", supervisors: [], gateway: "gw1" },
  epoch,
  seq,
});

/** Lights that keep all that they show. */
class Shown {
  readonly lamps: string[] = [];
  readonly notices: string[] = [];
  readonly lights: DeviceLights;
  readonly #watchers: (() => void)[] = [];

  constructor(to: string, people: readonly PersonId[], clock: Pick<Clock, "now"> = { now: () => 1 }) {
    this.lights = new DeviceLights({ url: to, base: "earshot", accounts: [ana, ben], clock });
    const close = this.lights.open(people, {
      lamp: (_person, now) => this.#keep(this.lamps, now === "unknown" ? now : now.lamp),
      notice: (_person, { text }: Notice) => this.#keep(this.notices, text),
    });
    onTestFinished(close);
  }

  saw(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const check = (): void => {
        if (holds()) resolve();
      };
      this.#watchers.push(check);
      check();
    });
  }

  #keep(where: string[], what: string): void {
    if (where.at(-1) !== what || where === this.notices) where.push(what);
    for (const check of this.#watchers) check();
  }
}

/** Publishes as the gateway, in a connection that can be ended without a word. */
async function gateway(made: Awaited<ReturnType<typeof broker>>): Promise<Device> {
  const { username = "", password = "" } = made.link();
  return Device.signIn(url(made), { username, password });
}

const say = (device: Device, topic: string, payload: object | string) =>
  device.publish(`earshot/${topic}`, typeof payload === "string" ? payload : JSON.stringify(payload), true);

test("a light shows what the gateway says of its own agent while that is online, else unknown", async () => {
  const made = await broker();
  const shown = new Shown(url(made), [agent]);
  const from = await gateway(made);
  await say(from, "agents/2001/lamp", lamp("listen", 1));
  await say(from, "gateway/gw1/state", "online");
  await shown.saw(() => shown.lamps.at(-1) === "listen");
  await say(from, "agents/2002/lamp", lamp("join", 2));
  await say(from, "agents/2001/lamp", lamp("coach", 2));
  await shown.saw(() => shown.lamps.at(-1) === "coach");
  await say(from, "gateway/gw1/state", "offline");
  await shown.saw(() => shown.lamps.at(-1) === "unknown");
  expect(shown.lamps).toEqual(["unknown", "listen", "coach", "unknown"]);
});

test("an older lamp, by epoch and then by seq, does not replace a newer one; nor does nonsense", async () => {
  const made = await broker();
  const from = await gateway(made);
  await say(from, "gateway/gw1/state", "online");
  await say(from, "agents/2001/lamp", lamp("coach", 5, 2));
  const shown = new Shown(url(made), [agent]);
  await shown.saw(() => shown.lamps.at(-1) === "coach");
  await say(from, "agents/2001/lamp", lamp("off", 9, 1));
  await say(from, "agents/2001/lamp", lamp("off", 4, 2));
  await say(from, "agents/2001/lamp", "{");
  await say(from, "agents/2001/lamp", { lamp: "disco" });
  await say(from, "agents/2001/lamp", lamp("join", 1, 3));
  await shown.saw(() => shown.lamps.at(-1) === "join");
  expect(shown.lamps).toEqual(["unknown", "coach", "join"]);
});

test("a lamp that is taken back, as its person is gone, is not known", async () => {
  const made = await broker();
  const from = await gateway(made);
  await say(from, "gateway/gw1/state", "online");
  await say(from, "agents/2001/lamp", lamp("coach", 5));
  const shown = new Shown(url(made), [agent]);
  await shown.saw(() => shown.lamps.at(-1) === "coach");
  await from.publish("earshot/agents/2001/lamp", "", true);
  await shown.saw(() => shown.lamps.at(-1) === "unknown");
});

test("while the broker is away nothing is known; then what is true there is shown again", async () => {
  const made = await broker();
  const line = await wire(made.link());
  const from = await gateway(made);
  await say(from, "gateway/gw1/state", "online");
  await say(from, "agents/2001/lamp", lamp("coach", 5));
  const shown = new Shown(line.link.url, [agent]);
  await shown.saw(() => shown.lamps.at(-1) === "coach");
  line.cut();
  await shown.saw(() => shown.lamps.at(-1) === "unknown");
  await shown.saw(() => shown.lamps.at(-1) === "coach");
});

test("R5 it acknowledges a notice, so that the gateway knows that the agent was told", async () => {
  const made = await broker();
  const shown = new Shown(url(made), [agent]);
  const one = bus(made.link());
  await new Promise<void>((resolve) => void one.start(resolve));
  await shown.saw(() => shown.lamps.length > 0);
  await one.retain(agent, "lamp", lamp("listen", 1));
  await shown.saw(() => shown.lamps.at(-1) === "listen");
  const notice: Notice = { id: "n1", text: "Kim listens", level: "info", at: 1, expiresAt: 2 };
  expect(await one.notice(agent, notice, 5_000)).toBe(true);
  await shown.saw(() => shown.notices.length > 0);
  expect(shown.notices).toEqual(["Kim listens"]);
});

test("it asks for help as the agent's device, not retained; nobody without an account has one", async () => {
  const made = await broker();
  const reader = await Device.signIn(url(made), ana);
  await reader.subscribe("earshot/agents/2001/#");
  const shown = new Shown(url(made), [agent, person("9999")]);
  expect(shown.lights.askHelp(person("9999"), true)).toBe(false);
  await expect.poll(() => shown.lights.askHelp(agent, true), { timeout: 10_000 }).toBe(true);
  const said = await reader.saw(({ topic }) => topic === "earshot/agents/2001/help/set");
  expect([said.payload.toString(), said.retain]).toEqual(["ON", false]);
});

test("a notice that is older than the connection, expired by the gateway's clock, or came before is not shown", async () => {
  const made = await broker();
  const from = await gateway(made);
  const clock = new VirtualClock(10_000);
  const shown = new Shown(url(made), [agent], clock);
  await expect.poll(() => shown.lights.askHelp(agent, false), { timeout: 10_000 }).toBe(true);
  const tell = (id: string, at: number, expiresAt: number) =>
    from.publish("earshot/agents/2001/notice", JSON.stringify({ id, text: id, level: "info", at, expiresAt }));
  const marked = async (id: string): Promise<void> => {
    await tell(id, clock.now(), clock.now() + 1_000);
    await shown.saw(() => shown.notices.at(-1) === id);
  };
  await say(from, "gateway/gw1/state", "online");
  await say(from, "agents/2001/lamp", lamp("listen", 1));
  await shown.saw(() => shown.lamps.at(-1) === "listen");
  await tell("from before", 9_999, 40_000);
  await tell("of this moment", 10_000, 40_000);
  await tell("of this moment", 10_000, 40_000);
  await clock.advance(2_000);
  await tell("over", 10_001, 12_000);
  await tell("of this moment", 10_000, 40_000);
  await marked("end");
  expect(shown.notices).toEqual(["of this moment", "end"]);
});
