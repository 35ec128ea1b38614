import { expect, test } from "vitest";
import { type Mac, parseMac } from "../../../src/model/index.ts";
import { Delays } from "../../../src/provisioning/serving/delays.ts";

const device = parseMac("805ec0aabbcc") as Mac;
const office = "192.0.2.1";

function delays() {
  const clock = { at: 0, now: () => clock.at };
  const waited: number[] = [];
  const due = new Delays(clock, { tell: () => {} }, async (ms) => void waited.push(ms));
  return { clock, due, waited };
}

test("a device that shows whose it is waits longest once it has been refused ten times in a minute, from wherever", async () => {
  const { clock, due, waited } = delays();
  for (let n = 0; n < 12; n += 1) await due.due(`192.0.2.${n}`, device);
  expect(waited).toEqual([...Array(10).fill(250), 12_000, 12_000]);
  clock.at = 60_001;
  await due.due(office, device);
  expect(waited.at(-1)).toBe(250);
});

test("what a device tells that shows whose it is and is refused often is not listed any more", async () => {
  const { due } = delays();
  expect(due.isListed(office, device)).toBe(true);
  for (let n = 0; n < 10; n += 1) await due.due(office, device);
  expect(due.isListed(office, device)).toBe(false);
  expect(due.isListed(office)).toBe(true);
});

test("nobody waits for a device behind the same address that shows whose it is", async () => {
  const { due, waited } = delays();
  for (let n = 0; n < 400; n += 1) await due.due(office, device);
  expect(due.guesses(office)).toBe(false);
  await due.due(office);
  expect(waited.at(-1)).toBe(250);
});
