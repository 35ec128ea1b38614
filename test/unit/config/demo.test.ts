import { isAbsolute } from "node:path";
import { expect, test } from "vitest";
import { demoConfig } from "../../../src/config/index.js";

test("the demo has people, phones for Kim, Ana and Ben, and no password twice", () => {
  const one = demoConfig(".earshot");
  expect(isAbsolute(one.data)).toBe(true);
  expect(one.pbx.kind).toBe("simulator");
  expect(one.policy.hidden).toBe("allowed");
  const owner = (mac: string | undefined) =>
    one.people.find(({ id }) => one.phones.find((p) => p.mac === mac)?.owner === id);
  expect(one.phones.map(({ mac }) => owner(mac)?.name)).toEqual(["Kim Osei", "Ana Ruiz", "Ben Okafor"]);
  expect(new Set(one.people.map(({ role }) => role))).toEqual(
    new Set(["administrator", "team-manager", "agent-plus", "agent"]),
  );
  const passwords = [one, demoConfig(".earshot")].flatMap(({ mqtt }) =>
    mqtt.kind === "embedded" ? mqtt.accounts.map(({ password }) => password) : [],
  );
  expect(new Set(passwords).size).toBe(passwords.length);
  for (const password of passwords) expect(password).toMatch(/^[A-Za-z0-9_-]{24}$/);
});

test("every account of the demo belongs to somebody", () => {
  const { mqtt, people } = demoConfig(".earshot");
  const agents = mqtt.kind === "embedded" ? mqtt.accounts.map(({ agent }) => agent) : [];
  expect(agents.length).toBeGreaterThan(0);
  expect(people.map(({ id }) => id)).toEqual(expect.arrayContaining(agents));
});

test("the demo has a floor of ten to twelve agents in two teams, and three who may supervise", () => {
  const { people } = demoConfig(".earshot");
  const agents = people.filter(({ role }) => role === "agent" || role === "agent-plus");
  expect(agents.length).toBeGreaterThanOrEqual(10);
  expect(agents.length).toBeLessThanOrEqual(12);
  expect(new Set(agents.flatMap(({ teams }) => teams))).toEqual(new Set(["support", "sales"]));
  expect(people.filter(({ role }) => role !== "agent")).toHaveLength(3);
});
