import { expect, it } from "vitest";
import { personOf } from "../../../src/web/panel/person-of.js";

it.each([
  ["earshot/agents/2001/lamp", "2001"],
  ["site/a/agents/2001/lamp/text", "2001"],
  ["earshot/supervisors/3001/supervision", "3001"],
  ["homeassistant/device/earshot_main/2001/config", "2001"],
  ["earshot/gateway/main/state", undefined],
  ["earshot/phones/805ec0aabbcc/state", undefined],
])("%s is about %s", (topic, person) => {
  expect(personOf(topic)).toBe(person);
});
