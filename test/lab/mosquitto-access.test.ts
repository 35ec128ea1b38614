import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mosquittoAccess, probeBroker } from "../../src/mqtt/index.ts";
import { people } from "../scenarios/bench.ts";
import { ana, ben } from "../unit/core/world.ts";
import { Device } from "../unit/mqtt/rig.ts";
import { MosquittoLab } from "./mosquitto.ts";
import { mosquittoPart } from "./parts.ts";

const part = await mosquittoPart();
// A blank in it, because an access file is words between blanks.
const gateway = { username: "earshot main", password: randomBytes(9).toString("hex") };
const anas = { username: ana.id, password: "light-of-ana" };
const bens = { username: ben.id, password: "light-of-ben" };
/** Sees and writes everything; only these tests have it. */
const witness = { username: "witness", password: randomBytes(9).toString("hex") };

const end = `earshot/agents/${ana.id}/end`;
const state = "earshot/gateway/main/state";
const own = ["call", "lamp", "notice", "help"].map((name) => `earshot/agents/${ana.id}/${name}`);
const published = [
  ...[...own, state, `earshot/agents/${ben.id}/lamp`, `earshot/agents/${ana.id}1/lamp`, "earshot/agents"],
  ...["earshot/gateway/main/other", "earshot/supervisors/3001/supervision", "earshot/phones/805ec0aabbcc/state"],
  `earshot/supervisors/${ana.id}/supervision`,
];
const supervision = `earshot/supervisors/${ana.id}/supervision`;

describe(`the access file on Mosquitto ${part.ok ? part.version : `(${part.why})`}`, () => {
  const lab = new MosquittoLab({
    accounts: Object.fromEntries([gateway, anas, bens, witness].map(({ username, password }) => [username, password])),
    access: (url) => {
      const { username } = gateway;
      const file = mosquittoAccess({
        gateway: "main",
        people,
        mqtt: { kind: "external", base: "earshot", url, username },
      });
      if (!file.ok) throw new Error(file.sentence);
      return `${file.text}\nuser witness\ntopic readwrite #\n`;
    },
  });
  const device = (account: { username: string; password: string }, more: object = {}): Promise<Device> =>
    Device.signIn(lab.url, { ...account, ca: lab.ca, ...more });
  const probe = (more: object) => probeBroker({ kind: "external", url: lab.url, ca: lab.ca, ...more });

  beforeAll(() => lab.start());
  afterAll(() => lab.stop());

  it("check: the right password is let in", async () => {
    const where = new URL(lab.url).host;
    expect(await probe(gateway)).toEqual({ ok: true, sentence: `The MQTT broker at ${where} lets earshot in.` });
  });

  it.each([
    ["a wrong password", { ...gateway, password: "so-wrong" }, /refuses the username or the password/],
    ["an unknown name", { username: "nobody", password: "so-wrong" }, /refuses the username or the password/],
    ["no name", {}, /lets nobody in without a username and a password/],
    ["an authority that is not named", { ...gateway, ca: undefined }, /authority this machine does not know.*caFile/],
  ])("check: %s is said in words", async (_what, more, words) => {
    const { ok, sentence } = await probe(more);
    expect({ ok, sentence }).toEqual({ ok: false, sentence: expect.stringMatching(words) });
    expect(sentence).not.toContain("so-wrong");
  });

  it.each([
    ["#", [...own, supervision, state]],
    ["earshot/#", [...own, supervision, state]],
    ["+/+/+/+", [...own, supervision, state]],
    ["earshot/agents/+/lamp", [`earshot/agents/${ana.id}/lamp`]],
    [`earshot/agents/${ana.id}/#`, own],
    ["earshot/gateway/#", [state]],
    [`earshot/agents/${ben.id}/#`, []],
    [`$share/group/earshot/agents/${ben.id}/#`, []],
    ["earshot/supervisors/#", [supervision]],
    ["earshot/supervisors/3001/#", []],
    ["$SYS/#", []],
  ])("an agent that subscribes to %s reads their own alone, live and retained", async (filter, yields) => {
    const from = await device(witness);
    for (const topic of [...published, end]) await from.publish(topic, "", true);
    const live = await device(anas);
    await live.subscribe(filter);
    await live.subscribe(end);
    for (const topic of [...published, end]) await from.publish(topic, "x", true);
    const later = await device(anas);
    await later.subscribe(filter);
    await later.subscribe(end);
    for (const reader of [live, later]) {
      await reader.saw(({ topic, payload }) => topic === end && payload.length > 0);
      const topics = new Set(reader.seen.map(({ topic }) => topic));
      topics.delete(end);
      expect([...topics].sort()).toEqual([...yields].sort());
    }
  });

  const asks = `earshot/agents/${ana.id}/help/set`;
  it.each([
    [asks, false, true],
    [`${asks}/more`, false, false],
    [`earshot/agents/${ana.id}/help`, true, false],
    [`earshot/agents/${ana.id}/lamp`, true, false],
    [`earshot/agents/${ana.id}/call`, true, false],
    [`earshot/agents/${ana.id}/notice`, false, false],
    [`earshot/agents/${ben.id}/help/set`, false, false],
    [`earshot/agents/${ben.id}/lamp`, true, false],
    [state, true, false],
    ["earshot/supervisors/3001/supervision", true, false],
    ["other", false, false],
  ])("an agent that publishes %s (retained: %s) gets through: %s", async (topic, retain, arrives) => {
    const seen = await device(witness);
    await seen.subscribe("#");
    const forger = await device(anas);
    await forger.publish(topic, "forged", retain);
    await forger.publish(asks, "END");
    await seen.saw(({ payload }) => payload.toString() === "END");
    expect(seen.said().filter((said) => said.endsWith(" forged"))).toEqual(arrives ? [`${topic} forged`] : []);
    const later = await device(witness);
    await later.subscribe("#");
    await later.publish("earshot/end", "END");
    await later.saw(({ payload }) => payload.toString() === "END");
    expect(later.said().filter((said) => said.endsWith(" forged"))).toEqual([]);
  });

  it("an agent's last will is held to the same rule", async () => {
    const seen = await device(witness);
    await seen.subscribe("earshot/#");
    const will = (topic: string, payload: string) => ({ topic, payload: Buffer.from(payload), qos: 1, retain: true });
    const forged = will(`earshot/agents/${ben.id}/lamp`, "forged");
    const forger = await device(anas, { will: forged }).catch(() => undefined);
    forger?.client.stream.destroy();
    const asker = await device(anas, { will: { ...will(asks, "OFF"), retain: false } });
    asker.client.stream.destroy();
    await seen.saw(({ payload }) => payload.toString() === "OFF");
    expect(seen.said().filter((said) => said.endsWith(" forged"))).toEqual([]);
  });

  it("the gateway's account writes what agents' devices show, reads wishes for help, and no more", async () => {
    const seen = await device(witness);
    const from = await device(gateway);
    const asking = await device(anas);
    for (const topic of [...published, end]) await seen.publish(topic, "", true);
    await seen.subscribe("earshot/#");
    await from.subscribe("#");
    for (const topic of published) await from.publish(topic, "x");
    await asking.publish(asks, "ON");
    await seen.saw(({ payload }) => payload.toString() === "ON");
    await from.saw(({ payload }) => payload.toString() === "ON");
    const written = seen.said().filter((said) => said.endsWith(" x"));
    const others = [`earshot/agents/${ben.id}/lamp`, `earshot/agents/${ana.id}1/lamp`];
    const supervisions = [supervision, "earshot/supervisors/3001/supervision", "earshot/phones/805ec0aabbcc/state"];
    expect(written.sort()).toEqual([...own, state, ...others, ...supervisions].map((topic) => `${topic} x`).sort());
    expect(from.said()).toEqual([`${asks} ON`]);
  });
});
